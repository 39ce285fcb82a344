"""Which photograph stands at the head of a gathering, which is somebody's portrait, and which shows a venue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select, update

from retreats.catalogue.models import Facilitator, Gathering, Leader, Venue
from retreats.catalogue.service.changes import Change, EditedMeanwhile
from retreats.db import Localised, db
from retreats.pictures import service as pictures
from retreats.pictures.models import Picture
from retreats.pictures.shapes import Prepared

Shown = TypeVar("Shown", Facilitator, Venue)
Still = Callable[[Picture | None], bool]


@dataclass(frozen=True, kw_only=True)
class Cover(Change):
    """A picture for the head of its page; `prepared` None leaves the picture and changes its words."""

    part = "picture"
    prepared: Prepared | None
    alt: Localised

    def apply(self, gathering: Gathering) -> None:
        """Write it. What stood there before is let go."""
        gathering.picture = _put(gathering.picture, self.prepared, self.alt, public=gathering.published_at is not None)


class NoCover(Change):
    """Its own tiles again."""

    part = "picture"

    def apply(self, gathering: Gathering) -> None:
        """Let the picture go, if there is one."""
        if gathering.picture_id is not None:
            pictures.let_go(gathering.picture_id)
            gathering.picture = None


def portray(
    of: type[Shown], row_id: int, prepared: Prepared | None, *, alt: Localised, still: Still = lambda _standing: True
) -> None:
    """Give a facilitator or a venue a picture; `prepared` None changes its words alone. Pages that show it are made anew.

    `still` says whether the picture is the one the form was opened with. Raises EditedMeanwhile.
    """
    row = _locked(of, row_id, still)
    row.picture = _put(row.picture, prepared, alt, public=True)
    make_pages_anew(row)


def unportray(of: type[Shown], row_id: int, *, still: Still = lambda _standing: True) -> None:
    """No picture any more. Does nothing when there is none. Raises EditedMeanwhile."""
    row = _locked(of, row_id, still)
    if row.picture_id is not None:
        pictures.let_go(row.picture_id)
        row.picture = None
        make_pages_anew(row)


def make_pages_anew(row: Facilitator | Venue) -> None:
    """Every gathering whose page shows this facilitator or this venue gets another version."""
    shows = Gathering.venue_id == row.id
    if isinstance(row, Facilitator):
        shows = Gathering.id.in_(select(Leader.gathering_id).where(Leader.facilitator_id == row.id))
    db.session.execute(update(Gathering).where(shows).values(version=Gathering.version + 1))


def _locked(of: type[Shown], row_id: int, still: Still) -> Shown:
    row = db.session.get_one(of, row_id, with_for_update={"of": of}, populate_existing=True)
    if not still(row.picture):
        raise EditedMeanwhile
    return row


def _put(standing: Picture | None, prepared: Prepared | None, alt: Localised, *, public: bool) -> Picture:
    """The picture that stands from now on. Raises EditedMeanwhile when the one to be described is gone."""
    if prepared is not None:
        if standing is not None:
            pictures.let_go(standing.id)
        return pictures.keep(prepared, alt=alt, public=public)
    if standing is None:
        raise EditedMeanwhile
    pictures.describe(standing, alt=alt)
    return standing
