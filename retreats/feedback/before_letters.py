"""The letters about what is asked before booking, needed before coming, and complained about."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import addresses, timeline
from retreats.feedback.composing import place_of, private, to_place
from retreats.feedback.help_lines import help_lines
from retreats.feedback.models import CareRelease, Complaint, EarlyQuestion
from retreats.feedback.service import asking, complaints
from retreats.languages import day, day_and_time, t
from retreats.mail.models import Letter
from retreats.mail.service import Composed, Composer, NoLongerNeeded
from retreats.mail.words import in_both


def question_taken(letter: Letter) -> Composed:
    """To who asked: it has arrived."""
    found = _question(letter)
    if found.answered_at is not None:
        raise NoLongerNeeded
    before = [_("your question about “%(title)s” has arrived with those who lead it. They answer by %(day)s, in a letter "
                "to you alone.", title=t(found.gathering.title), day=day(found.due_at, found.gathering.zone))]  # fmt: skip
    return _asker(found, _("Your question: %(title)s", title=t(found.gathering.title)), before, [],
                  label=_("See or take back my question"))  # fmt: skip


def question_answered(letter: Letter) -> Composed:
    """To who asked: what they answer."""
    found = _question(letter)
    words = found.last if letter.about["turn"] == 2 else found.answer
    who = found.answered_by.name if found.answered_by else _("Those who lead it")
    before = [_("you asked something about “%(title)s”. %(name)s answers:", title=t(found.gathering.title), name=who),
              words or ""]  # fmt: skip
    after = [] if found.back_at else [_("If something is still open, you can write back once, on the same page.")]
    return _asker(found, _("An answer: %(title)s", title=t(found.gathering.title)), before, after,
                  label=_("To my question"))  # fmt: skip


def question_waits(letter: Letter) -> Composed:
    """To one who leads: somebody asks."""
    person, found = _person(letter), _question(letter)
    if not found.waits:
        raise NoLongerNeeded
    before = [_("somebody would like to know something about “%(title)s” before they book.",
                title=t(found.gathering.title))]  # fmt: skip
    if found.answered_at is None:
        before.append(_("An answer was promised by %(day)s.", day=day(found.due_at, found.gathering.zone)))
    return _to(person, _("A question before booking: %(title)s", title=t(found.gathering.title)), before,
               path=addresses.asked_path(found.gathering), label=_("Read and answer it"))  # fmt: skip


def question_late(letter: Letter) -> Composed:
    """To an organiser: an answer is late."""
    person, found = _person(letter), _question(letter)
    if found.answered_at is not None:
        raise NoLongerNeeded
    before = [_("somebody asked something about “%(title)s” before booking, and was promised an answer by %(day)s. There "
                "is none yet. What they asked, those who lead it can read.", title=t(found.gathering.title),
                day=day(found.due_at, found.gathering.zone))]  # fmt: skip
    return _to(person, _("An answer is late: %(title)s", title=t(found.gathering.title)), before, path="/organise/loop",
               label=_("To the loop"))  # fmt: skip


def intention_reminder(letter: Letter) -> Composed:
    """To everybody who has a place, alike."""
    place = place_of(letter)
    closes = timeline.INTENTION_CLOSES.due_at(place.gathering)
    if closes is None or closes <= clock.now():
        raise NoLongerNeeded
    before = [
        _("in a week “%(title)s” begins. This letter goes to everybody who has a place: if you have said what you hope for "
          "and need, thank you, and leave it aside.", title=t(place.gathering.title)),
        _("If not, and you would like to: the form is open until %(when)s, and every question can be skipped.",
          when=day_and_time(closes, place.gathering.zone)),
    ]  # fmt: skip
    return to_place(
        place, _("In a week: %(title)s", title=t(place.gathering.title)), before, private(),
        label=_("Say what you hope for"))  # fmt: skip


def preparation(letter: Letter) -> Composed:
    """To everybody who has a place, alike: how the plan takes up what the group said."""
    place = place_of(letter)
    if place.gathering.has_ended(clock.now()):
        raise NoLongerNeeded
    before = [
        _("those who lead “%(title)s” have read what people hope for, ask and bring, and say how the plan takes it up. It "
          "stands on your page.", title=t(place.gathering.title)),
        _("Everybody who is coming gets this letter, in the same words."),
    ]  # fmt: skip
    return to_place(
        place, _("How we prepare: %(title)s", title=t(place.gathering.title)), before, private(),
        label=_("Read how we prepare"))  # fmt: skip


def needs_late(letter: Letter) -> Composed:
    """To an organiser: what people need has no answer."""
    person, gathering = _person(letter), db.session.get(Gathering, letter.about["gathering_id"])
    if gathering is None or gathering.starts_at is None or gathering.has_begun(clock.now()):
        raise NoLongerNeeded
    if gathering.state == "cancelled":
        raise NoLongerNeeded
    before = [_("people asked for something before “%(title)s”, and a day before it begins not all of it has an answer. "
                "Please talk with those who lead it: it begins on %(when)s.", title=t(gathering.title),
                when=day_and_time(gathering.starts_at, gathering.zone))]  # fmt: skip
    return _to(person, _("Needs without an answer: %(title)s", title=t(gathering.title)), before, path="/organise/loop",
               label=_("To the loop"))  # fmt: skip


def booking_paused(letter: Letter) -> Composed:
    """To an organiser: a gathering has no care contact."""
    person, gathering = _person(letter), db.session.get(Gathering, letter.about["gathering_id"])
    if gathering is None or gathering.paused_at is None or gathering.state != "published":
        raise NoLongerNeeded
    before = [_("“%(title)s” has no care contact any more who is there and does not lead it. Until you name one, nobody can "
                "book; whoever has a place keeps it.", title=t(gathering.title))]  # fmt: skip
    return _to(person, _("Booking pauses: %(title)s", title=t(gathering.title)), before,
               path=f"/organise/gatherings/{gathering.slug}/edit/people", label=_("Name a care contact"))  # fmt: skip


def care_words(letter: Letter) -> Composed:
    """To one who leads: the care contact lets them know something."""
    person, release = _person(letter), db.session.get(CareRelease, letter.about["release_id"])
    if release is None or release.text_sealed is None:
        raise NoLongerNeeded
    before = [_("the care contact would like you to know something. It stands on a page for you alone.")]
    return _to(person, _("A word from the care contact"), before, path="/facilitate/from-care", label=_("Read it"))


def complaint_taken(letter: Letter) -> Composed:
    """To its author: it has arrived, who reads it, and by when."""
    found = _complaint(letter)
    before = [
        _("your complaint has arrived. %(name)s reads it; it is not about her or him.", name=found.reader.name),
        _("You hear that it was read by %(first)s at the latest, and you have an answer by %(last)s.",
          first=day(found.acknowledge_by), last=day(found.answer_by)),
    ]  # fmt: skip
    after = [_("The link is yours alone: with it you read what is answered, and can add to it or take it back.")]
    return _author(found, _("Your complaint"), before, after)


def complaint_moved(letter: Letter) -> Composed:
    """To its author: there is something to read."""
    before = [_("there is a word for you about your complaint. You read it by your own link.")]
    return _author(_complaint(letter), _("About your complaint"), before, [])


def complaint_waits(letter: Letter) -> Composed:
    """To its reader: one waits."""
    person, found = _person(letter), _complaint(letter)
    if found.reader_id != person.id:
        raise NoLongerNeeded
    before = [_("a complaint waits for you. What it is about stands only on your own pages. It is to be acknowledged by "
                "%(first)s and answered by %(last)s.", first=day(found.acknowledge_by), last=day(found.answer_by))]  # fmt: skip
    return _to(person, _("A complaint waits for you"), before, path=addresses.complaint_read_path(found),
               label=_("Open it"), after=[help_lines()])  # fmt: skip


def complaint_late(letter: Letter) -> Composed:
    """To its reader and to organisers: a date has passed."""
    person, found = _person(letter), _complaint(letter)
    if found.answered_at is not None or found.about_id == person.id:
        raise NoLongerNeeded
    is_reader = found.reader_id == person.id
    words = _("a complaint waits for a word from you longer than was promised.") if is_reader else _(
        "a complaint waits longer than was promised. What it is about, only its reader may see: %(name)s.",
        name=found.reader.name)  # fmt: skip
    path = addresses.complaint_read_path(found) if is_reader else "/organise/loop"
    return _to(person, _("A complaint is late"), [words], path=path, label=_("To my pages"))


LETTERS: dict[str, Composer] = {
    "feedback.question_taken": question_taken,
    "feedback.question_answered": question_answered,
    "feedback.question_waits": question_waits,
    "feedback.question_late": question_late,
    "feedback.intention_reminder": intention_reminder,
    "feedback.preparation": preparation,
    "feedback.needs_late": needs_late,
    "feedback.booking_paused": booking_paused,
    "feedback.care_words": care_words,
    "feedback.complaint_taken": complaint_taken,
    "feedback.complaint_moved": complaint_moved,
    "feedback.complaint_waits": complaint_waits,
    "feedback.complaint_late": complaint_late,
}
"""Who composes which of these."""


def _question(letter: Letter) -> EarlyQuestion:
    found = db.session.get(EarlyQuestion, letter.about["question_id"])
    if found is None or found.email_sealed is None or found.gathering.state == "cancelled":
        raise NoLongerNeeded
    return found


def _complaint(letter: Letter) -> Complaint:
    found = db.session.get(Complaint, letter.about["complaint_id"])
    if found is None or found.withdrawn_at is not None:
        raise NoLongerNeeded
    return found


def _person(letter: Letter) -> Person:
    person = db.session.get(Person, letter.about["person_id"])
    if person is None or person.disabled_at is not None:
        raise NoLongerNeeded
    return person


def _to(
    person: Person, subject: str, before: list[str], *, path: str, label: str, after: list[str] | None = None
) -> Composed:
    return _letter(person.name, person.email, subject, before, after or [], path, label)


def _asker(found: EarlyQuestion, subject: str, before: list[str], after: list[str], *, label: str) -> Composed:
    path = f"/asked/{asking.token_of(found)}"
    return _letter(found.name or "", found.email or "", subject, before, after, path, label)


def _author(found: Complaint, subject: str, before: list[str], after: list[str]) -> Composed:
    if not found.email:
        raise NoLongerNeeded
    path = f"/complaint/{complaints.token_of(found)}"
    return _letter(found.name or _("reader"), found.email, subject, before, after, path, _("To my complaint"))


def _letter(
    name: str, address: str, subject: str, before: list[str], after: list[str], path: str, label: str
) -> Composed:
    text, html = in_both("feedback/letters/note.letter", reader=name, before=before, after=after,
                         href=addresses.outward(path), label=label)  # fmt: skip
    return Composed(to_name=name, to_address=address, subject=subject, text=text, html=html)
