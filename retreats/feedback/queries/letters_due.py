"""By when the letter to the group is due: seven days after the first release, as a first reply is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import timeline
from retreats.feedback.models import Batch, FormWindow, GroupLetter

ASKED_FOR = timedelta(days=60)
"""So long after the end it is asked for."""


def letters_due(gathering_ids: list[int]) -> dict[int, datetime]:
    """For each of these gatherings that owes its people a letter: by when."""
    sent = select(GroupLetter.id).where(GroupLetter.gathering_id == Gathering.id, GroupLetter.sent_at.is_not(None))
    rows = db.session.execute(
        select(Gathering.id, Gathering.zone, func.min(Batch.released_at, type_=Batch.released_at.type))
        .join(FormWindow, FormWindow.gathering_id == Gathering.id)
        .join(Batch, Batch.window_id == FormWindow.id)
        .where(
            Gathering.id.in_(gathering_ids),
            Gathering.ends_at > clock.now() - ASKED_FOR,
            FormWindow.occasion == "after",
            ~sent.exists(),
        )
        .group_by(Gathering.id, Gathering.zone)
    )
    return {each: timeline.later(released, zone, days=timeline.REPLY_DAYS) for each, zone, released in rows}
