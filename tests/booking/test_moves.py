"""A gathering is moved: calendars follow, and nobody is written to for a corrected word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from retreats import events as e
from retreats.booking.service import cancel_places, follow_moves
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.outbox import emit
from tests.house import a_booking, a_gathering, both, places
from tests.smtp_server import PostOffice

Deliver = Callable[[], int]


def change(gathering: Gathering, **different: object) -> None:
    """The organiser saves something else."""
    with writing() as session:
        found = session.get_one(Gathering, gathering.id)
        for name, value in different.items():
            setattr(found, name, value)
        emit(e.GatheringChanged(gathering_id=gathering.id))


def a_day_later(gathering: Gathering) -> None:
    """It is put off."""
    found = db.session.get_one(Gathering, gathering.id)
    assert found.starts_at is not None
    assert found.ends_at is not None
    day = timedelta(days=1)
    change(gathering, starts_at=found.starts_at + day, ends_at=found.ends_at + day)


def invites_to(post_office: PostOffice, address: str) -> list[bytes]:
    """The calendar entries that came to an address, in order."""
    return [letter.calendar for letter in post_office.letters if letter.to == address and letter.calendar]


def test_everybody_with_a_place_gets_the_new_time(post_office: PostOffice, deliver: Deliver) -> None:
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org", "bo@example.org")
    deliver()

    a_day_later(gathering)
    deliver()

    first, second = invites_to(post_office, "bo@example.org")
    assert b"SEQUENCE:0" in first
    assert b"SEQUENCE:1" in second
    assert b"METHOD:REQUEST" in second
    assert len(invites_to(post_office, "ada@example.org")) == 2
    assert [place.sequence for place in places(gathering)] == [1, 1]


def test_a_corrected_word_writes_to_nobody(post_office: PostOffice, deliver: Deliver) -> None:
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org")
    deliver()
    before = len(post_office.letters)

    change(gathering, title=both("June Retreat"))
    deliver()

    assert len(post_office.letters) == before
    assert places(gathering)[0].sequence == 0


def test_told_once_however_often_it_comes(post_office: PostOffice, deliver: Deliver) -> None:
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org")
    deliver()
    a_day_later(gathering)
    deliver()

    with writing():
        follow_moves(e.GatheringChanged(gathering_id=gathering.id))
    deliver()

    assert len(invites_to(post_office, "ada@example.org")) == 2


def test_moved_twice_before_the_mail_goes_out_sends_only_the_newest(post_office: PostOffice, deliver: Deliver) -> None:
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org")
    deliver()
    for _time in range(2):
        a_day_later(gathering)
        with writing():
            follow_moves(e.GatheringChanged(gathering_id=gathering.id))

    deliver()

    assert [b"SEQUENCE:2" in each for each in invites_to(post_office, "ada@example.org")] == [False, True]


def test_cancelled_after_a_move_takes_the_newer_entry_away(post_office: PostOffice, deliver: Deliver) -> None:
    gathering = a_gathering()
    registration = a_booking(gathering, "ada@example.org")
    a_day_later(gathering)
    deliver()

    with writing():
        cancel_places(registration.id, {places(gathering)[0].id})
    deliver()

    last = invites_to(post_office, "ada@example.org")[-1]
    assert b"METHOD:CANCEL" in last
    assert b"SEQUENCE:2" in last
