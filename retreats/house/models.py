"""One row for the house, and the legal texts by version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from retreats.db import Base, Localised, Sealed, id_column

THE_ONE = 1
LEGAL_KINDS = ("privacy", "terms", "imprint")


class HouseSettings(Base):
    """What the owner set by pages. There is one row at most; what is empty in it takes its default."""

    __tablename__ = "house_settings"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=0)
    """Raised with every change: pages that are kept carry it."""
    name: Mapped[str | None]
    email: Mapped[str | None]
    """Letters come from here, and people may answer to it."""
    languages: Mapped[list[str]] = mapped_column(default=list)
    """`en`, `pt` or both; empty: all there are."""
    welcome: Mapped[Localised] = mapped_column(default=dict, server_default="{}")
    """Who it is, at the head of its first page; empty: words that are true of every house."""
    currency: Mapped[str] = mapped_column(default="EUR")
    zone: Mapped[str] = mapped_column(default="Europe/Lisbon")
    accent_light: Mapped[str | None]
    accent_dark: Mapped[str | None]
    logo: Mapped[str | None]
    """The name of its picture."""
    imprint: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Facts for the law, by the names of `legal.FACTS`."""
    help_lines: Mapped[Localised] = mapped_column(default=dict)
    """One help line on each line."""
    mail_server: Mapped[str] = mapped_column(default="")
    mail_port: Mapped[int] = mapped_column(default=587)
    mail_security: Mapped[str] = mapped_column(default="starttls")
    """starttls, tls or none."""
    mail_username: Mapped[str] = mapped_column(default="")
    mail_password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"secret": True})
    mail_password = Sealed("mail_password_sealed")
    takes_money: Mapped[bool] = mapped_column(default=True)
    """False: the owner said that everything here is free of charge."""
    stripe_key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"secret": True})
    stripe_key = Sealed("stripe_key_sealed")
    stripe_webhook_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"secret": True})
    stripe_webhook = Sealed("stripe_webhook_sealed")
    claimed_at: Mapped[datetime | None]
    """Real time: when the setup link made an owner. It can do so once."""
    claimed_in: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of what the claiming browser holds, so that the same press twice lets the same person in."""


class HouseLogo(Base):
    """The picture of the house's sign, as it was written anew. Those of before stay: pages that were kept show them."""

    __tablename__ = "house_logo"

    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]
    """House time."""


class LegalText(Base):
    """Privacy notice, terms or imprint. The newest version without `published_at` is the draft."""

    __tablename__ = "legal_text"
    __table_args__ = (UniqueConstraint("kind", "version"),)

    id: Mapped[int] = id_column()
    kind: Mapped[str]
    version: Mapped[int]
    source: Mapped[Localised]
    """Markdown with blanks: `[[tax number]]`."""
    text: Mapped[Localised] = mapped_column(default=dict)
    """As it was published, its blanks filled."""
    written_at: Mapped[datetime]
    """House time, as is `published_at`."""
    published_at: Mapped[datetime | None]
