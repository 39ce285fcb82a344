"""Otto keeps the house's venues; who has a place there learns the address, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from retreats.booking.addresses import place_path, registration_path
from retreats.booking.service import cancel_places
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import ACCESS, Gathering, Session, Space, Venue
from retreats.db import db, new_id, writing
from retreats.outbox.models import Event
from tests.catalogue.organise import fields, otto
from tests.house import a_booking, a_gathering, a_person, both, places, sign_in
from tests.pictures.files import a_file

pytestmark = pytest.mark.slow

HOUSE = "/organise/venues/house-june-retreat/"
SECRET = ("Rua Escondida", "https://maps.example/escondida", "Ring twice", "https://meet.example/room", "38.79")


def save(client: Any, where: str = HOUSE, /, **changed: str) -> Any:
    """Open the form, change these fields, and save."""
    return client.post(where, data=fields(client.get(where).text) | changed)


def the_house() -> Venue:
    return db.session.query(Venue).filter_by(slug="house-june-retreat").populate_existing().one()


def a_hidden_house(**of_gathering: Any) -> Gathering:
    """A gathering in person and online, at an address that only some may know."""
    gathering = a_gathering(**of_gathering)
    with writing() as session:
        found = session.get_one(Gathering, gathering.id)
        found.mode, found.online_link = "both", "https://meet.example/room"
        venue = found.venue
        assert venue is not None
        venue.address, venue.map_url = "Rua Escondida 3", "https://maps.example/escondida"
        venue.at_the_door, venue.latitude, venue.longitude = both("Ring twice"), 38.79, -9.39
        venue.access_facts, venue.getting_there = {"step_free": "partly", "loop": "no"}, both("By train")
    return gathering


def leaks(text: str | bytes) -> list[str]:
    """Which of the secrets stand in it."""
    text = (text.decode() if isinstance(text, bytes) else text).replace("\r\n ", "")
    return [each for each in SECRET if each in text]


def test_otto_adds_a_venue_and_says_what_it_is_like(client):
    otto(client)

    answer = save(
        client, "/organise/venues/new", name="Casa Alta", area="Sintra", address="Rua Alta 1", getting_there_en="Train",
        **{"has-step_free": "no", "s0-space": "Loft", "s0-capacity": "9"},
    )  # fmt: skip

    assert (answer.status_code, answer.location) == (303, "/organise/venues/casa-alta/?saved=yes")
    page = fields(client.get("/organise/venues/casa-alta/").text)
    assert {name: page[name] for name in ("name", "area", "address", "has-step_free", "has-dogs", "s0-space",
                                          "s0-capacity")} == {
        "name": ["Casa Alta"], "area": ["Sintra"], "address": ["Rua Alta 1"], "has-step_free": ["no"], "has-dogs": [""],
        "s0-space": ["Loft"], "s0-capacity": ["9"],
    }  # fmt: skip
    assert "Casa Alta" in client.get("/organise/venues/").text


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client):
    otto(client)

    answer = save(
        client, "/organise/venues/new", name="Casa Alta", map_url="javascript:alert(1)", **{"s0-capacity": "9"}
    )

    assert answer.status_code == 422
    assert "Say in which town or area it is" in answer.text
    assert "Write the address" in answer.text
    assert "Begin the link with https://" in answer.text
    assert "Give this space a name" in answer.text
    assert fields(answer.text)["name"] == ["Casa Alta"]
    assert db.session.query(Venue).count() == 0


def test_saved_unchanged_it_tells_nobody_and_leaves_no_trace(client, post_office, deliver):
    otto(client)
    gathering = a_hidden_house()
    a_booking(gathering, "ada@example.org")
    deliver()
    before = (db.session.query(Event).count(), len(post_office.letters), gathering.version)

    assert save(client).status_code == 303
    deliver()

    after = db.session.query(Gathering).populate_existing().one()
    assert (db.session.query(Event).count(), len(post_office.letters), after.version) == before


def test_the_page_says_all_but_where_exactly(client, another_client, app):
    """D9: pages, feeds, search engines and files for everybody know the area only."""
    a_hidden_house()
    mira = app.test_client()

    for address in ("/", "/gatherings/", "/gatherings/june-retreat/", "/gatherings/june-retreat/?lang=pt",
                    "/gatherings/june-retreat/register", "/gatherings/june-retreat.ics", "/gatherings.ics",
                    "/gatherings.atom", "/sitemap.xml"):  # fmt: skip
        assert leaks(mira.get(address).data) == [], address
    page = another_client.get("/gatherings/june-retreat/").text
    assert "Step-free from the street to the rooms</dt><dd>In part" in page
    assert "Induction loop for hearing aids</dt><dd>No" in page
    assert "Quiet room" not in page
    assert "By train" in page


def test_whoever_has_a_place_knows_where_and_whoever_gave_it_back_no_longer(client, post_office, deliver):
    gathering = a_hidden_house()
    a_booking(gathering, "ada@example.org", "bo@example.org")
    deliver()
    ada = next(place for place in places(gathering) if place.email == "ada@example.org")

    page = place_path(ada)
    assert leaks(client.get(page).text) == list(SECRET[:4])
    [invite] = [letter.calendar for letter in post_office.letters if letter.to == "ada@example.org" and letter.calendar]
    assert leaks(invite) == [SECRET[0], SECRET[3]]

    with writing():
        cancel_places(ada.registration_id, {ada.id})
    deliver()

    path, _, key = page.partition("?")
    *_, cancel = [
        letter.calendar for letter in post_office.letters if letter.to == "ada@example.org" and letter.calendar
    ]
    assert b"METHOD:CANCEL" in cancel
    assert leaks(cancel) == []
    assert leaks(client.get(page).text) == []
    assert leaks(client.get(f"{path}/invite.ics?{key}").data) == []


def test_whoever_has_not_paid_yet_knows_the_area_only(client, deliver):
    gathering = a_hidden_house(price=4800)
    a_booking(gathering, "ada@example.org")
    deliver()

    [place] = places(gathering)
    assert place.state == "held"
    path, _, key = place_path(place).partition("?")
    for address in (registration_path(place.registration), f"{path}?{key}", f"{path}/invite.ics?{key}"):
        assert leaks(client.get(address).data) == [], address


def test_another_address_is_told_to_everybody_with_a_place_once(client, post_office, deliver):
    otto(client)
    gathering = a_hidden_house()
    a_booking(gathering, "ada@example.org")
    deliver()
    before = len(post_office.letters)

    assert save(client, address="Largo Novo 8").status_code == 303
    deliver()
    deliver()

    [letter] = post_office.letters[before:]
    assert letter.to == "ada@example.org"
    assert b"SEQUENCE:1" in letter.calendar
    assert b"Largo Novo 8" in letter.calendar
    assert (the_house().latitude, the_house().longitude) == (None, None)
    assert [place.sequence for place in places(gathering)] == [1]
    assert "Largo Novo" not in client.get("/gatherings/june-retreat/").text


def test_other_words_and_what_is_online_write_to_nobody(client, post_office, deliver):
    otto(client)
    gathering = a_hidden_house()
    a_booking(gathering, "ada@example.org")
    deliver()
    before = len(post_office.letters)

    save(client, getting_there_en="By bus", **{"has-dogs": "yes"})
    deliver()
    with writing() as session:
        session.get_one(Gathering, gathering.id).mode = "online"
    save(client, area="Colares")
    page = client.get("/gatherings/june-retreat/").text
    deliver()

    told = [letter.to for letter in post_office.letters[before:]]
    assert told in ([], ["ada@example.org"])  # that it is online now is a move of its own
    assert "By train" not in page
    assert [place.sequence for place in places(gathering)] == [len(told)]


def test_of_two_organisers_the_slower_sees_both_versions(client, another_client):
    otto(client)
    sign_in(another_client, a_person("olga@example.org", role="organiser"))
    a_gathering()
    slow = fields(client.get(HOUSE).text)
    save(another_client, area="Colares")

    answer = client.post(HOUSE, data=slow | {"address": "Rua Lenta 2"})

    assert answer.status_code == 409
    assert "Somebody else saved this part" in answer.text
    assert (the_house().area, the_house().address == "Rua Lenta 2") == ("Colares", False)
    again = fields(answer.text)
    assert client.post(HOUSE, data=again).status_code == 303
    assert the_house().address == "Rua Lenta 2"


def test_a_space_in_which_something_takes_place_stays(client):
    otto(client)
    gathering = a_gathering()
    room = a_room(gathering)
    a_block(gathering, room, hours=0)

    answer = save(client, **{"s0-space": ""})

    assert answer.status_code == 422
    assert "it stays. Change the programme first" in answer.text
    assert [space.name for space in the_house().spaces] == ["The loft"]
    assert save(client, **{"s0-space": "The attic"}).status_code == 303
    assert [space.name for space in the_house().spaces] == ["The attic"]


def a_room(gathering: Gathering, capacity: int | None = None) -> Space:
    room = Space(id=new_id(), venue_id=gathering.venue_id, name="The loft", capacity=capacity)
    with writing() as session:
        session.add(room)
    return room


def a_block(gathering: Gathering, room: Space | None, *, hours: int) -> None:
    """Two hours of its programme, so many hours after its beginning."""
    assert gathering.starts_at is not None
    begins = gathering.starts_at + timedelta(hours=hours)
    with writing() as session:
        session.add(Session(id=new_id(), gathering_id=gathering.id, title=both("Sitting"), starts_at=begins,
                            ends_at=begins + timedelta(hours=2), space_id=room.id if room else None))  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs", "says"),
    [
        ((0, True), (1, True), "The loft is taken by “June retreat” too"),
        ((0, True), (2, True), ""),
        ((0, True), (0, False), "is in the same house at the same time"),
    ],
)
def test_two_gatherings_in_one_space_are_pointed_out(client, ours, theirs, says):
    otto(client)
    june, other = a_gathering(), a_gathering(slug="other")
    room = a_room(june)
    with writing() as session:
        session.get_one(Gathering, other.id).venue_id = june.venue_id
    for gathering, (hours, placed) in ((other, ours), (june, theirs)):
        a_block(gathering, room if placed else None, hours=hours)

    page = client.get("/organise/gatherings/other/").text

    assert ("In the way of each other" in page, says in page) == (bool(says), True)


def test_a_space_too_small_for_those_who_can_come_is_pointed_out(client):
    otto(client)
    gathering = a_gathering(places=8)
    a_block(gathering, a_room(gathering, capacity=6), hours=0)

    assert "The loft has room for 6, and 8 can come." in client.get("/organise/gatherings/june-retreat/").text


def test_a_venue_has_a_picture_that_its_gatherings_show(client, another_client):
    otto(client)
    a_gathering()
    address = f"{HOUSE}picture"
    sent = fields(client.get(address).text) | {"alt_en": "A white house", "alt_pt": "Uma casa branca"}

    answer = client.post(address, data=sent | {"picture": (a_file(), "a.jpg")}, content_type="multipart/form-data")

    assert answer.status_code == 303
    assert 'alt="A white house"' in another_client.get("/gatherings/june-retreat/").text
    stale = client.post(f"{address}/remove", data={"base": sent["base"]})
    assert stale.status_code == 409
    client.post(f"{address}/remove", data={"base": fields(client.get(address).text)["base"]})
    assert "A white house" not in another_client.get("/gatherings/june-retreat/").text


def test_the_list_of_venues_costs_the_same_with_one_and_with_thirty(client, statements):
    otto(client)
    with writing():
        catalogue.found_venue(a_venue("House 0"))
    client.get("/organise/venues/")
    with statements() as few:
        client.get("/organise/venues/")

    with writing():
        for number in range(1, 30):
            catalogue.found_venue(a_venue(f"House {number}"))
    with statements() as many:
        client.get("/organise/venues/")

    assert len(few) == len(many)


def a_venue(name: str) -> catalogue.VenueFacts:
    return catalogue.VenueFacts(
        name=name, area="Sintra", address="Rua 1", map_url="", zone="Europe/Lisbon", getting_there={}, at_the_door={},
        access={}, access_facts=dict.fromkeys(ACCESS, "yes"), spaces=[catalogue.SpaceRow(id=None, name="A", capacity=3)],
    )  # fmt: skip


def test_every_answer_about_access_has_its_words(client):
    gathering = a_gathering()
    with writing() as session:
        session.get_one(Venue, gathering.venue_id).access_facts = dict.fromkeys(ACCESS, "yes")

    for language, yes in (("en", "<dd>Yes</dd>"), ("pt", "<dd>Sim</dd>")):
        page = client.get(f"/gatherings/june-retreat/?lang={language}").text
        assert page.count(yes) == len(ACCESS), language
