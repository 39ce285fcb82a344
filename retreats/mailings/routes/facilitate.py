"""A facilitator's desk: what she leads, and nobody's address."""

from retreats.accounts import guards
from retreats.accounts.guards import facilitators_only
from retreats.booking import organising
from retreats.catalogue.models import Gathering
from retreats.mailings.routes.desk import Desk, blueprint


def _led(slug: str) -> Gathering:
    return organising.led_by(slug, guards.current_person().id)


bp = blueprint(Desk("mailings_facilitate", "/facilitate/<slug>", facilitators_only, _led, is_house=False))
