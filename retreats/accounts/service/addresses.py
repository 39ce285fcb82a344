"""Changing the mail address by which somebody is known: both mailboxes say yes, the old one is told, sessions end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from retreats import clock, links
from retreats.accounts.models import AddressChange, Person, SignIn
from retreats.accounts.service.entering import LinkUnreadable, end_sessions
from retreats.accounts.service.people import end_all_sessions, normalised
from retreats.db import db, new_id
from retreats.events import AddressChangeAsked, AddressChanged
from retreats.outbox import emit
from retreats.refusals import Refusal

CHANGE_LASTS = timedelta(hours=24)
CHANGES_A_DAY = 5
Side = Literal["old", "new"]
_SIDES: dict[str, Side] = {"o": "old", "n": "new"}


class ChangeOver(Refusal):
    """This change of address was made, stopped or begun anew, or it has grown too old."""

    code = "change_over"
    status = 410


class SameAddress(Refusal):
    """This is the address by which they are known already."""

    code = "same_address"
    status = 422


class TooManyChanges(Refusal):
    """Five changes were begun within a day."""

    code = "too_many_changes"
    status = 429


def ask_for_address(person_id: int, email: str, *, session_id: int | None = None, by: Person | None = None) -> None:
    """Let letters go to both mailboxes; the newest change asked for counts. Nothing says whether the address is known.

    `by` asks in their place, for somebody who lost the old mailbox: then only the new one has to say yes, and the old
    one is told. Raises SameAddress, TooManyChanges.
    """
    person, address, now = (
        db.session.get_one(Person, person_id, with_for_update=True),
        normalised(email),
        clock.real_now(),
    )
    if address == person.email:
        raise SameAddress
    begun = db.session.scalars(
        select(AddressChange.asked_at)
        .where(AddressChange.person_id == person_id, AddressChange.asked_at > now - timedelta(days=1))
    ).all()  # fmt: skip
    if len(begun) >= CHANGES_A_DAY:
        raise TooManyChanges
    _stop_open(person_id, now)
    change = AddressChange(id=new_id(), person_id=person.id, old_email=person.email, new_email=address, asked_at=now,
                           by_id=by.id if by else None, session_id=session_id,
                           old_confirmed_at=now if by else None)  # fmt: skip
    db.session.add(change)
    db.session.flush()
    emit(AddressChangeAsked(change_id=change.id, person_id=person.id))


def change_token(change: AddressChange, side: Side) -> str:
    """What the link to one of the two mailboxes carries."""
    return f"{side[0]}{change.id:x}-{links.derive('address', change.id, side)}"


def change_of(token: str) -> tuple[AddressChange, Side]:
    """The change that this link is about, still open, and whose mailbox it came to.

    Raises LinkUnreadable or ChangeOver.
    """
    shape = re.fullmatch(r"([on])([0-9a-f]{1,16})-([a-z2-7]{32})", token)
    if shape is None:
        raise LinkUnreadable
    change, side = db.session.get(AddressChange, int(shape[2], 16)), _SIDES[shape[1]]
    if change is None or not links.matches(shape[3], "address", change.id, side) or not change_is_open(change):
        raise ChangeOver
    return change, side


def change_is_open(change: AddressChange) -> bool:
    """Whether it can still be confirmed: for a day, until it is made or stopped, by somebody who is not disabled."""
    return (
        change.done_at is None
        and change.stopped_at is None
        and clock.real_now() - change.asked_at < CHANGE_LASTS
        and change.person.disabled_at is None
    )


def confirm_address(token: str) -> AddressChange:
    """This mailbox says yes. Once both have, the address is changed (`done_at` says so), all other sessions end and
    ways in already on their way open nothing.

    Raises LinkUnreadable, or ChangeOver: also when somebody else has the new address by now.
    """
    change, side = change_of(token)
    db.session.refresh(change, with_for_update=True)
    if not change_is_open(change):
        raise ChangeOver
    now = clock.real_now()
    if side == "old":
        change.old_confirmed_at = change.old_confirmed_at or now
    else:
        change.new_confirmed_at = change.new_confirmed_at or now
    if change.old_confirmed_at and change.new_confirmed_at:
        _make(change, now)
    return change


def stop_change(token: str) -> AddressChange:
    """The owner of the old mailbox did not ask for it: nothing changes, and all their sessions end.

    Raises LinkUnreadable or ChangeOver.
    """
    change, _side = change_of(token)
    change.stopped_at = clock.real_now()
    end_all_sessions(change.person_id)
    return change


def forget_changes(now: datetime) -> None:
    """The clock's part: changes of address older than a month are deleted. Judged in real time."""
    del now
    db.session.execute(delete(AddressChange).where(AddressChange.asked_at < clock.real_now() - timedelta(days=30)))


def _make(change: AddressChange, now: datetime) -> None:
    person = db.session.get_one(Person, change.person_id)
    if person.email != change.old_email:
        raise ChangeOver
    person.email, change.done_at = change.new_email, now
    try:
        db.session.flush()
    except IntegrityError as error:
        raise ChangeOver from error
    end_sessions(person.id, but=change.session_id)
    db.session.execute(
        update(SignIn).where(SignIn.person_id == person.id, SignIn.used_at.is_(None)).values(used_at=now)
    )
    emit(AddressChanged(change_id=change.id, person_id=person.id))


def _stop_open(person_id: int, now: datetime) -> None:
    open_ones = update(AddressChange).where(
        AddressChange.person_id == person_id, AddressChange.done_at.is_(None), AddressChange.stopped_at.is_(None)
    )
    db.session.execute(open_ones.values(stopped_at=now))
