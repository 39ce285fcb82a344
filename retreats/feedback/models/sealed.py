"""While a form collects: sealed answers, which nothing in the database joins to a person.

No column here tells when or by whom something was written. On SQLite a sealed answer has no row number; on PostgreSQL
the rows of a form are laid down anew with each submission (service/after.py), so their order and transaction tell nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from retreats.catalogue.models import Gathering
from retreats.db import Base, id_column
from retreats.questions.models import Form
from retreats.refusals import Refusal


class LooserThanPromised(Refusal):
    """The rules of an open form are only ever made tighter. Not even before a first answer: a refusal would tell of it."""

    code = "looser_than_promised"
    status = 422


class FormWindow(Base):
    """One form opened for one gathering, with the rules that were true when it opened: they are never loosened."""

    __tablename__ = "form_window"
    __table_args__ = (UniqueConstraint("gathering_id", "occasion"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    occasion: Mapped[str]
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    state: Mapped[str] = mapped_column(default="collecting")
    """collecting, released (once, more may come), held (too few), or closed."""
    attended: Mapped[int]
    """How many were asked."""
    offers_unnamed: Mapped[bool]
    enough: Mapped[int] = mapped_column(default=5)
    """So many people have to have answered before anything shows. It may be raised while the form is open."""
    digest_due_at: Mapped[datetime | None]
    """When everybody who attended is told that there is something new; None when there is nothing."""
    digests: Mapped[int] = mapped_column(default=0)
    own_form_id: Mapped[int | None] = mapped_column(ForeignKey("form.id"))
    """What those who lead ask beside the house's questions, as it stood when the form opened."""
    more_days: Mapped[int] = mapped_column(default=0)
    """How many days longer than usual it is open: given once, and never taken back."""
    rests_since: Mapped[datetime | None]
    """Since when an organiser lets it rest: nothing is taken in meanwhile, and everything still to come waits."""
    rested: Mapped[int] = mapped_column(default=0)
    """How many seconds it has rested before that: by so much everything comes later."""

    gathering: Mapped[Gathering] = relationship()
    form: Mapped[Form] = relationship(foreign_keys=form_id)
    own_form: Mapped[Form | None] = relationship(foreign_keys=own_form_id)

    @validates("offers_unnamed", "enough")
    def only_tighter(self, name: str, value: int) -> int:
        """Refuse rules that would be looser than those under which people answer (LooserThanPromised)."""
        before = getattr(self, name) if inspect(self).persistent else None
        is_looser = before is not None and (value < before if name == "enough" else value > before)
        if is_looser:
            raise LooserThanPromised
        return value


class SealedAnswer(Base):
    """One text, or the scale answers, of one person: found only by their own link, opened only by the release."""

    __tablename__ = "sealed_answer"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  (SQLAlchemy reads it as it stands)

    locator: Mapped[bytes] = mapped_column(LargeBinary(20), primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("form_window.id"), index=True)
    question: Mapped[str]
    """C7, C8, C9, O1 …, or `scales` for all scale answers together: there is one of these for each person who answered."""
    wish: Mapped[str] = mapped_column(default="")
    """For held words: `release` or `keep`, once their author has decided."""
    blob: Mapped[bytes] = mapped_column(LargeBinary, info={"sensitive": True})
    """Encrypted, and padded so that its length tells nothing."""


class SpentLocator(Base):
    """Scale answers were given from here and have been released: their author cannot give them a second time."""

    __tablename__ = "spent_locator"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  (as above)

    locator: Mapped[bytes] = mapped_column(LargeBinary(20), primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("form_window.id"), index=True)


class LoopStep(Base):
    """A moment of the loop's timeline that has passed for a gathering; each passes once."""

    __tablename__ = "loop_step"
    __table_args__ = (UniqueConstraint("gathering_id", "step"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    step: Mapped[str]
    passed_at: Mapped[datetime]
