"""Who can be a supervisor: somebody with a name and an address, who was not there and does not lead."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import or_, select

from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.people import leaders_of


def was_there(gathering: Gathering, person: Person) -> bool:
    """Whether somebody has or booked a place at this gathering, or leads it: they would know everybody again."""
    mine = (
        select(Place.id)
        .join(Registration)
        .where(
            Place.gathering_id == gathering.id,
            or_(Place.person_id == person.id, Place.email == person.email, Registration.booker_id == person.id),
        )
    )
    return db.session.scalar(mine.limit(1)) is not None or any(each.id == person.id for each in leaders_of(gathering))


def wrong_in(values: dict[str, str]) -> dict[str, str]:
    """What is to correct in a supervisor's `name` and `email`, by field."""
    errors = {}
    if not values["name"]:
        errors["name"] = _("Write what your supervisor is called.")
    name, at, house = values["email"].partition("@")
    if not (name and at and "." in house) or any(each.isspace() for each in values["email"]):
        errors["email"] = _("Write an address as in %(example)s.", example="rita@example.org")
    return errors
