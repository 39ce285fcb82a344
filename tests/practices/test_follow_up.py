"""A follow-up asks whoever chose practices how it is with each: shown to those who led from five on, and otherwise kept nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retreats import clock
from retreats.db import db
from retreats.feedback.models import GroupAnswer
from tests.conftest import browser_of
from tests.feedback import loop, rounds
from tests.house import a_facilitator, a_person, both, sign_in
from tests.practices.arranged import WORDS, a_practice, choose

pytestmark = pytest.mark.slow

AFTER = "/facilitate/june-retreat/after"


@pytest.fixture
def mira(app):
    return a_facilitator()


@pytest.fixture
def june(mira):
    return loop.a_group(7, facilitator=mira)


def to(gathering, deliver, days, what):
    db.session.remove()
    clock.move_to(rounds.timeline.FOLLOW_UPS[days, what].due_at(db.session.get_one(loop.Gathering, gathering.id)))
    deliver()


def test_each_practice_that_somebody_chose_is_asked_about_and_shows_from_five_on(
    june, mira, client, app, deliver
) -> None:
    breath = a_practice(june, replace(WORDS, title=both("Three slow breaths")))
    walk = a_practice(june, replace(WORDS, title=both("A walk at dawn")))
    loop.after_the_end(june, deliver)
    links = loop.tokens(june)
    for name in loop.NAMES[:5]:
        assert choose(client, links[name], breath).status_code == 303
    choose(client, links["ada"], walk)
    to(june, deliver, 21, "opens")

    form = client.get(f"/reflect/{links['ada']}/later/21").text
    assert (
        "What we practised: Three slow breaths" in form,
        "What we practised: A walk at dawn" in form,
        'name="D3"' in form,
    ) == (True, True, False)
    bare = client.get(f"/reflect/{links['gil']}/later/21").text
    assert ("Three slow breaths" in bare, 'name="D3"' in bare) == (False, True)
    for name in loop.NAMES[:5]:
        said = {f"D3_{breath.id}": "mine" if name != "bo" else "not_tried", f"D3_{walk.id}": "not_for_me"}
        assert rounds.later(client, links[name], **said).status_code == 303
    rounds.later(client, links["gil"], D3="mine", **{f"D3_{breath.id}": "mine"})
    again = client.get(f"/reflect/{links['ada']}/later/21").text
    assert f'name="D3_{breath.id}" type="radio" value="mine" checked' in again
    browser = browser_of(app)
    loop.leads(browser, mira)
    assert "Three slow breaths:" not in rounds.main_of(browser.get(AFTER).text)

    to(june, deliver, 21, "closes")

    page = rounds.main_of(browser.get(AFTER).text)
    assert "What we practised: Three slow breaths" in page
    assert "4 of 5 said “Now and then / It is mine now”" in page
    assert "A walk at dawn" not in page.partition("Three weeks later")[2]
    kept = {question for (question,) in db.session.query(GroupAnswer.question).distinct() if question.startswith("D3")}
    assert kept == {f"D3_{breath.id}"}
    otto = browser_of(app)
    sign_in(otto, a_person("otto@example.org", role="organiser"))
    assert "Three slow breaths" not in otto.get("/organise/loop/june-retreat/rounds").text
