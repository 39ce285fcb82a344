"""The closed loop of the demonstration: said without a name, answered, decided, made, shown, told, and found met."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.demo.content import gathering, said
from retreats.demo.load import load
from retreats.feedback import own_link
from retreats.feedback.models import (
    Batch,
    CareCase,
    Change,
    ChangeShown,
    CheckIn,
    Decision,
    FormWindow,
    GroupAnswer,
    GroupText,
    LoopStep,
    Need,
    Point,
    PointStep,
    Reflection,
    SealedAnswer,
    Verdict,
)
from retreats.feedback.models.released import KINDS, STATES
from retreats.feedback.queries import over_time
from retreats.feedback.queries.pooled import pools_for
from retreats.feedback.queries.rounds import rounds_seen
from retreats.feedback.quoting import borrows
from retreats.feedback.service.release import ENOUGH
from retreats.feedback.timeline import STEPS
from retreats.feedback.word_list import alarms

pytestmark = pytest.mark.slow

LOOP, BEFORE = said("loop"), said("loop_before")
both_rounds = pytest.mark.parametrize("table", [LOOP, BEFORE], ids=["loop", "loop_before"])
PAST, NEXT, JUST_ENDED = "slow-weekend-listening", "slow-weekend-beginning-again", "body-and-word-breath"


@pytest.fixture
def community(app):
    with writing() as session:
        load(session)
    return app


def the(slug: str) -> Gathering:
    return db.session.scalars(select(Gathering).where(Gathering.slug == slug)).one()


def after(slug: str) -> FormWindow:
    query = select(FormWindow).where(FormWindow.gathering_id == the(slug).id, FormWindow.occasion == "after")
    return db.session.scalars(query).one()


def place_at(slug: str, who: str) -> Place:
    wanted = select(Place).where(Place.gathering_id == the(slug).id, Place.email == f"{who}@example.org")
    return db.session.scalars(wanted.where(Place.state == "confirmed")).one()


def attended(slug: str) -> set[str]:
    return {place.get("who", "") for each in gathering(slug)["bookings"] if "cancelled_days_ago" not in each
            for place in each["places"]}  # fmt: skip


@both_rounds
def test_only_people_who_were_there_answered_and_enough_of_them(table):
    assert set(table["answered"]) <= attended(table["gathering"])
    assert {each["who"] for each in table["points"] + table.get("care", [])} <= set(table["answered"])
    assert len(table["answered"]) >= ENOUGH
    assert all(ENOUGH <= len(values) <= len(table["answered"]) for values in table["scales"].values())
    assert {each["who"] for each in LOOP["intentions"]} <= attended(NEXT)


@both_rounds
def test_nobody_said_two_things_to_the_same_question(table):
    assert max(Counter((each["who"], each["question"]) for each in table["points"]).values()) == 1


@both_rounds
def test_public_words_borrow_from_nobody_and_no_text_would_alarm_the_care_contact(table):
    texts = [each["text"] for each in table["points"]]
    decisions = [each["decision"] for each in table["points"] if "decision" in each]
    public = [
        text for each in decisions for part in ("about", "reason", "change") for text in each.get(part, {}).values()
    ]

    assert not any(borrows(each, texts) for each in public)
    assert not any(alarms(each) for each in texts)


def test_all_kinds_of_points_and_both_kinds_of_ends_are_there():
    assert {each["kind"] for each in LOOP["points"]} == set(KINDS)
    assert {each["state"] for each in LOOP["points"]} <= set(STATES)
    assert {each["state"] for each in LOOP["points"] if each["kind"] == "change"} == {"confirmed", "lapsed"}
    assert {each.get("named", False) for each in LOOP["points"]} == {True, False}


def test_the_past_round_is_closed_and_nothing_of_it_is_still_owed(community):
    window = after(PAST)
    batch = db.session.scalars(select(Batch).where(Batch.window_id == window.id)).one()

    assert (window.gathering_id, window.state, window.attended, window.digest_due_at) == (
        the(PAST).id,
        "closed",
        12,
        None,
    )
    assert (batch.answered, batch.released_at) == (9, the(PAST).ends_at + timedelta(hours=72))
    assert db.session.scalars(select(SealedAnswer)).all() == []
    assert Counter(db.session.scalars(select(Point.state).where(Point.batch_id == batch.id))) == Counter(
        each["state"] for each in LOOP["points"]
    )
    assert Counter(db.session.scalars(select(GroupAnswer.question).where(GroupAnswer.batch_id == batch.id))) == {
        question: len(values) for question, values in LOOP["scales"].items()
    }


def test_everything_happened_in_order_and_none_of_it_in_the_future(community):
    for point in db.session.scalars(select(Point)):
        steps = db.session.scalars(
            select(PointStep).where(PointStep.point_id == point.id).order_by(PointStep.taken_at)
        ).all()
        order = ["read", "acknowledged", "answered", "decided", "made", "shown", "told", "lapsed"]
        assert [each.step for each in steps] == sorted((each.step for each in steps), key=order.index)
        assert all(point.batch.released_at < each.taken_at < clock.now() for each in steps)
    for verdict in db.session.scalars(select(Verdict)):
        assert verdict.taken_in
        assert verdict.visible_after < clock.now()


def test_what_changed_stands_on_the_next_gathering(community):
    shown = db.session.scalars(select(ChangeShown)).all()
    decisions = db.session.scalars(select(Decision)).all()

    assert Counter(each.kind for each in decisions) == {"will_change": 7, "will_not": 2}
    assert {each.gathering_id for each in shown} == {the(NEXT).id, the(JUST_ENDED).id}
    assert {each.change_id for each in shown} == set(db.session.scalars(select(Change.id)))
    assert all(text["en"] and text["pt"] for each in decisions for text in (each.about, each.reason))


def test_unnamed_words_lead_to_nobody_but_are_found_by_their_authors_own_link(community):
    unnamed = {each["who"]: each for each in LOOP["points"] if not each.get("named")}
    window = after(PAST)

    for who, each in unnamed.items():
        token = own_link.token_of(place_at(PAST, who))
        point = db.session.scalars(
            select(Point).where(Point.locator == own_link.locator(token, window.id, each["question"]))
        ).one()
        assert (point.text, point.place_id) == (each["text"], None)


def test_both_who_led_looked_back_before_they_read(community):
    reflections = db.session.scalars(select(Reflection).where(Reflection.gathering_id == the(PAST).id)).all()
    released = db.session.scalars(select(Batch.released_at).where(Batch.window_id == after(PAST).id)).one()

    assert {each.person_id for each in reflections} == {leader.facilitator.person_id for leader in the(PAST).leaders}
    assert all(each.written_at < released for each in reflections)
    assert all("E1" in json.loads(each.answers) for each in reflections)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2027, 1, 9, 12, tzinfo=UTC),
        datetime(2027, 3, 1, 10, tzinfo=UTC),
        datetime(2026, 11, 26, 10, tzinfo=UTC),
    ],
)
def test_the_year_that_was_pooled_in_march_is_there_whatever_day_it_is(app, now):
    with clock.standing_still(now):
        with writing() as session:
            load(session)
        mira = db.session.scalars(select(Person.id).where(Person.email == "mira@example.org")).one()

        pooled, [pool], trends = over_time.pooled_freedom(mira), pools_for(mira), over_time.trends(mira)
        first = min(db.session.scalars(select(Gathering.ends_at)))

    assert pooled is not None
    assert (pooled.year, pooled.gatherings) == (pool.year, 4 if now.month == 3 else 3)
    assert pooled.total >= 20
    assert sum(len(said) for _label, said in pool.texts) == 5
    assert first.year == pool.year
    assert len(trends) == 5


def test_the_middle_and_three_weeks_later_were_heard_and_answered_in_a_line(community):
    rounds = {each.asked.occasion: each for each in rounds_seen(the(PAST))}
    line = db.session.scalars(select(CheckIn)).one()

    assert {name: (each.state, each.answered, each.attended) for name, each in rounds.items()} == {
        "check_in": ("open", 8, 12), "day_21": ("open", 7, 12),
    }  # fmt: skip
    assert all(row is not None for each in rounds.values() for _label, row in each.rows)
    assert the(PAST).starts_at < line.said_at < the(PAST).ends_at
    texts = db.session.scalars(select(GroupText)).all()
    assert not any(alarms(each.text) or borrows(" ".join(line.heard.values()), [each.text]) for each in texts)
    for each in said("rounds")["day_21"]["texts"]:
        assert each["who"] in attended(PAST)


def test_three_wishes_wait_for_mira_and_three_have_her_mark(community):
    needs = db.session.scalars(select(Need)).all()
    marks = Counter(each.mark for each in needs)

    assert marks == {None: 3, "will": 2, "cannot": 1}
    assert all(each.note for each in needs if each.mark == "cannot")
    assert {each.place.gathering_id for each in needs} == {the(NEXT).id}


def test_one_note_waits_for_celeste_and_one_is_closed(community):
    cases = {each.source: each for each in db.session.scalars(select(CareCase))}

    assert {source: (each.state, each.outcome) for source, each in cases.items()} == {
        "A6": ("raised", None),
        "C10": ("closed", "supported"),
    }
    assert cases["A6"].place_id == place_at(NEXT, "lidia").id
    assert cases["C10"].place_id is None
    assert clock.now() - cases["A6"].raised_at < timedelta(hours=24)


def test_the_form_of_the_workshop_that_just_ended_is_open_and_the_clock_has_nothing_to_make_up_for(community):
    passed = {(each.gathering_id, each.step) for each in db.session.scalars(select(LoopStep))}
    due = {
        (each.slug, step.name)
        for each in db.session.scalars(select(Gathering).where(Gathering.state.in_(("running", "over"))))
        for step in STEPS
        if step.due_at(each) <= clock.now() and (each.id, step.name) not in passed
    }

    assert due == set()
    assert (after(JUST_ENDED).state, after(JUST_ENDED).attended) == ("collecting", 12)
