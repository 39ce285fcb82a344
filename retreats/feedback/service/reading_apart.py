"""Whoever comes to lead a gathering reads no complaint about it any more."""

from __future__ import annotations

from sqlalchemy import select

from retreats.catalogue.models import Facilitator, Leader
from retreats.events import GatheringChanged
from retreats.feedback.models import Complaint
from retreats.feedback.service.complaints import to_somebody_else, waiting


def look_again(event: GatheringChanged) -> None:
    """Other people may lead it now: a complaint that one of them would read gets another reader, if there is one."""
    lead = select(Facilitator.person_id).join(Leader).where(Leader.gathering_id == event.gathering_id)
    to_somebody_else(waiting().where(Complaint.gathering_id == event.gathering_id, Complaint.reader_id.in_(lead)))
