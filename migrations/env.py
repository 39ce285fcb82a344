"""Runs the numbered migrations on the application's own database."""

from __future__ import annotations

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name the store's own types, so that they run whatever becomes of the application's."""
    return "sa.DateTime(timezone=True)" if kind == "type" and type(item).__name__ == "Moment" else False


def run() -> None:
    """Every migration in a transaction of its own; SQLite rebuilds tables in batches, with foreign keys off meanwhile."""
    with database.engine.connect() as connection:
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
            if not is_sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7233001)")
            context.run_migrations()
        if is_sqlite:
            connection.commit()
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run()
