"""The loop's letters are read as they are composed; how they travel is tested with the mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from retreats.db import db
from retreats.mail import service as mail_service
from retreats.mail.message import Envelope
from tests.feedback.one_form import june, mira, otto  # noqa: F401  (fixtures)
from tests.remembering import story


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    """Every letter that left the house."""
    letters: list[Envelope] = []
    monkeypatch.setattr(mail_service, "compose", lambda envelope, sender: envelope)
    monkeypatch.setattr(mail_service, "send", lambda _mail, envelope: letters.append(envelope))
    return letters


OURS = {"sent", "only_loopback", "statements", "limits_as_before"}
CHANGES = {"monkeypatch", "statements"}


@pytest.fixture(autouse=True)
def _is_told(request: pytest.FixtureRequest, sent: list[Envelope]) -> Iterator[None]:
    """Steps from an empty house are remembered (`told`), but not where a test changes the house's code or counts."""
    asked = set(request.node._fixtureinfo.argnames)
    for name, fixtures in request.node._fixtureinfo.name2fixturedefs.items():
        asked |= set() if name in OURS else {each for one in fixtures for each in one.argnames}
    story.letters = None if asked & CHANGES else sent
    yield
    story.letters = None


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen:` keeps every statement that reaches the database meanwhile."""

    @contextmanager
    def watch() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_more) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return watch
