"""The form of a venue: where it is, how one gets there and in, and its spaces."""

from __future__ import annotations

import hashlib
import json
from functools import partial

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.catalogue.forms.section import label_of
from retreats.catalogue.models import ACCESS, ACCESS_ANSWERS, Venue
from retreats.catalogue.service import SpaceRow, VenueFacts
from retreats.house.queries import current
from retreats.reading import Reading, Values, both, rows

EMPTY_SPACES = 3
label = partial(
    label_of,
    {
        "name": _l("Name"),
        "area": _l("Area, for everybody"),
        "address": _l("Address, for those with a place"),
        "map_url": _l("Link to a map, for those with a place"),
        "zone": _l("Time zone"),
        "getting_there": _l("Getting there"),
        "at_the_door": _l("At the door"),
        "access": _l("What else one should know about access"),
        "space": _l("Space"),
        "capacity": _l("Room for how many"),
        **dict.fromkeys(ACCESS, _l("Access")),
    },
)


def stored(venue: Venue | None) -> Values:
    """The form as it stands; for a venue that is not there yet, empty."""
    spaces = venue.spaces if venue else []
    values: Values = {"s-rows": str(len(spaces) + EMPTY_SPACES), "zone": venue.zone if venue else current().zone}
    for name in ("name", "area", "address", "map_url"):
        values[name] = getattr(venue, name) if venue else ""
    for name in ("getting_there", "at_the_door", "access"):
        values |= both(name, getattr(venue, name) if venue else None)
    for fact in ACCESS:
        values[f"has-{fact}"] = venue.access_facts.get(fact, "") if venue else ""
    for index, space in enumerate(spaces):
        capacity = "" if space.capacity is None else str(space.capacity)
        values |= {f"s{index}-id": str(space.id), f"s{index}-space": space.name, f"s{index}-capacity": capacity}
    return values


def base(venue: Venue) -> str:
    """A fingerprint of what stands now."""
    return hashlib.sha256(json.dumps(stored(venue), sort_keys=True).encode()).hexdigest()[:32]


def read(reading: Reading) -> VenueFacts:
    """What was sent; mistakes stand in `reading.errors`."""
    name, area = reading.line("name", most=80), reading.line("area", most=80)
    address, link = reading.line("address"), reading.line("map_url", most=500)
    if not name:
        reading.errors["name"] = _("Give the house a name.")
    if not area:
        reading.errors["area"] = _("Say in which town or area it is: that much everybody may know.")
    if not address:
        reading.errors["address"] = _("Write the address: those with a place need it to find the house.")
    if link and not link.startswith(("https://", "http://")):
        reading.errors["map_url"] = _("Begin the link with https://")
    return VenueFacts(
        name=name, area=area, address=address, map_url=link, zone=reading.zone("zone", fallback=current().zone),
        getting_there=reading.both("getting_there", lines=True, most=2000),
        at_the_door=reading.both("at_the_door", lines=True, most=2000),
        access=reading.both("access", lines=True, most=2000),
        access_facts={fact: answer for fact in ACCESS if (answer := reading.one_of(f"has-{fact}", ACCESS_ANSWERS))},
        spaces=[row for prefix in rows(reading.sent, "s") if (row := _space(reading, prefix))],
    )  # fmt: skip


def _space(reading: Reading, prefix: str) -> SpaceRow | None:
    """A line that was emptied is a space taken away."""
    name, capacity = reading.line(f"{prefix}space", most=80), reading.whole(f"{prefix}capacity", least=1, most=10_000)
    if not name and capacity is not None:
        reading.errors[f"{prefix}space"] = _("Give this space a name.")
    return SpaceRow(id=reading.number_of(f"{prefix}id"), name=name, capacity=capacity) if name else None
