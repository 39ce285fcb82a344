"""public entries: what public calendars know a gathering and its sessions by

Columns are added and dropped by statements that both stores understand: Alembic's way on SQLite would build the table of
gatherings anew, to which many others point.

Revision: 0005, after 0004
"""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("gathering", "session")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("uid", sa.String(), server_default="", nullable=False))
        op.add_column(table, sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
        _name_rows(table)
        op.create_index(f"uq_{table}_uid", table, ["uid"], unique=True)
    op.add_column("gathering", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def _name_rows(table: str) -> None:
    host = urlsplit(current_app.config["SITE_URL"]).hostname
    rows = sa.table(table, sa.column("id", _ID), sa.column("uid", sa.String()))
    connection = op.get_bind()
    for row_id in connection.scalars(sa.select(rows.c.id)).all():
        connection.execute(rows.update().where(rows.c.id == row_id).values(uid=f"ses-{row_id:x}@{host}"))


def downgrade() -> None:
    op.drop_column("gathering", "changed_at")
    for table in TABLES:
        op.drop_index(f"uq_{table}_uid", table)
        op.drop_column(table, "sequence")
        op.drop_column(table, "uid")
