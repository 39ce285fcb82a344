"""What a gathering still needs before the public may see it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from retreats import clock
from retreats.catalogue import queries
from retreats.catalogue.beginnings import blanks_in
from retreats.catalogue.models import Gathering, PagePromise
from retreats.catalogue.service.care_there import is_disabled
from retreats.db import Localised
from retreats.house.queries import current

PROMISE_PARTS = (
    "will_happen",
    "will_not_happen",
    "may_be_hard",
    "responsible",
    "touch_and_consent",
    "not_well_served",
    "your_words",
)


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: a stable code, the section of the form in which to mend it, and a sentence."""

    code: str
    section: str
    sentence: str


def missing(gathering: Gathering) -> list[Missing]:
    """What must still be said before this gathering can be published. Empty when it is ready."""
    found = [*_words(gathering), *_time_and_place(gathering), *_people(gathering), *_places(gathering)]
    left = _unsaid(queries.promise_of(gathering.id))
    if left:
        found.append(Missing("promise", "promise", _promise_words(left)))
    if blanks := _open_blanks(queries.promise_of(gathering.id)):
        found.append(Missing("blanks", "promise", ngettext("One blank in [[double brackets]] is open in the page promise.",
                                                           "%(num)d blanks in [[double brackets]] are open in the page promise.",
                                                           blanks)))  # fmt: skip
    return found


def _open_blanks(promise: PagePromise | None) -> int:
    return sum(len(blanks_in(getattr(promise, part, None))) for part in PROMISE_PARTS)


def _promise_words(left: int) -> str:
    if len(current().languages) > 1:
        return _("The page promise is not finished: %(left)s of its fourteen texts (seven in each language) are empty.",
                 left=left)  # fmt: skip
    return _("The page promise is not finished: %(left)s of its seven texts are empty.", left=left)


def _words(gathering: Gathering) -> list[Missing]:
    found, both = [], len(current().languages) > 1
    if not is_said(gathering.title):
        sentence = _("It needs a title in English and in Portuguese.") if both else _("It needs a title.")
        found.append(Missing("title", "words", sentence))
    if not is_said(gathering.summary):
        sentence = (
            _("It needs a sentence for the list, in English and in Portuguese.")
            if both
            else _("It needs a sentence for the list.")
        )
        found.append(Missing("summary", "words", sentence))
    if not gathering.languages:
        found.append(Missing("languages", "words", _("Say in which languages it is held.")))
    return found


def _time_and_place(gathering: Gathering) -> list[Missing]:
    found = []
    if gathering.starts_at is None or gathering.ends_at is None:
        found.append(Missing("time", "when", _("Say when it begins and when it ends.")))
    elif gathering.state == "draft" and gathering.starts_at <= clock.now():
        found.append(Missing("past", "when", _("Its beginning lies in the past.")))
    if gathering.mode in {"in_person", "both"} and gathering.venue_id is None:
        found.append(Missing("venue", "when", _("Choose the venue.")))
    if gathering.mode in {"online", "both"} and not gathering.online_link:
        found.append(Missing("online", "when", _("It takes place online: give the link to join.")))
    return found


def _people(gathering: Gathering) -> list[Missing]:
    found = []
    if not gathering.leaders:
        found.append(Missing("leader", "people", _("Say who leads it.")))
    if gathering.care_contact_id is None:
        found.append(Missing("care", "people", _("Name a care contact: somebody who does not lead it.")))
    elif queries.is_led_by(gathering, gathering.care_contact_id):
        found.append(Missing("care", "people", _("The care contact leads it: name somebody else.")))
    elif is_disabled(gathering.care_contact_id):
        found.append(Missing("care", "people", _("The care contact is no longer there: name somebody else.")))
    return found


def _places(gathering: Gathering) -> list[Missing]:
    found = []
    if gathering.capacity < 1:
        found.append(Missing("capacity", "places", _("Say how many people can come.")))
    if not gathering.ticket_types:
        found.append(Missing("price", "places", _("Add at least one kind of place with its price (0 is free).")))
    return found


def is_said(text: Localised | None) -> bool:
    """Whether this is said in every language of the house."""
    return all((text or {}).get(language, "").strip() for language in current().languages)


def _unsaid(promise: PagePromise | None) -> int:
    texts = [getattr(promise, part, None) or {} for part in PROMISE_PARTS]
    return sum(not text.get(language, "").strip() for text in texts for language in current().languages)
