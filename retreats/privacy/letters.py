"""The last letter to somebody who asked to be forgotten."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from retreats.accounts.models import Person
from retreats.db import db
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded
from retreats.mail.words import in_both
from retreats.privacy.models import Erasure
from retreats.privacy.queries import erasure_path


def erasing(letter: Letter) -> Composed:
    """That it has begun, and where to see how far it is. It leaves before the address does."""
    person = db.session.get_one(Person, letter.about["person_id"])
    erasure = db.session.get(Erasure, letter.about["erasure_id"])
    if erasure is None or erasure.done_at is not None:
        raise NoLongerNeeded
    text, html = in_both("privacy/letters/erasing.letter", reader=person.name,
                         href=f"{current_app.config['SITE_URL']}{erasure_path(erasure)}")  # fmt: skip
    return Composed(to_name=person.name, to_address=person.email, subject=_("We are erasing what we hold of you"),
                    text=text, html=html)  # fmt: skip
