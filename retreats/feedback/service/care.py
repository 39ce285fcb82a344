"""What goes to the care contact: raised by somebody's words, seen within a day, closed with an outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from retreats import clock
from retreats.accounts import access
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.catalogue.queries import is_led_by
from retreats.db import db, new_id
from retreats.events import CareClosed, CareMoved, CareRaised
from retreats.feedback.models import CareCase, CareNote
from retreats.feedback.models.care import OUTCOMES, STATES
from retreats.feedback.timeline import full_hour_after
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

STEP = "→ "
"""Before a state in the log of a case: the log is sealed like what else she notes."""


class NotSeenYet(Refusal):
    """A case that was not opened cannot be closed."""

    code = "not_seen_yet"


def raise_case(
    gathering_id: int, source: str, text: str, *, locator: bytes, choice: str | None = None, way: str = "",
    automatic: bool = False,
) -> CareCase:  # fmt: skip
    """Put these words before the care contact at once; the same words again change nothing, and what is left empty stays:
    no form shows it again.

    What somebody wrote is told to her by letter now. Of an automatic copy she is told at the next full hour, without an
    event, so that nothing keeps when unnamed words were written.
    """
    case = db.session.scalar(select(CareCase).where(CareCase.locator == locator))
    if case is not None:
        text, way, choice = text or case.text or "", way or case.way or "", choice if choice != "no" else case.choice
    if case is not None and (case.text or "", case.choice, case.way or "") == (text, choice, way):
        return case
    if case is None:
        case = CareCase(id=new_id(), gathering_id=gathering_id, source=source, locator=locator)
        db.session.add(case)
    now = clock.now()
    case.text, case.way, case.choice, case.automatic = text or None, way or None, choice, automatic
    case.withheld = False  # other words: whether they are kept back is for her to say anew
    case.state, case.outcome, case.overdue_told, case.seen_at = "raised", None, False, None
    case.raised_at, case.alerted = (full_hour_after(now), False) if automatic else (now, True)
    db.session.flush()
    if not automatic:
        emit(CareRaised(case_id=case.id, gathering_id=gathering_id, moment=int(now.timestamp())))
    return case


def forget_health_note(place: Place) -> None:
    """Take back what an attendee noted about health: the words go, and with them whom else they were for."""
    case = _health_note_of(place)
    if case is not None:
        case.text, case.shared, case.state, case.outcome = None, False, "closed", "nothing_asked"


def _health_note_of(place: Place) -> CareCase | None:
    return db.session.scalar(select(CareCase).where(CareCase.place_id == place.id, CareCase.source == "A6"))


def health_note(place: Place, text: str, *, shared: bool) -> None:
    """What an attendee wants the care contact to know before coming, with their name.

    Empty leaves the words as they are, for the form does not show them again; who else may know them can change.
    """
    case = _health_note_of(place)
    text = text or (case.text or "" if case is not None else "")
    if not text or (case is not None and (case.text, case.shared) == (text, shared)):
        return
    if case is None:
        case = CareCase(id=new_id(), gathering_id=place.gathering_id, place_id=place.id, source="A6")
        db.session.add(case)
    now = clock.now()
    case.text, case.shared, case.state, case.outcome = text, shared, "raised", None
    case.raised_at, case.alerted, case.overdue_told, case.seen_at = now, True, False, None
    db.session.flush()
    emit(CareRaised(case_id=case.id, gathering_id=place.gathering_id, moment=int(now.timestamp())))


def look_at(case_id: int, *, by: Person) -> CareCase:
    """Open a case: it is seen from now on, and that she looked is written down. Raises NotFound for anybody else's."""
    case = own_case(case_id, by)
    access.note_look(by.id, f"care_case:{case.id}")
    if case.state == "raised":
        case.seen_at = clock.now()
        _move(case, "seen", by=by)
    db.session.flush()
    return case


def move_case(case_id: int, state: str, *, by: Person) -> None:
    """Say how far it has come (`offered`, `in_hand`); what was closed is taken up again. Raises NotFound, NotSeenYet."""
    case = own_case(case_id, by)
    if case.state == "raised" or state not in STATES[2:4]:
        raise NotSeenYet
    if case.state != state:
        case.outcome = None
        _move(case, state, by=by)


def close_case(case_id: int, outcome: str, *, by: Person) -> None:
    """Close it: supported, referred, complaint or nothing asked. Raises NotFound, NotSeenYet."""
    case = own_case(case_id, by)
    if case.state == "raised" or outcome not in OUTCOMES:
        raise NotSeenYet
    if (case.state, case.outcome) == ("closed", outcome):
        return
    case.state, case.outcome = "closed", outcome
    note_down(case.id, f"{STEP}{outcome}", by=by)
    emit(CareClosed(case_id=case.id, gathering_id=case.gathering_id))


def note_down(case_id: int, text: str, *, by: Person) -> None:
    """Keep a line for herself; the same line twice within ten minutes is one. Raises NotFound, NotSeenYet."""
    db.session.get(CareCase, case_id, with_for_update=True)
    case = own_case(case_id, by)
    if case.state == "raised":
        raise NotSeenYet
    if not text.startswith(STEP) and _was_just_noted(case_id, text, by):
        return
    note = CareNote(id=new_id(), case_id=case.id, person_id=by.id, written_at=clock.now())
    note.text = text
    db.session.add(note)
    db.session.flush()


def _was_just_noted(case_id: int, text: str, by: Person) -> bool:
    since = clock.now() - timedelta(minutes=10)
    lately = select(CareNote).where(
        CareNote.case_id == case_id, CareNote.person_id == by.id, CareNote.written_at >= since
    )
    return any(each.text == text for each in db.session.scalars(lately))


def unseen(now: datetime) -> list[CareCase]:
    """Cases that nobody has opened."""
    return list(db.session.scalars(select(CareCase).where(CareCase.state == "raised", CareCase.raised_at <= now)))


def own_case(case_id: int, person: Person) -> CareCase:
    """A case that this person looks after: as care contact, or as her deputy since it waited for a day. Raises NotFound, for
    whom it is about as for everybody else, and for a deputy who leads that gathering by now.
    """
    hers = or_(Gathering.care_contact_id == person.id, CareCase.deputy_id == person.id)
    case = db.session.scalar(select(CareCase).join(Gathering).where(CareCase.id == case_id, hers))
    if case is None or not is_theirs(case, person.id):
        raise NotFound
    return case


def is_theirs(case: CareCase, person_id: int) -> bool:
    """Whether this person may look after it. An automatic copy is there for nobody before its full hour: whoever looked at the
    list every minute would learn when unnamed words were written.
    """
    if case.about_id == person_id or not case.alerted:
        return False
    stands_in = case.deputy_id == person_id and not is_led_by(case.gathering, person_id)
    return stands_in or case.gathering.care_contact_id == person_id


def is_forsaken(case: CareCase) -> bool:
    """Whether nobody looks after it any more: the care contact is not let in, or there is none."""
    contact = case.gathering.care_contact
    return case.state != "closed" and (contact is None or contact.disabled_at is not None)


def _move(case: CareCase, state: str, *, by: Person) -> None:
    case.state = state
    note_down(case.id, f"{STEP}{state}", by=by)
    emit(CareMoved(case_id=case.id, gathering_id=case.gathering_id, state=state))
