"""Two records became one: both addresses are told, since it may have been a mistake."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats.accounts.models import Person
from retreats.db import db
from retreats.events import PersonMerged
from retreats.house.queries import current
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.mail.words import in_both


def write_merged(event: PersonMerged) -> None:
    """One letter to each of the two addresses."""
    person = db.session.get_one(Person, event.person_id)
    for to_id, shelf in ((person.id, f"person:{person.id}"), (event.merged_id, f"merged:{event.merged_id}")):
        mail.write("people.merged", occasion=f"{event.merged_id}:{to_id}", shelf=shelf, language=person.language,
                   about={"person_id": person.id, "merged_id": event.merged_id, "to_id": to_id})  # fmt: skip


def merged(letter: Letter) -> mail.Composed:
    """By which address the house knows them now, and that the other is known too. Raises NoLongerNeeded."""
    person, goes = (db.session.get(Person, letter.about[each]) for each in ("person_id", "merged_id"))
    if person is None or goes is None or person.disabled_at is not None:
        raise mail.NoLongerNeeded
    before = [
        _("the house knew you twice, by %(one)s and by %(other)s. What belongs to you stands in one place now.",
          one=person.email, other=goes.email),
        _("You sign in with %(one)s. Who books with the other address is recognised as you.", one=person.email),
    ]  # fmt: skip
    after = [_("Are these two different people? Answer this letter at once: somebody from the house looks into it.")]
    text, html = in_both("accounts/letters/note.letter", reader=person.name, before=before, after=after,
                         href=f"{current().url}/sign-in", label=_("Sign in"))  # fmt: skip
    to = person if letter.about["to_id"] == person.id else goes
    return mail.Composed(to_name=person.name, to_address=to.email, subject=_("Two records of yours are one now"),
                         text=text, html=html)  # fmt: skip
