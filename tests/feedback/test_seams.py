"""Where parts of the loop that were made apart meet: a round is not the form after, a theme's decision is its points', and
words that were kept back, quoted or taken back are that everywhere.
"""

from __future__ import annotations

import pytest

from retreats import clock
from retreats.db import db, new_id, writing
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import (
    Batch,
    CareCase,
    FormWindow,
    GroupText,
    Reading,
    Theme,
)
from retreats.feedback.queries.counting import figures
from tests.feedback import loop
from tests.feedback.heard import Saying, heard, would_change
from tests.house import a_facilitator

pytestmark = pytest.mark.slow

HERE = "/facilitate/june-retreat"
LONG = "In the evenings I would have liked to sit alone by the fire and think about the day"
ALARMING = "I will kill myself laughing, you molester"


@pytest.fixture
def june(another_client):
    """Seven answered; Mira has read it. Eva may be quoted."""
    mira = a_facilitator()
    gathering = heard(8, [
        *would_change("ada", "bo", "cara", "duarte", "filipe"), Saying("eva", "C8", LONG, may="quote"),
    ], facilitator=mira, scales={"C1": "4444453"})  # fmt: skip
    loop.leads(another_client, mira)
    return gathering


def passed_on(gathering, occasion: str, *texts: str) -> None:
    """Rows as a round leaves them."""
    with writing() as session:
        window = FormWindow(id=new_id(), gathering_id=gathering.id, occasion=occasion, state="closed", attended=8,
                            form_id=house_form("follow_up").id, offers_unnamed=True)  # fmt: skip
        batch = Batch(id=new_id(), window_id=window.id, number=1, answered=5, released_at=clock.now())
        session.add(window)
        session.flush()
        session.add(batch)
        session.flush()
        for text in texts:
            row = GroupText(id=new_id(), batch_id=batch.id, question="D2", locator=new_id().to_bytes(20, "big"))
            row.text = text
            session.add(row)


def theme_of(client, gathering, title: str, *sayings: str) -> Theme:
    for words in sayings:
        point = loop.point_saying(gathering, words)
        assert client.post(f"{HERE}/points/{point.id}/theme", data={"title": title}).status_code == 303
    db.session.remove()
    return next(each for each in db.session.query(Theme) if each.title == title)


def the_case() -> CareCase:
    db.session.remove()
    return db.session.query(CareCase).one()


def test_not_today_is_about_the_form_after_and_leaves_the_look_back_to_be_written(another_client, deliver) -> None:
    mira = a_facilitator()
    gathering = loop.a_group(6, facilitator=mira)
    loop.leads(another_client, mira)
    loop.after_the_end(gathering, deliver)
    passed_on(gathering, "check_in", "More walks, please")

    answer = another_client.post(f"{HERE}/after/not-today")

    assert answer.status_code == 409
    db.session.remove()
    assert db.session.query(Reading).count() == 0
    assert another_client.get(f"{HERE}/reflection").status_code == 200


def test_a_round_alone_is_no_gathering_that_was_heard(another_client, deliver) -> None:
    gathering = loop.a_group(6, facilitator=a_facilitator())
    loop.after_the_end(gathering, deliver)
    passed_on(gathering, "check_in", "More walks, please")

    assert figures().gatherings == 0
