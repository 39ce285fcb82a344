"""What follows when two records of one person become one."""

from __future__ import annotations

from sqlalchemy import update

from retreats.db import db
from retreats.events import PersonMerged
from retreats.setting_up.models import MailTrial, MoneyTrial


def follow_merge(event: PersonMerged) -> None:
    """What the one has tried, the other has tried."""
    for trial in (MailTrial, MoneyTrial):
        moved = update(trial).where(trial.person_id == event.merged_id)
        db.session.execute(moved.values(person_id=event.person_id))
