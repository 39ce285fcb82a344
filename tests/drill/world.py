"""What the crowd finds: room for many, room for few, and something to pay."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_migrate import upgrade

from retreats import clock
from retreats.db import db
from tests.conftest import ROOT
from tests.house import a_facilitator, a_gathering, terms

PRICE = 48_000
ROOMY, TIGHT, PAID = "roomy", "tight", "paid"


def build(app: Flask) -> None:
    """Migrate an empty database, and let there be gatherings."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        terms()
        mira = a_facilitator()
        starts_at = (clock.now() + timedelta(days=60)).replace(hour=9, minute=0, second=0, microsecond=0)
        for slug, places, price in ((ROOMY, 5000, 0), (TIGHT, 15, 0), (PAID, 5000, PRICE)):
            a_gathering(slug=slug, places=places, price=price, starts_at=starts_at, facilitator=mira)
        db.session.remove()
