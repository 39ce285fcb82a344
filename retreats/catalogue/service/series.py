"""Series: gatherings that follow each other, under a name and an address of their own."""

from __future__ import annotations

from sqlalchemy import select

from retreats.catalogue.models import Gathering, Series
from retreats.catalogue.service.changes import EditedMeanwhile, put
from retreats.catalogue.service.edit import free_slug
from retreats.catalogue.service.entries import follow, marks
from retreats.db import Localised, db, new_id
from retreats.events import GatheringChanged, GatheringDrafted, SeriesBegun, SeriesNamed
from retreats.outbox import emit


def begin_series(title: Localised, about: Localised) -> Series:
    """A new series. Its address is made of the title and stays."""
    series = Series(id=new_id(), slug=free_slug(title, Series.slug, or_else="series"), title=title, about=about)
    db.session.add(series)
    db.session.flush()
    emit(SeriesBegun(series_id=series.id))
    return series


def name_series(series_id: int, title: Localised, about: Localised, *, seen: Localised) -> None:
    """Call it something else. `seen` is the title the writer saw. Raises EditedMeanwhile."""
    series = db.session.get_one(Series, series_id, with_for_update=True, populate_existing=True)
    if (series.title, series.about) == (title, about):
        return
    if series.title != seen:
        raise EditedMeanwhile
    put(series, "title", title)
    put(series, "about", about)
    for gathering in db.session.scalars(select(Gathering).where(Gathering.series_id == series_id).with_for_update()):
        gathering.version += 1
    emit(SeriesNamed(series_id=series_id))


def add_to_series(series_id: int, gathering_id: int) -> None:
    """This gathering belongs to this series from now on, and to no other. Does nothing when it does already."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True, populate_existing=True)
    if gathering.series_id == series_id:
        return
    before = marks(gathering)
    gathering.series_id = series_id
    gathering.version += 1
    follow(gathering, before)
    happened = GatheringDrafted if gathering.state == "draft" else GatheringChanged
    emit(happened(gathering_id=gathering.id, part="series"))
