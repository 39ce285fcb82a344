"""Setting one letter: its words filled in for one reader, as text and as HTML, in the language that is spoken just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats.booking import addresses
from retreats.booking.invites import location_of, public_location_of
from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.catalogue.models import Gathering, Leader
from retreats.db import Localised, db
from retreats.languages import day_and_time, markdown, span, t
from retreats.mail.plain import as_text
from retreats.mail.service import Composed
from retreats.mail.words import in_both
from retreats.mailings.placeholders import filled


@dataclass(frozen=True)
class Addressee:
    """One reader with everything that is filled in for them. Without `has_place` only what everybody may know is."""

    gathering: Gathering
    name: str
    address: str
    page: str
    has_place: bool
    also: tuple[str, ...] = ()


def addressed(about: Mapping[str, object], also: tuple[int, ...] = ()) -> Addressee | None:
    """Whom these ids mean; None when nobody of them has a place any more, or waits for one."""
    if "entry_id" in about:
        return _who_waits(about["entry_id"])
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.id == about["registration_id"])
        .options(
            joinedload(Registration.booker),
            joinedload(Registration.gathering).options(
                joinedload(Gathering.venue), selectinload(Gathering.leaders).joinedload(Leader.facilitator)
            ),
            selectinload(Registration.places),
        )
    )
    if registration is None:
        return None
    own = next((each for each in registration.places if each.id == about.get("place_id")), None)
    others = _names(also)
    if (own is None or own.state != "confirmed") and not others:
        return None
    return _who_comes(registration, own, others)


def _who_comes(registration: Registration, own: Place | None, others: tuple[str, ...]) -> Addressee:
    if own is not None and own.email and own.email != registration.booker.email:
        page, name, address = addresses.place_path(own), own.name, own.email
    else:
        page, address = addresses.registration_path(registration), registration.booker.email
        name = own.name if own else registration.booker.name
    return Addressee(registration.gathering, name, address, addresses.outward(page), has_place=True, also=others)


def _who_waits(entry_id: object) -> Addressee | None:
    entry = db.session.scalar(
        select(WaitingEntry)
        .where(WaitingEntry.id == entry_id, WaitingEntry.left_at.is_(None))
        .options(
            joinedload(WaitingEntry.gathering).options(
                joinedload(Gathering.venue), selectinload(Gathering.leaders).joinedload(Leader.facilitator)
            )
        )
    )
    if entry is None:
        return None
    page = addresses.outward(f"/gatherings/{entry.gathering.slug}/")
    return Addressee(entry.gathering, entry.name, entry.email, page, has_place=False)


def _names(place_ids: tuple[int, ...]) -> tuple[str, ...]:
    if not place_ids:
        return ()
    query = select(Place.name).where(Place.id.in_(place_ids), Place.state == "confirmed")
    return tuple(db.session.scalars(query.order_by(Place.name)))


def sample(gathering: Gathering, *, name: str, address: str) -> Addressee:
    """Somebody of the house in the place of a reader: their own name, and the gathering's page."""
    return Addressee(gathering, name, address, addresses.outward(f"/gatherings/{gathering.slug}/"), has_place=True)


def composed(to: Addressee, subject: Localised, body: Localised, *, why: str, mark: str = "") -> Composed:
    """The letter in the language that is spoken just now, or in the other when it is not written in this.

    `why` says at its end why the reader gets it; `mark` stands before the subject of a try.
    """
    values = values_for(to)
    words = filled(t(body), values)
    text, html = in_both("mailings/letters/group.letter", words_text=as_text(words), words_html=markdown(words),
                         is_linked="{link}" in t(body).lower().replace(" ", ""), to=to, why=why)  # fmt: skip
    line = " ".join(filled(t(subject), values, plain=True).split())
    return Composed(to_name=to.name, to_address=to.address, subject=f"{mark}{line}", text=text, html=html)


@dataclass(frozen=True)
class Preview:
    """How a letter reads for somebody, for the eyes of whoever writes it: without the reader's own link."""

    name: str
    subject: str
    words: Markup
    why: str


def preview(to: Addressee, subject: Localised, body: Localised, *, why: str) -> Preview:
    """The letter in the language that is spoken just now. The link leads nowhere: others' links are theirs alone."""
    values = values_for(replace(to, page=addresses.outward("/…")))
    line = " ".join(filled(t(subject), values, plain=True).split())
    return Preview(to.name, line, markdown(filled(t(body), values)), why)


def values_for(to: Addressee) -> dict[str, str]:
    """What stands for each placeholder."""
    gathering = to.gathering
    start, end, venue = gathering.starts_at, gathering.ends_at, gathering.venue
    if gathering.postponed_at is not None:
        start = end = None
    unknown = _("The date is not set yet")
    return {
        "name": to.name,
        "gathering": t(gathering.title),
        "when": span(start, end, gathering.zone) if start and end else unknown,
        "begins": day_and_time(start, gathering.zone) if start else unknown,
        "where": location_of(gathering) if to.has_place else public_location_of(gathering),
        "getting_there": t(venue.getting_there) if venue and to.has_place and gathering.mode != "online" else "",
        "leaders": _listed([each.facilitator.person.name for each in gathering.leaders]),
        "link": f"<{to.page}>",
    }


def _listed(names: list[str]) -> str:
    """`Mira`, `Mira and Inês`, `Mira, Inês and Rui`."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])


def spoken(wanted: str, body: Localised) -> str:
    """The language in which a reader gets it: theirs, or the one in which it is written."""
    return wanted if body.get(wanted) else next((each for each in body if body[each]), wanted)


def why_words(to: Addressee, *, attended: bool = False) -> str:
    """Why somebody gets it."""
    title = t(to.gathering.title)
    if not to.has_place:
        return _("You get this letter because you are on the waiting list of “%(title)s”.", title=title)
    if attended:
        return _("You get this letter because you were at “%(title)s”.", title=title)
    return _("You get this letter because you have a place in “%(title)s”.", title=title)
