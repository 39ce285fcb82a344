"""A facilitator's own groups side by side: what shows, what does not, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from retreats import clock
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, new_id, writing
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Batch, FormWindow, GroupAnswer, LoopStep, Reading
from retreats.feedback.queries import over_time
from retreats.questions.models import Form, Question
from tests.feedback import loop
from tests.house import a_facilitator, a_gathering

QUESTION = "There was room for me"


@pytest.fixture
def mira(app) -> Facilitator:
    """Who leads."""
    return a_facilitator()


def heard(mira: Facilitator, number: int, answers: dict[str, list[int]], *, year: int = 2027, opened: bool = True,
          form: Form | None = None) -> Gathering:  # fmt: skip
    """A gathering of `mira`'s in month `number` whose form was released with these words (1 to 5, or 0 for a no)."""
    gathering = a_gathering(
        slug=f"group-{year}-{number}", facilitator=mira, starts_at=datetime(year, number, 10, 9, tzinfo=UTC)
    )
    with writing() as session:
        window = FormWindow(id=new_id(), gathering_id=gathering.id, occasion="after", attended=12, offers_unnamed=True,
                            form_id=(form or house_form("after")).id, state="closed")  # fmt: skip
        session.add(window)
        session.flush()
        most = max((len(each) for each in answers.values()), default=0)
        batch = Batch(id=new_id(), window_id=window.id, number=1, answered=most, released_at=clock.now())
        session.add(batch)
        session.flush()
        session.add_all(
            GroupAnswer(id=new_id(), batch_id=batch.id, question=key, value=str(value))
            for key, values in answers.items()
            for value in values
        )
        if opened:
            session.add(Reading(id=new_id(), batch_id=batch.id, person_id=mira.person_id, opened_at=clock.now()))
    return gathering


def of(trends: list[over_time.Trend], words: str = QUESTION) -> over_time.Trend:
    return next(each for each in trends if words in each.label["en"])


def good(count: int, total: int) -> list[int]:
    return [4] * count + [3] * (total - count)


@pytest.fixture
def autumn(app):
    """All gatherings of the year are over."""
    clock.move_to(datetime(2027, 12, 1, 9, tzinfo=UTC))


@pytest.mark.usefixtures("autumn")
def test_below_three_gatherings_there_is_no_trend(mira, client) -> None:
    heard(mira, 1, {"C1": good(7, 9)})
    heard(mira, 2, {"C1": good(7, 9)})
    heard(mira, 3, {"C1": good(2, 4)})

    assert over_time.trends(mira.person_id) == []
    loop.leads(client, mira)
    assert "Too few to compare" in client.get("/facilitate/over-time").text


@pytest.mark.usefixtures("autumn")
def test_each_gathering_stands_beside_the_earlier_ones_newest_first(mira, client) -> None:
    for number, count in enumerate((7, 8, 7, 8, 3), 1):
        heard(mira, number, {"C1": good(count, 9)})

    trend = of(over_time.trends(mira.person_id))
    assert [row.good for row in trend.rows] == [3, 8, 7, 8, 7]
    assert [row.usual is None for row in trend.rows] == [False, False, True, True, True]
    assert trend.sentence == "Different from before."

    loop.leads(client, mira)
    page = client.get("/facilitate/over-time").text
    assert "3 of 9" in page
    assert "12 to 65 %" in page
    assert "<title>3 of 9; another such group: 12 to 65 %. Usual: " in page
    assert page.count('role="img"') == page.count('<svg class="whisker"') == 5
    assert "Different from before." in page


@pytest.mark.usefixtures("autumn")
def test_what_nearly_everybody_found_wanting_shows_no_number_and_teaches_none(mira, client) -> None:
    for number, count in enumerate((7, 8, 7), 1):
        heard(mira, number, {"C1": good(count, 9)})
    heard(mira, 4, {"C1": [1, 1, 2, 2, 2, 2, 2, 1, 4]})
    heard(mira, 5, {"C1": good(7, 9)})

    trend = of(over_time.trends(mira.person_id))
    assert [row.good for row in trend.rows] == [7, None, 7, 8, 7]
    assert trend.rows[0].usual == trend.rows[1].usual
    loop.leads(client, mira)
    page = client.get("/facilitate/over-time").text
    assert "most did not find it so" in page
    assert "1 of 9" not in page


