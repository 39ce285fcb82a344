"""Own links: private addresses derived from a key that is not in the database.

A link's key is HMAC-SHA256(LINK_KEY, purpose, whom, what, generation), 160 bits of it. Nothing of it is stored: it is
made when a letter is composed and checked when it comes back. Raising the generation revokes it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

_BYTES = 20
_key = b""


def use_key(spelled: str) -> None:
    """Take LINK_KEY. Raises ValueError when it is too short to protect anything."""
    global _key  # noqa: PLW0603  (one key a process, as in crypto)
    if len(spelled) < 32:
        message = "LINK_KEY needs at least 32 characters."
        raise ValueError(message)
    _key = spelled.encode()


def derive(purpose: str, *parts: object) -> str:
    """The key of one link, in 32 characters of base32 (lower case, safe in any address)."""
    return base64.b32encode(digest(purpose, *parts)).decode("ascii").lower()


def digest(purpose: str, *parts: object) -> bytes:
    """The same as it is: 20 bytes that lead back to nothing without the key."""
    if not _key:
        message = "LINK_KEY is not set: no link can be made."
        raise RuntimeError(message)
    spelled = "\x1f".join([purpose, *map(str, parts)]).encode()
    return hmac.new(_key, spelled, hashlib.sha256).digest()[:_BYTES]


def matches(key: str, purpose: str, *parts: object) -> bool:
    """Whether this is that link's key, compared in constant time."""
    return hmac.compare_digest(key.encode(), derive(purpose, *parts).encode())
