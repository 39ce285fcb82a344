"""Every setting of the house, with a safe default or a loud failure at start. Only create_app reads them.

What the owner can set by pages (retreats/house) may be missing here: `flask doctor` says what nobody has set. They are
environment variables with the names people already know; `.env.example` lists them all.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from retreats import crypto

DEMO_SECRETS = ("demo", "changeme", "secret", "dev", "test")
THIRTY_TWO, VARIED = 32, 8
"""The least characters of a secret, and the least different ones."""


REDIS_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
"""Seconds until a silent Redis counts as missing: nobody waits for it, the database holds everything that matters."""


class Settings(BaseSettings):
    """What can be set. Lists are written with commas."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", populate_by_name=True)

    demo: bool = Field(default=False, alias="DEMO")
    testing: bool = Field(default=False, alias="TESTING")
    var_dir: Path = Field(default=Path("var"), alias="VAR_DIR")
    database_url: str = Field(default="", alias="DATABASE_URL")
    erased_list: Path | None = Field(default=None, alias="ERASED_LIST")
    sqlite_synchronous: str = Field(default="FULL", alias="SQLITE_SYNCHRONOUS")
    queue_url: str = Field(default="", alias="QUEUE_URL")
    redis_url: str = Field(default="", alias="REDIS_URL")

    secret_key: str = Field(default="", alias="SECRET_KEY")
    secret_key_fallbacks: str = Field(default="", alias="SECRET_KEY_FALLBACKS")
    data_keys: str = Field(default="", alias="DATA_KEYS")
    link_key: str = Field(default="", alias="LINK_KEY")

    site_name: str = Field(default="Retreats", alias="SITE_NAME")
    site_url: str = Field(default="", alias="SITE_URL")
    house_email: str = Field(default="", alias="HOUSE_EMAIL")
    trusted_hosts: str = Field(default="", alias="TRUSTED_HOSTS")
    proxy_hops: int = Field(default=0, ge=0, alias="PROXY_HOPS")
    log_level: str = Field(default="INFO", alias="LOG_LEVEL")

    mail_server: str = Field(default="", alias="MAIL_SERVER")
    mail_port: int = Field(default=25, alias="MAIL_PORT")
    mail_use_tls: bool = Field(default=False, alias="MAIL_USE_TLS")
    mail_use_ssl: bool = Field(default=False, alias="MAIL_USE_SSL")
    mail_username: str = Field(default="", alias="MAIL_USERNAME")
    mail_password: str = Field(default="", alias="MAIL_PASSWORD")
    mail_timeout: float = Field(default=10, gt=0, le=25, alias="MAIL_TIMEOUT")

    stripe_secret_key: str = Field(default="", alias="STRIPE_SECRET_KEY")
    stripe_webhook_secret: str = Field(default="", alias="STRIPE_WEBHOOK_SECRET")
    stripe_api_base: str = Field(default="", alias="STRIPE_API_BASE")

    help_lines: str = Field(
        default="112 · 1411 (prevenção do suicídio, 24 h) · SNS 24: 808 24 24 24", alias="CARE_HELP_LINES"
    )

    @property
    def database(self) -> str:
        """Where the data is: the embedded default is a SQLite file below VAR_DIR."""
        return self.database_url or f"sqlite:///{self.var_dir.resolve() / 'house.db'}"

    @property
    def queue(self) -> str:
        """Where the nudges are: Redis if there is one, otherwise a SQLite file of their own."""
        return self.queue_url or self.redis_url or f"sqlite:///{self.var_dir.resolve() / 'queue.db'}"

    @property
    def is_https(self) -> bool:
        """Whether people reach the house over TLS."""
        return urlsplit(self.site_url).scheme == "https"


class SettingsWrong(SystemExit):
    """The house does not open with these settings; the sentences say what to do."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("The house cannot open:\n" + "\n".join(f"- {sentence}" for sentence in sentences))
        self.sentences = sentences


def read(**overrides: object) -> Settings:
    """The settings, from the environment and `overrides`. Raises SettingsWrong, with a sentence for each mistake."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]  # pydantic reads and checks them
    except ValidationError as error:
        wrong = [f"{each['loc'][0]} is not understood: {each['msg']}." for each in error.errors(include_input=False)]
        raise SettingsWrong(wrong) from None
    found = complaints(settings) + _unreadable_keys(settings)
    if found:
        raise SettingsWrong(found)
    return settings


def _unreadable_keys(settings: Settings) -> list[str]:
    try:
        crypto.KeyRing(settings.data_keys)
    except ValueError as error:
        return [f"DATA_KEYS: {error}"]
    return []


