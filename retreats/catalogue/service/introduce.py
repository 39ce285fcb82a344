"""A page for everybody who leads: an empty introduction, as soon as somebody is made a facilitator."""

from __future__ import annotations

from sqlalchemy import select

from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator
from retreats.catalogue.service.edit import free_slug
from retreats.db import db, new_id
from retreats.events import InvitationAccepted, PersonInvited


def introduce(event: PersonInvited | InvitationAccepted) -> None:
    """Whoever was made a facilitator can be chosen to lead; nothing happens when they have a page already."""
    if event.role != "facilitator":
        return
    if db.session.scalar(select(Facilitator.id).where(Facilitator.person_id == event.person_id)) is not None:
        return
    person = db.session.get_one(Person, event.person_id)
    slug = free_slug({"en": person.name}, Facilitator.slug, or_else="facilitator")
    db.session.add(Facilitator(id=new_id(), person_id=person.id, slug=slug))
