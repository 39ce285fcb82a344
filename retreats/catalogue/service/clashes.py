"""Two gatherings in one space at the same time: nothing is refused, but whoever plans is told in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from retreats.catalogue.models import Gathering, Session, Space
from retreats.db import db
from retreats.languages import clock_time, day, t

_LIVING = ("draft", "published", "running")


@dataclass(frozen=True)
class Clash:
    """A sentence, and the address of the other gathering's overview; empty when it is about this one alone."""

    sentence: str
    other: str = ""


def clashes(gathering: Gathering) -> list[Clash]:
    """What this gathering has in its way where it takes place, soonest first. Empty for what is over, cancelled or online."""
    if gathering.venue is None or gathering.mode == "online" or gathering.state not in _LIVING:
        return []
    return [*_too_small(gathering), *(each for other in _beside(gathering) for each in _between(gathering, other))]


def _too_small(gathering: Gathering) -> list[Clash]:
    used = {session.space.id: session.space for session in gathering.sessions if session.space}
    return [
        Clash(_("%(space)s has room for %(room)s, and %(places)s can come.", space=space.name, room=space.capacity,
                places=gathering.capacity))
        for space in used.values()
        if space.capacity is not None and space.capacity < gathering.capacity
    ]  # fmt: skip


def _beside(gathering: Gathering) -> list[Gathering]:
    """What else is in the house between its beginning and its end."""
    if gathering.starts_at is None or gathering.ends_at is None:
        return []
    query = (
        select(Gathering)
        .where(Gathering.venue_id == gathering.venue_id, Gathering.id != gathering.id, Gathering.mode != "online",
               Gathering.state.in_(_LIVING), Gathering.starts_at < gathering.ends_at,
               Gathering.ends_at > gathering.starts_at)
        .options(selectinload(Gathering.sessions).joinedload(Session.space))
        .order_by(Gathering.starts_at, Gathering.id)
    )  # fmt: skip
    return list(db.session.scalars(query))


def _between(gathering: Gathering, other: Gathering) -> list[Clash]:
    """One sentence for each space in which both are at once; one for the house where a programme does not say."""
    met: dict[int, tuple[Space, Session, Session]] = {}
    for ours, theirs in product(gathering.sessions, other.sessions):
        if ours.space and ours.space_id == theirs.space_id and _overlap(ours, theirs):
            met.setdefault(ours.space.id, (ours.space, ours, theirs))
    found = [Clash(_in_one_space(gathering, other, *each), other.slug) for each in met.values()]
    if not found and not (_is_placed(gathering) and _is_placed(other)):
        sentence = _("“%(title)s” is in the same house at the same time, and not every part of both programmes says in which space.",
                     title=t(other.title))  # fmt: skip
        found.append(Clash(sentence, other.slug))
    return found


def _in_one_space(gathering: Gathering, other: Gathering, space: Space, ours: Session, theirs: Session) -> str:
    begins, ends = max(ours.starts_at, theirs.starts_at), min(ours.ends_at, theirs.ends_at)
    return _("%(space)s is taken by “%(title)s” too: %(day)s, %(begins)s to %(ends)s.", space=space.name,
             title=t(other.title), day=day(begins, gathering.zone), begins=clock_time(begins, gathering.zone),
             ends=clock_time(ends, gathering.zone))  # fmt: skip


def _overlap(ours: Session, theirs: Session) -> bool:
    return ours.starts_at < theirs.ends_at and theirs.starts_at < ours.ends_at


def _is_placed(gathering: Gathering) -> bool:
    return bool(gathering.sessions) and all(session.space_id for session in gathering.sessions)
