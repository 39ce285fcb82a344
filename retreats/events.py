"""Everything that can happen, in the past tense. Ids and amounts only: never a name, an address or a text.

New fields have defaults; a changed meaning is a new event. What follows from each stands in `reactions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """The base of every event."""

    known: ClassVar[dict[str, type[DomainEvent]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        DomainEvent.known[cls.__name__] = cls

    @classmethod
    def from_row(cls, name: str, payload: dict[str, Any]) -> DomainEvent:
        """The event as it was written down; fields it did not have then take their defaults."""
        kind = cls.known[name]
        return kind.of(payload)

    @classmethod
    def of(cls, payload: dict[str, Any]) -> Self:
        """This event with the fields it knows."""
        mine = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in payload.items() if key in mine})


# --- letters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LetterWritten(DomainEvent):
    """A letter is to go out. `lane` keeps the letters of one reader in order."""

    letter_id: int
    lane: str
    registration_id: int | None = None


# --- catalogue -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class GatheringPublished(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringChanged(DomainEvent):
    """Something people can read about a published gathering is different."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringCancelled(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringStarted(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringEnded(DomainEvent):
    gathering_id: int


# --- booking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class RegistrationHeld(DomainEvent):
    """Places are kept until they are paid for."""

    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class RegistrationConfirmed(DomainEvent):
    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class HoldLapsed(DomainEvent):
    """Nobody paid in time; the places are free again."""

    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PlaceCancelled(DomainEvent):
    """One attendee's place was given back. `refund_minor` was agreed in minor units when it happened."""

    place_id: int
    registration_id: int
    gathering_id: int
    refund_minor: int = 0
    by_house: bool = False


@dataclass(frozen=True, kw_only=True)
class PlaceUnavailable(DomainEvent):
    """It was paid for after the hold had lapsed, and the place is sold."""

    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class WaitingListJoined(DomainEvent):
    entry_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class BookingLinkAsked(DomainEvent):
    """Somebody tried to book again with an address that has a booking: its owner gets the link once more."""

    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class AttendanceMarked(DomainEvent):
    """`presence` is attended or missed."""

    place_id: int
    registration_id: int
    gathering_id: int
    presence: str


# --- payments --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CheckoutOpened(DomainEvent):
    registration_id: int
    attempt_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentUnsure(DomainEvent):
    """No news of an attempt for a while: Stripe is asked."""

    registration_id: int
    attempt_id: int


@dataclass(frozen=True, kw_only=True)
class StripeNoticed(DomainEvent):
    """Stripe sent a notice, which is stored under its own id."""

    notice_id: str


@dataclass(frozen=True, kw_only=True)
class PaymentAwaited(DomainEvent):
    """The bank will answer in some days; the places are kept until then."""

    registration_id: int
    attempt_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(DomainEvent):
    """Amount in minor units."""

    registration_id: int
    attempt_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(DomainEvent):
    registration_id: int
    attempt_id: int


@dataclass(frozen=True, kw_only=True)
class RefundRequested(DomainEvent):
    registration_id: int
    refund_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class RefundMade(DomainEvent):
    registration_id: int
    refund_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class RefundFailed(DomainEvent):
    registration_id: int
    refund_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentDisputed(DomainEvent):
    """`outcome` is open, won or lost."""

    registration_id: int
    amount_minor: int
    currency: str
    outcome: str = "open"


# --- accounts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SignInAsked(DomainEvent):
    """A link and a short code are to be sent to a person who wants in."""

    sign_in_id: int


@dataclass(frozen=True, kw_only=True)
class PersonInvited(DomainEvent):
    person_id: int
    role: str
