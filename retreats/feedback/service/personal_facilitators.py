"""What the facilitators' half keeps under somebody's name, for export, for forgetting and for merging."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from retreats import clock
from retreats.db import db
from retreats.feedback.models import (
    ComeBack,
    Decision,
    Development,
    FirstReader,
    FirstReading,
    GroupLetter,
    Packet,
    PacketPart,
    PacketText,
    PacketView,
    Supervision,
)


def export(person_id: int) -> dict[str, Any]:
    """Their two logs, what they asked supervisors, and what they added as first readers."""
    logs = db.session.scalars(select(Development).where(Development.person_id == person_id).order_by(Development.day))
    supervised = db.session.scalars(
        select(Supervision).where(Supervision.person_id == person_id).order_by(Supervision.day)
    )
    packets = db.session.scalars(select(Packet).where(Packet.owner_id == person_id).order_by(Packet.made_at))
    notes = db.session.scalars(select(FirstReading).where(FirstReading.reader_id == person_id))
    return {
        "development": [
            {"day": each.day, "kind": each.kind, "minutes": each.minutes, "noticed": each.noticed,
             "learned": each.learned, "tries": each.tries, "came_back": each.came_back,
             "public": " · ".join(each.public.values())}
            for each in logs
        ],
        "supervision": [
            {"day": each.day, "kind": each.kind, "minutes": each.minutes, "supervisor": each.supervisor,
             "agreed": each.agreed}
            for each in supervised
        ],
        "asked_in_supervision": [{"question": each.question, "sent_at": each.sent_at} for each in packets],
        "read_first": [{"text": each.note} for each in notes if each.note],
    }  # fmt: skip


def forget(person_id: int) -> None:
    """Erase it. What they took to supervision can be read no more, and what was sent to them neither."""
    own = select(Development.id).where(Development.person_id == person_id)
    db.session.execute(update(Decision).where(Decision.development_id.in_(own)).values(development_id=None))
    packets = select(Packet.id).where(Packet.owner_id == person_id)
    for part in (PacketText, PacketPart, PacketView):
        db.session.execute(delete(part).where(part.packet_id.in_(packets)))
    db.session.execute(delete(Packet).where(Packet.owner_id == person_id))
    to_them = update(Packet).where(Packet.supervisor_id == person_id, Packet.revoked_at.is_(None))
    db.session.execute(to_them.values(revoked_at=clock.now()))
    for table, which in (
        (Development, Development.person_id == person_id),
        (Supervision, Supervision.person_id == person_id),
        (ComeBack, ComeBack.person_id == person_id),
        (FirstReading, FirstReading.person_id == person_id),
        (FirstReader, or_(FirstReader.person_id == person_id, FirstReader.reader_id == person_id)),
    ):
        db.session.execute(delete(table).where(which))
    db.session.execute(update(FirstReading).where(FirstReading.reader_id == person_id).values(note_sealed=None))


def take_over(old_id: int, new_id: int) -> None:
    """What was the one's is the other's; of two of a kind, the other's own stays."""
    _let_go(ComeBack, ComeBack.gathering_id, old_id, new_id)
    _let_go(FirstReader, FirstReader.gathering_id, old_id, new_id)
    _let_go(FirstReading, FirstReading.point_id, old_id, new_id)
    for table, column in (
        (Development, "person_id"),
        (Supervision, "person_id"),
        (ComeBack, "person_id"),
        (Packet, "owner_id"),
        (Packet, "supervisor_id"),
        (FirstReader, "person_id"),
        (FirstReader, "reader_id"),
        (FirstReading, "person_id"),
        (FirstReading, "reader_id"),
        (GroupLetter, "written_by_id"),
    ):
        db.session.execute(update(table).where(getattr(table, column) == old_id).values({column: new_id}))
    db.session.execute(delete(FirstReader).where(FirstReader.person_id == FirstReader.reader_id))


def _let_go(
    table: type[ComeBack | FirstReader | FirstReading], what: InstrumentedAttribute[int], old_id: int, new_id: int
) -> None:
    doubled = select(what).where(table.person_id == new_id)
    db.session.execute(delete(table).where(table.person_id == old_id, what.in_(doubled)))
