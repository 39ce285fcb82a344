"""A note to oneself beside what one came for: for its author alone.

It hangs on the place, so whoever compared copies of two evenings could see that it changed, and match that with words that came
without a name in between. So it rests while any form about the gathering takes something in, and says so.
"""

from __future__ import annotations

from sqlalchemy import select

from retreats.booking.models import Place
from retreats.db import db, new_id
from retreats.feedback.models import FormWindow, PrivateNote
from retreats.feedback.service.turns import at_form, in_turn
from retreats.refusals import NotFound, Refusal

MOST_LETTERS = 4000


class NoteRests(Refusal):
    """While people send words without a name, a note that hangs on a place does not change."""

    code = "note_rests"


class NoteTooLong(Refusal):
    """A note has room for four thousand letters."""

    code = "note_too_long"
    status = 422


def keep_note(place_id: int, text: str) -> None:
    """Keep it in place of the one before; an empty one takes it away. Raises NotFound, NoteRests, NoteTooLong."""
    in_turn("place", place_id)
    place = db.session.get_one(Place, place_id)
    at_form(place.gathering_id)
    if place.state != "confirmed":
        raise NotFound
    if note_rests(place.gathering_id):
        raise NoteRests
    if len(text) > MOST_LETTERS:
        raise NoteTooLong
    note = _note(place_id)
    if text and note is None:
        note = PrivateNote(id=new_id(), place_id=place_id)
        db.session.add(note)
    if note is not None and text:
        note.text = text
    elif note is not None:
        db.session.delete(note)
    db.session.flush()


def note_of(place_id: int) -> str:
    """What it says; for whoever holds the own link."""
    note = _note(place_id)
    return (note.text or "") if note else ""


def note_rests(gathering_id: int) -> bool:
    """Whether a form about this gathering is open, or what lies sealed in one is not passed on yet."""
    query = select(FormWindow.id).where(FormWindow.gathering_id == gathering_id, FormWindow.state != "closed")
    return db.session.scalar(query.limit(1)) is not None


def _note(place_id: int) -> PrivateNote | None:
    return db.session.scalar(select(PrivateNote).where(PrivateNote.place_id == place_id))
