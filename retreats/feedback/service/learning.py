"""What somebody who leads keeps for themselves: what they learned, and their supervisions. One line of it may be public."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Select, select, update

from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import Localised, db
from retreats.events import DevelopmentKept
from retreats.feedback.models import Decision, Development, Supervision
from retreats.feedback.quoting import borrowed
from retreats.feedback.service.turns import in_turn
from retreats.feedback.service.unquotable import QuotesSomebody, unquotable
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class NotTheirs(Refusal):
    """A gathering or a decision that somebody else answers for."""

    code = "not_theirs"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Learned:
    """An entry of the development log as the form gave it; `day` as `2027-06-15`."""

    kind: str
    day: str
    minutes: int
    noticed: str = ""
    learned: str = ""
    tries: str = ""
    came_back: str = ""
    gathering_id: int | None = None
    tries_in_id: int | None = None
    item: str = ""
    public: Localised = field(default_factory=dict)
    decisions: frozenset[int] = frozenset()
    """Which of one's own decisions it led to."""


@dataclass(frozen=True, kw_only=True)
class Supervised:
    """An entry of the supervision log."""

    kind: str
    day: str
    minutes: int
    supervisor: str = ""
    agreed: str = ""


def keep_entry(entry_id: int, said: Learned, *, by: Person) -> Development:
    """Write it down, or anew; sent twice it is one (`entry_id` comes with the form).

    Raises NotFound for somebody else's, NotTheirs, QuotesSomebody for a public line in somebody's own words.
    """
    in_turn("entry", entry_id)
    led = set(db.session.scalars(led_by(by.id)))
    if not {said.gathering_id, said.tries_in_id} - {None} <= led:
        raise NotTheirs
    if said.public and said.gathering_id is not None:
        runs = borrowed(" · ".join(said.public.values()), unquotable(said.gathering_id))
        if runs:
            raise QuotesSomebody(runs)
    entry = db.session.get(Development, entry_id)
    if entry is not None and entry.person_id != by.id:
        raise NotFound
    before = entry.gathering_id if entry is not None else None
    if entry is None:
        entry = Development(id=entry_id, person_id=by.id)
        db.session.add(entry)
    _fill(entry, said)
    db.session.flush()
    _cite(entry, said.decisions, by)
    _refresh({before, said.gathering_id} - {None})
    emit(DevelopmentKept(person_id=by.id, entry_id=entry.id))
    return entry


def remove_entry(entry_id: int, *, by: Person) -> None:
    """Take it away; decisions that it led to stay. Raises NotFound."""
    entry = db.session.get(Development, entry_id)
    if entry is None or entry.person_id != by.id:
        raise NotFound
    db.session.execute(update(Decision).where(Decision.development_id == entry.id).values(development_id=None))
    db.session.delete(entry)
    db.session.flush()
    _refresh({entry.gathering_id} - {None})


def keep_supervision(entry_id: int, said: Supervised, *, by: Person) -> Supervision:
    """Write a supervision down, or anew. Raises NotFound for somebody else's."""
    in_turn("entry", entry_id)
    entry = db.session.get(Supervision, entry_id)
    if entry is not None and entry.person_id != by.id:
        raise NotFound
    if entry is None:
        entry = Supervision(id=entry_id, person_id=by.id)
        db.session.add(entry)
    entry.kind, entry.day, entry.minutes = said.kind, said.day, said.minutes
    entry.supervisor, entry.agreed = said.supervisor or None, said.agreed or None
    db.session.flush()
    emit(DevelopmentKept(person_id=by.id, entry_id=entry.id))
    return entry


def remove_supervision(entry_id: int, *, by: Person) -> None:
    """Take it away. Raises NotFound."""
    entry = db.session.get(Supervision, entry_id)
    if entry is None or entry.person_id != by.id:
        raise NotFound
    db.session.delete(entry)
    db.session.flush()


def led_by(person_id: int) -> Select[int]:
    """The gatherings that this person leads or led."""
    return (
        select(Gathering.id)
        .join(Leader)
        .join(Facilitator)
        .where(Facilitator.person_id == person_id, Gathering.published_at.is_not(None))
    )


def _fill(entry: Development, said: Learned) -> None:
    entry.kind, entry.day, entry.minutes = said.kind, said.day, said.minutes
    entry.gathering_id, entry.tries_in_id = said.gathering_id, said.tries_in_id
    entry.item = said.item
    entry.noticed, entry.learned = said.noticed or None, said.learned or None
    entry.tries, entry.came_back = said.tries or None, said.came_back or None
    entry.public = said.public if said.gathering_id is not None else {}


def _cite(entry: Development, decisions: frozenset[int], by: Person) -> None:
    """One's own decisions that it led to; those that were unticked are let go. Raises NotFound when one is somebody else's."""
    mine = set(db.session.scalars(select(Decision.id).where(Decision.owner_id == by.id)))
    if decisions - mine:
        raise NotFound
    let_go = update(Decision).where(Decision.development_id == entry.id, Decision.id.not_in(decisions))
    db.session.execute(let_go.values(development_id=None))
    cited = update(Decision).where(Decision.id.in_(decisions), Decision.kind == "will_change")
    db.session.execute(cited.values(development_id=entry.id))


def _refresh(gathering_ids: set[int | None]) -> None:
    """What a gathering's page shows is kept under its version."""
    changed = update(Gathering).where(Gathering.id.in_(gathering_ids))
    db.session.execute(changed.values(version=Gathering.version + 1))
