"""Something that somebody read elsewhere in the house and puts before the care contact, with their own name."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from retreats import clock
from retreats.db import db, new_id
from retreats.events import CareRaised
from retreats.feedback.models import CareCase
from retreats.outbox import emit


def report(gathering_id: int, about: str, text: str, *, place_id: int | None, way: str) -> None:
    """Raise a case; `about` names what was read and by whom it is reported, so that pressed twice it is one case."""
    locator = hashlib.sha256(f"reported|{about}".encode()).digest()[:20]
    if db.session.scalar(select(CareCase.id).where(CareCase.locator == locator)) is not None:
        return
    now = clock.now()
    case = CareCase(id=new_id(), gathering_id=gathering_id, place_id=place_id, source="conversation", locator=locator,
                    raised_at=now, alerted=True)  # fmt: skip
    case.text, case.way = text, way or None
    db.session.add(case)
    db.session.flush()
    emit(CareRaised(case_id=case.id, gathering_id=gathering_id, moment=int(now.timestamp())))
