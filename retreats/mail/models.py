"""Letters: that one is to go out, to whom in the house's own ids, and what became of it. Never its text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from retreats.db import Base, id_column


class Letter(Base):
    """One letter to one reader. It is composed when it is sent, and again when its reader looks at it."""

    __tablename__ = "letter"

    id: Mapped[int] = id_column()
    kind: Mapped[str]
    """Which letter: `booking.confirmation` …; `reactions.py` names who composes it."""
    occasion: Mapped[str] = mapped_column(unique=True)
    """What it is about and for whom: a second letter for the same occasion is not written."""
    shelf: Mapped[str] = mapped_column(index=True)
    """On whose page it stands: `registration:<id>`, `place:<id>` or `person:<id>`. Letters of one shelf keep order."""
    about: Mapped[dict[str, Any]]
    """The ids and numbers it is composed from (a calendar SEQUENCE, an amount): no personal data."""
    sending: Mapped[str | None] = mapped_column(index=True)
    """Under which name it was written together with others (`mailing:<id>` …); None: by itself."""
    language: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    written_at: Mapped[datetime]
    """House time; also the Date of the mail and the DTSTAMP of its invite, so that a retry sends the same octets."""
    sent_at: Mapped[datetime | None]
    """House time."""
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    """Why, as `failures.said` understands it; no address is in it."""
    dropped_at: Mapped[datetime | None]
    """It was no longer true when its turn came."""


class UnreachableAddress(Base):
    """An address that takes no letters: the house writes nothing there until somebody says that it is right."""

    __tablename__ = "unreachable_address"

    id: Mapped[int] = id_column()
    address: Mapped[str] = mapped_column(unique=True, info={"personal": True})
    since: Mapped[datetime]
    """House time."""
    failure: Mapped[str]
    """What its mail server said, as `failures.said` understands it; no address is in it."""
    is_soft: Mapped[bool]
    """It never said no, but put us off for three days."""
