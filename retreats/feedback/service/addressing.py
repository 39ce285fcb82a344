"""Words for one of those who led: everybody who led reads them, and only that person answers.

Whom a text is for is a property of the text, like its kind: it tells nothing of who wrote it.
"""

from __future__ import annotations

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.feedback.models import FormWindow, Point
from retreats.feedback.people import leaders_of
from retreats.refusals import Refusal


class ForSomebodyElse(Refusal):
    """These words are for somebody else who led: what is written about them is between those two."""

    code = "for_somebody_else"
    status = 403


def to_choose(gathering: Gathering) -> list[Person]:
    """Whom one may write to in the form after it; nobody where only one person led."""
    leaders = leaders_of(gathering)
    return leaders if len(leaders) > 1 else []


def addressee(to_id: int | None, gathering: Gathering) -> Person | None:
    """For whom words are, as long as that person is among several who led."""
    return next((each for each in to_choose(gathering) if each.id == to_id), None)


def answers(point: Point, by: Person) -> None:
    """Raises ForSomebodyElse where a point is not this person's to answer."""
    person = addressee(point.to_id, point.batch.window.gathering)
    if person is not None and person.id != by.id:
        raise ForSomebodyElse


def addressed(window: FormWindow, to_id: int | None) -> int | None:
    """What a released text keeps of whom it is for."""
    person = addressee(to_id, window.gathering)
    return person.id if person is not None else None
