"""When what happens: elapsed hours, wall-clock days, the digest's Wednesday, and both daylight-saving changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retreats import clock, reactions
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.feedback import queries, timeline
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Batch, FormWindow, LoopStep, Need, Point, PointStep
from retreats.feedback.queries import counting
from retreats.feedback.queries.results import owed_to
from retreats.feedback.queries.wall_days import turns_of
from retreats.feedback.service import asking, ticks
from retreats.mailings import service as mailings
from retreats.outbox.models import Event
from tests.feedback import loop
from tests.house import a_facilitator, a_gathering, a_person

pytestmark = pytest.mark.slow

LISBON = ZoneInfo("Europe/Lisbon")


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LISBON)


def ending(moment: datetime) -> Gathering:
    return Gathering(starts_at=moment - timedelta(days=2), ends_at=moment, zone="Europe/Lisbon")


@pytest.mark.parametrize(
    ("end", "step", "due"),
    [
        # Clocks go forward on 28 March 2027 and back on 31 October 2027.
        (at(2027, 3, 26, 17), timeline.RELEASE_1, at(2027, 3, 29, 18)),
        (at(2027, 10, 29, 17), timeline.RELEASE_1, at(2027, 11, 1, 16)),
        (at(2027, 3, 26, 17), timeline.RELEASE_2, at(2027, 4, 2, 17)),
        (at(2027, 10, 29, 17), timeline.RELEASE_2, at(2027, 11, 5, 17)),
        (at(2027, 3, 27, 23, 30), timeline.OPENS, at(2027, 3, 28, 2, 30)),
        (at(2027, 6, 13, 14), timeline.REMINDER_1, at(2027, 6, 14, 14)),
        (at(2027, 3, 21, 1, 30), timeline.RELEASE_2, at(2027, 3, 28, 2, 30)),
    ],
)
def test_hours_elapse_and_days_keep_their_wall_time(end, step, due) -> None:
    assert step.due_at(ending(end)) == due.astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "dates"),
    [
        (at(2027, 3, 29, 10), at(2027, 3, 26, 17), [
            at(2027, 3, 22, 10), at(2027, 3, 27, 9), at(2027, 3, 28, 10), at(2027, 3, 26, 19), at(2027, 3, 27, 17),
            at(2027, 3, 29, 18), at(2027, 3, 29, 18), at(2027, 4, 2, 17), at(2027, 4, 9, 17), at(2027, 4, 2, 17),
        ]),
        (at(2027, 11, 1, 10), at(2027, 10, 29, 17), [
            at(2027, 10, 25, 10), at(2027, 10, 30, 11), at(2027, 10, 31, 10), at(2027, 10, 29, 19),
            at(2027, 10, 30, 17), at(2027, 11, 1, 16), at(2027, 11, 1, 16), at(2027, 11, 5, 17), at(2027, 11, 12, 17),
            at(2027, 11, 5, 17),
        ]),
    ],
)  # fmt: skip
def test_every_date_of_the_timeline_holds_across_both_changes_of_the_clocks(start, end, dates) -> None:
    others = (timeline.CHECK_IN_OPENS, timeline.CHECK_IN_CLOSES, *timeline.FOLLOW_UPS.values())
    steps = [each for each in (*timeline.STEPS, timeline.REMINDER_3) if each not in others]
    gathering = Gathering(starts_at=start.astimezone(UTC), ends_at=end.astimezone(UTC), zone="Europe/Lisbon")

    assert [each.due_at(gathering) for each in steps] == [each.astimezone(UTC) for each in dates]


@pytest.mark.parametrize(
    ("released", "week", "fortnight", "three_weeks"),
    [
        (at(2027, 3, 22, 23, 30), at(2027, 3, 29, 23, 30), at(2027, 4, 5, 23, 30), at(2027, 4, 12, 23, 30)),
        (at(2027, 10, 27, 0, 10), at(2027, 11, 3, 0, 10), at(2027, 11, 10, 0, 10), at(2027, 11, 17, 0, 10)),
    ],
)
def test_what_is_owed_is_owed_by_the_same_hour_of_its_day(app, released, week, fortnight, three_weeks) -> None:
    batch = Batch(released_at=released.astimezone(UTC))

    def owed(kind: str, state: str) -> datetime | None:
        point = Point(kind=kind, state=state, wants_reply=False, batch=batch)
        return owed_to(point, None, "Europe/Lisbon")[1]

    with app.test_request_context():
        found = [owed(*each) for each in (("question", "read"), ("change", "released"), ("thanks", "read"),
                                         ("sharing", "read"), ("change", "answered"))]  # fmt: skip
        lapses = ticks._asked_until(released.astimezone(UTC), "Europe/Lisbon")
    assert found == [week.astimezone(UTC), week.astimezone(UTC), fortnight.astimezone(UTC), None,
                     three_weeks.astimezone(UTC)]  # fmt: skip
    assert lapses == three_weeks.astimezone(UTC)


@pytest.mark.parametrize(
    ("released", "seen", "hours_of_a_week", "hours_of_a_month"),
    [
        # Across the change of the clocks a week has an hour less or more, where clocks are changed; and so has a month.
        (at(2027, 3, 22, 15), at(2027, 4, 21, 15), 167, 719),
        (at(2027, 10, 27, 15), at(2027, 11, 26, 15), 169, 721),
        # A week that would end in the hour that is skipped, or in the first of two alike, ends where `timeline.later` says.
        (at(2027, 3, 21, 1, 30), at(2027, 4, 20, 1, 30), 168, 719),
        (at(2027, 10, 24, 1, 30), at(2027, 11, 23, 1, 30), 168, 721),
    ],
)
def test_a_week_and_a_month_of_listening_are_counted_by_the_clock_on_the_wall(
    client, released, seen, hours_of_a_week, hours_of_a_month
) -> None:
    released, seen = released.astimezone(UTC), seen.astimezone(UTC)
    week, month = timedelta(hours=hours_of_a_week), timedelta(hours=hours_of_a_month)
    assert (timeline.later(released, "Europe/Lisbon", days=7), seen) == (released + week, released + month)
    second = timedelta(seconds=1)
    heard_in("Europe/Lisbon", released, answers=[week - second, week, week + second])

    def replied(at: datetime) -> tuple[tuple[int, int], tuple[int, int]]:
        span = counting.Span(released - second, at, at)
        return queries.figures(span).replied, counting._replied(span)[0]

    assert replied(released + week - second) == ((0, 0), (0, 0))
    assert replied(released + week) == ((2, 3), (2, 3))
    assert replied(seen) == ((2, 3), (2, 3))
    assert queries.figures(counting.Span(released - second, seen, seen - second)).closed == {}
    assert queries.figures(counting.Span(released - second, seen, seen)).closed == {"open": 3}

    heard_in("America/Sao_Paulo", released, answers=[timedelta(hours=168), timedelta(hours=168) + second])
    assert replied(seen) == ((3, 5), (3, 5))


def test_days_of_waiting_end_at_the_same_hour_across_the_change_of_the_clocks(client) -> None:
    spring, autumn = (at(*day, 15).astimezone(UTC) for day in ((2027, 3, 26), (2027, 10, 29)))
    hour = timedelta(hours=1)
    heard_in("Europe/Lisbon", spring, answers=[71 * hour, 71 * hour - timedelta(minutes=1)])
    heard_in("Europe/Lisbon", autumn, answers=[73 * hour, 73 * hour - timedelta(minutes=1)])
    end = autumn + timedelta(days=9)

    assert queries.figures(counting.Span(spring - hour, end, end)).waits == {True: {3: 2, 4: 2}}
    assert [(turn.at, turn.by) for turn in turns_of("Europe/Lisbon", 2027)] == [
        (datetime(2027, 3, 28, 1, tzinfo=UTC), 3600), (datetime(2027, 10, 31, 1, tzinfo=UTC), -3600),
    ]  # fmt: skip


def heard_in(zone: str, released: datetime, *, answers: list[timedelta]) -> None:
    """A gathering there, whose questions were answered so long after their release."""
    over = a_gathering(slug=f"over-{zone[-9:].lower().replace('/', '-')}-{released:%m%d}", zone=zone)
    with writing() as session:
        window = FormWindow(id=new_id(), gathering_id=over.id, occasion="after", form_id=house_form("after").id,
                            state="closed", attended=9, offers_unnamed=True, digests=0)  # fmt: skip
        batch = Batch(id=new_id(), window=window, number=1, answered=9, released_at=released)
        session.add_all((window, batch))
        for wait in answers:
            point = Point(id=new_id(), batch=batch, question="C9", kind="question", state="answered")
            session.add(point)
            session.flush()
            session.add(PointStep(id=new_id(), point_id=point.id, step="answered", taken_at=released + wait))


def test_an_answer_is_promised_for_the_same_hour_of_its_day(client) -> None:
    june = loop.a_group(1, starts_at=at(2027, 12, 10, 18).astimezone(UTC))
    for asked, due in ((at(2027, 3, 26, 20), at(2027, 3, 29, 20)), (at(2027, 10, 29, 20), at(2027, 11, 1, 20))):
        clock.move_to(asked.astimezone(UTC))
        with writing():
            found = asking.ask(june.id, asking.Asked(form_key=f"{asked}", name="Nell", email="nell@example.org",
                                                     text="Is there a lift?", language="en"))  # fmt: skip
            assert found.due_at == due.astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        # An automatic copy is announced at the next full hour, also where an hour is skipped or comes twice.
        (datetime(2027, 3, 28, 0, 40, tzinfo=UTC), at(2027, 3, 28, 2)),
        (datetime(2027, 10, 31, 0, 40, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=LISBON, fold=1)),
        (datetime(2027, 6, 12, 10, tzinfo=UTC), at(2027, 6, 12, 12)),
    ],
)
def test_a_copy_is_told_of_at_the_next_full_hour(written, told) -> None:
    assert timeline.full_hour_after(written) == told.astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "wednesday"),
    [
        (at(2027, 3, 23, 9), at(2027, 3, 24, 10)),
        (at(2027, 3, 24, 9, 59), at(2027, 3, 24, 10)),
        (at(2027, 3, 24, 10), at(2027, 3, 31, 10)),
        (at(2027, 10, 27, 12), at(2027, 11, 3, 10)),
    ],
)
def test_the_digest_comes_on_a_wednesday_at_ten_by_the_clock_on_the_wall(now, wednesday) -> None:
    assert timeline.next_digest_day(now, "Europe/Lisbon") == wednesday.astimezone(UTC)


def test_the_clock_that_stops_at_every_due_moment_walks_through_the_whole_timeline(client, deliver) -> None:
    june = loop.a_group(6)
    deliver()
    end = june.ends_at
    stops = []
    asked = [each for each in reactions.NEXT_DUE if each is not mailings.next_letter]
    while (due := min(filter(None, (each() for each in asked)), default=None)) and due < end + timedelta(days=20):
        db.session.remove()
        assert due > clock.now()
        clock.move_to(due)
        deliver()
        stops.append(due)

    assert [stop for stop in stops if stop not in {june.starts_at, june.ends_at}] == [
        timeline.later(june.starts_at, "Europe/Lisbon", days=-7),
        june.starts_at - timedelta(hours=48),
        june.starts_at - timedelta(hours=24),
        june.starts_at + timedelta(days=1),
        at(2027, 3, 16, 20),
        end + timedelta(hours=2),
        end + timedelta(hours=24),
        end + timedelta(hours=72),
        timeline.later(end, "Europe/Lisbon", days=7),
        timeline.later(end, "Europe/Lisbon", days=14),
    ]
    assert db.session.query(LoopStep).count() == len(timeline.STEPS) - len(timeline.FOLLOW_UPS)


def test_a_step_passes_once_however_often_the_clock_is_asked(client, deliver, sent) -> None:
    june = loop.a_group(6)
    loop.after_the_end(june, deliver)
    loop.after_the_end(june, deliver)
    deliver()

    assert len(loop.letters(sent, "How was it?")) == 6


def test_a_gathering_that_is_moved_takes_its_timeline_along(client, deliver, sent) -> None:
    june = loop.a_group(6)
    end = june.ends_at
    with writing() as session:
        session.get_one(Gathering, june.id).ends_at = end + timedelta(days=1)
    clock.move_to(end + timedelta(hours=2))
    deliver()
    assert loop.letters(sent, "How was it?") == []

    clock.move_to(end + timedelta(days=1, hours=2))
    deliver()

    assert len(loop.letters(sent, "How was it?")) == 6


def test_what_comes_before_a_gathering_comes_once_more_before_its_later_day(
    client, another_client, deliver, sent
) -> None:
    mira = a_facilitator()
    june = loop.a_group(2, facilitator=mira)
    a_person("otto@example.org", role="organiser")
    deliver()
    loop.leads(another_client, mira)
    loop.post(client, loop.token(june, "ada"), "/before", A2="quiet")
    need = db.session.query(Need).one().id
    another_client.post("/facilitate/june-retreat/needs", data={f"mark_{need}": "will"})
    loop.walk_to(june.starts_at - timedelta(hours=24), deliver, step=timedelta(hours=24))
    told = ["In a week", "What people need", "What you asked for"]
    assert [len(loop.letters(sent, each)) for each in told] == [2, 1, 1]

    with writing() as session:
        moved = session.get_one(Gathering, june.id)
        moved.starts_at, moved.ends_at = june.starts_at + timedelta(days=30), june.ends_at + timedelta(days=30)
    deliver()
    assert loop.post(client, loop.token(june, "bo"), "/before", A2="quiet").status_code == 303
    loop.walk_to(june.starts_at + timedelta(days=29), deliver, step=timedelta(hours=24))

    assert [len(loop.letters(sent, each)) for each in told] == [4, 2, 2]
    assert len(loop.letters(sent, "Needs without an answer")) == 1
    deliver()
    assert [len(loop.letters(sent, each)) for each in told] == [4, 2, 2]


def test_nobody_is_asked_about_a_gathering_that_was_cancelled(client, deliver, sent) -> None:
    june = loop.a_group(6)
    with writing() as session:
        session.get_one(Gathering, june.id).state = "cancelled"

    loop.after_the_end(june, deliver)

    assert loop.letters(sent, "How was it?") == []
    assert db.session.query(FormWindow).count() == 0


def test_after_days_without_a_worker_nobody_is_reminded_late_and_the_release_is_still_made(
    client, deliver, sent
) -> None:
    june = loop.a_group_asked(6, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")

    loop.after_the_end(june, deliver, days=6)

    assert loop.letters(sent, "Still open") == []
    assert loop.window(june).state == "released"
    assert len(loop.points(june)) == 5


def test_reminders_go_to_all_alike_whether_they_answered_or_not(client, deliver, sent) -> None:
    june = loop.a_group_asked(6, deliver)
    loop.everybody_says(client, june, "ada")

    loop.after_the_end(june, deliver, hours=24)

    letters = loop.letters(sent, "Still open")
    assert len(letters) == 6
    assert len({loop.without_own(text) for _to, text in letters}) == 1


def test_the_form_before_closes_two_days_before_the_start(client, deliver, sent) -> None:
    june = loop.a_group(6)
    deliver()
    ada = loop.token(june, "ada")
    assert loop.post(client, ada, "/before", A1="Rest", A2="quiet").status_code == 303

    clock.move_to(june.starts_at - timedelta(hours=48))
    deliver()

    assert loop.post(client, ada, "/before", A1="Work").status_code == 410
    assert client.get(f"/reflect/{ada}/before").status_code == 410
    assert "Rest" in client.get(f"/reflect/{ada}").text
    assert len(loop.letters(sent, "What people need")) == 1


def test_those_who_asked_for_something_are_told_the_day_before(client, another_client, deliver, sent) -> None:
    mira = a_facilitator()
    june = loop.a_group(4, facilitator=mira)
    deliver()
    loop.leads(another_client, mira)
    loop.post(client, loop.token(june, "ada"), "/before", A2="quiet")
    loop.post(client, loop.token(june, "bo"), "/before", A1="Rest")
    need = db.session.query(Need).one().id
    another_client.post("/facilitate/june-retreat/needs", data={f"mark_{need}": "talk"})

    clock.move_to(june.starts_at - timedelta(hours=24))
    deliver()

    assert [to for to, _text in loop.letters(sent, "What you asked for")] == ["ada@example.org"]
    marked_at = db.session.get_one(Need, need).marked_at
    clock.move_to(june.starts_at - timedelta(hours=12))
    for mark, noted in (("talk", 1), ("talk", 1), ("will", 2)):
        another_client.post("/facilitate/june-retreat/needs", data={f"mark_{need}": mark})
        assert (db.session.get_one(Need, need).mark, db.session.get_one(Need, need).marked_at) == (mark, marked_at)
        assert db.session.query(Event).filter_by(name="NeedMarked").count() == noted
