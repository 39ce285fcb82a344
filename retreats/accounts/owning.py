"""The house always has an owner: nobody can take the last one away, not even two at one instant."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import Select, select

from retreats.accounts.models import Person, Role
from retreats.db import db
from retreats.refusals import Refusal


class LastOwner(Refusal):
    """The house would have no owner left, and nobody could let anybody in again."""

    code = "last_owner"


def has_owner() -> bool:
    """Whether anybody owns the house and can come in."""
    return bool(db.session.scalar(select(_owners().exists())))


def keep_an_owner(*, without: int) -> None:
    """See to it that somebody else owns the house. Raises LastOwner.

    Every owner is locked until the commit, so that of two who take the role from each other one fails.
    """
    if not set(db.session.scalars(_owners().with_for_update())) - {without}:
        raise LastOwner(_("The house needs an owner who can come in: make somebody else an owner first."))


def _owners() -> Select[int]:
    return select(Person.id).join(Role).where(Role.role == "owner", Person.disabled_at.is_(None))
