"""Every letter of the loop in both languages, word for word. A change of words is a change of the golden text."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from retreats import clock, reactions
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.db import db, writing
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import CareCase, Decision, FormWindow
from retreats.mail import service as mail
from retreats.mail.models import Letter
from tests.feedback import loop
from tests.feedback.before_world import things_to_write_about
from tests.feedback.letters_of_facilitators import spoken_of
from tests.house import a_facilitator, a_person, both

GOLDEN = Path(__file__).with_name("golden")
KINDS = sorted(kind for kind in reactions.LETTERS if kind.startswith("feedback."))
AFTER = {"after": {"hours": 2}, "reminder": {"hours": 24}, "held": {"days": 7}, "nudge": {"days": 8}}


def letter(app: Flask, kind: str, language: str, *, let_in: bool = True) -> mail.Composed:
    """One letter, at a moment when it is true."""
    mira = a_facilitator()
    june = loop.a_group(2, facilitator=mira, language=language)
    name = kind.removeprefix("feedback.")
    place = loop.place_of(june, "ada")
    person = a_person("otto@example.org", role="organiser") if name == "care_unseen" else None
    if name == "care_handed_on":
        person = db.session.get_one(Person, june.care_contact_id)
        db.session.remove()
    if name == "nudge":
        with writing() as session:
            session.add(FormWindow(id=8, gathering_id=june.id, occasion="after", form_id=house_form("after").id,
                                   state="held", attended=2, offers_unnamed=False))  # fmt: skip
    with writing() as session:
        case = CareCase(id=7, gathering_id=june.id, source="C10", raised_at=clock.now(), alerted=True)
        session.add(case)
        if name == "follow_up_outcome":
            session.add(Decision(id=9, gathering_id=june.id, kind="will_not", about=both("Fewer people", "Menos pessoas"),
                                 reason=both("Twelve is what the house needs.", "A casa precisa de doze."),
                                 owner_id=mira.person_id, decided_at=clock.now()))  # fmt: skip
        about = {"place_id": place.id, "gathering_id": june.id, "case_id": 7,
                 "days": 90 if name == "follow_up_outcome" else 21,
                 "person_id": person.id if person else mira.person_id}  # fmt: skip
        rita = a_recognised("Rita", "rita@example.com", language)
        about |= spoken_of(session, june, session.get_one(Person, mira.person_id), rita)
    about |= things_to_write_about(june, kind, language, about["person_id"])
    with writing():
        written = mail.write(kind, occasion="golden", shelf=f"place:{place.id}", language=language, about=about)
        assert written is not None
        letter_id = written.id
        if not let_in:
            accounts.disable(db.session.get_one(Person, about["person_id"]))
    if name in AFTER:
        assert june.ends_at is not None
        clock.move_to(june.ends_at + timedelta(**AFTER[name]))
    db.session.remove()
    return mail.composed(db.session.get_one(Letter, letter_id))


@pytest.mark.parametrize("kind", ["released", "talk_asked", "care_handed_on", "come_back"])
def test_who_is_not_let_in_any_more_gets_no_letter_that_leads_inside(app, kind: str) -> None:
    with pytest.raises(mail.NoLongerNeeded):
        letter(app, f"feedback.{kind}", "en", let_in=False)


def a_recognised(name: str, email: str, language: str) -> Person:
    """Somebody whom the house comes to know."""
    return accounts.recognise(name=name, email=email, language=language)


def plain(words: mail.Composed) -> str:
    """The letter without what differs from run to run."""
    text = re.sub(r"/(reflect|supervision|asked|complaint|complaints)/\S+", r"/\1/…", words.text)
    text = re.sub(r"/read-first/june-retreat/\d+", "/read-first/june-retreat/…", text)
    return f"{words.to_name} <{words.to_address}>\n{words.subject}\n\n{text}"


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_letter_says_what_it_has_always_said(app, kind, language) -> None:
    words = letter(app, kind, language)
    file = GOLDEN / f"{kind.removeprefix('feedback.')}.{language}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(plain(words), encoding="utf-8")

    assert plain(words) == file.read_text(encoding="utf-8")
    assert max(len(line) for line in words.text.splitlines() if "/" not in line) <= 76
    assert re.sub(r"\s+", " ", words.subject) == words.subject
    if "/reflect/" in words.text:
        [link] = re.findall(r"http\S+/reflect/\S+", words.text)
        assert link in words.html


def test_a_letter_for_somebody_without_an_address_goes_to_who_booked_and_says_for_whom_it_is(app) -> None:
    june = loop.a_group(1)
    with writing() as session:
        place = session.get_one(loop.Place, loop.place_of(june, "ada").id)
        place.email, place.name = None, "Grandma Rosa"
        mail.write(
            "feedback.link", occasion="x", shelf=f"place:{place.id}", language="en", about={"place_id": place.id}
        )

    words = mail.composed(db.session.query(Letter).filter_by(kind="feedback.link").one())

    assert words.to_address == "ada@example.org"
    assert "This letter is for Grandma Rosa." in " ".join(words.text.split())


@pytest.mark.parametrize(
    "kind",
    [
        each
        for each in KINDS
        if not each.startswith(("feedback.care_", "feedback.complaint_", "feedback.booking_paused", "feedback.packet"))
    ],
)
def test_of_a_cancelled_gathering_nobody_hears_any_more(app, kind) -> None:
    june = loop.a_group(1)
    with writing() as session:
        session.get_one(loop.Gathering, june.id).state = "cancelled"
        place = loop.place_of(june, "ada")
        about = {"place_id": place.id, "gathering_id": june.id, "person_id": place.person_id}
        session.add(CareCase(id=7, gathering_id=june.id, source="C10", raised_at=clock.now(), alerted=True))
    about |= things_to_write_about(june, kind, "en", about["person_id"])
    with writing():
        mail.write(kind, occasion="x", shelf=f"place:{place.id}", language="en", about=about)

    with pytest.raises(mail.NoLongerNeeded):
        mail.composed(db.session.query(Letter).filter_by(kind=kind).one())
