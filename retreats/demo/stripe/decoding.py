"""Forms as Stripe's clients send them: `line_items[0][price_data][currency]=eur`, `expand[]=payment_intent`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from retreats.demo.stripe.refused import Refused

Thing = dict[str, Any]
"""An object or a set of parameters as JSON has it, so its values may be anything."""
MOST_FIELDS = 2000
_KEY = re.compile(r"^[^\[\]]+(?:\[[^\[\]]*\])*$")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode(raw: bytes) -> Thing:
    """The parameters of a form body or a query, nested; numbers stay text. Raises Refused when they contradict."""
    try:
        pairs = parse_qsl(raw.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        message = "The request's parameters cannot be read."
        raise Refused(message, code="parameter_invalid_string") from error
    found: Thing = {}
    for key, value in pairs:
        _put(found, key, value)
    return {name: _listed(value) for name, value in found.items()}


def _put(found: Thing, key: str, value: str) -> None:
    if not _KEY.match(key):
        message = f"Invalid parameter name: {key}"
        raise Refused(message, param=key)
    name, *rest = [key.split("[", 1)[0], *_PART.findall(key)]
    place = found
    for following in rest:
        place = place.setdefault(name, {})
        if not isinstance(place, dict):
            message = f"Invalid hash: {key} contradicts another parameter"
            raise Refused(message, param=key)
        name = following or str(len(place))
    if name in place:
        message = f"The parameter {key} was sent twice."
        raise Refused(message, param=key)
    place[name] = value


def _listed(value: Any) -> Any:  # a leaf, or a Thing whose keys may all be numbers
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    if inner and set(inner) == {str(number) for number in range(len(inner))}:
        return [inner[str(number)] for number in range(len(inner))]
    return inner
