"""setting up

Revision: 0009, after 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "house_settings",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("accent_light", sa.String(), nullable=True),
        sa.Column("accent_dark", sa.String(), nullable=True),
        sa.Column("imprint", sa.JSON(), nullable=False),
        sa.Column("help_lines", sa.JSON(), nullable=False),
        sa.Column("mail_server", sa.String(), nullable=False),
        sa.Column("mail_port", sa.Integer(), nullable=False),
        sa.Column("mail_security", sa.String(), nullable=False),
        sa.Column("mail_username", sa.String(), nullable=False),
        sa.Column("mail_password_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("takes_money", sa.Boolean(), nullable=False),
        sa.Column("stripe_key_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("stripe_webhook_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_in", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_house_settings_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_settings")),
    )
    op.create_table(
        "legal_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_text")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_legal_text_kind_version")),
    )
    op.create_table(
        "mail_trial",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_trial_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_trial")),
    )
    with op.batch_alter_table("mail_trial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_trial_person_id"), ["person_id"], unique=False)

    op.create_table(
        "money_trial",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("till", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=True),
        sa.Column("session_url", sa.String(), nullable=True),
        sa.Column("payment_intent", sa.String(), nullable=True),
        sa.Column("refund_id", sa.String(), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_money_trial_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_trial")),
        sa.UniqueConstraint("payment_intent", name=op.f("uq_money_trial_payment_intent")),
        sa.UniqueConstraint("session_id", name=op.f("uq_money_trial_session_id")),
    )
    with op.batch_alter_table("money_trial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_money_trial_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("money_trial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_trial_person_id"))

    op.drop_table("money_trial")
    with op.batch_alter_table("mail_trial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_trial_person_id"))

    op.drop_table("mail_trial")
    op.drop_table("legal_text")
    op.drop_table("house_settings")
