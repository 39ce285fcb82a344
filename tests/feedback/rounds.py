"""Words for walking the short rounds: being in the middle of a gathering, or long after it, and sending their forms."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import own_link, timeline
from retreats.feedback.models import FormWindow, GroupText
from tests.feedback import loop

FIVE = loop.NAMES[:5]


def to_the_middle(gathering: Gathering, deliver: Any) -> datetime:
    """Go to where its check-in opens; when it closes."""
    opens, closes = _times(gathering)
    clock.move_to(opens)
    deliver()
    return closes


def to_the_close(gathering: Gathering, deliver: Any) -> None:
    """Go to where its check-in closes."""
    _opens, closes = _times(gathering)
    clock.move_to(closes)
    deliver()


def long_after(gathering: Gathering, deliver: Any, days: int, what: str = "opens") -> None:
    """Go to a moment of a follow-up, in the steps in which time passes."""
    db.session.remove()
    due = timeline.FOLLOW_UPS[days, what].due_at(db.session.get_one(Gathering, gathering.id))
    assert due is not None
    loop.walk_to(due, deliver, step=timedelta(days=4))


def check_in(client: FlaskClient, link: str, **fields: str) -> Any:
    """Send the check-in, as a browser does."""
    form = {"proof": own_link.proof(link), "B1": "4", "B2": "3", "B4": "", "B5": "", "B6": "no"}
    return client.post(f"/reflect/{link}/check-in", data=form | fields)


def later(client: FlaskClient, link: str, days: int = 21, **fields: str) -> Any:
    """Send a follow-up, as a browser does."""
    form = {
        "proof": own_link.proof(link),
        "D1": "4",
        "D2": "",
        "D4": "no",
        "D4_text": "",
        "D4_way": "",
        "D6": "",
        "D7": "",
    }
    return client.post(f"/reflect/{link}/later/{days}", data=form | fields)


def window(gathering: Gathering, occasion: str) -> FormWindow | None:
    """A round's form."""
    db.session.remove()
    return db.session.query(FormWindow).filter_by(gathering_id=gathering.id, occasion=occasion).one_or_none()


def passed_on() -> list[tuple[str, str | None]]:
    """Every text that was passed on, in no telling order: sorted."""
    db.session.remove()
    return sorted((each.question, each.text) for each in db.session.query(GroupText))


def main_of(page: str) -> str:
    """What a page says, without its frame."""
    return page.partition("<main")[2].partition("</main")[0]


def without_token(page: str) -> str:
    """A page without the token of its forms, which says when it was made."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def _times(gathering: Gathering) -> tuple[datetime, datetime]:
    db.session.remove()
    times = timeline.check_in_times(db.session.get_one(Gathering, gathering.id))
    assert times is not None
    return times
