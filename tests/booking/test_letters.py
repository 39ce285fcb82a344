"""The letters of a booking and of its money, word for word in both languages.

`GOLDEN=write pytest tests/booking/test_letters.py` writes them anew; read them before you commit.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from retreats import clock, reactions
from retreats.booking.models import LedgerEntry, Place, Registration
from retreats.booking.service import join_waiting_list
from retreats.catalogue.models import Gathering, PagePromise
from retreats.db import db, writing
from retreats.mail import service as mail
from retreats.mail.models import Letter
from tests.house import PROMISE, a_booking, a_gathering, both, places

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).with_name("golden")
KINDS = sorted(kind for kind in reactions.LETTERS if kind.startswith(("booking.", "payments.")))
STATES = {"booking.held": "held", "booking.lapsed": "lapsed", "payments.awaited": "held", "payments.failed": "lapsed",
          "booking.place_unavailable": "lapsed"}  # fmt: skip
"""How the booking stands when the letter is true; confirmed, where it is not said."""
CANCELS = {"booking.cancellation", "booking.place_cancellation"}


def letter(kind: str, language: str) -> mail.Composed:
    """One letter to Ada, who comes with Bo, at a moment when it is true."""
    gathering = a_gathering(price=48_000)
    registration = a_booking(gathering, "ada@example.org", "bo@example.org", language=language)
    _stand(kind, registration.id)
    mine, bos = places(gathering)
    with writing():
        entry = join_waiting_list(
            gathering.id, name="Ada", email="ada@example.org", party=2, note="", language=language
        )
        about: dict[str, Any] = {
            "registration_id": registration.id,
            "place_id": bos.id if "place_" in kind else mine.id,
            "entry_id": entry.id,
            "refund_minor": 24_000,
            "amount_minor": 24_000,
            "sequence": 1,
            "former_id": registration.booker_id,
            "left_sequence": 0,
            "way": "transfer",
            "promise_version": 2,
        }
        written = mail.write(kind, occasion="golden", shelf="golden:1", language=language, about=about)
        assert written is not None
        letter_id = written.id
    db.session.remove()
    return mail.composed(db.session.get_one(Letter, letter_id))


def _stand(kind: str, registration_id: int) -> None:
    state = STATES.get(kind, "confirmed")
    with writing() as session:
        registration = session.get_one(Registration, registration_id)
        registration.state = state
        if kind == "booking.place_unavailable":
            session.add(LedgerEntry(id=1, registration_id=registration_id, kind="captured", amount_minor=96_000,
                                    currency="EUR", provider_ref="capture:1", entered_at=clock.now()))  # fmt: skip
        if kind.endswith("promise_changed"):
            first = session.query(PagePromise).one()
            other = both("Two walks a day, with heavy bags", "Duas caminhadas por dia, com mochilas pesadas")
            session.add(PagePromise(gathering_id=first.gathering_id, version=2, written_at=clock.now(),
                                    **{part: getattr(first, part) for part in PROMISE} | {"may_be_hard": other}))  # fmt: skip
        if kind.endswith("postponed"):
            registration.gathering.postponed_at = clock.now()
            registration.gathering.postponed_because = {"en": "The house has no water.", "pt": "A casa está sem água."}
        for place in session.query(Place).filter_by(registration_id=registration_id):
            place.state, place.confirmed_at, place.sequence = state, clock.now(), 1
            if kind in CANCELS:
                place.state, place.cancelled_at = "cancelled", clock.now()


def plain(words: mail.Composed) -> str:
    """The letter without what differs from run to run."""
    text = re.sub(r"/(registrations|places|pay)/\S+", r"/\1/…", words.text)
    text = re.sub(r"\b[A-Z0-9]{10}\b", "REFERENCE", text)
    return f"{words.to_name} <{words.to_address}>\n{words.subject}\n\n{text}"


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_letter_says_what_it_has_always_said(app, kind, language) -> None:
    words = letter(kind, language)
    file = GOLDEN / f"{kind}.{language}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(plain(words), encoding="utf-8")

    assert plain(words) == file.read_text(encoding="utf-8")
    assert max(len(line) for line in words.text.splitlines() if "/" not in line) <= 76
    links = re.findall(r"http\S+", words.text)
    assert [link for link in links if link.replace("&", "&amp;") not in words.html] == []


@pytest.mark.parametrize(("kind", "method"), [("booking.place_confirmation", "REQUEST"), ("booking.moved", "REQUEST"),
                                              ("booking.place_cancellation", "CANCEL")])  # fmt: skip
def test_two_readers_that_did_not_write_it_find_the_same_in_a_calendar_entry(app, kind, method) -> None:
    octets = letter(kind, "pt").calendar
    assert octets is not None
    gathering = db.session.query(Gathering).one()
    assert gathering.starts_at is not None

    [one] = Calendar.from_ical(octets).walk("VEVENT")
    other = vobject.readOne(octets.decode("utf-8"))

    assert str(Calendar.from_ical(octets)["METHOD"]) == other.method.value == method
    assert str(one["UID"]) == other.vevent.uid.value
    assert int(one["SEQUENCE"]) == int(other.vevent.sequence.value) == 1
    assert str(one["SUMMARY"]) == other.vevent.summary.value
    assert one["DTSTART"].dt == other.vevent.dtstart.value == gathering.starts_at.date()
    assert one["DTEND"].dt == other.vevent.dtend.value
    assert max(len(line) for line in octets.split(b"\r\n")) <= 75
    assert [line for line in octets.split(b"\n") if line and not line.endswith(b"\r")] == []
