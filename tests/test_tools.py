"""What the tests stand on does what it promises: the PostgreSQL, the browser, and the reader of pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest
from playwright.sync_api import Page

from tests.browser import Window
from tests.postgres import Postgres

GOOD = "<!doctype html><html lang='en'><title>A house</title><main><h1>A house</h1></main></html>"
BAD = GOOD.replace("</main>", "<img src='/x.png'></main>")


@pytest.mark.postgres
def test_a_new_database_is_a_copy_of_its_template_and_of_nothing_else(postgres_server: Postgres):
    template = postgres_server.template("tools", lambda url: _run(url, "CREATE TABLE word AS SELECT 'ÉVORA' AS said"))
    first, second = postgres_server.new_database(template), postgres_server.new_database(template)

    _run(first, "DELETE FROM word")

    assert _run(first, "SELECT lower(said) FROM word") == []
    assert _run(second, "SELECT lower(said) FROM word") == [("évora",)]
    for url in (first, second):
        postgres_server.drop(url)


@pytest.mark.postgres
def test_a_template_is_built_once(postgres_server: Postgres):
    built: list[str] = []

    for _ in range(2):
        postgres_server.template("once", built.append)

    assert len(built) <= 1


@pytest.fixture
def site() -> Iterator[str]:
    """A server with a good page, a bad one, and one whose policy forbids what it tries."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", "default-src 'self'")
            self.end_headers()
            inline = GOOD.replace("</main>", "<script>document.title = 'changed'</script></main>")
            self.wfile.write({"/bad": BAD, "/inline": inline}.get(self.path, GOOD).encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.journey
def test_axe_names_a_picture_without_words_and_nothing_on_a_good_page(
    page: Page, site: str, axe: Callable[[Page], list[str]]
):
    page.goto(site)
    good = axe(page)
    page.goto(f"{site}/bad")
    bad = axe(page)

    assert good == []
    assert [finding.split(" ")[0] for finding in bad] == ["image-alt"]


@pytest.mark.journey
def test_a_page_has_the_language_the_light_and_the_width_that_were_asked_for(new_page: Callable[..., Page], site: str):
    page = new_page(language="pt", scheme="dark", width=320)
    page.goto(site)

    found = page.evaluate("[navigator.language, matchMedia('(prefers-color-scheme: dark)').matches, innerWidth]")

    assert found == ["pt-PT", True, 320]


@pytest.mark.journey
def test_a_breach_of_the_content_policy_is_noticed(new_page: Callable[..., Page], site: str, windows: list[Window]):
    page = new_page()
    page.goto(f"{site}/inline")

    noticed = [fault for window in windows for fault in window.faults]
    for window in windows:
        window.faults.clear()

    assert page.title() == "A house"
    assert len(noticed) == 1
    assert "Content Security Policy" in noticed[0]


def _run(url: str, sentence: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        done = connection.execute(sentence)
        return done.fetchall() if done.description else []
