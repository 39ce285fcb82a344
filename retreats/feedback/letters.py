"""The letters of the loop. None of them carries anybody's words, and those to attendees differ only in name and link."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import addresses, timeline
from retreats.feedback.composing import contact_of, leader_of, place_of, private, to_person, to_place
from retreats.feedback.help_lines import help_lines
from retreats.feedback.models import CareCase
from retreats.feedback.queries.organising import loop_row
from retreats.feedback.service import form_choices
from retreats.feedback.service.care import is_forsaken
from retreats.feedback.service.resting import rests_since
from retreats.languages import day, day_and_time, t
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded


def intention(letter: Letter) -> Composed:
    """To an attendee: what do you hope for, what do you need."""
    place = place_of(letter)
    closes = timeline.INTENTION_CLOSES.due_at(place.gathering)
    if closes is None or closes <= clock.now():
        raise NoLongerNeeded
    before = [
        _("before “%(title)s” begins, those who lead it would like to know what you hope for and what would help you take "
          "part in your own way. You may skip every question.", title=t(place.gathering.title)),
        _("What you ask for is answered before you arrive: will do, can’t and why, or let’s talk. You see it on the same "
          "page."),
    ]  # fmt: skip
    after = [_("The form stays open until %(when)s, and you can change what you wrote until then.",
               when=day_and_time(closes, place.gathering.zone)), *private()]  # fmt: skip
    return to_place(place, _("Before you come: %(title)s", title=t(place.gathering.title)), before, after,
                     label=_("Say what you hope for"))  # fmt: skip


def needs_told(letter: Letter) -> Composed:
    """To an attendee who asked for something: it was answered."""
    place = place_of(letter)
    before = [_("those who lead “%(title)s” have read what you asked for and answered it. You find it on your page.",
                title=t(place.gathering.title))]  # fmt: skip
    return to_place(place, _("What you asked for: %(title)s", title=t(place.gathering.title)), before, private(),
                     label=_("Read what they answered"))  # fmt: skip


def after(letter: Letter) -> Composed:
    """To everybody who attended: how was it?"""
    place = place_of(letter)
    before = [
        _("thank you for having been at “%(title)s”. How was it for you? It takes three minutes, and every question can be "
          "skipped.", title=t(place.gathering.title)),
        _("For each thing you write you choose: with your name, without your name, or only to %(contact)s, who is there for "
          "what weighs on you. Who answered and who did not is not stored anywhere.", contact=contact_of(place.gathering)),
    ]  # fmt: skip
    return to_place(place, _("How was it? %(title)s", title=t(place.gathering.title)), before, _until(place) + private(),
                     label=_("Say how it was"))  # fmt: skip


def reminder(letter: Letter) -> Composed:
    """To everybody who attended, alike."""
    place = place_of(letter)
    if _closes(place) <= clock.now() or rests_since(place.gathering_id):
        raise NoLongerNeeded
    before = [
        _("this goes to everybody who was at “%(title)s”, because we do not know who has answered. If you have: thank you, "
          "and leave this aside.", title=t(place.gathering.title)),
        _("If you have not, and would like to: those who led it read and answer what you say."),
        *_longer(place.gathering),
    ]  # fmt: skip
    return to_place(place, _("Still open: how was %(title)s?", title=t(place.gathering.title)), before,
                     _until(place) + private(), label=_("Say how it was"))  # fmt: skip


def held(letter: Letter) -> Composed:
    """To everybody who attended: few answered; authors decide about their words."""
    place = place_of(letter)
    until = form_choices.held_until(place.gathering)
    if until is None or until <= clock.now():
        raise NoLongerNeeded
    before = [
        _("fewer than five people have said how “%(title)s” was. So that nobody can be guessed, nothing was passed on.",
          title=t(place.gathering.title)),
        _("If you wrote something, you decide what becomes of it: let it be read all the same, keep it sealed, or delete it. "
          "If you do nothing it stays sealed. What may be read is passed on at one moment, on %(when)s.",
          when=day_and_time(until, place.gathering.zone)),
    ]  # fmt: skip
    return to_place(place, _("Few answered: %(title)s", title=t(place.gathering.title)), before, private(),
                     label=_("Decide about my words"))  # fmt: skip


def digest(letter: Letter) -> Composed:
    """To everybody who attended: there is something new."""
    place = place_of(letter)
    before = [
        _("there is something new about “%(title)s”: those who led it have answered or decided something, or something has "
          "changed since.", title=t(place.gathering.title)),
        _("Everybody who was there gets this letter, in the same words. Whether something on the page is an answer to you, "
          "only you can see."),
    ]  # fmt: skip
    return to_place(place, _("Something new: %(title)s", title=t(place.gathering.title)), before, private(),
                     label=_("Look at my page"))  # fmt: skip


def link(letter: Letter) -> Composed:
    """To somebody who asked for their own link again."""
    place = place_of(letter)
    before = [_("here is your own link for “%(title)s” again: what you wrote, what was answered, and what became of it.",
                title=t(place.gathering.title))]  # fmt: skip
    return to_place(place, _("Your own link: %(title)s", title=t(place.gathering.title)), before, private(),
                     label=_("My reflection & replies"))  # fmt: skip


def needs_due(letter: Letter) -> Composed:
    """To a facilitator: what people need waits for a word."""
    person, gathering = leader_of(letter)
    start = gathering.starts_at
    if start is None or start <= clock.now():
        raise NoLongerNeeded
    due = timeline.NEEDS_TOLD.due_at(gathering) or start
    before = [_("the form before “%(title)s” has closed. Please say to each thing that people ask for: will do, can’t and "
                "why, or let’s talk. They are told on %(when)s.", title=t(gathering.title),
                when=day_and_time(due, gathering.zone))]  # fmt: skip
    return to_person(person, _("What people need: %(title)s", title=t(gathering.title)), before, [],
                     path=addresses.needs_path(gathering), label=_("See what they need"))  # fmt: skip


def look_back(letter: Letter) -> Composed:
    """To a facilitator: look back first."""
    person, gathering = leader_of(letter)
    before = [_("“%(title)s” is over. Before you read what others say, look back for yourself: five minutes, for you alone.",
                title=t(gathering.title))]  # fmt: skip
    path = f"/facilitate/{gathering.slug}/reflection"
    return to_person(person, _("Your own look back: %(title)s", title=t(gathering.title)), before, [],
                     path=path, label=_("Look back"))  # fmt: skip


def released(letter: Letter) -> Composed:
    """To a facilitator: what was said can be read."""
    person, gathering = leader_of(letter)
    before = [_("what people say about “%(title)s” can be read now. It comes in no telling order, and without a name where "
                "they wanted it so.", title=t(gathering.title)),
              _("A first reply is owed within %(days)s days, a decision within %(weeks)s weeks.",
                days=timeline.REPLY_DAYS, weeks=timeline.DECISION_DAYS // 7)]  # fmt: skip
    return to_person(person, _("What they said: %(title)s", title=t(gathering.title)), before, [],
                     path=addresses.after_path(gathering), label=_("Read it"))  # fmt: skip


def care_raised(letter: Letter) -> Composed:
    """To the care contact, or to her deputy once a day has passed: something waits."""
    person, case = db.session.get(Person, letter.about["person_id"]), db.session.get(CareCase, letter.about["case_id"])
    if person is None or case is None or (case.state != "raised" and not is_forsaken(case)):
        raise NoLongerNeeded
    if is_forsaken(case):
        before = [_("the care contact for whom you stand in is no longer there, and something waits. What it is about stands only "
                    "on your own pages; please look today.")]  # fmt: skip
    elif person.id == case.deputy_id:
        before = [_("something has waited for a day for the care contact for whom you stand in. What it is about stands only on "
                    "your own pages; please look today.")]  # fmt: skip
    else:
        before = [_("somebody has written to you as care contact. What it is about stands only on your own pages; please look "
                    "within a day.")]  # fmt: skip
    return to_person(person, _("Something waits for you"), before, [help_lines()],
                     path="/care/", label=_("Open it"))  # fmt: skip


def care_unseen(letter: Letter) -> Composed:
    """To an organiser: a care contact has not looked for a day."""
    person, case = db.session.get(Person, letter.about["person_id"]), db.session.get(CareCase, letter.about["case_id"])
    if person is None or case is None or (case.state != "raised" and not is_forsaken(case)):
        raise NoLongerNeeded
    before = [_("something waits for a care contact of the house who is no longer there. What it is, nobody else may read. Please "
                "name somebody else for it today.") if is_forsaken(case) else
              _("something has waited for a care contact of the house for a day and has not been opened. What it is, nobody "
                "else may read. Please make sure that she or he looks, or name somebody else for it.")]  # fmt: skip
    return to_person(person, _("A care contact has not looked yet"), before, [],
                     path="/organise/", label=_("To my pages"))  # fmt: skip


def care_handed_on(letter: Letter) -> Composed:
    """To whoever is care contact now: something that was told to whoever was before is not closed."""
    person, gathering = leader_of(letter)
    if gathering.care_contact_id != person.id:
        raise NoLongerNeeded
    before = [_("you are the care contact of “%(title)s” now. Something that was told to the care contact before you is not "
                "closed. What it is about stands only on your own pages; please look within a day.",
                title=t(gathering.title))]  # fmt: skip
    return to_person(person, _("Something waits for you"), before, [help_lines()],
                     path="/care/", label=_("Open it"))  # fmt: skip


def nudge(letter: Letter) -> Composed:
    """To a facilitator: what is late, in counts."""
    person, gathering = leader_of(letter)
    row = loop_row(gathering)
    late = [
        (row.replies_late, ngettext("%(num)s person waits for a first reply",
                                    "%(num)s people wait for a first reply", row.replies_late)),
        (row.unheard_late, ngettext("%(num)s thing that was said has not been heard for two weeks",
                                    "%(num)s things that were said have not been heard for two weeks", row.unheard_late)),
        (row.decisions_late, ngettext("%(num)s decision is owed", "%(num)s decisions are owed", row.decisions_late)),
        (row.promises_late, ngettext("%(num)s promised change is due", "%(num)s promised changes are due", row.promises_late)),
        (row.needs_late, _("what people need is not answered yet")),
        (row.side_is_missing, _("somebody who led it has not looked back yet")),
    ]  # fmt: skip
    said = [words for count, words in late if count]
    if not said:
        raise NoLongerNeeded
    before = [_("the organisers ask you to look at “%(title)s” once more: people were promised an answer, and some of them "
                "wait longer than we said.", title=t(gathering.title)), "\n".join(f"· {words}" for words in said)]  # fmt: skip
    path = addresses.needs_path(gathering) if row.needs_late else addresses.after_path(gathering)
    return to_person(person, _("Still owed: %(title)s", title=t(gathering.title)), before, [],
                     path=path, label=_("See what is owed"))  # fmt: skip


def _closes(place: Place) -> datetime:
    return form_choices.closes_at(place.gathering) or clock.now()


def _longer(gathering: Gathering) -> list[str]:
    longer = form_choices.longer_of(gathering.id)
    is_longer = longer.days or longer.rested
    return [_("The form is open for longer than was said at first, for everybody alike.")] if is_longer else []


def _until(place: Place) -> list[str]:
    return [_("The form is open until %(day)s.", day=day(_closes(place), place.gathering.zone))]
