"""How many people have to have answered before anything shows: it may be raised while a form is open, and never lowered."""

from __future__ import annotations

from sqlalchemy import select

from retreats.db import db
from retreats.events import ThresholdRaised
from retreats.feedback.models import FormWindow
from retreats.feedback.service.turns import at_form
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

MOST = 30


class NotRaised(Refusal):
    """Only more may be asked for than before, only while nothing has been released, and never more than came."""

    code = "not_raised"
    status = 422


def raise_threshold(gathering_id: int, enough: int) -> None:
    """Ask for more answers before anything of the form after this gathering shows. Raises NotFound, NotRaised.

    It refuses the same way whether somebody has answered or nobody: otherwise the refusal would tell.
    """
    at_form(gathering_id)
    query = select(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == "after")
    window = db.session.scalar(query)
    if window is None:
        raise NotFound
    if window.state != "collecting" or not window.enough < enough <= min(window.attended, MOST):
        raise NotRaised
    window.enough = enough
    db.session.flush()
    emit(ThresholdRaised(window_id=window.id, gathering_id=gathering_id, enough=enough))
