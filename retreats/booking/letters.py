"""The letters of booking: composed when they are sent, and again when their reader looks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from retreats import calendar
from retreats.accounts.models import Person
from retreats.booking import addresses, promising
from retreats.booking.discreet import neutral_title
from retreats.booking.invites import entry_for, location_of, public_location_of
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.booking.service.owing import came_in, owed, still_taken
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.languages import money, t
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded, sender
from retreats.mail.words import in_both


def confirmation(letter: Letter) -> Composed:
    """To the booker: the places are theirs. With the invite when they come themselves."""
    registration = _registration(letter)
    own = registration.own_place
    subject = _("Your place is confirmed: %(title)s", title=t(registration.gathering.title))
    if len(registration.places) > 1:
        subject = _("Your places are confirmed: %(title)s", title=t(registration.gathering.title))
    invite = _invite(letter, own) if own else None
    return _composed("confirmation", _booker(registration), subject, registration=registration, place=own,
                     invite=invite)  # fmt: skip


def place_confirmation(letter: Letter) -> Composed:
    """To an attendee somebody else booked for: there is a place for them, and the invite."""
    place = _place(letter)
    subject = _("You have a place: %(title)s", title=t(place.gathering.title))
    return _composed("place_confirmation", _attendee(place), subject, registration=place.registration, place=place,
                     invite=_invite(letter, place))  # fmt: skip


def held(letter: Letter) -> Composed:
    """To the booker: until when the places are kept, and where to pay."""
    registration = _registration(letter)
    if registration.state != "held" or registration.hold_until is None:
        raise NoLongerNeeded
    subject = _("Your place is kept until you have paid: %(title)s", title=t(registration.gathering.title))
    return _composed("held", _booker(registration), subject, registration=registration)


def lapsed(letter: Letter) -> Composed:
    """To the booker: nobody paid in time, nothing was charged. Where it was after all, another letter says what follows."""
    registration = _registration(letter)
    if registration.state != "lapsed" or registration.ledger:
        raise NoLongerNeeded
    subject = _("The places are no longer kept: %(title)s", title=t(registration.gathering.title))
    return _composed("lapsed", _booker(registration), subject, registration=registration)


def link_again(letter: Letter) -> Composed:
    """To the booker: here is your booking, somebody tried to book with this address again, or you asked the house."""
    registration = _registration(letter)
    subject = _("Your booking: %(title)s", title=t(registration.gathering.title))
    return _composed("link_again", _booker(registration), subject, registration=registration,
                     by_house=letter.about.get("by_house", False))  # fmt: skip


def readdressed(letter: Letter) -> Composed:
    """To the booker, at the address that is right: your booking. With the invite when they come themselves."""
    registration = _registration(letter)
    if not still_taken(registration):
        raise NoLongerNeeded
    own = registration.own_place
    subject = _("Your booking: %(title)s", title=t(registration.gathering.title))
    return _composed("readdressed", _booker(registration), subject, registration=registration, place=own,
                     invite=_invite(letter, own) if own else None)  # fmt: skip


def place_readdressed(letter: Letter) -> Composed:
    """To an attendee, at the address that is right: your place, and the invite."""
    place = _place(letter)
    if place.state != "confirmed":
        raise NoLongerNeeded
    subject = _("You have a place: %(title)s", title=t(place.gathering.title))
    return _composed("readdressed", _attendee(place), subject, registration=place.registration, place=place,
                     own_page=True, invite=_invite(letter, place))  # fmt: skip


def left(letter: Letter) -> Composed:
    """To the address that was not right: nothing more comes there. With CANCEL, and without any link of the booking."""
    former = db.session.get(Person, letter.about["former_id"])
    if former is None:
        raise NoLongerNeeded
    registration, place_id = _registration(letter), letter.about.get("place_id")
    place = db.session.get(Place, place_id) if place_id and letter.about["left_sequence"] else None
    subject = _("We no longer write to you about: %(title)s", title=t(registration.gathering.title))
    text, html = in_both("booking/letters/left.letter", gathering=registration.gathering, has_cancel=place is not None)
    return Composed(to_name=former.name, to_address=former.email, subject=subject, text=text, html=html,
                    calendar=_leave(letter, place, former) if place else None,
                    calendar_method="CANCEL" if place else None)  # fmt: skip


def _leave(letter: Letter, place: Place, former: Person) -> bytes:
    entry = entry_for(place, stamp=letter.written_at, sequence=letter.about["left_sequence"])
    location = public_location_of(place.gathering)  # the place may be confirmed, for somebody else
    bare = replace(entry, url=addresses.outward("/"), description="", location=location, geo=None)
    attendee = calendar.Party(name=former.name, email=former.email)
    return calendar.cancellation(bare, organiser=_house(), attendee=attendee)


def cancellation(letter: Letter) -> Composed:
    """To the booker: which place was given back and what is paid back; with CANCEL for their own calendar."""
    registration, place = _registration(letter), db.session.get_one(Place, letter.about["place_id"])
    own = place if place.email == registration.booker.email else None
    refund = money(letter.about.get("refund_minor", 0), registration.currency)
    return _composed("cancellation", _booker(registration), _cancelled_subject(place.gathering),
                     registration=registration, place=place, refund=refund,
                     refund_minor=letter.about.get("refund_minor", 0), by_house=letter.about.get("by_house", False),
                     refund_choice=letter.about.get("refund", "agreed"),
                     by_hand=any(entry.by_hand for entry in registration.ledger), cancel=_cancel(letter, own) if own else None)  # fmt: skip


def place_cancellation(letter: Letter) -> Composed:
    """To an attendee somebody else booked for: the place is given back; with CANCEL."""
    place = _place(letter)
    return _composed("place_cancellation", _attendee(place), _cancelled_subject(place.gathering), place=place,
                     registration=place.registration, by_house=letter.about.get("by_house", False),
                     cancel=_cancel(letter, place))  # fmt: skip


def moved(letter: Letter) -> Composed:
    """To the booker: when or where is different now. With the invite when they come themselves."""
    registration, place = _registration(letter), db.session.get_one(Place, letter.about["place_id"])
    return _composed("moved", _booker(registration), _("New time or place: %(title)s", title=t(place.gathering.title)), registration=registration, place=place,
                     invite=_still_invited(letter, place) if place.email else None)  # fmt: skip


def place_moved(letter: Letter) -> Composed:
    """To an attendee somebody else booked for: the same."""
    place = _place(letter)
    return _composed("moved", _attendee(place), _("New time or place: %(title)s", title=t(place.gathering.title)), place=place, own_page=True,
                     registration=place.registration, invite=_still_invited(letter, place))  # fmt: skip


def postponed(letter: Letter) -> Composed:
    """To the booker: the date does not hold, and there is no new one yet. With the invite when they come themselves."""
    registration, place = _registration(letter), db.session.get_one(Place, letter.about["place_id"])
    return _composed("postponed", _booker(registration), _postponed_subject(place), registration=registration,
                     place=place, invite=_still_invited(letter, place) if place.email else None)  # fmt: skip


def place_postponed(letter: Letter) -> Composed:
    """To an attendee somebody else booked for: the same."""
    place = _place(letter)
    return _composed("postponed", _attendee(place), _postponed_subject(place), place=place, own_page=True,
                     registration=place.registration, invite=_still_invited(letter, place))  # fmt: skip


def entry(letter: Letter) -> Composed:
    """To whoever's calendar it stands in: the entry, worded as they wished a moment ago."""
    place = _place(letter)
    return _composed("entry", _attendee(place), _("Your calendar entry: %(title)s", title=t(place.gathering.title)), place=place,
                     registration=place.registration, invite=_still_invited(letter, place))  # fmt: skip


