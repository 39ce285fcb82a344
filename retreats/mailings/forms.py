"""The form of a letter: whom it is for, and its words in one language or both."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from retreats.catalogue.models import Gathering
from retreats.db import Localised
from retreats.languages import t
from retreats.mailings.placeholders import complaint
from retreats.mailings.service import Setting, Words
from retreats.mailings.timing import FARTHEST_DAYS, Timed
from retreats.reading import Reading, Values, both

LONGEST_SUBJECT, LONGEST_BODY = 150, 10_000
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
GREETINGS = {"en": "Dear {name},\n\n", "pt": "Olá, {name},\n\n"}


def audiences(gathering: Gathering, *, has_begun: bool) -> list[tuple[str, str]]:
    """Whom one can write to, as the form's choices."""
    found = [("booked", _("Everybody who has a place")), ("waiting", _("Everybody on the waiting list"))]
    if has_begun:
        found[1:1] = [
            ("attended", _("Everybody who was there")),
            ("missed", _("Everybody who was marked as not there")),
        ]
    if len(gathering.ticket_types) > 1:
        found += [(f"ticket-{each.id}", _("Everybody with: %(kind)s", kind=t(each.name)))
                  for each in gathering.ticket_types]  # fmt: skip
    return found


def fresh() -> Values:
    """What stands in the form at first."""
    return {"audience": "booked", **both("body", GREETINGS)}


def stored(words: Words) -> Values:
    """A letter as the form shows it."""
    audience = f"ticket-{words.ticket_type_id}" if words.audience == "ticket" else words.audience
    return {"audience": audience, **both("subject", words.subject), **both("body", words.body)}


def read(reading: Reading, choices: list[tuple[str, str]]) -> Words:
    """What was sent; what is wrong with it stands in `reading.errors`."""
    audience = reading.one_of("audience", [value for value, _label in choices])
    if not audience:
        reading.errors["audience"] = _("Say whom it is for.")
    kind, _dash, ticket = audience.partition("-")
    subject, body = read_words(reading)
    return Words(audience=kind, ticket_type_id=int(ticket) if ticket else None, subject=subject, body=body)


def read_words(reading: Reading) -> tuple[Localised, Localised]:
    """Subject and body in one language or both."""
    subject = reading.both("subject", most=LONGEST_SUBJECT)
    body = {code: text for code, text in reading.both("body", lines=True, most=LONGEST_BODY).items()
            if text.strip() != GREETINGS[code].strip() or subject.get(code)}  # fmt: skip
    for code in ("en", "pt"):
        if code in body and code not in subject:
            reading.errors.setdefault(f"subject_{code}", _("Say in a few words what it is about."))
        if code in subject and (code not in body or body[code].strip() == GREETINGS[code].strip()):
            reading.errors.setdefault(f"body_{code}", _("Write the letter, or leave its subject empty too."))
        for name, text in ((f"subject_{code}", subject.get(code, "")), (f"body_{code}", body.get(code, ""))):
            if wrong := complaint(text):
                reading.errors.setdefault(name, wrong)
    if not subject and not body:
        reading.errors.setdefault("subject_en", _("Write it in one language at least."))
    return subject, body


def stored_timed(found: Timed) -> Values:
    """One of the letters that go out by themselves, as its form shows it."""
    return {"is_on": "yes" if found.is_on else "no", "amount": str(found.amount), "unit": found.unit, "at": found.at,
            **both("subject", found.subject), **both("body", found.body)}  # fmt: skip


def read_timed(reading: Reading, before: Timed) -> Setting:
    """What was sent; what is wrong with it stands in `reading.errors`."""
    unit = reading.one_of("unit", ("days", "hours"), fallback=before.unit)
    most = FARTHEST_DAYS if unit == "days" else FARTHEST_DAYS * 24
    amount, at = reading.whole("amount", least=1, most=most), reading.line("at").strip()
    if amount is None and "amount" not in reading.errors:
        reading.errors["amount"] = _("Say how long before or after.")
    if at and not _CLOCK.fullmatch(at):
        reading.errors["at"] = _("Write an hour like 10:00, or leave it empty.")
    subject, body = read_words(reading)
    return Setting(is_on=reading.one_of("is_on", ("yes", "no"), fallback="yes") == "yes", amount=amount or 1, unit=unit,
                   at=at if unit == "days" else "", subject=subject, body=body)  # fmt: skip
