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


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    """Every letter that left the house."""
    letters: list[Envelope] = []
    monkeypatch.setattr(mail_service, "compose", lambda envelope, sender: envelope)
    monkeypatch.setattr(mail_service, "send", lambda _mail, envelope: letters.append(envelope))
    return letters


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
