"""The digest of a conversation: that there is something new, and not a word of it."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats.conversation.queries import who_wants_digest
from retreats.conversation.timeline import is_there
from retreats.events import ConversationDigestDue
from retreats.feedback import composing
from retreats.languages import t
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded, write


def digest(letter: Letter) -> Composed:
    """To somebody who takes part, wants it, and has not left meanwhile."""
    wanting = {each.id: each for each in who_wants_digest(letter.about["gathering_id"])}
    member = wanting.get(letter.about["member_id"])
    if member is None or not is_there(member.gathering):
        raise NoLongerNeeded
    title = t(member.gathering.title)
    subject = _("In your conversation: %(title)s", title=title)
    before = [_("somebody has written in the conversation of those who were at “%(title)s”. What it is stands there only. "
                "On the same page you can end these letters.", title=title)]  # fmt: skip
    if member.person is not None:
        path = f"/facilitate/{member.gathering.slug}/conversation"
        return composing.to_person(member.person, subject, before, path=path, label=_("Read it"))
    place = composing.place_of(letter)
    private = [_("The link is yours alone: whoever has it reads and writes as you. Please do not pass it on.")]
    return composing.to_place(place, subject, before, private, path="/conversation", label=_("Read it"))


def on_digest_due(event: ConversationDigestDue) -> None:
    """One letter to each who wants it."""
    for each in who_wants_digest(event.gathering_id):
        about = {"gathering_id": event.gathering_id, "member_id": each.id}
        shelf = f"person:{each.person_id}"
        language = each.person.language if each.person is not None else "en"
        if each.place is not None:
            about, shelf, language = about | {"place_id": each.place.id}, f"place:{each.place.id}", each.place.language
        write("conversation.digest", occasion=f"{event.gathering_id}:{event.number}:{each.id}", shelf=shelf,
              language=language, about=about)  # fmt: skip
