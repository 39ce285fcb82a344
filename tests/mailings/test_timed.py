"""Letters that go out by themselves: at their moment, once, to whoever is there, and never about what is no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retreats import clock
from retreats.booking.models import Place
from retreats.booking.service import mark
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.events import GatheringChanged, RegistrationConfirmed, TimedLetterDue
from retreats.mail.models import Letter
from retreats.mailings import service
from retreats.mailings.models import TimedLetter, TimedPassing
from retreats.mailings.timing import Timed
from retreats.outbox import emit
from retreats.outbox.deliver import run_due
from retreats.outbox.worker import tick
from tests.catalogue.organise import otto
from tests.catalogue.organise import send as save_section
from tests.house import a_booking, a_gathering
from tests.mailings.desk import by_reader

pytestmark = pytest.mark.slow

LISBON = ZoneInfo("Europe/Lisbon")
TIMED = "/organise/gatherings/june-retreat/letters/timed"
GETTING_READY, HOW_TO = "Getting ready", "How to get there, and when"
VERY_SOON, AT_HOME = "Until very soon", "Thank you, and how are the days at home"


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LISBON).astimezone(UTC)


def timed(purpose: str, amount: int, unit: str = "days", hour: str = "") -> Timed:
    return Timed(purpose=purpose, is_on=True, amount=amount, unit=unit, at=hour, subject={}, body={})


def of_june() -> Gathering:
    return db.session.query(Gathering).filter_by(slug="june-retreat").one()


def let_pass(moment: datetime, deliver: object) -> None:
    """The clock shows this moment, and everything follows."""
    db.session.remove()
    clock.move_to(moment)
    deliver()  # type: ignore[operator]


def in_60_days(many: int = 1, **more: object) -> Gathering:
    """A retreat in the evening of 30 April, with so many people in it."""
    june = a_gathering(places=12, starts_at=at(2027, 4, 30, 18), **more)
    for name in ("ada", "bo", "carl")[:many]:
        a_booking(june, f"{name}@example.org")
    return june


@pytest.mark.parametrize(
    ("start", "letter", "due"),
    [
        # Clocks go forward on 28 March 2027 and back on 31 October 2027.
        (at(2027, 3, 29, 9), timed("reminder", 2), at(2027, 3, 27, 9)),
        (at(2027, 11, 1, 9), timed("reminder", 2), at(2027, 10, 30, 9)),
        (at(2027, 3, 29, 9), timed("reminder", 2, hour="10:00"), at(2027, 3, 27, 10)),
        (at(2027, 3, 29, 9), timed("reminder", 48, "hours"), at(2027, 3, 27, 8)),
        (at(2027, 11, 1, 9), timed("reminder", 48, "hours"), at(2027, 10, 30, 10)),
        (at(2027, 3, 29, 9), timed("reminder", 1, hour="01:30"), at(2027, 3, 28, 2, 30)),
        (at(2027, 11, 1, 9), timed("reminder", 1, hour="01:30"), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (at(2027, 3, 26, 16), timed("thanks", 1, hour="10:00"), at(2027, 3, 29, 10)),
        (at(2027, 3, 26, 16), timed("thanks", 24, "hours"), at(2027, 3, 29, 17)),
    ],
)
def test_days_keep_the_clock_at_the_place_and_hours_elapse(start, letter, due) -> None:
    gathering = Gathering(starts_at=start, ends_at=start + timedelta(days=2), zone="Europe/Lisbon")

    assert letter.due_at(gathering) == due


def test_a_retreat_has_its_four_letters_each_at_its_hour_and_once(app, deliver, sent) -> None:
    june = in_60_days(2)
    deliver()
    sent.clear()
    moments = []
    while (due := service.next_letter()) is not None:
        moments.append(due)
        let_pass(due, deliver)
        deliver()

    assert moments == [at(2027, 4, 16, 10), at(2027, 4, 26, 10), at(2027, 4, 29, 10), at(2027, 5, 7, 10)]
    for subject in (GETTING_READY, HOW_TO, VERY_SOON, AT_HOME):
        assert sorted(by_reader(sent, subject)) == ["ada@example.org", "bo@example.org"]
    assert {each.outcome for each in db.session.query(TimedPassing)} == {"sent"}
    assert june.id


def test_whoever_books_late_gets_at_once_what_is_still_of_use_and_nothing_twice(app, deliver, sent) -> None:
    june = in_60_days(1)
    let_pass(at(2027, 4, 28, 12), deliver)
    sent.clear()

    late = a_booking(june, "dora@example.org", language="pt")
    deliver()
    with writing():
        emit(RegistrationConfirmed(registration_id=late.id, gathering_id=june.id))
    let_pass(at(2027, 4, 29, 10), deliver)
    a_booking(june, "eva@example.org")
    deliver()

    timed_to = [
        (each.to_address, each.subject) for each in sent if "june" in each.subject.lower() or "junho" in each.subject
    ]
    by = {name: [subject for to, subject in timed_to if to.startswith(name) and "confirm" not in subject
                 and "Before you" not in subject and "Antes de" not in subject] for name in ("ada", "dora", "eva")}  # fmt: skip
    assert by == {
        "ada": ["Until very soon: June retreat"],
        "dora": [
            "Preparar a vinda: Retiro de junho",
            "Como chegar, e quando: Retiro de junho",
            "Até já: Retiro de junho",
        ],
        "eva": ["Getting ready: June retreat", "How to get there, and when: June retreat"],
    }


def test_a_gathering_that_is_moved_takes_its_letters_along(client, deliver, sent) -> None:
    in_60_days(1)
    otto(client)
    save_section(client, "june-retreat", "when", starts="2027-05-14T18:00", ends="2027-05-16T14:00", sure="yes")
    let_pass(at(2027, 4, 16, 10), deliver)
    early = list(by_reader(sent, GETTING_READY))
    let_pass(at(2027, 4, 30, 10), deliver)

    assert early == []
    assert list(by_reader(sent, GETTING_READY)) == ["ada@example.org"]


def test_moved_to_an_earlier_day_what_would_have_gone_out_goes_out_now(client, deliver, sent) -> None:
    in_60_days(1)
    otto(client)
    deliver()
    let_pass(at(2027, 4, 1, 10), deliver)

    save_section(client, "june-retreat", "when", starts="2027-04-07T18:00", ends="2027-04-09T14:00", sure="yes")
    deliver()
    deliver()

    assert list(by_reader(sent, GETTING_READY)) == ["ada@example.org"]
    assert "Wednesday 7 April 2027, 18:00" in by_reader(sent, GETTING_READY)["ada@example.org"]
    assert by_reader(sent, HOW_TO) == {}


def test_moved_after_the_reminder_people_are_reminded_of_the_new_day(client, deliver, sent) -> None:
    in_60_days(1)
    otto(client)
    let_pass(at(2027, 4, 29, 10), deliver)
    first = by_reader(sent, VERY_SOON)
    save_section(client, "june-retreat", "when", starts="2027-05-14T18:00", ends="2027-05-16T14:00", sure="yes")
    deliver()
    sent.clear()

    let_pass(at(2027, 5, 13, 10), deliver)

    assert "Friday 30 April" in first["ada@example.org"]
    assert "Friday 14 May" in by_reader(sent, VERY_SOON)["ada@example.org"]
    assert by_reader(sent, GETTING_READY) == {}


@pytest.mark.parametrize("state", ["cancelled", "draft"])
def test_nothing_goes_out_about_what_is_called_off_or_not_public(app, deliver, sent, state) -> None:
    june = in_60_days(1)
    deliver()
    with writing() as session:
        session.get_one(Gathering, june.id).state = state
    for moment in (at(2027, 4, 16, 10), at(2027, 4, 29, 10), at(2027, 5, 7, 10)):
        let_pass(moment, deliver)

    assert [each.subject for each in sent if each.subject.startswith((GETTING_READY, VERY_SOON, AT_HOME))] == []


def test_while_it_waits_for_a_new_date_nothing_goes_out_and_then_everything_follows_the_new_one(
    client, deliver, sent
) -> None:
    in_60_days(1)
    otto(client)
    deliver()
    with writing():
        catalogue.postpone(of_june().id, because={"en": "Flood"})
    for moment in (at(2027, 4, 16, 10), at(2027, 4, 29, 10), at(2027, 5, 7, 10)):
        let_pass(moment, deliver)
    meanwhile = [each.subject for each in sent if each.subject.startswith((GETTING_READY, HOW_TO, VERY_SOON, AT_HOME))]
    shown = client.get("/organise/gatherings/june-retreat/letters/").text
    save_section(client, "june-retreat", "when", starts="2027-05-18T18:00", ends="2027-05-20T14:00", sure="yes")
    deliver()

    assert meanwhile == []
    assert "waits for a new date" in shown
    assert "18 May 2027, 18:00" in by_reader(sent, GETTING_READY)["ada@example.org"]


def test_what_was_on_its_way_is_dropped_when_it_is_called_off_or_has_begun(app, deliver, sent) -> None:
    june = in_60_days(2)
    deliver()
    db.session.remove()
    clock.move_to(at(2027, 4, 29, 10))
    tick()
    run_due("house")
    sent.clear()
    run_due("letters", at_most=1)
    clock.move_to(at(2027, 4, 30, 19))
    deliver()
    late = [each.subject for each in sent if each.subject.startswith(VERY_SOON)]
    with writing():
        catalogue.cancel(june.id, because={"en": "Storm"})
    deliver()

    assert len(late) <= 1
    dropped = db.session.query(Letter).filter(Letter.kind == "mailings.timed", Letter.dropped_at.is_not(None)).count()
    assert dropped >= 1
    assert sent[-1].subject.startswith("Cancelled")


def test_after_days_without_a_worker_nobody_hears_of_what_is_long_gone(app, deliver, sent) -> None:
    in_60_days(1)
    deliver()
    sent.clear()

    let_pass(at(2027, 4, 25, 9), deliver)
    let_pass(at(2027, 5, 30, 9), deliver)

    assert [each.subject for each in sent if each.subject.startswith((GETTING_READY, HOW_TO, VERY_SOON, AT_HOME))] == []
    assert {each.purpose: each.outcome for each in db.session.query(TimedPassing)} == dict.fromkeys(
        ("preparation", "practical", "reminder", "thanks"), "late"
    )


def test_thanks_go_to_those_who_were_there(app, deliver, sent) -> None:
    june = in_60_days(2)
    deliver()
    let_pass(at(2027, 4, 30, 20), deliver)
    with writing():
        mark(db.session.query(Place).filter_by(gathering_id=june.id, email="bo@example.org").one().id, "missed")

    let_pass(at(2027, 5, 7, 10), deliver)

    assert list(by_reader(sent, AT_HOME)) == ["ada@example.org"]


def test_otto_sets_a_letter_for_one_gathering_and_takes_the_houses_again(client, deliver, sent) -> None:
    in_60_days(1)
    deliver()
    otto(client)
    wanted = {"version": "0", "is_on": "yes", "amount": "36", "unit": "hours", "at": "", "subject_en": "Come by boat",
              "body_en": "Dear {name}, by boat."}  # fmt: skip

    wrong = client.post(
        f"{TIMED}/reminder", data=wanted | {"body_en": "{boat}", "amount": "0", "unit": "days", "at": "25:00"}
    )
    first = client.post(f"{TIMED}/reminder", data=wanted)
    blind = client.post(f"{TIMED}/reminder", data=wanted | {"subject_en": "Mine"})
    client.post(f"{TIMED}/preparation", data=wanted | {"is_on": "no"})
    listed = client.get("/organise/gatherings/june-retreat/letters/").text
    let_pass(at(2027, 4, 29, 6), deliver)
    got = by_reader(sent, "Come by boat")
    client.post(f"{TIMED}/reminder/house")
    shown = client.get(f"{TIMED}/reminder").text

    assert (wrong.status_code, first.status_code, blind.status_code) == (422, 303, 409)
    assert "We have nothing to fill in for {boat}" in wrong.text
    assert "Write an hour like 10:00" in wrong.text
    assert "Mine" in blind.text
    assert "36 hours before it begins" in listed
    assert "switched off" in listed
    assert list(got) == ["ada@example.org"]
    assert by_reader(sent, GETTING_READY) == {}
    assert "one day before it begins, at 10:00" in shown
    assert db.session.query(TimedLetter).filter_by(purpose="reminder").one().body == {}


def test_set_to_a_moment_that_has_passed_it_goes_out_to_nobody_who_is_there(client, deliver, sent) -> None:
    june = in_60_days(1)
    otto(client)
    let_pass(at(2027, 4, 20, 12), deliver)
    sent.clear()
    house = {"version": "0", "is_on": "yes", "amount": "11", "unit": "days", "at": "10:00", "subject_en": "Set late",
             "body_en": "Words"}  # fmt: skip

    client.post(f"{TIMED}/practical", data=house)
    deliver()
    before = by_reader(sent, "Set late")
    a_booking(june, "bo@example.org")
    deliver()

    assert before == {}
    assert list(by_reader(sent, "Set late")) == ["bo@example.org"]


def test_the_clock_asks_the_same_few_questions_for_one_gathering_and_for_thirty(app, statements, deliver) -> None:
    counts = []
    for number in range(30):
        a_gathering(slug=f"g{number}")
        if number in {0, 29}:
            deliver()
            with statements() as asked:
                service.next_letter()
            counts.append(len(asked))

    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize("reaction", ["write_timed", "for_latecomers", "after_a_move"])
def test_what_follows_follows_once(app, deliver, reaction) -> None:
    june = in_60_days(2)
    db.session.remove()
    clock.move_to(at(2027, 4, 27, 10))
    deliver()
    event = {"write_timed": TimedLetterDue(gathering_id=june.id, purpose="practical"),
             "for_latecomers": RegistrationConfirmed(registration_id=a_booking(june, "late@example.org").id,
                                                     gathering_id=june.id),
             "after_a_move": GatheringChanged(gathering_id=june.id, part="when")}[reaction]  # fmt: skip
    counts = []
    for _again in range(2):
        with writing():
            getattr(service, reaction)(event)
        counts.append(db.session.query(Letter).filter_by(kind="mailings.timed").count())

    assert counts[0] == counts[1]
