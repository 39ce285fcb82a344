"""The letter that one sends to oneself."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask_babel import force_locale
from flask_babel import gettext as _

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import new_id
from retreats.house.queries import current
from retreats.languages import locale_of, spoken_to
from retreats.mail.message import Envelope, HouseMessage, compose
from retreats.mail.service import sender
from retreats.mail.words import in_both


def trial(person: Person) -> HouseMessage:
    """A letter to this person, in their language."""
    house, language = current(), locale_of(spoken_to(person.language))
    with force_locale(language):
        text, html = in_both("setting_up/letters/trial.letter", person=person)
        subject = _("A trial letter from %(house)s", house=house.name)
    envelope = Envelope(
        to_name=person.name,
        to_address=person.email,
        subject=subject,
        text=text,
        html=html,
        message_id=f"<trial-{new_id():x}@{urlsplit(house.url).hostname}>",
        sent_at=clock.real_now(),
        language=language.replace("_", "-"),
    )
    return compose(envelope, sender=sender())
