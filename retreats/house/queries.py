"""The house as everybody else reads it: what its pages say, else what the environment says, else a default.

For the mail server and for Stripe it is the other way round: where the environment names one, the pages keep silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from retreats.db import db
from retreats.house import colours, legal
from retreats.house.keeping import Said, keeper, said_by
from retreats.house.models import HouseLogo, HouseSettings, LegalText

ALL_LANGUAGES = ("en", "pt")


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where letters are brought. `is_given`: by the environment, which pages cannot change."""

    server: str
    port: int
    starttls: bool
    tls: bool
    username: str
    password: str = field(repr=False)
    is_given: bool

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return bool(self.server)


@dataclass(frozen=True, kw_only=True)
class Till:
    """How money is taken. `is_given`: by the environment, which pages cannot change."""

    key: str = field(repr=False)
    webhook: str = field(repr=False)
    base: str
    """Empty for Stripe itself."""
    is_given: bool

    @property
    def is_set(self) -> bool:
        """Whether this house can take money at all."""
        return bool(self.key)

    @property
    def is_live(self) -> bool:
        """Whether real money moves."""
        return self.key.startswith(("sk_live_", "rk_live_"))


class House:
    """The house now. Templates know it as `house`."""

    def __init__(self, said: Said, config: Mapping[str, Any]) -> None:
        self.said = said
        self._config = config

    @property
    def version(self) -> int:
        """It grows with every change; what is kept elsewhere carries it."""
        return self.said.version

    @property
    def name(self) -> str:
        """What it is called."""
        return self.said.name or str(self._config["SITE_NAME"])

    @property
    def url(self) -> str:
        """The address at which people reach it."""
        return str(self._config["SITE_URL"])

    @property
    def email(self) -> str:
        """Where people write to, and where its letters come from."""
        return self.said.email or str(self._config["HOUSE_EMAIL"]) or f"house@{urlsplit(self.url).hostname}"

    @property
    def has_email(self) -> bool:
        """Whether somebody said so, or the address is only a guess."""
        return bool(self.said.email or self._config["HOUSE_EMAIL"])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it speaks, in one order."""
        return tuple(each for each in ALL_LANGUAGES if each in self.said.languages) or ALL_LANGUAGES

    @property
    def currency(self) -> str:
        """In which new kinds of places are priced."""
        return self.said.currency

    @property
    def zone(self) -> str:
        """In which the house itself lives."""
        return self.said.zone

    @property
    def light(self) -> colours.Accent:
        """Its colour on light ground."""
        return (
            colours.accent_of(self.said.accent_light, "light") if self.said.accent_light else colours.DEFAULTS["light"]
        )

    @property
    def dark(self) -> colours.Accent:
        """Its colour on dark ground."""
        return colours.accent_of(self.said.accent_dark, "dark") if self.said.accent_dark else colours.DEFAULTS["dark"]

    @property
    def sheet(self) -> str | None:
        """The name of its own style sheet; None while it has the colours of the house's one."""
        if not (self.said.accent_light or self.said.accent_dark):
            return None
        return colours.sheet_name(self.light.accent, self.dark.accent)

    @property
    def logo(self) -> str | None:
        """The address of its own sign; None while it has the one of the first day."""
        return f"/look/{self.said.logo}.png" if self.said.logo else None

    @property
    def complaints_url(self) -> str:
        """The complaints book."""
        return self.said.imprint.get("complaints_url") or legal.COMPLAINTS_BOOK

    @property
    def mail(self) -> MailServer:
        """The mail server."""
        config, said = self._config, self.said
        if config["MAIL_SERVER"]:
            return MailServer(server=config["MAIL_SERVER"], port=int(config["MAIL_PORT"]),
                              starttls=config["MAIL_USE_TLS"], tls=config["MAIL_USE_SSL"],
                              username=config["MAIL_USERNAME"] or "", password=config["MAIL_PASSWORD"] or "",
                              is_given=True)  # fmt: skip
        return MailServer(server=said.mail_server, port=said.mail_port, starttls=said.mail_security == "starttls",
                          tls=said.mail_security == "tls", username=said.mail_username,
                          password=said.mail_password or "", is_given=False)  # fmt: skip

    @property
    def till(self) -> Till:
        """The keys to Stripe."""
        config, said = self._config, self.said
        is_given = bool(config["STRIPE_SECRET_KEY"])
        return Till(
            key=config["STRIPE_SECRET_KEY"] if is_given else said.stripe_key or "",
            webhook=config["STRIPE_WEBHOOK_SECRET"] if is_given else said.stripe_webhook or "",
            base=config["STRIPE_API_BASE"],
            is_given=is_given,
        )

    def facts(self) -> dict[str, str]:
        """What fills the blanks of the legal texts."""
        return {**self.said.imprint, "name": self.name, "url": self.url, "email": self.email if self.has_email else "",
                "complaints_url": self.complaints_url}  # fmt: skip


def current() -> House:
    """The house as it is now. Costs nothing most of the time, and never touches the caller's transaction."""
    return House(keeper().said(), current_app.config)


def of(row: HouseSettings) -> House:
    """The house as this row has it, before it is committed."""
    return House(said_by(row), current_app.config)


def logo(name: str) -> bytes | None:
    """The octets of a sign that the house has or had."""
    return db.session.scalar(select(HouseLogo.content).where(HouseLogo.name == name))


def legal_in_force(kind: str) -> LegalText | None:
    """The newest published version of a legal text."""
    return db.session.scalar(
        select(LegalText)
        .where(LegalText.kind == kind, LegalText.published_at.is_not(None))
        .order_by(LegalText.version.desc())
        .limit(1)
    )


def legal_newest(kind: str) -> LegalText | None:
    """The newest version of a legal text, be it a draft or in force."""
    return db.session.scalar(
        select(LegalText).where(LegalText.kind == kind).order_by(LegalText.version.desc()).limit(1)
    )
