"""own questions in the form after a gathering, more time for it, a gathering without it, and words for one of those who led

Revision: 0025, after 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_LINKS = (("form_window", "own_form_id", "form"), ("point", "to_id", "person"))
_SAID = (
    ("form_window", "more_days", sa.Integer(), "0"),
    ("loop_rules", "asks_after", sa.Boolean(), sa.true()),
)


def upgrade() -> None:
    for table, column, target in _LINKS:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} BIGINT CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        )
    for table, column, kind, default in _SAID:
        op.add_column(table, sa.Column(column, kind, server_default=default, nullable=False))


def downgrade() -> None:
    for table, column, *_more in (*_SAID, *_LINKS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
