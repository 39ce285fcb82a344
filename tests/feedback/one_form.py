"""One group, who leads it and who organises it, for tests of what an organiser does with the form after it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db
from retreats.outbox.models import Event
from tests.conftest import browser_of
from tests.feedback import loop
from tests.house import a_facilitator, a_person, sign_in

FORM, AFTER = "/organise/loop/june-retreat/form", "/facilitate/june-retreat/after"


@pytest.fixture
def mira(app: Flask) -> Facilitator:
    """Who leads it."""
    return a_facilitator()


@pytest.fixture
def june(mira: Facilitator) -> Gathering:
    """Six people who come."""
    return loop.a_group(6, facilitator=mira)


@pytest.fixture
def otto(app: Flask) -> FlaskClient:
    """The organiser's browser."""
    browser = browser_of(app)
    sign_in(browser, a_person("otto@example.org", role="organiser"))
    return browser


def happened(*kinds: type) -> list[str]:
    """Events of these kinds, in their order."""
    db.session.remove()
    names = {kind.__name__ for kind in kinds}
    return [each.name for each in db.session.query(Event).order_by(Event.position) if each.name in names]
