"""Letters about practices and conversations in both languages, word for word."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.conversation import service as conversation
from retreats.conversation.models import Member
from retreats.db import db, writing
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.practices import service
from tests.feedback import loop
from tests.house import a_facilitator
from tests.practices.arranged import SECRET, a_gathering_with_a_practice

GOLDEN = Path(__file__).with_name("golden")
KINDS = ("practices.reminder", "practices.commented", "practices.shown", "conversation.digest")


def letter(kind: str, language: str) -> Letter:
    """One letter, at a moment when it is true."""
    mira = a_facilitator()
    june, practice = a_gathering_with_a_practice(2, mira, language=language)
    place = loop.place_of(june, "ada")
    assert june.ends_at is not None
    clock.move_to(june.ends_at)
    with writing() as session:
        service.choose(place.id, practice.id, when="I wake", will=SECRET)
        service.remind(place.id, "ask")
        conversation.join(place.id, "Ada", wants_digest=True)
        member = session.query(Member).one()
        about = {
            "place_id": place.id,
            "gathering_id": june.id,
            "person_id": mira.person_id,
            "member_id": member.id,
            "number": 2,
        }
        mail.write(kind, occasion="golden", shelf=f"place:{place.id}", language=language, about=about)
    db.session.remove()
    return db.session.query(Letter).filter_by(kind=kind).one()


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_letter_says_what_it_has_always_said(app, kind, language) -> None:
    del app
    words = mail.composed(letter(kind, language))
    plain = f"{words.to_name} <{words.to_address}>\n{words.subject}\n\n" + re.sub(
        r"/reflect/[^/\s]+", "/reflect/…", words.text
    )
    file = GOLDEN / f"{kind}.{language}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(plain, encoding="utf-8")

    assert plain == file.read_text(encoding="utf-8")
    assert max(len(line) for line in words.text.splitlines() if "/" not in line) <= 76
    assert SECRET not in words.text + words.html
    for link in re.findall(r"http\S+/reflect/\S+", words.text):
        assert link in words.html


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_cancelled_gathering_nobody_hears_any_more(app, kind) -> None:
    del app
    found = letter(kind, "en")
    with writing() as session:
        for each in session.query(Gathering):
            each.state = "cancelled"

    with pytest.raises(mail.NoLongerNeeded):
        mail.composed(db.session.get_one(Letter, found.id))