def _postponed_subject(place: Place) -> str:
    if place.gathering.postponed_at is None:
        raise NoLongerNeeded
    return _("Postponed: %(title)s", title=t(place.gathering.title))


def promise_changed(letter: Letter) -> Composed:
    """To the booker: what the page promises now, beside what it promised before."""
    registration = _registration(letter)
    if registration.state != "confirmed":
        raise NoLongerNeeded
    return _promised(letter, _booker(registration), registration=registration)


def place_promise_changed(letter: Letter) -> Composed:
    """To an attendee somebody else booked for: the same."""
    place = _place(letter)
    if place.state != "confirmed":
        raise NoLongerNeeded
    return _promised(letter, _attendee(place), registration=place.registration, place=place, own_page=True)


def _promised(letter: Letter, to: tuple[str, str], **values: Any) -> Composed:
    gathering = values["registration"].gathering
    if not (different := promising.differences(gathering.id, letter.about["promise_version"])):
        raise NoLongerNeeded
    subject = _("What we promise has changed: %(title)s", title=t(gathering.title))
    return _composed("promise_changed", to, subject, different=different, **values)


def _still_invited(letter: Letter, place: Place) -> bytes | None:
    """The invite, unless a later change has overtaken this letter: an older SEQUENCE never follows a newer one."""
    if place.state != "confirmed" or place.sequence != letter.about["sequence"]:
        raise NoLongerNeeded
    return _invite(letter, place)


