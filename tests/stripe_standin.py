"""Stripe for tests: the stand-in in this process, on a free port of loopback, with a vocabulary for what people and banks do.

`stripe_standin` is Stripe alone; `till` is the same with the house's settings pointing at it. Notices wait until a
test says `deliver_to(client)`; each then goes to the house signed, as Stripe would send it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from retreats.demo.stripe.courier import signature, written
from retreats.demo.stripe.desk import Settings
from retreats.demo.stripe.server import StandIn

WEBHOOK = "/webhooks/stripe"
SECRET = "whsec_of_the_tests"


@pytest.fixture(scope="session", autouse=True)
def _tried_again_soon() -> None:
    """Stripe's library waits half a second before it asks again; here it need not."""
    from stripe import HTTPClient

    HTTPClient.INITIAL_DELAY, HTTPClient.MAX_DELAY = 0.01, 0.02


class Stripe:
    """A running stand-in. All its verbs go over HTTP, but for looking at the notices."""

    secret_key = "sk_test_stand_in"
    webhook_secret = SECRET

    def __init__(self, running: StandIn) -> None:
        self._running = running
        self.api_base = running.base
        self._http = httpx.Client(base_url=running.base, timeout=30, trust_env=False)

    def close(self) -> None:
        self._http.close()

    @property
    def settings(self) -> dict[str, str]:
        """What the house has to be told."""
        return {
            "STRIPE_SECRET_KEY": self.secret_key,
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
            "STRIPE_API_BASE": self.api_base,
        }

    def page(self, session_id: str, language: str = "en") -> httpx.Response:
        """The pay page, as a browser gets it."""
        return self._http.get(f"/pay/{session_id}", params={"lang": language})

    def pay(self, session_id: str, how: str = "pay", *, delivery: str = "normal", seconds: int = 0) -> str:
        """Press a button of the pay page (pay, slow, decline); gives the address to which it leads."""
        pressed = {"how": how, "delivery": delivery, "seconds": str(seconds)}
        answer = self._http.post(f"/pay/{session_id}", data=pressed)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def settle(self, session_id: str, outcome: str = "succeeded") -> dict[str, Any]:
        """The bank pays, or (failed) does not."""
        return self.order("settle", session=session_id, outcome=outcome)

    def settle_refund(self, refund_id: str, outcome: str = "succeeded") -> dict[str, Any]:
        """A refund arrives, or (failed) comes back."""
        return self.order("settle", refund=refund_id, outcome=outcome)

    def next_refund(self, outcome: str) -> None:
        """What becomes of the next refund: succeeded, pending, requires_action or failed."""
        self.order("next-refund", outcome=outcome)

    def dispute(self, session_id: str, **more: Any) -> dict[str, Any]:
        """The payer asks their bank for the money back; `inquiry=True` asks only, `amount` is in minor units."""
        return self.order("dispute", session=session_id, **more)

    def close_dispute(self, dispute_id: str, outcome: str) -> dict[str, Any]:
        """won or lost."""
        return self.order("dispute", dispute=dispute_id, outcome=outcome)

    def fail_next(self, path: str, kind: str = "status", **more: Any) -> None:
        """The next call (or `nth`, so many `times`) fails with `status`, hangs for `seconds`, or its answer is lost.

        `kind` is status, hang, lost (carried out, unheard) or refused (neither).
        """
        self.order("fail-next", path=path, kind=kind, **more)

    def faults(self) -> list[dict[str, Any]]:
        """Those that have happened."""
        return self._http.get("/_/faults").json()["past"]

    def pass_time(self, seconds: int) -> None:
        """Stripe's clock moves on: sessions expire, vouchers too, late notices go out."""
        self.order("pass-time", seconds=seconds)

    def ledger(self, payment_intent: str | None = None) -> dict[str, Any]:
        """Captured, refunded, lost and withheld: of one payment, or of all and their totals."""
        account: dict[str, Any] = self._http.get("/_/ledger").json()
        return account if payment_intent is None else account["payment_intents"][payment_intent]

    def waiting(self) -> list[dict[str, Any]]:
        """The notices that are due and were not delivered, in their order."""
        desk = self._running.desk
        due = desk.ledger.deliveries(state="waiting", due=desk.time())
        return [event for each in due if (event := desk.ledger.find(each.event)) is not None]

    def notices(self, kind: str | None = None) -> list[dict[str, Any]]:
        """All that were ever written, oldest first."""
        found = self._running.desk.ledger.listed("event")[::-1]
        return [event for event in found if kind in {None, event["type"]}]

    def signed(
        self, event: dict[str, Any] | bytes, *, secret: str | None = None, at: int | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a notice; of any bytes too, to see what the house does with them."""
        body = event if isinstance(event, bytes) else written(event)
        mark = signature(body, (secret or self.webhook_secret,), at=at)
        return body, {"Stripe-Signature": mark, "Content-Type": "application/json"}

    def post(self, event: dict[str, Any], client: Any, path: str = WEBHOOK) -> int:
        """Bring one notice to the house; gives the status."""
        body, headers = self.signed(event)
        return int(client.post(path, data=body, headers=headers).status_code)

    def deliver_to(self, where: Any, path: str = WEBHOOK) -> list[int]:
        """Bring the house (a test client) all notices that are due, in their order; gives the statuses.

        What is not answered with 2xx waits again. With an address instead, notices go there by themselves from now on.
        """
        if isinstance(where, str):
            self.order("delivery", url=where)
            return []
        desk, answers = self._running.desk, []
        for each in desk.ledger.deliveries(state="waiting", due=desk.time()):
            event = desk.ledger.find(each.event)
            assert event is not None
            answers.append(self.post(event, where, path))
            state = "delivered" if answers[-1] < 300 else "waiting"
            desk.ledger.note(each.number, state=state, due=desk.time(), answer=str(answers[-1]))
        return answers

    def how_notices_travel(self, delivery: str, seconds: int = 0) -> None:
        """Those of refunds, disputes, banks and time: normal, twice, late, reversed or never."""
        self.order("delivery", delivery=delivery, seconds=seconds)

    def deliver_again(self, **what: Any) -> dict[str, Any]:
        """All that went astray; or one `event`, `times` over and `at_once` next to each other."""
        return self.order("deliver", **what)

    def reset(self) -> None:
        """As new; notices wait."""
        self.order("delivery", url="")
        self.order("reset")

    def order(self, verb: str, **what: Any) -> dict[str, Any]:
        """One order at the desk."""
        answer = self._http.post(f"/_/{verb}", content=json.dumps(what), headers={"Content-Type": "application/json"})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="session")
def running_stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stripe]:
    """One for the whole run."""
    running = StandIn(tmp_path_factory.mktemp("stripe") / "ledger.sqlite", Settings(webhook_secrets=(SECRET,)))
    running.desk.settings.first_retry = 0.05
    running.start()
    stripe = Stripe(running)
    yield stripe
    stripe.close()
    running.stop()


@pytest.fixture
def stripe_standin(running_stripe: Stripe) -> Stripe:
    """Stripe, with nothing in its ledger."""
    running_stripe.reset()
    return running_stripe


@pytest.fixture
def till(app: Any, stripe_standin: Stripe, monkeypatch: pytest.MonkeyPatch) -> Stripe:
    """Stripe, with the house sending its people there."""
    for name, value in stripe_standin.settings.items():
        monkeypatch.setitem(app.config, name, value)
    return stripe_standin
