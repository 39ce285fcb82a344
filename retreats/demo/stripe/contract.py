"""What a request may contain: the parameter types that Stripe's own library ships, with unknown keys forbidden.

They know names, nesting and numbers, but leave every enumeration open; those we use are checked where they are used.
Building the largest takes up to four seconds, so each is built once per process, at the latest when it is needed.
"""

from __future__ import annotations

import importlib
import typing
from functools import cache
from threading import RLock, Thread
from typing import Any

import typing_extensions
from pydantic import ConfigDict, TypeAdapter, ValidationError

from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.refused import Refused, invalid, missing, unknown_parameter

_FOLDER = "stripe.params."
_building = RLock()
_NUMBERS = {"int_parsing": "integer", "int_from_float": "integer", "int_type": "integer", "bool_parsing": "boolean"}


def warm_up() -> None:
    """Build the largest in the background, so that nobody waits for it later."""
    Thread(target=_contract, args=("checkout._session_create_params.SessionCreateParams",), daemon=True).start()


def api_version() -> str:
    """The version of the API that the installed library speaks."""
    return str(importlib.import_module("stripe").api_version)


def checked(name: str, params: Thing) -> Thing:
    """The parameters, with numbers as numbers. `name` is a type below stripe.params. Raises Refused for the first mistake."""
    for option in importlib.import_module("stripe").RequestOptions.__annotations__.keys() & params.keys():
        raise unknown_parameter(option)
    try:
        found: Thing = _contract(name).validate_python(params)
    except ValidationError as error:
        raise _refusal(params, error.errors(include_url=False)) from error
    return found


def _contract(name: str) -> TypeAdapter[Any]:
    with _building:
        return _built(name)


@cache
def _built(name: str) -> TypeAdapter[Any]:
    module_name, type_name = (_FOLDER + name).rsplit(".", 1)
    module = importlib.import_module(module_name)
    vars(module).update(StripeContext=Any, Mapping=typing.Mapping)  # the library imports them for type checkers only
    for each in list(vars(module).values()):
        if typing_extensions.is_typeddict(each):
            each.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    return TypeAdapter(vars(module)[type_name])


def _refusal(params: Thing, mistakes: list[Any]) -> Refused:
    """Stripe's words for the mistake that lies deepest: of the branches of a union, it is the one that was meant."""
    places = [_place(params, mistake) for mistake in mistakes]
    depth = max(len(place) for place in places)
    place, mistake = next(pair for pair in zip(places, mistakes, strict=True) if len(pair[0]) == depth)
    param = str(place[0]) + "".join(f"[{part}]" for part in place[1:])
    if mistake["type"] == "missing":
        return missing(param)
    if mistake["type"] == "extra_forbidden":
        return unknown_parameter(param)
    if mistake["type"] in _NUMBERS:
        kind = _NUMBERS[mistake["type"]]
        return invalid(param, f"Invalid {kind}: {mistake['input']}", f"parameter_invalid_{kind}")
    return invalid(param, f"Invalid {param}: {mistake['msg']}")


def _place(params: Any, mistake: Any) -> list[str | int]:  # pydantic's error record
    """Where it is, without pydantic's names for the branches of a union."""
    place: list[str | int] = []
    here = params
    for step in mistake["loc"]:
        if step in (here if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()):
            here = here[step]
        elif step != mistake["loc"][-1] or mistake["type"] != "missing":
            continue
        place.append(step)
    return place or ["parameters"]
