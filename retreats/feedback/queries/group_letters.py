"""The letter to the group with the group's own picture, as everybody who was there sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from retreats.db import Localised, db
from retreats.feedback.models import Batch, FormWindow, Packet, PacketPart
from retreats.feedback.own_questions import own_scales
from retreats.feedback.queries.results import SHOWN, ScaleRow, scale_rows
from retreats.feedback.service.group_letter import letter_of, texts_of


@dataclass(frozen=True)
class ShownLetter:
    """A letter that was sent."""

    texts: Localised
    by: str
    sent_at: datetime
    rows: list[ScaleRow]
    """What the group said on the scales: what those who led see, and nothing more."""


def shown_letter(gathering_id: int, window: FormWindow | None) -> ShownLetter | None:
    """For the page of somebody who was there; None before the letter was sent."""
    letter = letter_of(gathering_id)
    if letter is None or letter.sent_at is None:
        return None
    return ShownLetter(texts_of(letter), letter.written_by.name, letter.sent_at, group_picture(window))


def group_picture(window: FormWindow | None) -> list[ScaleRow]:
    """The pooled answers of everything that was released, each question from five answers on."""
    if window is None:
        return []
    batches = list(db.session.scalars(select(Batch).where(Batch.window_id == window.id).order_by(Batch.number)))
    return scale_rows(window, batches, (*SHOWN, *own_scales(window))) if batches else []


def taken_to_supervision(gathering_id: int) -> int:
    """How many themes of this gathering were taken to supervision."""
    query = (
        select(PacketPart.theme_id)
        .join(Packet, Packet.id == PacketPart.packet_id)
        .where(Packet.gathering_id == gathering_id, Packet.sent_at.is_not(None), PacketPart.theme_id.is_not(None))
        .distinct()
    )
    return len(db.session.scalars(query).all())
