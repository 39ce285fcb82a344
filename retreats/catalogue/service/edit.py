"""Making and editing a gathering. Each section of the form is one change; whoever was slower is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from retreats.catalogue import queries
from retreats.catalogue.models import Gathering
from retreats.catalogue.service.changes import Change, EditedMeanwhile
from retreats.catalogue.service.entries import Marks, follow, marks
from retreats.catalogue.service.missing import Missing, missing
from retreats.catalogue.service.relied_on import NotSureYet, affected, relied_on
from retreats.db import Localised, db, new_id
from retreats.events import GatheringChanged, GatheringDrafted
from retreats.house.queries import current
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class NotReady(Refusal):
    """The public would see something unfinished; `missing` says what."""

    code = "not_ready"
    status = 422

    def __init__(self, left: list[Missing]) -> None:
        super().__init__(" ".join(each.sentence for each in left))
        self.missing = left


def start(kind: str, title: Localised) -> Gathering:
    """A new draft. Its address is made of the title, and can be changed until it is published."""
    gathering = Gathering(id=new_id(), kind=kind, title=title, slug=free_slug(title), state="draft",
                          zone=current().zone)  # fmt: skip
    db.session.add(gathering)
    db.session.flush()
    emit(GatheringDrafted(gathering_id=gathering.id))
    return gathering


def opened(slug: str) -> Gathering:
    """A gathering in any state, for whoever may edit it. Raises NotFound."""
    found = db.session.scalar(select(Gathering).where(Gathering.slug == slug))
    if found is None:
        raise NotFound
    return found


def edit(gathering_id: int, change: Change, *, still: Callable[[Gathering], bool], sure: bool = True) -> Gathering:
    """Apply one change. `still` says whether what the form was opened with is what stands now.

    A change that changes nothing leaves no trace. Raises EditedMeanwhile, NotReady (when the public would see something
    unfinished), SlugTaken, what the change itself refuses, and, of whoever is not `sure`, NotSureYet.
    """
    session = db.session()
    gathering = session.get_one(Gathering, gathering_id, with_for_update=True, populate_existing=True)
    if not still(gathering):
        raise EditedMeanwhile
    before, relied = marks(gathering), relied_on(gathering)
    with session.no_autoflush:
        change.apply(gathering)
        touched = session.new or session.deleted or any(session.is_modified(each) for each in session.dirty)
    if touched:
        _note_changed(gathering, change, before)
        _tell(gathering, change, affected(relied, relied_on(gathering)), sure=sure)
    return gathering


def _note_changed(gathering: Gathering, change: Change, before: Marks) -> None:
    gathering.version += 1
    follow(gathering, before)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise change.clash() from error
    if gathering.state in {"published", "running"} and (left := missing(gathering)):
        raise NotReady(left)


def _tell(gathering: Gathering, change: Change, different: list[str], *, sure: bool) -> None:
    """Write down what happened; not yet where somebody has a place, relies on it, and the organiser may not know."""
    if gathering.state == "draft":
        emit(GatheringDrafted(gathering_id=gathering.id, part=change.part))
        return
    if different and gathering.taken and gathering.state in {"published", "running"} and not sure:
        raise NotSureYet(different)
    promise = queries.promise_of(gathering.id) if "promise" in different else None
    emit(
        GatheringChanged(gathering_id=gathering.id, part=change.part, promise_version=promise.version if promise else 0)
    )


def free_slug(
    title: Localised, among: InstrumentedAttribute[str] = Gathering.slug, *, or_else: str = "gathering"
) -> str:
    """An address made of this title that nobody has yet among these."""
    wanted = slug_of(title.get("en") or title.get("pt") or "") or or_else
    taken = {"new"} | set(db.session.scalars(select(among).where(among.startswith(wanted))))
    return next(each for each in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if each not in taken)


def slug_of(title: str) -> str:
    """A title as part of an address: `Retiro de verão` is `retiro-de-verao`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
