"""The outbox: what happened is written down with the change itself, and its consequences follow, each at least once.

`emit(event)` writes one event row and one delivery row for each reaction, in the caller's transaction. The worker claims
deliveries under a lease and runs their reactions; a failure is due again, later and later, and after the last attempt
rests where the organiser sees it. Every reaction is idempotent.
"""

from retreats.outbox.emit import acting, connect, emit, occurrence
from retreats.outbox.reaction import Reaction, inside, outside

__all__ = ["Reaction", "acting", "connect", "emit", "inside", "occurrence", "outside"]
