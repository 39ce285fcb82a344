"""people: what they are called, invitations, changes of address, second factors

Columns are added and dropped by statements that both stores understand: Alembic's way on SQLite would build the table of
people anew, to which most others point.

Revision: 0016, after 0015
"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PENDING = sa.text("accepted_at IS NULL AND taken_back_at IS NULL")


def upgrade() -> None:
    _widen_person()
    op.add_column("signed_in", sa.Column("proved_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("signed_in", sa.Column("proofs", sa.Integer(), server_default="0", nullable=False))
    _invitations()
    _address_changes()
    _second_factors()
    _give_roles()


def _widen_person() -> None:
    op.add_column("person", sa.Column("filed_as", sa.String(), server_default="", nullable=False))
    op.add_column("person", sa.Column("name_chosen", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("person", sa.Column("legal_name_sealed", sa.LargeBinary(), nullable=True))
    op.execute(
        "ALTER TABLE person ADD COLUMN merged_into_id BIGINT CONSTRAINT fk_person_merged_into_id REFERENCES person (id)"
    )
    person = sa.table(
        "person", sa.column("id", _ID), sa.column("name", sa.String()), sa.column("filed_as", sa.String())
    )
    connection = op.get_bind()
    for person_id, name in connection.execute(sa.select(person.c.id, person.c.name)).all():
        connection.execute(person.update().where(person.c.id == person_id).values(filed_as=_filed(name)))
    op.create_index("ix_person_filed_as_id", "person", ["filed_as", "id"])
    op.create_index(op.f("ix_person_merged_into_id"), "person", ["merged_into_id"])


def _filed(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each)).strip()


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_invitation_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"])
    op.create_index(op.f("ix_invitation_by_id"), "invitation", ["by_id"])
    op.create_index("uq_invitation_one_open", "invitation", ["person_id", "role"], unique=True, sqlite_where=_PENDING,
                    postgresql_where=_PENDING)  # fmt: skip


def _address_changes() -> None:
    op.create_table(
        "address_change",
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("old_email", sa.String(), nullable=False),
        sa.Column("new_email", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", _ID, nullable=True),
        sa.Column("session_id", _ID, nullable=True),
        sa.Column("old_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_address_change_person_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_address_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_change")),
    )
    op.create_index(op.f("ix_address_change_person_id"), "address_change", ["person_id"])
    op.create_index(op.f("ix_address_change_by_id"), "address_change", ["by_id"])


def _second_factors() -> None:
    _of_a_person(
        "authenticator",
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
    )
    _of_a_person(
        "passkey",
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    _of_a_person(
        "recovery_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
    )
    _of_a_person("guess", sa.Column("guessed_at", sa.DateTime(timezone=True), nullable=False))


def _of_a_person(table: str, *more: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", _ID, autoincrement=False, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        *more,
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def _give_roles() -> None:
    """Where nobody owns the house yet, whoever organised so far looked after everything, and owns it; whoever is the care
    contact of a gathering is kept by the house as one (the role takes the gathering's own id).
    """
    if op.get_bind().execute(sa.text("SELECT 1 FROM role WHERE role = 'owner' LIMIT 1")).first() is None:
        op.execute("UPDATE role SET role = 'owner' WHERE role = 'organiser'")
    op.execute(
        "INSERT INTO role (id, person_id, role) SELECT MIN(id), care_contact_id, 'care' FROM gathering "
        "WHERE care_contact_id IS NOT NULL GROUP BY care_contact_id"
    )


def downgrade() -> None:
    op.execute("DELETE FROM role WHERE role = 'care'")
    for table in ("guess", "recovery_code", "passkey", "authenticator", "address_change", "invitation"):
        op.drop_table(table)
    op.drop_column("signed_in", "proofs")
    op.drop_column("signed_in", "proved_until")
    op.drop_index(op.f("ix_person_merged_into_id"), "person")
    op.drop_index("ix_person_filed_as_id", "person")
    for column in ("merged_into_id", "legal_name_sealed", "name_chosen", "filed_as"):
        op.execute(f"ALTER TABLE person DROP COLUMN {column}")
