"""Paying: what is owed, the way to Stripe, the way back, and what Stripe tells us by itself."""

from __future__ import annotations

import json

import structlog
from flask import Blueprint, Response, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import by_own_link, by_signature
from retreats.booking import addresses, queries
from retreats.booking import service as booking
from retreats.booking.models import Registration
from retreats.db import db, let_go, writing
from retreats.events import StripeNoticed
from retreats.house.queries import current
from retreats.outbox import emit
from retreats.outbox.deliver import run_due
from retreats.payments import provider, service
from retreats.payments.models import Attempt, Notice
from retreats.web import csrf, page, problem, seen_other

bp = Blueprint("payments", __name__)
log = structlog.get_logger()


@bp.get("/pay/<reference>")
@by_own_link
def checkout(reference: str) -> Response | AnyResponse:
    """The hold, the amount, and one button. Looking changes nothing."""
    registration = queries.by_own_link(reference, request.args.get("key", ""))
    return _pay_page(registration)


def _pay_page(registration: Registration, *, trouble: bool = False, status: int = 200) -> Response | AnyResponse:
    if registration.state != "held" or registration.awaits_bank or _is_paid(registration):
        return seen_other(addresses.registration_path(registration))
    return page(
        "payments/pay.html",
        status=status,
        registration=registration,
        gathering=registration.gathering,
        owed=booking.owed(registration),
        paid=booking.paid(registration),
        places=booking.still_taken(registration),
        key=addresses.registration_key(registration),
        hold_until=booking.hold_ends(registration),
        minutes_left=booking.minutes_left(registration, now=clock.now()),
        is_over=booking.is_overdue(registration, now=clock.now()),
        can_pay=provider.is_open(),
        trouble=trouble,
        back=addresses.registration_path(registration),
    )


def _is_paid(registration: Registration) -> bool:
    found = db.session.scalar(
        select(Attempt.id).where(Attempt.registration_id == registration.id, Attempt.state == "captured")
    )
    return found is not None


@bp.post("/pay/<reference>")
@by_own_link
def open_checkout(reference: str) -> Response | AnyResponse:
    """Store the attempt, ask Stripe for its page, and lead there. When Stripe does not answer, say so; the hold stays."""
    import stripe  # noqa: PLC0415  (a second of start-up, needed only where money moves)

    registration = queries.by_own_link(reference, request.form.get("key", ""))
    if not provider.is_open():
        return _pay_page(registration, status=503)
    try:
        with writing():
            attempt = service.open_attempt(registration.id)
    except service.NothingToPay:
        return seen_other(addresses.registration_path(registration))
    try:
        return seen_other(service.send_to_checkout(attempt.id))
    except stripe.StripeError as error:
        log.warning("checkout not opened", error=type(error).__name__, attempt=attempt.id)
        return _pay_page(queries.by_own_link(reference, request.form["key"]), trouble=True, status=503)


@bp.get("/pay/<reference>/return")
@by_own_link
def come_back(reference: str) -> AnyResponse:
    """Back from Stripe: ask it how it stands, and lead to the booking, which says so."""
    import stripe  # noqa: PLC0415

    registration = queries.by_own_link(reference, request.args.get("key", ""))
    owed = db.session.scalars(
        select(Attempt.session_id).where(
            Attempt.registration_id == registration.id,
            Attempt.state.in_(("opened", "waiting")),
            Attempt.session_id.is_not(None),
        )
    ).all()
    let_go()
    for session_id in filter(None, owed):
        try:
            service.settle(session_id)
        except stripe.StripeError as error:
            log.warning("session not read on return", error=type(error).__name__)
    run_due("house", at_most=10)
    return seen_other(addresses.registration_path(registration))


@bp.post("/webhooks/stripe")
@csrf.exempt  # type: ignore[untyped-decorator]  # flask-wtf has no types
@by_signature
def webhook() -> Response | AnyResponse:
    """Stripe's notices: checked, stored once under their own id, answered; what follows is a reaction."""
    import stripe  # noqa: PLC0415

    body, signature = request.get_data(), request.headers.get("Stripe-Signature", "")
    try:
        event = provider.signed_event(body, signature)
    except (ValueError, stripe.SignatureVerificationError) as error:
        log.warning("webhook refused", error=type(error).__name__)
        return problem(400, "signature", _("We could not read that"), _("The signature does not fit what was sent."))
    if event.livemode != current().till.is_live:
        log.warning("webhook refused", error="mode")
        return problem(400, "mode", _("We could not read that"), _("This notice is of another mode than our keys."))
    about = json.loads(body)["data"]["object"]
    with writing() as session:
        if session.get(Notice, event.id) is None:
            session.add(Notice(id=event.id, type=event.type, object_id=str(about.get("id", "")),
                               payment_intent=_intent(about), received_at=clock.real_now()))  # fmt: skip
            emit(StripeNoticed(notice_id=event.id))
    return Response(status=204)


def _intent(about: dict[str, object]) -> str | None:
    intent = about.get("payment_intent")
    return intent if isinstance(intent, str) else None
