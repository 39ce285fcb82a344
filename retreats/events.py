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


@dataclass(frozen=True, kw_only=True)
class AddressMarked(DomainEvent):
    """An address takes no letters: nothing is written there until it is put right."""

    mark_id: int


@dataclass(frozen=True, kw_only=True)
class AddressCleared(DomainEvent):
    mark_id: int


# --- the house -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class HouseClaimed(DomainEvent):
    """The setup link made the first owner."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class HouseChanged(DomainEvent):
    """An owner set something: `part` is the form it was said in, or the kind of a legal text put in force."""

    part: str
    person_id: int


@dataclass(frozen=True, kw_only=True)
class TrialOpened(DomainEvent):
    """An owner is about to pay a small amount, to see whether money arrives."""

    trial_id: int


@dataclass(frozen=True, kw_only=True)
class TrialPaid(DomainEvent):
    """It arrived, and goes back."""

    trial_id: int


# --- catalogue -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class GatheringDrafted(DomainEvent):
    """A draft was begun, or a `part` of it changed; the public sees nothing of it."""

    gathering_id: int
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class GatheringCopied(DomainEvent):
    """A draft was made out of another gathering; what that one asked is still to come along."""

    gathering_id: int
    from_id: int


@dataclass(frozen=True, kw_only=True)
class SeriesBegun(DomainEvent):
    series_id: int


@dataclass(frozen=True, kw_only=True)
class SeriesNamed(DomainEvent):
    """It is called something else, or says something else about itself."""

    series_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringPublished(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringChanged(DomainEvent):
    """Something people can read about a published gathering is different: in which `part` of its form.

    `promise_version` is the new one, where the page promise changed.
    """

    gathering_id: int
    part: str = ""
    promise_version: int = 0


@dataclass(frozen=True, kw_only=True)
class GatheringCancelled(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringPostponed(DomainEvent):
    """Its date no longer holds, and there is no new one yet."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringResumed(DomainEvent):
    """What was postponed takes place as first announced after all."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringStarted(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GatheringEnded(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class VenueChanged(DomainEvent):
    """A venue was added, or something said of it is different now."""

    venue_id: int


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(DomainEvent):
    """Somebody who leads was given a page, or something said of them is different now."""

    facilitator_id: int


# --- pictures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PictureLetGo(DomainEvent):
    """No page shows this picture any more."""

    picture_id: int


# --- questions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class FormWritten(DomainEvent):
    """A gathering asks other questions from now on."""

    form_id: int
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
    """One attendee's place was given back. `refund_minor` was promised in minor units when it happened: as was `agreed`
    when booking, in `full`, or `none`.
    """

    place_id: int
    registration_id: int
    gathering_id: int
    refund_minor: int = 0
    by_house: bool = False
    refund: str = "agreed"


@dataclass(frozen=True, kw_only=True)
class PlaceUnavailable(DomainEvent):
    """It was paid for after the hold had lapsed, and the place is sold."""

    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class TooMuchPaid(DomainEvent):
    """More came in than the places cost that were paid for: twice, or for one given back. In minor units, all together."""

    registration_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class WaitingListJoined(DomainEvent):
    entry_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class BookingLinkAsked(DomainEvent):
    """Somebody tried to book again with an address that has a booking, or asked the house: its owner gets the link."""

    registration_id: int
    gathering_id: int
    by_house: bool = False


@dataclass(frozen=True, kw_only=True)
class RegistrationsExported(DomainEvent):
    """Somebody of the house took a list away as a file, with so many rows; None: over all gatherings."""

    kind: str
    rows: int
    gathering_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ManyChosen(DomainEvent):
    """An organiser asked for one thing for many registrations; from `position` on they are still to be told."""

    bulk_id: int
    position: int = 0


@dataclass(frozen=True, kw_only=True)
class ChosenAmongMany(DomainEvent):
    """It is this registration's turn in a bulk action."""

    bulk_id: int
    registration_id: int
    gathering_id: int


