"""practices, material, what to prepare, and the closed conversation of a gathering

Revision: 0021, after 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "practice",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_practice_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint("gathering_id", "position", name=op.f("uq_practice_gathering_id_position")),
    )
    op.create_index(op.f("ix_practice_gathering_id"), "practice", ["gathering_id"], unique=False)
    op.create_table(
        "practice_version",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("practice_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("how", sa.JSON(), nullable=False),
        sa.Column("how_long", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_practice_version_practice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_version")),
        sa.UniqueConstraint("practice_id", "number", name=op.f("uq_practice_version_practice_id_number")),
    )
    op.create_index(op.f("ix_practice_version_practice_id"), "practice_version", ["practice_id"], unique=False)
    op.create_table(
        "practice_plan",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("practice_id", BIG, nullable=False),
        sa.Column("version_id", BIG, nullable=False),
        sa.Column("when_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("will_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_practice_plan_place_id")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_practice_plan_practice_id")),
        sa.ForeignKeyConstraint(["version_id"], ["practice_version.id"], name=op.f("fk_practice_plan_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_plan")),
        sa.UniqueConstraint("place_id", "practice_id", name=op.f("uq_practice_plan_place_id_practice_id")),
    )
    op.create_index(op.f("ix_practice_plan_place_id"), "practice_plan", ["place_id"], unique=False)
    op.create_index(op.f("ix_practice_plan_practice_id"), "practice_plan", ["practice_id"], unique=False)
    op.create_index(op.f("ix_practice_plan_version_id"), "practice_plan", ["version_id"], unique=False)
    op.create_table(
        "practice_note",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["practice_plan.id"], name=op.f("fk_practice_note_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_note")),
    )
    op.create_index(op.f("ix_practice_note_plan_id"), "practice_note", ["plan_id"], unique=False)
    op.create_table(
        "practice_comment",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("note_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["practice_note.id"], name=op.f("fk_practice_comment_note_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_comment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_comment")),
    )
    op.create_index(op.f("ix_practice_comment_note_id"), "practice_comment", ["note_id"], unique=False)
    op.create_table(
        "reminding",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("sent >= 0 AND sent <= 4", name=op.f("ck_reminding_four_at_most")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_reminding_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminding")),
        sa.UniqueConstraint("place_id", name=op.f("uq_reminding_place_id")),
    )
    op.create_index(op.f("ix_reminding_next_at"), "reminding", ["next_at"], unique=False)
    op.create_table(
        "material",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("href", sa.String(), nullable=False),
        sa.Column("after_end", sa.Boolean(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_material_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
    )
    op.create_index(op.f("ix_material_gathering_id"), "material", ["gathering_id"], unique=False)
    op.create_table(
        "material_piece",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("material_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["material_id"], ["material.id"], name=op.f("fk_material_piece_material_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_piece")),
        sa.UniqueConstraint("material_id", "position", name=op.f("uq_material_piece_material_id_position")),
    )
    op.create_index(op.f("ix_material_piece_material_id"), "material_piece", ["material_id"], unique=False)
    op.create_table(
        "preparation_item",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_preparation_item_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation_item")),
    )
    op.create_index(op.f("ix_preparation_item_gathering_id"), "preparation_item", ["gathering_id"], unique=False)
    op.create_table(
        "preparation_tick",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["preparation_item.id"], name=op.f("fk_preparation_tick_item_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_preparation_tick_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation_tick")),
        sa.UniqueConstraint("place_id", "item_id", name=op.f("uq_preparation_tick_place_id_item_id")),
    )
    op.create_index(op.f("ix_preparation_tick_item_id"), "preparation_tick", ["item_id"], unique=False)
    op.create_index(op.f("ix_preparation_tick_place_id"), "preparation_tick", ["place_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("digest_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_conversation_gathering_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("gathering_id", name=op.f("uq_conversation_gathering_id")),
    )
    op.create_index(op.f("ix_conversation_digest_due_at"), "conversation", ["digest_due_at"], unique=False)
    op.create_table(
        "conversation_member",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("gathering_id", BIG, nullable=False),
        sa.Column("place_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wants_digest", sa.Boolean(), nullable=False),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(place_id IS NULL) <> (person_id IS NULL)", name=op.f("ck_conversation_member_one_of_two")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_conversation_member_gathering_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conversation_member_person_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_conversation_member_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_member")),
        sa.UniqueConstraint("gathering_id", "person_id", name=op.f("uq_conversation_member_gathering_id_person_id")),
        sa.UniqueConstraint("place_id", name=op.f("uq_conversation_member_place_id")),
    )
    op.create_index(op.f("ix_conversation_member_gathering_id"), "conversation_member", ["gathering_id"], unique=False)
    op.create_index(op.f("ix_conversation_member_person_id"), "conversation_member", ["person_id"], unique=False)
    op.create_table(
        "conversation_message",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["conversation_member.id"], name=op.f("fk_conversation_message_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation_message")),
    )
    op.create_index(op.f("ix_conversation_message_member_id"), "conversation_message", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("conversation_message")
    op.drop_table("conversation_member")
    op.drop_table("conversation")
    op.drop_table("preparation_tick")
    op.drop_table("preparation_item")
    op.drop_table("material_piece")
    op.drop_table("material")
    op.drop_table("reminding")
    op.drop_table("practice_comment")
    op.drop_table("practice_note")
    op.drop_table("practice_plan")
    op.drop_table("practice_version")
    op.drop_table("practice")
