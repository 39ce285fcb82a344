"""Which letters follow from what happened in the loop. To those who attended always all alike."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from retreats import clock
from retreats.accounts import queries as people
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import (
    CareCopyRaised,
    CareRaised,
    CareUnseen,
    DigestDue,
    FeedbackHeld,
    FeedbackOpened,
    FeedbackReleased,
    FeedbackReminded,
    FormWentOn,
    GatheringChanged,
    LoopNudged,
    NeedsDue,
    NeedsTold,
    ReflectionLinkAsked,
    RegistrationConfirmed,
)
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import CareCase, Need
from retreats.feedback.people import attended, day_of_start, leaders_of
from retreats.feedback.service.intention import is_open
from retreats.mail.queries import on_shelf
from retreats.mail.service import write


def offer_intention(event: RegistrationConfirmed) -> None:
    """A place is theirs: each attendee is asked what they hope for and need."""
    house_form("intention")
    query = select(Place).where(Place.registration_id == event.registration_id, Place.state == "confirmed")
    for place in db.session.scalars(query):
        if is_open(place.gathering):
            _to_place(place, "feedback.intention", f"{place.id}")


def needs_due(event: NeedsDue) -> None:
    """To those who lead: the form has closed, what is needed waits for a word."""
    _to_leaders(event.gathering_id, "feedback.needs_due", f"{event.gathering_id}:{day_of_start(event.gathering_id)}")


def needs_told(event: NeedsTold) -> None:
    """To everybody who asked for something: what the facilitators say to it."""
    asked, when = select(Need.place_id).where(Need.mark.is_not(None)), day_of_start(event.gathering_id)
    for place in attended(event.gathering_id):
        if place.id in set(db.session.scalars(asked.where(Need.place_id == place.id))):
            _to_place(place, "feedback.needs_told", f"{place.id}:{when}")


def opened(event: FeedbackOpened) -> None:
    """To everybody who attended: tell us how it was; to those who led: look back first."""
    _to_all(event.gathering_id, "feedback.after", f"{event.gathering_id}")
    _to_leaders(event.gathering_id, "feedback.look_back", f"{event.gathering_id}")


def reminded(event: FeedbackReminded) -> None:
    """To everybody who attended, whether they answered or not: nobody knows."""
    _to_all(event.gathering_id, "feedback.reminder", f"{event.gathering_id}:{event.number}")


def went_on(event: FormWentOn) -> None:
    """To everybody who attended, alike: the form is open again, and for so much longer."""
    _to_all(event.gathering_id, "feedback.reminder", f"{event.gathering_id}:went on:{event.rested}")


def released(event: FeedbackReleased) -> None:
    """To those who led: what was said can be read."""
    _to_leaders(event.gathering_id, "feedback.released", f"{event.batch_id}")


def held(event: FeedbackHeld) -> None:
    """To everybody who attended: few answered, what was said stays sealed, and its authors decide."""
    _to_all(event.gathering_id, "feedback.held", f"{event.gathering_id}")


def digest(event: DigestDue) -> None:
    """To everybody who attended: there is something new. Equal but for greeting and own link."""
    _to_all(event.gathering_id, "feedback.digest", f"{event.gathering_id}:{event.number}")


def care_raised(event: CareRaised | CareCopyRaised) -> None:
    """To the care contact: something waits. Nothing of what."""
    case = db.session.get_one(CareCase, event.case_id)
    contact = case.gathering.care_contact
    if contact is not None:
        _to_person(contact, "feedback.care_raised", f"{case.id}:{event.moment}", case_id=case.id)


def care_unseen(event: CareUnseen) -> None:
    """To the deputy and to the organisers: a case has waited for a day. Not what it is, nor from where."""
    case = db.session.get_one(CareCase, event.case_id)
    if case.deputy is not None:
        _to_person(case.deputy, "feedback.care_raised", f"{case.id}:{event.moment}:deputy", case_id=case.id)
    for person in people.with_role("organiser"):
        if person.id == case.about_id:
            continue
        _to_person(person, "feedback.care_unseen", f"{event.case_id}:{event.moment}:{person.id}", case_id=event.case_id)


def care_handed_on(event: GatheringChanged) -> None:
    """To whoever is care contact now: what is not closed. Whoever was told of all of it before hears nothing."""
    gathering = db.session.get_one(Gathering, event.gathering_id)
    contact = gathering.care_contact
    if contact is None or event.part != "people":
        return
    query = select(CareCase.id).where(CareCase.gathering_id == gathering.id, CareCase.state != "closed",
                                      CareCase.alerted, CareCase.about_id.is_distinct_from(contact.id))  # fmt: skip
    told = {
        each.about.get("case_id") for each in on_shelf(f"person:{contact.id}") if each.kind == "feedback.care_raised"
    }
    if left := [case_id for case_id in db.session.scalars(query.order_by(CareCase.id)) if case_id not in told]:
        _to_person(contact, "feedback.care_handed_on", f"{gathering.id}:{contact.id}:{left[-1]}",
                   gathering_id=gathering.id)  # fmt: skip


def nudged(event: LoopNudged) -> None:
    """To those who led: an organiser asks for what is late."""
    _to_leaders(event.gathering_id, "feedback.nudge", f"{event.gathering_id}:{event.day}")


def links_again(event: ReflectionLinkAsked) -> None:
    """To somebody who asked for it on their own page: all their own links."""
    for place in _places_of(event.person_id):
        _to_place(place, "feedback.link", f"{place.id}:{int(clock.now().timestamp())}")


def _places_of(person_id: int) -> Iterable[Place]:
    return db.session.scalars(select(Place).where(Place.person_id == person_id, Place.state == "confirmed"))


def _to_all(gathering_id: int, kind: str, occasion: str) -> None:
    for place in attended(gathering_id):
        _to_place(place, kind, f"{occasion}:{place.id}")


def _to_place(place: Place, kind: str, occasion: str) -> None:
    write(kind, occasion=occasion, shelf=f"place:{place.id}", language=place.language, about={"place_id": place.id})


def _to_leaders(gathering_id: int, kind: str, occasion: str) -> None:
    gathering = db.session.get_one(Gathering, gathering_id)
    for person in leaders_of(gathering):
        _to_person(person, kind, f"{occasion}:{person.id}", gathering_id=gathering_id)


def _to_person(person: Person, kind: str, occasion: str, **about: int) -> None:
    write(kind, occasion=occasion, shelf=f"person:{person.id}", language=person.language,
          about={"person_id": person.id, **about})  # fmt: skip
