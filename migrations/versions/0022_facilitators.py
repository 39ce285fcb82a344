"""the facilitators' half: themes, the letter to the group, supervision, development, and care for whoever is criticised

Revision: 0022, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
DEVELOPMENT_KINDS = "kind IN ('reflection', 'reading', 'course', 'practice', 'exchange', 'other')"
SUPERVISION_KINDS = "kind IN ('individual', 'group', 'peer', 'other')"
TABLES = ("come_back", "first_reading", "first_reader", "packet_view", "packet_text", "packet_part", "packet",
          "group_letter", "decision_point", "theme_point", "supervision")  # fmt: skip


def upgrade() -> None:
    _themes()
    _learning()
    _decisions()
    _packets()
    _protection()
    op.add_column("reading", sa.Column("with_critical", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("reading", sa.Column("put_off_until", MOMENT, nullable=True))
    op.add_column("care_case", sa.Column("is_mentioned", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.execute("ALTER TABLE care_case DROP COLUMN is_mentioned")
    op.execute("ALTER TABLE reading DROP COLUMN put_off_until")
    op.execute("ALTER TABLE reading DROP COLUMN with_critical")
    for name in TABLES:
        op.drop_table(name)
    for name, column in (("decision", "theme_id"), ("decision", "development_id")):
        op.drop_index(f"ix_{name}_{column}", table_name=name)
        op.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
    op.drop_table("development")
    op.drop_table("theme")


def _table(name: str, *columns: sa.Column[object], with_id: bool = True, more: tuple[sa.Constraint, ...] = ()) -> None:
    """A table with its keys, named as the house names them; a column ending in `_id` leads where its comment says."""
    keys = [sa.Column("id", BIG, autoincrement=False, nullable=False)] if with_id else []
    first = ("id",) if with_id else tuple(each.name for each in columns[:2])
    leads = [
        sa.ForeignKeyConstraint([each.name], [f"{each.info['to']}.id"], name=op.f(f"fk_{name}_{each.name}"))
        for each in columns
        if "to" in each.info
    ]
    op.create_table(name, *keys, *columns, *leads, sa.PrimaryKeyConstraint(*first, name=op.f(f"pk_{name}")), *more)
    for each in columns:
        if each.info.get("index"):
            op.create_index(op.f(f"ix_{name}_{each.name}"), name, [each.name])


def _to(name: str, table: str, *, index: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=nullable, info={"to": table, "index": index})


def _sealed(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=True)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{columns[0]}"))


def _themes() -> None:
    _table("theme", _to("gathering_id", "gathering", index=True), _sealed("title_sealed"))
    _table("theme_point", _to("theme_id", "theme"), _to("point_id", "point", index=True), with_id=False)
    _table(
        "group_letter",
        _to("gathering_id", "gathering"),
        _sealed("texts_sealed"),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("written_by_id", "person"),
        sa.Column("sent_at", MOMENT, nullable=True),
        more=(_unique("group_letter", "gathering_id"),),
    )


def _learning() -> None:
    _table(
        "development",
        _to("person_id", "person", index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        _to("gathering_id", "gathering", index=True, nullable=True),
        *map(_sealed, ("noticed_sealed", "learned_sealed", "tries_sealed")),
        _to("tries_in_id", "gathering", nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        _sealed("came_back_sealed"),
        sa.Column("public", sa.JSON(), nullable=False),
        more=(sa.CheckConstraint(DEVELOPMENT_KINDS, name=op.f("ck_development_kind_known")),),
    )
    _table(
        "supervision",
        _to("person_id", "person", index=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        *map(_sealed, ("supervisor_sealed", "agreed_sealed")),
        more=(sa.CheckConstraint(SUPERVISION_KINDS, name=op.f("ck_supervision_kind_known")),),
    )
    _table(
        "come_back",
        _to("gathering_id", "gathering", index=True),
        _to("person_id", "person", index=True),
        sa.Column("due_at", MOMENT, nullable=False, info={"index": True}),
        more=(_unique("come_back", "gathering_id", "person_id"),),
    )


def _decisions() -> None:
    for column, table in (("theme_id", "theme"), ("development_id", "development")):
        op.execute(
            f"ALTER TABLE decision ADD COLUMN {column} BIGINT CONSTRAINT fk_decision_{column} REFERENCES {table} (id)"
        )
        op.create_index(f"ix_decision_{column}", "decision", [column])
    _table("decision_point", _to("decision_id", "decision"), _to("point_id", "point", index=True), with_id=False)


def _packets() -> None:
    _table(
        "packet",
        _to("gathering_id", "gathering", index=True),
        _to("owner_id", "person", index=True),
        _to("supervisor_id", "person", nullable=True),
        _sealed("question_sealed"),
        sa.Column("made_at", MOMENT, nullable=False),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("sent_at", "expires_at", "revoked_at")),
    )
    _table(
        "packet_part",
        _to("packet_id", "packet", index=True),
        _to("theme_id", "theme", nullable=True),
        sa.Column("scale", sa.String(), nullable=True),
    )
    _table(
        "packet_text",
        _to("packet_id", "packet", index=True),
        _to("point_id", "point", index=True),
        _sealed("struck_sealed"),
        more=(_unique("packet_text", "packet_id", "point_id"),),
    )
    _table("packet_view", _to("packet_id", "packet", index=True), sa.Column("viewed_at", MOMENT, nullable=False))


def _protection() -> None:
    _table(
        "first_reader",
        _to("gathering_id", "gathering", index=True),
        _to("person_id", "person", index=True),
        _to("reader_id", "person", index=True),
        sa.Column("leads_too", sa.Boolean(), nullable=False),
        more=(_unique("first_reader", "gathering_id", "person_id"),),
    )
    _table(
        "first_reading",
        _to("point_id", "point", index=True),
        _to("person_id", "person", index=True),
        _to("reader_id", "person"),
        _sealed("note_sealed"),
        sa.Column("passed_at", MOMENT, nullable=False),
        more=(_unique("first_reading", "point_id", "person_id"),),
    )
