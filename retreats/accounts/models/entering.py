"""The sign-ins asked for and the sessions running."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models.people import Person
from retreats.db import Base, id_column


class SignIn(Base):
    """A way in that was asked for: a link, and a short code for the browser that asked. Ten minutes, once."""

    __tablename__ = "sign_in"

    id: Mapped[int] = id_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None: it leads nowhere. Written for an address nobody knows, so that both answers take the same work."""
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of what the asking browser holds; the short code works only there."""
    generation: Mapped[int] = mapped_column(default=0)
    next_path: Mapped[str | None]
    asked_at: Mapped[datetime]
    """Real time."""
    codes_tried: Mapped[int] = mapped_column(default=0)
    """Counted before each is looked at, so that guesses at one instant cannot slip past the limit."""
    used_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()


class SignedIn(Base):
    """A session: it can be ended here, and then the cookie opens nothing."""

    __tablename__ = "signed_in"

    id: Mapped[int] = id_column()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime]
    """Real time, as is `seen_at`."""
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    proved_until: Mapped[datetime | None]
    """Until when a second factor counts that was shown in this session (real time)."""
    proofs: Mapped[int] = mapped_column(default=0)
    """How often one was asked of it with a challenge: each challenge is made of this number, and good once."""

    person: Mapped[Person] = relationship(lazy="joined")
