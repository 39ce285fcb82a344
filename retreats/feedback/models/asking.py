"""Before somebody books: what they ask, what is answered, and what of it stands on the page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, Sealed, id_column, sealed_column


class EarlyQuestion(Base):
    """Something that somebody asks before they book. They write back once at most."""

    __tablename__ = "early_question"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    form_key: Mapped[str] = mapped_column(unique=True)
    """Made with the form, so that the same form sent twice asks once."""
    found_by: Mapped[str | None] = mapped_column(index=True)
    """Derived from the address (`whose`): it is found again when its owner asks for it, and the address is not stored in clear."""
    name_sealed: Mapped[bytes | None] = sealed_column()
    name = Sealed("name_sealed")
    email_sealed: Mapped[bytes | None] = sealed_column()
    email = Sealed("email_sealed")
    language: Mapped[str]
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")
    may_publish: Mapped[bool] = mapped_column(default=False)
    """May be answered on the page, without the name."""
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """By when an answer was promised."""
    late_told: Mapped[bool] = mapped_column(default=False)
    answer_sealed: Mapped[bytes | None] = sealed_column()
    answer = Sealed("answer_sealed")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    back_sealed: Mapped[bytes | None] = sealed_column()
    back = Sealed("back_sealed")
    """What they wrote back."""
    back_at: Mapped[datetime | None]
    last_sealed: Mapped[bytes | None] = sealed_column()
    last = Sealed("last_sealed")
    """The answer to that."""
    last_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    gathering: Mapped[Gathering] = relationship()
    answered_by: Mapped[Person | None] = relationship()
    on_page: Mapped[PageAnswer | None] = relationship(back_populates="asked", uselist=False)

    @property
    def waits(self) -> bool:
        """Whether a word from those who lead is awaited."""
        open_ = self.answered_at is None or (self.back_at is not None and self.last_at is None)
        return open_ and self.withdrawn_at is None


class PageAnswer(Base):
    """A question and its answer as they stand on a gathering's page, by permission of who asked, and never with a name."""

    __tablename__ = "page_answer"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    early_question_id: Mapped[int | None] = mapped_column(ForeignKey("early_question.id"), unique=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"), unique=True)
    """Asked in the form before coming (A5)."""
    question: Mapped[str] = mapped_column(info={"personal": True})
    """Their words, perhaps shortened."""
    answer: Mapped[str] = mapped_column(info={"personal": True})
    language: Mapped[str]
    put_at: Mapped[datetime]

    asked: Mapped[EarlyQuestion | None] = relationship(back_populates="on_page")
