"""Olga owns a house: what the tests of setting up have in common."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from retreats.accounts.models import Person
from retreats.db import writing
from retreats.house import service
from tests.catalogue.organise import Fields
from tests.house import a_person, sign_in

SETTINGS = "/organise/setting-up"


def olga(client: FlaskClient) -> Person:
    """She owns the house, and this is her browser."""
    person = a_person("olga@example.org", role="owner")
    sign_in(client, person)
    return person


def form_of(client: FlaskClient, section: str) -> dict[str, Any]:
    """What her browser would send of the form of this section as it stands."""
    text = client.get(f"{SETTINGS}/{section}").text
    whole = next(form for form in re.findall(r"<form.*?</form>", text, re.DOTALL) if 'name="base"' in form)
    fields = Fields()
    fields.feed(whole)
    return dict(fields.values)


def save(client: FlaskClient, section: str, **said: Any) -> Any:
    """She opens a form, writes this into it, and saves it."""
    return client.post(f"{SETTINGS}/{section}", data=form_of(client, section) | said)


def text_of(answer: Any) -> str:
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


def say(**values: Any) -> None:
    """As if it had been saved by a form."""
    with writing():
        service.change(values, still=lambda row: True)
