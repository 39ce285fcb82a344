"""Which letters follow from the check-in and the follow-ups. To those who are or were there always all alike."""

from __future__ import annotations

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import (
    CheckInClosed,
    CheckInOpened,
    FollowUpHeld,
    FollowUpOpened,
    FollowUpReleased,
    FollowUpReminded,
    OwnLinkAsked,
    TalkAsked,
)
from retreats.feedback.people import attended, leaders_of
from retreats.feedback.timeline import OUTCOME_DAYS
from retreats.mail.service import write

_TEN_MINUTES = 600


def check_in_opened(event: CheckInOpened) -> None:
    """To everybody who is there: how is it so far?"""
    _to_all(event.gathering_id, "feedback.check_in", f"{event.gathering_id}")


def check_in_closed(event: CheckInClosed) -> None:
    """To those who lead: it has closed. The same letter whether many answered or nobody."""
    _to_leaders(event.gathering_id, "feedback.check_in_closed", f"{event.gathering_id}")


def talk_asked(event: TalkAsked) -> None:
    """To those who lead: somebody would like to talk. Who, only their page says."""
    _to_leaders(event.gathering_id, "feedback.talk_asked", f"{event.place_id}:{event.moment}")


def link_again(event: OwnLinkAsked) -> None:
    """To somebody who asked for it from the wall: their own link, one letter in ten minutes at most."""
    place = db.session.get_one(Place, event.place_id)
    _to_place(place, "feedback.link", f"wall:{place.id}:{int(clock.now().timestamp()) // _TEN_MINUTES}")


def follow_up_opened(event: FollowUpOpened) -> None:
    """To everybody who attended: how is it now? After three months with what became of what was said."""
    kind = "feedback.follow_up" if event.days < OUTCOME_DAYS else "feedback.follow_up_outcome"
    _to_all(event.gathering_id, kind, f"{event.gathering_id}:{event.days}", days=event.days)


def follow_up_reminded(event: FollowUpReminded) -> None:
    """To everybody who attended, whether they answered or not: nobody knows."""
    _to_all(event.gathering_id, "feedback.follow_up_reminder", f"{event.gathering_id}:{event.days}", days=event.days)


def follow_up_held(event: FollowUpHeld) -> None:
    """To everybody who attended: few answered, and authors decide."""
    _to_all(event.gathering_id, "feedback.follow_up_held", f"{event.gathering_id}:{event.days}", days=event.days)


def follow_up_released(event: FollowUpReleased) -> None:
    """To those who led: what people say some time afterwards can be read."""
    _to_leaders(event.gathering_id, "feedback.follow_up_released", f"{event.batch_id}")


def _to_all(gathering_id: int, kind: str, occasion: str, **about: int) -> None:
    for place in attended(gathering_id):
        _to_place(place, kind, f"{occasion}:{place.id}", **about)


def _to_place(place: Place, kind: str, occasion: str, **about: int) -> None:
    write(kind, occasion=occasion, shelf=f"place:{place.id}", language=place.language,
          about={"place_id": place.id, **about})  # fmt: skip


def _to_leaders(gathering_id: int, kind: str, occasion: str) -> None:
    for person in leaders_of(db.session.get_one(Gathering, gathering_id)):
        write(kind, occasion=f"{occasion}:{person.id}", shelf=f"person:{person.id}", language=person.language,
              about={"person_id": person.id, "gathering_id": gathering_id})  # fmt: skip
