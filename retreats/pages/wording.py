"""Facts about a gathering, in words: kind, price, places left, when and where."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from babel.dates import format_date, get_timezone_location
from flask_babel import gettext as _
from flask_babel import ngettext

from retreats.booking.opening import Opening
from retreats.catalogue.models import Gathering
from retreats.languages import day, day_and_time, language, locale_of, money, span, t
from retreats.pages.azulejo import palette_for


def kind_word(kind: str) -> str:
    """Retreat, workshop, training or circle."""
    return {"retreat": _("Retreat"), "workshop": _("Workshop"), "training": _("Training"), "circle": _("Circle")}[kind]


def when_words(gathering: Gathering) -> str:
    """`Friday 12 to Sunday 14 June 2027`, or that there is no date."""
    if gathering.postponed_at is not None:
        return _("Postponed: the new date is not set yet")
    return first_announced(gathering)


def first_announced(gathering: Gathering) -> str:
    """`Friday 12 to Sunday 14 June 2027`, also when it is postponed and that does not hold."""
    if gathering.starts_at is None or gathering.ends_at is None:
        return _("The date is not set yet")
    return span(gathering.starts_at, gathering.ends_at, gathering.zone)


def where_words(gathering: Gathering) -> str:
    """The area, never the address; or that it is online."""
    area = gathering.venue.area if gathering.venue else ""
    if gathering.mode == "online":
        return _("Online")
    return _("%(area)s, and online", area=area) if gathering.mode == "both" else area


def price_words(gathering: Gathering) -> str:
    """`Free of charge`, `480 €`, `from 320 €`, `Free of charge, or 5 €`."""
    prices = sorted({ticket.price_minor for ticket in gathering.ticket_types})
    if not prices:
        return ""
    currency = gathering.ticket_types[0].currency
    if prices == [0]:
        return _("Free of charge")
    lowest = money(prices[0] or prices[1], currency)
    if not prices[0]:
        return _("Free of charge, or %(price)s", price=lowest)
    return lowest if len(prices) == 1 else _("from %(price)s", price=lowest)


def places_words(gathering: Gathering, opening: Opening) -> str:
    """How it stands with places, at the moment of reading."""
    if opening.answer == "few":
        return ngettext("One place left", "%(num)d places left", opening.left)
    zone = gathering.zone
    words = {
        "open": _("Places free"),
        "full": _("Full — there is a waiting list"),
        "closed": _("Booking is closed"),
        "begun": _("Has begun"),
        "over": _("Is over"),
        "postponed": _("Postponed"),
        "paused": _("Booking pauses"),
        "cancelled": _("Cancelled"),
        "draft": _("Not published"),
    }
    if opening.answer == "not_yet" and gathering.booking_opens_at is not None:
        return _("Booking opens on %(moment)s", moment=day_and_time(gathering.booking_opens_at, zone))
    return words[opening.answer]


def palette_of(gathering: Gathering) -> str:
    """The series shares a palette."""
    return palette_for(gathering.series.slug if gathering.series else gathering.slug)


def tier_words(gathering: Gathering) -> list[str]:
    """What is given back when one cancels, in sentences with dates, most first."""
    if gathering.postponed_at is not None:
        return [_("While there is no new date, whoever gives a place back gets everything back.")]
    return [_tier(tier, gathering) for tier in sorted(gathering.refund_tiers, key=lambda each: -each["days"])]


def _tier(tier: dict[str, Any], gathering: Gathering) -> str:
    if not gathering.starts_at:
        return ""
    last = gathering.starts_at - timedelta(days=tier["days"])
    if tier["percent"] == 0:
        return _("After that: nothing is paid back, and we ask somebody from the waiting list.")
    if tier["percent"] == 100:
        return _("Until %(moment)s: everything is paid back.", moment=day_and_time(last, gathering.zone))
    return _("Until %(moment)s: %(percent)s%% is paid back.", moment=day_and_time(last, gathering.zone),
             percent=tier["percent"])  # fmt: skip


def structured(gathering: Gathering, opening: Opening, url: str, house: dict[str, str]) -> dict[str, Any]:
    """The gathering as schema.org/Event, for those who read pages by program."""
    place: dict[str, Any] = {"@type": "VirtualLocation", "url": url}
    if gathering.mode != "online" and gathering.venue:
        place = {
            "@type": "Place",
            "name": gathering.venue.name,
            "address": {"@type": "PostalAddress", "addressLocality": gathering.venue.area, "addressCountry": "PT"},
        }
    modes = {"in_person": "Offline", "online": "Online", "both": "Mixed"}
    status = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}.get(gathering.standing, "EventScheduled")
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": t(gathering.title),
        "description": t(gathering.summary),
        "url": url,
        "startDate": gathering.starts_at.isoformat() if gathering.starts_at else None,
        "endDate": gathering.ends_at.isoformat() if gathering.ends_at else None,
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{modes[gathering.mode]}EventAttendanceMode",
        "location": place,
        **({"image": house["url"] + gathering.picture.address("jpg")} if gathering.picture else {}),
        "organizer": {"@type": "Organization", "name": house["name"], "url": house["url"]},
        "performer": [
            {"@type": "Person", "name": leader.facilitator.person.name, "url": f"{house['url']}/facilitators/"
             f"{leader.facilitator.slug}/"} for leader in gathering.leaders
        ],
        "inLanguage": gathering.languages,
        "offers": [
            {
                "@type": "Offer",
                "name": t(ticket.name),
                "price": f"{ticket.price_minor / 100:.2f}",
                "priceCurrency": ticket.currency,
                "url": f"{url}register",
                "availability": "https://schema.org/" + ("InStock" if opening.can_book else "SoldOut"),
            }
            for ticket in gathering.ticket_types
        ],
    }  # fmt: skip


def programme_by_day(gathering: Gathering) -> list[tuple[str, list[Any]]]:
    """The sessions, day by day, in the gathering's own time."""
    days: dict[str, list[Any]] = {}
    for session in gathering.sessions:
        days.setdefault(day(session.starts_at, gathering.zone, year=False), []).append(session)
    return list(days.items())


def spoken(languages: list[str]) -> str:
    """`English and Portuguese`."""
    names = {"en": _("English"), "pt": _("Portuguese")}
    return _(" and ").join(names[each] for each in languages if each in names)


def zone_words(zone: str) -> str:
    """`Lisbon` for `Europe/Lisbon`."""
    return get_timezone_location(zone, locale=locale_of(language()), return_city=True)


def month_words(month: str) -> str:
    """`June 2027` for `2027-06`."""
    year, number = month.split("-")
    return format_date(date(int(year), int(number), 1), "LLLL y", locale=locale_of(language()))