# what organisers do with one registration


@dataclass(frozen=True, kw_only=True)
class BookedByHouse(DomainEvent):
    """An organiser booked for somebody. `pays_by` is free, link, cash or transfer."""

    registration_id: int
    gathering_id: int
    pays_by: str
    read_out: bool = False


@dataclass(frozen=True, kw_only=True)
class ConfirmedUnpaid(DomainEvent):
    """An organiser confirmed the places knowing that this is still owed."""

    registration_id: int
    gathering_id: int
    amount_minor: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class HoldExtended(DomainEvent):
    """The places are kept until `until` (seconds, UTC)."""

    registration_id: int
    gathering_id: int
    until: int


@dataclass(frozen=True, kw_only=True)
class AttendeeRenamed(DomainEvent):
    place_id: int
    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PlaceReaddressed(DomainEvent):
    """An attendee is reached elsewhere from now on. `former_id` is the person who was reached before (0: the booker was);
    `left_sequence` is the SEQUENCE with which the entry leaves their calendar (0: it was in none).
    """

    place_id: int
    registration_id: int
    gathering_id: int
    former_id: int = 0
    left_sequence: int = 0


@dataclass(frozen=True, kw_only=True)
class BookerReaddressed(DomainEvent):
    """The booking belongs to the person with another address from now on."""

    registration_id: int
    gathering_id: int
    former_id: int


@dataclass(frozen=True, kw_only=True)
class BookingLanguageChanged(DomainEvent):
    """`place_id` is 0 for the booker's letters."""

    registration_id: int
    gathering_id: int
    language: str
    place_id: int = 0


@dataclass(frozen=True, kw_only=True)
class EntryReworded(DomainEvent):
    """Somebody's calendar entry says what it is, or no longer does. It is theirs: no history shows it."""

    place_id: int


@dataclass(frozen=True, kw_only=True)
class LetterSentAgain(DomainEvent):
    registration_id: int
    gathering_id: int
    letter_id: int


@dataclass(frozen=True, kw_only=True)
class HouseNoteWritten(DomainEvent):
    registration_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class HouseNoteRemoved(DomainEvent):
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
class PaidByHand(DomainEvent):
    """Somebody of the house noted money that came in cash or by transfer (`way`). Amount in minor units."""

    registration_id: int
    gathering_id: int
    entry_id: int
    amount_minor: int
    currency: str
    way: str
    confirms: bool = False


@dataclass(frozen=True, kw_only=True)
class RefundedByHand(DomainEvent):
    """Somebody of the house noted money that they gave back in cash or by transfer."""

    registration_id: int
    gathering_id: int
    entry_id: int
    amount_minor: int
    currency: str
    way: str


@dataclass(frozen=True, kw_only=True)
class EntryReversed(DomainEvent):
    """What was noted by hand as `entry_id` was a mistake, and was taken back."""

    registration_id: int
    gathering_id: int
    entry_id: int
    amount_minor: int
    currency: str
    way: str


@dataclass(frozen=True, kw_only=True)
class PaymentDisputed(DomainEvent):
    """`outcome` is open, won or lost."""

    registration_id: int
    amount_minor: int
    currency: str
    outcome: str = "open"


# --- letters to those of a gathering -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MailingDrafted(DomainEvent):
    mailing_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class MailingRevised(DomainEvent):
    mailing_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class MailingDiscarded(DomainEvent):
    mailing_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class MailingSent(DomainEvent):
    """It goes to whoever is in its audience now."""

    mailing_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class MailingStopped(DomainEvent):
    """What has not left is dropped."""

    mailing_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class TimedLetterSet(DomainEvent):
    """Somebody of the house set one of the letters that go out by themselves."""

    gathering_id: int
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TimedLetterHeld(DomainEvent):
    """It stays here until somebody lets it go."""

    gathering_id: int
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TimedLetterReleased(DomainEvent):
    gathering_id: int
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TimedLetterSkipped(DomainEvent):
    gathering_id: int
    purpose: str


