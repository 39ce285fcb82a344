"""Otto makes a passkey, and later shows it before he takes a list away: in Chromium, with a device that is only pretended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from retreats.accounts.models import Passkey, SignedIn
from retreats.db import db, let_go, writing
from retreats.outbox.models import Event
from tests.house import a_booking, a_gathering, a_person
from tests.journeys.reader import Reader
from tests.stores import ON_SQLITE

pytestmark = [pytest.mark.journey, ON_SQLITE]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_house(app: Flask, open_house: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The open house under a name: browsers keep passkeys for no number."""
    address = open_house.replace("127.0.0.1", "localhost")
    monkeypatch.setitem(app.config, "SITE_URL", address)
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost", "127.0.0.1"])
    return address


def test_otto_makes_a_passkey_and_shows_it_before_he_takes_a_list_away(
    named_house: str, new_page: Any, way_in: Callable[[str, str], str]
) -> None:
    a_person("otto@example.org", role="organiser")
    a_booking(a_gathering(), "ada@example.org", name="Ada")
    otto = Reader(new_page(), named_house, "en")
    device = otto.page.context.new_cdp_session(otto.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    # He comes in by mail, and makes a passkey where the house asks for a second factor.
    otto.goes_to("/organise/")
    otto.writes("Your mail address", "otto@example.org")
    otto.presses("Send me the letter")
    otto.goes_to(way_in("otto", "/sign-in/link/"))
    otto.presses("Sign in")
    otto.sees_heading("Second factor")
    otto.writes("What you call this device", "The laptop")
    otto.presses("Make a passkey")
    otto.sees_heading("Your recovery codes")
    otto.follows("I have put them away")
    assert otto.path == "/organise/"
    made = db.session.scalars(select(Passkey)).one()
    assert (made.name, made.used_at) == ("The laptop", None)

    # An hour later it no longer counts: before the file there is the question, and the form waits.
    with writing() as session:
        session.execute(update(SignedIn).values(proved_until=None))
    otto.goes_to("/organise/registrations")
    otto.presses("As plain text (CSV)")
    otto.sees_heading("Confirm that it is you")
    assert exported() == []
    with otto.page.expect_download() as download:
        otto.presses("Use my passkey")

    assert b'"Ada","June retreat"' in download.value.path().read_bytes()
    assert len(exported()) == 1
    assert db.session.scalars(select(Passkey)).one().used_at is not None


def exported() -> list[str]:
    """Each time somebody took a list away."""
    let_go()
    return list(db.session.scalars(select(Event.name).where(Event.name == "RegistrationsExported")))
