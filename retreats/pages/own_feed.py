"""A person's own calendar, to subscribe to: their places, the programme of each, nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from retreats import calendar, clock
from retreats.accounts.guards import by_own_link
from retreats.accounts.models import Person
from retreats.booking import invites, queries
from retreats.booking.models import Place
from retreats.calendar import Entry
from retreats.catalogue.models import Gathering, Leader, Session
from retreats.db import db
from retreats.house.queries import current
from retreats.languages import locale_of, spoken_to, t
from retreats.pages import subscribing
from retreats.pages.subscribing import Window

bp = Blueprint("own_feed", __name__)
PURPOSE = "feed"


def address(person: Person) -> str:
    """Where this person's calendar is: whoever has the address reads it, so it can be renewed."""
    return f"{current_app.config['SITE_URL']}/me/calendar/{token_of(person)}.ics"


def token_of(person: Person) -> str:
    """The key to it."""
    return subscribing.token_of(person, PURPOSE)


@bp.get("/me/calendar/<token>.ics")
@by_own_link
def feed(token: str) -> AnyResponse:
    """The calendar itself. No cookies, no redirect: programs fetch it."""
    person = subscribing.person_of(token, PURPOSE)
    with force_locale(locale_of(spoken_to(person.language))):
        entries = list(_entries(person))
        body = calendar.feed(
            _("%(house)s: my places", house=current().name),
            entries,
            organiser=subscribing.organiser(),
            zone=current().zone,
            url=f"{current_app.config['SITE_URL']}/me/",
        )
    return subscribing.answer(body, modified=max((each.modified for each in entries), default=person.created_at))


def _entries(person: Person) -> Iterator[Entry]:
    window = Window.of(clock.now())
    shown = [place for place in queries.places_of_person(person.id) if _is_shown(place, window)]
    _read_along(shown)
    for place in shown:
        whole = _whole(place)
        yield whole
        if not isinstance(whole.start, datetime):
            yield from (_part(place, whole, session) for session in place.gathering.sessions)


def _read_along(places: list[Place]) -> None:
    """The programme of each and who leads it, in as many statements for one place as for thirty."""
    query = select(Gathering).where(Gathering.id.in_([place.gathering_id for place in places]))
    leaders = selectinload(Gathering.leaders).joinedload(Leader.facilitator)
    programme = selectinload(Gathering.sessions).joinedload(Session.space)
    db.session.scalars(query.options(leaders, programme)).all()


def _is_shown(place: Place, window: Window) -> bool:
    gathering = place.gathering
    if gathering.starts_at is None or gathering.ends_at is None or place.state == "lapsed":
        return False
    off = place.cancelled_at or gathering.cancelled_at
    if off is not None and off < window.cancelled_since:
        return False
    return window.since < gathering.ends_at and gathering.starts_at < window.until


def _whole(place: Place) -> Entry:
    """The gathering itself; what is cancelled says so in its title, because some programs show it as any other."""
    gathering, site = place.gathering, current_app.config["SITE_URL"]
    entry = invites.entry_for(place, stamp=place.changed_at)
    if not place.is_discreet:
        words = [t(gathering.summary), _("To change or cancel, sign in: %(link)s", link=f"{site}/me/")]
        entry = replace(entry, description="\n\n".join(filter(None, words)), url=subscribing.page_of(gathering))
    if entry.status == "cancelled":
        return replace(entry, title=_("Cancelled: %(title)s", title=entry.title), opaque=False)
    return replace(entry, status="tentative") if place.state == "held" else entry


def _part(place: Place, whole: Entry, session: Session) -> Entry:
    """One block of the programme, at its hour, with a UID of its own."""
    name, _at, host = place.uid.partition("@")
    uid = f"{name.rpartition('-')[0]}-{session.id:x}@{host}"
    part = replace(whole, uid=uid, start=session.starts_at, end=session.ends_at)
    if place.is_discreet:
        return part
    return replace(
        part,
        title=_part_title(place, whole, t(session.title)),
        description=t(session.note),
        location=", ".join(filter(None, [session.space.name if session.space else "", whole.location])),
    )


def _part_title(place: Place, whole: Entry, title: str) -> str:
    if whole.status == "cancelled":
        return _("Cancelled: %(title)s", title=title)
    return title if place.gathering.postponed_at is None else _("Postponed: %(title)s", title=title)
