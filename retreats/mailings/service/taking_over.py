"""Two records of one person become one."""

from __future__ import annotations

from sqlalchemy import update

from retreats.db import db
from retreats.mailings.models import Mailing


def take_over(old_id: int, new_id: int) -> None:
    """What `old` wrote to a group is `new`'s from now on."""
    db.session.execute(update(Mailing).where(Mailing.written_by_id == old_id).values(written_by_id=new_id))
