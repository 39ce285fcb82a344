"""The form in which somebody who leads introduces themselves."""

from __future__ import annotations

import hashlib
import json
from functools import partial

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.catalogue.forms.section import label_of
from retreats.catalogue.forms.words import SPOKEN
from retreats.catalogue.models import Facilitator
from retreats.catalogue.service import Profile
from retreats.reading import Reading, Values, both

label = partial(
    label_of,
    {
        "line": _l("In one sentence"),
        "training": _l("Training"),
        "approach": _l("Approach"),
        "languages": _l("Works in"),
    },
)


def options() -> dict[str, list[tuple[str, str]]]:
    """The languages that can be chosen, with their words."""
    return {"languages": [(value, str(words)) for value, words in SPOKEN.items()]}


def stored(facilitator: Facilitator) -> Values:
    """The form as it stands."""
    return {
        **both("line", facilitator.line),
        **both("training", facilitator.training),
        **both("approach", facilitator.approach),
        "languages": list(facilitator.languages),
    }


def base(facilitator: Facilitator) -> str:
    """A fingerprint of what stands now."""
    return hashlib.sha256(json.dumps(stored(facilitator), sort_keys=True).encode()).hexdigest()[:32]


def read(reading: Reading) -> Profile:
    """What was sent; mistakes stand in `reading.errors`."""
    return Profile(
        line=reading.both("line", most=160),
        training=reading.both("training", lines=True, most=4000),
        approach=reading.both("approach", lines=True, most=4000),
        languages=reading.some_of("languages", list(SPOKEN)),
    )


def read_new(reading: Reading) -> tuple[str, str]:
    """Name and address of somebody who is to have a page; mistakes stand in `reading.errors`."""
    name, email = reading.line("name", most=120), reading.line("email", most=254)
    if not name:
        reading.errors["name"] = _("Write the name by which people know them.")
    try:
        email = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError:
        reading.errors["email"] = _(
            "This does not look like a mail address yet. It needs something before and after an @."
        )
    return name, email
