"""Two presses at one instant come after one another, so that the second finds what the first has done.

On PostgreSQL by a lock that lies in no row: a row that was locked keeps the number of the transaction (xmax), which would
tell in which order unnamed authors came. On SQLite there is one writer at a time anyway.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select

from retreats.db import db


def in_turn(*what: object) -> None:
    """Wait until nobody else is at this; it is ours until the transaction ends. Say it before anything is read."""
    if db.engine.dialect.name != "postgresql":
        return
    digest = hashlib.sha256("\x1f".join(map(str, what)).encode()).digest()
    db.session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], "big", signed=True))))


def at_form(gathering_id: int) -> None:
    """Wait until nobody else seals, takes back, or passes on what is said in any form of this gathering: what somebody takes
    back while it is passed on would be passed on all the same. After `in_turn("link", …)`, never before it.
    """
    in_turn("form", gathering_id)
