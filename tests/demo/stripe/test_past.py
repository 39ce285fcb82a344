"""Payments from before the stand-in was there stand in its books as if it had taken them itself."""

from __future__ import annotations

from typing import Any

import pytest

LONG_AGO = 1_700_000_000
PAST = {
    "session": "cs_demo_1",
    "payment_intent": "pi_demo_1",
    "amount": 24000,
    "currency": "eur",
    "registration": "CASA-7K2M",
    "attempt": "1f",
    "paid_at": LONG_AGO,
    "refunds": [{"id": "re_demo_1", "amount": 10000, "reference": "2e", "made_at": LONG_AGO + 60}],
}


def told(stripe_standin: Any, *payments: dict[str, Any]) -> int:
    return stripe_standin.order("import", payments=list(payments))["entered"]


def test_it_is_there_with_session_intent_charge_and_refunds(client, stripe_standin):
    told(stripe_standin, PAST)

    session = client.v1.checkout.sessions.retrieve("cs_demo_1", {"expand": ["payment_intent"]})
    [charge] = client.v1.charges.list({"payment_intent": "pi_demo_1"}).data
    [refund] = client.v1.refunds.list({"payment_intent": "pi_demo_1"}).data
    movements = client.v1.balance_transactions.list().data
    tags = {"registration": "CASA-7K2M", "attempt": "1f"}
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert (session.client_reference_id, session.amount_total) == ("CASA-7K2M", 24000)
    assert session.metadata.to_dict() == session.payment_intent.metadata.to_dict() == tags
    assert (session.payment_intent.id, session.payment_intent.amount_received) == ("pi_demo_1", 24000)
    assert (charge.amount_captured, charge.amount_refunded, charge.created) == (24000, 10000, LONG_AGO)
    assert (refund.id, refund.status, refund.amount, refund.created) == ("re_demo_1", "succeeded", 10000, LONG_AGO + 60)
    assert refund.metadata.to_dict() == {"refund": "2e"}
    assert [(each.type, each.amount, each.created) for each in movements] == [
        ("refund", -10000, LONG_AGO + 60),
        ("charge", 24000, LONG_AGO),
    ]
    assert stripe_standin.ledger("pi_demo_1") == {
        "currency": "eur", "captured": 24000, "refunded": 10000, "lost": 0, "withheld": 0,
    }  # fmt: skip


def test_nobody_is_told_of_it(stripe_standin):
    told(stripe_standin, PAST)

    assert stripe_standin.notices() == []


def test_told_twice_it_is_entered_once_and_what_came_since_stays(client, stripe_standin):
    told(stripe_standin, PAST)
    client.v1.refunds.create({"payment_intent": "pi_demo_1", "amount": 4000})

    entered = told(stripe_standin, PAST, {**PAST, "session": "cs_demo_2", "payment_intent": "pi_demo_2", "refunds": []})

    assert entered == 1
    assert stripe_standin.ledger("pi_demo_1")["refunded"] == 14000
    assert stripe_standin.ledger("pi_demo_2")["captured"] == 24000


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "much"},
        {"currency": "xxx"},
        {"refunds": [{**PAST["refunds"][0], "amount": 24001}]},
        {"paid_at": None},
    ],
)
def test_what_cannot_have_been_is_refused_and_nothing_is_entered(stripe_standin, wrong):
    good = {**PAST, "session": "cs_demo_2", "payment_intent": "pi_demo_2"}

    with pytest.raises(AssertionError, match="invalid_request_error"):
        told(stripe_standin, good, {**PAST, **wrong})

    assert stripe_standin.ledger()["payment_intents"] == {}
