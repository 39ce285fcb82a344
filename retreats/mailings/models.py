"""A letter that somebody of the house writes to those of one gathering. To whom it went stands in `letter`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, BigId, Localised, id_column


class Mailing(Base):
    """Its words and whom it is for. A draft until `sent_at`; after that its words stay as they went out."""

    __tablename__ = "mailing"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[str]
    """booked, waiting, attended or ticket (then `ticket_type_id` says which)."""
    ticket_type_id: Mapped[int | None] = mapped_column(BigId)
    """No key: a kind of place that nobody booked may be deleted, and then nobody is in this audience."""
    subject: Mapped[Localised]
    body: Mapped[Localised]
    """Markdown with placeholders; a language has both subject and body, or neither."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each change, so that nobody overwrites or sends what they have not seen."""
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    """What had not left by then was dropped."""

    gathering: Mapped[Gathering] = relationship()
    written_by: Mapped[Person] = relationship()
