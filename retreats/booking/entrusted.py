"""Which places are somebody's to be asked about and to be forgotten."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from retreats.booking.models import Place, Registration
from retreats.db import db


def entrusted_places(person_id: int) -> list[int]:
    """Their own places, and those of companions whom only they could reach, in what they booked."""
    found = db.session.scalars(
        select(Place.id)
        .join(Registration)
        .where(or_(Place.person_id == person_id, and_(Registration.booker_id == person_id, Place.person_id.is_(None))))
    )
    return list(found)
