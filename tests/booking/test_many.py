"""Otto does one thing for many registrations: he sees whom it concerns, presses once, and the house does it one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from retreats import clock
from retreats.booking import service as booking
from retreats.booking.models import BulkAction, BulkItem, LedgerEntry, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.events import ChosenAmongMany, ManyChosen
from retreats.outbox.deliver import run_due
from retreats.outbox.models import Event
from tests.booking.test_listing import a_crowd
from tests.catalogue.organise import fields, otto
from tests.house import a_booking, a_gathering
from tests.smtp_server import PostOffice

pytestmark = pytest.mark.slow

Deliver = Callable[[], int]
MANY = "/organise/registrations/many"


def paid(registration: Registration) -> None:
    with writing() as session:
        session.add(LedgerEntry(id=new_id(), registration_id=registration.id, kind="captured", currency="EUR",
                                amount_minor=registration.agreed_minor, provider_ref=f"by-hand:cash:{new_id()}",
                                entered_at=clock.now()))  # fmt: skip
        booking.confirm(registration.id)


def look(client: FlaskClient, action: str, *chosen: Registration, **more: Any) -> TestResponse:
    """Tick these (or with none: all that fit), choose the action, and look."""
    ticked = [("chosen", each.reference) for each in chosen] or [("scope", "all")]
    path = f"{MANY}/cancel" if "refund" in more else MANY
    return client.get(f"{path}?{urlencode([*ticked, ('action', action), *more.items()])}", follow_redirects=True)


def press(client: FlaskClient, page: TestResponse, **typed: str) -> TestResponse:
    """Press the button on that page."""
    return client.post(page.request.path, data=fields(page.text) | typed)


def done(client: FlaskClient, action: str, *chosen: Registration, **more: Any) -> str:
    """All of it, until it has been gone through; the page that says so."""
    answer = press(client, look(client, action, *chosen, **more))
    assert answer.status_code == 303, answer.text
    return answer.location


def happened(name: str) -> list[Event]:
    return db.session.query(Event).filter_by(name=name).order_by(Event.position).all()


@pytest.fixture
def three(client: FlaskClient) -> list[Registration]:
    """Ada (with Carl) has paid, Bo has paid, Dora's place is held."""
    otto(client)
    june = a_gathering(price=480_00)
    ada, bo = a_booking(june, "ada@example.org", "carl@example.org"), a_booking(june, "bo@example.org")
    for each in (ada, bo):
        paid(each)
    return [ada, bo, a_booking(june, "dora@example.org")]


def test_the_confirmation_goes_out_again_to_those_who_have_one(
    client: FlaskClient, three: list[Registration], deliver: Deliver, post_office: PostOffice
) -> None:
    deliver()
    post_office.empty()

    page = look(client, "confirmation")
    answers = [press(client, page) for _time in range(2)]
    deliver()

    assert "It concerns 2 registrations." in page.text
    assert "One that you chose is left out. Only what is confirmed has a confirmation to send." in page.text
    assert len({each.location for each in answers}) == 1
    assert sorted(each.to for each in post_office.letters) == [
        "ada@example.org", "bo@example.org", "carl@example.org"
    ]  # fmt: skip
    assert {each.subject for each in post_office.letters} == {
        "Your places are confirmed: June retreat",
        "Your place is confirmed: June retreat",
        "You have a place: June retreat",
    }
    report = client.get(answers[0].location).text
    assert "It is done" in report
    assert len(happened("ChosenAmongMany")) == 2
    assert len({each.actor_id for each in happened("LetterSentAgain")} - {None}) == 1


def test_the_link_goes_to_those_that_were_ticked(
    client: FlaskClient, three: list[Registration], deliver: Deliver
) -> None:
    done(client, "link", three[0], three[2])
    deliver()

    assert {each.registration_id for each in happened("BookingLinkAsked")} == {three[0].id, three[2].id}


@pytest.mark.parametrize("presence", ["attended", "missed"])
def test_who_was_there_is_marked_once_it_has_begun(
    client: FlaskClient, three: list[Registration], deliver: Deliver, presence: str
) -> None:
    early = look(client, presence)
    clock.move_to(clock.now() + timedelta(days=61))
    done(client, presence, gathering="june-retreat")
    deliver()

    assert "It concerns none of the registrations" in early.text
    db.session.remove()
    found = {place.name: place.presence for each in db.session.query(Registration) for place in each.places}
    assert found == {"Ada": presence, "Carl": presence, "Bo": presence, "Dora": None}


def test_holds_are_kept_longer_and_whose_gathering_is_sooner_only_until_then(
    client: FlaskClient, three: list[Registration], deliver: Deliver
) -> None:
    soon = a_booking(
        a_gathering(slug="soon", price=1_00, starts_at=clock.now() + timedelta(hours=20)), "eva@example.org"
    )
    page = look(client, "keep")

    wrong = [press(client, page, until=until) for until in ("", "2027-02-01T10:00", "nonsense")]
    press(client, page, until="2027-03-04T12:00")
    deliver()

    assert [each.status_code for each in wrong] == [422, 422, 422]
    db.session.remove()
    until = {each.id: each.hold_until for each in db.session.query(Registration) if each.state == "held"}
    assert until == {three[2].id: clock.now().replace(day=4, hour=12), soon.id: clock.now() + timedelta(hours=20)}


