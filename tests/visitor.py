"""Somebody with a simple browser: one kept connection, cookies, forms; no pictures and no scripts.

Used where a real browser would cost more than what is measured or killed (bench/, tests/kill/).
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
Fields = dict[str, str] | list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    location: str
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        return {unescape(name): unescape(value) for name, value in HIDDEN.findall(self.text)}


class Unanswered(Exception):
    """The connection ended before an answer came."""


class Visitor:
    """One person. Follows no redirect by itself; `requests` counts what was asked."""

    def __init__(self, host: str, port: int, *, address: str = "", timeout: float = 15) -> None:
        self._connection = HTTPConnection(host, port, timeout=timeout)
        self._cookies: dict[str, str] = {}
        self._as = {"X-Forwarded-For": address} if address else {}
        self.requests = 0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Fields) -> Answer:
        return self._ask("POST", path, urlencode(fields).encode())

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, address: str, body: bytes | None) -> Answer:
        """Raises Unanswered."""
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "text/html", "Accept-Language": "en", **self._as}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.requests += 1
        try:
            return self._exchange(method, path, body, headers)
        except (HTTPException, OSError) as error:
            self._connection.close()
            raise Unanswered(f"{method} {parts.path}: {type(error).__name__}") from error

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self._connection.sock is not None and self._is_closed_by_the_other_end():
            self._connection.close()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Answer(answer.status, read, answer.headers.get("Location", ""), dict(answer.headers))

    def _is_closed_by_the_other_end(self) -> bool:
        """A kept connection that ended while nobody used it."""
        sock = self._connection.sock
        sock.setblocking(False)
        with suppress(BlockingIOError):
            return sock.recv(1) == b""
        sock.settimeout(self._connection.timeout)
        return False
