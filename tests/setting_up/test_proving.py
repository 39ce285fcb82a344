"""Olga's passwords and keys ask for her second factor, once she has one; on the first day she needs none."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from retreats.accounts.models import Authenticator, Person
from retreats.db import db
from retreats.house.queries import current
from tests.accounts.test_second_factor import code_of, forget_used_steps, set_up, time_passes
from tests.house import a_person, sign_in
from tests.setting_up.owning import SETTINGS, form_of, save

pytestmark = pytest.mark.slow
MAIL = f"{SETTINGS}/mail"
SERVER = {"mail_server": "smtp.olga.example", "mail_port": "587", "mail_security": "starttls", "mail_username": "olga",
          "mail_password": "quite <secret> & long"}  # fmt: skip


@pytest.fixture
def olga_by_mail_only(client: FlaskClient) -> Person:
    person = a_person("olga@example.org", role="owner")
    sign_in(client, person, proved=False)
    return person


def test_on_the_first_day_mail_and_stripe_are_set_without_a_second_factor(
    client: FlaskClient, olga_by_mail_only: Person
) -> None:
    saved = [save(client, "mail", **SERVER).status_code, client.get(f"{SETTINGS}/money").status_code]

    assert saved == [303, 200]
    assert current().mail.server == "smtp.olga.example"


def test_once_she_has_one_it_is_asked_for_and_what_she_typed_goes_on_with_it(
    client: FlaskClient, olga_by_mail_only: Person
) -> None:
    typed = form_of(client, "mail") | SERVER
    set_up(client, olga_by_mail_only)
    time_passes(15)

    looked = client.get(MAIL)
    waiting = client.post(MAIL, data=typed)
    before = current().mail.server
    kept = re.findall(r'<input type="hidden" name="(mail_server|mail_port)" value="([^"]*)"', waiting.text)
    forget_used_steps()
    done = client.post(MAIL, data=typed | {"proof-code": code_of(olga_by_mail_only)})
    name = save(client, "house", name="Casa da Olga").status_code

    assert (looked.status_code, looked.location) == (303, f"/me/confirm?next={MAIL}")
    assert (waiting.status_code, before, done.status_code, name) == (401, "", 303, 303)
    assert dict(kept) == {"mail_server": "smtp.olga.example", "mail_port": "587"}
    assert current().mail.server == "smtp.olga.example"


def test_who_lost_it_with_all_codes_is_let_in_again_by_the_console(
    app: Flask, client: FlaskClient, olga_by_mail_only: Person
) -> None:
    set_up(client, olga_by_mail_only)
    time_passes(15)
    shut = client.get(MAIL).status_code

    said = app.test_cli_runner().invoke(args=["people", "forget-second-factor", "olga@example.org"])
    ended = client.get(MAIL).location
    sign_in(client, olga_by_mail_only, proved=False)
    open_again = client.get(MAIL).status_code

    assert (shut, said.exit_code, open_again) == (303, 0, 200)
    assert ended.startswith("/sign-in"), "whoever is signed in with her mailbox alone comes in anew"
    assert db.session.scalars(select(Authenticator)).all() == []


def test_lists_and_badges_on_paper_ask_like_every_other_list_with_names(client: FlaskClient) -> None:
    sign_in(client, a_person("otto@example.org", role="organiser"), proved=False)

    asked = client.get("/organise/gatherings/june-retreat/print/participants")

    assert asked.location == "/me/second-factor?next=/organise/gatherings/june-retreat/print/participants"
