"""What proves, besides the mailbox, that somebody is who they say: an app's codes, passkeys, recovery codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from retreats.db import Base, Sealed, id_column, sealed_column


class Authenticator(Base):
    """An app that shows six digits anew each half minute (TOTP, RFC 6238)."""

    __tablename__ = "authenticator"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_sealed: Mapped[bytes | None] = sealed_column()
    secret = Sealed("secret_sealed")
    """In base32."""
    added_at: Mapped[datetime]
    """Real time."""
    confirmed_at: Mapped[datetime | None]
    """None: its first code has not been shown yet, and it proves nothing."""
    last_step: Mapped[int] = mapped_column(default=0)
    """The half minute of the last code that was taken: a code is good once (RFC 6238, 5.2)."""


class Passkey(Base):
    """A key pair of a device; we hold the public half (Web Authentication, level 3)."""

    __tablename__ = "passkey"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    """How often it has signed, by its own account; one that falls behind is a copy."""
    name: Mapped[str] = mapped_column(info={"personal": True})
    """What its owner calls it."""
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of ten codes on paper, for the day on which everything else is lost. Good once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of 80 random bits."""
    used_at: Mapped[datetime | None]


class Guess(Base):
    """Somebody typed a code. Written down before it is looked at, and struck out again when it was right."""

    __tablename__ = "guess"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    guessed_at: Mapped[datetime]
    """Real time."""
