"""The letters about money."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats.booking import addresses
from retreats.booking import service as booking
from retreats.booking.models import Registration
from retreats.db import db
from retreats.events import (
    EntryReversed,
    PaidByHand,
    PaymentAwaited,
    PaymentFailed,
    RefundedByHand,
    RefundFailed,
    RefundMade,
)
from retreats.languages import money, t
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.mail.service import Composed
from retreats.mail.words import in_both
from retreats.payments.models import Refund


def on_awaited(event: PaymentAwaited) -> None:
    """The bank takes some days: the places are kept."""
    _write("payments.awaited", event.registration_id, f"{event.attempt_id}")


def on_failed(event: PaymentFailed) -> None:
    """The bank said no; that matters to nobody whose place was paid for in another way."""
    if db.session.get_one(Registration, event.registration_id).state != "confirmed":
        _write("payments.failed", event.registration_id, f"{event.attempt_id}")


def on_refunded(event: RefundMade) -> None:
    """The money is on its way back."""
    _write("payments.refunded", event.registration_id, f"{event.refund_id}", amount_minor=event.amount_minor)


def on_refund_failed(event: RefundFailed) -> None:
    """It came back to us: somebody looks into it."""
    refund = db.session.get_one(Refund, event.refund_id)
    _write("payments.refund_failed", event.registration_id, f"{event.refund_id}", amount_minor=refund.amount_minor)


def on_paid_by_hand(event: PaidByHand) -> None:
    """We have it, unless the confirmation says so already."""
    if not event.confirms:
        _write("payments.received", event.registration_id, str(event.entry_id), amount_minor=event.amount_minor,
               way=event.way)  # fmt: skip


def on_refunded_by_hand(event: RefundedByHand) -> None:
    """They have it back."""
    _write("payments.handed_back", event.registration_id, str(event.entry_id), amount_minor=event.amount_minor,
           way=event.way)  # fmt: skip


def on_reversed(event: EntryReversed) -> None:
    """What we had noted was a mistake."""
    _write("payments.corrected", event.registration_id, str(event.entry_id), amount_minor=event.amount_minor,
           way=event.way)  # fmt: skip


def received(letter: Letter) -> Composed:
    """Money that came in by hand."""
    return _composed(letter, "received", _("We have received your payment"))


def handed_back(letter: Letter) -> Composed:
    """Money that was given back by hand."""
    return _composed(letter, "handed_back", _("We have paid you back"))


def corrected(letter: Letter) -> Composed:
    """A mistake in our books."""
    return _composed(letter, "corrected", _("We have corrected our books"))


def awaited(letter: Letter) -> Composed:
    """Waiting for the bank."""
    return _composed(letter, "awaited", _("We are waiting for your bank"))


def failed(letter: Letter) -> Composed:
    """The payment did not come."""
    return _composed(letter, "failed", _("Your bank did not make the payment"))


def refunded(letter: Letter) -> Composed:
    """Money on its way back."""
    return _composed(letter, "refunded", _("Money is on its way back to you"))


def refund_failed(letter: Letter) -> Composed:
    """Money that could not go back."""
    return _composed(letter, "refund_failed", _("We could not pay you back yet"))


def _write(kind: str, registration_id: int, occasion: str, **about: int | str) -> None:
    registration = db.session.get_one(Registration, registration_id)
    mail.write(kind, occasion=occasion, shelf=f"registration:{registration.id}", language=registration.language,
               about={"registration_id": registration.id, **about})  # fmt: skip


def _composed(letter: Letter, name: str, subject: str) -> Composed:
    registration = db.session.get_one(Registration, letter.about["registration_id"])
    amount = money(letter.about.get("amount_minor", registration.agreed_minor), registration.currency)
    booker = registration.booker
    text, html = in_both(
        f"payments/letters/{name}.letter",
        reader=booker.name,
        registration=registration,
        gathering=registration.gathering,
        amount=amount,
        way={"cash": _("in cash"), "transfer": _("by bank transfer")}.get(letter.about.get("way", ""), ""),
        owed=booking.owed(registration) if registration.state in {"held", "confirmed"} else 0,
        page=addresses.outward(addresses.registration_path(registration)),
    )
    return Composed(to_name=booker.name, to_address=booker.email, subject=f"{subject}: {t(registration.gathering.title)}",
                    text=text, html=html)  # fmt: skip
