"""Every page can be used by everybody: with a screen reader, with a keyboard, on a narrow phone, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Page

from retreats import clock, create_app
from retreats.db import db
from tests.conftest import ROOT, TODAY, settings
from tests.journeys.conftest import served
from tests.journeys.furnished import furnish
from tests.journeys.ways import NO_PAGES, PROBLEMS, mistakes, ways
from tests.smtp_server import PostOffice

pytestmark = pytest.mark.journey
NARROW = 320
FILLED_IN = "main form:has(input:not([type=hidden]), textarea, select) button"
EMPTIED = """
for (const box of document.querySelectorAll("main input, main textarea, main select")) {
  if (box.type === "checkbox") box.checked = false;
  else if (box.inputMode === "numeric") box.value = "many";
  else if (box.tagName === "SELECT") box.value = [...box.options].some(each => each.value === "cannot") ? "cannot" : "";
  else if (!["hidden", "radio"].includes(box.type)) box.value = "";
}
"""


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: Any, running_post_office: PostOffice) -> Iterator[Flask]:
    """The demonstration's house, some days on."""
    folder: Path = tmp_path_factory.mktemp("demonstration")
    app = create_app(**settings(
        f"sqlite:///{folder / 'house.db'}", folder, DEMO=True, STRIPE_SECRET_KEY="sk_test_never_asked", STRIPE_API_BASE="http://127.0.0.1:9",
        MAIL_SERVER="127.0.0.1", MAIL_PORT=running_post_office.port,
    ))  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    with clock.standing_still(TODAY), app.app_context():
        furnish(running_post_office)
        yield app
        db.session.remove()
        db.engine.dispose()
    clock.keep_offset_in(None)


class Guest:
    """Somebody who goes from page to page in one browser, and writes down what is wrong with each."""

    def __init__(self, page: Page, house: str, language: str, axe: Any) -> None:
        self.page, self.house, self.language, self.axe = page, house, language, axe
        self.wrong: list[str] = []

    def become(self, name: str) -> None:
        """Be this person (nobody: not signed in), who reads this language."""
        context = self.page.context
        context.clear_cookies()
        context.add_cookies([{"name": "language", "value": self.language, "url": self.house}])
        way, email = ("/demo/sign-in", f"{name}@example.org") if name else ("/sign-in", "ada@example.org")
        assert context.request.post(f"{self.house}{way}", form={"email": email}).ok

    def go(self, path: str) -> None:
        """Look at a page."""
        answer = self.page.goto(f"{self.house}{path}")
        assert answer is not None
        if answer.status != PROBLEMS.get(path, 200):
            self.wrong.append(f"{path}: answered {answer.status}")
        self.examine(path)

    def err(self, path: str) -> None:
        """Send a form with nothing right in it: it comes back and says what to correct."""
        self.page.goto(f"{self.house}{path}")
        self.page.evaluate(EMPTIED)
        with self.page.expect_navigation():
            self.page.locator(FILLED_IN).last.click()
        if not self.page.locator(".summary, .notice-problem").count():
            self.wrong.append(f"{path}: sent with mistakes, it does not say what to correct")
        self.examine(f"{path} with mistakes")

    def examine(self, what: str) -> None:
        """With a screen reader's eyes, and on a phone."""
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        size = self.page.viewport_size
        found = self.axe(self.page)
        spoken = self.page.locator("html").get_attribute("lang")
        if spoken != {"en": "en", "pt": "pt-PT"}[self.language]:
            found.append(f"speaks {spoken}")
        self.page.set_viewport_size({"width": NARROW, "height": 900})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW:
            found.append(f"is {width} pixels wide on a phone")
        self.page.set_viewport_size(size)
        self.wrong += [f"{what}: {each}" for each in found]


def test_every_page_is_on_somebodys_way(demonstration: Flask) -> None:
    addresses = demonstration.url_map.bind("127.0.0.1")
    seen = {
        addresses.match(urlsplit(path).path)[0] for paths in ways().values() for path in paths if path not in PROBLEMS
    }
    pages = {rule.endpoint for rule in demonstration.url_map.iter_rules() if "GET" in (rule.methods or set())}

    assert pages - NO_PAGES.keys() == seen


@pytest.mark.parametrize(("language", "scheme", "width"), [("en", "light", 1280), ("pt", "dark", NARROW)])
def test_every_page_can_be_used_by_everybody(
    demonstration: Flask, new_page: Any, axe: Any, language: str, scheme: str, width: int
) -> None:
    with served(demonstration) as house:
        guest = Guest(new_page(language=language, scheme=scheme, width=width), house, language, axe)

        for name, paths in ways().items():
            guest.become(name)
            for path in paths:
                guest.go(path)
        for name, paths in mistakes().items():
            guest.become(name)
            for path in paths:
                guest.err(path)

    assert not guest.wrong, "\n".join(guest.wrong)
