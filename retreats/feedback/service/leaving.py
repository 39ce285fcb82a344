"""A place was given back, or is somebody else's now: what whoever had it said by name before and during is not left on it."""

from __future__ import annotations

from sqlalchemy import delete, select

from retreats.booking.models import Place
from retreats.db import db
from retreats.events import CheckInClosed, GatheringCancelled, PlaceCancelled, PlaceReaddressed
from retreats.feedback.models import CareCase, IntentionAnswer, Need, PrivateNote, SealedAnswer, TalkWish
from retreats.feedback.rounds import CHECK_IN, TALK
from retreats.feedback.service import preparing
from retreats.feedback.service.care_more import let_go as let_go_of_cases
from retreats.feedback.service.intention import HEALTH
from retreats.feedback.service.on_page import take_needs_off_pages
from retreats.feedback.service.rounds import round_of
from retreats.feedback.service.turns import at_form
from retreats.outbox import emit


def call_off(event: GatheringCancelled) -> None:
    """It was called off in its midst: what was sealed in an open check-in was meant for a tomorrow that does not come."""
    at_form(event.gathering_id)
    window = round_of(event.gathering_id, CHECK_IN.occasion)
    if window is not None and window.state == "collecting":
        db.session.execute(delete(SealedAnswer).where(SealedAnswer.window_id == window.id))
        window.state = "closed"
        db.session.flush()
        emit(CheckInClosed(window_id=window.id, gathering_id=event.gathering_id))


def let_go(event: PlaceCancelled | PlaceReaddressed) -> None:
    """Hopes, needs, a note to oneself, a health note and a wish to talk go, and with them what stood of them in a note or on a page.

    What was said after a gathering lies under the old link, and stays whoever's link that was. What they put before the
    care contact about somebody else stays with her, by name, and leads from this place no more.
    """
    place = db.session.get_one(Place, event.place_id)
    preparing.let_go(list(db.session.scalars(select(IntentionAnswer.id).where(IntentionAnswer.place_id == place.id))))
    take_needs_off_pages(list(db.session.scalars(select(Need.id).where(Need.place_id == place.id))))
    for table in (IntentionAnswer, Need, PrivateNote, TalkWish):
        db.session.execute(delete(table).where(table.place_id == place.id))
    for case in db.session.scalars(select(CareCase).where(CareCase.place_id == place.id)):
        case.place_id = None
        if case.source in {HEALTH, TALK}:
            let_go_of_cases([case.id])
            case.text, case.way, case.shared, case.state, case.outcome = None, None, False, "closed", "nothing_asked"
        else:
            case.way = case.way or place.name
    db.session.flush()
