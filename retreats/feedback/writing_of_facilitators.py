"""Which letters follow from the facilitators' half of the loop."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from retreats.accounts.models import Person
from retreats.db import db
from retreats.events import ComeBackDue, FeedbackReleased, FirstReaderNamed, GroupLetterSent, PacketSent
from retreats.feedback.models import Batch, FirstReader, FormWindow, Packet
from retreats.feedback.people import attended
from retreats.mail.service import write


def group_letter(event: GroupLetterSent) -> None:
    """To everybody who attended, all alike."""
    for place in attended(event.gathering_id):
        write("feedback.group_letter", occasion=f"{event.gathering_id}:{place.id}", shelf=f"place:{place.id}",
              language=place.language, about={"place_id": place.id, "letter_id": event.letter_id})  # fmt: skip


def packet(event: PacketSent) -> None:
    """To the supervisor."""
    found = db.session.get_one(Packet, event.packet_id)
    if found.supervisor is not None:
        _to_person(found.supervisor, "feedback.packet", f"{found.id}", packet_id=found.id)


def first_reader(event: FirstReaderNamed) -> None:
    """To whoever was asked to read first, if there is something to read already."""
    batch_id = db.session.scalar(
        select(Batch.id).join(FormWindow).where(FormWindow.gathering_id == event.gathering_id)
        .order_by(Batch.number.desc()).limit(1)
    )  # fmt: skip
    if batch_id is not None:
        _call(batch_id, FirstReader.gathering_id == event.gathering_id, FirstReader.reader_id == event.reader_id)


def first_readers(event: FeedbackReleased) -> None:
    """To everybody who was asked to read first: now there is something to read."""
    _call(event.batch_id, FirstReader.gathering_id == event.gathering_id)


def _call(batch_id: int, *which: ColumnElement[bool]) -> None:
    for asked in db.session.scalars(select(FirstReader).where(*which)):
        _to_person(asked.reader, "feedback.first_reader", f"{asked.id}:{asked.reader_id}:{batch_id}", asked_id=asked.id)


def come_back(event: ComeBackDue) -> None:
    """To somebody who wanted to be asked back."""
    person = db.session.get_one(Person, event.person_id)
    _to_person(person, "feedback.come_back", f"{event.gathering_id}:{event.person_id}:{event.moment}",
               gathering_id=event.gathering_id)  # fmt: skip


def _to_person(person: Person, kind: str, occasion: str, **about: int) -> None:
    write(kind, occasion=occasion, shelf=f"person:{person.id}", language=person.language,
          about={"person_id": person.id, **about})  # fmt: skip
