"""Places and prices, and the programme: lists whose empty rows are left out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.catalogue.forms.section import Section
from retreats.catalogue.forms.when import clock_fields
from retreats.catalogue.models import Gathering, TicketType
from retreats.catalogue.service import (
    FewerThanTaken,
    Places,
    Programme,
    SessionRow,
    TicketInUse,
    TicketRow,
)
from retreats.reading import Reading, Values, both, rows
from retreats.refusals import Refusal

EMPTY_TICKETS, EMPTY_BLOCKS, TIERS = 2, 4, 4


def _stored_places(gathering: Gathering) -> Values:
    values: Values = {"capacity": str(gathering.capacity), "t-rows": str(len(gathering.ticket_types) + EMPTY_TICKETS)}
    for index, ticket in enumerate(gathering.ticket_types):
        values |= _ticket(f"t{index}-", ticket)
    tiers = sorted(gathering.refund_tiers, key=lambda each: -each["days"])
    for index, tier in enumerate(tiers[:TIERS]):
        values |= {f"r{index}-days": str(tier["days"]), f"r{index}-percent": str(tier["percent"])}
    return values | {"r-rows": str(TIERS)}


def _ticket(prefix: str, ticket: TicketType) -> Values:
    whole, cents = divmod(ticket.price_minor, 100)
    return {
        f"{prefix}id": str(ticket.id),
        **both(f"{prefix}name", ticket.name),
        **both(f"{prefix}note", ticket.note),
        f"{prefix}price": f"{whole}.{cents:02d}" if cents else str(whole),
        f"{prefix}places": "" if ticket.capacity is None else str(ticket.capacity),
    }


def _read_places(reading: Reading, gathering: Gathering) -> Places:
    del gathering
    found, removed = [], set()
    for prefix in rows(reading.sent, "t"):
        row = _read_ticket(reading, prefix)
        if row is None:
            continue
        if row.id is not None and reading.ticked(f"{prefix}remove"):
            removed.add(row.id)
        else:
            found.append(row)
    return Places(capacity=reading.whole("capacity") or 0, rows=found, removed=removed, tiers=_read_tiers(reading))


def _read_ticket(reading: Reading, prefix: str) -> TicketRow | None:
    ticket_id, name = reading.number_of(f"{prefix}id"), reading.both(f"{prefix}name", most=80)
    price = reading.amount(f"{prefix}price")
    if ticket_id is None and not name and price is None:
        return None
    if not name:
        reading.errors[f"{prefix}name_en"] = _("Give this kind of place a name.")
    if price is None and f"{prefix}price" not in reading.errors:
        reading.errors[f"{prefix}price"] = _("Say what it costs; 0 is free.")
    note = reading.both(f"{prefix}note", most=200)
    return TicketRow(
        id=ticket_id, name=name, note=note, price_minor=price or 0, places=reading.whole(f"{prefix}places")
    )


def _read_tiers(reading: Reading) -> list[dict[str, Any]]:
    tiers = {}
    for prefix in rows(reading.sent, "r", most=TIERS):
        days, percent = reading.whole(f"{prefix}days", most=400), reading.whole(f"{prefix}percent", most=100)
        if days is not None and percent is not None:
            tiers[days] = percent
    kept = [{"days": days, "percent": percent} for days, percent in sorted(tiers.items(), reverse=True)]
    if any(later["percent"] > earlier["percent"] for earlier, later in pairwise(kept)):
        reading.errors["r0-days"] = _("Closer to the beginning the share can only fall.")
    return kept


def _explain_places(refusal: Refusal) -> tuple[str, str]:
    if isinstance(refusal, FewerThanTaken):
        return "capacity", _(
            "%(taken)s places are taken: it cannot be fewer. Nobody is dropped by this form.", taken=refusal.taken
        )
    if isinstance(refusal, TicketInUse):
        return "t-rows", _("Somebody booked this kind of place, so it stays. To sell no more of it, write 0 places.")
    return "capacity", refusal.sentence


PLACES = Section(
    "places",
    _l("Places and prices"),
    _l("How many can come, what it costs, and what is given back"),
    _stored_places,
    _read_places,
    {
        "capacity": _l("How many can come"),
        "name": _l("Kind of place"),
        "note": _l("What it includes"),
        "price": _l("Price in €"),
        "places": _l("Of this kind at most"),
        "days": _l("Days before the beginning"),
        "percent": _l("Given back, in percent"),
        "rows": _l("Number of lines"),
    },
    _explain_places,
)


def _stored_programme(gathering: Gathering) -> Values:
    values: Values = {"s-rows": str(len(gathering.sessions) + EMPTY_BLOCKS)}
    for index, session in enumerate(sorted(gathering.sessions, key=lambda each: (each.starts_at, each.id))):
        prefix = f"s{index}-"
        values |= {
            f"{prefix}id": str(session.id),
            **both(f"{prefix}title", session.title),
            **both(f"{prefix}note", session.note),
            **clock_fields(f"{prefix}starts", session.starts_at, gathering.zone),
            **clock_fields(f"{prefix}ends", session.ends_at, gathering.zone),
            f"{prefix}space": str(session.space_id or ""),
        }
    return values


def _read_programme(reading: Reading, gathering: Gathering) -> Programme:
    found = []
    for prefix in rows(reading.sent, "s"):
        if reading.ticked(f"{prefix}remove"):
            continue
        row = _read_block(reading, prefix, gathering)
        if row is not None:
            found.append(row)
    return Programme(rows=found)


def _read_block(reading: Reading, prefix: str, gathering: Gathering) -> SessionRow | None:
    title = reading.both(f"{prefix}title", most=120)
    typed = reading.sent.get(f"{prefix}starts", ""), reading.sent.get(f"{prefix}ends", "")
    if not title and not any(typed):
        return None
    starts, ends = reading.moment(f"{prefix}starts", gathering.zone), reading.moment(f"{prefix}ends", gathering.zone)
    if not title:
        reading.errors[f"{prefix}title_en"] = _("Give this part of the programme a title.")
    if starts is None and f"{prefix}starts" not in reading.errors:
        reading.errors[f"{prefix}starts"] = _("Say when it begins.")
    if ends is None and f"{prefix}ends" not in reading.errors:
        reading.errors[f"{prefix}ends"] = _("Say when it ends.")
    if starts is None or ends is None:
        return None
    if ends <= starts:
        reading.errors[f"{prefix}ends"] = _("It has to end after it begins.")
    return SessionRow(id=reading.number_of(f"{prefix}id"), title=title, note=reading.both(f"{prefix}note", most=300),
                      starts_at=starts, ends_at=ends, space_id=reading.number_of(f"{prefix}space"))  # fmt: skip


PROGRAMME = Section(
    "programme",
    _l("Programme"),
    _l("What takes place when, day by day"),
    _stored_programme,
    _read_programme,
    {
        "title": _l("Title"),
        "note": _l("A line about it"),
        "starts": _l("Begins"),
        "ends": _l("Ends"),
        "space": _l("Space"),
        "rows": _l("Number of lines"),
    },
)
