"""Letting people in, and ending their sessions."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, delete, select, update

from retreats import clock, links
from retreats.accounts.models import Person, SignedIn, SignIn
from retreats.accounts.service.people import known_by, normalised
from retreats.db import db, new_id
from retreats.events import SignInAsked
from retreats.outbox import emit
from retreats.refusals import Refusal

SIGN_IN_LASTS = timedelta(minutes=10)
CODES_TRIED = 5
LETTERS_AN_HOUR, BETWEEN_LETTERS = 5, timedelta(minutes=15)
STAFF_IDLE, STAFF_LASTS = timedelta(minutes=30), timedelta(hours=12)
IDLE, LASTS = timedelta(days=14), timedelta(days=60)


class SignInOver(Refusal):
    """This way in was used, is too old, or is not one."""

    code = "sign_in_over"
    status = 410


class LinkUnreadable(Refusal):
    """This is not what a link of ours looks like: part of it may be missing."""

    code = "link_unreadable"
    status = 400


class CodeWrong(Refusal):
    """The short code does not fit, or was not asked for by this browser."""

    code = "code_wrong"
    status = 422


def ask_to_sign_in(email: str, *, browser: str, next_path: str | None) -> None:
    """Let a link and a code go out if the house knows this address; say nothing either way.

    At most five letters an hour for one address (the second at once, then one each quarter of an hour). Whatever the
    address, the same rows are written, so that neither the answer nor its time tells whether it is known.
    """
    person = _who_may_come_in(email)
    now = clock.real_now()
    sent = db.session.scalars(
        select(SignIn.asked_at)
        .where(SignIn.person_id == (person.id if person else 0), SignIn.asked_at > now - timedelta(hours=1))
        .order_by(SignIn.asked_at.desc())
    ).all()
    asked = SignIn(
        id=new_id(),
        person_id=person.id if person and _may_write(list(sent), now) else None,
        browser_hash=_hash(browser),
        next_path=next_path,
        asked_at=now,
    )
    db.session.add(asked)
    db.session.flush()
    emit(SignInAsked(sign_in_id=asked.id))


def _who_may_come_in(email: str) -> Person | None:
    """Whoever is meant by this address and not disabled, locked. Letters go to the address they are known by today."""
    person = db.session.scalar(select(Person).where(Person.email == normalised(email)).with_for_update())
    if person is not None and person.merged_into_id is not None:
        person = db.session.scalar(select(Person).where(Person.id == person.merged_into_id).with_for_update())
    return person if person is not None and person.disabled_at is None else None


def _may_write(sent: list[datetime], now: datetime) -> bool:
    """Whether one more letter may go to an address that got these in the last hour, newest first.

    Somebody else asking for it without end cannot lock its owner out: there is always a letter younger than a quarter
    of an hour, or one may be sent.
    """
    return len(sent) < 2 or (len(sent) < LETTERS_AN_HOUR and now - sent[0] >= BETWEEN_LETTERS)


def link_token(asked: SignIn) -> str:
    """What the link in the letter carries: which way in, and its key."""
    return f"{asked.id:x}-{links.derive('sign-in', asked.id, asked.generation)}"


def short_code(asked: SignIn) -> str:
    """Six digits for the browser that asked."""
    digest = hashlib.sha256(links.derive("sign-in code", asked.id, asked.generation).encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def of_link(token: str) -> SignIn:
    """The way in that this link means, however old. Raises LinkUnreadable, or SignInOver where there is none."""
    shape = re.fullmatch(r"([0-9a-f]{1,16})-([a-z2-7]{32})", token)
    if shape is None:
        raise LinkUnreadable
    asked = db.session.get(SignIn, int(shape[1], 16))
    if asked is None or asked.person is None or not links.matches(shape[2], "sign-in", asked.id, asked.generation):
        raise SignInOver
    return asked


def by_link(token: str) -> SignIn:
    """The way in that this link opens, not yet used up. Raises LinkUnreadable or SignInOver."""
    asked = of_link(token)
    if not is_open(asked):
        raise SignInOver
    return asked


def count_try(browser: str) -> None:
    """Somebody is about to try a short code in this browser. Commit this before looking at the code."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.browser_hash == _hash(browser), SignIn.used_at.is_(None))
        .values(codes_tried=SignIn.codes_tried + 1)
    )


