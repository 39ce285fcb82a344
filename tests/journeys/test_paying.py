"""Ada pays, in a real browser, on the stand-in's page: whatever her bank and the post between the two houses do."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from retreats import clock
from retreats.booking.addresses import pay_path, registration_path
from retreats.booking.models import LedgerEntry, Registration
from retreats.db import db
from retreats.demo.stripe.words import ENGLISH
from retreats.mail.models import Letter
from retreats.payments.compare import differences
from retreats.payments.models import Attempt
from tests.house import a_booking, a_gathering
from tests.journeys.reader import Reader
from tests.smtp_server import PostOffice
from tests.stores import ON_POSTGRES
from tests.stripe_standin import Stripe

pytestmark = [pytest.mark.journey, ON_POSTGRES]
PRICE = 48_000
Happen = Callable[[], int]


def sessions() -> list[str]:
    """The pay pages that were opened at Stripe."""
    db.session.remove()
    return [each.session_id or "" for each in db.session.query(Attempt).order_by(Attempt.opened_at)]


def moved(registration: Registration) -> list[int]:
    """What stands in our ledger of this booking."""
    db.session.remove()
    entries = db.session.query(LedgerEntry).filter_by(registration_id=registration.id).order_by(LedgerEntry.kind)
    return [entry.amount_minor for entry in entries]


def letters_about(registration: Registration) -> list[str]:
    """Which were written about this booking."""
    return sorted(each.kind for each in db.session.query(Letter).filter_by(shelf=f"registration:{registration.id}"))


def until(happen: Happen, true: Callable[[], bool]) -> None:
    """Let things follow until this is so: notices travel by themselves."""
    for _again in range(100):
        happen()
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come to be.")


@pytest.fixture
def ada(new_page: Any, open_house: str) -> Reader:
    return Reader(new_page(), open_house, "en")


def test_a_declined_card_a_change_of_mind_and_then_a_slow_bank(
    ada: Reader, till: Stripe, happen: Happen, axe: Any
) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org")
    ada.goes_to(pay_path(registration))
    ada.sees_heading("Pay %(amount)s", amount="480 €")

    ada.presses("Pay %(amount)s", amount="480 €")
    ada.presses(ENGLISH["decline"])
    expect(ada.page.get_by_role("alert")).to_contain_text(ENGLISH["declined_more"])
    assert axe(ada.page) == []
    ada.follows(ENGLISH["leave"])
    assert ada.page.url.startswith(ada.house)
    ada.sees_heading("Pay %(amount)s", amount="480 €")
    ada.follows("To my booking")
    ada.sees_heading("Your place is kept for you")
    ada.reads("Nothing has been paid yet.")
    ada.follows("Pay %(amount)s", amount="480 €")
    ada.presses("Pay %(amount)s", amount="480 €")
    ada.presses(ENGLISH["slow"])
    ada.sees_heading("Waiting for your bank")
    clock.move_to(clock.now() + timedelta(days=2))
    happen()
    ada.page.reload()
    ada.sees_heading("Waiting for your bank")
    [session] = set(sessions())
    till.settle(session)
    until(happen, lambda: moved(registration) == [PRICE])
    ada.page.reload()

    ada.sees_heading("Your place is confirmed")
    assert letters_about(registration) == ["booking.confirmation", "payments.awaited"]
    assert differences() == (1, [])


def test_however_the_news_travels_each_booking_is_confirmed_once(
    new_page: Any, open_house: str, till: Stripe, happen: Happen
) -> None:
    gathering = a_gathering(price=PRICE)
    booked = {how: a_booking(gathering, f"{how}@example.org") for how in ("twice", "late", "reversed", "never")}

    for how, registration in booked.items():
        guest = Reader(new_page(), open_house, "en")
        if how == "late":  # the telephone dies on the way back: only Stripe can tell us
            guest.page.route("**/return?**", lambda route: route.abort())
        guest.goes_to(pay_path(registration))
        guest.presses("Pay %(amount)s", amount="480 €")
        guest.chooses(ENGLISH[how])
        guest.page.get_by_label(ENGLISH["late_more"]).fill("1")
        guest.presses(ENGLISH["pay"].format(amount="€480.00"))
        if how != "late":
            guest.sees_heading("Your place is confirmed")
    until(happen, lambda: moved(booked["late"]) == [PRICE])
    late = Reader(new_page(), open_house, "en")
    late.goes_to(registration_path(booked["late"]))

    late.sees_heading("Your place is confirmed")
    assert [letters_about(each) for each in booked.values()] == [["booking.confirmation"]] * 4
    assert [moved(each) for each in booked.values()] == [[PRICE]] * 4
    assert differences() == (4, [])


def test_paid_when_the_time_was_over_the_place_is_hers_if_it_is_still_there(ada: Reader, happen: Happen) -> None:
    registration = a_booking(a_gathering(price=PRICE, places=1), "ada@example.org")
    _opens_the_pay_page_and_is_called_away(ada, registration)

    ada.presses(ENGLISH["pay"].format(amount="€480.00"))

    ada.sees_heading("Your place is confirmed")
    until(happen, lambda: "booking.confirmation" in letters_about(registration))
    assert differences() == (1, [])


def test_paid_when_the_place_was_sold_she_gets_her_money_back_with_an_apology(
    ada: Reader, happen: Happen, post_office: PostOffice
) -> None:
    gathering = a_gathering(price=PRICE, places=1)
    registration = a_booking(gathering, "ada@example.org")
    _opens_the_pay_page_and_is_called_away(ada, registration)
    a_booking(gathering, "bo@example.org")

    ada.presses(ENGLISH["pay"].format(amount="€480.00"))
    ada.sees_heading("We are sorry: the place was gone")
    until(happen, lambda: moved(registration) == [PRICE, -PRICE])
    ada.page.reload()

    ada.reads("Paid back", "-480 €")
    ada.does_not_read("Nothing was charged")
    subjects = [each.subject for each in post_office.letters if each.to == "ada@example.org"]
    assert subjects == ["We are sorry: the place was gone. You get everything back",
                        "Money is on its way back to you: June retreat"]  # fmt: skip
    assert differences() == (1, [])


def test_when_the_time_is_over_the_pay_page_closes_and_nothing_is_charged(ada: Reader, happen: Happen) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org")
    _opens_the_pay_page_and_is_called_away(ada, registration)
    happen()

    ada.presses(ENGLISH["pay"].format(amount="€480.00"))
    ada.reads(ENGLISH["expired"])
    ada.follows(ENGLISH["back"])

    ada.sees_heading("The time to pay is over")
    assert moved(registration) == []
    assert differences() == (0, [])


def _opens_the_pay_page_and_is_called_away(ada: Reader, registration: Registration) -> None:
    ada.goes_to(pay_path(registration))
    ada.presses("Pay %(amount)s", amount="480 €")
    clock.move_to(clock.now() + timedelta(hours=2))


def test_giving_back_says_first_what_is_paid_back_and_then_pays_it_back(ada: Reader, happen: Happen) -> None:
    registration = a_booking(a_gathering(price=PRICE), "ada@example.org")
    ada.goes_to(pay_path(registration))
    ada.presses("Pay %(amount)s", amount="480 €")
    ada.presses(ENGLISH["pay"].format(amount="€480.00"))
    clock.move_to(clock.now() + timedelta(days=40))  # twenty days before the start: half

    ada.follows("Give my place back")
    ada.reads("%(refund)s of %(price)s is paid back", refund="240 €", price="480 €")
    assert moved(registration) == [PRICE]
    ada.presses("Give back the chosen places")
    ada.sees_heading("This booking is cancelled")
    until(happen, lambda: moved(registration) == [PRICE, -PRICE // 2])
    ada.page.reload()

    ada.reads("Paid back", "-240 €", "The house holds %(amount)s for this booking.", amount="240 €")
    assert letters_about(registration).count("payments.refunded") == 1
    assert differences() == (1, [])
