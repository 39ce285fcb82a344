"""Rows for one gathering: its texts, programme, ticket types, page promise and questions."""

from __future__ import annotations

from datetime import datetime

from retreats.catalogue.models import Gathering, Leader, PagePromise, Session, TicketType
from retreats.catalogue.models.gathering import DEFAULT_TIERS
from retreats.db import new_id
from retreats.demo.content import Table, gathering, said
from retreats.demo.dates import ZONE, first_moment, in_utc, moment_within, spelled
from retreats.demo.house import Community
from retreats.questions.models import Form, Question

_TEXTS = ("title", "summary", "about", "included", "not_included", "cancelled_because")


def announce(slug: str, community: Community) -> Gathering:
    """The gathering of that name with its programme and prices; the community knows it from now on."""
    table = gathering(slug)
    begins = first_moment(table["when"]["starts"], now=community.now)
    row = _gathering(table, begins, community)
    row.leaders = [
        Leader(id=new_id(), facilitator=community.facilitators[key], position=position)
        for position, key in enumerate(table["leaders"])
    ]
    spaces = {space.name: space for space in row.venue.spaces} if row.venue else {}
    row.sessions = [
        Session(
            id=new_id(),
            title=each["title"],
            note=each.get("note", {}),
            starts_at=in_utc(moment_within(each["from"], begins=begins)),
            ends_at=in_utc(moment_within(each["to"], begins=begins)),
            space=spaces[each["space"]] if "space" in each else None,
        )
        for each in table["sessions"]
    ]
    row.ticket_types = [_ticket_type(each, position) for position, each in enumerate(table["tickets"])]
    community.gatherings[slug] = row
    return row


def promise(row: Gathering, community: Community) -> PagePromise:
    """The first version of its page promise."""
    return PagePromise(
        id=new_id(),
        gathering_id=row.id,
        version=1,
        your_words=said("house")["your_words"],
        written_at=row.published_at or community.ago(2),
        **gathering(row.slug)["promise"],
    )


def intake(row: Gathering) -> Form:
    """The questions that it asks whoever books."""
    form = Form(id=new_id(), gathering_id=row.id, occasion="intake", version=1)
    asked = gathering(row.slug)["questions"]
    form.questions = [Question(id=new_id(), position=position, **each) for position, each in enumerate(asked)]
    return form


def _gathering(table: Table, begins: datetime, community: Community) -> Gathering:
    ends = moment_within(table["when"]["ends"], begins=begins)
    published_at = community.ago(table["published_days_ago"]) if "published_days_ago" in table else None
    return Gathering(
        id=new_id(),
        **{word: table[word] for word in ("slug", "kind", "state", "languages", "capacity")},
        **{word: table[word] for word in _TEXTS if word in table},
        mode=table.get("mode", "in_person"),
        online_link=table.get("online_link"),
        series=community.series.get(table.get("series", "")),
        venue=community.venues.get(table.get("venue", "")),
        care_contact=community.people.get(table.get("care", "")),
        starts_at=in_utc(begins),
        ends_at=in_utc(ends),
        starts_wall=spelled(begins),
        ends_wall=spelled(ends),
        zone=ZONE,
        taken=0,
        published_at=published_at,
        booking_opens_at=published_at,
        cancelled_at=community.ago(table["cancelled_days_ago"]) if "cancelled_days_ago" in table else None,
        refund_tiers=table.get("refund_tiers") or [dict(tier) for tier in DEFAULT_TIERS],
    )


def _ticket_type(table: Table, position: int) -> TicketType:
    return TicketType(
        id=new_id(),
        name=table["name"],
        note=table.get("note", {}),
        price_minor=table["price"],
        capacity=table.get("capacity"),
        taken=0,
        position=position,
    )
