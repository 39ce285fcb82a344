"""The care contact's own inbox."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db
from retreats.feedback.models import Batch, CareCase, CareNote, Complaint, FormWindow, LoopRules
from retreats.feedback.queries.results import ScaleRow, scale_rows
from retreats.feedback.service.care import is_theirs, own_case


def is_care_contact(person_id: int) -> bool:
    """Whether somebody is the care contact of any gathering, stands in for one, or reads complaints."""
    mine = (
        select(Gathering.id).where(Gathering.care_contact_id == person_id),
        select(LoopRules.id).where(or_(LoopRules.deputy_id == person_id, LoopRules.reader_id == person_id)),
        select(CareCase.id).where(CareCase.deputy_id == person_id),
        select(Complaint.id).where(Complaint.reader_id == person_id),
    )
    return any(db.session.scalar(each.limit(1)) is not None for each in mine)


def cases_for(person_id: int) -> list[CareCase]:
    """Her cases: what waits first, then what is in hand, then what is closed; within these the latest first."""
    found = db.session.scalars(
        select(CareCase)
        .join(Gathering)
        .where(
            or_(Gathering.care_contact_id == person_id, CareCase.deputy_id == person_id),
            CareCase.about_id.is_distinct_from(person_id),
        )
        .options(
            joinedload(CareCase.gathering).selectinload(Gathering.leaders).joinedload(Leader.facilitator),
            joinedload(CareCase.place),
        )
        .order_by(CareCase.raised_at.desc())
    )
    rank = {"raised": 0, "closed": 2}
    mine = [case for case in found if is_theirs(case, person_id)]
    return sorted(mine, key=lambda case: rank.get(case.state, 1))


def case_for(case_id: int, person_id: int) -> CareCase:
    """One of her cases. Raises NotFound."""
    return own_case(case_id, db.session.get_one(Person, person_id))


def notes_on(case_id: int) -> list[CareNote]:
    """What she wrote down, oldest first."""
    query = select(CareNote).where(CareNote.case_id == case_id).options(joinedload(CareNote.person))
    return list(db.session.scalars(query.order_by(CareNote.written_at)))


def freedom_to_refuse(person_id: int) -> list[tuple[Gathering, ScaleRow]]:
    """How people of her gatherings answered whether they could say no: counts, from five answers on, after the release."""
    windows = db.session.scalars(
        select(FormWindow)
        .join(Gathering)
        .where(Gathering.care_contact_id == person_id, FormWindow.occasion == "after")
        .options(joinedload(FormWindow.gathering))
        .order_by(Gathering.ends_at.desc())
    )
    found = []
    for window in windows:
        batches = list(db.session.scalars(select(Batch).where(Batch.window_id == window.id)))
        found += [(window.gathering, row) for row in scale_rows(window, batches, ("C4",))] if batches else []
    return found
