"""An address that takes no letters is written to no more, until it is corrected, confirmed, or a letter arrives there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from retreats import clock
from retreats.accounts import service as accounts
from retreats.booking.addresses import registration_path
from retreats.db import db, writing
from retreats.events import DomainEvent
from retreats.mail import unreachable
from retreats.mail.models import Letter, UnreachableAddress
from retreats.mail.transport import MailDelayed
from retreats.outbox.deliver import LAST_ATTEMPT, run_due
from retreats.outbox.models import Delivery, Event
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering
from tests.smtp_server import PostOffice

pytestmark = pytest.mark.slow

ORGANISE = "/organise/gatherings/june-retreat/registrations"


def marked() -> list[tuple[str, bool]]:
    """Every address that takes no letters, and whether it never said no."""
    db.session.remove()
    return [(each.address, each.is_soft) for each in unreachable.every()]


def states(kind: str = "booking.confirmation") -> list[str | None]:
    """What stands with the letters of this kind as their failure."""
    db.session.remove()
    return [each.failure for each in db.session.query(Letter).filter_by(kind=kind)]


@pytest.fixture
def world_clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The world's time, to be moved: `world_clock[0] += …`."""
    now = [clock.real_now()]
    monkeypatch.setattr(clock, "real_now", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 nobody here", [("ada@example.org", False)]),
        ("550 5.1.1 no such user", [("ada@example.org", False)]),
        ("552 5.2.2 mailbox full", [("ada@example.org", False)]),
        ("550 5.7.1 your server is not welcome", []),
        ("554 relay access denied", []),
    ],
)
def test_what_is_said_of_a_mailbox_marks_it_and_what_is_said_of_us_does_not(
    post_office: PostOffice, deliver: Callable[[], int], answer: str, expected: list[tuple[str, bool]]
) -> None:
    post_office.clerk.refuse_recipient = answer
    a_booking(a_gathering(), "ada@example.org")

    deliver()

    assert marked() == expected
    [failure] = states()
    assert answer[:3] in str(failure)
    assert "@" not in str(failure)


def test_a_letter_that_is_refused_marks_no_address(post_office: PostOffice, deliver: Callable[[], int]) -> None:
    post_office.clerk.answer_data = "554 5.6.0 we do not like its words"
    a_booking(a_gathering(), "ada@example.org")

    deliver()

    assert marked() == []
    assert len(states()) == 1


def test_nothing_more_is_written_there_until_otto_says_that_it_is_right(
    client, another_client, post_office: PostOffice, deliver: Callable[[], int]
) -> None:
    gathering = a_gathering()
    post_office.clerk.refuse_recipient = "550 5.1.1 no such user"
    ada = a_booking(gathering, "ada@example.org")
    deliver()
    post_office.clerk.refuse_recipient = None
    page = f"{ORGANISE}/{ada.reference}"
    otto(client)

    client.post(f"{page}/link")
    deliver()
    kept_back, arrived = states("booking.link_again"), list(post_office.letters)
    shown, day, wrong = client.get(page).text, client.get("/organise/").text, client.get("/organise/deliveries").text
    own = another_client.get(registration_path(ada)).text
    [row] = unreachable.every()
    for _twice in range(2):
        client.post(f"{page}/addresses/{row.id}/right")
    again = db.session.query(Letter).filter_by(kind="booking.link_again").one().id
    client.post(f"{page}/letters/{again}/again", data={"turn": "9"})
    deliver()

    assert arrived == []
    assert kept_back == ["kept_back"]
    assert "ada@example.org takes no letters" in shown
    assert "One address takes no letters" in day
    assert "ada@example.org" in wrong
    assert "Our letters do not reach you" in own
    assert marked() == []
    assert [letter.to for letter in post_office.letters] == ["ada@example.org"]
    happened = db.session.query(Event.name).filter(Event.name.startswith("Address")).order_by(Event.position)
    assert [name for (name,) in happened] == ["AddressMarked", "AddressCleared"]


