"""Notes for oneself, shown to those who lead one by one, and taken back. Writing one leaves no trace in the events: that somebody
keeps a diary, and when, is nobody's business.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.db import db
from retreats.events import PracticeCommented, PracticeShown, PracticeTakenBack
from retreats.feedback.house_forms import FIVE_WORDS
from retreats.feedback.service.hearing import hear_named
from retreats.outbox import emit
from retreats.practices.models import PracticeComment, PracticeNote, PracticePlan
from retreats.refusals import NotFound

MOST_WORDS = 4000
WORDS = tuple(each["value"] for each in FIVE_WORDS)


def note_down(note_id: int, place_id: int, practice_id: int, text: str, word: str = "") -> None:
    """Keep a note, a word (`1` to `5`), or both. `note_id` was made with the form, so pressed twice it is one. Raises NotFound."""
    plan = db.session.scalar(
        select(PracticePlan)
        .where(PracticePlan.place_id == place_id, PracticePlan.practice_id == practice_id)
        .with_for_update()
    )
    if plan is None:
        raise NotFound
    if not (text.strip() or word in WORDS) or db.session.get(PracticeNote, note_id) is not None:
        return
    note = PracticeNote(id=note_id, plan_id=plan.id, written_at=clock.now(), shown=False)
    note.text = text.strip()
    if word in WORDS:
        note.word = word
    db.session.add(note)
    db.session.flush()


def show(note_id: int, place_id: int) -> None:
    """Let those who lead read the text of this one note, with one's name. Raises NotFound, also where there is only a word."""
    note = _own(note_id, place_id)
    if not note.text:
        raise NotFound
    if not note.shown:
        note.shown = True
        db.session.flush()
        hear_named(note.plan.place.gathering_id, "shown_note", note.id, note.text or "")
        emit(PracticeShown(place_id=place_id, gathering_id=note.plan.place.gathering_id, moment=_second()))


def take_back(note_id: int, place_id: int) -> None:
    """From now on nobody else reads it any more. Raises NotFound."""
    note = _own(note_id, place_id)
    if note.shown:
        note.shown = False
        db.session.flush()
        emit(PracticeTakenBack(place_id=place_id, gathering_id=note.plan.place.gathering_id))


def delete_note(note_id: int, place_id: int) -> None:
    """Delete it, with what was written to it. Raises NotFound."""
    note = _own(note_id, place_id)
    was_shown, gathering_id = note.shown, note.plan.place.gathering_id
    db.session.execute(delete(PracticeComment).where(PracticeComment.note_id == note.id))
    db.session.delete(note)
    db.session.flush()
    if was_shown:
        emit(PracticeTakenBack(place_id=place_id, gathering_id=gathering_id))


def comment(comment_id: int, note_id: int, gathering_id: int, text: str, *, by: Person) -> None:
    """Write to somebody who showed a note. Raises NotFound for one that is not shown (any more), or of another gathering."""
    note = _held(note_id)
    if note is None or not note.shown or note.plan.place.gathering_id != gathering_id:
        raise NotFound
    if not text.strip() or db.session.get(PracticeComment, comment_id) is not None:
        return
    row = PracticeComment(id=comment_id, note_id=note.id, person_id=by.id, written_at=clock.now())
    row.text = text.strip()
    db.session.add(row)
    db.session.flush()
    emit(PracticeCommented(place_id=note.plan.place_id, gathering_id=gathering_id, moment=_second()))


def _own(note_id: int, place_id: int) -> PracticeNote:
    note = _held(note_id)
    if note is None or note.plan.place_id != place_id:
        raise NotFound
    return note


def _held(note_id: int) -> PracticeNote | None:
    """The note, held so that showing, taking back and commenting come after one another."""
    return db.session.scalar(
        select(PracticeNote)
        .where(PracticeNote.id == note_id)
        .options(joinedload(PracticeNote.plan).joinedload(PracticePlan.place).joinedload(Place.gathering))
        .with_for_update(of=PracticeNote)
    )


def _second() -> int:
    return int(clock.now().timestamp())
