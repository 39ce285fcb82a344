"""The verbs of pictures. Whose picture it is, the slice knows that asks for it. Preparing one stands in cutting.py."""

from __future__ import annotations

from sqlalchemy import delete, exists, select

from retreats import clock
from retreats.db import Localised, db, new_id
from retreats.events import PictureLetGo
from retreats.outbox.emit import emit
from retreats.pictures.models import Picture, Rendition
from retreats.pictures.shapes import Prepared


def keep(prepared: Prepared, *, alt: Localised, public: bool) -> Picture:
    """Keep a picture that was prepared; `public` says whether the page that shows it is."""
    picture = Picture(
        id=new_id(), shape=prepared.shape, focus=prepared.focus, alt=alt, public=public, kept_at=clock.now(),
        widths=sorted({cut.width for cut in prepared.cuts}),
    )  # fmt: skip
    picture.renditions = [
        Rendition(id=new_id(), kind=cut.kind, width=cut.width, content=cut.content)
        for cut in (prepared.whole, *prepared.cuts)
    ]
    db.session.add(picture)
    return picture


def describe(picture: Picture, *, alt: Localised) -> None:
    """Other words for what one sees on it."""
    if picture.alt != alt:
        picture.alt = alt


def show(picture_id: int) -> None:
    """From now on everybody may see it: its page has become public."""
    db.session.get_one(Picture, picture_id).public = True


def let_go(picture_id: int) -> None:
    """Nobody shows it any more. It is removed a while later (`remove`), when no page that somebody kept asks for it."""
    emit(PictureLetGo(picture_id=picture_id))


def remove(event: PictureLetGo) -> None:
    """Delete a picture with all its renditions, unless somebody shows it after all. Nothing happens when it is gone."""
    if _is_shown(event.picture_id):
        return
    db.session.execute(delete(Rendition).where(Rendition.picture_id == event.picture_id))
    db.session.execute(delete(Picture).where(Picture.id == event.picture_id))


def _is_shown(picture_id: int) -> bool:
    """Whether a row of any slice points to it: found by the foreign keys, so that no slice above has to be known here."""
    pointing = [
        key.parent
        for table in db.metadata.sorted_tables
        if table.name != Rendition.__tablename__
        for key in table.foreign_keys
        if key.column is Picture.__table__.c.id
    ]
    return any(db.session.scalar(select(exists().where(column == picture_id))) for column in pointing)
