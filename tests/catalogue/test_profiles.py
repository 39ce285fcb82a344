"""Those who lead introduce themselves; organisers do it for those who never sign in."""

from __future__ import annotations

from typing import Any

import pytest

from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, writing
from retreats.outbox.models import Event
from tests.catalogue.organise import fields, otto
from tests.house import a_facilitator, a_gathering, a_person, sign_in
from tests.pictures.files import a_file

pytestmark = pytest.mark.slow

OWN = "/facilitate/profile"
MIRAS = "/organise/facilitators/mira/"


def save(client: Any, where: str, /, **changed: Any) -> Any:
    """Open the form, change these fields, and save."""
    return client.post(where, data=fields(client.get(where).text) | changed)


def changes() -> int:
    return db.session.query(Event).filter_by(name="ProfileChanged").count()


def test_mira_writes_her_page_and_everybody_reads_it_in_both_languages(client, another_client):
    gathering = a_gathering()
    leader = db.session.query(Facilitator).one()
    sign_in(client, leader.person)
    before, hers = gathering.version, f"/facilitators/{leader.slug}/"

    answer = save(client, OWN, line_en="Slow and clear", line_pt="Devagar e claro", training_en="Ten years in **Porto**",
                  approach_pt="Com tempo", languages=["pt"])  # fmt: skip

    assert (answer.status_code, answer.location) == (303, f"{OWN}?saved=yes")
    page = another_client.get(hers).text
    assert "Slow and clear" in page
    assert "Ten years in <strong>Porto</strong>" in page
    assert "Devagar e claro" in another_client.get(f"{hers}?lang=pt").text
    assert "Slow and clear" in another_client.get("/gatherings/june-retreat/?lang=en").text
    assert db.session.query(Gathering).populate_existing().one().version == before + 1
    assert db.session.query(Facilitator).one().languages == ["pt"]


def test_saved_unchanged_it_leaves_no_trace(client):
    sign_in(client, a_facilitator().person)

    assert save(client, OWN).status_code == 303

    assert changes() == 0


def test_of_her_and_otto_the_slower_sees_both_versions_and_loses_nothing(client, another_client):
    sign_in(client, a_facilitator().person)
    otto(another_client)
    slow = fields(client.get(OWN).text)
    save(another_client, MIRAS, line_en="As Otto says")

    answer = client.post(OWN, data=slow | {"line_en": "As Mira says"})

    assert answer.status_code == 409
    assert "As Otto says" in answer.text
    assert db.session.query(Facilitator).populate_existing().one().line["en"] == "As Otto says"
    client.post(OWN, data=fields(answer.text))
    assert db.session.query(Facilitator).populate_existing().one().line["en"] == "As Mira says"


def test_what_is_too_long_comes_back_as_it_was_typed(client):
    sign_in(client, a_facilitator().person)

    answer = save(client, OWN, line_en="x" * 161, approach_en="Gently")

    assert answer.status_code == 422
    assert "Please shorten this to 160 characters." in answer.text
    assert fields(answer.text)["approach_en"] == ["Gently"]
    assert changes() == 0


def test_nobody_writes_the_page_of_somebody_else(client):
    mira, ines = a_facilitator(), a_facilitator("ines@example.org")
    sign_in(client, ines.person)

    save(client, OWN, line_en="Only mine")

    assert client.get(MIRAS).status_code == 404
    assert client.post(MIRAS, data={"line_en": "Not hers"}).status_code == 404
    db.session.expire_all()
    assert db.session.get_one(Facilitator, mira.id).line["en"] == "Listens"
    assert db.session.get_one(Facilitator, ines.id).line["en"] == "Only mine"


def test_a_facilitator_whose_page_is_not_made_yet_gets_no_fault(client):
    sign_in(client, a_person("new@example.org", role="facilitator"))

    assert [client.get(each).status_code for each in (OWN, f"{OWN}/picture")] == [404, 404]


def test_her_portrait_stands_wherever_she_leads(client, another_client):
    a_gathering()
    sign_in(client, db.session.query(Facilitator).one().person)
    where = f"{OWN}/picture"
    sent = fields(client.get(where).text) | {"alt_en": "Mira smiles", "alt_pt": "Mira sorri"}

    answer = client.post(where, data=sent | {"picture": (a_file(), "a.jpg")}, content_type="multipart/form-data")

    assert answer.status_code == 303
    leader = db.session.query(Facilitator).one()
    portrait = leader.picture
    assert portrait is not None
    assert portrait.width == portrait.height
    for page in (f"/facilitators/{leader.slug}/", "/facilitators/", "/gatherings/june-retreat/"):
        assert f"/pictures/{portrait.name}/" in another_client.get(page).text, page
    stale = client.post(f"{where}/remove", data={"base": sent["base"]})
    assert stale.status_code == 409
    client.post(f"{where}/remove", data={"base": fields(client.get(where).text)["base"]})
    assert f"/pictures/{portrait.name}/" not in another_client.get("/gatherings/june-retreat/").text


def test_otto_adds_somebody_who_never_signs_in(client, post_office, deliver):
    otto(client)
    before = len(post_office.letters)

    answer = save(client, "/organise/facilitators/new", name="Guest Gil", email="Gil@example.org")

    assert (answer.status_code, answer.location) == (303, "/organise/facilitators/guest-gil/")
    save(client, "/organise/facilitators/guest-gil/", line_en="Sings")
    deliver()
    assert "Sings" in client.get("/facilitators/guest-gil/").text
    gil = db.session.query(Person).filter_by(email="gil@example.org").one()
    assert gil.roles == []
    assert len(post_office.letters) == before


def test_invited_later_they_keep_their_page_and_a_second_one_is_never_made(client, another_client, deliver):
    otto(client)
    save(client, "/organise/facilitators/new", name="Gil", email="gil@example.org")

    again = save(client, "/organise/facilitators/new", name="Other", email="gil@example.org")
    with writing():
        accounts.invite("gil@example.org", name="Gil", role="facilitator", language="en")
    deliver()

    assert again.location == "/organise/facilitators/gil/"
    found = db.session.query(Facilitator).one()
    assert (found.slug, found.person.name) == ("gil", "Gil")
    sign_in(another_client, found.person)
    assert another_client.get(OWN).status_code == 200


def test_who_is_added_needs_a_name_and_an_address(client):
    otto(client)

    answer = save(client, "/organise/facilitators/new", name="", email="nobody")

    assert answer.status_code == 422
    assert "Write the name by which people know them." in answer.text
    assert "does not look like a mail address yet" in answer.text
    assert db.session.query(Facilitator).count() == 0


def test_an_empty_page_shows_no_empty_headings(client):
    otto(client)
    save(client, "/organise/facilitators/new", name="Gil", email="gil@example.org")

    page = client.get("/facilitators/gil/").text

    assert [each in page for each in (">Training<", ">Approach<", "Works in")] == [False, False, False]


def test_the_list_costs_the_same_with_one_and_with_thirty(client, statements):
    otto(client)
    a_facilitator()
    client.get("/organise/facilitators/")
    with statements() as few:
        client.get("/organise/facilitators/")

    for number in range(29):
        a_facilitator(f"leads{number}@example.org")
    db.session.expire_all()
    with statements() as many:
        client.get("/organise/facilitators/")

    assert len(few) == len(many)
