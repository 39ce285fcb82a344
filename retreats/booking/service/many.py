"""One action for many registrations: asked for once, done by the worker one registration after the other.

Each has its own turn, its own event and its own outcome; what cannot be done for one stops nobody else's. Every turn uses
the same verb as the page of one registration, and whoever asked stands beside every event that follows.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from retreats import clock
from retreats.booking.models import BulkAction, BulkItem, Registration
from retreats.booking.service.attend import PRESENCES, mark
from retreats.booking.service.cancel import cancel_by_house
from retreats.booking.service.decide import keep_until
from retreats.booking.service.owing import still_taken
from retreats.booking.service.register import send_link_again
from retreats.booking.service.resend import send_again, shelves
from retreats.db import db, new_id
from retreats.events import ChosenAmongMany, ManyChosen
from retreats.mail import queries as mail
from retreats.outbox import acting, emit
from retreats.refusals import Refusal

ACTIONS = ("confirmation", "link", *PRESENCES, "keep", "cancel")
AT_ONCE = 200
"""How many are told in one transaction that it will be their turn."""
_CONFIRMATIONS = {"booking.confirmation", "booking.place_confirmation"}


class NothingToSend(Refusal):
    """There is no confirmation that could be sent again."""

    code = "nothing_to_send"


def begin_for_many(
    bulk_id: int,
    kind: str,
    chosen: dict[int, int],
    *,
    by: int,
    refund: str | None = None,
    until: datetime | None = None,
) -> None:
    """Let this be done for these registrations (`chosen`: by id, what was said would go back), in this order.

    Pressed twice it is asked for once. Nothing is done here: the worker gives each its turn.
    """
    if db.session.get(BulkAction, bulk_id) is not None:
        return
    db.session.add(
        BulkAction(id=bulk_id, kind=kind, asked_by_id=by, asked_at=clock.now(), refund=refund, keep_until=until)
    )
    db.session.flush()
    rows = [{"id": new_id(), "bulk_id": bulk_id, "registration_id": each, "position": position, "shown_minor": amount,
             "outcome": ""} for position, (each, amount) in enumerate(chosen.items())]  # fmt: skip
    db.session.execute(insert(BulkItem), rows)
    emit(ManyChosen(bulk_id=bulk_id))


def fan_out(event: ManyChosen) -> None:
    """Tell some of them that it is their turn, and leave the others for another time."""
    action = db.session.get_one(BulkAction, event.bulk_id)
    end = event.position + AT_ONCE
    waiting = db.session.execute(
        select(BulkItem.registration_id, Registration.gathering_id)
        .join(Registration)
        .where(BulkItem.bulk_id == action.id, BulkItem.position >= event.position, BulkItem.position < end)
        .order_by(BulkItem.position)
    ).all()
    with acting(action.asked_by_id):
        for registration_id, gathering_id in waiting:
            emit(ChosenAmongMany(bulk_id=action.id, registration_id=registration_id, gathering_id=gathering_id))
        if len(waiting) == AT_ONCE:
            emit(ManyChosen(bulk_id=action.id, position=end))


def take_turn(event: ChosenAmongMany) -> None:
    """Do it for one registration, once, and note what became of it."""
    item = db.session.scalars(
        select(BulkItem)
        .where(BulkItem.bulk_id == event.bulk_id, BulkItem.registration_id == event.registration_id)
        .with_for_update()
    ).one()
    if item.done_at is not None:
        return
    try:
        with acting(item.bulk.asked_by_id), db.session.begin_nested():
            _do(item.bulk, item)
    except Refusal as refused:
        item.outcome = refused.code
    item.done_at = clock.now()


def _do(action: BulkAction, item: BulkItem) -> None:
    registration = db.session.get_one(Registration, item.registration_id, with_for_update=True)
    if action.kind == "confirmation":
        _confirm_again(registration)
    elif action.kind == "link":
        send_link_again(registration.id, by_house=True)
    elif action.kind == "keep" and action.keep_until:
        keep_until(registration.id, action.keep_until)
    elif action.kind == "cancel" and action.refund:
        places = {place.id for place in still_taken(registration)}
        cancel_by_house(registration.id, places, refund=action.refund, shown_minor=item.shown_minor)
    else:
        for place in registration.places:
            if place.state == "confirmed":
                mark(place.id, action.kind)


def _confirm_again(registration: Registration) -> None:
    """The newest confirmation of the booker and of each attendee with an address, as it is true now."""
    written = mail.on_shelf(*shelves(registration))
    newest = {each.shelf: each for each in reversed(written) if each.kind in _CONFIRMATIONS}
    if not newest:
        raise NothingToSend
    for shelf, letter in newest.items():
        send_again(registration.id, letter.id, turn=sum(each.shelf == shelf for each in written))
