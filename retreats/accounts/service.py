"""Recognising people, letting them in, and ending their sessions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from retreats import clock, links
from retreats.accounts.models import Person, Role, SignedIn, SignIn
from retreats.db import db, new_id
from retreats.events import PersonInvited, SignInAsked
from retreats.outbox import emit
from retreats.refusals import Refusal

SIGN_IN_LASTS = timedelta(minutes=10)
WRONG_CODES = 5
STAFF_IDLE, STAFF_LASTS = timedelta(minutes=30), timedelta(hours=12)
IDLE, LASTS = timedelta(days=14), timedelta(days=60)


class SignInOver(Refusal):
    """This way in was used, is too old, or is not one."""

    code = "sign_in_over"
    status = 410


class CodeWrong(Refusal):
    """The short code does not fit, or was not asked for by this browser."""

    code = "code_wrong"
    status = 422


def normalised(email: str) -> str:
    """An address as people are recognised by it."""
    return email.strip().lower()


def recognise(*, name: str, email: str, language: str) -> Person:
    """The person with this address; a new one if the house does not know it yet. A known name is not overwritten."""
    address = normalised(email)
    person = db.session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = Person(id=new_id(), email=address, name=name, language=language, created_at=clock.now())
        db.session.add(person)
        db.session.flush()
    return person


def ask_to_sign_in(email: str, *, browser: str, next_path: str | None) -> None:
    """Send a link and a code if the house knows this address; say nothing either way."""
    person = db.session.scalar(select(Person).where(Person.email == normalised(email), Person.disabled_at.is_(None)))
    if person is None:
        return
    asked = SignIn(
        id=new_id(), person=person, browser_hash=_hash(browser), next_path=next_path, asked_at=clock.real_now()
    )
    db.session.add(asked)
    db.session.flush()
    emit(SignInAsked(sign_in_id=asked.id))


def link_key(asked: SignIn) -> str:
    """The key of the link in the letter."""
    return links.derive("sign-in", asked.id, asked.generation)


def short_code(asked: SignIn) -> str:
    """Six digits for the browser that asked."""
    digest = hashlib.sha256(links.derive("sign-in code", asked.id, asked.generation).encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def by_link(sign_in_id: int, key: str) -> SignIn:
    """The way in that this link opens, not yet used up. Raises SignInOver."""
    asked = db.session.get(SignIn, sign_in_id)
    if asked is None or not links.matches(key, "sign-in", asked.id, asked.generation) or not _is_open(asked):
        raise SignInOver
    return asked


def by_code(browser: str, code: str) -> SignIn:
    """The newest way in that this browser asked for, opened by its code. Raises CodeWrong.

    After five wrong codes that way in is closed; the link in the letter still works.
    """
    asked = db.session.scalar(
        select(SignIn).where(SignIn.browser_hash == _hash(browser)).order_by(SignIn.asked_at.desc()).limit(1)
    )
    if asked is None or not _is_open(asked) or asked.wrong_codes >= WRONG_CODES:
        raise CodeWrong
    if not secrets.compare_digest(short_code(asked).encode(), code.strip().replace(" ", "").encode()):
        asked.wrong_codes += 1
        db.session.commit()  # the count must stand although the request is refused
        raise CodeWrong
    return asked


def let_in(asked: SignIn) -> str:
    """Use this way in up, with every other one of this person, and begin a session. Gives the cookie's token."""
    now = clock.real_now()
    db.session.execute(
        update(SignIn).where(SignIn.person_id == asked.person_id, SignIn.used_at.is_(None)).values(used_at=now)
    )
    return begin_session(asked.person)


def begin_session(person: Person) -> str:
    """A new session for this person; gives the token that only their cookie will hold (256 bits)."""
    token, now = secrets.token_urlsafe(32), clock.real_now()
    db.session.add(SignedIn(id=new_id(), token_hash=_hash(token), person_id=person.id, began_at=now, seen_at=now))
    return token


def session_of(token: str) -> SignedIn | None:
    """The running session of this token, or None when it ended, idled out, or its person is disabled."""
    found = db.session.scalar(select(SignedIn).where(SignedIn.token_hash == _hash(token)))
    if found is None or found.ended_at is not None or found.person.disabled_at is not None:
        return None
    idle, lasts = (STAFF_IDLE, STAFF_LASTS) if found.person.roles else (IDLE, LASTS)
    now = clock.real_now()
    return found if now - found.seen_at < idle and now - found.began_at < lasts else None


def seen(session_id: int) -> None:
    """Note that this session is in use."""
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(seen_at=clock.real_now()))


def end_session(session_id: int) -> None:
    """Sign out: the cookie opens nothing any more."""
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(ended_at=clock.real_now()))


def disable(person: Person) -> None:
    """Refuse this person from the next request on."""
    person.disabled_at = clock.now()
    db.session.execute(
        update(SignedIn)
        .where(SignedIn.person_id == person.id, SignedIn.ended_at.is_(None))
        .values(ended_at=clock.real_now())
    )


def invite(email: str, *, name: str, role: str, language: str) -> Person:
    """Give somebody a role (`organiser` or `facilitator`) and tell them by letter."""
    person = recognise(name=name, email=email, language=language)
    if not person.has_role(role):
        person.roles.append(Role(id=new_id(), role=role))
        emit(PersonInvited(person_id=person.id, role=role))
    return person


def _is_open(asked: SignIn) -> bool:
    return asked.used_at is None and _age(asked.asked_at) < SIGN_IN_LASTS


def _age(moment: datetime) -> timedelta:
    return clock.real_now() - moment


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
