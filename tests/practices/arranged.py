"""Words for practising: a gathering that has begun, a practice that is offered, and what somebody makes of it."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from retreats import clock
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, new_id, writing
from retreats.practices import service
from retreats.practices.models import Practice, PracticeNote, PracticePlan
from retreats.practices.service import Words
from tests.feedback import loop
from tests.house import both

WORDS = Words(
    title=both("Three breaths", "Três respirações"),
    how=both("Sit. Breathe."),
    how_long=both("Two minutes", "Dois minutos"),
)
SECRET = "my father’s chair creaks"


def a_practice(gathering: Gathering, words: Words = WORDS) -> Practice:
    """Mira offers one."""
    with writing():
        return service.offer(new_id(), gathering.id, words)


def begun(gathering: Gathering) -> None:
    """It has begun."""
    assert gathering.starts_at is not None
    db.session.remove()
    clock.move_to(gathering.starts_at)


def a_gathering_with_a_practice(
    size: int, facilitator: Facilitator, **more: Any
) -> tuple[Gathering, Practice]:  # fmt: skip
    """So many people are there, and Mira has offered something."""
    june = loop.a_group(size, facilitator=facilitator, **more)
    practice = a_practice(june)
    begun(june)
    return june, practice


def choose(client: FlaskClient, link: str, practice: Practice, **fields: str) -> Any:
    """As a browser sends the form."""
    said = {f"when_{practice.id}": "I have put the kettle on", f"will_{practice.id}": SECRET}
    return loop.post(client, link, f"/practices/{practice.id}/choose", **(said | fields))


def note(client: FlaskClient, link: str, practice: Practice, text: str, entry: int = 0) -> int:
    """Keep a note; its id."""
    entry = entry or new_id()
    answer = loop.post(client, link, f"/practices/{practice.id}/notes", entry=str(entry),
                       **{f"text_{practice.id}": text})  # fmt: skip
    assert answer.status_code == 303, answer.text
    return entry


def plans() -> list[PracticePlan]:
    """What was chosen."""
    db.session.remove()
    return db.session.query(PracticePlan).all()


def notes() -> list[PracticeNote]:
    """What was noted."""
    db.session.remove()
    return db.session.query(PracticeNote).all()
