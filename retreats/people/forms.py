"""Whom to invite, to what."""

from __future__ import annotations

from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from retreats.languages import offered
from retreats.reading import Reading

ROLE_WORDS = {
    "owner": (_l("Owner"), _l("organises, looks after people and settings, and can do everything that has to be done")),
    "organiser": (_l("Organiser"), _l("makes gatherings, publishes them, and sees registrations and money")),
    "facilitator": (_l("Facilitator"), _l("leads gatherings, and sees those only: who is coming and what they need")),
    "care": (
        _l("Care contact"),
        _l("is there for what people would not tell whoever leads; chosen for each gathering"),
    ),
}
"""Each role in a word and in a line, in the order in which they are offered."""


@dataclass
class InvitationForm:
    """An address, a name, a language and a role."""

    email: str = ""
    name: str = ""
    role: str = ""
    language: str = "en"
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> InvitationForm:
        """Judge what was typed."""
        reading = Reading(sent)
        name, email = reading.line("name", most=120), reading.line("email", most=254)
        form = cls(email, name, reading.one_of("role", ROLE_WORDS), reading.one_of("language", offered(), fallback=next(iter(offered()))),
                   reading.errors)  # fmt: skip
        try:
            form.email = validate_email(email, check_deliverability=False).normalized
        except EmailNotValidError:
            form.errors["email"] = _(
                "This does not look like a mail address yet. It needs something before and after an @."
            )
        if not form.name:
            form.errors["name"] = _("Write what they are called: the letter begins with it.")
        if not form.role:
            form.errors["role"] = _("Say what you ask them to be.")
        return form


@dataclass
class AddressForm:
    """Another mail address."""

    email: str = ""
    error: str = ""

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> AddressForm:
        """Judge what was typed."""
        typed = Reading(sent).line("email", most=254)
        try:
            return cls(validate_email(typed, check_deliverability=False).normalized)
        except EmailNotValidError:
            return cls(
                typed, _("This does not look like a mail address yet. It needs something before and after an @.")
            )
