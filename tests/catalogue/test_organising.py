"""Making, editing, publishing and cancelling a gathering."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import Registration
from retreats.catalogue.beginnings import BEGINNINGS, blanks_in
from retreats.catalogue.models import Gathering, PagePromise, Series, Session, TicketType
from retreats.db import db, new_id, writing
from retreats.outbox.models import Event
from tests.catalogue.organise import COMPLETE, a_draft, fields, otto, send
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both, sign_in

pytestmark = pytest.mark.slow


def the(slug: str) -> Gathering:
    return db.session.query(Gathering).filter_by(slug=slug).populate_existing().one()


def events(name: str) -> int:
    return db.session.query(Event).filter_by(name=name).count()


def complete(client, slug: str) -> None:
    mira = a_facilitator("mira@example.org")
    for section, values in COMPLETE.items():
        assert send(client, slug, section, **{k.replace("-", "__"): v for k, v in values.items()}).status_code == 303
    answer = send(client, slug, "people", leaders=[str(mira.id)], care_name="Cleo", care_email="cleo@example.org")
    assert answer.status_code == 303


def test_otto_makes_a_gathering_from_a_title_to_its_public_page(client):
    otto(client)
    slug = a_draft(client)
    assert client.get(f"/gatherings/{slug}/").status_code == 404
    complete(client, slug)

    published = client.post(f"/organise/gatherings/{slug}/publish")

    assert published.status_code == 303
    told = client.get(published.location).text
    assert ("It is published" in told, f"/gatherings/{slug}/</a>" in told) == (True, True)
    assert client.get(f"/gatherings/{slug}/").status_code == 200
    assert events("GatheringPublished") == 1


def test_the_promise_begins_with_our_words_and_an_open_blank_keeps_it_from_everybody(client):
    otto(client)
    slug = a_draft(client)
    complete(client, slug)
    other = a_draft(client)

    begun = fields(client.get(f"/organise/gatherings/{other}/edit/promise").text)
    kept = send(client, slug, "promise", will_happen_en=begun["will_happen_en"], your_words_en=begun["your_words_en"])
    refused = client.post(f"/organise/gatherings/{slug}/publish")

    assert all("".join(begun[f"{part}_{code}"]) for part in BEGINNINGS for code in ("en", "pt"))
    assert [part for part, words in BEGINNINGS.items() if not blanks_in(words)] == ["responsible", "your_words"]
    assert kept.status_code == 303
    assert (refused.status_code, "One blank in [[double brackets]] is open" in refused.text) == (422, True)
    assert client.get(f"/gatherings/{slug}/").status_code == 404


def test_a_draft_says_what_is_missing_and_cannot_be_published(client):
    otto(client)
    slug = a_draft(client)

    overview = client.get(f"/organise/gatherings/{slug}/").text
    refused = client.post(f"/organise/gatherings/{slug}/publish")

    for sentence in ("It needs a title in English and in Portuguese.", "Say who leads it.", "Name a care contact",
                     "Say how many people can come.", "at least one kind of place", "fourteen texts", "Choose the venue."):  # fmt: skip
        assert sentence in overview
    assert refused.status_code == 422
    assert the(slug).state == "draft"

    complete(client, slug)
    with writing() as session:  # as it was before somebody came to lead it
        gathering = session.get_one(Gathering, the(slug).id)
        gathering.care_contact_id = gathering.leaders[0].facilitator.person_id
    assert "The care contact leads it: name somebody else." in client.get(f"/organise/gatherings/{slug}/").text
    assert client.post(f"/organise/gatherings/{slug}/publish").status_code == 422


def test_a_draft_keeps_what_is_unfinished(client):
    otto(client)
    slug = a_draft(client)

    saved = send(client, slug, "words", title_pt="Só em português", about_en="Half a sen")

    assert saved.status_code == 303
    assert (the(slug).title, the(slug).about) == ({"en": "Slow weekend", "pt": "Só em português"}, {"en": "Half a sen"})
    assert events("GatheringChanged") == 0


def test_publishing_in_two_stale_tabs_ends_published_once(client):
    otto(client)
    slug = a_draft(client)
    complete(client, slug)

    for _tab in range(2):
        assert client.post(f"/organise/gatherings/{slug}/publish").status_code == 303

    assert the(slug).state == "published"
    assert events("GatheringPublished") == 1


@pytest.mark.parametrize("section", ["words", "when", "people", "places", "programme", "promise"])
def test_a_section_opened_and_saved_twenty_times_changes_nothing(client, section):
    otto(client)
    gathering = a_gathering(price=480_00, starts_at=datetime(2027, 10, 31, 0, 30, tzinfo=UTC),  # the first of two 01:30
                            starts_wall="2027-10-31T01:30", ends_wall="2027-11-02T00:30")  # fmt: skip
    with writing() as session:
        session.add(Session(id=new_id(), gathering_id=gathering.id, title=both("Supper"), starts_at=gathering.starts_at,
                            ends_at=gathering.starts_at + timedelta(hours=1)))  # fmt: skip
    before = the("june-retreat")
    stood = (before.version, before.starts_at, before.ends_at, before.title, [s.starts_at for s in before.sessions])

    for _time in range(20):
        assert send(client, "june-retreat", section).status_code == 303

    after = the("june-retreat")
    assert (after.version, after.starts_at, after.ends_at, after.title, [s.starts_at for s in after.sessions]) == stood
    assert events("GatheringChanged") == 0


def test_a_change_of_a_published_gathering_is_an_event_and_a_new_version(client):
    otto(client)
    a_gathering()

    send(client, "june-retreat", "words", title_en="July retreat")

    assert (the("june-retreat").title["en"], the("june-retreat").version) == ("July retreat", 2)
    assert events("GatheringChanged") == 1


def test_a_published_gathering_stays_complete(client):
    otto(client)
    a_gathering()

    refused = send(client, "june-retreat", "words", title_pt="", summary_en="Typed and kept")

    assert refused.status_code == 422
    assert "It needs a title in English and in Portuguese." in refused.text
    assert "Typed and kept" in refused.text
    assert the("june-retreat").title["pt"] == "Retiro de junho"


def test_of_two_organisers_the_slower_sees_both_versions_and_loses_nothing(client, another_client):
    otto(client)
    sign_in(another_client, a_person("olga@example.org", role="organiser"))
    a_gathering()
    address = "/organise/gatherings/june-retreat/edit/words"
    opened = fields(client.get(address).text)
    send(another_client, "june-retreat", "words", title_en="Olga’s title")

    late = client.post(address, data=opened | {"title_en": "Otto’s title"})
    again = client.post(address, data=fields(late.text))

    assert late.status_code == 409
    assert "Olga’s title" in late.text
    assert "Otto’s title" in late.text
    assert again.status_code == 303
    assert the("june-retreat").title["en"] == "Otto’s title"


def test_the_same_form_sent_twice_is_no_conflict(client):
    otto(client)
    slug = a_draft(client)
    address = f"/organise/gatherings/{slug}/edit/places"
    data = fields(client.get(address).text) | {"capacity": "8", "t0-name_en": "Shared room", "t0-price": "480"}

    answers = [client.post(address, data=data).status_code for _press in range(2)]

    a_gathering()
    words = "/organise/gatherings/june-retreat/edit/words"
    retitled = fields(client.get(words).text) | {"title_en": "July retreat"}
    published = [client.post(words, data=retitled).status_code for _press in range(2)]

    assert answers == [303, 303]
    assert len(the(slug).ticket_types) == 1
    assert published == [303, 303]


def test_two_sections_edited_by_two_organisers_do_not_collide(client, another_client):
    otto(client)
    sign_in(another_client, a_person("olga@example.org", role="organiser"))
    a_gathering()
    opened = fields(client.get("/organise/gatherings/june-retreat/edit/words").text)
    send(another_client, "june-retreat", "places", capacity="9")

    saved = client.post("/organise/gatherings/june-retreat/edit/words", data=opened | {"title_en": "Otto’s title"})

    assert saved.status_code == 303
    assert (the("june-retreat").capacity, the("june-retreat").title["en"]) == (9, "Otto’s title")


def test_an_hour_that_spring_skips_is_refused_with_a_sentence(client):
    otto(client)
    slug = a_draft(client)

    refused = send(client, slug, "when", starts="2027-03-28T01:30", ends="2027-03-29T12:00")

    assert refused.status_code == 422
    assert "does not take place" in refused.text
    assert "2027-03-28T01:30" in refused.text


def test_an_hour_that_autumn_repeats_is_asked_about(client):
    otto(client)
    slug = a_draft(client)
    asked = send(client, slug, "when", starts="2027-10-31T01:30", ends="2027-10-31T04:30")
    assert "comes twice" in asked.text

    lengths = []
    for which in ("first", "second"):
        saved = send(client, slug, "when", starts="2027-10-31T01:30", starts_second=which, ends="2027-10-31T04:30")
        assert saved.status_code == 303
        lengths.append(the(slug).ends_at - the(slug).starts_at)

    assert lengths == [timedelta(hours=4), timedelta(hours=3)]


@pytest.mark.parametrize(
    "typed",
    [
        "0001-01-01T10:00",
        "1969-12-31T23:59",
        "9999-12-31T23:59",
        "2027-11-31T10:00",
        "2027-W53-1",
        "tomorrow",
        "2027-06-12",
    ],
)
def test_a_time_that_is_none_is_answered_in_words(client, typed):
    otto(client)
    slug = a_draft(client)

    refused = send(client, slug, "when", starts=typed)

    assert refused.status_code == 422
    assert "a day and a time that exist" in refused.text


def test_another_zone_asks_what_stays_and_the_programme_goes_along(client):
    otto(client)
    gathering = a_gathering(starts_at=datetime(2027, 6, 12, 17, 0, tzinfo=UTC))  # 18:00 in Lisbon
    with writing() as session:
        session.add(Session(id=new_id(), gathering_id=gathering.id, title=both("Supper"),
                            starts_at=datetime(2027, 6, 12, 18, 0, tzinfo=UTC), ends_at=datetime(2027, 6, 12, 19, 0, tzinfo=UTC)))  # fmt: skip

    asked = send(client, "june-retreat", "when", zone="Europe/Madrid")
    saved = send(client, "june-retreat", "when", zone="Europe/Madrid", zone_keeps="clock")

    assert "Say whether the clock at the place stays" in asked.text
    assert saved.status_code == 303
    assert the("june-retreat").starts_at == datetime(2027, 6, 12, 16, 0, tzinfo=UTC)
    assert the("june-retreat").starts_wall == "2027-06-12T18:00"
    assert the("june-retreat").sessions[0].starts_at == datetime(2027, 6, 12, 17, 0, tzinfo=UTC)


def test_a_gathering_moved_across_the_change_of_clocks_keeps_its_clock_times(client):
    otto(client)
    gathering = a_gathering(starts_at=datetime(2027, 3, 26, 18, 0, tzinfo=UTC))
    with writing() as session:
        session.add(Session(id=new_id(), gathering_id=gathering.id, title=both("Walk"),
                            starts_at=datetime(2027, 3, 27, 9, 0, tzinfo=UTC), ends_at=datetime(2027, 3, 27, 10, 0, tzinfo=UTC)))  # fmt: skip

    send(client, "june-retreat", "when", starts="2027-03-27T18:00", ends="2027-03-29T18:00")

    assert the("june-retreat").sessions[0].starts_at == datetime(
        2027, 3, 28, 8, 0, tzinfo=UTC
    )  # still 09:00 at the place


def test_capacity_cannot_fall_below_what_is_taken(client):
    otto(client)
    gathering = a_gathering(places=8)
    a_booking(gathering, "ada@example.org", "bo@example.org")

    refused = send(client, "june-retreat", "places", capacity="1")

    assert refused.status_code == 422
    assert "2 places are taken" in refused.text
    assert the("june-retreat").capacity == 8


def test_a_kind_of_place_that_was_booked_is_not_deleted_even_after_cancelling(client):
    otto(client)
    gathering = a_gathering(places=8)
    booked = a_booking(gathering, "ada@example.org")
    taken = send(
        client, "june-retreat", "places", t0__remove="yes", t1__name_en="Other", t1__name_pt="Outro", t1__price="0"
    )
    with writing():
        booking.cancel_places(booked.id, {booked.places[0].id})

    cancelled = send(
        client, "june-retreat", "places", t0__remove="yes", t1__name_en="Other", t1__name_pt="Outro", t1__price="0"
    )

    assert (taken.status_code, cancelled.status_code) == (422, 422)
    assert "so it stays" in cancelled.text
    assert db.session.query(TicketType).filter_by(gathering_id=gathering.id).count() == 1


def test_a_changed_price_leaves_what_was_agreed(client):
    otto(client)
    gathering = a_gathering(price=480_00)
    booked = a_booking(gathering, "ada@example.org")

    send(client, "june-retreat", "places", t0__price="520,50", sure="yes")

    assert the("june-retreat").ticket_types[0].price_minor == 520_50
    assert db.session.get_one(Registration, booked.id).agreed_minor == 480_00


def test_the_care_contact_must_not_lead(client):
    otto(client)
    mira = a_facilitator("mira@example.org")
    a_gathering(facilitator=mira)

    refused = send(client, "june-retreat", "people", care_name="Mira", care_email="Mira@example.org")

    assert refused.status_code == 422
    assert "name somebody else" in refused.text


def test_a_changed_promise_of_a_published_gathering_is_a_new_version(client):
    otto(client)
    gathering = a_gathering()
    draft = a_draft(client)

    send(client, "june-retreat", "promise", may_be_hard_en="Silence")
    for text in ("Silence", "Snow"):
        send(client, draft, "promise", may_be_hard_en=text)

    versions = db.session.query(PagePromise).filter_by(gathering_id=gathering.id).order_by(PagePromise.version).all()
    assert [(each.version, each.may_be_hard["en"]) for each in versions] == [(1, "may be hard"), (2, "Silence")]
    drafted = db.session.query(PagePromise).filter_by(gathering_id=the(draft).id).all()
    assert [(each.version, each.may_be_hard["en"]) for each in drafted] == [(1, "Snow")]


def test_the_programme_gets_and_loses_parts(client):
    otto(client)
    slug = a_draft(client)
    send(client, slug, "when", starts="2027-06-12T18:00", ends="2027-06-14T14:00")

    send(client, slug, "programme", s0__title_en="Supper", s0__starts="2027-06-12T19:00", s0__ends="2027-06-12T20:00",
         s1__title_en="Night walk", s1__starts="2027-06-12T22:00", s1__ends="2027-06-13T02:00")  # fmt: skip
    send(client, slug, "programme", s0__remove="yes")
    refused = send(client, slug, "programme", s0__ends="2027-06-12T21:00")

    assert [(each.title, each.starts_at) for each in the(slug).sessions] == [
        ({"en": "Night walk"}, datetime(2027, 6, 12, 21, 0, tzinfo=UTC))
    ]
    assert refused.status_code == 422


def test_fields_that_no_form_has_are_ignored(client):
    otto(client)
    slug = a_draft(client)

    send(client, slug, "words", state="published", taken="5", version="99", published_at="2027-01-01T00:00")

    assert (the(slug).state, the(slug).taken, the(slug).published_at) == ("draft", 0, None)


def test_two_drafts_with_one_title_have_two_addresses_and_a_taken_one_is_refused(client):
    otto(client)
    first, second = a_draft(client, "Círculo de verão"), a_draft(client, "Círculo de verão")

    refused = send(client, second, "words", slug=first)

    assert (first, second) == ("circulo-de-verao", "circulo-de-verao-2")
    assert refused.status_code == 422
    assert "choose another" in refused.text


def test_cancelling_says_why_and_happens_once(client):
    otto(client)
    a_gathering()

    without = client.post("/organise/gatherings/june-retreat/cancel", data={})
    for _press in range(2):
        client.post("/organise/gatherings/june-retreat/cancel", data={"because_en": "The house is closed."})

    assert without.status_code == 422
    assert (the("june-retreat").state, the("june-retreat").cancelled_because) == (
        "cancelled",
        {"en": "The house is closed."},
    )
    assert events("GatheringCancelled") == 1


def test_the_clock_begins_and_ends_a_gathering(app, deliver):
    a_gathering(starts_at=clock.now() + timedelta(days=1), lasts=timedelta(hours=2))
    states = []
    for hours in (0, 24, 27):
        clock.move_to(clock.now() + timedelta(hours=hours))
        deliver()
        states.append(the("june-retreat").state)

    assert states == ["published", "running", "over"]
    assert (events("GatheringStarted"), events("GatheringEnded")) == (1, 1)


@pytest.mark.parametrize("hours", [-24, 2])
def test_whatever_is_due_at_once_happens_in_order(app, deliver, hours):
    a_gathering(starts_at=clock.now() + timedelta(hours=hours), lasts=timedelta(hours=1))
    clock.move_to(clock.now() + timedelta(days=2))

    deliver()

    assert the("june-retreat").state == "over"


def test_unknown_series_venues_and_sections_are_not_there(client):
    otto(client)
    slug = a_draft(client)

    assert send(client, slug, "words", series="12345").status_code == 404
    assert send(client, slug, "when", venue="12345").status_code == 404
    assert client.get(f"/organise/gatherings/{slug}/edit/nothing").status_code == 404
    assert client.get("/organise/gatherings/nothing/").status_code == 404
    assert db.session.query(Series).count() == 0


def test_texts_lose_what_turns_the_reading_direction(client):
    otto(client)
    slug = a_draft(client)

    send(client, slug, "words", title_en="A\u202eB\r\nC\x00")

    assert the(slug).title == {"en": "AB C"}


def test_the_list_of_gatherings_costs_the_same_with_one_and_with_thirty(client, statements):
    otto(client)
    for number in range(2):
        a_gathering(slug=f"g{number}")
    with statements() as few:
        client.get("/organise/gatherings/")
    for number in range(2, 30):
        a_gathering(slug=f"g{number}")

    with statements() as many:
        client.get("/organise/gatherings/")

    assert len(many) == len(few)
