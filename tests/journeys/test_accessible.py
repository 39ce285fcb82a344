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
PHONE: Any = {"width": NARROW, "height": 900}
DESK: Any = {"width": 1280, "height": 900}
UNFOLDED = """() => {
  document.querySelectorAll("details").forEach(each => each.open = true);
  return [document.documentElement.lang, document.documentElement.scrollWidth];
}"""
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

    def __init__(self, page: Page, house: str, axe: Any, turn: int) -> None:
        self.page, self.house, self.axe, self.turn = page, house, axe, turn
        self.seen = 0
        self.wrong: list[str] = []

    def become(self, name: str) -> None:
        """Be this person (nobody: not signed in), who reads Portuguese."""
        context = self.page.context
        context.clear_cookies()
        context.add_cookies([{"name": "language", "value": "pt", "url": self.house}])
        way, email = ("/demo/sign-in", f"{name}@example.org") if name else ("/sign-in", "ada@example.org")
        assert context.request.post(f"{self.house}{way}", form={"email": email}).ok

    def go(self, path: str) -> None:
        """Look at a page."""
        answer = self.page.goto(f"{self.house}{path}")
        assert answer is not None
        if answer.status != PROBLEMS.get(path, 200):
            self.wrong.append(f"{path}: answered {answer.status}")
        self.examine(path)
        if self.turn:
            self.listen(path)

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
        """With a screen reader's eyes: at night on a narrow phone, or by day at a desk, page by page in turns."""
        self.seen += 1
        at_a_desk = self.seen % 2 == self.turn
        spoken, width = self.page.evaluate(UNFOLDED)
        if at_a_desk:
            self.page.emulate_media(color_scheme="light")
            self.page.set_viewport_size(DESK)
        found = [
            f"{'by day at a desk' if at_a_desk else 'at night on a phone'}: {each}" for each in self.axe(self.page)
        ]
        if spoken != "pt-PT":
            found.append(f"speaks {spoken}")
        if width > NARROW:
            found.append(f"is {width} pixels wide on a phone")
        if at_a_desk:
            self.page.emulate_media(color_scheme="dark")
            self.page.set_viewport_size(PHONE)
        self.wrong += [f"{what}: {each}" for each in found]

    def listen(self, path: str) -> None:
        """The same page speaks English to whoever reads that."""
        said = self.page.context.request.get(
            f"{self.house}{path}", headers={"Cookie": self._in_english()}, max_redirects=0
        )
        leads_on = 300 <= said.status < 400
        if not leads_on and 'lang="en"' not in said.text()[:200]:
            self.wrong.append(f"{path}: speaks no English")

    def _in_english(self) -> str:
        cookies = {each["name"]: each["value"] for each in self.page.context.cookies()} | {"language": "en"}
        return "; ".join(f"{name}={value}" for name, value in cookies.items())


def test_every_page_is_on_somebodys_way(demonstration: Flask) -> None:
    addresses = demonstration.url_map.bind("127.0.0.1")
    seen = {
        addresses.match(urlsplit(path).path)[0] for paths in ways().values() for path in paths if path not in PROBLEMS
    }
    pages = {rule.endpoint for rule in demonstration.url_map.iter_rules() if "GET" in (rule.methods or set())}

    assert pages - NO_PAGES.keys() == seen


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("turn", [0, 1])
def test_every_page_can_be_used_by_everybody(
    demonstration: Flask, new_page: Any, axe: Any, half: int, turn: int
) -> None:
    """Half of the pages at a time, for two processes; each page is seen by night on a phone in one turn, by day at a desk in
    the other one.
    """
    with served(demonstration) as house:
        guest = Guest(new_page(language="pt", scheme="dark", width=NARROW), house, axe, turn)

        for name, paths in ways().items():
            guest.become(name)
            for path in paths[half::2]:
                guest.go(path)
        for name, paths in mistakes().items():
            guest.become(name)
            for path in paths[half::2]:
                guest.err(path)

    assert not guest.wrong, "\n".join(guest.wrong)
