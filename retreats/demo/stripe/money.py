"""Currencies, and the movements on the account: one balance transaction for each, as Stripe writes them.

https://docs.stripe.com/api/balance_transactions and https://docs.stripe.com/reports/balance-transaction-types
"""

from __future__ import annotations

from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, new_id

_CURRENCIES = (
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp"
    " cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr"
    " isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn"
    " myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sll"
    " sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw"
)
CURRENCIES = frozenset(_CURRENCIES.split())
LEAST = {"eur": 50, "usd": 50, "gbp": 30, "chf": 50}
"""The smallest charge, in minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"""
MOST = 99_999_999
DISPUTE_FEE = 2000


def fee(amount: int) -> int:
    """What a European card costs: 1.5 % and 25 cents, rounded half up."""
    return (amount * 15 + 500) // 1000 + 25


def move(desk: Desk, kind: str, source: Thing, amount: int, *, costs: int = 0, category: str | None = None) -> str:
    """Write a movement (minor units; minus is money going out) and give back its id."""
    now = desk.now()
    described = [
        {
            "amount": costs,
            "application": None,
            "currency": source["currency"],
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    movement = {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": costs,
        "fee_details": described if costs else [],
        "net": amount - costs,
        "reporting_category": category or kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
        "_payment_intent": source["payment_intent"],
    }
    desk.ledger.add(movement)
    return str(movement["id"])


def account(desk: Desk) -> Thing:
    """What each payment intent brought and cost, from the movements alone: amounts in minor units.

    `lost` was taken by a dispute that is closed, `withheld` by one that is open. Fees are left out, as in the house.
    """
    intents: Thing = {}
    for movement in reversed(desk.ledger.listed("balance_transaction")):
        entry = intents.setdefault(movement["_payment_intent"], _empty(movement["currency"]))
        _count(desk, entry, movement)
    totals: Thing = {}
    for entry in intents.values():
        sums = totals.setdefault(entry["currency"], {name: 0 for name in _empty("") if name != "currency"})
        for name in sums:
            sums[name] += entry[name]
    return {"payment_intents": intents, "totals": totals}


def _empty(currency: str) -> Thing:
    return {"currency": currency, "captured": 0, "refunded": 0, "lost": 0, "withheld": 0}


def _count(desk: Desk, entry: Thing, movement: Thing) -> None:
    if movement["type"] == "charge":
        entry["captured"] += movement["amount"]
    elif movement["type"] in {"refund", "refund_failure"}:
        entry["refunded"] -= movement["amount"]
    else:
        dispute = desk.get("dispute", movement["source"])
        entry["lost" if dispute["status"] in {"won", "lost"} else "withheld"] -= movement["amount"]