def place_unavailable(letter: Letter) -> Composed:
    """To the booker: it was paid too late, the place is gone, everything goes back. An apology."""
    registration = _registration(letter)
    subject = _("We are sorry: the place was gone. You get everything back")
    return _composed("place_unavailable", _booker(registration), subject, registration=registration)


def waiting(letter: Letter) -> Composed:
    """To somebody on the waiting list: you are on it, and what happens next."""
    entry = db.session.get(WaitingEntry, letter.about["entry_id"])
    if entry is None or entry.left_at is not None:
        raise NoLongerNeeded
    subject = _("You are on the waiting list: %(title)s", title=t(entry.gathering.title))
    return _composed("waiting", (entry.name, entry.email), subject, entry=entry, gathering=entry.gathering)


def _cancelled_subject(gathering: Gathering) -> str:
    if gathering.state == "cancelled":
        return _("Cancelled: %(title)s", title=t(gathering.title))
    return _("Your place is given back: %(title)s", title=t(gathering.title))


def _composed(name: str, to: tuple[str, str], subject: str, *, invite: bytes | None = None,
              cancel: bytes | None = None, **values: Any) -> Composed:  # fmt: skip
    registration = values.get("registration")
    if registration is not None:
        values.setdefault("gathering", registration.gathering)
        values["page"] = addresses.outward(addresses.registration_path(registration))
        values["pay"] = addresses.outward(addresses.pay_path(registration))
        values["owed"], values["came_in"] = owed(registration), came_in(registration)
    place = values.get("place")
    values["place_page"] = addresses.outward(addresses.place_path(place)) if place else ""
    values["neutral_title"] = neutral_title(values["gathering"])
    holder = place or registration
    where = location_of if holder is not None and holder.state == "confirmed" else public_location_of
    values.update(reader=to[0], where=where(values["gathering"]), has_invite=invite is not None)
    text, html = in_both(f"booking/letters/{name}.letter", **values)
    return Composed(to_name=to[0], to_address=to[1], subject=subject, text=text, html=html, calendar=invite or cancel,
                    calendar_method="REQUEST" if invite else ("CANCEL" if cancel else None))  # fmt: skip


def _invite(letter: Letter, place: Place) -> bytes | None:
    if place.gathering.starts_at is None or place.state != "confirmed":
        return None
    entry = entry_for(place, stamp=letter.written_at, sequence=letter.about.get("sequence"))
    return calendar.invite(
        entry, organiser=_house(), attendee=calendar.Party(name=place.called, email=place.email or "")
    )


def _cancel(letter: Letter, place: Place) -> bytes | None:
    if place.gathering.starts_at is None or place.confirmed_at is None:
        return None
    entry = entry_for(place, stamp=letter.written_at, sequence=letter.about.get("sequence"))
    return calendar.cancellation(
        entry, organiser=_house(), attendee=calendar.Party(name=place.called, email=place.email or "")
    )


def _house() -> calendar.Party:
    name, email = sender()
    return calendar.Party(name=name, email=email)


def _booker(registration: Registration) -> tuple[str, str]:
    own = registration.own_place
    return (own.name if own else registration.booker.name), registration.booker.email


def _attendee(place: Place) -> tuple[str, str]:
    if place.email is None:
        raise NoLongerNeeded
    return place.called, place.email


def _registration(letter: Letter) -> Registration:
    return db.session.get_one(
        Registration,
        letter.about["registration_id"],
        options=[
            joinedload(Registration.booker),
            joinedload(Registration.gathering).joinedload(Gathering.venue),
            selectinload(Registration.places),
            selectinload(Registration.ledger),
        ],
    )


def _place(letter: Letter) -> Place:
    return db.session.get_one(
        Place,
        letter.about["place_id"],
        options=[joinedload(Place.gathering).joinedload(Gathering.venue), joinedload(Place.registration)],
    )
