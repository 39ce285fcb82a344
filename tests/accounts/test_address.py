"""Another mail address: both mailboxes say yes, the old one is told, and other sessions end (AUTH-18)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from retreats.accounts import service
from retreats.accounts.models import AddressChange, Person
from retreats.booking.models import Place
from retreats.db import db, writing
from tests.conftest import browser_of
from tests.house import a_booking, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow

LINK = re.compile(r"(/address/link/[on][0-9a-f]+-[a-z2-7]{32})")
OLD, NEW = "ada@example.org", "ada@new.example"


@pytest.fixture
def ada(client):
    """Ada is signed in."""
    person = a_person(OLD)
    sign_in(client, person)
    return person


@pytest.fixture
def link_to(post_office, deliver):
    """The newest link that went to a mailbox."""

    def newest(address: str) -> str | None:
        deliver()
        found = [LINK.search(each.text) for each in post_office.letters if each.to == address]
        return found[-1][1] if found and found[-1] else None

    return newest


def ask(client, email=NEW):
    return client.post("/me/address", data={"email": email})


def say(client, link: str, *, yes: bool = True):
    client.get(link)
    return client.post("/address" if yes else "/address/stop")


def email_of(person: Person) -> str:
    return db.session.scalars(select(Person.email).where(Person.id == person.id)).one()


def test_it_changes_once_both_mailboxes_have_said_yes_and_every_other_session_ends(
    client, another_client, ada, link_to, post_office, deliver
):
    a_booking(a_gathering(), OLD)
    sign_in(another_client, ada)
    ask(client)
    mail_program = browser_of(client.application)

    first = say(mail_program, link_to(NEW))
    between = email_of(ada)
    second = say(mail_program, link_to(OLD))
    deliver()

    assert ("Now press the link in the other letter" in first.text, between) == (True, OLD)
    assert "The house writes to you at your new address now" in second.text
    assert email_of(ada) == NEW
    assert (client.get("/me/").status_code, another_client.get("/me/").status_code) == (200, 303)
    assert [each.to for each in post_office.letters if each.subject == "Your address was changed"] == [OLD]
    assert db.session.scalars(select(Place.email)).all() == [NEW]


def test_opening_the_links_changes_nothing(client, another_client, ada, link_to):
    ask(client)

    for address in (OLD, NEW):
        another_client.get(link_to(address), follow_redirects=True)
        another_client.head(link_to(address), follow_redirects=True)

    assert email_of(ada) == OLD
    assert db.session.scalars(select(AddressChange.old_confirmed_at)).all() == [None]


def test_the_old_mailbox_can_say_no_and_whoever_asked_is_out(client, another_client, ada, link_to):
    ask(client)
    say(another_client, link_to(NEW))

    stopped = say(another_client, link_to(OLD), yes=False)

    assert "Nothing was changed" in stopped.text
    assert client.get("/me/").status_code == 303
    assert say(another_client, link_to(OLD)).status_code == 410
    assert email_of(ada) == OLD


def test_nobody_learns_whether_the_new_address_is_known_and_its_owner_hears_nothing(client, ada, link_to, post_office):
    a_person("bo@example.org")

    known = ask(client, "bo@example.org")
    to_bo = link_to("bo@example.org")
    unknown = ask(client)

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert to_bo is None
    assert [each.to for each in post_office.letters] == [OLD]


def test_an_address_that_somebody_else_took_meanwhile_stays_theirs(client, another_client, ada, link_to):
    ask(client)
    old, new = link_to(OLD), link_to(NEW)
    a_person(NEW)
    say(another_client, old)

    refused = say(another_client, new)

    assert refused.status_code == 410
    assert email_of(ada) == OLD


def test_a_newer_change_a_day_and_a_broken_link_end_it(client, another_client, ada, link_to):
    ask(client)
    first = link_to(NEW)
    ask(client, "ada@newer.example")
    second = link_to("ada@newer.example")

    replaced = say(another_client, first)
    broken = say(another_client, second[:-1].rstrip("-"))
    with writing() as session:
        for change in session.scalars(select(AddressChange)):
            change.asked_at -= timedelta(hours=24)
    late = say(another_client, second)

    assert [each.status_code for each in (replaced, broken, late)] == [410, 400, 410]


def test_five_changes_a_day_are_enough_and_a_mistake_keeps_what_was_typed(client, ada):
    mistaken = ask(client, "ada")
    same = ask(client, OLD.upper())
    for number in range(5):
        assert ask(client, f"ada{number}@new.example").status_code == 303
    sixth = ask(client)

    assert [each.status_code for each in (mistaken, same, sixth)] == [422, 422, 422]
    assert 'value="ada"' in mistaken.text
    assert "fifth change within a day" in sixth.text


def test_for_somebody_whose_mailbox_is_lost_an_owner_asks_and_only_the_new_one_has_to_say_yes(
    client, another_client, link_to, post_office
):
    ada = a_person(OLD)
    sign_in(client, a_person("olga@example.org", role="owner"))

    asked = client.post(f"/organise/people/{ada.id}/address", data={"email": NEW})
    told = link_to(OLD)
    done = say(another_client, link_to(NEW))

    assert asked.location.endswith("?done=address")
    assert "because this mailbox is closed to you" in " ".join(post_office.letters[0].text.split())
    assert told is not None
    assert "now" in done.text
    assert email_of(ada) == NEW


def test_ways_in_that_were_on_their_way_to_the_old_address_open_nothing(client, another_client, ada, link_to):
    with writing():
        service.ask_to_sign_in(OLD, browser="x", next_path=None)
        asked = db.session.scalars(select(service.entering.SignIn)).one()
    way_in = f"/sign-in/link/{service.link_token(asked)}"
    ask(client)
    say(another_client, link_to(OLD))
    say(another_client, link_to(NEW))

    another_client.get(way_in)

    assert another_client.post("/sign-in/confirm").status_code == 410
