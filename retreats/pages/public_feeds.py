"""What everybody can subscribe to: the house's calendar, one gathering's, the news as Atom; and the map for search engines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import calendar, clock
from retreats.accounts.guards import open_to_everyone
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.house.queries import current
from retreats.languages import language, t
from retreats.pages import subscribing
from retreats.pages.kept import kept_body
from retreats.pages.subscribing import Window, changed_at, page_of
from retreats.web import cacheable, page

bp = Blueprint("public_feeds", __name__)
AN_HOUR = 3600
HOUSE_PAGES = ("/", "/gatherings/", "/facilitators/", "/how-we-listen/", "/privacy/", "/terms/", "/imprint/")
MOST_NEWS = 50
_BEFORE_EVERYTHING = datetime(2000, 1, 1, tzinfo=UTC)


@bp.get("/gatherings.ics")
@open_to_everyone
def house() -> AnyResponse:
    """All gatherings, each session an entry of its own. Composed once per change and language; one small look besides."""
    window = Window.of(clock.now())
    stand = catalogue.stand_of_calendars(*window)
    body = kept_body(
        ("gatherings.ics", language(), current().version, *stand),
        lambda: _calendar(_house_name(), catalogue.in_calendars(*window), "/gatherings/"),
    )
    return subscribing.answer(body, modified=max(map(_came_into_view, stand), default=None), public=True)


@bp.get("/gatherings/<slug>.ics")
@open_to_everyone
def gathering(slug: str) -> AnyResponse:
    """One gathering: to subscribe to, or to keep as a file."""
    found = catalogue.published(slug)
    body = _calendar(t(found.title), [found], f"/gatherings/{slug}/")
    return subscribing.answer(body, modified=changed_at(found), public=True)


def _house_name() -> str:
    return _("%(house)s: gatherings", house=current().name)


def _calendar(name: str, gatherings: Iterable[Gathering], path: str) -> bytes:
    return calendar.feed(
        name,
        (entry for each in gatherings for entry in subscribing.entries_of(each, exact=False)),
        organiser=subscribing.organiser(),
        zone=current().zone,
        url=f"{current_app.config['SITE_URL']}{path}",
    )


def _came_into_view(stand: catalogue.Stand) -> datetime:
    """When it last changed in the calendar; at the latest when it had come near enough to be shown."""
    return max(stand.changed_at, stand.starts_at - subscribing.AHEAD)


@bp.get("/gatherings.atom")
@open_to_everyone
def atom() -> Response:
    """The news (RFC 4287): what was announced, changed or called off, the newest first."""
    now = clock.now()
    found = catalogue.in_calendars(now, now + timedelta(days=3650), now - subscribing.CANCELLED_STAYS)
    newest = sorted(found, key=changed_at, reverse=True)[:MOST_NEWS]
    answer = page(
        "pages/atom.xml",
        gatherings=newest,
        updated=max(map(changed_at, newest), default=_BEFORE_EVERYTHING),
        address=f"{current_app.config['SITE_URL']}/gatherings.atom",
        tag_of=_tag_of,
        page_of=page_of,
        said_of=subscribing.said_of,
        why_off=subscribing.why_off,
        changed_at=changed_at,
    )
    return _as(answer, "application/atom+xml", seconds=subscribing.POLL)


def _tag_of(gathering: Gathering) -> str:
    """The id of its news for ever (RFC 4151), whatever becomes of title and address."""
    name, _at, host = gathering.uid.partition("@")
    return f"tag:{host},{gathering.published_at:%Y-%m-%d}:{name}"


@bp.get("/sitemap.xml")
@open_to_everyone
def sitemap() -> Response:
    """Every public page (sitemaps.org), without what is called off."""
    site = current_app.config["SITE_URL"]
    found = [(f"{site}{path}", "") for path in HOUSE_PAGES]
    found += [(page_of(each), f"{changed_at(each):%Y-%m-%d}") for each in catalogue.for_search_engines()]
    found += [(f"{site}/series/{each.slug}/", "") for each in catalogue.public_series()]
    found += [(f"{site}/facilitators/{each.slug}/", "") for each in catalogue.facilitators_welcome()]
    return _as(page("pages/sitemap.xml", addresses=found), "application/xml", seconds=AN_HOUR)


def _as(answer: Response, kind: str, *, seconds: int) -> Response:
    answer.content_type = f"{kind}; charset=utf-8"
    etag = hashlib.sha256(answer.get_data()).hexdigest()[:32]
    return cacheable(answer, etag=etag, seconds=seconds)
