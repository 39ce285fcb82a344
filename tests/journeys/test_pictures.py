"""Otto chooses a picture in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.db import writing
from tests.house import a_gathering, a_person
from tests.pictures.files import BLUE, GREEN, a_file, halves
from tests.stores import ON_SQLITE

Opened = Callable[..., Page]


def signed_in(page: Page, open_house: str, person: Person, app: Flask) -> Page:
    """This window is that person's now."""
    with writing():
        token = accounts.begin_session(person)
    cookie = app.session_interface.get_signing_serializer(app).dumps({"_user_id": token, "_fresh": True})
    page.context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": open_house}])
    return page


@ON_SQLITE
@pytest.mark.journey
def test_a_picture_is_chosen_seen_cut_again_and_taken_away(
    open_house: str, new_page: Opened, axe: Any, tmp_path: Path, app: Flask
) -> None:
    a_gathering()
    (tmp_path / "IMG 0001.jpg").write_bytes(a_file(halves((1600, 3000), GREEN, BLUE)).getvalue())
    page = signed_in(new_page(width=320), open_house, a_person("otto@example.org", role="organiser"), app)

    page.goto(f"{open_house}/organise/gatherings/june-retreat/")
    page.get_by_role("link", name="Picture", exact=True).click()
    page.get_by_label("Picture").set_input_files(tmp_path / "IMG 0001.jpg")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what one sees")
    page.get_by_label("In English").fill("Green above, blue below")
    page.get_by_label("In Portuguese").fill("Verde em cima, azul em baixo")
    page.get_by_label("Picture").set_input_files(tmp_path / "IMG 0001.jpg")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Saved")).to_be_visible()
    assert axe(page) == []
    page.goto(f"{open_house}/gatherings/june-retreat/")
    shown = page.get_by_role("img", name="Green above, blue below")
    assert shown.evaluate("image => image.decode().then(() => [image.currentSrc.split('.').pop(), image.naturalWidth > 0])") == ["avif", True]  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(f"{open_house}/organise/gatherings/june-retreat/picture")
    page.get_by_label("At the top").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("At the top")).to_be_checked()
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_text("Its own tiles stand there again.")).to_be_visible()
