"""What is kept for a time only goes by itself, with a count and no names; a dry run says so before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock, periods
from retreats.accounts import personal
from retreats.accounts.models import Person
from retreats.booking.models import Answer, HouseNote, Place, Registration, WaitingEntry
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.feedback.models import CareCase, FormWindow, IntentionAnswer, Need, PrivateNote, SealedAnswer, TalkWish
from retreats.health.models import HealthAnswer
from retreats.mail.models import Letter
from retreats.outbox.models import Event
from retreats.outbox.worker import run_everything
from retreats.privacy import keeping as kept
from retreats.questions.models import Question
from tests.house import a_booking, a_gathering, a_person, sign_in
from tests.privacy import a_life


def counts() -> dict[str, int]:
    """How much there is of each."""
    db.session.remove()
    return {
        "answers": db.session.query(Answer).count(),
        "health": db.session.query(HealthAnswer).count(),
        "hopes": db.session.query(IntentionAnswer).count()
        + db.session.query(Need).count()
        + db.session.query(PrivateNote).count()
        + db.session.query(TalkWish).count(),
        "waiting": db.session.query(WaitingEntry).count(),
        "notes": db.session.query(HouseNote).count(),
        "care": db.session.query(CareCase).filter(CareCase.text_sealed.is_not(None)).count(),
        "held_words": db.session.query(SealedAnswer).count(),
        "letters": db.session.query(Letter).count(),
        "strangers": db.session.query(Person).filter(Person.email == "stranger@example.org").count(),
    }


@pytest.fixture
def lived(client, post_office) -> Gathering:
    """Ada's life, one of everything; the gathering is over for eight days."""
    del post_office
    a_life.live(client)
    past = db.session.query(Gathering).filter_by(slug="past").one()
    window = db.session.query(FormWindow).one()
    a_person("stranger@example.org")
    with writing() as session:
        session.query(Question).one().keep_days = 20
        session.query(CareCase).one().state = "closed"
        session.add(SealedAnswer(locator=b"x" * 20, window_id=window.id, question="C7", blob=b"y"))
        session.add(Letter(id=new_id(), kind="booking.held", occasion="booking.held:1", shelf="registration:1", about={},
                           language="en", message_id="<1@x>", written_at=clock.now(), sent_at=clock.now()))  # fmt: skip
    return past


@pytest.mark.parametrize(("what", "after"), [
    ("health", periods.HEALTH), ("answers", timedelta(days=20)), ("waiting", periods.WAITING), ("hopes", periods.HOPES),
    ("notes", periods.NOTES), ("care", periods.CARE), ("held_words", periods.HELD_WORDS),
])  # fmt: skip
def test_each_goes_at_its_time_after_the_end_and_not_a_second_before(lived, what, after) -> None:
    assert lived.ends_at is not None
    clock.move_to(lived.ends_at + after - timedelta(seconds=1))
    with writing():
        kept.forget_due(clock.now())
    assert counts()[what] > 0
    before = counts()[what]

    clock.move_to(lived.ends_at + after)
    assert any(each.what == what for each in kept.leaving(clock.now()))
    with writing():
        kept.forget_due(clock.now())

    assert counts()[what] == 0
    [event] = [each for each in db.session.query(Event).filter_by(name="KeptNoLonger") if each.payload["what"] == what]
    assert event.payload == {"what": what, "count": before}
    assert not any(each.what == what for each in kept.leaving(clock.now()))


def test_letters_and_people_who_never_booked_go_too_and_those_who_booked_stay(lived) -> None:
    clock.move_to(clock.now() + periods.STRANGERS)
    with writing():
        kept.forget_due(clock.now())
    assert counts()["strangers"] == 0
    assert db.session.query(Person).filter_by(name=personal.NO_NAME).count() == 1
    assert db.session.query(Person).filter_by(email=a_life.EMAIL).count() == 1

    clock.move_to(clock.now() + periods.LETTERS)
    with writing():
        kept.forget_due(clock.now())
    assert counts()["letters"] == 0
    assert db.session.query(Registration).count() == 1
    assert a_life.ledger_total() == 960_00
    del lived


def test_an_open_care_case_stays_however_old(lived) -> None:
    with writing() as session:
        session.query(CareCase).one().state = "in_hand"
    clock.move_to(clock.now() + timedelta(days=2000))
    with writing():
        kept.forget_due(clock.now())

    assert counts()["care"] == 1
    del lived


def test_the_worker_does_it_by_itself_and_knows_when_next(lived) -> None:
    assert lived.ends_at is not None
    assert kept.next_due() == lived.ends_at + periods.HEALTH
    clock.move_to(lived.ends_at + periods.WAITING)

    run_everything()

    assert {what for what, count in counts().items() if not count} == {"health", "answers", "waiting"}


def test_a_dry_run_deletes_nothing_and_the_command_does_what_it_said(app, lived) -> None:
    assert lived.ends_at is not None
    clock.move_to(lived.ends_at + timedelta(days=15))
    before = counts()

    said = app.test_cli_runner().invoke(args=["retention", "--dry-run"]).output
    assert counts() == before
    assert "health" in said
    assert "waiting" in said
    assert "Nothing was deleted." in said
    assert a_life.CANARY not in said.lower()

    done = app.test_cli_runner().invoke(args=["retention"])
    assert (done.exit_code, "waiting" in done.output) == (0, False)
    assert {what for what in before if counts()[what] != before[what]} == {"health"}


def test_an_organiser_sees_what_goes_in_the_next_thirty_days(client, lived, statements) -> None:
    sign_in(client, a_person("otto@example.org", role="organiser"))
    assert lived.ends_at is not None
    clock.move_to(lived.ends_at + timedelta(days=15))

    with statements() as asked:
        page = client.get("/organise/retention").text

    assert "What was said about health" in page
    assert "with the next minute" in page
    assert "Waiting lists" in page
    assert a_life.CANARY not in page.lower()
    assert len(asked) < 25


def test_whoever_answers_sees_how_long_it_is_kept_and_the_organiser_sets_it(client, app) -> None:
    del app
    a_gathering()
    sign_in(client, a_person("otto@example.org", role="organiser"))
    sent = {"version": "0", "q-rows": "1", "q0-label_en": "Diet?", "q0-label_pt": "Dieta?", "q0-kind": "short"}
    path = "/organise/gatherings/june-retreat/questions"

    refused = client.post(path, data=sent | {"q0-keep": "99999"})
    saved = client.post(path, data=sent | {"q0-keep": "14"})

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert "Write a whole number from 1 to 1825." in refused.text
    assert "Deleted 14 days after the end." in client.get("/gatherings/june-retreat/register").text
    assert 'value="14"' in client.get(path).text
    a_booking(db.session.query(Gathering).one(), "ada@example.org")
    assert db.session.query(Place).count() == 1


def test_what_goes_by_days_is_not_asked_for_at_every_tick(lived, statements) -> None:
    kept._asked.clear()
    with writing():
        kept.forget_now_and_then(clock.now())

    with statements() as asked_again:
        kept.forget_now_and_then(clock.now() + kept.EVERY - timedelta(seconds=1))
    with statements() as asked_later:
        kept.forget_now_and_then(clock.now() + kept.EVERY)

    assert asked_again == []
    assert asked_later
