"""What is in the house that is measured: as much as a real one has on its pages."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering, Session
from retreats.db import db, new_id, writing
from retreats.outbox.models import Delivery
from tests.conftest import ROOT
from tests.house import a_facilitator, a_gathering, both, terms

WORDS = "In the morning we sit in silence, at noon we walk by the river, and in the evening everybody may speak. "


def migrate(app: Flask) -> None:
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        terms()


def a_full_page(app: Flask, slug: str, *, places: int) -> None:
    """A gathering with the words, the programme and the people of a real one."""
    with app.app_context():
        mira = a_facilitator(f"mira-{slug}@example.org")
        gathering = a_gathering(slug=slug, kind="workshop", places=places, facilitator=mira, lasts=timedelta(hours=6))
        starts_at = clock.now() + timedelta(days=60)
        with writing() as session:
            found = session.get_one(Gathering, gathering.id)
            found.about = both(f"## How it goes\n\n{WORDS * 6}\n\n- bring warm clothes\n- tell us what you need")
            session.add_all(
                Session(id=new_id(), gathering_id=gathering.id, title=both(f"Part {number}"),
                        starts_at=starts_at + timedelta(hours=number), ends_at=starts_at + timedelta(hours=number + 1))
                for number in range(6)
            )  # fmt: skip
        db.session.remove()


def sold(app: Flask, slug: str) -> tuple[int, int]:
    """The places of a gathering: by rows, and by the counter."""
    with app.app_context():
        gathering = db.session.scalars(select(Gathering).where(Gathering.slug == slug)).one()
        rows = db.session.scalar(select(func.count()).select_from(Place).where(
            Place.gathering_id == gathering.id, Place.state == "confirmed"))  # fmt: skip
        counted = gathering.taken
        db.session.remove()
    return rows or 0, counted


def undone(app: Flask) -> int:
    """Deliveries that the worker has still to run."""
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(Delivery).where(Delivery.done_at.is_(None)))
        db.session.remove()
    return found or 0
