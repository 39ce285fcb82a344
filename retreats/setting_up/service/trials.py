"""A small payment that an owner makes to the house and gets back: it stands in a table of its own and in no ledger.

As with every payment, what is asked of Stripe is stored first, and each call carries a key that makes a repeat harmless.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db, let_go, new_id, writing
from retreats.events import StripeNoticed, TrialOpened, TrialPaid
from retreats.house.queries import current
from retreats.languages import locale_of
from retreats.outbox import emit
from retreats.payments import provider
from retreats.payments.models import Notice
from retreats.refusals import NotFound
from retreats.setting_up.fingerprints import of_till
from retreats.setting_up.models import MoneyTrial

SMALLEST = {"EUR": 100, "GBP": 100, "CHF": 100, "USD": 100, "BRL": 100, "SEK": 500, "NOK": 500, "DKK": 500, "PLN": 500}
"""In minor units: small, and above what Stripe takes at least ("Minimum and maximum charge amounts")."""
LASTS = timedelta(minutes=31)
"""Stripe's shortest is 30 minutes ("expires_at", API reference)."""
BACK = "/organise/setting-up/money/back"


class TrialUnknown(NotFound):
    """There is no such trial of yours."""


def begin_trial(*, by: Person, language: str) -> MoneyTrial:
    """Store what will be asked of Stripe. Commit before asking."""
    house, trial_id = current(), new_id()
    amount = SMALLEST[house.currency]
    expires_at = int((clock.real_now() + LASTS).timestamp())
    trial = MoneyTrial(
        id=trial_id,
        person_id=by.id,
        till=of_till(house.till),
        parameters=_parameters(trial_id, amount, house.currency, expires_at, language),
        amount_minor=amount,
        currency=house.currency,
        tried_at=clock.now(),
    )
    db.session.add(trial)
    db.session.flush()
    emit(TrialOpened(trial_id=trial_id))
    return trial


def _parameters(trial_id: int, amount: int, currency: str, expires_at: int, language: str) -> dict[str, Any]:
    back, tags = f"{current().url}{BACK}?trial={trial_id:x}", {"trial": f"{trial_id:x}"}
    return {
        "mode": "payment",
        "client_reference_id": f"trial-{trial_id:x}",
        "locale": locale_of(language).replace("_", "-").removesuffix("-PT"),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": amount,
                    "product_data": {"name": "Trial"},
                },
            }
        ],
        "expires_at": expires_at,
        "success_url": back,
        "cancel_url": back,
        "metadata": tags,
        "payment_intent_data": {"metadata": tags},
    }


def send_to_checkout(trial_id: int) -> str:
    """Ask Stripe for the page on which to pay. Called with nothing uncommitted. Raises Stripe's own errors."""
    parameters = db.session.get_one(MoneyTrial, trial_id).parameters
    let_go()
    session = provider.open_checkout(parameters, key=f"trial-{trial_id:x}")
    with writing():
        trial = db.session.get_one(MoneyTrial, trial_id)
        trial.session_id, trial.session_url = session.id, session.url
    return str(session.url)


def look_at_trial(trial_id: int) -> None:
    """Ask Stripe how it stands, and note it; what was paid goes back. Safe to call again and again.

    Raises TrialUnknown, and Stripe's own errors.
    """
    trial = db.session.get(MoneyTrial, trial_id)
    if trial is None:
        raise TrialUnknown
    state, session_id, intent = trial.state, trial.session_id, trial.payment_intent
    let_go()
    if state == "opened" and session_id is not None:
        session = provider.checkout(session_id)
        with writing():
            _settle(db.session.get_one(MoneyTrial, trial_id, with_for_update=True), session)
    elif state == "pending" and intent is not None:
        made = provider.refunds_of(intent)
        with writing():
            for each in made:
                _note_refund(db.session.get_one(MoneyTrial, trial_id, with_for_update=True), each)


def _settle(trial: MoneyTrial, session: Any) -> None:
    if trial.state != "opened":
        return
    if session.payment_status == "paid":
        intent = session.payment_intent
        trial.state, trial.payment_intent = "paid", intent if isinstance(intent, str) else intent.id
        emit(TrialPaid(trial_id=trial.id))
    elif session.status == "expired":
        trial.state = "unpaid"


def look_later(event: TrialOpened) -> None:
    """Whoever paid and never came back to our page gets it back all the same; what was never opened is over."""
    look_at_trial(event.trial_id)
    with writing():
        trial = db.session.get_one(MoneyTrial, event.trial_id, with_for_update=True)
        if trial.state == "opened" and trial.session_id is None:
            trial.state = "unpaid"


def heed(event: StripeNoticed) -> None:
    """Stripe says that something happened: if it is about a trial, look. Other notices are not for us."""
    notice = db.session.get_one(Notice, event.notice_id)
    about = MoneyTrial.session_id == notice.object_id
    if notice.payment_intent:
        about |= MoneyTrial.payment_intent == notice.payment_intent
    trial_id = db.session.scalar(select(MoneyTrial.id).where(about))
    let_go()
    if trial_id is not None:
        look_at_trial(trial_id)


def refund_trial(event: TrialPaid) -> None:
    """Ask Stripe to give it back, under a key that asks once however often we try."""
    trial = db.session.get_one(MoneyTrial, event.trial_id)
    intent, amount, state = trial.payment_intent, trial.amount_minor, trial.state
    if state != "paid" or intent is None:
        return
    let_go()
    made = provider.refund(intent, amount, key=f"trial-refund-{event.trial_id:x}", reference=f"{event.trial_id:x}")
    with writing():
        _note_refund(db.session.get_one(MoneyTrial, event.trial_id, with_for_update=True), made)


def _note_refund(trial: MoneyTrial, made: Any) -> None:
    states = {"succeeded": "refunded", "failed": "failed", "canceled": "failed"}
    trial.state, trial.refund_id = states.get(made.status, "pending"), made.id
