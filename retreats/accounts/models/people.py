"""A person and the roles they hold, invitations to a role, and a mail address on its way to be another."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from retreats.db import Base, BigId, Sealed, id_column, sealed_column

ROLES = ("owner", "organiser", "facilitator", "care")
"""What somebody can be in the house: `owner` (an organiser who also looks after people and settings), `organiser`,
`facilitator`, and `care` for whom the house keeps as a care contact. Which gathering somebody leads, or is the care
contact of, is said by the gathering itself."""
_PENDING = text("accepted_at IS NULL AND taken_back_at IS NULL")


def filed(name: str) -> str:
    """A name as it is looked for and sorted: in lower case and without accents."""
    return "".join(
        each for each in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(each)
    ).strip()


class Person(Base):
    """Somebody the house knows by a mail address."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_filed_as_id", "filed_as", "id"),)

    id: Mapped[int] = id_column()
    email: Mapped[str] = mapped_column(unique=True, info={"personal": True})
    """In lower case, normalised."""
    name: Mapped[str] = mapped_column(info={"personal": True})
    """The name they go by."""
    filed_as: Mapped[str] = mapped_column(default="", info={"personal": True})
    """The name in lower case without accents: lists are sorted by it. It follows `name` by itself."""
    name_chosen: Mapped[bool] = mapped_column(default=False)
    """They said themselves what they are called: names that others type no longer count."""
    legal_name_sealed: Mapped[bytes | None] = sealed_column()
    legal_name = Sealed("legal_name_sealed")
    """The name in their papers, where it is another one and a document needs it. Shown to nobody by the way."""
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """This was a second record of that person. All that is left of it is its address, by which they are recognised."""
    feed_generation: Mapped[int] = mapped_column(default=0)
    """Raised to revoke the address of their calendar feed."""

    roles: Mapped[list[Role]] = relationship(back_populates="person", lazy="selectin")
    merged_into: Mapped[Person | None] = relationship(remote_side="Person.id")

    @validates("name")
    def _file(self, _key: str, name: str) -> str:
        self.filed_as = filed(name)
        return name

    @property
    def is_staff(self) -> bool:
        """Whether they work with what others entrusted to the house."""
        return bool(self.roles)

    def has_role(self, role: str) -> bool:
        """Whether they hold this role (one of ROLES). Whoever owns the house organises in it."""
        held = {each.role for each in self.roles}
        return role in held or (role == "organiser" and "owner" in held)


class Role(Base):
    """A standing right, one of ROLES."""

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]

    person: Mapped[Person] = relationship(back_populates="roles")


class Invitation(Base):
    """Somebody was asked by letter to take a role. It is theirs once they accept."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index("uq_invitation_one_open", "person_id", "role", unique=True, sqlite_where=_PENDING,
              postgresql_where=_PENDING),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sent_at: Mapped[datetime]
    """Real time, of the last letter."""
    generation: Mapped[int] = mapped_column(default=0)
    """Raised with each letter: only the newest link opens."""
    accepted_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class AddressChange(Base):
    """Somebody wants to be known by another mail address. It is theirs once both mailboxes have said yes."""

    __tablename__ = "address_change"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    old_email: Mapped[str] = mapped_column(info={"personal": True})
    new_email: Mapped[str] = mapped_column(info={"personal": True})
    asked_at: Mapped[datetime]
    """Real time, as are the others."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who asked for it in their place, when the old mailbox is lost to them."""
    session_id: Mapped[int | None] = mapped_column(BigId)
    """The session in which it was asked for: the only one that goes on."""
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
