"""Asking somebody by letter to take a role, from the owner's page to their first look round."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from retreats.accounts.models import Invitation, Person, Role
from retreats.catalogue.models import Facilitator
from retreats.db import db, writing
from tests.house import a_booking, a_facilitator, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow

LINK = re.compile(r"(/invitation/link/[0-9a-f]+-[a-z2-7]{32})")


@pytest.fixture
def olga(client):
    """Olga owns the house, and is signed in."""
    person = a_person("olga@example.org", role="owner")
    sign_in(client, person)
    return person


def invite(client, email="mila@example.org", role="facilitator", **more):
    return client.post(
        "/organise/people/invite", data={"email": email, "name": "Mila", "role": role, "language": "en", **more}
    )


def links(post_office, to="mila@example.org") -> list[str]:
    """The links of the invitations that this mailbox got, oldest first."""
    return [
        LINK.search(letter.text)[1] for letter in post_office.letters if letter.to == to and LINK.search(letter.text)
    ]


def roles(email: str) -> set[str]:
    return set(db.session.scalars(select(Role.role).join(Person).where(Person.email == email)))


def the_invitation() -> Invitation:
    return db.session.scalars(select(Invitation)).one()


def test_mila_is_invited_accepts_and_leads_what_she_is_given_and_sees_nothing_else(
    client, another_client, olga, deliver, post_office
):
    gathering = a_gathering(slug="june-retreat", facilitator=a_facilitator("mira@example.org"))
    a_booking(gathering, "ada@example.org")
    asked = invite(client)
    deliver()
    [link] = links(post_office)
    before = roles("mila@example.org")

    another_client.get(link)
    shown = another_client.get("/invitation").text
    accepted = another_client.post("/invitation")
    deliver()

    assert asked.status_code == 303
    assert before == set()
    assert "Olga asks you to lead gatherings at Casa do Rio" in shown
    assert accepted.location == "/me/second-factor?next=/facilitate/"
    assert roles("mila@example.org") == {"facilitator"}
    assert db.session.scalars(select(Facilitator.slug).join(Person).where(Person.email == "mila@example.org")).one()
    assert another_client.get("/facilitate/").status_code == 200
    for path in (
        "/organise/",
        "/organise/people/",
        "/facilitate/june-retreat/after",
        "/facilitate/june-retreat/points/1",
    ):
        assert another_client.get(path).status_code == 404


def test_opening_the_letters_link_changes_nothing_and_it_works_once(client, another_client, olga, deliver, post_office):
    invite(client)
    deliver()
    [link] = links(post_office)

    another_client.head(link, follow_redirects=True)
    another_client.get(link, follow_redirects=True)
    untouched = roles("mila@example.org")
    first = another_client.post("/invitation")
    pressed_twice = another_client.post("/invitation")
    another_client.get(link)
    again = another_client.post("/invitation")

    assert untouched == set()
    assert (first.status_code, pressed_twice.location) == (303, "/me/")
    assert (again.status_code, "no longer good" in again.text) == (410, True)


def test_a_new_letter_makes_the_old_link_worthless_and_what_is_taken_back_opens_nothing(
    client, another_client, olga, deliver, post_office
):
    invite(client)
    deliver()
    invite(client)
    deliver()
    client.post(f"/organise/people/invitations/{the_invitation().id}/again")
    deliver()
    first, second, third = links(post_office)

    answers = []
    for link in (first, second):
        another_client.get(link)
        answers.append(another_client.post("/invitation").status_code)
    client.post(f"/organise/people/invitations/{the_invitation().id}/take-back")
    another_client.get(third)
    answers.append(another_client.post("/invitation").status_code)

    assert answers == [410, 410, 410]
    assert roles("mila@example.org") == set()
    assert client.post(f"/organise/people/invitations/{the_invitation().id}/again").status_code == 410


def test_after_fourteen_days_the_letter_is_too_old_and_can_be_sent_again(
    client, another_client, olga, deliver, post_office
):
    invite(client)
    deliver()
    with writing():
        the_invitation().sent_at -= timedelta(days=14)
    another_client.get(links(post_office)[0])

    old = another_client.post("/invitation")
    listed = client.get("/organise/people/").text
    client.post(f"/organise/people/invitations/{the_invitation().id}/again")
    deliver()
    another_client.get(links(post_office)[-1])

    assert old.status_code == 410
    assert "too old, not answered" in listed
    assert another_client.post("/invitation").status_code == 303


def test_a_mistake_keeps_what_was_typed_and_who_has_the_role_is_not_asked_again(client, olga):
    a_person("mila@example.org", role="facilitator")

    wrong = invite(client, email="mila")
    again = invite(client)

    assert (wrong.status_code, again.status_code) == (422, 422)
    assert 'value="mila"' in wrong.text
    assert "something before and after an @" in wrong.text
    assert "They are that already." in again.text
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_whom_the_house_refuses_is_not_invited(client, olga):
    nell = a_person("nell@example.org")
    client.post(f"/organise/people/{nell.id}/disable")

    answer = invite(client, email="nell@example.org")

    assert answer.status_code == 422
    assert "The house refuses whoever has this address" in answer.text


def test_who_may_do_more_signs_in_anew(client, another_client, olga, deliver, post_office):
    ada = a_person("ada@example.org")
    sign_in(another_client, ada)
    invite(client, email="ada@example.org", role="organiser")
    deliver()
    phone = client.application.test_client()
    phone.get(links(post_office, "ada@example.org")[0])

    phone.post("/invitation")

    assert another_client.get("/me/").status_code == 303
    assert phone.get("/organise/").status_code == 200
