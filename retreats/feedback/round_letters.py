"""The letters of the check-in and the follow-ups. None carries anybody's words, and those to attendees differ only in name and link."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.feedback import addresses, timeline
from retreats.feedback.composing import contact_of, leader_of, place_of, private, to_person, to_place
from retreats.feedback.help_lines import help_lines
from retreats.feedback.queries.public import changes_since
from retreats.feedback.service.rounds import closes_at
from retreats.languages import day, day_and_time, t
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded


def check_in(letter: Letter) -> Composed:
    """To everybody who is there: how is it so far?"""
    place = place_of(letter)
    closes = timeline.CHECK_IN_CLOSES.due_at(place.gathering)
    if closes is None or closes <= clock.now():
        raise NoLongerNeeded
    before = [
        _("half of “%(title)s” lies behind you. What should stay as it is, and what should change while there is time? Two "
          "minutes; every question can be skipped, and you need no name for it.", title=t(place.gathering.title)),
        _("If you would like somebody to come and talk with you today, you can say so there too; only that carries your name."),
    ]  # fmt: skip
    after = [_("It is open until %(when)s. What you said is answered aloud, and in a line on your page.",
               when=day_and_time(closes, place.gathering.zone)), *private()]  # fmt: skip
    return to_place(place, _("How is it so far? %(title)s", title=t(place.gathering.title)), before, after,
                     label=_("Say how it is"))  # fmt: skip


def check_in_closed(letter: Letter) -> Composed:
    """To a facilitator: the check-in has closed."""
    person, gathering = leader_of(letter)
    before = [_("the check-in of “%(title)s” has closed. If at least five people answered, you can read it now.",
                title=t(gathering.title)),
              _("Please answer it aloud the next time you are all together, and write down in a line what you heard and what "
                "tomorrow will be like. It stands on everybody’s own page.")]  # fmt: skip
    return to_person(person, _("The check-in has closed: %(title)s", title=t(gathering.title)), before,
                     [], path=addresses.check_in_path(gathering), label=_("See it"))  # fmt: skip


def talk_asked(letter: Letter) -> Composed:
    """To a facilitator: somebody would like to talk."""
    person, gathering = leader_of(letter)
    if gathering.has_ended(clock.now()):
        raise NoLongerNeeded
    before = [_("somebody at “%(title)s” would like one of you to come and talk today. Who it is stands on your page only.",
                title=t(gathering.title))]  # fmt: skip
    return to_person(person, _("Somebody would like to talk: %(title)s", title=t(gathering.title)),
                     before, [], path=addresses.check_in_path(gathering), label=_("See who"))  # fmt: skip


def follow_up(letter: Letter) -> Composed:
    """To everybody who attended: how is it now?"""
    place = place_of(letter)
    subject, words = _some_weeks_later(letter.about["days"], t(place.gathering.title))
    return to_place(place, subject, [words, _harder(place.gathering)],
                     [_until(letter, place.gathering), *_help(), *private()], label=_("Say how it is now"))  # fmt: skip


def follow_up_outcome(letter: Letter) -> Composed:
    """To everybody who attended: what became of what was said, and how it is three months later."""
    place = place_of(letter)
    title, came = t(place.gathering.title), _outcome(place.gathering)
    before = [
        _("three months ago you were at “%(title)s”. This is what came of what people said there:", title=title)
        if came else
        _("three months ago you were at “%(title)s”. Nothing was decided about what people said there, and you have a right to "
          "know that too.", title=title),
        *came,
        _("And how is it now? It takes two minutes, and nothing of it carries your name. It is our last form about it."),
        _harder(place.gathering),
    ]  # fmt: skip
    return to_place(place, _("Three months later: %(title)s", title=title), before,
                     [_until(letter, place.gathering), *_help(), *private()], label=_("Say how it is now"))  # fmt: skip


def follow_up_reminder(letter: Letter) -> Composed:
    """To everybody who attended, alike."""
    place = place_of(letter)
    closes = closes_at(place.gathering, f"day_{letter.about['days']}")
    if closes is None or closes <= clock.now():
        raise NoLongerNeeded
    before = [
        _("this goes to everybody who was at “%(title)s”, because we do not know who has answered. If you have: thank you, "
          "and leave this aside.", title=t(place.gathering.title)),
        _("If you have not: two minutes would tell those who led it what lasts. We do not write about it again."),
    ]  # fmt: skip
    return to_place(place, _("Still open: how is it now, after %(title)s?", title=t(place.gathering.title)), before,
                     [_until(letter, place.gathering), *private()], label=_("Say how it is now"))  # fmt: skip


def follow_up_held(letter: Letter) -> Composed:
    """To everybody who attended: few answered; authors decide about their words."""
    place = place_of(letter)
    until = timeline.FOLLOW_UPS[letter.about["days"], "held"].due_at(place.gathering)
    if until is None or until <= clock.now():
        raise NoLongerNeeded
    before = [
        _("fewer than five people have said how it is now, after “%(title)s”. So that nobody can be guessed, nothing was "
          "passed on.", title=t(place.gathering.title)),
        _("If you wrote something, you decide what becomes of it: let it be read all the same, keep it sealed, or delete it. "
          "If you do nothing it stays sealed. What may be read is passed on at one moment, on %(when)s.",
          when=day_and_time(until, place.gathering.zone)),
    ]  # fmt: skip
    return to_place(place, _("Few answered: how is it now, after %(title)s", title=t(place.gathering.title)), before,
                     private(), label=_("Decide about my words"))  # fmt: skip


def follow_up_released(letter: Letter) -> Composed:
    """To a facilitator: what lasts can be read."""
    person, gathering = leader_of(letter)
    before = [_("what people say some time after “%(title)s” can be read now: what is still there, what has changed "
                "since, and what they would like you to learn. It carries no names, and no answer is owed.",
                title=t(gathering.title))]  # fmt: skip
    return to_person(person, _("Some time later: %(title)s", title=t(gathering.title)), before, [],
                     path=f"{addresses.after_path(gathering)}#later", label=_("Read it"))  # fmt: skip


def _some_weeks_later(days: int, title: str) -> tuple[str, str]:
    """Subject and words of a first follow-up: each distance is a sentence of its own, as languages want it."""
    if days == 14:
        return _("Two weeks later: %(title)s", title=title), _(
            "two weeks ago you were at “%(title)s”. What of it is still there, and what is not? How it is now says more than "
            "the last evening did. It takes two minutes, and nothing of it carries your name.", title=title)  # fmt: skip
    if days == 30:
        return _("A month later: %(title)s", title=title), _(
            "a month ago you were at “%(title)s”. What of it is still there, and what is not? How it is now says more than "
            "the last evening did. It takes two minutes, and nothing of it carries your name.", title=title)  # fmt: skip
    return _("Three weeks later: %(title)s", title=title), _(
        "three weeks ago you were at “%(title)s”. What of it is still there, and what is not? How it is now says more than "
        "the last evening did. It takes two minutes, and nothing of it carries your name.", title=title)  # fmt: skip


def _outcome(gathering: Gathering) -> list[str]:
    """What was said and what came of it, each with its day, the same for everybody."""
    outcomes = {"changed": _("We changed"), "kept": _("We kept, because"), "already_so": _("It is so already")}
    return [
        _("You said: %(said)s\n%(outcome)s: %(text)s (%(day)s)", said=t(each.said), outcome=outcomes[each.outcome],
          text=t(each.text), day=day(each.day, gathering.zone))
        for each in changes_since(gathering)
    ]  # fmt: skip


def _harder(gathering: Gathering) -> str:
    return _("If something has become harder since, one question goes only to %(contact)s, who did not lead it.",
             contact=contact_of(gathering))  # fmt: skip


def _help() -> list[str]:
    return [_("Help at once: %(lines)s", lines=help_lines())]


def _until(letter: Letter, gathering: Gathering) -> str:
    closes = closes_at(gathering, f"day_{letter.about['days']}") or clock.now()
    return _("The form is open until %(day)s.", day=day(closes, gathering.zone))
