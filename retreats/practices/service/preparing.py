"""What to pack and to see to before coming: a list by those who lead, ticked by each for themselves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db, new_id
from retreats.events import PreparationListed
from retreats.outbox import emit
from retreats.practices.models import PreparationItem, PreparationTick

MOST = 20


@dataclass(frozen=True)
class Item:
    """One line of the list; `id` of one that stood there before."""

    id: int | None
    text: Localised
    days_before: int | None


def write_list(gathering_id: int, wanted: list[Item]) -> None:
    """The list as it is from now on. Who has ticked a line keeps the tick while the line stays; the same changes nothing."""
    db.session.get_one(Gathering, gathering_id, with_for_update=True)
    known = {each.id: each for each in items_of(gathering_id)}
    before = [(each.id, each.text, each.days_before) for each in known.values()]
    if before == [(each.id, each.text, each.days_before) for each in wanted]:
        return
    gone = known.keys() - {each.id for each in wanted}
    db.session.execute(delete(PreparationTick).where(PreparationTick.item_id.in_(gone)))
    db.session.execute(delete(PreparationItem).where(PreparationItem.id.in_(gone)))
    for position, each in enumerate(wanted):
        row = known.get(each.id or 0)
        if row is None:
            row = PreparationItem(id=new_id(), gathering_id=gathering_id)
            db.session.add(row)
        row.position, row.text, row.days_before = position, each.text, each.days_before
    db.session.flush()
    emit(PreparationListed(gathering_id=gathering_id))


def tick(place_id: int, done: set[int]) -> None:
    """What this attendee has seen to, in place of what they ticked before. Nobody else sees it, and no event says it.

    A tick of what is not on their list, or no longer, says nothing and is left out.
    """
    place = db.session.get_one(Place, place_id, with_for_update=True)
    there = {each.id for each in items_of(place.gathering_id)}
    ticked = set(db.session.scalars(select(PreparationTick.item_id).where(PreparationTick.place_id == place.id)))
    db.session.execute(
        delete(PreparationTick).where(PreparationTick.place_id == place.id, PreparationTick.item_id.in_(ticked - done))
    )
    for item_id in sorted((done & there) - ticked):
        db.session.add(PreparationTick(id=new_id(), place_id=place.id, item_id=item_id))
    db.session.flush()


def items_of(gathering_id: int) -> list[PreparationItem]:
    """The list in its order."""
    return list(
        db.session.scalars(
            select(PreparationItem)
            .where(PreparationItem.gathering_id == gathering_id)
            .order_by(PreparationItem.position, PreparationItem.id)
        )
    )
