"""A house in demo mode, on the store of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from retreats import clock, create_app
from retreats.db import db, writing
from retreats.demo.load import load
from retreats.house.keeping import keeper
from tests.conftest import settings


@pytest.fixture(scope="session")
def demo_application(house: Flask) -> Iterator[Flask]:
    """The same database and folder as the other house of the tests, and the demonstration's own pages. Made once: its
    routes and templates are as many as a real house's.
    """
    made = create_app(**settings(house.config["SQLALCHEMY_DATABASE_URI"], house.config["VAR_DIR"], DEMO=True))
    clock.keep_offset_in(None)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo_house(app: Flask, demo_application: Flask) -> Iterator[Flask]:
    """The house in demo mode, empty."""
    del app
    before = dict(demo_application.config)
    with demo_application.app_context():
        keeper().forget()
        yield demo_application
        db.session.remove()
    demo_application.config.clear()
    demo_application.config.update(before)


def begun() -> None:
    """The demonstration, as it begins."""
    with writing() as session:
        load(session)
