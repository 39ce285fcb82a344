"""Nobody owns the house: the link of the console makes the first owner, once, and nobody is ever locked out."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.db import db, writing
from retreats.outbox.models import Event
from retreats.setting_up import door
from tests.house import a_person
from tests.tokens import guessed

OLGA = {"house_name": "Casa da Olga", "name": "Olga Prado", "email": "olga@example.org", "language": "pt"}


def owners() -> list[str]:
    """Their addresses."""
    db.session.remove()
    return [each.email for each in db.session.query(Person) if any(role.role == "owner" for role in each.roles)]


def command(app: Flask, *words: str) -> tuple[int, str]:
    """What the console answers."""
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output.strip()


def test_the_console_prints_the_link_for_as_long_as_nobody_owns_the_house(app: Flask) -> None:
    before = command(app, "setup-link")
    a_person("olga@example.org", role="owner")

    after = command(app, "setup-link")

    assert before == (0, f"http://127.0.0.1:5999{door.path()}")
    assert after[0] == 1
    assert "flask --app wsgi sign-in-link YOUR-ADDRESS" in after[1]


def test_looking_at_the_link_changes_nothing_and_one_press_makes_the_owner(client: FlaskClient) -> None:
    for _look in range(2):
        assert "Make this house yours" in client.get(door.path()).text
    before = owners()

    pressed = client.post(door.path(), data=OLGA)

    assert before == []
    assert (pressed.status_code, pressed.location) == (303, "/organise/setting-up")
    assert owners() == ["olga@example.org"]
    page = client.get("/organise/setting-up", headers={"Accept-Language": "pt"}).text
    assert "Do vazio à publicação" in page
    assert "Casa da Olga" in page
    assert [each.name for each in db.session.query(Event)] == ["HouseClaimed"]


def test_what_was_typed_comes_back_with_sentences(client: FlaskClient) -> None:
    client.get(door.path())

    answer = client.post(door.path(), data={"house_name": "", "name": "Olga", "email": "olga at home"})

    assert answer.status_code == 422
    assert 'value="olga at home"' in answer.text
    assert 'value="Olga"' in answer.text
    assert "Say what the house is called" in answer.text
    assert "needs something before and after an @" in answer.text
    assert owners() == []


def test_the_same_press_twice_lets_the_same_person_in_and_nobody_else(
    client: FlaskClient, another_client: FlaskClient
) -> None:
    client.get(door.path())
    another_client.get(door.path())
    client.post(door.path(), data=OLGA)

    again = client.post(door.path(), data=OLGA)
    with_hers = another_client.post(door.path(), data=OLGA)
    with_another = another_client.post(door.path(), data=OLGA | {"email": "nell@example.org"})

    assert again.status_code == 303
    assert [each.status_code for each in (with_hers, with_another, another_client.get(door.path()))] == [410] * 3
    assert "This house has its owner" in with_another.text
    assert another_client.get("/organise/setting-up").status_code == 303
    assert owners() == ["olga@example.org"]


def test_a_guessed_link_is_like_none(client: FlaskClient) -> None:
    wrong = guessed(door.path())

    assert client.get(wrong).status_code == 404
    assert client.post(wrong, data=OLGA).status_code == 404
    assert owners() == []


def test_whoever_booked_before_keeps_what_they_hold(client: FlaskClient) -> None:
    known = a_person("olga@example.org", name="Olga", role="facilitator")

    client.get(door.path())
    client.post(door.path(), data=OLGA)

    db.session.remove()
    person = db.session.query(Person).one()
    assert (person.id, sorted(each.role for each in person.roles)) == (known.id, ["facilitator", "owner"])


def test_the_console_lets_the_owner_in_when_no_letter_can(app: Flask, client: FlaskClient) -> None:
    a_person("olga@example.org", role="owner")

    code, link = command(app, "sign-in-link", "Olga@example.org")
    page = client.get(link)
    unknown = command(app, "sign-in-link", "nell@example.org")

    assert code == 0
    entered = client.post(page.location)
    assert page.location == "/sign-in/confirm"
    assert entered.status_code == 303
    assert client.get("/organise/setting-up/mail").status_code == 200
    assert (unknown[0], "knows nobody by this address" in unknown[1]) == (1, True)


def test_the_last_owner_stays(app: Flask) -> None:
    del app
    olga, paul = (a_person(f"{each}@example.org", role="owner") for each in ("olga", "paul"))
    with writing():
        accounts.take_role(paul.id, "owner")

    with pytest.raises(accounts.LastOwner), writing():
        accounts.take_role(olga.id, "owner")
    with pytest.raises(accounts.LastOwner), writing() as session:
        accounts.disable(session.get_one(Person, olga.id))

    assert owners() == ["olga@example.org"]
