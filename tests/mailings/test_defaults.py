"""Every letter that goes out by itself, word for word in both languages, as the house has it for each kind of gathering.

`GOLDEN=write pytest tests/mailings/test_defaults.py` writes them anew; read them before you commit.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Venue
from retreats.catalogue.models.gathering import KINDS
from retreats.db import db, writing
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.mailings.placeholders import unknown
from retreats.mailings.timing import PURPOSES, house_letter
from tests.house import a_booking, a_facilitator, a_gathering

GOLDEN = Path(__file__).with_name("golden")


def letter(kind: str, purpose: str, language: str) -> mail.Composed:
    """One of them to Ada, at a moment when it is true."""
    gathering = a_gathering(kind=kind, facilitator=a_facilitator())
    registration = a_booking(gathering, "ada@example.org", language=language)
    with writing() as session:
        venue = session.query(Venue).one()
        venue.getting_there = {
            "en": "Train to *Sintra*, then bus 435.",
            "pt": "Comboio até *Sintra*, depois autocarro 435.",
        }
        session.get_one(Place, registration.places[0].id).state = "confirmed"
        mail.write("mailings.timed", occasion="golden", shelf=f"registration:{registration.id}", language=language,
                   about={"registration_id": registration.id, "place_id": registration.places[0].id, "purpose": purpose,
                          "mark": "2027-04-30" if purpose == "reminder" else ""})  # fmt: skip
        session.query(Letter).filter_by(kind="mailings.timed").one().sent_at = clock.now()
    if purpose == "thanks":
        assert gathering.ends_at is not None
        clock.move_to(gathering.ends_at + timedelta(days=5))
    db.session.remove()
    return mail.composed(db.session.query(Letter).filter_by(kind="mailings.timed").one())


def plain(words: mail.Composed) -> str:
    """The letter without what differs from run to run."""
    text = re.sub(r"/(registrations|places)/\S+", r"/\1/…", words.text)
    return f"{words.to_name} <{words.to_address}>\n{words.subject}\n\n{text}"


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_letter_says_what_it_has_always_said(app, kind, purpose, language) -> None:
    words = letter(kind, purpose, language)
    file = GOLDEN / f"{kind}.{purpose}.{language}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(plain(words), encoding="utf-8")

    assert plain(words) == file.read_text(encoding="utf-8")
    assert max(len(line) for line in words.text.splitlines() if "/" not in line) <= 76
    assert [link for link in re.findall(r"http\S+", words.text) if link.replace("&", "&amp;") not in words.html] == []
    assert "{" not in words.text + words.subject


@pytest.mark.parametrize("kind", KINDS)
def test_the_house_writes_every_letter_in_both_languages_with_what_can_be_filled_in(kind) -> None:
    for purpose in PURPOSES:
        house = house_letter(kind, purpose)

        assert set(house.subject) == set(house.body) == {"en", "pt"}
        assert unknown(*house.subject.values(), *house.body.values()) == []
