"""What is taken to supervision: themes and pooled results of one gathering, freed of persons, read by one link for a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.feedback.models.released import Point
from retreats.feedback.models.themes import Theme


class Packet(Base):
    """A draft until it is sent; then its supervisor may look for thirty days, unless it is taken back before."""

    __tablename__ = "packet"

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    question_sealed: Mapped[bytes | None] = sealed_column()
    question = Sealed("question_sealed")
    """What the facilitator asks the supervisor."""
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    gathering: Mapped[Gathering] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=owner_id)
    supervisor: Mapped[Person | None] = relationship(foreign_keys=supervisor_id)
    parts: Mapped[list[PacketPart]] = relationship(order_by="PacketPart.id")
    texts: Mapped[list[PacketText]] = relationship(order_by="PacketText.id")
    views: Mapped[list[PacketView]] = relationship(order_by="PacketView.viewed_at")


class PacketPart(Base):
    """A theme, or the pooled answers to one question."""

    __tablename__ = "packet_part"

    id: Mapped[int] = id_column()
    packet_id: Mapped[int] = mapped_column(ForeignKey("packet.id"), index=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    scale: Mapped[str | None]

    theme: Mapped[Theme | None] = relationship()


class PacketText(Base):
    """A text that its author lets be used in supervision, once the facilitator has confirmed what is struck out of it."""

    __tablename__ = "packet_text"
    __table_args__ = (UniqueConstraint("packet_id", "point_id"),)

    id: Mapped[int] = id_column()
    packet_id: Mapped[int] = mapped_column(ForeignKey("packet.id"), index=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id"), index=True)
    struck_sealed: Mapped[bytes | None] = sealed_column()
    struck = Sealed("struck_sealed")
    """A JSON list of the words that are struck out, wherever they stand."""

    point: Mapped[Point] = relationship()


class PacketView(Base):
    """That the packet was opened by its link."""

    __tablename__ = "packet_view"

    id: Mapped[int] = id_column()
    packet_id: Mapped[int] = mapped_column(ForeignKey("packet.id"), index=True)
    viewed_at: Mapped[datetime]
