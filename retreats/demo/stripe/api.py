"""The API under /v1: who asks, what they ask, and the answer, the same one when they ask again with the same key.

https://docs.stripe.com/api/idempotent_requests
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from retreats.demo.stripe import contract
from retreats.demo.stripe.decoding import Thing, decode
from retreats.demo.stripe.desk import Desk, new_id
from retreats.demo.stripe.expanding import expanded
from retreats.demo.stripe.faults import Faults
from retreats.demo.stripe.refused import Refused, invalid
from retreats.demo.stripe.resources import ROUTES, Resource
from retreats.demo.stripe.sessions import let_time_pass

LONGEST_KEY = 255


@dataclass(frozen=True)
class Call:
    """One request that may be carried out."""

    method: str
    path: str
    params: Thing
    key: str | None
    request: str

    @property
    def fingerprint(self) -> str:
        """The same for the same call."""
        spelled = json.dumps([self.method, self.path, self.params], sort_keys=True)
        return hashlib.sha256(spelled.encode()).hexdigest()


class Api:
    """Answers requests below /v1."""

    def __init__(self, desk: Desk, faults: Faults) -> None:
        self._desk, self._faults = desk, faults

    def answer(self, request: Request) -> Response:
        """Always JSON. Raises AnswerLost where a fault says so."""
        number = new_id("req")
        try:
            _let_in(request, self._desk.settings.secret_key)
            fault = self._faults.strike(request.method, request.path)
            self._faults.before(fault)
            response = self._carried_out(request, number)
            self._faults.after(fault)
        except Refused as refusal:
            response = _json(refusal.body(), refusal.status)
        response.headers.setdefault("Request-Id", number)
        response.headers["Stripe-Version"] = request.headers.get("Stripe-Version") or contract.api_version()
        return response

    def _carried_out(self, request: Request, number: str) -> Response:
        try:
            resource, found = ROUTES.bind_to_environ(request.environ).match()
        except HTTPException as error:
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            raise Refused(message, status=404) from error
        ids = dict(found)
        raw = request.query_string if request.method == "GET" else _form(request)
        params = decode(raw)
        call = Call(request.method, request.path, params, _key(request), number)
        checked = contract.checked(resource.contract, params)
        let_time_pass(self._desk)
        if call.key is None or call.method != "POST":
            return _json(self._done(call, resource, checked, ids))
        return self._once(call, resource, checked, ids)

    def _once(self, call: Call, resource: Resource, params: Thing, ids: Thing) -> Response:
        """Carry it out, unless this key has been answered; refusals found on the way are remembered too."""
        ledger = self._desk.ledger
        with ledger.alone():
            known = ledger.answered(call.key or "")
            if known is not None:
                return _again(call, *known)
            try:
                with self._desk.action(cause={"id": call.request, "idempotency_key": call.key}):
                    answer, status = _answer(self._desk, resource, params, ids), 200
                    self._remember(call, status, answer)
            except Refused as refusal:
                answer, status = refusal.body(), refusal.status
                self._remember(call, status, answer)
        return _keyed(_json(answer, status), call)

    def _remember(self, call: Call, status: int, answer: Thing) -> None:
        now = self._desk.now()
        body = json.dumps(answer)
        self._desk.ledger.remember(call.key or "", call.fingerprint, call.request, now, status=status, body=body)

    def _done(self, call: Call, resource: Resource, params: Thing, ids: Thing) -> Thing:
        with self._desk.action(cause={"id": call.request, "idempotency_key": None}):
            return _answer(self._desk, resource, params, ids)


def _answer(desk: Desk, resource: Resource, params: Thing, ids: Thing) -> Thing:
    return expanded(desk, resource.do(desk, params, **ids), params.get("expand") or [])


def _again(call: Call, fingerprint: str, request: str, status: int, body: str) -> Response:
    """What this key was answered. Raises Refused when it was another request's key."""
    if fingerprint != call.fingerprint:
        message = (
            "Keys for idempotent requests can only be used with the same endpoint and the same parameters they were"
            f" first used with. Try using a key other than '{call.key}' if you meant to execute a different request."
        )
        raise Refused(message, kind="idempotency_error")
    response = _keyed(_json(json.loads(body), status), call)
    response.headers["Idempotent-Replayed"] = "true"
    response.headers["Original-Request"] = request
    return response


def _let_in(request: Request, secret_key: str) -> None:
    """The key comes as bearer token, or as the name of basic authentication. Raises Refused."""
    sent = request.authorization
    key = (sent.token or sent.get("username") or "") if sent else ""
    if not key:
        message = "You did not provide an API key. Send it in the Authorization header, as in 'Authorization: Bearer sk_test_…'."
        raise Refused(message, status=401)
    if key != secret_key:
        message = f"Invalid API Key provided: {key[:8]}{'*' * 8}"
        raise Refused(message, status=401)


def _form(request: Request) -> bytes:
    kind = request.mimetype
    if kind not in {"", "application/x-www-form-urlencoded"}:
        message = f"The API takes application/x-www-form-urlencoded, not {kind}."
        raise Refused(message)
    return request.get_data()


def _key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise invalid(param="Idempotency-Key", why=f"Idempotency keys have between 1 and {LONGEST_KEY} characters.")
    return key


def _json(body: Thing, status: int = 200) -> Response:
    return Response(json.dumps(body, indent=2) + "\n", status, content_type="application/json")


def _keyed(response: Response, call: Call) -> Response:
    response.headers["Idempotency-Key"] = call.key or ""
    response.headers["Request-Id"] = call.request
    return response
