"""The second factor: an app's codes and recovery codes, and how long a session counts as proved."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import pyotp
from sqlalchemy import CursorResult, delete, func, select, update

from retreats import clock
from retreats.accounts.models import Authenticator, Guess, Passkey, Person, RecoveryCode, SignedIn
from retreats.accounts.service.entering import renew_token
from retreats.accounts.service.people import end_all_sessions
from retreats.db import db, new_id
from retreats.events import SecondFactorChanged
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

FRESH = timedelta(minutes=15)
"""How long a second factor counts once it was shown."""
STEP = 30
"""Seconds for which one code of an app is shown (RFC 6238, 5.2); the one before and the one after are taken too."""
GUESSES, GUESSES_A_DAY, A_WHILE = 5, 20, timedelta(minutes=15)
RECOVERY_CODES = 10


class ProofWrong(Refusal):
    """This code does not fit or was used, or this passkey does not open this account."""

    code = "proof_wrong"
    status = 422


class TooManyGuesses(Refusal):
    """Five codes within a quarter of an hour, or twenty within a day, did not fit. Passkeys and recovery codes still do."""

    code = "too_many_guesses"
    status = 429


@dataclass(frozen=True)
class RelyingParty:
    """Who asks for a signature: what the site is called, its host, and the origin at which the browser has to be."""

    name: str
    host: str
    origin: str


@dataclass(frozen=True)
class SecondFactor:
    """What somebody has set up."""

    app: Authenticator | None
    passkeys: list[Passkey]
    codes_left: int

    @property
    def is_set_up(self) -> bool:
        """Whether there is anything to ask for."""
        return self.app is not None or bool(self.passkeys)


def second_factor_of(person_id: int) -> SecondFactor:
    """What this person has set up."""
    app = db.session.scalar(
        select(Authenticator).where(Authenticator.person_id == person_id, Authenticator.confirmed_at.is_not(None))
    )
    keys = db.session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.added_at)).all()
    left = db.session.scalar(
        select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    )
    return SecondFactor(app, list(keys), left or 0)


def begin_authenticator(person_id: int) -> Authenticator:
    """A new secret for an app, which proves nothing until its first code was shown. An unfinished one is replaced."""
    db.session.execute(
        delete(Authenticator).where(Authenticator.person_id == person_id, Authenticator.confirmed_at.is_(None))
    )
    app = Authenticator(id=new_id(), person_id=person_id, added_at=clock.real_now())
    app.secret = pyotp.random_base32()
    db.session.add(app)
    db.session.flush()
    return app


def unfinished_authenticator(person_id: int) -> Authenticator | None:
    """The app that is just being set up."""
    return db.session.scalar(
        select(Authenticator).where(Authenticator.person_id == person_id, Authenticator.confirmed_at.is_(None))
    )


@dataclass(frozen=True)
class SetUp:
    """Something was set up, and with it the session is proved: its new token, and the recovery codes if it was the first."""

    token: str
    codes: list[str]


def finish_authenticator(person_id: int, session_id: int, code: str) -> SetUp:
    """Take the app into use by its first code; one in use before is given up. Raises NotFound, ProofWrong."""
    app = unfinished_authenticator(person_id)
    if app is None:
        raise NotFound
    _take_code(app, _digits(code))
    db.session.execute(delete(Authenticator).where(Authenticator.person_id == person_id, Authenticator.id != app.id))
    app.confirmed_at = clock.real_now()
    db.session.flush()
    return note_added(person_id, session_id, "app added")


def note_added(person_id: int, session_id: int, what: str) -> SetUp:
    """Tell them by letter; the recovery codes come with the first that is set up."""
    emit(SecondFactorChanged(person_id=person_id, what=what))
    known = db.session.scalar(select(func.count()).where(RecoveryCode.person_id == person_id))
    return SetUp(prove(person_id, session_id), [] if known else _new_codes(person_id))


def renew_codes(person_id: int) -> list[str]:
    """Ten new recovery codes; the old ones open nothing any more. They are shown once and stored only as hashes."""
    emit(SecondFactorChanged(person_id=person_id, what="codes renewed"))
    return _new_codes(person_id)


def remove_authenticator(person_id: int) -> None:
    """Give the app up."""
    gone = db.session.execute(delete(Authenticator).where(Authenticator.person_id == person_id))
    if _rows(gone):
        note_removed(person_id, "app removed")


def note_removed(person_id: int, what: str) -> None:
    """Tell them by letter. Without anything else the recovery codes go too."""
    if not second_factor_of(person_id).is_set_up:
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    emit(SecondFactorChanged(person_id=person_id, what=what))


def reset_second_factor(person: Person) -> None:
    """For somebody who has lost everything: all of it is gone, and they sign in and set it up anew."""
    for table in (Authenticator, Passkey, RecoveryCode, Guess):
        db.session.execute(delete(table).where(table.person_id == person.id))
    end_all_sessions(person.id)
    emit(SecondFactorChanged(person_id=person.id, what="reset"))


def count_guess(person_id: int, code: str) -> None:
    """Somebody is about to show a code. Commit this before it is looked at. Raises TooManyGuesses.

    Recovery codes are too long to be guessed, and are not counted: who is being attacked can still get in.
    """
    if not _digits(code):
        return
    now = clock.real_now()
    db.session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    today = db.session.scalars(
        select(Guess.guessed_at).where(Guess.person_id == person_id, Guess.guessed_at > now - timedelta(days=1))
    ).all()
    if len(today) >= GUESSES_A_DAY or sum(each > now - A_WHILE for each in today) >= GUESSES:
        raise TooManyGuesses
    db.session.add(Guess(id=new_id(), person_id=person_id, guessed_at=now))
    db.session.flush()


def prove_by_code(person_id: int, session_id: int, code: str) -> str:
    """The six digits of the app, or a recovery code: the session counts as proved. Gives its new token.

    Raises ProofWrong, also for a code that was used before.
    """
    if digits := _digits(code):
        app = second_factor_of(person_id).app
        if app is None:
            raise ProofWrong
        _take_code(app, digits)
    else:
        _take_recovery_code(person_id, code)
    return prove(person_id, session_id)


def prove(person_id: int, session_id: int) -> str:
    """This session counts as proved for a quarter of an hour. Gives its new token."""
    db.session.execute(delete(Guess).where(Guess.person_id == person_id))
    until = clock.real_now() + FRESH
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(proved_until=until))
    return renew_token(session_id)


def _take_code(app: Authenticator, digits: str) -> None:
    """A code is good for its half minute and the two beside it, and once (RFC 6238, 5.2)."""
    now, codes = int(clock.real_now().timestamp()) // STEP, pyotp.HOTP(app.secret or "")
    fitting = [step for step in (now - 1, now, now + 1) if secrets.compare_digest(codes.at(step), digits)]
    if not fitting:
        raise ProofWrong
    taken = db.session.execute(
        update(Authenticator)
        .where(Authenticator.id == app.id, Authenticator.last_step < fitting[-1])
        .values(last_step=fitting[-1])
    )
    if not _rows(taken):
        raise ProofWrong


def _take_recovery_code(person_id: int, code: str) -> None:
    spelled = re.sub(r"[\s-]", "", code).lower()[:64]
    taken = db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.code_hash == _hash(spelled),
               RecoveryCode.used_at.is_(None))
        .values(used_at=clock.real_now())
    )  # fmt: skip
    if not _rows(taken):
        raise ProofWrong
    emit(SecondFactorChanged(person_id=person_id, what="code used"))


def _new_codes(person_id: int) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower() for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(id=new_id(), person_id=person_id, code_hash=_hash(each)) for each in codes)
    db.session.flush()
    return ["-".join(each[place : place + 4] for place in range(0, 16, 4)) for each in codes]


def _digits(code: str) -> str:
    """Six digits, if that is what was typed; otherwise nothing."""
    spelled = re.sub(r"\s", "", code)
    return spelled if re.fullmatch(r"[0-9]{6}", spelled) else ""


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _rows(result: object) -> int:
    return cast("CursorResult[object]", result).rowcount  # cast: an UPDATE or DELETE always gives a cursor
