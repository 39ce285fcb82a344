"""How long answers may take, and who is there when a care contact is not: set for the house, or for one gathering."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.db import Base, Localised, id_column

OF_THE_HOUSE = 1


class LoopRules(Base):
    """One row for the house (id 1) and one for each gathering that does it otherwise (its own id)."""

    __tablename__ = "loop_rules"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gathering.id"), unique=True)
    answer_days: Mapped[int | None]
    """Within how many days a question before booking is answered."""
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who looks after a case that its care contact has not opened for a day."""
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who reads complaints that are about no gathering, or about its care contact (the house's row only)."""
    professional: Mapped[Localised] = mapped_column(default=dict)
    """The professional body to which people here answer (the house's row only)."""
    professional_url: Mapped[str] = mapped_column(default="")
    asks_after: Mapped[bool] = mapped_column(default=True)
    """Whether people are asked how it was (a gathering's row only)."""
    follow_ups: Mapped[str] = mapped_column(default="")
    """After how many days they are asked how it is now, `14,90`; nothing: as usual (a gathering's row only)."""

    deputy: Mapped[Person | None] = relationship(foreign_keys=deputy_id)
    reader: Mapped[Person | None] = relationship(foreign_keys=reader_id)
