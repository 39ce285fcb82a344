"""What the catalogue holds of somebody who leads: their introduction, and that they led."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, exists, or_, select, update

from retreats import clock
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import db
from retreats.events import PictureLetGo
from retreats.languages import t
from retreats.pictures import service as pictures

_OVER = ("over", "cancelled")


def export(person_id: int) -> dict[str, Any]:
    """How they introduce themselves, and what they lead or led."""
    found = db.session.scalar(select(Facilitator).where(Facilitator.person_id == person_id))
    if found is None:
        return {}
    led = db.session.scalars(select(Gathering).where(Gathering.leaders.any(Leader.facilitator_id == found.id)))
    return {
        "introduction": {"address": f"/facilitators/{found.slug}/", "line": t(found.line), "training": t(found.training),
                         "approach": t(found.approach), "languages": found.languages},
        "led": [{"gathering": t(each.title), "starts_at": each.starts_at} for each in led],
    }  # fmt: skip


def is_needed(person_id: int) -> bool:
    """Whether a gathering that is not over has them as a leader or as its care contact."""
    now = clock.now()
    leads = Gathering.leaders.any(Leader.facilitator.has(Facilitator.person_id == person_id))
    wanted = select(Gathering.id).where(
        or_(leads, Gathering.care_contact_id == person_id),
        Gathering.state.not_in(_OVER),
        or_(Gathering.ends_at.is_(None), Gathering.ends_at > now),
    )
    return db.session.scalar(wanted.limit(1)) is not None


def forget(person_id: int) -> None:
    """Their introduction and portrait go, and the pages of what they led no longer name them."""
    theirs = select(Facilitator.id).where(Facilitator.person_id == person_id)
    led = exists().where(Leader.gathering_id == Gathering.id, Leader.facilitator_id.in_(theirs))
    db.session.execute(
        update(Gathering).where(led).values(version=Gathering.version + 1).execution_options(synchronize_session=False)
    )
    db.session.execute(delete(Leader).where(Leader.facilitator_id.in_(theirs)))
    portraits = db.session.scalars(
        select(Facilitator.picture_id).where(Facilitator.person_id == person_id, Facilitator.picture_id.is_not(None))
    ).all()
    db.session.execute(delete(Facilitator).where(Facilitator.person_id == person_id))
    for picture_id in filter(None, portraits):
        pictures.remove(PictureLetGo(picture_id=picture_id))
