"""That a database holds a demonstration, so that nothing of the kind is ever done to a real house."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from retreats.db import Base


class Demonstration(Base):
    """One row, written when the invented community moves in."""

    __tablename__ = "demonstration"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    loaded_at: Mapped[datetime]
