"""What follows from what: every event of the house, on one page.

Only create_app reads this. An event without a line here cannot be emitted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from retreats import events as e
from retreats.accounts import letters as accounts_letters
from retreats.accounts import service as accounts
from retreats.booking import letters as booking_letters
from retreats.booking import service as booking
from retreats.booking.service import letters_due as due
from retreats.catalogue import service as catalogue
from retreats.mail import service as mail
from retreats.outbox import inside, outside
from retreats.outbox.reaction import Reactions
from retreats.outbox.worker import Tick
from retreats.payments import letters as payments_letters
from retreats.payments import service as payments

REACTIONS: Reactions = {
    # letters
    e.LetterWritten: (outside(mail.deliver, "letters", lane=lambda event: event.lane, name="mail.deliver"),),
    # catalogue
    e.GatheringPublished: (),
    e.GatheringChanged: (),
    e.GatheringCancelled: (inside(booking.give_everything_back),),
    e.GatheringStarted: (),
    e.GatheringEnded: (),
    # questions
    e.FormWritten: (),
    # booking
    e.RegistrationHeld: (inside(due.held, after=timedelta(minutes=5)),),
    e.RegistrationConfirmed: (inside(due.confirmed),),
    e.HoldLapsed: (inside(due.lapsed), outside(payments.close_checkout, "money")),
    e.PlaceCancelled: (inside(due.cancelled), inside(payments.refund_cancelled_place)),
    e.PlaceUnavailable: (inside(due.unavailable), inside(payments.refund_everything)),
    e.WaitingListJoined: (inside(due.joined),),
    e.BookingLinkAsked: (inside(due.link_asked),),
    e.AttendanceMarked: (),
    # payments
    e.CheckoutOpened: (),
    e.PaymentUnsure: (outside(payments.ask_stripe, "money"),),
    e.StripeNoticed: (outside(payments.heed, "money"),),
    e.PaymentAwaited: (inside(payments_letters.on_awaited),),
    e.PaymentReceived: (inside(lambda event: booking.confirm(event.registration_id), name="booking.confirm"),),
    e.PaymentFailed: (inside(payments_letters.on_failed),),
    e.RefundRequested: (outside(payments.send_refund, "money"),),
    e.RefundMade: (inside(payments_letters.on_refunded),),
    e.RefundFailed: (inside(payments_letters.on_refund_failed),),
    e.PaymentDisputed: (),
    # accounts
    e.SignInAsked: (inside(accounts_letters.write_sign_in),),
    e.PersonInvited: (inside(accounts_letters.write_invitation), inside(catalogue.introduce)),
    e.ReflectionLinkAsked: (),
}
"""From event to consequences."""

LETTERS: dict[str, mail.Composer] = {
    "accounts.sign_in": accounts_letters.sign_in,
    "accounts.invitation": accounts_letters.invitation,
    "booking.confirmation": booking_letters.confirmation,
    "booking.place_confirmation": booking_letters.place_confirmation,
    "booking.held": booking_letters.held,
    "booking.lapsed": booking_letters.lapsed,
    "booking.link_again": booking_letters.link_again,
    "booking.cancellation": booking_letters.cancellation,
    "booking.place_cancellation": booking_letters.place_cancellation,
    "booking.place_unavailable": booking_letters.place_unavailable,
    "booking.waiting": booking_letters.waiting,
    "payments.awaited": payments_letters.awaited,
    "payments.failed": payments_letters.failed,
    "payments.refunded": payments_letters.refunded,
    "payments.refund_failed": payments_letters.refund_failed,
}
"""Who composes which letter."""

TICKS: tuple[Tick, ...] = (accounts.forget_old, catalogue.begin_due, catalogue.end_due, booking.lapse_due, payments.look_again)
"""What the clock brings about: each is asked what is due now, emits its events, and is asked again until nothing is."""

NEXT_DUE: tuple[Callable[[], datetime | None], ...] = (booking.next_lapse, catalogue.next_turn,)
"""For the demonstration's clock: each says the next moment (house time) at which its tick would have something to do."""
