"""Before a restored house goes on: what would leave it, and letting it go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from retreats import clock
from retreats.db import db, let_go
from retreats.mail.models import Letter
from retreats.outbox import stillness, worker
from retreats.outbox.models import Delivery, Event
from retreats.payments.models import Refund
from retreats.privacy import again


@dataclass(frozen=True)
class Waiting:
    """What would happen at once if the house went on."""

    letters: dict[str, int]
    """By their kind."""
    refunds: dict[str, tuple[int, int]]
    """By currency: how many, and how much in minor units."""
    others: int
    """Consequences in our own books and questions to Stripe."""
    fell_due: dict[str, int]
    """What fell due since the backup was made, by the name of its event."""


def waiting() -> Waiting:
    """What would leave the house. What follows from it in turn is not looked at."""
    refunds = db.session.execute(
        select(Refund.currency, func.count(), func.sum(Refund.amount_minor))
        .where(Refund.state == "requested")
        .group_by(Refund.currency)
        .order_by(Refund.currency)
    )
    return Waiting(
        letters=_waiting_letters(),
        refunds={currency: (count, int(amount)) for currency, count, amount in refunds},
        others=db.session.scalar(
            select(func.count())
            .select_from(Delivery)
            .where(Delivery.done_at.is_(None), Delivery.rests_at.is_(None), Delivery.errand != "letters")
            .where(func.coalesce(Delivery.lane, "") != stillness.LANE)
        )
        or 0,
        fell_due=_fell_due(),
    )


def _waiting_letters() -> dict[str, int]:
    kinds = db.session.execute(
        select(Letter.kind, func.count())
        .where(Letter.sent_at.is_(None), Letter.dropped_at.is_(None), Letter.failed_at.is_(None))
        .group_by(Letter.kind)
        .order_by(Letter.kind)
    )
    return {kind: count for kind, count in kinds}  # noqa: C416  (a row is no pair to dict)


def _fell_due() -> dict[str, int]:
    """The clock's work is done once, looked at, and given up: nothing of it is written."""
    let_go()
    last = db.session.scalar(select(func.max(Event.position))) or 0
    try:
        worker.would_happen()
        db.session.flush()
        names = db.session.scalars(select(Event.name).where(Event.position > last)).all()
    finally:
        db.session.rollback()
        db.session.info.pop("errands", None)
    return dict(sorted(Counter(names).items()))


def in_lines(found: Waiting) -> Iterator[str]:
    """The same for a terminal."""
    yield f"Letters that wait: {sum(found.letters.values())}"
    yield from (f"- {kind}: {count}" for kind, count in found.letters.items())
    for currency, (count, amount) in found.refunds.items():
        yield f"Refunds that wait: {count}, together {amount / 100:.2f} {currency}"
    yield f"Other consequences that wait: {found.others}"
    yield f"What fell due since the backup was made: {sum(found.fell_due.values())}"
    yield from (f"- {name}: {count}" for name, count in found.fell_due.items())


def open_again(*, put_letters_aside: bool) -> None:
    """Let the house go on; the letters that wait are sent, or put aside because people had them already.

    Whoever was erased since the backup was made is erased first, if they are not yet.
    """
    again.erase_again()
    if put_letters_aside:
        for letter in db.session.scalars(
            select(Letter).where(Letter.sent_at.is_(None), Letter.dropped_at.is_(None), Letter.failed_at.is_(None))
        ):
            letter.dropped_at = clock.now()
    stillness.go_on()
