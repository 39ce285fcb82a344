"""Whether what was tried is what is set now: settings, and nothing that can be read back."""

from __future__ import annotations

import hashlib

from retreats.house.queries import MailServer, Till


def of_mail(server: MailServer) -> str:
    """Of all that decides whether a letter goes out, but for the password itself."""
    return _of(server.server, server.port, server.starttls, server.tls, server.username)


def of_till(till: Till) -> str:
    """Of the key to Stripe."""
    return _of(till.key)


def _of(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]
