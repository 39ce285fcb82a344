"""During a gathering: who would like somebody to come and talk today. By name, so nothing of it is sealed."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import delete, select

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.db import db, new_id
from retreats.events import CareRaised, TalkAsked, TalkHeld
from retreats.feedback import own_link
from retreats.feedback.models import CareCase, TalkWish
from retreats.feedback.rounds import CHECK_IN, TALK
from retreats.feedback.service.rounds import open_round
from retreats.feedback.service.turns import in_turn
from retreats.outbox import emit
from retreats.refusals import NotFound

Whom = Literal["no", "facilitator", "contact"]


def ask_to_talk(token: str, whom: Whom) -> None:
    """Say whom one would like to talk with today: they hear of it at once. `no` takes it back where nobody has come yet.

    The same wish again changes nothing. Raises FormClosed.
    """
    in_turn("link", token)
    place = own_link.place_of(token)
    open_round(place, CHECK_IN)
    wish, case = wish_of(place.id), _case_of(place.id)
    if whom != "facilitator" and wish is not None and wish.met_at is None:
        db.session.execute(delete(TalkWish).where(TalkWish.id == wish.id))
    if whom != "contact" and case is not None and case.state == "raised":
        case.state, case.outcome, case.choice = "closed", "nothing_asked", None
    if whom == "facilitator":
        _ask_facilitators(place, wish)
    if whom == "contact":
        _ask_contact(place, case)
    db.session.flush()


def say_met(gathering_id: int, wish_id: int, *, by: Person) -> None:
    """A facilitator has been there. The second time changes nothing. Raises NotFound for what is not of this gathering."""
    wish = db.session.get(TalkWish, wish_id, with_for_update=True)
    if wish is None or wish.place.gathering_id != gathering_id:
        raise NotFound
    if wish.met_at is None:
        wish.met_at, wish.met_by_id = clock.now(), by.id
        db.session.flush()
        emit(TalkHeld(place_id=wish.place_id, gathering_id=gathering_id))


def wanted_now(place_id: int) -> Whom:
    """Whom this person waits for now."""
    wish, case = wish_of(place_id), _case_of(place_id)
    if wish is not None and wish.met_at is None:
        return "facilitator"
    return "contact" if case is not None and case.state != "closed" else "no"


def wish_of(place_id: int) -> TalkWish | None:
    """What this person asked the facilitators for."""
    return db.session.scalar(select(TalkWish).where(TalkWish.place_id == place_id))


def _case_of(place_id: int) -> CareCase | None:
    return db.session.scalar(select(CareCase).where(CareCase.place_id == place_id, CareCase.source == TALK))


def _ask_facilitators(place: Place, wish: TalkWish | None) -> None:
    if wish is not None and wish.met_at is None:
        return
    if wish is None:
        wish = TalkWish(id=new_id(), place_id=place.id)
        db.session.add(wish)
    wish.asked_at, wish.met_at, wish.met_by_id = clock.now(), None, None
    db.session.flush()
    emit(TalkAsked(place_id=place.id, gathering_id=place.gathering_id, moment=int(wish.asked_at.timestamp())))


def _ask_contact(place: Place, case: CareCase | None) -> None:
    if case is not None and case.state != "closed":
        return
    if case is None:
        case = CareCase(id=new_id(), gathering_id=place.gathering_id, place_id=place.id, source=TALK)
        db.session.add(case)
    now = clock.now()
    case.choice, case.state, case.outcome, case.raised_at = "contact", "raised", None, now
    case.alerted, case.overdue_told, case.seen_at = True, False, None
    db.session.flush()
    emit(CareRaised(case_id=case.id, gathering_id=place.gathering_id, moment=int(now.timestamp())))