def test_a_corrected_address_is_written_to_at_once(client, post_office: PostOffice, deliver: Callable[[], int]) -> None:
    gathering = a_gathering()
    post_office.clerk.refuse_recipient = "550 nobody here"
    ada = a_booking(gathering, "adda@example.org")
    deliver()
    post_office.clerk.refuse_recipient = None
    otto(client)

    client.post(f"{ORGANISE}/{ada.reference}/addresses",
                data={"was-booker": "adda@example.org", "booker": "ada@example.org"})  # fmt: skip
    deliver()

    assert {letter.to for letter in post_office.letters} == {"ada@example.org"}
    assert "takes no letters" not in client.get(f"{ORGANISE}/{ada.reference}").text


def test_the_letter_for_signing_in_is_always_tried_and_clears_the_mark_when_it_arrives(
    app, post_office: PostOffice, deliver: Callable[[], int]
) -> None:
    a_booking(a_gathering(), "ada@example.org")
    with writing():
        unreachable.mark("ada@example.org", "Said no.", is_soft=False)
        accounts.ask_to_sign_in("ada@example.org", browser="ada's", next_path=None)

    deliver()

    assert "ada@example.org" in [letter.to for letter in post_office.letters]
    assert marked() == []


def test_put_off_for_three_days_a_letter_is_given_up_and_the_address_marked(
    post_office: PostOffice, deliver: Callable[[], int], world_clock: list[datetime]
) -> None:
    began = world_clock[0]
    watched = _one_letter_waits(post_office, deliver, "450 4.2.1 later")
    while (row := db.session.get_one(Delivery, watched, populate_existing=True)).rests_at is None:
        world_clock[0] = row.due_at + timedelta(seconds=1)
        db.session.remove()
        run_due("letters")

    lasted = row.rests_at - began
    assert timedelta(hours=70) < lasted <= timedelta(hours=73)
    assert row.attempts == MailDelayed.last_attempt > LAST_ATTEMPT
    assert marked() == [("ada@example.org", True)]
    assert states() != [None]


def test_put_off_for_reasons_of_the_servers_own_it_is_given_up_and_the_address_is_not_marked(
    post_office: PostOffice, deliver: Callable[[], int], world_clock: list[datetime]
) -> None:
    watched = _one_letter_waits(post_office, deliver, "451 4.7.1 greylisted")
    with writing() as session:
        row = session.get_one(Delivery, watched)
        row.attempts, world_clock[0] = MailDelayed.last_attempt - 1, row.due_at + timedelta(hours=70)

    deliver()

    assert db.session.get_one(Delivery, watched, populate_existing=True).rests_at is not None
    assert marked() == []
    assert states() != [None]


def _one_letter_waits(post_office: PostOffice, deliver: Callable[[], int], answer: str) -> int:
    """A booking whose first letter was put off with this answer; the others of it are put away."""
    post_office.clerk.refuse_recipient = answer
    a_booking(a_gathering(), "ada@example.org")
    deliver()
    with writing() as session:
        delivery = session.query(Delivery).filter_by(reaction="mail.deliver").order_by(Delivery.id).first()
        assert delivery is not None
        session.query(Delivery).filter(Delivery.errand == "letters", Delivery.id != delivery.id).update(
            {"done_at": clock.real_now()}
        )
        return delivery.id


def test_a_server_that_is_away_for_three_hours_loses_nothing(
    post_office: PostOffice, deliver: Callable[[], int], world_clock: list[datetime]
) -> None:
    post_office.clerk.answer_data = "421 4.3.2 closing down"
    began = world_clock[0]
    a_booking(a_gathering(), "ada@example.org")
    while world_clock[0] < began + timedelta(hours=3):
        deliver()
        world_clock[0] += timedelta(minutes=20)
    post_office.clerk.answer_data = None
    world_clock[0] += timedelta(hours=1)

    deliver()

    assert "ada@example.org" in [letter.to for letter in post_office.letters]
    assert db.session.query(Delivery).filter(Delivery.rests_at.is_not(None)).count() == 0


def test_an_address_is_marked_once_and_stands_in_no_event(app) -> None:
    with writing():
        unreachable.mark("ada@example.org", "Said no.", is_soft=False)
    with writing():
        unreachable.mark("ada@example.org", "Said no again.", is_soft=True)

    [row] = db.session.query(UnreachableAddress).all()
    assert (row.failure, row.is_soft) == ("Said no.", False)
    assert "ada@" not in str([each.payload for each in db.session.query(Event)])
    assert DomainEvent.known["AddressMarked"].__annotations__ == {"mark_id": "int"}
