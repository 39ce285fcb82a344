"""Around a care case: who looks when she does not, whom it is about, what she lets them know, and what she keeps back."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db, new_id
from retreats.events import CareAboutSet, CareWithheld, CareWordsReleased
from retreats.feedback.models import Batch, CareCase, CareNote, CareRelease, FormWindow, GroupText, Point
from retreats.feedback.people import leaders_of
from retreats.feedback.service.care import NotSeenYet, note_down, own_case
from retreats.feedback.service.rules import rules_of
from retreats.feedback.service.turns import at_form
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class NothingWritten(Refusal):
    """What she lets somebody know, and why she keeps words back, is written in her own words."""

    code = "nothing_written"
    status = 422


class WithheldBefore(Refusal):
    """These words are kept back already."""

    code = "withheld_before"


class PassedOn(Refusal):
    """Those who lead can read these words already."""

    code = "passed_on"


def stand_in(case: CareCase) -> None:
    """Nobody has opened it for a day: the deputy, if there is one whom it is not about and who does not lead, may too."""
    deputy = rules_of(case.gathering_id).deputy
    leads = {each.id for each in leaders_of(case.gathering)}
    if deputy is not None and deputy.id not in leads | {case.about_id, case.gathering.care_contact_id}:
        case.deputy_id = deputy.id


def say_about(case_id: int, person_id: int | None, *, by: Person) -> None:
    """Say which of those who lead it is about: they are kept out of it from now on. None: nobody who leads.

    Raises NotFound for somebody who does not lead that gathering, NotSeenYet.
    """
    case = _opened(case_id, by)
    if person_id is not None and person_id not in {each.id for each in leaders_of(case.gathering)}:
        raise NotFound
    if case.about_id == person_id:
        return
    case.about_id = person_id
    case.shared = case.shared and person_id is None
    db.session.flush()
    emit(CareAboutSet(case_id=case.id, gathering_id=case.gathering_id))


def release_words(case_id: int, to_id: int, text: str, *, by: Person) -> None:
    """Let one of those who lead know something: exactly these words, and nothing else. The same words twice are one.

    Raises NotFound, NotSeenYet, NothingWritten.
    """
    case = _opened(case_id, by)
    if to_id not in {each.id for each in leaders_of(case.gathering)}:
        raise NotFound
    if not text:
        raise NothingWritten
    before = db.session.scalars(select(CareRelease).where(CareRelease.case_id == case.id, CareRelease.to_id == to_id))
    if any(each.text == text for each in before):
        return
    release = CareRelease(id=new_id(), case_id=case.id, by_id=by.id, to_id=to_id, written_at=clock.now())
    release.text = text
    db.session.add(release)
    db.session.flush()
    emit(CareWordsReleased(release_id=release.id, gathering_id=case.gathering_id))


def withhold(case_id: int, why: str, *, by: Person) -> None:
    """Keep these words from those who lead, because the way to them is abused; why is written into the log, and counted.

    Only of a copy that the word list put before her, and before they read it. Raises NotFound, NotSeenYet,
    NothingWritten, WithheldBefore, PassedOn.
    """
    case = _opened(case_id, by)
    if not case.automatic:
        raise NotFound
    if not why:
        raise NothingWritten
    at_form(case.gathering_id)
    if case.withheld:
        raise WithheldBefore
    if not case.was_sealed or _is_passed_on(case):
        raise PassedOn
    case.withheld = True
    note_down(case.id, why, by=by)
    emit(CareWithheld(case_id=case.id, gathering_id=case.gathering_id))


def is_withheld(gathering_id: int, question: str, text: str | None) -> bool:
    """Whether the care contact keeps exactly these words back."""
    kept = db.session.scalars(
        select(CareCase).where(CareCase.gathering_id == gathering_id, CareCase.source == question, CareCase.withheld)
    )
    return any(each.text == text for each in kept)


def released_to(person_id: int) -> list[CareRelease]:
    """What care contacts let somebody who leads know, the latest first."""
    found = select(CareRelease).where(CareRelease.to_id == person_id, CareRelease.text_sealed.is_not(None))
    return list(db.session.scalars(found.order_by(CareRelease.written_at.desc(), CareRelease.id)))


def releases_of(case_id: int) -> list[CareRelease]:
    """What she let whom know of this case."""
    found = select(CareRelease).where(CareRelease.case_id == case_id)
    return list(db.session.scalars(found.order_by(CareRelease.written_at, CareRelease.id)))


def let_go(case_ids: list[int]) -> None:
    """What was noted and let know about these cases goes."""
    for table in (CareNote, CareRelease):
        for row in db.session.scalars(select(table).where(table.case_id.in_(case_ids))):
            db.session.delete(row)
    db.session.flush()


def _opened(case_id: int, by: Person) -> CareCase:
    db.session.get(CareCase, case_id, with_for_update=True)
    case = own_case(case_id, by)
    if case.state == "raised":
        raise NotSeenYet
    return case


def _is_passed_on(case: CareCase) -> bool:
    points = (
        select(Point)
        .join(Batch)
        .join(FormWindow)
        .where(FormWindow.gathering_id == case.gathering_id, Point.question == case.source)
    )
    rounds = (
        select(GroupText)
        .join(Batch)
        .join(FormWindow)
        .where(FormWindow.gathering_id == case.gathering_id, GroupText.question == case.source)
    )
    return any(each.text == case.text for query in (points, rounds) for each in db.session.scalars(query))