def test_many_are_cancelled_with_the_sum_that_was_shown(
    client: FlaskClient, three: list[Registration], deliver: Deliver
) -> None:
    rule = look(client, "cancel", *three)
    shown = client.get(f"{rule.request.path}?{rule.request.query_string.decode()}&refund=agreed")
    answers = [press(client, shown) for _time in range(2)]
    deliver()

    assert "What goes back?" in rule.text
    assert "Cancel 3 registrations, 1,440 € goes back" in unescape(shown.text)
    assert re.search(r"<dt>Places</dt><dd>4</dd>", shown.text)
    assert len({each.location for each in answers}) == 1
    db.session.remove()
    assert {each.state for each in db.session.query(Registration)} == {"cancelled"}
    assert db.session.query(Gathering).filter_by(slug="june-retreat").one().taken == 0
    assert len(happened("PlaceCancelled")) == 4
    assert {each.payload["by_house"] for each in happened("PlaceCancelled")} == {True}


def test_if_another_sum_would_go_back_nothing_is_cancelled_and_it_is_asked_again(
    client: FlaskClient, three: list[Registration]
) -> None:
    shown = look(client, "cancel", *three, refund="agreed")
    clock.move_to(clock.now() + timedelta(days=40))

    answer = press(client, shown)

    assert answer.status_code == 409
    assert "Something changed since the page was opened" in answer.text
    assert db.session.query(BulkAction).count() == 0


def test_what_changed_between_the_button_and_the_turn_is_left_as_it_is_and_said(
    client: FlaskClient, three: list[Registration], deliver: Deliver
) -> None:
    report = done(client, "cancel", *three, refund="agreed")
    with writing():
        booking.cancel_by_house(three[0].id, {three[0].places[1].id}, refund="none", shown_minor=0)
    clock.move_to(clock.now() + timedelta(seconds=1))
    deliver()

    db.session.remove()
    assert {each.booker.name: each.state for each in db.session.query(Registration)} == {
        "Ada": "confirmed", "Bo": "cancelled", "Dora": "cancelled"
    }  # fmt: skip
    page = client.get(report).text
    assert "Another amount would go back now. Nothing was cancelled." in page
    assert "For some it could not be done" in page


def test_one_that_is_not_there_refuses_all_of_them_and_says_nothing_of_it(
    client: FlaskClient, three: list[Registration]
) -> None:
    elsewhere = a_booking(a_gathering(slug="july-circle"), "eva@example.org")
    invented = Registration(reference="NEVERWAS00")
    shown = look(client, "link", *three)

    answers = [
        look(client, "link", *three, invented),
        look(client, "link", *three, elsewhere, gathering="june-retreat"),
        look(client, "cancel", *three, elsewhere, gathering="june-retreat", refund="full"),
        client.post(MANY, data=fields(shown.text) | {"chosen": [three[0].reference, "NEVERWAS00"]}),
        client.post(f"{MANY}/cancel", data={"chosen": [three[0].reference, elsewhere.reference], "gathering": "june-retreat",
                                            "action": "cancel", "refund": "full", "bulk_id": "7"}),
    ]  # fmt: skip

    assert [each.status_code for each in answers] == [404] * 5
    assert not any("Eva" in each.text or elsewhere.reference in each.text.partition("<main")[2] for each in answers)
    assert db.session.query(BulkItem).count() == 0


@pytest.mark.parametrize("query", ["", "action=link", "action=nonsense&scope=all", "scope=all", "action=cancel"])
def test_who_chose_too_little_is_told_what_to_choose(client: FlaskClient, query: str) -> None:
    otto(client)

    answer = client.get(f"{MANY}?{query}", follow_redirects=True)

    assert answer.status_code == 422
    assert "Nothing was done." in answer.text


def test_more_than_five_hundred_are_not_cancelled_at_once(client: FlaskClient) -> None:
    otto(client)
    a_crowd(a_gathering(places=600), 501)

    page = look(client, "cancel", refund="agreed")

    assert page.status_code == 422
    assert "At most 500 registrations" in page.text
    assert "button-care" not in page.text


def test_with_many_the_request_stays_short_and_each_has_its_turn_once(
    client: FlaskClient, statements: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retreats.booking.service.many.AT_ONCE", 20)
    otto(client)
    a_crowd(a_gathering(places=100), 60)
    page = look(client, "link")
    with statements() as asked:
        answer = press(client, page)
    waiting = client.get(answer.location).text

    run_due("house")
    with writing():
        booking.fan_out(ManyChosen(bulk_id=db.session.query(BulkAction).one().id, position=20))
    run_due("house")

    assert len(asked) <= 20
    assert re.search(r"<dt>Still waiting</dt><dd>60</dd>", waiting)
    assert len({each.registration_id for each in happened("ChosenAmongMany")}) == 60
    assert len(happened("BookingLinkAsked")) == 60


def test_a_turn_taken_twice_does_it_once(client: FlaskClient, three: list[Registration], deliver: Deliver) -> None:
    done(client, "link", three[0])
    deliver()
    bulk = db.session.query(BulkAction).one()

    with writing():
        booking.take_turn(
            ChosenAmongMany(bulk_id=bulk.id, registration_id=three[0].id, gathering_id=three[0].gathering_id)
        )

    assert len(happened("BookingLinkAsked")) == 1
