"""One search box for whoever organises: people, bookings, who waits, gatherings. It only reads."""

from __future__ import annotations

from flask import Blueprint, Response, request

from retreats import clock
from retreats.accounts import queries as accounts
from retreats.accounts.guards import looking_up, organisers_only
from retreats.booking import listing
from retreats.booking.columns import state_of
from retreats.booking.wanted import LONGEST, Wanted
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.folding import fold
from retreats.web import page

bp = Blueprint("search", __name__)
MOST = 10
"""How many of each kind are shown."""


@bp.get("/organise/search")
@looking_up
@organisers_only
def search() -> Response:
    """Whoever and whatever has all of these words, some of each kind."""
    q = " ".join(request.args.get("q", "").split())[:LONGEST]
    wanted, now = Wanted(q=q), clock.now()
    if not q:
        return page("pages/search.html", q=q)
    bookings = listing.page_of(wanted, now=now, most=MOST).rows
    return page(
        "pages/search.html",
        q=q,
        bookings=[(each, state_of(each)) for each in bookings],
        count=listing.count(wanted, now=now),
        people=accounts.with_words(q, at_most=MOST),
        waiting=listing.waiting_with_words(q, at_most=MOST),
        gatherings=_gatherings(q)[:MOST],
    )


def _gatherings(q: str) -> list[Gathering]:
    """Those with all of the words in title, address or venue; titles are kept in two languages, so the house looks itself."""
    words = (fold(q) or "").split()
    return [each for each in catalogue.all_gatherings() if all(word in _text(each) for word in words)]


def _text(gathering: Gathering) -> str:
    venue = f"{gathering.venue.name} {gathering.venue.area}" if gathering.venue else ""
    return fold(" ".join([*gathering.title.values(), gathering.slug, venue])) or ""
