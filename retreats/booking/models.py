"""A registration, its places, their answers, the ledger, notes for the house, and the waiting list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering, PagePromise, Terms, TicketType
from retreats.db import Base, Sealed, id_column, sealed_column
from retreats.questions.models import Question

TAKING = ("held", "confirmed")
"""The states of a place that count against the capacity."""
BY_HAND = ("cash", "transfer")
"""The ways of paying that the house enters itself."""


class Registration(Base):
    """One booking by one person (the booker) of one or more places."""

    __tablename__ = "registration"
    __table_args__ = (
        Index("ix_registration_lapsing", "gathering_id", "hold_until",
              sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'")),
        Index("ix_registration_listed", "registered_at", "id"),
        Index("ix_registration_listed_in", "gathering_id", "registered_at", "id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(unique=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    booker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    form_key: Mapped[str] = mapped_column(unique=True)
    """Made with the form: the same form sent twice is one registration."""
    state: Mapped[str]
    """held, confirmed, lapsed or cancelled; while places exist it follows them."""
    language: Mapped[str]
    agreed_minor: Mapped[int]
    """The price of all places when booking, in minor units of `currency`."""
    currency: Mapped[str]
    refund_tiers: Mapped[list[dict[str, Any]]]
    """The gathering's tiers as they stood when booking."""
    terms_id: Mapped[int | None] = mapped_column(ForeignKey("terms.id"))
    promise_id: Mapped[int | None] = mapped_column(ForeignKey("page_promise.id"))
    registered_at: Mapped[datetime]
    hold_until: Mapped[datetime | None]
    """House time; judged whenever it is read. None once nothing can lapse."""
    awaits_bank: Mapped[bool] = mapped_column(default=False)
    """A slow bank method is on its way: the ordinary hold does not apply."""
    generation: Mapped[int] = mapped_column(default=0)
    """Raised to revoke the booker's own link."""
    pays_by: Mapped[str | None]
    """cash or transfer, where that was agreed when the house booked for somebody; None: by the link in the letter."""
    read_out_at: Mapped[datetime | None]
    """When the terms were read out to whoever booked by telephone; None: they ticked them themselves."""

    booker: Mapped[Person] = relationship()
    gathering: Mapped[Gathering] = relationship()
    terms: Mapped[Terms | None] = relationship()
    promise: Mapped[PagePromise | None] = relationship()
    places: Mapped[list[Place]] = relationship(back_populates="registration", order_by="Place.position")
    ledger: Mapped[list[LedgerEntry]] = relationship(back_populates="registration", order_by="LedgerEntry.entered_at")

    @property
    def own_place(self) -> Place | None:
        """The place of whoever booked, if they come themselves."""
        return next((place for place in self.places if place.email == self.booker.email), None)


