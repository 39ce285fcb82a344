"""The database: one session a request, writing transactions that begin as writers, and the column types of the house.

SQLite and PostgreSQL run the same code. On SQLite a transaction that reads first and writes later fails at once when
somebody else wrote in between, so everything that writes begins IMMEDIATE, through `writing()`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, overload

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Engine, Integer, LargeBinary, MetaData, TypeDecorator, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from retreats import crypto, faults, folding

Localised = dict[str, str]
"""A text in the languages of the house: {"en": …, "pt": …}."""


class Moment(TypeDecorator[datetime]):
    """An instant: aware and UTC in Python, whatever the store keeps. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; SQLite keeps no zone, so it is left off there."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "A moment without a time zone is not a moment."
            raise ValueError(message)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC datetime."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table. Names of constraints follow one pattern, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it as it stands)
        datetime: Moment,
        dict[str, str]: JSON,
        list[str]: JSON,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
    }


BigId = BigInteger().with_variant(Integer, "sqlite")
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
"""What was loaded or written stays readable after the commit, so that pages and redirects need no second look."""
migrate = Migrate(render_as_batch=True, compare_type=True)


def new_id() -> int:
    """A random id of 62 bits: it says nothing about when its row was made, and exists before the row does."""
    return secrets.randbits(62) | 1


def id_column() -> Mapped[int]:
    """The primary key of a table whose rows have a random id."""
    return mapped_column(BigId, primary_key=True, default=new_id, autoincrement=False)


def sealed_column() -> Mapped[bytes | None]:
    """A column for a text that only the house may read; pair it with `Sealed`."""
    return mapped_column(LargeBinary, info={"personal": True, "sensitive": True})


class Sealed:
    """Reads and writes an encrypted column as text: `text = Sealed("text_sealed")`. Give the row its `id` first."""

    def __init__(self, column: str) -> None:
        self.column = column

    @overload
    def __get__(self, row: None, owner: type[Base]) -> Sealed: ...
    @overload
    def __get__(self, row: Base, owner: type[Base]) -> str | None: ...
    def __get__(self, row: Base | None, owner: type[Base]) -> Sealed | str | None:
        """The text in clear, or None where there is none. Raises KeyMissing or SealBroken (crypto)."""
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else crypto.ring().open(sealed, **self._cell(row))

    def __set__(self, row: Base, text: str | None) -> None:
        """Encrypt for this row; None empties the cell."""
        setattr(row, self.column, None if text is None else crypto.ring().seal(text, **self._cell(row)))

    def _cell(self, row: Base) -> dict[str, Any]:
        if row.id is None:  # type: ignore[attr-defined]  # every table with a sealed column has an id of ours
            row.id = new_id()  # type: ignore[attr-defined]
        return {"table": row.__tablename__, "column": self.column, "row": row.id}  # type: ignore[attr-defined]


class AlreadyWriting(RuntimeError):
    """`writing()` was begun inside a writing transaction, or with unsaved changes lying about."""


@contextmanager
def writing() -> Iterator[Session]:
    """Begin a fresh transaction that writes; commit at its end, roll back when anything is raised.

    What was read before is let go first (its loaded values stay readable), so that nothing stale is written back: load
    by id what you change. Raises AlreadyWriting when nested or when changes were made outside.
    """
    session = db.session()
    if session.info.get("writing") or session.new or session.dirty or session.deleted:
        message = "writing() begins a transaction of its own: finish the one before it, and change nothing outside."
        raise AlreadyWriting(message)
    session.close()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        yield session
        session.flush()
        faults.commit_point("before commit")
        session.commit()
        faults.commit_point("commit")
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def let_go() -> None:
    """End the reading transaction, e.g. before talking to Stripe or SMTP. Loaded values stay readable."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        message = "There are unsaved changes: they belong inside writing()."
        raise AlreadyWriting(message)
    session.close()


def init_app(app: Flask) -> None:
    """Connect the application to its database, tuned."""
    db.init_app(app)
    migrate.init_app(app, db)
    app.teardown_appcontext(_end_session)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            install_sqlite(db.engine, synchronous=app.config["SQLITE_SYNCHRONOUS"])


def _end_session(_error: BaseException | None) -> None:
    """Before flask-sqlalchemy's own. A database that went away after the page was made takes nothing back from the reader."""
    try:
        db.session.remove()
    except DBAPIError:
        db.session.registry.clear()


def install_sqlite(engine: Engine, *, synchronous: str = "FULL") -> None:
    """Settings that make SQLite right for a site (docs/decisions/sqlite.md); a test reads them back."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:  # Any: sqlite3's connection, seen through the pool
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-20000",
            "journal_size_limit=67108864",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        folding.install(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")
