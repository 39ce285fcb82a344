"""What people who booked rely on, and an organiser who is told first whom a change of it reaches."""

from __future__ import annotations

from typing import Any

from retreats.catalogue import queries
from retreats.catalogue.models import Gathering
from retreats.refusals import Refusal

Relied = dict[str, Any]  # Any: moments, numbers and lists, only compared


class NotSureYet(Refusal):
    """People have a place, and this changes what they rely on (`affected`): nothing was saved, so that it can be said first."""

    code = "not_sure_yet"

    def __init__(self, affected: list[str]) -> None:
        super().__init__()
        self.affected = affected


def relied_on(gathering: Gathering) -> Relied:
    """By name: time, place, price, refunds, capacity, and the version of the promise."""
    promise = queries.promise_of(gathering.id)
    return {
        "time": (gathering.starts_at, gathering.ends_at, gathering.zone),
        "place": (gathering.mode, gathering.venue_id, gathering.online_link),
        "price": {each.id: each.price_minor for each in gathering.ticket_types},
        "refunds": gathering.refund_tiers,
        "capacity": (gathering.capacity, {each.id: each.capacity for each in gathering.ticket_types}),
        "promise": promise.version if promise else 0,
    }


def affected(before: Relied, after: Relied) -> list[str]:
    """The names under which the two differ. A new kind of place is no other price."""
    prices = {key: after["price"].get(key) for key in before["price"] if key in after["price"]}
    kept = before | {"price": {key: before["price"][key] for key in prices}}
    return [name for name, value in (after | {"price": prices}).items() if value != kept[name]]
