"""Reminders come weekly at nine, four in all, to who asked; they end at once, and their clock knows summer from winter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Facilitator
from retreats.db import db, writing
from retreats.outbox.deliver import run_due
from retreats.practices import service
from retreats.practices.models import Reminding
from retreats.practices.service.reminding import due_again
from tests.feedback import loop
from tests.house import a_facilitator
from tests.practices.arranged import SECRET, a_gathering_with_a_practice, choose

pytestmark = pytest.mark.slow

SUBJECT = "What you wanted to practise"


@pytest.fixture
def mira(app) -> Facilitator:
    del app
    return a_facilitator()


def reminding() -> Reminding:
    db.session.remove()
    return db.session.query(Reminding).one()


def wish(client, link: str, said: str) -> int:
    return loop.post(client, link, "/practices/reminders", wish=said).status_code


def test_it_stays_nine_in_the_morning_when_the_clocks_change_both_ways() -> None:
    lisbon = ZoneInfo("Europe/Lisbon")

    for begin in (datetime(2027, 3, 22, 18, tzinfo=UTC), datetime(2027, 10, 25, 7, tzinfo=UTC)):
        moments = [begin]
        for _ in range(4):
            moments.append(due_again(moments[-1], "Europe/Lisbon"))
        local = [each.astimezone(lisbon) for each in moments]
        assert [each.hour for each in local[1:]] == [9] * 4
        assert [each.date() for each in local[1:]] == [
            local[0].date() + timedelta(days=7 * week) for week in (1, 2, 3, 4)
        ]
        assert len({each.utcoffset() for each in local}) == 2


def test_four_come_and_no_fifth_and_none_says_what_was_chosen(client, mira, sent, deliver):
    june, practice = a_gathering_with_a_practice(2, mira)
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    page = client.get(f"/reflect/{ada}/practices").text
    assert 'name="remind" type="checkbox" value="yes">' in page

    choose(client, ada, practice, remind="yes")
    choose(client, bo, practice)
    came, count = [], []
    for _ in range(4):
        due = reminding().next_at
        assert due is not None
        for moment in (due - timedelta(minutes=1), due, due + timedelta(minutes=1)):
            clock.move_to(moment)
            deliver()
            count.append(len(loop.letters(sent, SUBJECT)))
        came.append(due.astimezone(ZoneInfo("Europe/Lisbon")))
    clock.move_to(clock.now() + timedelta(days=15))
    deliver()

    assert count == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]
    letters = loop.letters(sent, SUBJECT)
    assert [address for address, _ in letters] == ["ada@example.org"] * 4
    assert {(each.weekday(), each.hour, each.utcoffset()) for each in came} == {
        (0, 9, timedelta(hours=0)),
        (0, 9, timedelta(hours=1)),
    }
    assert all(SECRET not in words and "Three breaths" not in words and "kettle" not in words for _, words in letters)
    assert all("/practices/reminders/stop" in words for _, words in letters)
    assert (reminding().state, reminding().sent, reminding().next_at) == ("done", 4, None)
    assert wish(client, ada, "ask") == 409


def test_the_stop_link_shows_on_get_and_ends_on_post_also_what_is_on_its_way(client, mira, sent, deliver):
    june, practice = a_gathering_with_a_practice(1, mira)
    ada = loop.token(june, "ada")
    choose(client, ada, practice, remind="yes")
    deliver()
    due = reminding().next_at
    assert due is not None
    clock.move_to(due)
    with writing():
        service.reminders_due(clock.now())
    run_due("house")

    shown = client.get(f"/reflect/{ada}/practices/reminders/stop")
    still = reminding().state
    stopped = [loop.post(client, ada, "/practices/reminders/stop").status_code for _ in range(2)]
    unproven = client.post(f"/reflect/{ada}/practices/reminders/stop", data={})
    deliver()
    clock.move_to(due + timedelta(days=40))
    deliver()

    assert "also none that is on its way" in shown.text
    assert still == "going"
    assert stopped == [200, 200]
    assert unproven.status_code == 400
    assert loop.letters(sent, SUBJECT) == []
    assert "You get no more reminders" in client.get(f"/reflect/{ada}/practices/reminders/stop").text


def test_a_pause_rests_and_the_count_goes_on_where_it_was(client, mira, sent, deliver):
    june, practice = a_gathering_with_a_practice(1, mira)
    ada = loop.token(june, "ada")
    choose(client, ada, practice, remind="yes")
    clock.move_to(clock.now() + timedelta(days=8))
    deliver()
    assert [wish(client, ada, each) for each in ("pause", "pause")] == [303, 303]
    clock.move_to(clock.now() + timedelta(days=30))
    deliver()
    assert len(loop.letters(sent, SUBJECT)) == 1

    wish(client, ada, "go_on")
    clock.move_to(clock.now() + timedelta(days=90))
    deliver()
    deliver()
    loop.post(client, ada, f"/practices/{practice.id}/move", to="paused")
    clock.move_to(clock.now() + timedelta(days=8))
    deliver()

    assert len(loop.letters(sent, SUBJECT)) == 2
    assert reminding().sent == 2
    assert wish(client, ada, "shout") == 404


def test_nobody_is_reminded_through_somebody_else_or_of_a_place_that_is_no_more(client, mira, sent, deliver):
    june, practice = a_gathering_with_a_practice(2, mira)
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    with writing() as session:
        session.get_one(Place, loop.place_of(june, "bo").id).email = None
    choose(client, ada, practice, remind="yes")

    page = client.get(f"/reflect/{bo}/practices").text
    assert 'name="remind"' not in page
    assert choose(client, bo, practice, remind="yes").status_code == 409
    with writing() as session:
        session.get_one(Place, loop.place_of(june, "ada").id).presence = "missed"
    clock.move_to(clock.now() + timedelta(days=8))
    deliver()

    assert loop.letters(sent, SUBJECT) == []
    assert reminding().state == "stopped"
