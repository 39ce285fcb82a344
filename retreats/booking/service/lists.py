"""Lists of registrations: kept by an organiser under a name, or taken away as a file."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select

from retreats import clock
from retreats.booking.models import SavedList
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import RegistrationsExported
from retreats.outbox import emit
from retreats.refusals import Refusal

MOST_LISTS = 40


class TooManyLists(Refusal):
    """This organiser keeps as many as there is room for."""

    code = "too_many_lists"


def keep_list(person_id: int, name: str, query: dict[str, Any]) -> SavedList:
    """Keep this filter with its columns; the one of the same name before it is replaced. Raises TooManyLists.

    An organiser's own bookmark: nobody else sees it and nothing follows from it, so it leaves no event.
    """
    found = db.session.scalar(select(SavedList).where(SavedList.person_id == person_id, SavedList.name == name))
    if found is None:
        kept = db.session.scalar(select(func.count()).where(SavedList.person_id == person_id)) or 0
        if kept >= MOST_LISTS:
            raise TooManyLists
        found = SavedList(person_id=person_id, name=name)
        db.session.add(found)
    found.query, found.saved_at = query, clock.now()
    return found


def forget_list(person_id: int, list_id: int) -> None:
    """Forget one of one's own; what is not there, or another's, stays as it is."""
    db.session.execute(delete(SavedList).where(SavedList.person_id == person_id, SavedList.id == list_id))


def note_export(kind: str, slug: str, rows: int) -> None:
    """Write down that a list is taken away as a `csv` or `xlsx` file: of one gathering, or with no slug of all."""
    gathering_id = db.session.scalar(select(Gathering.id).where(Gathering.slug == slug)) if slug else None
    emit(RegistrationsExported(kind=kind, rows=rows, gathering_id=gathering_id))
