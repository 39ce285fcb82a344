"""Complaints: for their readers, and for everybody else in counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.catalogue.queries import is_led_by
from retreats.db import db
from retreats.feedback.models import CareCase, Complaint
from retreats.feedback.timeline import CARE_HOURS

SINCE = timedelta(days=365)


@dataclass(frozen=True)
class CareFigures:
    """Twelve months of care in counts (M8): never by gathering, never by who leads."""

    seen: int
    seen_in_time: int
    """Of the cases that came more than a day ago."""
    open: int
    withheld: int
    complaints: int
    acknowledged_in_time: int
    acknowledged_due: int
    answered_in_time: int
    answered_due: int
    complaints_open: int


def complaints_for(person_id: int) -> list[Complaint]:
    """Those that this person reads: open ones first, then the latest first."""
    found = db.session.scalars(
        select(Complaint)
        .where(Complaint.reader_id == person_id, Complaint.about_id.is_distinct_from(person_id))
        .options(joinedload(Complaint.gathering).selectinload(Gathering.leaders).joinedload(Leader.facilitator))
        .order_by(Complaint.filed_at.desc(), Complaint.id)
    )
    mine = [each for each in found if each.gathering is None or not is_led_by(each.gathering, person_id)]
    return sorted(mine, key=lambda each: each.answered_at is not None or each.withdrawn_at is not None)


def reads_complaints(person_id: int) -> bool:
    """Whether any complaint is theirs to read."""
    return db.session.scalar(select(Complaint.id).where(Complaint.reader_id == person_id).limit(1)) is not None


def to_complain_about() -> tuple[list[Gathering], list[tuple[int, str]]]:
    """Gatherings of the last year and to come, the latest first, and everybody who leads, by name."""
    gatherings = db.session.scalars(
        select(Gathering)
        .where(
            Gathering.published_at.is_not(None), Gathering.unlisted.is_(False), Gathering.ends_at > clock.now() - SINCE
        )
        .order_by(Gathering.starts_at.desc())
    )
    leading = db.session.scalars(select(Facilitator).options(joinedload(Facilitator.person)))
    names = {each.person_id: each.person.name for each in leading if each.person.name}
    return list(gatherings), sorted(names.items(), key=lambda pair: pair[1])


def care_figures() -> CareFigures:
    """Two statements."""
    now = clock.now()
    day = timedelta(hours=CARE_HOURS)
    cases = db.session.execute(
        select(CareCase.raised_at, CareCase.seen_at, CareCase.state, CareCase.withheld).where(
            CareCase.alerted, or_(CareCase.raised_at > now - SINCE, CareCase.state != "closed")
        )
    ).all()
    lately = [
        each for each in cases if now - SINCE < each.raised_at <= now - day and (each.seen_at or each.state == "raised")
    ]
    counted = db.session.execute(_counted()).one()
    return CareFigures(
        seen=len(lately),
        seen_in_time=sum(each.seen_at is not None and each.seen_at - each.raised_at <= day for each in lately),
        open=sum(each.state != "closed" for each in cases),
        withheld=sum(each.withheld for each in cases),
        **{name: int(value or 0) for name, value in counted._mapping.items()},  # noqa: SLF001  (SQLAlchemy's own name for it)
    )


def _counted() -> Select[Any]:  # Any: a row of sums
    now, stands, is_new = clock.now(), Complaint.withdrawn_at.is_(None), Complaint.filed_at > clock.now() - SINCE
    to_acknowledge = is_new & stands & (Complaint.acknowledge_by <= now)
    to_answer = is_new & stands & (Complaint.answer_by <= now)
    counted = {
        "complaints": is_new,
        "acknowledged_due": to_acknowledge,
        "acknowledged_in_time": to_acknowledge & (Complaint.acknowledged_at <= Complaint.acknowledge_by),
        "answered_due": to_answer,
        "answered_in_time": to_answer & (Complaint.answered_at <= Complaint.answer_by),
        "complaints_open": stands & Complaint.answered_at.is_(None),
    }
    return select(*(func.sum(case((which, 1), else_=0)).label(name) for name, which in counted.items()))
