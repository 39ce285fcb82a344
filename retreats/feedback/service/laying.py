"""On PostgreSQL a row keeps its place (ctid) and its transaction (xmin), which would tell who came when: they are laid anew."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, delete, insert, select

from retreats.db import db


def lay_down_anew(table: Table, which: ColumnElement[bool]) -> None:
    """Write these rows again in one transaction, in the order of their random key, so that their order and transaction
    tell nothing. On SQLite rows lie in the order of their key anyway.
    """
    db.session.flush()
    if db.engine.dialect.name != "postgresql":
        return
    taken = delete(table).where(which).returning(*table.columns).cte("taken")
    again = select(*taken.columns).order_by(*(taken.c[key.name] for key in table.primary_key.columns))
    db.session.execute(insert(table).from_select([column.name for column in table.columns], again))
    db.session.expire_all()
