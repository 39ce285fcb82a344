"""What is counted, against figures made by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.feedback import queries
from retreats.feedback.queries import counting
from tests.feedback import loop
from tests.house import a_facilitator

pytestmark = pytest.mark.slow


def test_the_median_wait_counts_those_still_waiting() -> None:
    """Ten points, answered after 1, 2, 2, 3, 5 days; five still waiting after 4, 6, 6, 8, 9.

    By hand: S(1)=.9, S(2)=.9·7/9=.7, S(3)=.7·6/7=.6, at 4 one is censored (5 left), S(5)=.6·4/5=.48: the median is 5.
    The mean of the answered ones would have said 2.6.
    """
    waits = [(1.0, True), (2.0, True), (2.0, True), (3.0, True), (5.0, True),
             (4.0, False), (6.0, False), (6.0, False), (8.0, False), (9.0, False)]  # fmt: skip

    assert counting.median_days(waits) == 5.0


def test_there_is_no_median_of_few_or_while_most_still_wait() -> None:
    assert counting.median_days([(1.0, True)] * 9) is None
    assert counting.median_days([(1.0, True)] * 4 + [(9.0, False)] * 6) is None


@pytest.mark.parametrize(
    ("share", "words"), [((3, 4), None), ((4, 5), "4 of 5"), ((9, 12), "9 of 12"), ((15, 20), "15 of 20 (75 %)")]
)
def test_a_figure_shows_from_five_on_and_a_percentage_from_twenty(app, share, words) -> None:
    with app.test_request_context():
        assert counting.shown(share) == words


def test_with_nothing_heard_the_page_says_so_and_the_line_stays_away(client) -> None:
    page = client.get("/how-we-listen/")
    assert "If all who answered say the same, one knows what each of them said" in page.text

    assert page.status_code == 200
    assert "Nothing has been counted yet" in page.text
    assert queries.listening_line() is None


def test_what_is_recent_neither_flatters_nor_harms(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = loop.a_group(8, facilitator=mira)
    loop.leads(another_client, mira)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva", "filipe")
    loop.after_the_end(june, deliver, hours=72)
    another_client.post("/facilitate/june-retreat/after/open")
    for number, point in enumerate(loop.points(june)[:4]):
        path = f"/facilitate/june-retreat/points/{point.id}/reply"
        another_client.post(path, data={"reply": f"I hear you, {number}"})

    fresh = queries.figures()
    assert (fresh.replied, fresh.owed_points) == ((0, 0), 6)
    assert fresh.answered == (0, 0)
    loop.after_the_end(june, deliver, days=11)
    ripe = queries.figures()

    assert ripe.replied == (4, 6)
    assert ripe.answered == (6, 8)
    assert ripe.closed == {}
    clock.move_to(clock.now() + timedelta(days=25))
    assert queries.figures().closed == {"open": 6}
    clock.move_to(clock.now() + timedelta(days=365))
    assert queries.figures() == counting.Figures(changes={"promised": 0, "made": 0, "shown": 0, "told": 0},
                                                 verdicts={"met": 0, "partly": 0, "not": 0, "silent": 0})  # fmt: skip


def test_the_line_appears_with_three_gatherings_and_twenty_points(client, deliver) -> None:
    for number in range(3):
        each = loop.a_group(9, slug=f"retreat-{number}")
        loop.after_the_end(each, deliver)
        loop.everybody_says(client, each, *loop.NAMES[:7])
        loop.after_the_end(each, deliver, days=7)
        if number < 2:
            assert queries.listening_line() is None

    assert queries.listening_line() == (
        "Last 12 months: 21 of 27 people answered · 0 of 14 points answered within a week · 0 changes promised, 0 made"
    )
