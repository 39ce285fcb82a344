"""A gathering's page beside a bare Flask route, and what a first visit loads."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from bench.booking import at_once
from bench.processes import House
from tests import chromium
from tests.browser import ARGUMENTS


def requests_per_second(house: House, path: str, *, people: int = 8, seconds: float = 3.0) -> float:
    """What eight kept connections get, asking for one page without pause."""
    done, lock, ends = [0], threading.Lock(), time.monotonic() + seconds + 0.5

    def somebody(number: int) -> None:
        visitor, mine = house.visitor(number), 0
        visitor.get(path)
        while time.monotonic() < ends - seconds:
            visitor.get(path)
        while time.monotonic() < ends:
            assert visitor.get(path).status == 200
            mine += 1
        visitor.close()
        with lock:
            done[0] += mine

    at_once(people, somebody)
    return done[0] / seconds


@dataclass
class Visit:
    """What a browser with an empty cache asked for, but for pictures: addresses, and bytes with their headers."""

    loaded: list[tuple[str, int]]

    @property
    def size(self) -> int:
        return sum(each for _address, each in self.loaded)


def first_visit(house: House, path: str) -> Visit | None:
    """By a real browser; None where there is none."""
    program = chromium.find()
    if program is None:
        return None
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, int] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS,
                                             env=chromium.environment_of(program))  # fmt: skip
        page = browser.new_page()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.responseReceived", lambda said: kinds.update(
            {said["requestId"]: (said["type"], urlsplit(said["response"]["url"]).path)}))  # fmt: skip
        wire.on(
            "Network.loadingFinished", lambda said: sizes.update({said["requestId"]: int(said["encodedDataLength"])})
        )
        page.goto(f"http://127.0.0.1:{house.port}{path}", wait_until="networkidle")
        browser.close()
    return Visit([(address, sizes.get(number, 0)) for number, (kind, address) in kinds.items() if kind != "Image"])
