"""how long after a gathering people are asked how it is now, where an organiser chose other days than 21 and 90; and a word beside a note on a practice

Revision: 0028, after 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("loop_rules", sa.Column("follow_ups", sa.String(), server_default="", nullable=False))
    op.add_column("practice_note", sa.Column("word_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE practice_note DROP COLUMN word_sealed")
    op.execute("ALTER TABLE loop_rules DROP COLUMN follow_ups")
