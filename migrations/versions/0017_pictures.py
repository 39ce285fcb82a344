"""pictures

Gatherings and facilitators point to a picture. The columns that stood there before were to name a file, and nothing
ever wrote one into them.

Columns are added and dropped by statements that both stores understand: Alembic's way on SQLite would build the tables
anew and lose their checks.

Revision: 0017, after 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SHOWN_BY = ("gathering", "facilitator")


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "picture",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("focus", sa.String(), nullable=False),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.Column("alt", sa.JSON(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_picture_name")),
    )
    op.create_table(
        "rendition",
        sa.Column("id", big, autoincrement=False, nullable=False),
        sa.Column("picture_id", big, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["picture_id"], ["picture.id"], name=op.f("fk_rendition_picture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("picture_id", "kind", "width", name=op.f("uq_rendition_picture_id_kind_width")),
    )
    for table in SHOWN_BY:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN picture_id BIGINT CONSTRAINT fk_{table}_picture_id REFERENCES picture (id)"
        )
        op.execute(f"ALTER TABLE {table} DROP COLUMN picture")


def downgrade() -> None:
    for table in SHOWN_BY:
        op.execute(f"ALTER TABLE {table} DROP COLUMN picture_id")
        op.execute(f"ALTER TABLE {table} ADD COLUMN picture VARCHAR")
    op.drop_table("rendition")
    op.drop_table("picture")
