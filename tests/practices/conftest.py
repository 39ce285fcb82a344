"""Letters are read as they are composed; how they travel is tested with the mail."""

from __future__ import annotations

import pytest

from retreats.mail import service as mail_service
from retreats.mail.message import Envelope


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Envelope]:
    """Every letter that left the house."""
    letters: list[Envelope] = []
    monkeypatch.setattr(mail_service, "compose", lambda envelope, sender: envelope)
    monkeypatch.setattr(mail_service, "send", lambda _mail, envelope: letters.append(envelope))
    return letters
