"""What tests and the demonstration let happen, under /_/: JSON or a form in, JSON or the desk's page out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from werkzeug.wrappers import Request, Response

from retreats.demo.stripe import contract, disputes, money, past, payments, refunds, sessions
from retreats.demo.stripe.courier import Courier
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, Way, whole
from retreats.demo.stripe.faults import Fault, Faults
from retreats.demo.stripe.paypage import HOW, page, state_of
from retreats.demo.stripe.refused import Refused, invalid, missing
from retreats.demo.stripe.words import language, spoken

MOST_AT_ONCE = 8
MOST_TIMES = 50
SHOWN = 50
"""Sessions and notices on the desk's page."""
A_YEAR = 366 * 86400


class Control:
    """Answers requests below /_/."""

    def __init__(self, desk: Desk, faults: Faults, courier: Courier) -> None:
        self._desk, self._faults, self._courier = desk, faults, courier
        self._verbs = {
            "settle": self._settle,
            "dispute": self._dispute,
            "pay": self._pay,
            "deliver": self._deliver,
            "delivery": self._delivery,
            "next-refund": self._next_refund,
            "fail-next": self._fail_next,
            "pass-time": self._pass_time,
            "import": self._import,
            "reset": self._reset,
        }

    def answer(self, request: Request) -> Response:
        """Raises Refused."""
        name = request.path.removeprefix("/_/")
        if request.method == "GET":
            return self._shown(name, request)
        verb = self._verbs.get(name)
        if verb is None:
            message = f"There is no {request.path}."
            raise Refused(message, status=404)
        answer = verb(_asked(request))
        if request.mimetype == "application/json":
            return _json(answer)
        return Response(status=303, headers={"Location": f"/_/?lang={language(request)}"})

    def _shown(self, name: str, request: Request) -> Response:
        sessions.let_time_pass(self._desk)
        if name == "":
            return self._page(request)
        if name == "ready":
            return _json({"ready": True, "api_version": contract.api_version()})
        if name == "ledger":
            return _json(money.account(self._desk))
        if name == "deliveries":
            return _json({"deliveries": [vars(each) for each in self._desk.ledger.deliveries()]})
        if name == "faults":
            told = {"coming": self._faults.coming(), "past": self._faults.past}
            return _json({when: [fault.described() for fault in faults] for when, faults in told.items()})
        message = f"There is no {request.path}."
        raise Refused(message, status=404)

    def _settle(self, asked: Thing) -> Thing:
        """A slow payment (`session`), or a refund (`refund`): outcome succeeded or failed."""
        succeeded = _outcome(asked, ("succeeded", "failed")) == "succeeded"
        with self._desk.action(_way(asked)):
            if asked.get("refund"):
                refund = self._desk.get("refund", asked["refund"], param="refund")
                return refunds.settle(self._desk, refund, succeeded=succeeded)
            session = self._desk.get("checkout.session", _needed(asked, "session"), param="session")
            return payments.settle(self._desk, session, succeeded=succeeded)

    def _dispute(self, asked: Thing) -> Thing:
        """Open one (`payment_intent` or `session`; `amount`, `reason`, `inquiry`), or close it (`dispute`, outcome won or lost)."""
        with self._desk.action(_way(asked)):
            if asked.get("dispute"):
                dispute = self._desk.get("dispute", asked["dispute"], param="dispute")
                return disputes.close(self._desk, dispute, won=_outcome(asked, disputes.OUTCOMES) == "won")
            intent = self._desk.get("payment_intent", self._intent(asked), param="payment_intent")
            reason, inquiry = str(asked.get("reason") or "general"), _yes(asked.get("inquiry"))
            return disputes.open_dispute(self._desk, intent, amount=asked.get("amount"), reason=reason, inquiry=inquiry)

    def _intent(self, asked: Thing) -> str:
        if asked.get("payment_intent"):
            return str(asked["payment_intent"])
        session = self._desk.get("checkout.session", _needed(asked, "session"), param="session")
        return str(session["payment_intent"])

    def _pay(self, asked: Thing) -> Thing:
        """As a button of the pay page: `session`, `how` (pay, slow, decline), `delivery`, `seconds`."""
        sessions.let_time_pass(self._desk)
        how = HOW.get(str(asked.get("how", "pay")))
        if how is None:
            raise invalid(param="how", why=f"Invalid how: must be one of {', '.join(HOW)}")
        with self._desk.action(_way(asked)):
            return how(self._desk, self._desk.get("checkout.session", _needed(asked, "session"), param="session"))

    def _deliver(self, asked: Thing) -> Thing:
        """One `event` now, `times` over and `at_once` next to each other; or all that did not arrive, the ordinary way."""
        url = asked.get("url") or self._desk.settings.webhook_url
        if not url:
            raise missing(param="url")
        if not asked.get("event"):
            return {"on_their_way": self._send_again()}
        event = self._desk.get("event", asked["event"], param="event")["id"]
        times = whole(asked.get("times", 1), "times", least=1, most=MOST_TIMES)
        at_once = whole(asked.get("at_once", 1), "at_once", least=1, most=MOST_AT_ONCE)
        with ThreadPoolExecutor(at_once) as pool:
            return {"answers": list(pool.map(lambda each: self._courier.carry(each, url), [event] * times))}

    def _send_again(self) -> int:
        """How many notices are due again now."""
        with self._desk.ledger.writing():
            astray = [each for each in self._desk.ledger.deliveries() if each.state != "delivered"]
            for each in astray:
                self._desk.ledger.note(each.number, state="waiting", due=self._desk.time(), answer=each.answer)
        self._courier.wake()
        return len(astray)

    def _delivery(self, asked: Thing) -> Thing:
        """How notices travel from now on, and where to (`url`, empty for nowhere)."""
        if "url" in asked:
            self._desk.settings.webhook_url = str(asked["url"]) or None
        self._desk.way = _way(asked) or self._desk.way
        self._courier.wake()
        return {"delivery": self._desk.way.name, "url": self._desk.settings.webhook_url}

    def _next_refund(self, asked: Thing) -> Thing:
        self._desk.refund_outcomes.append(_outcome(asked, refunds.OUTCOMES))
        return {"outcomes": list(self._desk.refund_outcomes)}

    def _fail_next(self, asked: Thing) -> Thing:
        fault = Fault.read(asked)
        self._faults.add(fault)
        return fault.described()

    def _pass_time(self, asked: Thing) -> Thing:
        self._desk.ahead += whole(asked.get("seconds"), "seconds", least=1, most=A_YEAR)
        sessions.let_time_pass(self._desk)
        self._courier.wake()
        return {"now": self._desk.now()}

    def _import(self, asked: Thing) -> Thing:
        """Payments of the past (`payments`), each once; what is known already stays as it is."""
        return {"entered": past.write_down(self._desk, asked.get("payments"))}

    def _reset(self, _asked: Thing) -> Thing:
        self._faults.clear()
        self._desk.reset()
        return {"reset": True}

    def _page(self, request: Request) -> Response:
        tongue = language(request)
        rows = [self._row(session, tongue) for session in self._desk.ledger.listed("checkout.session", limit=SHOWN)]
        late = [each for each in self._desk.ledger.deliveries() if each.state != "delivered"][-SHOWN:]
        notices = [((self._desk.ledger.find(each.event) or {}).get("type"), each.state, each.answer) for each in late]
        totals = money.account(self._desk)["totals"]
        site = self._desk.settings.site_url
        return page("desk.html", tongue, rows=rows, notices=notices, totals=totals, site_url=site)

    def _row(self, session: Thing, tongue: str) -> Thing:
        state = state_of(session)
        actions: list[tuple[str, str, Thing]] = []
        if state == "waiting":
            for label, outcome in (("bank_pays", "succeeded"), ("bank_refuses", "failed")):
                actions.append(("settle", label, {"session": session["id"], "outcome": outcome}))
        if state == "paid":
            actions += self._of_paid(session)
        return {
            "reference": session["client_reference_id"] or session["id"],
            "amount": spoken(session["amount_total"], session["currency"], tongue),
            "state": state,
            "url": session["url"],
            "actions": actions,
        }

    def _of_paid(self, session: Thing) -> list[tuple[str, str, Thing]]:
        """What can still happen to money that came."""
        of_it: list[tuple[str, Any]] = [("json_extract(body, '$.payment_intent') = ?", session["payment_intent"])]
        found: list[tuple[str, str, Thing]] = []
        for refund in self._desk.ledger.listed("refund", of_it):
            if refund["status"] in refunds.OPEN:
                found.append(("settle", "refund_done", {"refund": refund["id"], "outcome": "succeeded"}))
                found.append(("settle", "refund_failed", {"refund": refund["id"], "outcome": "failed"}))
        made = self._desk.ledger.listed("dispute", of_it)
        for dispute in made:
            if dispute["status"].endswith("needs_response"):
                found += [("dispute", how, {"dispute": dispute["id"], "outcome": how}) for how in disputes.OUTCOMES]
        if not made and not self._desk.ledger.listed("charge", [*of_it, ("json_extract(body, '$.refunded') = ?", 1)]):
            found.append(("dispute", "dispute", {"session": session["id"]}))
        return found


def _asked(request: Request) -> Thing:
    """What came, as JSON or as a form. Raises Refused."""
    if request.mimetype != "application/json":
        return dict(request.form.items())
    try:
        asked = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        message = "This is not JSON."
        raise Refused(message) from error
    if not isinstance(asked, dict):
        message = "Send an object."
        raise Refused(message)
    return asked


def _way(asked: Thing) -> Way | None:
    return Way.read(str(asked["delivery"]), asked.get("seconds")) if asked.get("delivery") else None


def _outcome(asked: Thing, outcomes: tuple[str, ...]) -> str:
    if asked.get("outcome") not in outcomes:
        raise invalid(param="outcome", why=f"Invalid outcome: must be one of {', '.join(outcomes)}")
    return str(asked["outcome"])


def _needed(asked: Thing, name: str) -> str:
    if not asked.get(name):
        raise missing(param=name)
    return str(asked[name])


def _yes(value: object) -> bool:
    return value in {True, "true", "1", "yes"}


def _json(body: Thing) -> Response:
    return Response(json.dumps(body, indent=2) + "\n", content_type="application/json")