@dataclass(frozen=True, kw_only=True)
class TimedLetterDue(DomainEvent):
    """The moment of one of them has come."""

    gathering_id: int
    purpose: str


# --- accounts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SignInAsked(DomainEvent):
    """A link and a short code are to be sent to a person who wants in."""

    sign_in_id: int


@dataclass(frozen=True, kw_only=True)
class PersonInvited(DomainEvent):
    person_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class InvitationSent(DomainEvent):
    """Somebody is asked to take a role; `generation` counts the letters."""

    invitation_id: int
    person_id: int
    generation: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(DomainEvent):
    invitation_id: int
    person_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class InvitationTakenBack(DomainEvent):
    invitation_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class RoleTaken(DomainEvent):
    person_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class PersonDisabled(DomainEvent):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonEnabled(DomainEvent):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonRenamed(DomainEvent):
    """Somebody said what they are called."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class AddressChangeAsked(DomainEvent):
    change_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class AddressChanged(DomainEvent):
    """Both mailboxes said yes."""

    change_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorChanged(DomainEvent):
    """`what`: app or passkey added or removed, codes renewed, code used, or reset by the house."""

    person_id: int
    what: str


@dataclass(frozen=True, kw_only=True)
class PersonMerged(DomainEvent):
    """Two records were of one person: `merged_id` is part of `person_id` now."""

    person_id: int
    merged_id: int


@dataclass(frozen=True, kw_only=True)
class ReflectionLinkAsked(DomainEvent):
    """Somebody signed in wants the own links to their reflections once more, by letter."""

    person_id: int


# --- feedback: never an event for what an author does with unnamed words ----------------------------------------------


@dataclass(frozen=True, kw_only=True)
class IntentionGiven(DomainEvent):
    """An attendee said what they hope for and need, with their name."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class NeedMarked(DomainEvent):
    need_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class NeedsDue(DomainEvent):
    """The form before a gathering has closed: what is needed is to be answered within a day."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class NeedsTold(DomainEvent):
    """A day before the start: everybody who asked for something is told what was said to it."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class FeedbackOpened(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class FeedbackReminded(DomainEvent):
    """Everybody who attended is reminded, all alike."""

    gathering_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class FeedbackReleased(DomainEvent):
    window_id: int
    gathering_id: int
    batch_id: int


@dataclass(frozen=True, kw_only=True)
class PoolReleased(DomainEvent):
    """Words that too few accompanied were pooled over a year, for those who led."""

    pool_id: int


@dataclass(frozen=True, kw_only=True)
class ThresholdRaised(DomainEvent):
    """More people than before have to have answered before anything of this form shows."""

    window_id: int
    gathering_id: int
    enough: int


@dataclass(frozen=True, kw_only=True)
class FormGivenTime(DomainEvent):
    """The form after a gathering is open for so many days longer; everybody hears of it alike by the next reminder."""

    window_id: int
    gathering_id: int
    more_days: int


@dataclass(frozen=True, kw_only=True)
class FormRested(DomainEvent):
    """The form after a gathering takes nothing in until it goes on."""

    window_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class FormWentOn(DomainEvent):
    """It takes in again; `rested` is for how many seconds it has rested in all, by which everything comes later."""

    window_id: int
    gathering_id: int
    rested: int


@dataclass(frozen=True, kw_only=True)
class FormSwitched(DomainEvent):
    """After this gathering people are asked how it was, or are not."""

    gathering_id: int
    asks: bool


@dataclass(frozen=True, kw_only=True)
class FollowUpsChosen(DomainEvent):
    """After these days (`14,90`) people are asked how it is now."""

    gathering_id: int
    days: str


@dataclass(frozen=True, kw_only=True)
class YearReportPublished(DomainEvent):
    """What a year of listening came to is public, in figures that no longer change."""

    report_id: int


