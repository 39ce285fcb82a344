"""A real browser for the journeys, driven by Playwright.

A page obeys the house's content policy in the tests as in life. What no page may ever do (a script error, a breach of
the policy, a request to somebody else) is noted while a test drives it, and fails the test at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests import chromium

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "test-results"
ARGUMENTS = [
    *("--no-sandbox", "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
OURS = {"127.0.0.1", "localhost", "::1", None}


class Window:
    """One person's browser window, with what they did not see happen."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self._request)
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in OURS:
            self.faults.append(f"asked somebody else: {request.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys of this process."""
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.MISSING, pytrace=False)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program, headless=True, args=ARGUMENTS, env=chromium.environment_of(program)
        )
        yield running
        running.close()


@pytest.fixture
def windows() -> list[Window]:
    """The windows that this test has opened; a test that means a fault to happen clears it from there."""
    return []


@pytest.fixture
def new_page(browser: Browser, windows: list[Window], request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A fresh person's page: `new_page(language="pt", scheme="dark", width=320, scripts=False)`.

    Each has cookies of its own. When the test fails, a picture of each page stays in test-results/.
    """

    def open_page(*, language: str = "en", scheme: str = "light", width: int = 1280, scripts: bool = True) -> Page:
        context = browser.new_context(
            locale={"en": "en-GB", "pt": "pt-PT"}[language],
            timezone_id="Europe/Lisbon",
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        windows.append(Window(context))
        return windows[-1].page

    yield open_page
    faults = [fault for window in windows for fault in window.faults]
    if faults or request.node.stash.get(FAILED, False):
        _keep_pictures(request.node.name, windows)
    for window in windows:
        window.context.close()
    assert faults == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page in English, light, on a desk."""
    return new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """What a screen reader or a keyboard would stumble over: `assert axe(page) == []`.

    One line for each finding: rule, weight, and the elements. The page needs scripts. Rules of WCAG 2.2 A and AA and
    axe-core's own best practices.
    """
    source = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")

    def look(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.context.add_init_script(source)  # the pages after this one bring it along
            page.evaluate(source)
        found: list[dict[str, Any]] = page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"
        )
        return [
            f"{each['id']} ({each['impact']}): {each['help']}: "
            + "; ".join(" ".join(map(str, node["target"])) for node in each["nodes"])
            for each in found
        ]

    return look


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


def _keep_pictures(name: str, windows: list[Window]) -> None:
    RESULTS.mkdir(exist_ok=True)
    for number, window in enumerate(windows, start=1):
        window.page.screenshot(path=RESULTS / f"{name}-{number}.png", full_page=True)
