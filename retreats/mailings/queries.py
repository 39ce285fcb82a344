"""Letters to a gathering as pages show them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats.db import db
from retreats.mailings.models import Mailing
from retreats.refusals import NotFound


def of_gathering(gathering_id: int) -> list[Mailing]:
    """Every letter to those of this gathering with who wrote it: drafts, then the latest first."""
    query = (
        select(Mailing)
        .where(Mailing.gathering_id == gathering_id)
        .options(joinedload(Mailing.written_by))
        .order_by(Mailing.sent_at.is_not(None), Mailing.written_at.desc(), Mailing.id)
    )
    return list(db.session.scalars(query))


def mailing(gathering_id: int, mailing_id: int) -> Mailing:
    """One of them. Raises NotFound, also when it is another gathering's."""
    found = db.session.scalar(
        select(Mailing)
        .where(Mailing.id == mailing_id, Mailing.gathering_id == gathering_id)
        .options(joinedload(Mailing.written_by))
    )
    if found is None:
        raise NotFound
    return found
