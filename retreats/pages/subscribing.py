"""What the feeds have in common: how far they look, their entries out of a gathering, and how they answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app, make_response, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from retreats import links
from retreats.accounts.models import Person
from retreats.booking import invites
from retreats.calendar import Entry, Party
from retreats.catalogue.models import Gathering, Session
from retreats.db import db
from retreats.languages import t
from retreats.mail.service import sender
from retreats.refusals import NotFound
from retreats.web import cacheable

BACK, AHEAD, CANCELLED_STAYS = timedelta(days=90), timedelta(days=548), timedelta(days=30)
POLL = 900
_KEY_LENGTH = 32


class Window(NamedTuple):
    """What feeds show: what ends after `since` and begins before `until`, and cancellations newer than `cancelled_since`."""

    since: datetime
    until: datetime
    cancelled_since: datetime

    @classmethod
    def of(cls, now: datetime) -> Window:
        """Ninety days back, eighteen months ahead; what is cancelled stays for thirty days."""
        return cls(now - BACK, now + AHEAD, now - CANCELLED_STAYS)


def organiser() -> Party:
    """The house, as calendars name it."""
    name, email = sender()
    return Party(name=name, email=email)


def page_of(gathering: Gathering) -> str:
    """The address of its page."""
    return f"{current_app.config['SITE_URL']}/gatherings/{gathering.slug}/"


def changed_at(gathering: Gathering) -> datetime:
    """When what a feed shows of it last changed: never the moment of asking, or each poll would be a change."""
    moment = gathering.changed_at or gathering.published_at
    if moment is None:
        message = "What was never published stands in no feed."
        raise ValueError(message)
    return moment


def entries_of(gathering: Gathering, *, exact: bool) -> Iterator[Entry]:
    """A gathering as entries: one with its hours, or, over several days, a banner and each session.

    `exact` tells the address and the way in online, which only people who come or lead may have.
    """
    if gathering.starts_at is None or gathering.ends_at is None:
        return
    whole = _whole(gathering, exact=exact)
    yield whole
    if not isinstance(whole.start, datetime):
        yield from (_part(session, whole, opaque=whole.status == "confirmed") for session in gathering.sessions)


def _whole(gathering: Gathering, *, exact: bool) -> Entry:
    start, end = invites.start_and_end(gathering)
    changed, status = changed_at(gathering), invites.status_of(gathering)
    return Entry(
        uid=gathering.uid,
        sequence=gathering.sequence,
        stamp=changed,
        created=gathering.published_at or changed,
        modified=changed,
        start=start,
        end=end,
        zone=gathering.zone,
        title=said_of(gathering, t(gathering.title)),
        description="\n\n".join(filter(None, [why_off(gathering), t(gathering.summary), page_of(gathering)])),
        location=invites.location_of(gathering) if exact else invites.public_location_of(gathering),
        url=page_of(gathering),
        status=status,
        opaque=status == "confirmed" and (exact or isinstance(start, datetime)),
    )


def said_of(gathering: Gathering, title: str) -> str:
    """A title that says what became of it: some programs show what is cancelled as any other."""
    words = {"cancelled": _("Cancelled: %(title)s", title=title), "postponed": _("Postponed: %(title)s", title=title)}
    return words.get(gathering.standing, title)


def why_off(gathering: Gathering) -> str:
    """Why it does not take place as announced, as its page says; empty when it does."""
    why = {"cancelled": gathering.cancelled_because, "postponed": gathering.postponed_because}
    return t(why.get(gathering.standing, {}))


def _part(session: Session, whole: Entry, *, opaque: bool) -> Entry:
    """One session, at its hour, under a UID of its own."""
    return replace(
        whole,
        uid=session.uid,
        sequence=session.sequence,
        start=session.starts_at,
        end=session.ends_at,
        title=f"{whole.title} · {t(session.title)}",
        description="\n\n".join(filter(None, [t(session.note), whole.url])),
        location=", ".join(filter(None, [session.space.name if session.space else "", whole.location])),
        opaque=opaque,
    )


def answer(body: bytes, *, modified: datetime | None, public: bool = False) -> AnyResponse:
    """A feed as programs want it: no cookie, no redirect, 304 for whoever has it by its ETag or since then."""
    found = make_response(body)
    found.content_type = "text/calendar; charset=utf-8"
    found.headers["X-Robots-Tag"] = "noindex"
    found.last_modified = modified
    etag = hashlib.sha256(body).hexdigest()[:32]
    if public:
        return cacheable(found, etag=etag, seconds=POLL)
    found.headers["Cache-Control"] = f"private, max-age={POLL}"
    found.set_etag(etag)
    return found.make_conditional(request)


def token_of(person: Person, purpose: str) -> str:
    """Who it is (a random number that says nothing) and a key of 160 bits for this purpose."""
    return f"{person.id:x}{links.derive(purpose, person.id, person.feed_generation)}"


def person_of(token: str, purpose: str) -> Person:
    """Whose feed it is. Raises NotFound for whatever is not a token of somebody who may still come in."""
    spelled, key = token[:-_KEY_LENGTH], token[-_KEY_LENGTH:]
    if not spelled or len(spelled) > 16 or not set(spelled) <= set("0123456789abcdef"):
        raise NotFound
    named = select(Person.id, Person.feed_generation).where(
        Person.id == int(spelled, 16) % 2**63, Person.disabled_at.is_(None)
    )
    parts = db.session.execute(named).first()
    if parts is None or not links.matches(key, purpose, *parts):
        raise NotFound
    return db.session.get_one(Person, parts.id)
