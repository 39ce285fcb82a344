"""Letters of the facilitators' half: the one to the group, and those that call somebody to a page and say nothing of what is on it."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import addresses
from retreats.feedback.models import FirstReader, GroupLetter, Packet
from retreats.feedback.people import reached
from retreats.feedback.service.group_letter import pieces, texts_of
from retreats.feedback.supervision_link import packet_path
from retreats.languages import day, t
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded
from retreats.mail.words import in_both

_TEMPLATE = "feedback/letters/group.letter"


def group_letter(letter: Letter) -> Composed:
    """To everybody who was there, the same but for greeting and own link."""
    place, written = db.session.get(Place, letter.about["place_id"]), db.session.get(GroupLetter, _letter_id(letter))
    if place is None or place.state != "confirmed" or place.gathering.state == "cancelled":
        raise NoLongerNeeded
    if written is None or written.sent_at is None:
        raise NoLongerNeeded
    whom = reached(place)
    after = [
        _("Everybody who was there has this letter, in the same words. On your page it stands beside what the group said, "
          "and beside what became of your own words."),
        _("The link is yours alone: whoever has it reads and writes as you. Please do not pass it on."),
    ]  # fmt: skip
    if whom.through is not None:
        after.append(_("This letter is for %(name)s. It came to you because you booked, and we have no other address: please pass it "
                       "on as it is.", name=whom.name))  # fmt: skip
    parts = [*pieces(t(texts_of(written))), ("paragraph", written.written_by.name)]
    return _composed((whom.name, whom.address), _("A letter to the group: %(title)s", title=t(place.gathering.title)), parts,
                     after, href=addresses.outward(addresses.reflect_path(place)), label=_("Look at my page"))  # fmt: skip


def packet(letter: Letter) -> Composed:
    """To a supervisor: something was prepared for a supervision. Nothing of what."""
    found = db.session.get(Packet, letter.about.get("packet_id", 0))
    if found is None or found.supervisor is None or found.expires_at is None or found.revoked_at is not None:
        raise NoLongerNeeded
    if found.expires_at <= clock.now():
        raise NoLongerNeeded
    before = [
        _("%(name)s would like to bring something to supervision with you and has prepared it: themes from a group, freed of "
          "names, places and days.", name=found.owner.name),
        _("You can read it until %(day)s by this link. That you opened it is shown to %(name)s.", name=found.owner.name,
          day=day(found.expires_at)),
    ]  # fmt: skip
    after = [_("The link is for you alone. Please neither copy nor pass on what it shows.")]
    return _composed((found.supervisor.name, found.supervisor.email), _("For supervision, from %(name)s", name=found.owner.name),
                     [("paragraph", each) for each in before], after, href=addresses.outward(packet_path(found)),
                     label=_("Open it"))  # fmt: skip


def first_reader(letter: Letter) -> Composed:
    """To whoever was asked to read first."""
    asked = db.session.get(FirstReader, letter.about.get("asked_id", 0))
    if asked is None or asked.gathering.state == "cancelled" or asked.reader.disabled_at is not None:
        raise NoLongerNeeded
    before = [
        _("%(name)s asks you to read first what people would change about “%(title)s”, and to pass it on, with a question or "
          "a word of context where you have one.", name=asked.person.name, title=t(asked.gathering.title)),
        _("Two days after it can be read, %(name)s reads it in any case.", name=asked.person.name),
    ]  # fmt: skip
    return _composed((asked.reader.name, asked.reader.email), _("Please read first: %(title)s", title=t(asked.gathering.title)),
                     [("paragraph", each) for each in before], [],
                     href=addresses.outward(f"/read-first/{asked.gathering.slug}/{asked.person_id}"),
                     label=_("To the page"))  # fmt: skip


def come_back(letter: Letter) -> Composed:
    """To somebody who led and wanted to be asked back: where, and nothing else."""
    person = db.session.get(Person, letter.about["person_id"])
    gathering = db.session.get(Gathering, letter.about.get("gathering_id", 0))
    if person is None or person.disabled_at is not None or gathering is None or gathering.state == "cancelled":
        raise NoLongerNeeded
    before = [_("you wanted to be reminded today of what comes after “%(title)s”.", title=t(gathering.title))]
    return _composed((person.name, person.email), _("As you wished: after %(title)s", title=t(gathering.title)),
                     [("paragraph", each) for each in before], [],
                     href=addresses.outward(addresses.after_path(gathering)), label=_("Go on where you stopped"))  # fmt: skip


def _letter_id(letter: Letter) -> int:
    return int(letter.about.get("letter_id", 0))


def _composed(
    to: tuple[str, str], subject: str, parts: list[tuple[str, str]], after: list[str], *, href: str, label: str
) -> Composed:
    text, html = in_both(_TEMPLATE, reader=to[0], parts=parts, after=after, href=href, label=label)
    return Composed(to_name=to[0], to_address=to[1], subject=subject, text=text, html=html)
