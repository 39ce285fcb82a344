"""What those who lead give along to read and to hear: a text, a link or a file, from a chosen moment on."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db, new_id
from retreats.events import MaterialChanged
from retreats.outbox import emit
from retreats.practices.models import Material, MaterialPiece
from retreats.refusals import NotFound, Refusal

MOST = 20
PIECE = 64 * 2**10
"""Octets in one piece of a file."""


class EnoughMaterial(Refusal):
    """A gathering holds so many things and no more."""

    code = "enough_material"


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is given along. Of a file `content` is what `files.recognised` let through, and `media_type` what it is."""

    kind: str
    title: Localised
    text: Localised = field(default_factory=dict)
    href: str = ""
    after_end: bool = False
    media_type: str = ""
    content: bytes = b""


def add(material_id: int, gathering_id: int, given: Given) -> None:
    """Keep one thing; `material_id` was made with the form, so pressed twice it is one. Raises EnoughMaterial."""
    db.session.get_one(Gathering, gathering_id, with_for_update=True)
    if db.session.get(Material, material_id) is not None:
        return
    here = select(func.count()).select_from(Material).where(Material.gathering_id == gathering_id)
    if (db.session.scalar(here) or 0) >= MOST:
        raise EnoughMaterial(_("There are %(most)s things here already. Remove one first.", most=MOST))
    db.session.add(
        Material(id=material_id, gathering_id=gathering_id, kind=given.kind, title=given.title, text=given.text,
                 href=given.href, after_end=given.after_end, media_type=given.media_type, octets=len(given.content),
                 added_at=clock.now())
    )  # fmt: skip
    db.session.flush()
    for position, begin in enumerate(range(0, len(given.content), PIECE)):
        piece = given.content[begin : begin + PIECE]
        db.session.add(MaterialPiece(id=new_id(), material_id=material_id, position=position, content=piece))
    db.session.flush()
    emit(MaterialChanged(gathering_id=gathering_id, material_id=material_id, how="added"))


def change(material_id: int, gathering_id: int, given: Given) -> None:
    """Other words, another link, another moment; a file stays the file it is. Raises NotFound."""
    material = of_gathering(material_id, gathering_id)
    now = (material.title, material.text, material.href, material.after_end)
    if now == (given.title, given.text, given.href, given.after_end):
        return
    material.title, material.text, material.href, material.after_end = (
        given.title, given.text, given.href, given.after_end,
    )  # fmt: skip
    db.session.flush()
    emit(MaterialChanged(gathering_id=gathering_id, material_id=material_id, how="changed"))


def remove(material_id: int, gathering_id: int) -> None:
    """Delete it, with its octets. Pressed twice it stays deleted; raises NotFound for another gathering's."""
    material = db.session.get(Material, material_id, with_for_update=True)
    if material is None:
        return
    of_gathering(material_id, gathering_id)
    db.session.execute(delete(MaterialPiece).where(MaterialPiece.material_id == material_id))
    db.session.delete(material)
    db.session.flush()
    emit(MaterialChanged(gathering_id=gathering_id, material_id=material_id, how="removed"))


def of_gathering(material_id: int, gathering_id: int) -> Material:
    """One thing of this gathering. Raises NotFound."""
    found = db.session.get(Material, material_id)
    if found is None or found.gathering_id != gathering_id:
        raise NotFound
    return found
