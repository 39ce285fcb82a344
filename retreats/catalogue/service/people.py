"""What follows for gatherings when somebody is called something else, or was two in the books and is one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import selectinload

from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import db
from retreats.events import PersonRenamed


def follow_name(event: PersonRenamed) -> None:
    """Pages that name this person, as whoever leads or as the care contact, are rendered anew."""
    _touch(event.person_id)


@dataclass(frozen=True)
class Leading:
    """What somebody is to the gatherings of the house."""

    facilitator: Facilitator | None
    leads: list[Gathering]
    cares_for: list[Gathering]


def leading(person_id: int) -> Leading:
    """What this person leads, and whose care contact they are; the latest first."""
    facilitator = db.session.scalar(select(Facilitator).where(Facilitator.person_id == person_id))
    query = select(Gathering).order_by(Gathering.starts_at.desc(), Gathering.id)
    leads = db.session.scalars(query.join(Leader).join(Facilitator).where(Facilitator.person_id == person_id)).all()
    cares_for = db.session.scalars(query.where(Gathering.care_contact_id == person_id)).all()
    return Leading(facilitator, list(leads), list(cares_for))


def take_over(old_id: int, new_id: int) -> None:
    """The page among the facilitators, what `old` leads and is care contact of are `new`'s from now on.

    Where both have a page, the one of `new` stays, and takes over what it does not say itself. Who would lead one
    gathering twice, or lead it and be its care contact, is for the caller to refuse.
    """
    _touch(old_id)
    db.session.execute(update(Gathering).where(Gathering.care_contact_id == old_id).values(care_contact_id=new_id))
    pages = {each.person_id: each for each in db.session.scalars(
        select(Facilitator).where(Facilitator.person_id.in_((old_id, new_id)))
    )}  # fmt: skip
    old, new = pages.get(old_id), pages.get(new_id)
    if old is None:
        return
    if new is None:
        old.person_id = new_id
        db.session.flush()
        return
    for part in ("line", "training", "approach", "languages", "picture"):
        if not getattr(new, part):
            setattr(new, part, getattr(old, part))
    db.session.execute(update(Leader).where(Leader.facilitator_id == old.id).values(facilitator_id=new.id))
    db.session.delete(old)
    db.session.flush()


def leads_and_cares(*person_ids: int) -> list[Gathering]:
    """Gatherings that would be led and cared for by one person, or led twice, if these people were one."""
    found = db.session.scalars(
        select(Gathering)
        .where(Gathering.leaders.any(Leader.facilitator.has(Facilitator.person_id.in_(person_ids))))
        .options(selectinload(Gathering.leaders).joinedload(Leader.facilitator))
    )
    return [each for each in found if each.care_contact_id in person_ids or _led_twice(each, set(person_ids))]


def _led_twice(gathering: Gathering, person_ids: set[int]) -> bool:
    return sum(leader.facilitator.person_id in person_ids for leader in gathering.leaders) > 1


def _touch(person_id: int) -> None:
    """Raise the version of every page that names this person."""
    led = select(Leader.gathering_id).join(Facilitator).where(Facilitator.person_id == person_id)
    named: ColumnElement[bool] = or_(Gathering.care_contact_id == person_id, Gathering.id.in_(led))
    db.session.execute(update(Gathering).where(named).values(version=Gathering.version + 1))
