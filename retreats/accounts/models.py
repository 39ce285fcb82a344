"""A person, the roles, the sign-ins asked for and the sessions running."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.db import Base, id_column


class Person(Base):
    """Somebody the house knows by a mail address."""

    __tablename__ = "person"

    id: Mapped[int] = id_column()
    email: Mapped[str] = mapped_column(unique=True, info={"personal": True})
    """In lower case, normalised."""
    name: Mapped[str] = mapped_column(info={"personal": True})
    """The name they go by."""
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    feed_generation: Mapped[int] = mapped_column(default=0)
    """Raised to revoke the address of their calendar feed."""

    roles: Mapped[list[Role]] = relationship(back_populates="person")

    def has_role(self, role: str) -> bool:
        """Whether they hold `owner`, `organiser` or `facilitator`. Whoever owns the house organises in it."""
        held = {each.role for each in self.roles}
        return role in held or (role == "organiser" and "owner" in held)


class Role(Base):
    """A standing right: `owner`, `organiser` or `facilitator`. Care contact and leader are said by the gathering itself.

    An owner is an organiser who also sets the house up and says who may do what.
    """

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str]

    person: Mapped[Person] = relationship(back_populates="roles")


class SignIn(Base):
    """A way in that was asked for: a link, and a short code for the browser that asked. Ten minutes, once."""

    __tablename__ = "sign_in"

    id: Mapped[int] = id_column()
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None: it leads nowhere. Written for an address nobody knows, so that both answers take the same work."""
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of what the asking browser holds; the short code works only there."""
    generation: Mapped[int] = mapped_column(default=0)
    next_path: Mapped[str | None]
    asked_at: Mapped[datetime]
    """Real time."""
    codes_tried: Mapped[int] = mapped_column(default=0)
    """Counted before each is looked at, so that guesses at one instant cannot slip past the limit."""
    used_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()


class SignedIn(Base):
    """A session: it can be ended here, and then the cookie opens nothing."""

    __tablename__ = "signed_in"

    id: Mapped[int] = id_column()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime]
    """Real time, as is `seen_at`."""
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")
