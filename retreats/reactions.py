"""What follows from what: every event of the house, on one page.

Only create_app reads this. An event without a line here cannot be emitted.
"""

from __future__ import annotations

from retreats import events as e
from retreats.accounts import letters as accounts_letters
from retreats.accounts import service as accounts
from retreats.mail import service as mail
from retreats.outbox import inside, outside
from retreats.outbox.reaction import Reactions
from retreats.outbox.worker import Tick

REACTIONS: Reactions = {
    # letters
    e.LetterWritten: (outside(mail.deliver, "letters", lane=lambda event: event.lane, name="mail.deliver"),),
    # catalogue
    e.GatheringPublished: (),
    e.GatheringChanged: (),
    e.GatheringCancelled: (),
    e.GatheringStarted: (),
    e.GatheringEnded: (),
    # booking
    e.RegistrationHeld: (),
    e.RegistrationConfirmed: (),
    e.HoldLapsed: (),
    e.PlaceCancelled: (),
    e.PlaceUnavailable: (),
    e.WaitingListJoined: (),
    e.BookingLinkAsked: (),
    e.AttendanceMarked: (),
    # payments
    e.CheckoutOpened: (),
    e.PaymentAwaited: (),
    e.PaymentReceived: (),
    e.PaymentFailed: (),
    e.RefundRequested: (),
    e.RefundMade: (),
    e.RefundFailed: (),
    e.PaymentDisputed: (),
    # accounts
    e.SignInAsked: (inside(accounts_letters.write_sign_in),),
    e.PersonInvited: (inside(accounts_letters.write_invitation),),
}
"""From event to consequences."""

LETTERS: dict[str, mail.Composer] = {
    "accounts.sign_in": accounts_letters.sign_in,
    "accounts.invitation": accounts_letters.invitation,
}
"""Who composes which letter."""

TICKS: tuple[Tick, ...] = (accounts.forget_old,)
"""What the clock brings about: each is asked what is due now, emits its events, and is asked again until nothing is."""

NEXT_DUE = ()
"""For the demonstration's clock: each says the next moment (house time) at which its tick would have something to do."""
