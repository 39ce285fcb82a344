"""A page promise has changed: whoever has a place under an older one is told what is different."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from retreats.booking.models import Registration
from retreats.booking.service.letters_due import promise_changed
from retreats.catalogue.models import Gathering, PagePromise
from retreats.db import db
from retreats.events import GatheringChanged


def tell_promise(event: GatheringChanged) -> None:
    """A letter to whoever booked before this version, and to each attendee with an address; once for each version."""
    gathering = db.session.get_one(Gathering, event.gathering_id)
    if not event.promise_version or gathering.state not in {"published", "running"}:
        return
    found = db.session.scalars(
        select(Registration)
        .outerjoin(PagePromise, PagePromise.id == Registration.promise_id)
        .where(
            Registration.gathering_id == gathering.id,
            Registration.state == "confirmed",
            or_(PagePromise.id.is_(None), PagePromise.version < event.promise_version),
        )
        .options(selectinload(Registration.places))
        .order_by(Registration.id)
    )
    for registration in found:
        promise_changed(registration, event.promise_version)
