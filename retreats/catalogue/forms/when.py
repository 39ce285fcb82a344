"""When and where, and who: time in words of the place, venue, leaders, care contact."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats import wall
from retreats.catalogue import queries
from retreats.catalogue.forms.section import Section
from retreats.catalogue.models import Gathering
from retreats.catalogue.models.gathering import MODES
from retreats.catalogue.service import CareContact, CareContactDisabled, People, WhenWhere
from retreats.languages import language, locale_of
from retreats.reading import Reading, Values
from retreats.refusals import Refusal

MODE_WORDS = {"in_person": _l("In person"), "online": _l("Online"), "both": _l("In person and online")}
MOMENTS = ("starts", "ends", "opens", "closes")


def clock_fields(name: str, moment: datetime | None, zone: str) -> Values:
    """A moment as its field, and which of a doubled hour it is."""
    second = wall.is_second(moment, zone) if moment else None
    return {
        name: wall.wall_of(moment, zone) if moment else "",
        f"{name}_second": "" if second is None else ("second" if second else "first"),
    }


def wall_words(typed: str) -> str:
    """A wall-clock time as it stands in a field, in words: `Fri 12 Jun, 18:00`. What is no time stays as it was typed."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return typed
    shape = "EEE, d 'de' MMM" if language() == "pt" else "EEE d MMM"
    return f"{format_date(found, shape, locale=locale_of(language()))}, {found:%H:%M}"


def _stored_when(gathering: Gathering) -> Values:
    moments = (gathering.starts_at, gathering.ends_at, gathering.booking_opens_at, gathering.booking_closes_at)
    values: Values = {"zone": gathering.zone, "mode": gathering.mode, "venue": str(gathering.venue_id or ""),
                      "online_link": gathering.online_link or ""}  # fmt: skip
    for name, moment in zip(MOMENTS, moments, strict=True):
        values |= clock_fields(name, moment, gathering.zone)
    return values | ({"postponed": "yes"} if gathering.postponed_at else {})


def _read_when(reading: Reading, gathering: Gathering) -> WhenWhere:
    zone = reading.zone("zone", fallback=gathering.zone)
    read_in = _zone_meant(reading, gathering, zone)
    starts, ends, opens, closes = (reading.moment(name, read_in) for name in MOMENTS)
    if starts and ends and ends <= starts:
        reading.errors["ends"] = _("It has to end after it begins.")
    if opens and closes and closes <= opens:
        reading.errors["closes"] = _("Booking has to close after it opens.")
    link = reading.line("online_link", most=500)
    if link and not link.startswith(("https://", "http://")):
        reading.errors["online_link"] = _("Begin the link with https://")
    return WhenWhere(zone=zone, starts_at=starts, ends_at=ends, mode=reading.one_of("mode", MODES, fallback="in_person"),
                     venue_id=reading.number_of("venue"), online_link=link or None, booking_opens_at=opens,
                     booking_closes_at=closes)  # fmt: skip


def _zone_meant(reading: Reading, gathering: Gathering, zone: str) -> str:
    """In which zone the times of the form are to be read. Somebody who changes the zone says what stays."""
    if zone == gathering.zone or gathering.starts_at is None:
        return zone
    keeps = reading.one_of("zone_keeps", ("clock", "moment"))
    if not keeps:
        reading.errors["zone_keeps"] = _(
            "The time zone changes. Say whether the clock at the place stays as written here, or the moment."
        )
    return gathering.zone if keeps == "moment" else zone


def _explain_when(refusal: Refusal) -> tuple[str, str]:
    del refusal
    return "ends", _("It has to end after it begins.")


WHEN = Section(
    "when",
    _l("When and where"),
    _l("Beginning and end, venue or link, and when it can be booked"),
    _stored_when,
    _read_when,
    {
        "postponed": _l("Postponed"),
        "zone": _l("Time zone"),
        "starts": _l("Begins"),
        "ends": _l("Ends"),
        "opens": _l("Booking opens"),
        "closes": _l("Booking closes"),
        "mode": _l("In person or online"),
        "venue": _l("Venue"),
        "online_link": _l("Link to join"),
    },
    _explain_when,
)


def _stored_people(gathering: Gathering) -> Values:
    return {
        "leaders": [str(leader.facilitator_id) for leader in gathering.leaders],
        "care": str(gathering.care_contact_id or ""),
        "care_name": "",
        "care_email": "",
    }


def _read_people(reading: Reading, gathering: Gathering) -> People:
    del gathering
    leaders = [int(each) for each in reading.some_of("leaders", [str(each.id) for each in queries.facilitators()])]
    name, email = reading.line("care_name", most=120), reading.line("care_email", most=254)
    if not email and not name:
        return People(facilitator_ids=leaders, care=reading.number_of("care"))
    if not name:
        reading.errors["care_name"] = _("Write the name by which people may ask for the care contact.")
    try:
        email = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError:
        reading.errors["care_email"] = _(
            "This does not look like a mail address yet. It needs something before and after an @."
        )
    return People(facilitator_ids=leaders, care=CareContact(name=name, email=email))


def _explain_people(refusal: Refusal) -> tuple[str, str]:
    if isinstance(refusal, CareContactDisabled):
        return "care_email", _("The house refuses whoever has this address: enable them first, or name somebody else.")
    return "care", _("The care contact leads it: name somebody else.")


PEOPLE = Section(
    "people",
    _l("Who"),
    _l("Who leads it, and the care contact"),
    _stored_people,
    _read_people,
    {
        "leaders": _l("Who leads it"),
        "care": _l("Care contact"),
        "care_name": _l("Name of the care contact"),
        "care_email": _l("Address of the care contact"),
    },
    _explain_people,
)
