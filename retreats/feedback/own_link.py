"""A person's own link, and what is derived from it: the proof in its forms and the locators of their words.

`/reflect/<token>`: the place's reference, and a key derived from the place, its gathering and its generation. Nothing
of the key is stored, so nothing that is stored leads from a place to the locators made with it.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats import links
from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db
from retreats.refusals import NotFound

_KEY_LENGTH = 32


def token_of(place: Place) -> str:
    """The last part of `/reflect/<token>` for this attendee."""
    return place.reference + links.derive("reflect", place.id, place.gathering_id, place.generation)


def place_of(token: str) -> Place:
    """Whose link this is, with their gathering. Raises NotFound for a wrong, revoked or unknown one, all alike."""
    reference, key = token[:-_KEY_LENGTH], token[-_KEY_LENGTH:]
    named = select(Place.id, Place.gathering_id, Place.generation).where(Place.reference == reference)
    parts = db.session.execute(named).first()
    if parts is None or not links.matches(key, "reflect", *parts):
        raise NotFound  # before anything else is read: that there is such a place shows in no time that it takes
    return db.session.scalars(
        select(Place)
        .where(Place.id == parts.id)
        .options(
            joinedload(Place.registration).joinedload(Registration.booker),
            joinedload(Place.gathering).joinedload(Gathering.care_contact),
            joinedload(Place.gathering).selectinload(Gathering.leaders).joinedload(Leader.facilitator),
            selectinload(Place.person),
        )
    ).one()


def proof(token: str) -> str:
    """What a form on this link's pages carries: only who has the link can make it, and no cookie is needed."""
    return _derived(token, "form").hex()[:32]


def proves(token: str, given: str) -> bool:
    """Whether a form was made for this link."""
    return hmac.compare_digest(proof(token).encode(), given.encode())


def locator(token: str, window_id: int, question: str) -> bytes:
    """Where this person's answer to this question lies: a different place for each question, known only by the link."""
    return _derived(token, f"{window_id}|{question}")[:20]


def released_locator(token: str, window_id: int, question: str) -> bytes:
    """Where these words lie once they are released: another place than under the seal, so that backups made while the form
    was open, which tell on which day a sealed row came, lead to no released text.
    """
    return _derived(token, f"{window_id}|{question}|released")[:20]


def point_locators(token: str, window_id: int, question: str) -> tuple[bytes, bytes]:
    """Where released words may lie; the second place is that of words sealed before the two were told apart."""
    return released_locator(token, window_id, question), locator(token, window_id, question)


def _derived(token: str, what: str) -> bytes:
    return hmac.new(token.encode(), what.encode(), hashlib.sha256).digest()
