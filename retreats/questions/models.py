"""A form is a list of questions, in both languages; a change of wording is a new version."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.db import Base, BigId, Localised, id_column


class Form(Base):
    """The questions one gathering asks on one occasion (`intake`, `intention`, `check_in`, `after`, …)."""

    __tablename__ = "form"
    __table_args__ = (UniqueConstraint("gathering_id", "occasion", "version"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int | None] = mapped_column(BigId, index=True)
    """None for a form of the house that every gathering uses."""
    occasion: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    questions: Mapped[list[Question]] = relationship(
        back_populates="form", order_by="Question.position", cascade="all, delete-orphan", lazy="selectin"
    )


class Question(Base):
    """One question. `kind` is `text`, `short`, `choice`, `many`, `steps` (five words), `number` or `switch`."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("form_id", "key"),)

    id: Mapped[int] = id_column()
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), index=True)
    key: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    label: Mapped[Localised]
    hint: Mapped[Localised] = mapped_column(default=dict)
    options: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Each {"value": …, "en": …, "pt": …}, in order."""
    required: Mapped[bool] = mapped_column(default=False)
    about_health: Mapped[bool] = mapped_column(default=False)
    """Asked on a page of its own, with explicit consent, and read by few (the health slice)."""
    keep_days: Mapped[int] = mapped_column(default=90)
    """How many days after the end of the gathering an answer is kept."""

    form: Mapped[Form] = relationship(back_populates="questions")