def complaints(settings: Settings) -> list[str]:
    """What is wrong with these settings, in sentences that say what to do. Empty when the house may open."""
    found = _missing_secrets(settings)
    if not settings.site_url:
        found.append("SITE_URL is not set: say at which address people reach the house, e.g. https://casa.example.")
    elif urlsplit(settings.site_url).scheme not in {"http", "https"} or not urlsplit(settings.site_url).hostname:
        found.append("SITE_URL is not an address: write it with https:// in front.")
    if settings.demo or settings.testing:
        return found + _not_only_here(settings)
    if settings.site_url and not settings.is_https and urlsplit(settings.site_url).hostname not in _LOOPBACK:
        found.append("SITE_URL begins with http://: people would send what they write in clear. Use https://.")
    if settings.stripe_secret_key and not settings.stripe_webhook_secret:
        found.append(
            "STRIPE_WEBHOOK_SECRET is not set: payments would not be heard of. Stripe shows it with the endpoint."
        )
    return found


def _not_only_here(settings: Settings) -> list[str]:
    """A demonstration lets anybody in as anyone: it opens only where nobody else can come, and nothing real is at stake."""
    name = "DEMO" if settings.demo else "TESTING"
    found = []
    if urlsplit(settings.site_url).hostname not in {*_LOOPBACK, None}:
        found.append(
            f"{name} is set, and SITE_URL is an address that others can reach: take {name} away, or use http://localhost."
        )
    if settings.mail_server and settings.mail_server not in _LOOPBACK:
        found.append(f"{name} is set, and MAIL_SERVER would bring its letters to real people: take one of them away.")
    if settings.stripe_secret_key.startswith(("sk_live", "rk_live")):
        found.append(f"{name} is set, and STRIPE_SECRET_KEY moves real money: take {name} away, or use a test key.")
    return found


_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _missing_secrets(settings: Settings) -> list[str]:
    found = []
    for name, value in (("SECRET_KEY", settings.secret_key), ("LINK_KEY", settings.link_key)):
        if not value:
            found.append(
                f"{name} is not set: make one with `python -c 'import secrets; print(secrets.token_hex(32))'`."
            )
        elif len(value) < THIRTY_TWO or len(set(value)) < VARIED or value.lower().startswith(DEMO_SECRETS):
            found.append(f"{name} is too short, too easy or a default: use 32 random characters or more.")
    if settings.secret_key and settings.secret_key == settings.link_key:
        found.append(
            "LINK_KEY is the same as SECRET_KEY: make one of its own, so that whoever learns one has not both."
        )
    if not settings.data_keys:
        found.append(
            "DATA_KEYS is not set: confidential answers could not be stored. Make one with `python -m retreats.new_data_key`."
        )
    return found


def flask_config(settings: Settings) -> dict[str, object]:
    """The settings as Flask and its extensions call them."""
    https = settings.is_https
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": _listed(settings.secret_key_fallbacks) or None,
        "SITE_NAME": settings.site_name,
        "SITE_URL": settings.site_url.rstrip("/"),
        "HOUSE_EMAIL": settings.house_email,
        "TRUSTED_HOSTS": _hosts(settings),
        "DEMO": settings.demo,
        "TESTING": settings.testing,
        "VAR_DIR": settings.var_dir,
        "ERASED_LIST": settings.erased_list or settings.var_dir / "erased.list",
        "PROXY_HOPS": settings.proxy_hops,
        "HELP_LINES": settings.help_lines,
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": not settings.database.startswith("sqlite"),
            "hide_parameters": True,  # an error message must not carry what somebody wrote
        },
        "SQLITE_SYNCHRONOUS": settings.sqlite_synchronous,
        "QUEUE_URL": settings.queue,
        "RATELIMIT_STORAGE_URI": settings.redis_url or "memory://",
        "RATELIMIT_ENABLED": not settings.testing,
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_SWALLOW_ERRORS": True,  # whoever has booked is told so, also when this could not be counted
        "RATELIMIT_STORAGE_OPTIONS": REDIS_PATIENCE if settings.redis_url else {},
        "PROVIDE_AUTOMATIC_OPTIONS": False,  # no page of ours is asked for by another site, and none tells what it takes
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "en_GB",
        "MAIL_SERVER": settings.mail_server,
        "MAIL_PORT": settings.mail_port,
        "MAIL_USE_TLS": settings.mail_use_tls,
        "MAIL_USE_SSL": settings.mail_use_ssl,
        "MAIL_USERNAME": settings.mail_username or None,
        "MAIL_PASSWORD": settings.mail_password or None,
        "MAIL_TIMEOUT": settings.mail_timeout,
        "MAIL_SUPPRESS_SEND": False,
        "STRIPE_SECRET_KEY": settings.stripe_secret_key,
        "STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secret,
        "STRIPE_API_BASE": settings.stripe_api_base,
    }


def _hosts(settings: Settings) -> list[str]:
    own = urlsplit(settings.site_url).hostname or ""
    return [*_listed(settings.trusted_hosts), *(sorted({"localhost", "127.0.0.1"}) if own in _LOOPBACK else [own])]


def _listed(spelled: str) -> list[str]:
    return [part.strip() for part in spelled.split(",") if part.strip()]
