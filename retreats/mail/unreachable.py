"""Addresses that take no letters: marked by what a mail server answers, cleared by somebody who knows better."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from retreats import clock
from retreats.db import db, new_id
from retreats.events import AddressCleared, AddressMarked
from retreats.mail.models import UnreachableAddress
from retreats.outbox import emit


def find(address: str) -> UnreachableAddress | None:
    """The mark on this address, if there is one."""
    return db.session.scalar(select(UnreachableAddress).where(UnreachableAddress.address == address))


def among(addresses: Iterable[str | None]) -> list[UnreachableAddress]:
    """Those of these addresses that take no letters. One statement."""
    wanted = sorted({each for each in addresses if each})
    query = select(UnreachableAddress).where(UnreachableAddress.address.in_(wanted))
    return list(db.session.scalars(query.order_by(UnreachableAddress.address)))


def every(*, at_most: int = 200) -> list[UnreachableAddress]:
    """Every address that takes no letters, the latest first."""
    query = select(UnreachableAddress).order_by(UnreachableAddress.since.desc(), UnreachableAddress.id)
    return list(db.session.scalars(query.limit(at_most)))


def mark(address: str, failure: str, *, is_soft: bool) -> None:
    """Write nothing there from now on. Marked twice it keeps its first day."""
    if find(address) is not None:
        return
    row = UnreachableAddress(id=new_id(), address=address, since=clock.now(), failure=failure, is_soft=is_soft)
    db.session.add(row)
    db.session.flush()
    emit(AddressMarked(mark_id=row.id))


def clear(mark_id: int) -> None:
    """Write there again: somebody says that it is right, or a letter has arrived. Said twice it is said once."""
    row = db.session.get(UnreachableAddress, mark_id)
    if row is None:
        return
    db.session.delete(row)
    emit(AddressCleared(mark_id=mark_id))