class Place(Base):
    """One attendee's share of the capacity. Calendar, attendance, needs, forms and cancelling hang on it."""

    __tablename__ = "place"
    __table_args__ = (
        Index(
            "uq_place_one_for_each_address",
            "gathering_id",
            "email",
            unique=True,
            sqlite_where=text("state IN ('held', 'confirmed') AND email IS NOT NULL"),
            postgresql_where=text("state IN ('held', 'confirmed') AND email IS NOT NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    ticket_type_id: Mapped[int] = mapped_column(ForeignKey("ticket_type.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    price_minor: Mapped[int]
    name: Mapped[str] = mapped_column(info={"personal": True})
    """As it was typed when booking: what whoever booked is shown. Everybody else reads `called`."""
    email: Mapped[str | None] = mapped_column(info={"personal": True})
    """None: reached through the booker."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    chosen_name: Mapped[str | None] = column_property(
        select(Person.name)
        .where(Person.id == person_id, Person.name_chosen.is_(True))
        .correlate_except(Person)
        .scalar_subquery()
    )
    """What the attendee said they are called; read along with the row."""
    language: Mapped[str]
    state: Mapped[str]
    """held, confirmed, lapsed or cancelled."""
    presence: Mapped[str | None]
    """attended or missed, once somebody said so. Confirmed counts as attended unless it is missed."""
    uid: Mapped[str] = mapped_column(unique=True)
    """Of its calendar entry: made once, never from title, time or address."""
    sequence: Mapped[int] = mapped_column(default=0)
    """SEQUENCE of its calendar entry (RFC 5546, 2.1.4): raised by each change of time or state."""
    entry_mark: Mapped[str] = mapped_column(default="")
    """Which time and place its calendar entry was last written for."""
    is_discreet: Mapped[bool] = mapped_column(default=False)
    """Its calendar entry does not say what it is: others read that calendar too."""
    changed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    refund_minor: Mapped[int] = mapped_column(default=0)
    """What was promised back when it was cancelled."""
    generation: Mapped[int] = mapped_column(default=0)
    """Raised to revoke the attendee's own links."""

    registration: Mapped[Registration] = relationship(back_populates="places")
    gathering: Mapped[Gathering] = relationship()
    ticket_type: Mapped[TicketType] = relationship()
    person: Mapped[Person | None] = relationship()
    answers: Mapped[list[Answer]] = relationship(back_populates="place", cascade="all, delete-orphan")

    @property
    def called(self) -> str:
        """The name to call the attendee by: the one they chose, or else the one that was typed."""
        return self.chosen_name or self.name


class Answer(Base):
    """What an attendee answered to one of the gathering's own questions."""

    __tablename__ = "place_answer"
    __table_args__ = (UniqueConstraint("place_id", "question_id"),)

    id: Mapped[int] = id_column()
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")

    place: Mapped[Place] = relationship(back_populates="answers")
    question: Mapped[Question] = relationship()


class LedgerEntry(Base):
    """One movement of money. Rows are only ever added: captured +, refunded −, lost −.

    What was entered by mistake stays, and gets a counter-entry of its kind with the sign turned.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (CheckConstraint("kind IN ('captured', 'refunded', 'lost', 'returned')", name="kind_known"),)

    id: Mapped[int] = id_column()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    kind: Mapped[str]
    """captured (came in), refunded (went back), lost (a dispute), returned (a refund or dispute that came back)."""
    amount_minor: Mapped[int]
    """Signed, in minor units: what came in is positive."""
    currency: Mapped[str]
    provider_ref: Mapped[str] = mapped_column(unique=True)
    """The provider's id for this movement: it is entered once. `by-hand:cash:…` and `by-hand:transfer:…` are the house's
    own, `by-hand:<way>:reversal:<entry>` takes one of those back."""
    entered_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship(back_populates="ledger")

    @property
    def by_hand(self) -> str | None:
        """Cash or transfer when somebody of the house entered it; None when the provider moved it."""
        kind, _, rest = self.provider_ref.partition(":")
        return rest.partition(":")[0] if kind == "by-hand" else None

    @property
    def reverses(self) -> int | None:
        """The entry that this one takes back."""
        before, found, entry_id = self.provider_ref.partition(":reversal:")
        return int(entry_id) if found and before.startswith("by-hand:") else None


class HouseNote(Base):
    """What an organiser keeps in mind about a registration. Only organisers read it; the person may ask for it."""

    __tablename__ = "house_note"

    id: Mapped[int] = id_column()
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None] = sealed_column()
    text = Sealed("text_sealed")

    written_by: Mapped[Person] = relationship()


class SavedList(Base):
    """A filter of the registrations with its columns, under a name that its organiser gave it."""

    __tablename__ = "saved_list"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(info={"personal": True})
    query: Mapped[dict[str, Any]]
    """What its address asks for: texts, and a list of columns. Never the words somebody was looked for by."""
    saved_at: Mapped[datetime]


class BulkAction(Base):
    """One thing that an organiser asked for, for many registrations at once. It is done one after the other by the worker."""

    __tablename__ = "bulk_action"

    id: Mapped[int] = id_column()
    """Made with the page that asks: pressed twice it is one."""
    kind: Mapped[str]
    """confirmation, link, attended, missed, keep or cancel."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    refund: Mapped[str | None]
    """When cancelling: as agreed, full or none."""
    keep_until: Mapped[datetime | None]
    """When keeping: until when."""


class BulkItem(Base):
    """One registration of a bulk action, and what became of it."""

    __tablename__ = "bulk_item"
    __table_args__ = (UniqueConstraint("bulk_id", "position"), UniqueConstraint("bulk_id", "registration_id"))

    id: Mapped[int] = id_column()
    bulk_id: Mapped[int] = mapped_column(ForeignKey("bulk_action.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    position: Mapped[int]
    shown_minor: Mapped[int] = mapped_column(default=0)
    """When cancelling: what was said would go back. Another amount cancels nothing."""
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    """Empty: it was done. Otherwise the code of what refused it."""

    registration: Mapped[Registration] = relationship()
    bulk: Mapped[BulkAction] = relationship()


class WaitingEntry(Base):
    """Somebody who wants a place in a full gathering."""

    __tablename__ = "waiting_entry"
    __table_args__ = (UniqueConstraint("gathering_id", "email"),)

    id: Mapped[int] = id_column()
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gathering.id"), index=True)
    name: Mapped[str] = mapped_column(info={"personal": True})
    email: Mapped[str] = mapped_column(info={"personal": True})
    party: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(default="", info={"personal": True})
    language: Mapped[str]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    gathering: Mapped[Gathering] = relationship()
