"""After how many days people are asked how it is now: an organiser chooses, everybody is asked alike, by the clock on the wall."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.db import db
from retreats.events import FollowUpsChosen
from retreats.feedback import timeline
from retreats.feedback.models import FormWindow
from retreats.feedback.service import follow_ups
from retreats.mail.models import Letter
from tests.feedback import loop, rounds
from tests.feedback.one_form import FORM, happened

pytestmark = pytest.mark.slow
CHOOSE = f"{FORM}/follow-ups"


def test_after_two_weeks_and_a_month_everybody_is_asked_alike_and_reminded_once_and_not_after_three(
    june, otto, client, deliver, sent
) -> None:
    for _click in range(2):
        assert otto.post(CHOOSE, data={"days": ["14", "30"]}).status_code == 303
    assert happened(FollowUpsChosen) == ["FollowUpsChosen"]
    assert otto.get(FORM).text.count(" checked") == 2
    for wrong, kept in ((["21", "30"], 2), ([], 0), (["7", "90"], 1)):
        refused = otto.post(CHOOSE, data={"days": wrong})
        assert (refused.status_code, refused.text.count(" checked")) == (422, kept)
        assert "with two weeks between them" in refused.text
    assert follow_ups.asked_after(june.id) == (14, 30)

    at = {each: step.due_at(june) for each, step in timeline.FOLLOW_UPS.items()}
    clock.move_to(at[14, "opens"] - timedelta(minutes=1))
    deliver()
    assert otto.post(CHOOSE, data={"days": ["14", "30"]}).status_code == 303
    assert follow_ups.may_choose_follow_ups(june)
    loop.walk_to(at[14, "opens"], deliver)
    assert otto.post(CHOOSE, data={"days": ["90"]}).status_code == 409
    links = loop.tokens(june)
    for name in rounds.FIVE:
        answer = loop.post(client, links[name], "/later/14", D1="4", D7=f"{name} says: wait longer")
        assert answer.status_code == 303
    assert client.get(f"/reflect/{links['ada']}/later/30").status_code in {404, 410}
    loop.walk_to(at[30, "reminder"], deliver, step=timedelta(hours=24))
    assert client.get(f"/reflect/{links['ada']}/later/30").status_code == 200
    loop.walk_to(at[90, "reminder"], deliver, step=timedelta(days=7))

    for subject in ("Two weeks later", "A month later"):
        letters = loop.letters(sent, subject)
        assert (len(letters), len({loop.without_own(text) for _to, text in letters})) == (6, 1)
    assert "two weeks ago you were at" in " ".join(loop.letters(sent, "Two weeks later")[0][1].split())
    assert len(loop.letters(sent, "Still open: how is it now")) == 12
    assert loop.letters(sent, "Three weeks later") == loop.letters(sent, "Three months later") == []
    windows = {each.occasion: each.state for each in db.session.query(FormWindow)}
    assert {each: state for each, state in windows.items() if each.startswith("day")} == {
        "day_14": "closed", "day_30": "closed",
    }  # fmt: skip
    assert len(rounds.passed_on()) == 5
    board = otto.get("/organise/loop").text
    assert "14 days: 5 of 6" in board
    assert "21 days" not in board
    assert "So many days after the end: 14, 30." in otto.get(FORM).text
    assert db.session.query(Letter).filter_by(kind="feedback.follow_up_outcome").count() == 0


def test_whoever_chooses_nothing_asks_after_three_weeks_and_three_months(june, otto) -> None:
    page = otto.get(FORM).text
    assert [f'value="{days}" checked' in page for days in timeline.FOLLOW_UP_DAYS] == [False, True, False, True]
    assert follow_ups.asked_after(june.id) == (21, 90)
    assert otto.post(CHOOSE, data={"days": ["90", "21"]}).status_code == 303
    assert happened(FollowUpsChosen) == []
