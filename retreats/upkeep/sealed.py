"""Whether what is sealed in the database was sealed with the keys that are there."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from retreats import crypto
from retreats.db import db
from retreats.upkeep import resealing

_well = False


def other_keys() -> Iterator[str]:
    """Looks at one row of each sealed column, until all was well once: rows sealed later have the keys of this process."""
    global _well  # noqa: PLW0603  (one database a process)
    if _well:
        return
    sealed = [each.column for each in resealing.every_column()]
    try:
        found = [db.session.scalar(select(each).where(each.is_not(None)).limit(1)) for each in sealed]
    except SQLAlchemyError:
        db.session.rollback()  # that the database does not answer is said elsewhere
        return
    unknown = {each.table.name for each, row in zip(sealed, found, strict=True) if row and not crypto.ring().knows(row)}
    if unknown:
        yield _("DATA_KEYS are not those with which this database was sealed, so what people wrote in confidence cannot be read "
                "(%(tables)s). Put the keys back that belong to it.", tables=", ".join(sorted(unknown)))  # fmt: skip
    _well = not unknown
