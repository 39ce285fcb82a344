"""The care contact's own inbox."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import Batch, CareCase, CareNote, FormWindow
from retreats.feedback.queries.results import ScaleRow, scale_rows
from retreats.refusals import NotFound


def is_care_contact(person_id: int) -> bool:
    """Whether somebody is the care contact of any gathering."""
    return db.session.scalar(select(Gathering.id).where(Gathering.care_contact_id == person_id).limit(1)) is not None


def cases_for(person_id: int) -> list[CareCase]:
    """Her cases: what waits first, then what is in hand, then what is closed; within these the latest first."""
    found = db.session.scalars(
        select(CareCase)
        .join(Gathering)
        .where(Gathering.care_contact_id == person_id)
        .options(joinedload(CareCase.gathering), joinedload(CareCase.place))
        .order_by(CareCase.raised_at.desc())
    )
    rank = {"raised": 0, "closed": 2}
    return sorted(found, key=lambda case: rank.get(case.state, 1))


def case_for(case_id: int, person_id: int) -> CareCase:
    """One of her cases. Raises NotFound."""
    case = db.session.get(CareCase, case_id)
    if case is None or case.gathering.care_contact_id != person_id:
        raise NotFound
    return case


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
