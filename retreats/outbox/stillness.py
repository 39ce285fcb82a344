"""A restored house stands still: nothing follows from anything until somebody of the house opens it again.

A backup does not know what happened after it was made. Letters of that time may be with their readers already, and a copy
restored only to be looked at must not write to anybody, nor move money.

That it was restored is an event, and the one consequence of it is a delivery that never falls due by itself: as long as it
is not done, nothing else is claimed. It needs no table of its own, so a backup of any age can bring it along.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, Result, column, exists, insert, select, table
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import TableClause

from retreats import clock
from retreats.db import db
from retreats.events import HouseOpenedAgain, HouseRestored
from retreats.outbox.emit import emit
from retreats.outbox.models import Delivery, Event
from retreats.refusals import Refusal

LANE = "stillness"
_NEVER = timedelta(days=365 * 500)


class StandsStill(Refusal):
    """The house was restored, and nobody has opened it again yet."""

    code = "stands_still"
    status = 503


def _waits(delivery: type[Delivery]) -> ColumnElement[bool]:
    """In words that the index of lanes knows."""
    return (delivery.lane == LANE) & delivery.done_at.is_(None) & delivery.rests_at.is_(None)


def stands_still() -> bool:
    """Whether nothing may leave the house."""
    return db.session.scalar(select(Delivery.id).where(_waits(Delivery)).limit(1)) is not None


def goes_on() -> ColumnElement[bool]:
    """The condition that the house does not stand still, for a statement that claims something."""
    waiting = aliased(Delivery)
    return ~exists(select(waiting.id).where(_waits(waiting)))


@dataclass(frozen=True)
class Since:
    """Of when the backup is, when it was restored, and at which position of the events."""

    backup_made_at: datetime
    restored_at: datetime
    position: int


def since() -> Since | None:
    """What the house was restored from; None in a house that goes on."""
    found = db.session.scalar(
        select(Event).join(Delivery).where(_waits(Delivery)).order_by(Event.position.desc()).limit(1)
    )
    if found is None:
        return None
    return Since(datetime.fromtimestamp(found.payload["backup_made_at"], UTC), found.happened_at, found.position)


def refuse_if_still() -> None:
    """For what would move money at once. Raises StandsStill."""
    if stands_still():
        raise StandsStill(
            _(
                "The house is being put in order just now, and takes no payments yet. Please try again later, or write to us."
            )
        )


def stand_still(connection: Connection, *, backup_made_at: datetime) -> None:
    """Let nothing follow from anything from now on. For the restore, in its transaction, whatever migration that is at."""
    now, payload = clock.real_now(), {"backup_made_at": int(backup_made_at.timestamp())}
    happened = {"name": HouseRestored.__name__, "payload": payload, "happened_at": now}
    said: Result[tuple[int]] = connection.execute(
        insert(_with_columns(Event, "position", *happened)).values(happened).returning(column("position"))
    )
    waits = {"event_position": said.scalar_one(), "reaction": LANE, "errand": "house", "lane": LANE, "due_at": now + _NEVER,
             "attempts": 0, "dropped": False}  # fmt: skip
    connection.execute(insert(_with_columns(Delivery, *waits)).values(waits))


def _with_columns(kind: type[Event | Delivery], *names: str) -> TableClause:
    """The table with those of its columns that it had in every version."""
    return table(kind.__tablename__, *(column(name, kind.__mapper__.columns[name].type) for name in names))


def go_on() -> None:
    """Open it again."""
    for each in db.session.scalars(select(Delivery).where(_waits(Delivery))):
        each.done_at = clock.real_now()
    emit(HouseOpenedAgain())
