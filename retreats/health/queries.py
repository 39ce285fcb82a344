"""What there is to answer, who may read it, and what was said."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.accounts import access
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.booking.queries import who_comes
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback.queries import facilitating
from retreats.health.models import Consent, HealthAnswer, Reader
from retreats.languages import language
from retreats.periods import HEALTH
from retreats.questions.models import Question
from retreats.questions.queries import in_words, questions_of

READABLE = HEALTH
"""How long after the end it can be read; then it is deleted."""


@dataclass(frozen=True)
class Told:
    """What one attendee lets this reader know; the words only once the look was written down."""

    place: Place
    what: list[str]
    """The names under which a look is written down."""
    is_open: bool
    words: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of a question and its answer."""


def questions_about_health(gathering_id: int) -> list[Question]:
    """What this gathering asks about health."""
    return [each for each in questions_of(gathering_id, "intake") if each.about_health]


def leaders_of(gathering: Gathering) -> list[Person]:
    """Who could be ticked."""
    return [leader.facilitator.person for leader in gathering.leaders]


def consent_of(place_id: int) -> Consent | None:
    """What this attendee agreed to, with whom they ticked; None also once it was taken back."""
    return db.session.scalar(
        select(Consent)
        .where(Consent.place_id == place_id, Consent.withdrawn_at.is_(None))
        .options(selectinload(Consent.readers))
    )


def answers_of(place_id: int) -> dict[int, str]:
    """What this attendee answered, by question."""
    found = db.session.scalars(select(HealthAnswer).where(HealthAnswer.place_id == place_id))
    return {each.question_id: each.text or "" for each in found}


def is_readable(gathering: Gathering) -> bool:
    """Whether the time in which anybody may read it is not over."""
    return gathering.ends_at is not None and clock.now() < gathering.ends_at + READABLE


def what_of(place_id: int) -> str:
    """The name under which a look at somebody's answers is written down."""
    return f"health:{place_id}"


def told(gathering: Gathering, reader_id: int) -> list[Told]:
    """What those who come to this gathering let this reader know, by name: who ticked them, and whose note may be shared.

    Nothing outside the time in which it may be read.
    """
    if not is_readable(gathering):
        return []
    places = {each.id: each for each in who_comes(gathering.id)}
    answers, notes = _ticked(list(places), reader_id), facilitating.shared_notes(list(places))
    names = {
        place_id: [
            *([what_of(place_id)] if place_id in answers else []),
            *([f"care_case:{notes[place_id].id}"] if place_id in notes else []),
        ]
        for place_id in places
    }
    opened = access.looked_at_today(reader_id, [each for listed in names.values() for each in listed])
    found = []
    for place_id, place in places.items():
        if not names[place_id]:
            continue
        is_open = set(names[place_id]) <= opened
        words = [
            (_asked(each), in_words(each.question, each.text or "", language())) for each in answers.get(place_id, [])
        ]
        note = notes.get(place_id)
        if note is not None:
            words.append(("", note.text or ""))
        found.append(Told(place, names[place_id], is_open, words if is_open else []))
    return found


def _asked(answer: HealthAnswer) -> str:
    label = answer.question.label
    return label.get(language()) or label.get("en", "")


def _ticked(place_ids: list[int], reader_id: int) -> dict[int, list[HealthAnswer]]:
    """The answers of those who ticked this reader, by place."""
    rows = db.session.scalars(
        select(HealthAnswer)
        .join(Consent, Consent.place_id == HealthAnswer.place_id)
        .join(Reader, Reader.consent_id == Consent.id)
        .where(HealthAnswer.place_id.in_(place_ids), Reader.person_id == reader_id, Consent.withdrawn_at.is_(None))
        .options(joinedload(HealthAnswer.question))
    )
    found: dict[int, list[HealthAnswer]] = {}
    for answer in sorted(rows, key=lambda each: each.question.position):
        found.setdefault(answer.place_id, []).append(answer)
    return found


def looks(place_id: int) -> list[access.AccessNote]:
    """Who looked at what this attendee said."""
    return access.looks_at([what_of(place_id)])


def places_with_answers(person_id: int) -> list[int]:
    """Where this person said something about their health."""
    found = db.session.scalars(
        select(Consent.place_id).join(Place, Place.id == Consent.place_id).where(Place.person_id == person_id)
    )
    return list(found)
