"""Loads the invented community around the present house time. Whoever calls commits."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Base
from retreats.demo.beforehand import before_and_beside
from retreats.demo.between import go_on
from retreats.demo.bookings import book, wait
from retreats.demo.content import GATHERINGS, gathering, said
from retreats.demo.earlier import as_it_was, remember
from retreats.demo.house import Community, furnish
from retreats.demo.loop import ask_those_who_were_there
from retreats.demo.models import Demonstration
from retreats.demo.post import posted
from retreats.demo.programme import announce, intake, promise
from retreats.demo.trails import close_the_loop
from retreats.mailings import service as mailings
from retreats.refusals import Refusal


class HouseNotEmpty(Refusal):
    """Somebody is known here already: the demonstration moves only into an empty house."""

    code = "house_not_empty"


def is_empty(session: Session) -> bool:
    """Whether nobody is known here yet."""
    return not session.scalar(select(exists().where(Person.id.is_not(None))))


def is_demonstration(session: Session) -> bool:
    """Whether the people in this database are invented."""
    return session.get(Demonstration, 1) is not None


def load(session: Session) -> None:
    """Write the whole community, its days counted from `clock.now()`. Raises HouseNotEmpty; then nothing is written.

    `session` is the one of `writing()`.

    Ids, references and calendar identifiers are random; slugs and mail addresses are the same every time.
    """
    if not is_empty(session):
        raise HouseNotEmpty
    session.add(Demonstration(loaded_at=clock.now()))
    host = urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"
    community = Community(now=clock.now(), host=host)
    session.add_all(furnish(community))
    told = [(each["slug"], as_it_was(each, community)) for each in said("earlier")["gatherings"]]
    for slug, then in [*told, *((slug, community) for slug in GATHERINGS)]:
        row = announce(slug, then)
        session.add(row)
        session.flush()
        rows = _booked(row, then)
        session.add_all([*rows, *posted(rows, host=host)])
    session.flush()
    close_the_loop(community)
    for layer in remember(community):
        session.add_all(layer)
        session.flush()
    go_on(community)
    before_and_beside(community)
    ask_those_who_were_there(community)
    mailings.pass_over(community.now)


def _booked(row: Gathering, community: Community) -> list[Base]:
    table, form, promised = gathering(row.slug), intake(row), promise(row, community)
    tickets = {each["key"]: ticket_type for each, ticket_type in zip(table["tickets"], row.ticket_types, strict=True)}
    rows: list[Base] = [form, promised]
    for each in table.get("bookings", []):
        rows += book(
            each, tickets=tickets, promise=promised, form=form, community=community, presence=table.get("presence")
        )
    return rows + [wait(each, gathering=row, community=community) for each in table.get("waiting", [])]
