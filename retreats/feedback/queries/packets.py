"""What may be taken to supervision, and how a packet reads: persons are not in it, and words that were taken back neither."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.models import Batch, Packet, PacketText, Point
from retreats.feedback.people import leaders_of
from retreats.feedback.queries.readable import window_after
from retreats.feedback.queries.results import SHOWN, ScaleRow, merge, scale_rows
from retreats.feedback.queries.themes import ThemeView, themes_of
from retreats.feedback.service.release import tallies
from retreats.feedback.striking import Offer, offers, struck

LEAST_POINTS = 3
"""A theme of fewer points is somebody's, and not the group's."""


@dataclass(frozen=True)
class TextToTake:
    """A text whose author lets it be used in supervision, with what it offers for striking out."""

    point: Point
    offers: list[Offer]
    struck: list[str] | None
    """What was struck out when it was confirmed; None while it was not."""
    reads: str
    """How it will read."""


@dataclass(frozen=True)
class ShownTheme:
    """A theme as a supervisor reads it."""

    title: str
    points: int
    texts: list[str]


@dataclass(frozen=True)
class ShownPacket:
    """A packet as a supervisor reads it."""

    question: str
    themes: list[ShownTheme]
    rows: list[ScaleRow]


def may_take_themes(gathering_id: int, person_id: int) -> list[ThemeView]:
    """Themes of three points or more."""
    return [each for each in themes_of(gathering_id, person_id) if len(each.points) >= LEAST_POINTS]


def may_take_scales(gathering_id: int) -> list[str]:
    """Questions that five people or more have answered; whether people could say no is never among them."""
    window = window_after(gathering_id)
    batches = list(db.session.scalars(select(Batch).where(Batch.window_id == window.id))) if window else []
    return list(merge(batches, tallies([batch.id for batch in batches], SHOWN), SHOWN))


def may_take_texts(packet: Packet) -> list[Point]:
    """Of the packet's themes: the points whose authors said that they may be used in supervision."""
    chosen = {part.theme_id for part in packet.parts}
    found = {
        point.id: point
        for theme in may_take_themes(packet.gathering_id, packet.owner_id)
        if theme.theme.id in chosen
        for point in theme.points
        if point.may_supervise
    }
    return [found[each] for each in sorted(found)]


def texts_to_take(packet: Packet) -> list[TextToTake]:
    """The same with what each offers for striking out."""
    names, confirmed = names_around(packet.gathering), {each.point_id: _struck(each) for each in packet.texts}
    found = []
    for point in may_take_texts(packet):
        said = point.text or ""
        offered, out = offers(said, names), confirmed.get(point.id)
        reads = struck(said, [each.word for each in offered] if out is None else out)
        found.append(TextToTake(point, offered, out, reads))
    return found


def packets_of(gathering_id: int, person_id: int) -> list[Packet]:
    """One's own packets of a gathering, the newest first."""
    query = (
        select(Packet)
        .where(Packet.gathering_id == gathering_id, Packet.owner_id == person_id)
        .options(selectinload(Packet.parts), selectinload(Packet.views), joinedload(Packet.supervisor))
        .order_by(Packet.made_at.desc())
    )
    return list(db.session.scalars(query))


def shown(packet: Packet) -> ShownPacket:
    """How a packet reads now. Titles and the question lose what could tell by themselves; texts as they were confirmed."""
    names = names_around(packet.gathering)
    window, scales = window_after(packet.gathering_id), tuple(sorted(part.scale for part in packet.parts if part.scale))
    batches = list(db.session.scalars(select(Batch).where(Batch.window_id == window.id))) if window else []
    return ShownPacket(
        question=_freed(packet.question or "", names),
        themes=list(_themes(packet, names)),
        rows=scale_rows(window, batches, scales) if window and scales else [],
    )


def names_around(gathering: Gathering) -> list[str]:
    """Every name by which somebody or the place could be known again."""
    places = db.session.scalars(
        select(Place)
        .where(Place.gathering_id == gathering.id)
        .options(joinedload(Place.person), joinedload(Place.registration).joinedload(Registration.booker))
    ).all()
    names = [name for place in places for name in (place.name, place.called, place.registration.booker.name)]
    names += [person.name for person in leaders_of(gathering)]
    names += [gathering.care_contact.name] if gathering.care_contact else []
    venue = gathering.venue
    return [*names, *((venue.name, venue.area or "", venue.address or "") if venue else ())]


def _themes(packet: Packet, names: list[str]) -> Iterator[ShownTheme]:
    chosen = {part.theme_id for part in packet.parts}
    confirmed = {each.point_id: _struck(each) for each in packet.texts}
    for each in may_take_themes(packet.gathering_id, packet.owner_id):
        if each.theme.id in chosen:
            texts = [
                struck(point.text or "", confirmed[point.id])
                for point in each.points
                if point.id in confirmed and point.may_supervise
            ]
            yield ShownTheme(_freed(each.title, names), len(each.points), texts)


def _freed(text: str, names: list[str]) -> str:
    return struck(text, [each.word for each in offers(text, names) if each.why != "capital"])


def _struck(text: PacketText) -> list[str]:
    found: list[str] = json.loads(text.struck or "[]")
    return found
