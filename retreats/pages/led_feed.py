"""A facilitator's calendar, to subscribe to: what they lead, with its address and programme, and nobody who comes."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import calendar, clock
from retreats.accounts.guards import by_own_link
from retreats.accounts.models import Person
from retreats.catalogue import queries as catalogue
from retreats.house.queries import current
from retreats.languages import locale_of, spoken_to
from retreats.pages import subscribing
from retreats.pages.subscribing import Window
from retreats.refusals import NotFound

bp = Blueprint("led_feed", __name__)
PURPOSE = "led"


def address(person: Person) -> str:
    """Where it is. It is renewed together with their own calendar."""
    return f"{current_app.config['SITE_URL']}/facilitate/calendar/{token_of(person)}.ics"


def token_of(person: Person) -> str:
    """The key to it."""
    return subscribing.token_of(person, PURPOSE)


@bp.get("/facilitate/calendar/<token>.ics")
@by_own_link
def feed(token: str) -> AnyResponse:
    """The calendar itself, for as long as they lead here."""
    person = subscribing.person_of(token, PURPOSE)
    if not person.has_role("facilitator"):
        raise NotFound
    found = catalogue.in_calendars(*Window.of(clock.now()), led_by=person.id)
    with force_locale(locale_of(spoken_to(person.language))):
        body = calendar.feed(
            _("%(house)s: what I lead", house=current().name),
            (entry for each in found for entry in subscribing.entries_of(each, exact=True)),
            organiser=subscribing.organiser(),
            zone=current().zone,
            url=f"{current_app.config['SITE_URL']}/facilitate/",
        )
    return subscribing.answer(body, modified=max(map(subscribing.changed_at, found), default=person.created_at))
