"""Material, and to whom it opens."""

from __future__ import annotations

from sqlalchemy import exists, select

from retreats import clock
from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.practices.models import Material, MaterialPiece, Practice, PreparationItem
from retreats.practices.service.material import of_gathering
from retreats.refusals import NotFound


def material_of(gathering_id: int) -> list[Material]:
    """Everything of this gathering, in the order in which it was added."""
    return list(
        db.session.scalars(
            select(Material).where(Material.gathering_id == gathering_id).order_by(Material.added_at, Material.id)
        )
    )


def is_open(material: Material, gathering: Gathering) -> bool:
    """Whether its moment has come."""
    return not material.after_end or gathering.has_ended(clock.now())


def takes_part(place: Place) -> bool:
    """Whether material opens to this attendee: their place is theirs, and they were not marked missed."""
    return place.state == "confirmed" and place.presence != "missed" and place.gathering.state != "cancelled"


def file_of(material_id: int, gathering: Gathering, *, also_early: bool = False) -> Material:
    """A file whose moment has come, or any for those who lead (`also_early`). Raises NotFound."""
    found = of_gathering(material_id, gathering.id)
    if found.kind != "file" or not (also_early or is_open(found, gathering)):
        raise NotFound
    return found


def content_of(material_id: int) -> bytes:
    """The octets of a file."""
    pieces = select(MaterialPiece.content).where(MaterialPiece.material_id == material_id)
    return b"".join(db.session.scalars(pieces.order_by(MaterialPiece.position)))


def for_somebody_signed_in(slug: str, person_id: int) -> Gathering:
    """A gathering in which this person has a place of their own that was not missed. Raises NotFound."""
    mine = exists().where(Place.gathering_id == Gathering.id, Place.person_id == person_id, attends())
    found = db.session.scalar(select(Gathering).where(Gathering.slug == slug, Gathering.state != "cancelled", mine))
    if found is None:
        raise NotFound
    return found


def where_something_lies(person_id: int) -> list[Gathering]:
    """The gatherings with material in which this person has a place of their own, the latest first."""
    mine = exists().where(Place.gathering_id == Gathering.id, Place.person_id == person_id, attends())
    has_some = exists().where(Material.gathering_id == Gathering.id)
    found = select(Gathering).where(mine, has_some, Gathering.state != "cancelled")
    return list(db.session.scalars(found.order_by(Gathering.starts_at.desc(), Gathering.id)))


def what_there_is(gathering: Gathering) -> set[str]:
    """Which of `practices`, `material` and `preparation` this gathering has, in one look."""
    columns = {
        "practices": Practice.gathering_id,
        "material": Material.gathering_id,
        "preparation": PreparationItem.gathering_id,
    }
    row = db.session.execute(
        select(*(exists().where(column == gathering.id).label(name) for name, column in columns.items()))
    ).one()
    return {name for name in columns if getattr(row, name)}
