"""The loop's letters are read as they are composed; how they travel is tested with the mail."""

from __future__ import annotations

from typing import Any

import pytest

from retreats.mail import service as mail_service


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every letter that left the house, as a message."""
    messages: list[Any] = []
    monkeypatch.setattr(mail_service, "send", lambda _mail, message: messages.append(message))
    return messages
