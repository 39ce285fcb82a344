"""Objects in place of ids, where a request asks for it. https://docs.stripe.com/api/expanding_objects"""

from __future__ import annotations

from typing import Any

from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import Desk
from retreats.demo.stripe.refused import Refused

DEEPEST = 4
"""Levels, as at Stripe."""


def expanded(desk: Desk, thing: Thing, paths: list[str]) -> Thing:
    """The thing as others see it, with what stands at these paths (`data.payment_intent`). Raises Refused."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            message = f"You cannot expand more than {DEEPEST} levels of a property."
            raise Refused(message)
        _expand(desk, thing, steps)
    seen: Thing = _seen(thing)
    return seen


def _expand(desk: Desk, here: Any, steps: list[str]) -> None:  # a thing, or a list of them
    if isinstance(here, list):
        for each in here:
            _expand(desk, each, steps)
        return
    name, *rest = steps
    value = _included(desk, here, name)
    if name in here and here[name] is None:
        return
    if not isinstance(value, (dict, list)):
        message = f"This property cannot be expanded ({name})."
        raise Refused(message, param="expand")
    here[name] = value
    if rest:
        _expand(desk, value, rest)


def _included(desk: Desk, here: Thing, name: str) -> Any:  # whatever stands there
    if (here.get("object"), name) == ("checkout.session", "line_items"):
        return listing(here["_items"], f"/v1/checkout/sessions/{here['id']}/line_items")
    if (here.get("object"), name) == ("charge", "refunds"):
        made = desk.ledger.listed("refund", [("json_extract(body, '$.charge') = ?", here["id"])])
        return listing(made, f"/v1/charges/{here['id']}/refunds")
    value = here.get(name)
    return desk.ledger.find(value) if isinstance(value, str) else value


def listing(things: list[Thing], url: str, *, more: bool = False) -> Thing:
    """A list as Stripe sends it."""
    return {"object": "list", "data": things, "has_more": more, "url": url}


def _seen(value: Any) -> Any:  # JSON
    """Without our own notes, at every depth; what people put into metadata stays as it is."""
    if isinstance(value, list):
        return [_seen(each) for each in value]
    if not isinstance(value, dict):
        return value
    ours = "object" in value and isinstance(value["object"], str)
    return {name: _seen(each) for name, each in value.items() if not (ours and name.startswith("_"))}
