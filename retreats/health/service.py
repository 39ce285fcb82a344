"""Giving, taking back and reading what is said about health."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.accounts import access
from retreats.booking.entrusted import entrusted_places
from retreats.booking.models import TAKING, Place
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id
from retreats.events import (
    HealthAnswersGiven,
    HealthAnswersRead,
    HealthConsentWithdrawn,
    PlaceCancelled,
    PlaceReaddressed,
)
from retreats.health import queries
from retreats.health.models import Consent, HealthAnswer, Reader
from retreats.languages import t
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

WORDING = 1
"""The version of the words of consent in templates/health/health.html; docs/privacy.md keeps each."""


class NobodyTicked(Refusal):
    """Without somebody who may read it nothing about health is kept."""

    code = "nobody_ticked"
    status = 422


class HealthClosed(Refusal):
    """This place was given back, or it is too late to be of use."""

    code = "health_closed"


def give(place_id: int, answers: dict[int, str], *, readers: set[int], language: str) -> None:
    """Keep these answers, by question id, for those of the leaders who were ticked. What was said before is replaced.

    Raises NobodyTicked, HealthClosed.
    """
    place = db.session.get_one(Place, place_id, with_for_update=True)
    if place.state not in TAKING or not queries.is_readable(place.gathering):
        raise HealthClosed
    allowed = readers & {each.id for each in queries.leaders_of(place.gathering)}
    said = {question_id: text for question_id, text in answers.items() if text}
    if not allowed or not said:
        raise NobodyTicked
    _consent(place.id, allowed, language)
    db.session.execute(delete(HealthAnswer).where(HealthAnswer.place_id == place.id))
    for question_id, text in said.items():
        answer = HealthAnswer(id=new_id(), place_id=place.id, question_id=question_id)
        answer.text = text
        db.session.add(answer)
    db.session.flush()
    emit(HealthAnswersGiven(place_id=place.id, gathering_id=place.gathering_id))


def _consent(place_id: int, readers: set[int], language: str) -> None:
    consent = db.session.scalar(select(Consent).where(Consent.place_id == place_id))
    if consent is None:
        consent = Consent(id=new_id(), place_id=place_id)
        db.session.add(consent)
    consent.wording, consent.language, consent.given_at, consent.withdrawn_at = WORDING, language, clock.now(), None
    kept = {each.person_id: each for each in consent.readers}
    consent.readers = [kept.get(each) or Reader(id=new_id(), person_id=each) for each in sorted(readers)]
    db.session.flush()


def withdraw(place_id: int) -> None:
    """Take consent back: the answers are deleted at once. That it was given and taken back stays."""
    if delete_answers([place_id]):
        gathering_id = db.session.get_one(Place, place_id).gathering_id
        emit(HealthConsentWithdrawn(place_id=place_id, gathering_id=gathering_id))


def let_go(event: PlaceCancelled | PlaceReaddressed) -> None:
    """A place was given back, or is somebody else's now: what was said about health goes."""
    delete_answers([event.place_id])


def open_to(gathering: Gathering, reference: str, *, reader_id: int, why: str) -> None:
    """Write down that this reader looks; from then on it shows to them, today. Raises NotFound when nothing is for them."""
    found = next((each for each in queries.told(gathering, reader_id) if each.place.reference == reference), None)
    if found is None or why not in access.REASONS:
        raise NotFound
    for what in found.what:
        access.note_look(reader_id, what, why=why)
    emit(HealthAnswersRead(place_id=found.place.id, gathering_id=gathering.id))


def export(person_id: int) -> dict[str, Any]:
    """What they said about their health, to what they agreed, and whom they ticked."""
    places = queries.places_with_answers(person_id)
    answers = db.session.scalars(
        select(HealthAnswer).where(HealthAnswer.place_id.in_(places)).options(joinedload(HealthAnswer.question))
    )
    consents = db.session.scalars(select(Consent).where(Consent.place_id.in_(places)))
    return {
        "about_health": [{"question": t(each.question.label), "answer": each.text} for each in answers],
        "consents": [
            {"wording": each.wording, "language": each.language, "given_at": each.given_at,
             "withdrawn_at": each.withdrawn_at, "readers": [reader.person.name for reader in each.readers]}
            for each in consents
        ],
    }  # fmt: skip


def looks_at(person_id: int) -> list[access.AccessNote]:
    """Who looked at what they said about their health."""
    return access.looks_at([queries.what_of(each) for each in queries.places_with_answers(person_id)])


def forget(person_id: int) -> None:
    """All of it goes, the consents too."""
    places = entrusted_places(person_id)
    delete_answers(places)
    db.session.execute(delete(Consent).where(Consent.place_id.in_(places)))
    db.session.execute(delete(Reader).where(Reader.person_id == person_id))


def take_over(old_id: int, new_id: int) -> None:
    """Where one of two records was ticked, the other is; where both were, once."""
    both = select(Reader.consent_id).where(Reader.person_id == new_id)
    db.session.execute(delete(Reader).where(Reader.person_id == old_id, Reader.consent_id.in_(both)))
    db.session.execute(update(Reader).where(Reader.person_id == old_id).values(person_id=new_id))


def delete_answers(place_ids: list[int]) -> bool:
    """Delete the answers of these places and whom they were for; whether there was a consent to take back."""
    db.session.execute(delete(HealthAnswer).where(HealthAnswer.place_id.in_(place_ids)))
    consents = db.session.scalars(
        select(Consent).where(Consent.place_id.in_(place_ids), Consent.withdrawn_at.is_(None))
    ).all()
    for consent in consents:
        consent.withdrawn_at, consent.readers = clock.now(), []
    db.session.flush()
    return bool(consents)
