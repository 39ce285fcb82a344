"""Rows for the letters that went out at the time, so that they stand on people's pages and are not sent again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.db import Base, new_id
from retreats.mail.models import Letter

_ON_ITS_WAY = timedelta(seconds=20)


def posted(rows: list[Base], *, host: str) -> list[Letter]:
    """The letters about these bookings and waiting entries, as booking writes them (`booking/service/letters_due.py`)."""
    letters: list[Letter] = []
    for row in rows:
        if isinstance(row, Registration):
            letters += _about_booking(row)
        elif isinstance(row, WaitingEntry):
            letters.append(
                _letter("booking.waiting", f"{row.id}:{row.joined_at.timestamp():.0f}", f"waiting:{row.id}",
                        row.language, {"entry_id": row.id}, at=row.joined_at)
            )  # fmt: skip
    for letter in letters:
        letter.message_id = f"<{letter.id:x}@{host}>"
    return letters


def _about_booking(registration: Registration) -> Iterator[Letter]:
    booker = registration.booker.email
    confirmed_at = next(place.confirmed_at for place in registration.places) or registration.registered_at
    yield _to_booker("booking.confirmation", registration, "", confirmed_at, sequence=0)
    for place in registration.places:
        if place.email and place.email != booker:
            yield _to_attendee("booking.place_confirmation", place, confirmed_at, sequence=0)
    for place in registration.places:
        if place.cancelled_at is not None:
            yield from _about_cancelling(registration, place, place.cancelled_at)


def _about_cancelling(registration: Registration, place: Place, at: datetime) -> Iterator[Letter]:
    by_house = registration.gathering.cancelled_at == at
    back = sum(entry.amount_minor for entry in registration.ledger if entry.kind == "refunded")
    yield _to_booker("booking.cancellation", registration, f"{place.id}:{place.sequence}", at, place_id=place.id,
                     sequence=place.sequence, refund_minor=-back // len(registration.places), by_house=by_house)  # fmt: skip
    if place.email and place.email != registration.booker.email:
        yield _to_attendee("booking.place_cancellation", place, at, sequence=place.sequence, by_house=by_house)


def _to_booker(kind: str, registration: Registration, occasion: str, at: datetime, **about: Any) -> Letter:
    return _letter(kind, f"{registration.id}:{occasion}", f"registration:{registration.id}", registration.language,
                   {"registration_id": registration.id, **about}, at=at)  # fmt: skip


def _to_attendee(kind: str, place: Place, at: datetime, *, sequence: int, **about: Any) -> Letter:
    about = {"registration_id": place.registration.id, "place_id": place.id, "sequence": sequence, **about}
    return _letter(kind, f"{place.id}:{sequence}", f"place:{place.id}", place.language, about, at=at)


def _letter(kind: str, occasion: str, shelf: str, language: str, about: dict[str, Any], *, at: datetime) -> Letter:
    return Letter(
        id=new_id(),
        kind=kind,
        occasion=f"{kind}:{occasion}",
        shelf=shelf,
        about=about,
        language=language,
        written_at=at,
        sent_at=at + _ON_ITS_WAY,
    )
