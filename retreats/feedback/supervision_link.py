"""The link to a packet: derived from its id; nothing of it is stored."""

from __future__ import annotations

from retreats import links
from retreats.db import db
from retreats.feedback.models import Packet
from retreats.refusals import NotFound

_KEY_LENGTH, _LONGEST_ID = 32, 16


def packet_path(packet: Packet) -> str:
    """Where a supervisor reads it."""
    return f"/supervision/{token_of(packet)}"


def token_of(packet: Packet) -> str:
    """The last part of its address."""
    return f"{packet.id:x}-{links.derive('packet', packet.id)}"


def packet_of(token: str) -> Packet:
    """Which packet this link leads to. Raises NotFound for a wrong one, and for what was not sent, all alike."""
    number, _, key = token.partition("-")
    if len(key) != _KEY_LENGTH or not key.isascii() or not 0 < len(number) <= _LONGEST_ID:
        raise NotFound
    try:
        found = db.session.get(Packet, int(number, 16) % 2**63)
    except ValueError:
        raise NotFound from None
    if found is None or found.sent_at is None or not links.matches(key, "packet", found.id):
        raise NotFound
    return found
