"""Showing a second factor in a browser."""

from __future__ import annotations

import pyotp
from playwright.sync_api import expect

from retreats import clock
from tests.journeys.reader import Reader


def sets_up_an_app(reader: Reader) -> None:
    """From the page on the second factor: scan, type the first code, keep the sheet, and go on to where they wanted to go."""
    reader.sees_heading("Second factor")
    reader.presses("Set up an app")
    secret = reader.page.locator("main ol code").inner_text().replace(" ", "")
    reader.writes("The six digits of your app", pyotp.TOTP(secret).at(clock.real_now()))
    reader.presses("Take it into use")
    expect(reader.page.locator("main code")).to_have_count(10)
    reader.follows("I have put them away")
