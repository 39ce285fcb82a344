"""How a letter reads for one of its readers, shown to whoever sends it."""

from __future__ import annotations

from flask_babel import force_locale

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import Localised
from retreats.languages import language, locale_of
from retreats.mailings import composing
from retreats.mailings.readers import Reader


def speaks(body: Localised, reader: Reader | None) -> str:
    """The language in which this reader gets it; without one that of the page."""
    return composing.spoken(reader.language if reader else language(), body)


def preview(gathering: Gathering, subject: Localised, body: Localised, reader: Reader | None, *, looks: Person,
            attended: bool = False) -> composing.Preview:  # fmt: skip
    """As it reaches this reader, in their language; without one as it would reach whoever looks."""
    with force_locale(locale_of(speaks(body, reader))):
        to = composing.addressed(reader.about, reader.also) if reader else None
        if to is None:
            to = composing.sample(gathering, name=looks.name, address=looks.email)
        return composing.preview(to, subject, body, why=composing.why_words(to, attended=attended))
