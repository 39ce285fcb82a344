"""What the journey finds: gatherings in a database that is copied for every life."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from flask import Flask
from flask_migrate import upgrade

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person, RecoveryCode
from retreats.db import new_id, writing
from tests.conftest import ROOT
from tests.house import a_facilitator, a_gathering, a_person, terms

PRICE = 48_000
ORGANISER = "otto@example.org"
CODES = ("aaaa-bbbb-cccc-dddd", "eeee-ffff-gggg-hhhh", "iiii-jjjj-kkkk-llll", "mmmm-nnnn-oooo-pppp")
"""What the organiser has instead of a telephone."""


def build(app: Flask) -> None:
    """Migrate an empty database, and let there be gatherings."""
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        terms()
        _with_second_factor(a_person(ORGANISER, role="organiser"))
        mira = a_facilitator()
        starts_at = _a_morning(clock.now() + timedelta(days=60))
        for slug, places, price in (("circle", 4, 0), ("retreat", 8, PRICE), ("full", 1, 0), ("last", 1, PRICE),
                                    ("called-off", 3, PRICE)):  # fmt: skip
            a_gathering(slug=slug, places=places, price=price, starts_at=starts_at, facilitator=mira)


def _a_morning(moment: datetime) -> datetime:
    return moment.replace(hour=9, minute=0, second=0, microsecond=0)


def _with_second_factor(person: Person) -> None:
    """An authenticator, and recovery codes that the journey knows."""
    with writing() as session:
        app = accounts.begin_authenticator(person.id)
        app.confirmed_at = clock.real_now()
        hashes = [hashlib.sha256(code.replace("-", "").encode()).digest() for code in CODES]
        session.add_all(RecoveryCode(id=new_id(), person_id=person.id, code_hash=each) for each in hashes)
