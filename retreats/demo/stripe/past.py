"""Payments from before this stand-in was there: written down as they would have happened then, and nobody is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from retreats.demo.stripe import payments, refunds, sessions
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, new_id
from retreats.demo.stripe.refused import Refused


class PastRefund(TypedDict):
    """What went back of a payment; amount in minor units."""

    id: str
    amount: int
    reference: str
    """The asker's own id of it, which its metadata carry under `refund`."""
    made_at: int


class PastPayment(TypedDict):
    """One captured payment; amounts in minor units, currency in Stripe's lower case, moments in seconds since 1970."""

    session: str
    payment_intent: str
    amount: int
    currency: str
    refunds: list[PastRefund]
    registration: str
    attempt: str
    """The asker's own id of it; the metadata carry `registration` and `attempt`."""
    paid_at: int


@dataclass
class Then(Desk):
    """The same ledger at a moment that has gone by, where things have the ids that the house knows them by."""

    moment: int = 0
    ids: dict[str, str] = field(default_factory=dict)

    def time(self) -> float:
        return float(self.moment)

    def new_id(self, prefix: str) -> str:
        return self.ids.get(prefix) or new_id(prefix)

    def notify(self, kind: str, thing: Thing, *, before: Thing | None = None) -> None:
        """The house knows."""


def write_down(desk: Desk, told: object) -> int:
    """Enter these payments (a list of PastPayment), each once; how many were new. Raises Refused; then none is entered."""
    try:
        found = _told.validate_python(told)
    except ValidationError as error:
        message = f"These are no past payments: {error.errors(include_input=False)[0]['msg']}."
        raise Refused(message, param="payments") from error
    with desk.ledger.writing():
        fresh = [each for each in found if desk.ledger.find(each["session"]) is None]
        for each in fresh:
            _enter(desk, each)
    return len(fresh)


_told = TypeAdapter(list[PastPayment])


def _enter(desk: Desk, told: PastPayment) -> None:
    ids = {"cs_test": told["session"], "pi": told["payment_intent"]}
    then = Then(desk.ledger, desk.settings, moment=told["paid_at"], ids=ids)
    payments.pay(then, sessions.create(then, _asked(told, desk)))
    for each in told["refunds"]:
        then.moment, then.ids = each["made_at"], {"re": each["id"]}
        asked = {"amount": each["amount"], "metadata": {"refund": each["reference"]}}
        refunds.create(then, {"payment_intent": told["payment_intent"], **asked})


def _asked(told: PastPayment, desk: Desk) -> Thing:
    """What the house would have asked for."""
    price = {"currency": told["currency"], "unit_amount": told["amount"], "product_data": {"name": "Place"}}
    tags = {"registration": told["registration"], "attempt": told["attempt"]}
    return {
        "mode": "payment",
        "client_reference_id": told["registration"],
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": desk.settings.site_url or desk.settings.public_url,
        "metadata": tags,
        "payment_intent_data": {"metadata": tags},
    }
