"""What can be asked for under /v1, each with the type of its parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Map, Rule

from retreats.demo.stripe import refunds, sessions
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk, whole
from retreats.demo.stripe.expanding import listing
from retreats.demo.stripe.refused import no_such

MOST = 100
SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass(frozen=True)
class Resource:
    """One thing to ask for: the name of its parameters' type in the library, and who answers."""

    contract: str
    do: Callable[..., Thing]


def _create_session(desk: Desk, params: Thing) -> Thing:
    return sessions.create(desk, params)


def _expire_session(desk: Desk, _params: Thing, identifier: str) -> Thing:
    return sessions.expire(desk, desk.get("checkout.session", identifier))


def _line_items(desk: Desk, params: Thing, identifier: str) -> Thing:
    items = desk.get("checkout.session", identifier)["_items"]
    limit = whole(params.get("limit", 10), "limit", least=1, most=MOST)
    return listing(items[:limit], f"/v1/checkout/sessions/{identifier}/line_items", more=len(items) > limit)


def _create_refund(desk: Desk, params: Thing) -> Thing:
    return refunds.create(desk, params)


def _account(desk: Desk, _params: Thing) -> Thing:
    return {
        "id": "acct_stand_in",
        "object": "account",
        "business_profile": {"name": "Stand-in", "url": desk.settings.site_url or None},
        "charges_enabled": True,
        "country": "PT",
        "default_currency": "eur",
        "details_submitted": True,
        "email": None,
        "payouts_enabled": True,
        "settings": {"dashboard": {"display_name": "Stand-in", "timezone": "Europe/Lisbon"}},
        "type": "standard",
    }


def _one(kind: str) -> Callable[..., Thing]:
    def find(desk: Desk, _params: Thing, identifier: str) -> Thing:
        return desk.get(kind, identifier)

    return find


def _many(kind: str, url: str, *fields: str) -> Callable[..., Thing]:
    """A list that can be narrowed by these fields of its objects."""

    def find(desk: Desk, params: Thing) -> Thing:
        limit = whole(params.get("limit", 10), "limit", least=1, most=MOST)
        conditions = [(f"json_extract(body, '$.{name}') = ?", params[name]) for name in fields if name in params]
        conditions += _times(params.get("created"))
        if params.get("types"):
            conditions.append(
                ("instr(?, ' ' || json_extract(body, '$.type') || ' ') > 0", f" {' '.join(params['types'])} ")
            )
        after, before = (_cursor(desk, params, name) for name in ("starting_after", "ending_before"))
        found = desk.ledger.listed(kind, conditions, limit=limit + 1, after=after, before=before)
        kept = found[-limit:] if before is not None else found[:limit]
        return listing(kept, url, more=len(found) > limit)

    return find


def _times(asked: Any) -> list[tuple[str, Any]]:  # a moment, or bounds
    if asked is None:
        return []
    if isinstance(asked, dict):
        return [(f"created {SIGNS[name]} ?", value) for name, value in asked.items()]
    return [("created = ?", asked)]


def _cursor(desk: Desk, params: Thing, name: str) -> str | None:
    if name not in params:
        return None
    if desk.ledger.find(params[name]) is None:
        raise no_such(kind="object", identifier=params[name], param=name)
    return str(params[name])


def _rule(method: str, path: str, contract: str, do: Callable[..., Thing]) -> Rule:
    return Rule(f"/v1{path}", methods=[method], endpoint=Resource(contract, do))


def _pair(kind: str, plural: str, names: str, *fields: str) -> list[Rule]:
    """Retrieve and list."""
    one, many = _one(kind), _many(kind, f"/v1{plural}", *fields)
    return [
        _rule("GET", f"{plural}/<identifier>", f"{names.replace('#', 'retrieve').replace('@', 'Retrieve')}", one),
        _rule("GET", plural, f"{names.replace('#', 'list').replace('@', 'List')}", many),
    ]


ROUTES = Map(
    [
        _rule("POST", "/checkout/sessions", "checkout._session_create_params.SessionCreateParams", _create_session),
        _rule(
            *("POST", "/checkout/sessions/<identifier>/expire"),
            *("checkout._session_expire_params.SessionExpireParams", _expire_session),
        ),
        _rule(
            *("GET", "/checkout/sessions/<identifier>/line_items"),
            *("checkout._session_line_item_list_params.SessionLineItemListParams", _line_items),
        ),
        *_pair(
            *("checkout.session", "/checkout/sessions", "checkout._session_#_params.Session@Params"),
            *("payment_intent", "status"),
        ),
        *_pair("payment_intent", "/payment_intents", "_payment_intent_#_params.PaymentIntent@Params"),
        _rule("POST", "/refunds", "_refund_create_params.RefundCreateParams", _create_refund),
        *_pair("refund", "/refunds", "_refund_#_params.Refund@Params", "payment_intent", "charge"),
        *_pair("charge", "/charges", "_charge_#_params.Charge@Params", "payment_intent"),
        *_pair("dispute", "/disputes", "_dispute_#_params.Dispute@Params", "payment_intent", "charge"),
        *_pair(
            *(
                "balance_transaction",
                "/balance_transactions",
                "_balance_transaction_#_params.BalanceTransaction@Params",
            ),
            *("source", "type", "currency"),
        ),
        *_pair("event", "/events", "_event_#_params.Event@Params", "type"),
        _rule("GET", "/account", "_account_retrieve_current_params.AccountRetrieveCurrentParams", _account),
    ],
    strict_slashes=True,
)