@dataclass(frozen=True, kw_only=True)
class FeedbackHeld(DomainEvent):
    """Too few answered: nothing is shown, and authors decide about their own words."""

    window_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class BatchOpened(DomainEvent):
    """A facilitator has read what was released."""

    batch_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PointAcknowledged(DomainEvent):
    point_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PointAnswered(DomainEvent):
    point_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PointLapsed(DomainEvent):
    """Its author was told and said nothing for three weeks."""

    point_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ChangeDecided(DomainEvent):
    decision_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ChangeMade(DomainEvent):
    change_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ChangeShown(DomainEvent):
    """A change stands on the page of a later gathering, `shown_in_id`."""

    change_id: int
    gathering_id: int
    shown_in_id: int


@dataclass(frozen=True, kw_only=True)
class DigestDue(DomainEvent):
    """Everybody who attended is told, all alike, that there is something new."""

    gathering_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ReflectionWritten(DomainEvent):
    gathering_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class CareRaised(DomainEvent):
    """Somebody told the care contact something. `moment` (seconds) tells one telling from the next."""

    case_id: int
    gathering_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class CareCopyRaised(DomainEvent):
    """The word list put a copy before the care contact; emitted at a full hour."""

    case_id: int
    gathering_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class CareUnseen(DomainEvent):
    """A case has waited for a day."""

    case_id: int
    gathering_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class LoopNudged(DomainEvent):
    """An organiser asks those who led to look at what is late."""

    gathering_id: int
    day: str
    """As `2027-06-15`: one letter a day, however often it is asked for."""


@dataclass(frozen=True, kw_only=True)
class PromisePutOff(DomainEvent):
    decision_id: int
    gathering_id: int
    until: str
    """As `2027-06-15`."""


@dataclass(frozen=True, kw_only=True)
class CareMoved(DomainEvent):
    case_id: int
    gathering_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class CareClosed(DomainEvent):
    case_id: int
    gathering_id: int


# --- check-in and follow-ups ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CheckInSwitched(DomainEvent):
    """Those who lead something short want a check-in in it, or none."""

    gathering_id: int
    wanted: bool


@dataclass(frozen=True, kw_only=True)
class CheckInOpened(DomainEvent):
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class CheckInClosed(DomainEvent):
    """What was said is passed on, or erased where too few said something."""

    window_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class CheckInAnswered(DomainEvent):
    """What was answered aloud stands on everybody's own page."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class TalkAsked(DomainEvent):
    """Somebody would like a facilitator to come and talk. `moment` (seconds) tells one wish from the next."""

    place_id: int
    gathering_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class TalkHeld(DomainEvent):
    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class OwnLinkAsked(DomainEvent):
    """Somebody at a gathering asks for their own link once more."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class FollowUpOpened(DomainEvent):
    """Everybody who attended is asked how it is now, so many `days` after the end."""

    gathering_id: int
    days: int


@dataclass(frozen=True, kw_only=True)
class FollowUpReminded(DomainEvent):
    """Everybody who attended is reminded once, all alike."""

    gathering_id: int
    days: int


@dataclass(frozen=True, kw_only=True)
class FollowUpHeld(DomainEvent):
    """Too few answered: authors decide about their own words."""

    gathering_id: int
    days: int


@dataclass(frozen=True, kw_only=True)
class FollowUpReleased(DomainEvent):
    gathering_id: int
    batch_id: int
    days: int


# --- the facilitators' half of the loop --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PointThemed(DomainEvent):
    """A point belongs to a theme now."""

    point_id: int
    theme_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PointUnthemed(DomainEvent):
    """It belongs to it no more."""

    point_id: int
    theme_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class GroupLetterKept(DomainEvent):
    """The draft of the letter to the group was kept."""

    letter_id: int
    gathering_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class GroupLetterSent(DomainEvent):
    """The letter to the group goes to everybody who attended, and stands on their pages."""

    letter_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ReplyTakenBack(DomainEvent):
    """A reply was taken back before anybody could read it."""

    point_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PacketSent(DomainEvent):
    """Something of a gathering is taken to supervision."""

    packet_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PacketRevoked(DomainEvent):
    """Its link opens nothing any more."""

    packet_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class FirstReaderNamed(DomainEvent):
    """Somebody who leads asked somebody to read first what is hard to read."""

    gathering_id: int
    person_id: int
    reader_id: int


