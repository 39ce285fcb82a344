"""A house in demo mode, on the store of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from retreats import clock, create_app
from retreats.db import db, writing
from retreats.demo.load import load
from tests.conftest import settings


@pytest.fixture
def demo_house(app: Flask) -> Iterator[Flask]:
    """The same database and folder as the other house of the tests, and the demonstration's own pages."""
    found = create_app(**settings(app.config["SQLALCHEMY_DATABASE_URI"], app.config["VAR_DIR"], DEMO=True))
    clock.keep_offset_in(None)
    with found.app_context():
        yield found
        db.session.remove()
        db.engine.dispose()


def begun() -> None:
    """The demonstration, as it begins."""
    with writing() as session:
        load(session)