def by_code(browser: str, code: str) -> SignIn:
    """A way in that this browser asked for, opened by its code. Raises CodeWrong.

    After five tries the codes of this browser open nothing; the link in the letter still does.
    """
    found = db.session.scalars(
        select(SignIn).where(SignIn.browser_hash == _hash(browser), SignIn.codes_tried <= CODES_TRIED)
    )
    spelled = re.sub(r"\s", "", code).encode()
    fitting = [each for each in found if is_open(each) and secrets.compare_digest(short_code(each).encode(), spelled)]
    if not fitting or fitting[0].person is None:
        raise CodeWrong
    return fitting[0]


def let_in(asked: SignIn) -> str:
    """Use this way in up, with every other one of this person, and begin a session. Gives the cookie's token.

    Raises SignInOver when somebody was quicker with the same link or code.
    """
    person, now = asked.person, clock.real_now()
    used = db.session.execute(update(SignIn).where(SignIn.id == asked.id, SignIn.used_at.is_(None)).values(used_at=now))
    if person is None or cast("CursorResult[object]", used).rowcount != 1:  # cast: an UPDATE always gives a cursor
        raise SignInOver
    db.session.execute(
        update(SignIn).where(SignIn.person_id == person.id, SignIn.used_at.is_(None)).values(used_at=now)
    )
    return begin_session(person)


def is_open(asked: SignIn) -> bool:
    """Whether this way in can still be used: ten minutes, once, by somebody who is not disabled."""
    person = asked.person
    return (
        asked.used_at is None
        and clock.real_now() - asked.asked_at < SIGN_IN_LASTS
        and (person is None or person.disabled_at is None)
    )


def begin_session(person: Person, *, proved_for: timedelta | None = None) -> str:
    """A new session for this person; gives the token that only their cookie will hold (256 bits).

    `proved_for` lets a second factor count as shown for so long: only for the demonstration, and for tests.
    """
    token, now = secrets.token_urlsafe(32), clock.real_now()
    db.session.add(SignedIn(id=new_id(), token_hash=_hash(token), person_id=person.id, began_at=now, seen_at=now,
                            proved_until=now + proved_for if proved_for else None))  # fmt: skip
    return token


def renew_token(session_id: int) -> str:
    """The same session under a new token, since it may open more from now on; the old one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(token_hash=_hash(token)))
    return token


def session_of(token: str) -> SignedIn | None:
    """The running session of this token, or None when it ended, idled out, or its person is disabled."""
    found = db.session.scalar(select(SignedIn).where(SignedIn.token_hash == _hash(token)))
    return found if found is not None and is_running(found, clock.real_now()) else None


def is_running(session: SignedIn, now: datetime) -> bool:
    """Whether this session opens anything at `now` (real time)."""
    if session.ended_at is not None or session.person.disabled_at is not None:
        return False
    idle, lasts = (STAFF_IDLE, STAFF_LASTS) if session.person.roles else (IDLE, LASTS)
    return now - session.seen_at < idle and now - session.began_at < lasts


def seen(session_id: int) -> None:
    """Note that this session is in use."""
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(seen_at=clock.real_now()))


def end_session(session_id: int) -> None:
    """Sign out: the cookie opens nothing any more."""
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(ended_at=clock.real_now()))


def end_sessions(person_id: int, *, but: int | None = None, only: int | None = None) -> None:
    """End this person's sessions: all, all `but` one, or `only` one (somebody else's is left alone)."""
    theirs = update(SignedIn).where(SignedIn.person_id == person_id, SignedIn.ended_at.is_(None))
    if but is not None:
        theirs = theirs.where(SignedIn.id != but)
    if only is not None:
        theirs = theirs.where(SignedIn.id == only)
    db.session.execute(theirs.values(ended_at=clock.real_now()))


def forget_old(now: datetime) -> None:
    """The clock's part: ways in older than a day and sessions that ended a month ago are deleted. Judged in real time."""
    del now
    today = clock.real_now()
    db.session.execute(delete(SignIn).where(SignIn.asked_at < today - timedelta(days=1)))
    db.session.execute(delete(SignedIn).where(SignedIn.ended_at < today - timedelta(days=30)))


def way_in(email: str) -> SignIn | None:
    """A way in that no letter carries, for somebody at the console; None when the house does not know this address."""
    person = known_by(email)
    if person is None or person.disabled_at is not None:
        return None
    asked = SignIn(
        id=new_id(), person_id=person.id, browser_hash=_hash(secrets.token_urlsafe(24)), asked_at=clock.real_now()
    )
    db.session.add(asked)
    db.session.flush()
    return asked


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
