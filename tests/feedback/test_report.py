"""Twelve months and a year: the same figures on the board, on the public page, in the report, and in a count by hand."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from retreats import clock
from retreats.db import db, new_id, writing
from retreats.feedback import queries
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import (
    Batch,
    Change,
    ChangeShown,
    Decision,
    FormWindow,
    GroupAnswer,
    Point,
    PointStep,
    Verdict,
    YearReport,
)
from retreats.feedback.queries import counting, yearly
from retreats.feedback.queries.counted import Span
from tests.conftest import browser_of
from tests.house import a_facilitator, a_gathering, a_person, both, sign_in

SEED = 20270302
PEOPLE = ((6,), (7, 4), (6,), (6, 3), (6,), ())
"""By gathering: how many answered in each release."""
CHANGED_US = {(3, 1): 2, (4, 0): 4}
"""How many said whether something changed what was done, where not all did: two more do not join, four do not show."""
pytestmark = pytest.mark.slow


@pytest.fixture
def otto(app):
    """The organiser's browser."""
    browser = browser_of(app)
    sign_in(browser, a_person("otto@example.org", role="organiser"))
    return browser


@pytest.fixture
def spring(app) -> None:
    """Five gatherings as their loops leave them, with chance and a seed; a sixth with too few."""
    chance, mira = random.Random(SEED), a_facilitator()
    with writing():
        form = house_form("after").id
    for number in range(6):
        each = a_gathering(
            slug=f"spring-{number}", facilitator=mira, starts_at=clock.now() + timedelta(days=10 * number + 1)
        )
        window = FormWindow(id=new_id(), gathering_id=each.id, occasion="after", attended=12, offers_unnamed=True,
                            form_id=form, state="closed", enough=5, digests=0)  # fmt: skip
        with writing() as session:
            session.add(window)
            session.flush()
            for turn, people in enumerate(PEOPLE[number]):
                released = each.ends_at + timedelta(days=3 + 4 * turn)
                batch = Batch(id=new_id(), window_id=window.id, number=turn + 1, answered=people, released_at=released)
                session.add(batch)
                session.flush()
                for one in range(people):
                    if one < CHANGED_US.get((number, turn), people):
                        value = chance.choice(("yes", "no", "not_tried", "not_sure"))
                        session.add(GroupAnswer(id=new_id(), batch_id=batch.id, question="C6", value=value))
                    for kind in ("change", "question", "thanks"):
                        _a_point(session, chance, batch, each, mira.person_id, kind)
    db.session.remove()
    clock.move_to(clock.now() + timedelta(days=85))


def _a_point(session, chance, batch, gathering, mira: int, kind: str) -> None:
    """A point and what became of it."""
    ends = ["released", "read", "answered", "told", "reopened", "confirmed", "lapsed", "unmet", "withdrawn"]
    point = Point(id=new_id(), batch_id=batch.id, question="C8", kind=kind, state=chance.choice(ends))
    session.add(point)
    session.flush()
    if point.state in {"released", "read"}:
        return
    for _ in range(chance.randint(1, 2)):
        at = batch.released_at + timedelta(days=chance.choice((1, 3, 7, 9)), seconds=chance.choice((0, 1)))
        session.add(PointStep(id=new_id(), point_id=point.id, step="answered", staff_id=mira, taken_at=at))
    if point.state in {"confirmed", "reopened", "unmet"}:
        for turn in range(chance.randint(1, 2)):
            met = {"confirmed": "met", "unmet": "not"}.get(point.state, "partly")
            session.add(Verdict(id=new_id(), point_id=point.id, round=turn, met=met, taken_in=True,
                                visible_after=batch.released_at))  # fmt: skip
    kinds = chance.choice((("will_change",), ("will_not",), ("will_change", "will_not"), ("already_so",)))
    for turn, decided in enumerate(kinds if kind == "change" else ()):
        due = batch.released_at + timedelta(days=chance.choice((20, 20, 300)))
        decision = Decision(id=new_id(), gathering_id=gathering.id, point_id=point.id, kind=decided, owner_id=mira,
                            about=both("Shorter evenings"), reason=both("The house closes at ten"), due_at=due,
                            decided_at=batch.released_at + timedelta(days=5), is_current=turn == len(kinds) - 1)  # fmt: skip
        session.add(decision)
        session.flush()
        if decided == "will_change" and chance.random() < 0.8:
            made_on = batch.released_at + timedelta(days=chance.choice((15, 15, 25)))
            change = Change(
                id=new_id(), decision_id=decision.id, made_on=made_on, what=both("Ten at last"), entered_at=made_on
            )
            session.add(change)
            session.flush()
            if chance.random() < 0.5:
                session.add(ChangeShown(id=new_id(), change_id=change.id, gathering_id=gathering.id, shown_at=made_on))


def on_the_wall(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("Europe/Lisbon")).replace(tzinfo=None)