@dataclass(frozen=True, kw_only=True)
class FirstReaderLetGo(DomainEvent):
    """They read it themselves again."""

    gathering_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PointPassedOn(DomainEvent):
    """A first reader has read a point."""

    point_id: int
    gathering_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class CriticalPutOff(DomainEvent):
    """Not today: what people would change stays closed for a while."""

    gathering_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class ComeBackAsked(DomainEvent):
    """Somebody who led closes a gathering's page for now; `moment` (seconds) says when they want to be asked back."""

    gathering_id: int
    person_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class ComeBackDue(DomainEvent):
    """They are asked back."""

    gathering_id: int
    person_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class DevelopmentKept(DomainEvent):
    """Somebody who leads wrote in one of their own logs."""

    person_id: int
    entry_id: int


@dataclass(frozen=True, kw_only=True)
class EvidenceTaken(DomainEvent):
    """Somebody who leads took their own logs of a year away."""

    person_id: int
    year: int


# before booking, preparation, complaints and care


@dataclass(frozen=True, kw_only=True)
class CareContactChanged(DomainEvent):
    """Somebody else is care contact of a published gathering, or nobody. `moment` (seconds) tells one change from the next."""

    gathering_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class BookingPaused(DomainEvent):
    """A gathering has no care contact any more who is there and does not lead it."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class BookingWentOn(DomainEvent):
    """It has one again."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class LoopRulesSet(DomainEvent):
    """Somebody set within how many days is answered, or who stands in; `gathering_id` is 0 for the house."""

    gathering_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class EarlyQuestionAsked(DomainEvent):
    """Somebody asked before booking."""

    question_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class EarlyQuestionAnswered(DomainEvent):
    """`turn` is 2 for the answer to what they wrote back."""

    question_id: int
    gathering_id: int
    turn: int = 1


@dataclass(frozen=True, kw_only=True)
class EarlyQuestionReturned(DomainEvent):
    """Who asked has written back."""

    question_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class EarlyQuestionWithdrawn(DomainEvent):
    question_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class EarlyQuestionLate(DomainEvent):
    """The promised day has passed without an answer."""

    question_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PageAnswerPut(DomainEvent):
    """A question and its answer stand on the page."""

    page_answer_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PageAnswerTaken(DomainEvent):
    page_answer_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class IntentionReminded(DomainEvent):
    """A week before: everybody who has a place is told that the form is open, all alike."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class NeedsLate(DomainEvent):
    """A day before the start something that people asked for has no answer."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PreparationDrafted(DomainEvent):
    gathering_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PreparationSent(DomainEvent):
    """The note stands on everybody's page, and everybody is told."""

    gathering_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PromiseCarried(DomainEvent):
    """An open promise was taken along to another gathering of the series."""

    decision_id: int
    gathering_id: int
    to_id: int


@dataclass(frozen=True, kw_only=True)
class PromiseDropped(DomainEvent):
    """A promise is not kept, and why is said; `decision_id` is the decision that says so."""

    decision_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class CareAboutSet(DomainEvent):
    """The care contact said whom a case is about, or that it is about nobody who leads. Not whom."""

    case_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class CareWordsReleased(DomainEvent):
    """The care contact lets somebody who leads know something, in her own words."""

    release_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class CareWithheld(DomainEvent):
    """The care contact keeps words from those who lead, and has written down why."""

    case_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintFiled(DomainEvent):
    """Never of which gathering: whom it is about may read its history."""

    complaint_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintOpened(DomainEvent):
    complaint_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintAcknowledged(DomainEvent):
    complaint_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintAnswered(DomainEvent):
    complaint_id: int
    line_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintAdded(DomainEvent):
    """Its author has written more."""

    complaint_id: int
    line_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintWithdrawn(DomainEvent):
    complaint_id: int


