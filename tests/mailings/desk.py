"""Words for writing letters at a desk: a draft as a browser makes it, and its buttons."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from retreats.db import db
from retreats.mail.message import Envelope
from retreats.mailings.models import Mailing

HOUSE, LED = "/organise/gatherings/june-retreat/letters", "/facilitate/june-retreat/letters"
BOTH = {"subject_en": "What to bring", "body_en": "Dear {name},\n\nbring **socks**.",
        "subject_pt": "O que trazer", "body_pt": "Olá, {name},\n\ntraga **meias**."}  # fmt: skip


def written(client: FlaskClient, *, desk: str = HOUSE, audience: str = "booked", **words: str) -> str:
    """A draft; the address of its page."""
    answer = client.post(f"{desk}/new", data={"audience": audience, **(words or BOTH)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def send(client: FlaskClient, letter: str, *, version: int = 1) -> Any:
    """Press the button that sends it."""
    return client.post(f"{letter}send", data={"version": version})


def mailings() -> list[Mailing]:
    """Everything that was written."""
    db.session.remove()
    return db.session.query(Mailing).all()


def by_reader(sent: list[Envelope], subject: str) -> dict[str, str]:
    """Who got a letter with these words in its subject, and its text."""
    found = [each for each in sent if subject in each.subject]
    assert len({each.to_address for each in found}) == len(found), "somebody got it twice"
    return {each.to_address: each.text for each in found}