@pytest.mark.usefixtures("autumn")
def test_a_question_in_other_words_starts_anew(mira) -> None:
    for number in (1, 2, 3):
        heard(mira, number, {"C1": good(8, 9)})
    with writing() as session:
        asked = next(each for each in house_form("after").questions if each.key == "C1")
        other = Form(id=new_id(), gathering_id=None, occasion="after", version=99)
        other.questions = [Question(id=new_id(), key="C1", position=0, kind="choice", options=asked.options,
                                    label=asked.label | {"en": f"{QUESTION}, put differently"})]  # fmt: skip
        session.add(other)
    for number in (4, 5):
        heard(mira, number, {"C1": good(3, 9)}, form=other)

    trend = of(over_time.trends(mira.person_id))
    assert [row.is_reworded for row in trend.rows] == [False, True, False, False, False]
    assert trend.rows[0].usual is None
    assert trend.sentence == "Too few earlier gatherings to compare with."


@pytest.mark.usefixtures("autumn")
def test_asked_days_later_it_starts_anew_too(mira, client) -> None:
    for number in (1, 2, 3, 4):
        each = heard(mira, number, {"C1": good(8, 9)})
        opened_at = each.ends_at + timedelta(hours=2, days=3 if number == 4 else 0)
        with writing() as session:
            session.add(LoopStep(id=new_id(), gathering_id=each.id, step="after_opens", passed_at=opened_at))

    trend = of(over_time.trends(mira.person_id))

    assert [row.is_moved for row in trend.rows] == [True, False, False, False]
    assert trend.sentence == "Too few earlier gatherings to compare with."
    loop.leads(client, mira)
    assert "people were asked at another time" in client.get("/facilitate/over-time").text
    for number, more in ((5, 0), (6, 7)):
        each = heard(mira, number, {"C1": good(8, 9)})
        with writing() as session:
            session.query(FormWindow).filter_by(gathering_id=each.id).one().more_days = more
    assert [row.is_moved for row in of(over_time.trends(mira.person_id)).rows] == [True] * 3 + [False] * 3


@pytest.mark.usefixtures("autumn")
def test_nobody_else_sees_it_and_nothing_shows_before_it_was_opened(mira) -> None:
    ines = a_facilitator("ines@example.org")
    for number in (1, 2, 3):
        heard(mira, number, {"C1": good(8, 9)}, opened=number != 3)

    assert over_time.trends(ines.person_id) == []
    assert over_time.trends(mira.person_id) == []


def test_whether_people_could_say_no_shows_in_march_for_the_year_before(mira, client) -> None:
    for number in (1, 2, 3):
        heard(mira, number, {"C4": good(6, 8)})
    clock.move_to(datetime(2028, 2, 29, 12, tzinfo=UTC))
    assert over_time.pooled_freedom(mira.person_id) is None

    clock.move_to(datetime(2028, 3, 1, 12, tzinfo=UTC))
    assert over_time.pooled_freedom(mira.person_id) == over_time.Pooled(2027, 3, 18, 24)
    assert over_time.pooled_freedom() == over_time.Pooled(2027, 3, 18, 24)
    loop.leads(client, mira)
    assert "18 of 24" in client.get("/facilitate/over-time").text


def test_a_year_does_not_show_while_somebody_elses_single_gathering_could_be_subtracted(mira) -> None:
    for number in (1, 2, 3):
        heard(mira, number, {"C4": good(6, 8)})
    heard(a_facilitator("ines@example.org"), 4, {"C4": good(6, 8)})
    clock.move_to(datetime(2028, 3, 1, 12, tzinfo=UTC))

    assert over_time.pooled_freedom(mira.person_id) is None


@pytest.mark.usefixtures("autumn")
def test_it_takes_the_same_few_statements_for_three_and_for_ten(mira, client, statements) -> None:
    loop.leads(client, mira)
    counted = []
    for number in range(1, 11):
        heard(mira, number, {"C1": good(7, 9), "C6": good(5, 9)})
        if number in {3, 10}:
            db.session.remove()
            with statements() as seen:
                assert client.get("/facilitate/over-time").status_code == 200
            counted.append(len(seen))

    assert counted[0] == counted[1]
    assert counted[1] <= 15
