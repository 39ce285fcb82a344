"""The tables of the closed conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import Base, Sealed, id_column, sealed_column

TOPICS = ("affected", "keep", "besides")
"""The two questions that open it, and whatever else there is to say."""


class Conversation(Base):
    """A gathering's conversation, from its first message on: when the next digest is due, and how many there were."""

    __tablename__ = "conversation"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), unique=True)
    digest_due_at: Mapped[datetime | None] = mapped_column(index=True)
    digests: Mapped[int] = mapped_column(default=0)

    gathering: Mapped[Gathering] = relationship()


class Member(Base):
    """Somebody who takes part: an attendee under the name they chose, or somebody who leads under their own."""

    __tablename__ = "conversation_member"
    __table_args__ = (
        UniqueConstraint("gathering_id", "person_id"),
        CheckConstraint("(place_id IS NULL) <> (person_id IS NULL)", name="one_of_two"),
    )

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name_sealed: Mapped[bytes | None] = sealed_column()
    name = Sealed("name_sealed")
    """As an attendee wants to appear; None once they have left."""
    wants_digest: Mapped[bool] = mapped_column(default=False)
    left: Mapped[bool] = mapped_column(default=False)

    gathering: Mapped[Gathering] = relationship()
    place: Mapped[Place | None] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def called(self) -> str | None:
        """The name under which the others see them; None for somebody who has left."""
        return self.person.name if self.person is not None else self.name


class ConversationMessage(Base):
    """What somebody said in it."""

    __tablename__ = "conversation_message"

    id: Mapped[int] = id_column()
    member_id: Mapped[int] = mapped_column(ForeignKey("conversation_member.id"), index=True)
    topic: Mapped[str]
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    written_at: Mapped[datetime]

    member: Mapped[Member] = relationship()
