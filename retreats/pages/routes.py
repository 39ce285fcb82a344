"""The public pages: the house, its gatherings, its people, its tiles and the law."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from retreats import clock
from retreats.accounts.guards import open_to_everyone
from retreats.booking.opening import Opening, glance, lapsed_places, opening
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.feedback import queries as feedback
from retreats.house import colours
from retreats.house.queries import current, legal_in_force
from retreats.house.queries import logo as logo_of
from retreats.languages import language
from retreats.pages import azulejo, wording
from retreats.pages.finding import Wish
from retreats.pages.kept import kept_page
from retreats.privacy.words import periods_in_words
from retreats.refusals import NotFound
from retreats.web import YEAR, cacheable, page

bp = Blueprint("pages", __name__)
for _word in (wording.kind_word, wording.when_words, wording.first_announced, wording.where_words, wording.price_words, wording.places_words,
              wording.palette_of, wording.spoken, wording.zone_words, wording.month_words):  # fmt: skip
    bp.add_app_template_global(_word)


def _openings(gatherings: list[Gathering]) -> dict[int, Opening]:
    now = clock.now()
    free = lapsed_places([each.id for each in gatherings], now=now)
    return {each.id: opening(each, now=now, lapsed=free.get(each.id, 0)) for each in gatherings}


@bp.get("/")
@open_to_everyone
def home() -> Response:
    """Who we are, and what comes next."""
    coming = catalogue.listed(since=clock.now())
    next_ones = [each for each in coming if each.standing == "published"][:4]
    return page("pages/home.html", gatherings=next_ones, openings=_openings(next_ones),
                facilitators=catalogue.facilitators_welcome())  # fmt: skip


@bp.get("/gatherings/")
@open_to_everyone
def gatherings() -> Response:
    """What is coming, and a little of what was."""
    now = clock.now()
    wish = Wish.read(request.args)
    since, until = wish.window(now)
    found = wish.fitting(catalogue.listed(since=since, until=until, kind=wish.kind))
    past = [] if wish.is_set else catalogue.past(before=now)
    return page("pages/gatherings.html", gatherings=found, past=past, openings=_openings([*found, *past]), wish=wish,
                choices=Wish.choices(catalogue.listed(since=now)))  # fmt: skip


@bp.get("/gatherings/<slug>/")
@open_to_everyone
def gathering(slug: str) -> Response:
    """One gathering. Kept once rendered: one small row is read when nothing about it changed."""
    now = clock.now()
    row, state = glance(slug, now=now)
    key = ("gathering", row.id, row.version, language(), state.answer, min(state.left, 4), now.date())
    return kept_page(key, lambda: _gathering_page(slug, state))


def _gathering_page(slug: str, state: Opening) -> Response:
    found = catalogue.published(slug)
    house = current()
    url = f"{house.url}/gatherings/{slug}/"
    return page(
        "pages/gathering.html",
        gathering=found,
        opening=state,
        promise=catalogue.promise_of(found.id),
        programme=wording.programme_by_day(found),
        tiers=wording.tier_words(found),
        structured=wording.structured(found, state, url, {"name": house.name, "url": house.url}),
        said=feedback.you_said_we_changed(found),
        taught=feedback.taught_us(found.id),
        listening=feedback.listening_line(),
        asking=feedback.asking_at(found),
    )


@bp.get("/series/<slug>/")
@open_to_everyone
def series(slug: str) -> Response:
    """All dates of one series together."""
    found, dates = catalogue.series(slug)
    return page("pages/series.html", series=found, gatherings=dates, openings=_openings(dates))


@bp.get("/facilitators/")
@open_to_everyone
def facilitators() -> Response:
    """Everybody who leads."""
    return page("pages/facilitators.html", facilitators=catalogue.facilitators_welcome())


@bp.get("/facilitators/<slug>/")
@open_to_everyone
def facilitator(slug: str) -> Response:
    """One of them: training, approach, and what they lead next."""
    found = catalogue.facilitator(slug)
    coming = catalogue.led_by(found.id, since=clock.now())
    taught = feedback.taught_by(found.person_id)
    return page(
        "pages/facilitator.html", facilitator=found, gatherings=coming, openings=_openings(coming), taught=taught
    )


@bp.get("/tiles/<palette>/<seed>.svg")
@open_to_everyone
def tile(palette: str, seed: str) -> Response:
    """The tile of a gathering or a person: the same every time."""
    return _drawn(azulejo.tile, palette, seed)


@bp.get("/tiles/<palette>/wide/<seed>.svg")
@open_to_everyone
def wall(palette: str, seed: str) -> Response:
    """A wall of tiles, for the head of a page."""
    return _drawn(azulejo.wall, palette, seed)


def _drawn(draw: object, palette: str, seed: str) -> Response:
    try:
        drawing = draw(seed, palette)  # type: ignore[operator]  # one of the two functions above
    except KeyError as unknown:
        raise NotFound from unknown
    answer = make_response(drawing)
    answer.content_type = "image/svg+xml; charset=utf-8"
    return cacheable(answer, etag=f"{palette}-{abs(hash(drawing)):x}", seconds=31_536_000)


@bp.get("/privacy/")
@open_to_everyone
def privacy() -> Response:
    """What is kept of whom, why, and for how long."""
    return page("pages/privacy.html", notice=legal_in_force("privacy"), periods=periods_in_words())


@bp.get("/terms/")
@open_to_everyone
def terms() -> Response:
    """The terms of booking in force."""
    return page("pages/terms.html", terms=catalogue.terms_in_force())


@bp.get("/imprint/")
@open_to_everyone
def imprint() -> Response:
    """Who we are in law, and the complaints book."""
    return page("pages/imprint.html", imprint=legal_in_force("imprint"))


@bp.get("/look/<named>.css")
@open_to_everyone
def look(named: str) -> Response:
    """The house's own colours. What is in this sheet stands in its address, so it can be kept for ever."""
    sheet = colours.sheet(named)
    if sheet is None:
        raise NotFound
    answer = make_response(sheet)
    answer.content_type = "text/css; charset=utf-8"
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


@bp.get("/look/<named>.png")
@open_to_everyone
def logo(named: str) -> Response:
    """The house's own sign. Another picture has another address, so it can be kept for ever."""
    content = logo_of(named)
    if content is None:
        raise NotFound
    answer = make_response(content)
    answer.content_type = "image/png"
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


@bp.get("/robots.txt")
@open_to_everyone
def robots() -> Response:
    """What may be searched: the public pages."""
    hidden = (
        "/me/",
        "/registrations/",
        "/places/",
        "/reflect/",
        "/asked/",
        "/complaints/",
        "/pay/",
        "/data/",
        "/organise/",
        "/facilitate/",
        "/demo/",
        "/set-up/",
        "/supervision/",
        "/read-first/",
    )
    feeds = ("/me/calendar/", "/facilitate/calendar/")  # Google fetches none that it may not read; they say noindex
    lines = ["User-agent: *", *(f"Allow: {path}" for path in feeds), *(f"Disallow: {path}" for path in hidden)]
    answer = make_response("\n".join([*lines, "", f"Sitemap: {current().url}/sitemap.xml", ""]))
    answer.content_type = "text/plain; charset=utf-8"
    return cacheable(answer, etag="robots-3", seconds=86_400)
