"""What was answered to a group: its letter, what was decided, and what changed. No text of anybody who was there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import Decision, FormWindow, GroupLetter
from retreats.feedback.queries.group_letters import ShownLetter, shown_letter
from retreats.feedback.queries.public import Said, changes_since

MOST = 30


@dataclass(frozen=True)
class Answered:
    """To one group."""

    letter: ShownLetter | None
    """With what the group said on the scales, once the form is closed: before that it would tell how many have answered."""
    changes: list[Said]
    promised: list[Decision]
    """What was promised and is not made, by when it is due."""


def is_cared_for_by(slug: str, person_id: int) -> bool:
    """Whether this person is the care contact there. One statement, whatever the answer: it takes no longer where there is more."""
    query = select(Gathering.id).where(Gathering.slug == slug, Gathering.care_contact_id == person_id)
    return db.session.scalar(query) is not None


def answered_to(gathering: Gathering) -> Answered:
    """For organisers and the care contact."""
    query = select(Decision).where(
        Decision.gathering_id == gathering.id,
        Decision.is_current,
        Decision.kind == "will_change",
        ~Decision.changes.any(),
    )
    promised = list(db.session.scalars(query.order_by(Decision.due_at, Decision.id)))
    return Answered(shown_letter(gathering.id, None), changes_since(gathering), promised)


def closed_window(gathering: Gathering) -> FormWindow | None:
    """The form after it, once it is closed."""
    return db.session.scalar(
        select(FormWindow).where(
            FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after", FormWindow.state == "closed"
        )
    )


def cared_for(person_id: int) -> list[Gathering]:
    """Gatherings whose care contact this person is and to which something was answered, the latest first."""
    sent = select(GroupLetter.gathering_id).where(GroupLetter.sent_at.is_not(None))
    decided = select(Decision.gathering_id).where(Decision.is_current)
    query = select(Gathering).where(
        Gathering.care_contact_id == person_id, or_(Gathering.id.in_(sent), Gathering.id.in_(decided))
    )
    return list(db.session.scalars(query.order_by(Gathering.starts_at.desc(), Gathering.id).limit(MOST)))
