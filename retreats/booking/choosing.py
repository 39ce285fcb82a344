"""Which registrations an organiser chose for one action: those that were ticked, or all that fit a list."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import MultiDict

from retreats.accounts.models import Person
from retreats.booking import listing, service
from retreats.booking.models import BulkItem, Registration
from retreats.booking.wanted import Wanted
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.refusals import NotFound, Refusal

MOST_CANCELLED = 500
"""Whoever wants to cancel more at once calls the gathering off."""
NAMED = 30


class TooManyAtOnce(Refusal):
    """More registrations than may be cancelled in one go."""

    code = "too_many_at_once"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was asked: an action, and for whom."""

    wanted: Wanted
    action: str
    """Empty when none was chosen."""
    everybody: bool
    """All that fit the list; otherwise those with these references."""
    references: tuple[str, ...] = ()

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> Self:
        """From an address or a form."""
        action, scope = sent.get("action", ""), sent.get("scope", "")
        references = tuple(dict.fromkeys(each[:20] for each in sent.getlist("chosen")))[: listing.PAGE * 2]
        return cls(
            wanted=Wanted.read(sent),
            action=action if action in service.ACTIONS else "",
            everybody=scope == "all",
            references=() if scope == "all" else references,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Its part of an address or a form."""
        scope = [("scope", "all")] if self.everybody else [("chosen", each) for each in self.references]
        return [*self.wanted.pairs(), ("action", self.action), *scope]


@dataclass(frozen=True)
class Chosen:
    """Whom it concerns: `total` were chosen, `ids` of them can be acted on; for cancelling with what goes back for each."""

    total: int
    ids: list[int]
    names: list[str]
    """Of the first of them."""
    back: dict[int, int] = field(default_factory=dict)
    """By id, in minor units."""
    sums: dict[str, int] = field(default_factory=dict)
    """By currency."""
    places: int = 0

    @property
    def mark(self) -> str:
        """Another mark is another choice, or another amount: what was shown is not what would happen."""
        said = ",".join(f"{each}:{self.back.get(each, 0)}" for each in self.ids)
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def chosen(choice: Choice, *, now: datetime) -> Chosen:
    """Whom the choice concerns. Raises NotFound when one reference is not there, or of another gathering: then for nobody."""
    base = _base(choice, now)
    total = db.session.scalar(select(func.count()).select_from(base.with_only_columns(Registration.id).subquery())) or 0
    if not choice.everybody and total != len(choice.references):
        raise NotFound
    concerned = base.where(*_concerned(choice.action, now)).order_by(
        Registration.registered_at.desc(), Registration.id.desc()
    )
    ids = list(db.session.scalars(concerned.with_only_columns(Registration.id)))
    first = select(Person.name).join(Registration, Registration.booker_id == Person.id)
    names = list(db.session.scalars(first.where(Registration.id.in_(ids[:NAMED])).order_by(Person.name)))
    return Chosen(total, ids, names)


def to_cancel(choice: Choice, refund: str, *, now: datetime) -> Chosen:
    """The same, with what would go back for each. Raises TooManyAtOnce too."""
    found = chosen(choice, now=now)
    if len(found.ids) > MOST_CANCELLED:
        raise TooManyAtOnce
    whole = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(found.ids))
        .options(
            joinedload(Registration.gathering), selectinload(Registration.places), selectinload(Registration.ledger)
        )
    )
    back: dict[int, int] = {}
    sums: dict[str, int] = {}
    places = 0
    for each in whole:
        taken = service.still_taken(each)
        back[each.id] = service.refund_quote(each, taken, now=now, refund=refund)
        sums[each.currency] = sums.get(each.currency, 0) + back[each.id]
        places += len(taken)
    return Chosen(found.total, found.ids, found.names, back, sums, places)


def progress(bulk_id: int) -> tuple[int, dict[str, int], list[BulkItem]]:
    """How many wait for their turn; how many had it, by outcome; and those for whom it was refused."""
    counted = db.session.execute(
        select(BulkItem.outcome, BulkItem.done_at.is_(None), func.count())
        .where(BulkItem.bulk_id == bulk_id)
        .group_by(BulkItem.outcome, BulkItem.done_at.is_(None))
    ).all()
    refused = db.session.scalars(
        select(BulkItem)
        .where(BulkItem.bulk_id == bulk_id, BulkItem.outcome != "")
        .options(
            joinedload(BulkItem.registration).joinedload(Registration.booker),
            joinedload(BulkItem.registration).joinedload(Registration.gathering),
        )
        .order_by(BulkItem.position)
        .limit(200)
    )
    had = {outcome: count for outcome, waits, count in counted if not waits}
    return sum(count for _, waits, count in counted if waits), had, list(refused)


def _base(choice: Choice, now: datetime) -> Select[Registration]:
    if choice.everybody:
        return listing.fitting(choice.wanted, now=now)
    ticked = select(Registration).where(Registration.reference.in_(choice.references))
    if choice.wanted.gathering:
        ticked = ticked.join(Gathering).where(Gathering.slug == choice.wanted.gathering)
    return ticked


def _concerned(action: str, now: datetime) -> list[ColumnElement[bool]]:
    """For whom an action makes sense just now; each is looked at once more when it is its turn."""
    confirmed = Registration.state == "confirmed"
    if action == "confirmation":
        return [confirmed]
    if action in service.PRESENCES:
        return [confirmed, Registration.gathering_id.in_(select(Gathering.id).where(Gathering.starts_at <= now))]
    if action == "keep":
        return [Registration.state == "held", Registration.awaits_bank.is_(False), Registration.hold_until > now]
    return [listing.has_places(now)]