@dataclass(frozen=True, kw_only=True)
class ComplaintLate(DomainEvent):
    """One of its two dates has passed: 1, to acknowledge it; 2, to answer it."""

    complaint_id: int
    which: int


# --- health ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class HealthAnswersGiven(DomainEvent):
    """An attendee said something about their health, with explicit consent."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class HealthAnswersRead(DomainEvent):
    """Somebody who was ticked opened them; `access_note` says who and why."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class HealthConsentWithdrawn(DomainEvent):
    """An attendee took their consent back; the answers are gone."""

    place_id: int
    gathering_id: int


# --- privacy ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ErasureAsked(DomainEvent):
    """Somebody asked to be forgotten."""

    erasure_id: int


@dataclass(frozen=True, kw_only=True)
class ErasureAdvanced(DomainEvent):
    """So many steps (`done`) of an erasure are done, or what the next one waited for is over."""

    erasure_id: int
    done: int


@dataclass(frozen=True, kw_only=True)
class ErasureDone(DomainEvent):
    """Nothing is left of somebody but the books."""

    erasure_id: int


@dataclass(frozen=True, kw_only=True)
class ErasedAgain(DomainEvent):
    """An older copy of the database had brought people back: so many were erased at once (`done`), of so many erasing was
    begun again, by so many `lists` of erased people.
    """

    done: int
    begun: int
    lists: int


@dataclass(frozen=True, kw_only=True)
class KeptNoLonger(DomainEvent):
    """The time for which `what` is kept was over for so many (`count`), and they were deleted."""

    what: str
    count: int


@dataclass(frozen=True, kw_only=True)
class BackupMade(DomainEvent):
    """Everything was written into a file, and the file is on a disk."""

    rows: int


@dataclass(frozen=True, kw_only=True)
class HouseRestored(DomainEvent):
    """This database was filled from a backup made at `backup_made_at` (seconds). Written by the restore itself."""

    backup_made_at: int


@dataclass(frozen=True, kw_only=True)
class HouseOpenedAgain(DomainEvent):
    """After a restore: from now on what waits follows again."""


# --- between and after sessions -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PracticeOffered(DomainEvent):
    """Those who lead a gathering offer one more practice."""

    practice_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PracticeRevised(DomainEvent):
    """A practice has other words."""

    practice_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PracticeWithdrawn(DomainEvent):
    """A practice is offered no more."""

    practice_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PracticeChosen(DomainEvent):
    """An attendee chose a practice, or planned it anew. Which one is not written down here."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PracticePlanMoved(DomainEvent):
    """An attendee let a plan rest, took it up again, stopped or deleted it."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class RemindersChanged(DomainEvent):
    """An attendee asked for reminders, let them rest, or ended them."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class RemindersDue(DomainEvent):
    """It is time for a reminder, the first to the fourth (`number`)."""

    place_id: int
    gathering_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PracticeShown(DomainEvent):
    """An attendee showed those who lead something they had written for themselves; `moment` in seconds."""

    place_id: int
    gathering_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class PracticeTakenBack(DomainEvent):
    """An attendee took back what they had shown."""

    place_id: int
    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class PracticeCommented(DomainEvent):
    """Somebody who leads wrote to what an attendee had shown; `moment` in seconds."""

    place_id: int
    gathering_id: int
    moment: int


@dataclass(frozen=True, kw_only=True)
class MaterialChanged(DomainEvent):
    """Material of a gathering was added, changed or removed."""

    gathering_id: int
    material_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class PreparationListed(DomainEvent):
    """Those who lead wrote down what to see to before coming."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationJoined(DomainEvent):
    """Somebody joined the conversation of a gathering. Who is not written down here."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationLeft(DomainEvent):
    """Somebody left it."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationWritten(DomainEvent):
    """Somebody wrote in it, or took back what they wrote."""

    gathering_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationDigestDue(DomainEvent):
    """Since the last digest (the `number`th is due now) something was said in it."""

    gathering_id: int
    number: int
