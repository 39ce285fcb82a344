"""What an owner sets by a form, and legal texts put in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from retreats.accounts.models import Person
from retreats.catalogue import queries as catalogue
from retreats.catalogue import service as catalogue_service
from retreats.db import Localised
from retreats.events import HouseChanged
from retreats.house import service as house
from retreats.house.models import HouseSettings, LegalText
from retreats.outbox import emit, resting


def change(part: str, values: Mapping[str, Any], *, still: Callable[[HouseSettings], bool], by: Person) -> None:
    """Take over what one form says. A change that changes nothing leaves no trace. Raises ChangedMeanwhile."""
    if house.change(values, still=still):
        emit(HouseChanged(part=part, person_id=by.id))


def put_up_logo(content: bytes | None, *, by: Person) -> None:
    """Show this picture as the house's sign, or none."""
    if house.put_up_logo(content):
        emit(HouseChanged(part="logo", person_id=by.id))


def draft_legal(kind: str, source: Localised, *, still: Callable[[LegalText | None], bool]) -> LegalText:
    """Keep a legal text as it stands; nobody reads it yet. Raises ChangedMeanwhile."""
    accepted = catalogue.terms_in_force() if kind == "terms" else None
    return house.draft(kind, source, still=still, after=accepted.version if accepted else 0)


def publish_legal(kind: str, *, by: Person) -> None:
    """Put the newest version in force; bookings accept it from now on. Raises BlanksOpen and TextMissing."""
    published = house.publish(kind)
    if published is None:
        return
    if kind == "terms":
        catalogue_service.put_terms_in_force(published.text)
    emit(HouseChanged(part=kind, person_id=by.id))


def let_letters_go(event: HouseChanged) -> None:
    """There is another mail server: letters that waited for one are tried at once."""
    if event.part == "mail":
        resting.hasten("letters")