def by_hand(now: datetime) -> dict[str, object]:
    """The same, read row by row and counted here, with nothing of the house's own counting."""
    db.session.remove()
    batches = {each.id: each for each in db.session.query(Batch)}
    windows = {each.id: each for each in db.session.query(FormWindow)}
    points = [each for each in db.session.query(Point) if each.kind != "thanks" and each.state != "withdrawn"]
    steps: dict[int, list[datetime]] = {}
    for each in db.session.query(PointStep):
        steps.setdefault(each.point_id, []).append(each.taken_at)
    released = {each.id: on_the_wall(batches[each.batch_id].released_at) for each in points}
    age = {each.id: on_the_wall(now) - released[each.id] for each in points}
    wait = {each.id: on_the_wall(min(steps[each.id])) - released[each.id] for each in points if each.id in steps}
    waits = sorted((wait.get(each.id, age[each.id]).days + 1, each.id in wait) for each in points)
    still, left, median = 1.0, len(waits), None
    for days in sorted({days for days, _ended in waits}):
        still -= still * sum(each == (days, True) for each in waits) / left
        left -= sum(each[0] == days for each in waits)
        median = days if median is None and still <= 0.5 else median
    current = {each.point_id: each for each in db.session.query(Decision) if each.is_current}
    asks = [each for each in points if each.kind == "change"]
    promised = [
        (each, current[each.id]) for each in asks if each.id in current and current[each.id].kind == "will_change"
    ]
    ever = {each.point_id for each in db.session.query(Decision) if each.kind == "will_change"}
    last = {each.point_id: each.met for each in db.session.query(Verdict).order_by(Verdict.round)}
    everybody = {each.id: each for each in db.session.query(Point)}
    said = [met for point, met in last.items() if everybody[point].state in {"confirmed", "reopened", "unmet"}]
    endings = [each.state if each.state in {"confirmed", "lapsed", "unmet"} else "open"
               for each in points if age[each.id] >= timedelta(days=30)]  # fmt: skip
    refused = [each for each in asks if age[each.id] >= timedelta(days=30) and each.state in {"lapsed", "unmet"}
               and each.id in current and current[each.id].kind == "will_not"]  # fmt: skip
    closed = Counter(endings) + Counter(refused=len(refused))
    closed.subtract(Counter(each.state for each in refused))
    heard = {batch.window_id for batch in batches.values()}
    at = {f"spring-{number}": number for number in range(6)}
    return {
        "gatherings": len(heard),
        "answered": (sum(batch.answered for batch in batches.values()), 12 * len(heard)),
        "too_few": len(windows) - len(heard),
        "replied": (sum(each <= timedelta(days=7) for each in wait.values()), len(points)),
        "days": median,
        "closed": {key: count for key, count in closed.items() if count},
        "asked": len(asks),
        "changes": {
            "promised": len(promised),
            "made": sum(bool(each.changes) for _point, each in promised),
            "shown": sum(any(change.shown for change in each.changes) for _point, each in promised),
            "told": sum(point.state in {"told", "confirmed", "lapsed", "unmet"} for point, _each in promised),
        },
        "on_time": (sum(each.due_at <= now and any(change.made_on <= each.due_at for change in each.changes)
                        for _point, each in promised),
                    sum(each.due_at <= now for _point, each in promised)),
        "dropped": sum(each.id in ever and current[each.id].kind == "will_not" for each in asks if each.id in current),
        "verdicts": {key: said.count(key) for key in ("met", "partly", "not")}
        | {"silent": sum(each.state == "lapsed" for each in everybody.values())},
        "changed_us": dict(Counter(each.value for each in db.session.query(GroupAnswer)
                                   if (at[windows[batches[each.batch_id].window_id].gathering.slug],
                                       batches[each.batch_id].number - 1) not in CHANGED_US)),
        "owed_points": len(points),
    }  # fmt: skip


@pytest.mark.usefixtures("spring")
def test_every_page_shows_what_a_count_by_hand_finds(client, otto, statements) -> None:
    counted = by_hand(clock.now())

    found = queries.figures()

    assert {key: getattr(found, key) for key in counted} == counted, f"seed {SEED}"
    assert found.days is not None
    assert min(found.replied[0], found.on_time[0], found.dropped, found.closed["refused"]) > 0
    public, board = client.get("/how-we-listen/").text, otto.get("/organise/loop").text
    for page in (public, board):
        assert counting.shown(found.replied) in page
        assert "At 1 more, fewer than five people answered" in page
    assert queries.listening_line(found) in board
    assert queries.listening_line(found) == queries.listening_line()
    assert queries.listening_line() in client.get("/gatherings/spring-0/").text
    assert "Care seen within a day" in board
    assert "Care seen within a day" not in public
    with statements() as asked:
        queries.figures()
    assert sum(each.startswith("SELECT") for each in asked) == 7
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
    for words in ("Evenings want an end.", "The house closes at ten", "5 gatherings have been heard."):
        assert words in after
    assert "As noites pedem um fim." in client.get(f"/how-we-listen/{year}/?lang=pt").text
    assert f"/how-we-listen/{year}/" in client.get("/how-we-listen/").text
    table = client.get(f"/how-we-listen/{year}/figures.csv").get_data().decode("utf-8-sig")
    replied = yearly.published(year).figures.replied
    assert f'"{replied[0]}","{replied[1]}"' in table
