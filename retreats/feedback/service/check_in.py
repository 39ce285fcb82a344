"""The check-in as those who lead decide about it and answer it, and the way back to one's own link from the wall."""

from __future__ import annotations

from sqlalchemy import or_, select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db, new_id
from retreats.events import CheckInAnswered, CheckInSwitched, OwnLinkAsked
from retreats.feedback import timeline
from retreats.feedback.models import Batch, CheckIn, FormWindow, GroupText
from retreats.feedback.quoting import borrows
from retreats.feedback.rounds import CHECK_IN
from retreats.feedback.service.answer import NothingWritten
from retreats.feedback.service.rounds import round_of
from retreats.feedback.service.turns import in_turn
from retreats.feedback.service.unquotable import QuotesSomebody
from retreats.outbox import emit
from retreats.refusals import Refusal


class CheckInFixed(Refusal):
    """What takes a day and a half has a check-in in any case, and once its time has come nothing is switched any more."""

    code = "check_in_fixed"


class CheckInNotOver(Refusal):
    """A check-in is answered once it has closed."""

    code = "check_in_not_over"


def switch_check_in(gathering: Gathering, *, wanted: bool) -> None:
    """Have a check-in in a short gathering, or none. Saying the same again changes nothing. Raises CheckInFixed."""
    in_turn("gathering", gathering.id)
    times = timeline.check_in_times(gathering)
    if timeline.is_long(gathering) or times is None or times[0] <= clock.now():
        raise CheckInFixed
    if is_wanted(gathering) != wanted:
        _row(gathering.id).wanted = wanted
        db.session.flush()
        emit(CheckInSwitched(gathering_id=gathering.id, wanted=wanted))


def is_wanted(gathering: Gathering) -> bool:
    """Whether this gathering has a check-in in its midst."""
    if timeline.is_long(gathering):
        return True
    found = check_in_of(gathering.id)
    return found is not None and found.wanted


def check_in_of(gathering_id: int) -> CheckIn | None:
    """What those who lead said to the check-in."""
    return db.session.scalar(select(CheckIn).where(CheckIn.gathering_id == gathering_id))


def answer_check_in(gathering_id: int, heard: Localised, tomorrow: Localised, *, by: Person) -> None:
    """Keep what was answered aloud, in place of the line before it: what was heard, and what tomorrow will be like.

    Only those who are there read it. Raises CheckInNotOver, NothingWritten, QuotesSomebody.
    """
    in_turn("gathering", gathering_id)
    window = round_of(gathering_id, CHECK_IN.occasion)
    if window is None or window.state == "collecting":
        raise CheckInNotOver
    if not any(heard.values()) or not any(tomorrow.values()):
        raise NothingWritten
    texts = db.session.scalars(select(GroupText).join(Batch).where(Batch.window_id == window.id))
    if borrows(" · ".join((*heard.values(), *tomorrow.values())), [each.text or "" for each in texts]):
        raise QuotesSomebody
    line = _row(gathering_id)
    if (line.heard, line.tomorrow) == (heard, tomorrow):
        return
    line.heard, line.tomorrow, line.said_by_id, line.said_at = heard, tomorrow, by.id, clock.now()
    db.session.flush()
    emit(CheckInAnswered(gathering_id=gathering_id))


def ask_for_own_link(gathering: Gathering, email: str) -> None:
    """Have one's own links for this gathering sent by letter to an address that has a place there; else nothing happens.

    Whoever asks learns nothing of it.
    """
    address = accounts.normalised(email)
    query = (
        select(Place)
        .join(Registration, Registration.id == Place.registration_id)
        .join(Person, Person.id == Registration.booker_id)
        .where(
            Place.gathering_id == gathering.id,
            attends(),
            or_(Place.email == address, Place.email.is_(None) & (Person.email == address)),
        )
    )
    for place in db.session.scalars(query):
        emit(OwnLinkAsked(place_id=place.id, gathering_id=gathering.id))


def own_place(gathering: Gathering, person_id: int) -> Place | None:
    """The place of somebody who is signed in."""
    query = select(Place).where(Place.gathering_id == gathering.id, Place.person_id == person_id, attends())
    return db.session.scalar(query.limit(1))


def check_in_window(gathering: Gathering) -> FormWindow | None:
    """The check-in's form, once it was opened."""
    return round_of(gathering.id, CHECK_IN.occasion)


def _row(gathering_id: int) -> CheckIn:
    found = check_in_of(gathering_id)
    if found is None:
        found = CheckIn(id=new_id(), gathering_id=gathering_id, wanted=False, heard={}, tomorrow={})
        db.session.add(found)
    return found
