"""Runs the numbered migrations on the application's own database."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name the store's own types, so that they run whatever becomes of the application's."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "Moment" else False


@contextmanager
def alone() -> Iterator[None]:
    """Of several processes that start at once, one migrates, and the others wait and find it done."""
    if database.engine.dialect.name == "sqlite":
        with (Path(current_app.config["VAR_DIR"]) / "migrating").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    with database.engine.connect() as guard:
        guard.exec_driver_sql("SELECT pg_advisory_lock(7233001)")
        guard.commit()
        yield
        guard.exec_driver_sql("SELECT pg_advisory_unlock(7233001)")


def run() -> None:
    """Every migration in a transaction of its own; SQLite rebuilds tables in batches, with foreign keys off meanwhile."""
    with alone(), database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_types,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            connection.commit()
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run()
