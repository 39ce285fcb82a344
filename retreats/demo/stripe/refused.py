"""Stripe's refusals: a status and a body `{"error": {type, code, param, message}}`. https://docs.stripe.com/api/errors"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that Stripe would refuse."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code, self.param = message, status, kind, code, param

    def body(self) -> dict[str, Any]:  # JSON
        """What is sent; fields without a value are left out, as Stripe does."""
        spoken = {"type": self.kind, "code": self.code, "param": self.param, "message": self.message}
        return {"error": {name: value for name, value in spoken.items() if value is not None}}


def missing(param: str) -> Refused:
    return Refused(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown_parameter(param: str) -> Refused:
    return Refused(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def invalid(param: str, why: str, code: str | None = None) -> Refused:
    return Refused(why, code=code, param=param)


def no_such(kind: str, identifier: str, param: str = "id") -> Refused:
    """404 for an id in the path, 400 for one in the parameters."""
    status = 404 if param == "id" else 400
    return Refused(f"No such {kind}: '{identifier}'", status=status, code="resource_missing", param=param)
