"""Twelve months and a year: the same figures on the board, on the public page, in the report, and in a count by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from retreats import clock
from retreats.db import db, writing
from retreats.feedback import queries
from retreats.feedback.models import Batch, Decision, FormWindow, GroupAnswer, Point, PointStep, YearReport
from retreats.feedback.queries import counting, yearly
from retreats.feedback.queries.counted import Span
from tests.conftest import browser_of
from tests.feedback import loop
from tests.house import a_facilitator, a_person, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def mira(app):
    """Who leads."""
    return a_facilitator()


@pytest.fixture
def otto(app):
    """The organiser's browser."""
    browser = browser_of(app)
    sign_in(browser, a_person("otto@example.org", role="organiser"))
    return browser


@pytest.fixture
def spring(mira, client, another_client, deliver):
    """Three gatherings heard, some points answered in time, some late, one refused, one changed; a fourth with too few."""
    loop.leads(another_client, mira)
    for number, count in enumerate((6, 5, 5)):
        each = loop.a_group(7, slug=f"spring-{number}", facilitator=mira)
        loop.after_the_end(each, deliver)
        loop.everybody_says(client, each, *loop.NAMES[:count], C9="How do I go on?", C6="no" if number else "yes")
        loop.after_the_end(each, deliver, days=7)
        another_client.post(f"/facilitate/spring-{number}/after/open")
        for at, point in enumerate(sorted(loop.points(each), key=lambda point: point.question)[: count + 1]):
            path = f"/facilitate/spring-{number}/points/{point.id}"
            if point.kind == "question":
                another_client.post(f"{path}/reply", data={"reply": f"I hear you, {at}"})
                continue
            clock.move_to(clock.now() + timedelta(days=3))
            kind = "will_not" if at % 2 else "will_change"
            said = {"kind": kind, "about_en": "Shorter evenings", "reason_en": "The house closes at ten"}
            answer = another_client.post(f"{path}/decide", data=said | {"due": f"{clock.now():%Y}-12-30"})
            assert answer.status_code == 303, answer.text
    few = loop.a_group(6, slug="few", facilitator=mira)
    loop.after_the_end(few, deliver)
    loop.everybody_says(client, few, "ada", "bo")
    loop.after_the_end(few, deliver, days=20)


def by_hand(now: datetime) -> dict[str, object]:
    """The same, read row by row and counted here, with nothing of the house's own counting."""
    db.session.remove()
    batches = {each.id: each for each in db.session.query(Batch)}
    windows = {each.id: each for each in db.session.query(FormWindow)}
    steps: dict[int, list[datetime]] = {}
    for each in db.session.query(PointStep).filter(PointStep.step.in_(("answered", "decided"))):
        steps.setdefault(each.point_id, []).append(each.taken_at)
    points = [
        each for each in db.session.query(Point) if each.kind in {"question", "change"} and each.state != "withdrawn"
    ]
    age = {each.id: now - batches[each.batch_id].released_at for each in points}
    wait = {each.id: min(steps[each.id]) - batches[each.batch_id].released_at for each in points if each.id in steps}
    ripe = [each.id for each in points if age[each.id] >= timedelta(days=7)]
    waits = sorted((wait.get(each.id, age[each.id]).days + 1, each.id in wait) for each in points)
    still, left, median = 1.0, len(waits), None
    for days in sorted({days for days, _ended in waits}):
        still -= still * sum(each == (days, True) for each in waits) / left
        left -= sum(each[0] == days for each in waits)
        median = days if median is None and still <= 0.5 else median
    decisions = {each.point_id: each for each in db.session.query(Decision) if each.is_current}
    heard = [each for each in windows.values() if any(batch.window_id == each.id for batch in batches.values())]
    return {
        "gatherings": len(heard),
        "answered": (sum(batch.answered for batch in batches.values()), sum(each.attended for each in heard)),
        "too_few": len(windows) - len(heard),
        "replied": (sum(each in wait and wait[each] <= timedelta(days=7) for each in ripe), len(ripe)),
        "days": median,
        "asked": sum(each.kind == "change" for each in points),
        "promised": sum(each.kind == "change" and decisions.get(each.id) is not None
                        and decisions[each.id].kind == "will_change" for each in points),
        "changed_us": Counter(each.value for each in db.session.query(GroupAnswer) if each.question == "C6"),
        "owed_points": len(points),
    }  # fmt: skip


@pytest.mark.usefixtures("spring")
def test_every_page_shows_what_a_count_by_hand_finds(client, otto, statements) -> None:
    counted = by_hand(clock.now())

    found = queries.figures()

    assert {key: found.changes["promised"] if key == "promised" else getattr(found, key) for key in counted} == counted
    assert found.days is not None
    assert 0 < found.replied[0] < found.replied[1]
    public, board = client.get("/how-we-listen/").text, otto.get("/organise/loop").text
    for page in (public, board):
        assert counting.shown(found.replied) in page
        assert "At 1 more, fewer than five people answered" in page
    assert queries.listening_line(found) in board
    assert queries.listening_line(found) in client.get("/gatherings/few/").text
    assert "Care seen within a day" in board
    assert "Care seen within a day" not in public
    assert "2 of 6" not in public + board
    with statements() as asked:
        queries.figures()
    assert len(asked) <= 10
    assert yearly._thawed(yearly.counted_now(clock.now().year).frozen()["figures"]) == found
    assert queries.figures(Span(clock.now(), clock.now(), clock.now())).owed_points == 0


def test_of_few_points_each_stands_by_itself_and_silence_is_not_left_out(app) -> None:
    found = counting.Figures(waits={True: {2: 2, 9: 1}, False: {4: 1}}, owed_points=4)

    assert found.listed == [(2, True), (2, True), (4, False), (9, True)]
    assert counting.Figures(waits={True: {2: 10}}).listed == []


@pytest.mark.usefixtures("spring")
def test_a_report_is_frozen_when_it_is_published_and_published_once(client, otto) -> None:
    year = clock.now().year
    assert otto.post(f"/organise/loop/years/{year}").status_code == 422
    assert client.get(f"/how-we-listen/{year}/").status_code == 404
    clock.move_to(datetime(year + 1, 1, 2, 12, tzinfo=UTC))
    preview = otto.get(f"/organise/loop/years/{year}").text
    assert "Publish the report" in preview
    assert "Shorter evenings" in preview
    assert otto.post(f"/organise/loop/years/{year}", data={"learned_en": "x" * 601}).status_code == 422

    sent = {"learned_en": "Evenings want an end.", "learned_pt": "As noites pedem um fim."}
    answers = [otto.post(f"/organise/loop/years/{year}", data=sent).status_code for _ in range(2)]
    before = client.get(f"/how-we-listen/{year}/").text
    with writing() as session:
        session.execute(text("DELETE FROM point_step"))
        session.execute(text("UPDATE decision SET kind = 'already_so'"))
    after = client.get(f"/how-we-listen/{year}/").text

    assert answers == [303, 303]
    assert db.session.query(YearReport).count() == 1
    assert before == after
    for words in ("Evenings want an end.", "The house closes at ten", "3 gatherings have been heard."):
        assert words in after
    assert "As noites pedem um fim." in client.get(f"/how-we-listen/{year}/?lang=pt").text
    assert f"/how-we-listen/{year}/" in client.get("/how-we-listen/").text
    table = client.get(f"/how-we-listen/{year}/figures.csv").get_data().decode("utf-8-sig")
    replied = yearly.published(year).figures.replied
    assert f'"{replied[0]}","{replied[1]}"' in table
