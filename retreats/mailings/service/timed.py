"""What the clock brings about: letters before the beginning and after the end; and how people of the house set them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db, new_id
from retreats.events import GatheringChanged, GatheringResumed, RegistrationConfirmed, TimedLetterDue, TimedLetterSet
from retreats.mail import service as mail
from retreats.mailings import upcoming
from retreats.mailings.composing import spoken
from retreats.mailings.models import TimedLetter, TimedPassing
from retreats.mailings.readers import Reader, one_for_each_address, readers_of, with_a_place
from retreats.mailings.service.write import ChangedMeanwhile
from retreats.mailings.timing import FOR_LATECOMERS, Timed, house_letter, mark_of
from retreats.outbox import emit

LATE = timedelta(days=3)
"""After a longer time without a worker a letter goes out to nobody; whoever books from then on still gets it."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How one letter is to be for one gathering; without words of its own it has the house's."""

    is_on: bool
    amount: int
    unit: str
    at: str
    subject: Localised
    body: Localised


def letters_due(now: datetime) -> None:
    """Let every letter whose moment has come go out, once for each gathering (and day, for a reminder)."""
    for each in upcoming.ahead(now):
        if each.due <= now and _is_undecided(each):
            outcome = "sent" if _is_in_time(each, now) else "late"
            note_passing(each.gathering, each.timed.purpose, outcome)
            if outcome == "sent":
                emit(TimedLetterDue(gathering_id=each.gathering.id, purpose=each.timed.purpose))
    db.session.flush()


def pass_over(now: datetime) -> None:
    """Let every moment before `now` pass without a letter: for gatherings that were not the house's until now."""
    for each in upcoming.ahead(now):
        if each.due <= now:
            note_passing(each.gathering, each.timed.purpose, "late", at=each.due)
    db.session.flush()


def next_letter() -> datetime | None:
    """The next moment at which one goes out."""
    return min((each.due for each in upcoming.ahead(clock.now())), default=None)


def write_timed(event: TimedLetterDue) -> None:
    """To everybody who is there for it now."""
    gathering = db.session.get_one(Gathering, event.gathering_id)
    audience = "attended" if event.purpose == "thanks" else "booked"
    _write(gathering, upcoming.letter_of(gathering, event.purpose), readers_of(gathering.id, audience))


def for_latecomers(event: RegistrationConfirmed) -> None:
    """Whoever books after a letter has gone out gets at once what is still of use."""
    places = with_a_place("booked").where(Place.registration_id == event.registration_id)
    _catch_up(db.session.get_one(Gathering, event.gathering_id), one_for_each_address(db.session.scalars(places)))


def after_a_move(event: GatheringChanged | GatheringResumed) -> None:
    """Moved to an earlier day, or postponed for a while, a letter's moment may have passed: then it goes out to whoever has not had it."""
    if isinstance(event, GatheringResumed) or event.part == "when":
        gathering = db.session.get_one(Gathering, event.gathering_id)
        _catch_up(gathering, readers_of(gathering.id, "booked"))


def set_letter(gathering_id: int, purpose: str, wanted: Setting, *, version: int) -> None:
    """Set one letter for one gathering. Words like the house's stay the house's. Raises ChangedMeanwhile."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    row = db.session.scalar(
        select(TimedLetter).where(TimedLetter.gathering_id == gathering_id, TimedLetter.purpose == purpose)
    )
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile
    house = house_letter(gathering.kind, purpose)
    is_own = (wanted.subject, wanted.body) != (house.subject, house.body)
    if row is None:
        row = TimedLetter(id=new_id(), gathering_id=gathering_id, purpose=purpose, version=0)
        db.session.add(row)
    row.is_on, row.amount, row.unit, row.at = wanted.is_on, wanted.amount, wanted.unit, wanted.at
    row.subject, row.body = (wanted.subject, wanted.body) if is_own else ({}, {})
    row.version, row.changed_at = row.version + 1, clock.now()
    db.session.flush()
    emit(TimedLetterSet(gathering_id=gathering_id, purpose=purpose))


def note_passing(gathering: Gathering, purpose: str, outcome: str, *, at: datetime | None = None) -> None:
    """Write down what became of a letter's moment."""
    db.session.add(TimedPassing(id=new_id(), gathering_id=gathering.id, purpose=purpose,
                                mark=mark_of(gathering, purpose), outcome=outcome, passed_at=at or clock.now()))  # fmt: skip


def sending_name(gathering: Gathering, purpose: str) -> str:
    """The name under which its letters are written."""
    return f"timed:{gathering.id}:{purpose}:{mark_of(gathering, purpose)}"


def _is_undecided(each: upcoming.Upcoming) -> bool:
    """Whether nobody, and no other worker, has decided about it meanwhile."""
    db.session.get_one(Gathering, each.gathering.id, with_for_update=True)
    return upcoming.outcome_of(each.gathering, each.timed.purpose) == ""


def _is_in_time(each: upcoming.Upcoming, now: datetime) -> bool:
    """Not long gone, still of use, and not set to a moment that had passed already when it was set."""
    set_to_the_past = each.timed.changed_at is not None and each.due < each.timed.changed_at
    return now - each.due <= LATE and each.timed.is_useful(each.gathering, now) and not set_to_the_past


def _catch_up(gathering: Gathering, readers: list[Reader]) -> None:
    for purpose in FOR_LATECOMERS:
        timed = upcoming.letter_of(gathering, purpose)
        if _has_gone_out(gathering, timed) and upcoming.outcome_of(gathering, purpose) not in {"held", "skipped"}:
            _write(gathering, timed, readers)


def _has_gone_out(gathering: Gathering, timed: Timed) -> bool:
    """Whether its moment has passed and it is of use still."""
    now, due = clock.now(), timed.due_at(gathering)
    return timed.is_on and due is not None and due <= now and timed.is_useful(gathering, now)


def _write(gathering: Gathering, timed: Timed, readers: Iterable[Reader]) -> None:
    mark = mark_of(gathering, timed.purpose)
    for reader in readers:
        mail.write("mailings.timed", occasion=f"{gathering.id}:{timed.purpose}:{mark}:{reader.shelf}",
                   shelf=reader.shelf, sending=sending_name(gathering, timed.purpose),
                   language=spoken(reader.language, timed.body),
                   about={"gathering_id": gathering.id, "purpose": timed.purpose, "mark": mark,
                          "also": list(reader.also), **reader.about})  # fmt: skip
