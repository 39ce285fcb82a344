"""The waiting list of a full gathering: the organiser sees who would come."""

from __future__ import annotations

from sqlalchemy import select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.booking.models import WaitingEntry
from retreats.db import db, new_id
from retreats.events import WaitingListJoined
from retreats.outbox import emit


def join_waiting_list(
    gathering_id: int, *, name: str, email: str, party: int, note: str, language: str
) -> WaitingEntry:
    """Put somebody on the list. The same address twice is one entry (the newer name, party and note stand)."""
    address = accounts.normalised(email)
    entry = db.session.scalar(
        select(WaitingEntry).where(WaitingEntry.gathering_id == gathering_id, WaitingEntry.email == address)
    )
    if entry is not None and entry.left_at is None:
        entry.name, entry.party, entry.note = name, party, note
        return entry
    if entry is None:
        entry = WaitingEntry(id=new_id(), gathering_id=gathering_id, email=address, joined_at=clock.now())
        db.session.add(entry)
    entry.name, entry.party, entry.note, entry.language = name, party, note, language
    entry.joined_at, entry.left_at = clock.now(), None
    db.session.flush()
    emit(WaitingListJoined(entry_id=entry.id, gathering_id=gathering_id))
    return entry
