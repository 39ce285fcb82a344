"""The booking form and the waiting list's: read, kept as typed, and judged in sentences."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from retreats.accounts.service import normalised
from retreats.booking.service import Attendee, Contact, Party
from retreats.booking.service.register import LARGEST_PARTY
from retreats.catalogue.models import Gathering, Terms
from retreats.questions import reading
from retreats.questions.models import Question

LONGEST_NAME = 120
LONGEST_NOTE = 500


@dataclass
class Guest:
    """One attendee as the form has them."""

    name: str = ""
    email: str = ""
    answers: dict[int, str] = field(default_factory=dict)


@dataclass
class RegistrationForm:
    """A booking as somebody typed it. `errors` names fields and says what to do."""

    key: str
    ticket_type_id: int | None = None
    guests: list[Guest] = field(default_factory=lambda: [Guest()])
    terms: bool = False
    is_discreet: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def fresh(cls, gathering: Gathering, *, party: int = 1) -> RegistrationForm:
        """An empty form for a party; the only ticket type there is is chosen already."""
        only = gathering.ticket_types[0].id if len(gathering.ticket_types) == 1 else None
        guests = [Guest() for _nobody in range(min(max(party, 1), LARGEST_PARTY))]
        return cls(key=secrets.token_urlsafe(18), ticket_type_id=only, guests=guests)

    @classmethod
    def read(
        cls, sent: MultiDict[str, str], gathering: Gathering, questions: list[Question], terms: Terms | None
    ) -> RegistrationForm:
        """What was sent, with every mistake in it named."""
        party = _number(sent.get("party", "1"), most=LARGEST_PARTY)
        form = cls(key=sent.get("key", "")[:64] or secrets.token_urlsafe(18), guests=[], terms=bool(sent.get("terms")),
                   is_discreet=bool(sent.get("discreet")))  # fmt: skip
        form._read_ticket(sent, gathering)
        for index in range(party):
            form._read_guest(sent, index, questions)
        form._check_addresses()
        if terms is not None and not (form.terms and sent.get("terms_id") == str(terms.id)):
            form.terms = False
            form.errors["terms"] = _("Please read the terms and say that you accept them.")
        return form

    def party(self, *, language: str, terms: Terms | None) -> Party:
        """The booking in the verb's own words. Only for a form without errors."""
        return Party(
            form_key=self.key,
            booker=Contact(name=self.guests[0].name, email=self.guests[0].email),
            attendees=[
                Attendee(name=each.name, email=each.email or None, answers=each.answers) for each in self.guests
            ],
            language=language,
            terms_id=terms.id if terms else None,
            is_discreet=self.is_discreet,
        )

    def _read_ticket(self, sent: MultiDict[str, str], gathering: Gathering) -> None:
        chosen = next((each for each in gathering.ticket_types if str(each.id) == sent.get("ticket")), None)
        if chosen is None:
            self.errors["ticket"] = _("Please choose which place you would like.")
        else:
            self.ticket_type_id = chosen.id

    def _read_guest(self, sent: MultiDict[str, str], index: int, questions: list[Question]) -> None:
        guest = Guest(name=one_line(sent.get(f"name-{index}", "")), email=sent.get(f"email-{index}", "").strip())
        if not guest.name:
            self.errors[f"name-{index}"] = _("We need a name, so that we know who is coming.")
        elif len(guest.name) > LONGEST_NAME:
            self.errors[f"name-{index}"] = _("Please shorten the name to %(most)s characters.", most=LONGEST_NAME)
        if index == 0 or guest.email:
            guest.email, wrong = read_address(guest.email)
            if wrong:
                self.errors[f"email-{index}"] = wrong
        guest.answers, wrong_answers = reading.read(questions, sent, prefix=f"q{index}")
        self.errors.update(wrong_answers)
        self.guests.append(guest)

    def _check_addresses(self) -> None:
        seen: set[str] = set()
        for index, guest in enumerate(self.guests):
            address = normalised(guest.email)
            if address and address in seen:
                self.errors[f"email-{index}"] = _(
                    "This address is used twice. Leave it empty for somebody whom we should reach through you."
                )
            seen.add(address)


@dataclass
class WaitingForm:
    """A wish for a place, as somebody typed it."""

    name: str = ""
    email: str = ""
    party: int = 1
    note: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> WaitingForm:
        """What was sent, with every mistake in it named."""
        form = cls(
            name=one_line(sent.get("name", "")),
            email=sent.get("email", "").strip(),
            party=_number(sent.get("party", "1"), most=LARGEST_PARTY),
            note=sent.get("note", "").strip(),
        )
        if not form.name or len(form.name) > LONGEST_NAME:
            form.errors["name"] = _("We need a name of at most %(most)s characters.", most=LONGEST_NAME)
        form.email, wrong = read_address(form.email)
        if wrong:
            form.errors["email"] = wrong
        if len(form.note) > LONGEST_NOTE:
            form.errors["note"] = _("Please shorten this to %(most)s characters.", most=LONGEST_NOTE)
        return form


def read_address(typed: str) -> tuple[str, str | None]:
    """The address as it will be used, and what is wrong with it, if anything."""
    if not typed:
        return typed, _("We need an address to send your confirmation to.")
    try:
        return validate_email(typed, check_deliverability=False).normalized, None
    except EmailNotValidError:
        return typed, _("This does not look like a mail address yet. It needs something before and after an @.")


_INVISIBLE = {0x200B, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def one_line(typed: str) -> str:
    """A name on one line: no control characters, nothing that turns the reading direction, single spaces."""
    kept = "".join(" " if letter.isspace() else letter for letter in typed if ord(letter) not in _INVISIBLE)
    return " ".join("".join(letter for letter in kept if letter.isprintable()).split())


def _number(typed: str, *, most: int) -> int:
    return min(max(int(typed), 1), most) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
