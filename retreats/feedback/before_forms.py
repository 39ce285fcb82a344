"""What people send before they book, and when they complain. Mistakes come back with the input kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from retreats.feedback.models.complaints import ABOUT
from retreats.feedback.service.asking import Asked
from retreats.feedback.service.complaints import Filed
from retreats.reading import Reading

NAME, ADDRESS, WORDS = 120, 254, 4000
Sent = MultiDict[str, str]


@dataclass
class Typed:
    """A form as it was typed, and what is to correct in it."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def fresh(cls, **values: str) -> Typed:
        """An empty one, with a key of its own: sent twice it counts once."""
        return cls(values={"key": secrets.token_urlsafe(18), **values})


def read_question(sent: Sent, *, language: str) -> tuple[Typed, Asked]:
    """A question before booking."""
    read = Reading(sent)
    values = {
        "key": sent.get("key", "")[:64] or secrets.token_urlsafe(18),
        "name": read.line("name", most=NAME),
        "email": sent.get("email", "").strip()[: ADDRESS + 1],
        "text": read.text("text", most=WORDS),
        "public": "yes" if read.ticked("public") else "",
    }
    if not values["name"]:
        read.errors["name"] = _("We need a name, so that we know whom to answer.")
    if wrong := address_is_wrong(values["email"]):
        read.errors["email"] = wrong
    if not values["text"]:
        read.errors["text"] = _("Write what you would like to know.")
    asked = Asked(form_key=values["key"], name=values["name"], email=values["email"], text=values["text"],
                  language=language, may_publish=bool(values["public"]))  # fmt: skip
    return Typed(values, read.errors), asked


def read_complaint(sent: Sent, *, language: str, gatherings: dict[str, int], leaders: set[int]) -> tuple[Typed, Filed]:
    """A complaint; who it is about is one of those who lead here, the care contact, an organiser, or nobody."""
    read = Reading(sent)
    chosen = sent.get("about", "")
    person = read.number_of("person")
    values = {
        "key": sent.get("key", "")[:64] or secrets.token_urlsafe(18),
        "text": read.text("text", most=WORDS * 2),
        "gathering": sent.get("gathering", "") if sent.get("gathering", "") in gatherings else "",
        "about": chosen if chosen in ABOUT else "",
        "person": str(person) if person in leaders else "",
        "name": read.line("name", most=NAME),
        "email": sent.get("email", "").strip()[: ADDRESS + 1],
    }
    if not values["text"]:
        read.errors["text"] = _("Write what happened, or what should be otherwise.")
    if not values["about"]:
        read.errors["about"] = _("Choose what it is about, so that it does not reach whom it is about.")
    if values["about"] == "person" and not values["person"]:
        read.errors["person"] = _("Choose who it is, so that it does not reach them.")
    if values["about"] == "care" and not values["gathering"]:
        read.errors["gathering"] = _("Choose the gathering whose care contact it is about.")
    if values["email"] and (wrong := address_is_wrong(values["email"])):
        read.errors["email"] = wrong
    filed = Filed(form_key=values["key"], text=values["text"], about=values["about"] or "house", language=language,
                  gathering_id=gatherings.get(values["gathering"]), name=values["name"], email=values["email"],
                  about_id=int(values["person"]) if values["about"] == "person" and values["person"] else None)  # fmt: skip
    return Typed(values, read.errors), filed


def address_is_wrong(typed: str) -> str | None:
    """What is wrong with a mail address, if anything."""
    if not typed:
        return _("We need an address to answer you.")
    try:
        validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        return _("This does not look like a mail address yet. It needs something before and after an @.")
    return None
