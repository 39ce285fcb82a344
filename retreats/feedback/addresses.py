"""Where the pages of the loop are found."""

from __future__ import annotations

from flask import current_app

from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.feedback.models import Complaint
from retreats.feedback.own_link import token_of


def reflect_path(place: Place) -> str:
    """My reflection & replies, by own link."""
    return f"/reflect/{token_of(place)}"


def after_path(gathering: Gathering) -> str:
    """After {gathering}, for those who led it."""
    return f"/facilitate/{gathering.slug}/after"


def needs_path(gathering: Gathering) -> str:
    """What people need, for those who lead it."""
    return f"/facilitate/{gathering.slug}/needs"


def check_in_path(gathering: Gathering) -> str:
    """The check-in, for those who lead it."""
    return f"/facilitate/{gathering.slug}/check-in"


def outward(path: str) -> str:
    """A path of ours as an address that works in a letter."""
    return f"{current_app.config['SITE_URL']}{path}"


def asked_path(gathering: Gathering) -> str:
    """What people ask before they book, for those who lead it."""
    return f"/facilitate/{gathering.slug}/asked"


def complaint_read_path(complaint: Complaint) -> str:
    """A complaint, for its reader."""
    return f"/complaints/{complaint.id}"
