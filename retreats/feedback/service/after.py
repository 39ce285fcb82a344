"""After: what somebody says about a gathering, sealed by their own link until the release.

Nothing here writes who answered or when: no event, no log, no time. A second submission lies down where the first did.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sqlalchemy import select

from retreats.booking.models import Place
from retreats.db import db
from retreats.feedback import own_link
from retreats.feedback.models import CareCase, FormWindow, SealedAnswer, SpentLocator
from retreats.feedback.own_questions import OWN, own_texts
from retreats.feedback.service.care import raise_case
from retreats.feedback.service.hearing import hear
from retreats.feedback.service.sealing import SCALES, lay, lay_down_anew, opened, remove
from retreats.feedback.service.turns import at_form, in_turn
from retreats.refusals import NotFound, Refusal

TEXTS = ("C7", "C8", "C9")
SPOKEN = (*TEXTS, *OWN)
"""Every question that may be answered in one's own words, those of a gathering itself among them."""
Mode = Literal["named", "unnamed", "care"]


class FormClosed(Refusal):
    """This form no longer takes anything in: it has closed, or what was said has been passed on."""

    code = "form_closed"
    status = 410


class FormRests(Refusal):
    """An organiser lets this form rest: it takes nothing in until it goes on, and nothing that was sent is lost."""

    code = "form_rests"


class NamelessNotOffered(Refusal):
    """With fewer than five people nothing can be said without a name; the form says so before one writes."""

    code = "nameless_not_offered"
    status = 422


@dataclass(frozen=True, kw_only=True)
class Words:
    """One text as its author wants it: who may read it, what kind it is, what may be done with it."""

    text: str
    kind: str
    mode: Mode = "unnamed"
    to: int | None = None
    """For whom of those who led; None for all of them."""
    wants_reply: bool = False
    may_quote: bool = False
    may_supervise: bool = False


@dataclass(frozen=True, kw_only=True)
class Care:
    """What is for the care contact only."""

    choice: str = "no"
    text: str = ""
    way: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is anything to tell her."""
        return self.choice not in {"", "no"} or bool(self.text or self.way)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """The form as it was sent: scale and choice answers by question, texts by question, and what is for care."""

    scales: dict[str, str] = field(default_factory=dict)
    texts: dict[str, Words] = field(default_factory=dict)
    care: Care = field(default_factory=Care)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What lies sealed under somebody's own link, for their eyes."""

    scales: dict[str, str]
    texts: dict[str, Words]
    wishes: dict[str, str]
    """For held words: what their author decided, by question."""


def give(token: str, said: Submission) -> None:
    """Seal a submission, in place of the one before it. Raises FormClosed, FormRests, NamelessNotOffered."""
    in_turn("link", token)
    place = own_link.place_of(token)
    at_form(place.gathering_id)
    window = window_of(place)
    if window is None or not takes(window, token) or place.state != "confirmed" or place.presence == "missed":
        raise FormClosed
    if window.rests_since is not None:
        raise FormRests
    if not window.offers_unnamed and any(words.mode == "unnamed" for words in said.texts.values()):
        raise NamelessNotOffered
    sealed = [_take_text(token, place, window.id, each, said.texts.get(each)) for each in (*TEXTS, *own_texts(window))]
    if said.scales or any(sealed):
        lay(token, window.id, SCALES, said.scales)
    else:
        remove(token, window.id, SCALES)
    if said.care.says_something:
        raise_case(window.gathering_id, "C10", said.care.text, choice=said.care.choice, way=said.care.way,
                   locator=own_link.locator(token, window.id, "C10"))  # fmt: skip
    db.session.flush()
    lay_down_anew(window.id)


def withdraw_sealed(token: str, question: str) -> None:
    """Take one's sealed words back, without a trace; `scales` takes back the answers in words of the scale.

    As long as any words are left, an empty row of scales says that somebody has answered: it is what is counted, and what
    keeps them from answering anew once their words have been passed on.
    """
    in_turn("link", token)
    place = own_link.place_of(token)
    at_form(place.gathering_id)
    window = window_of(place)
    if window is None or db.session.get(SealedAnswer, own_link.locator(token, window.id, question)) is None:
        raise NotFound
    remove(token, window.id, question)
    left = given(token, window)
    if left.texts and question == SCALES:
        lay(token, window.id, SCALES, {})
    elif not left.scales and not left.texts:
        remove(token, window.id, SCALES)
    db.session.flush()
    lay_down_anew(window.id)


def decide_on_held(token: str, question: str, wish: Literal["release", "keep"]) -> None:
    """Too few answered: let these words be read anyway, or keep them for the pool. Raises FormClosed when that is
    past, and for the pool of what only this gathering asked.
    """
    in_turn("link", token)
    place = own_link.place_of(token)
    at_form(place.gathering_id)
    window = window_of(place)
    row = db.session.get(SealedAnswer, own_link.locator(token, window.id, question)) if window else None
    if window is None or row is None or window.state != "held" or (wish == "keep" and question in OWN):
        raise FormClosed
    row.wish = wish
    db.session.flush()
    lay_down_anew(window.id)


def given(token: str, window: FormWindow) -> Given:
    """What this person has sealed, read back by their own link."""
    places = {own_link.locator(token, window.id, question): question for question in (SCALES, *SPOKEN)}
    rows = db.session.scalars(select(SealedAnswer).where(SealedAnswer.locator.in_(places)))
    found = {places[row.locator]: (opened(row), row.wish) for row in rows}
    scales = found.pop(SCALES, ({}, ""))[0]
    return Given(
        scales=scales,
        texts={question: words_of(blob) for question, (blob, _) in found.items()},
        wishes={question: wish for question, (_, wish) in found.items()},
    )


def window_of(place: Place) -> FormWindow | None:
    """The form after the gathering, once it is open."""
    query = select(FormWindow).where(FormWindow.gathering_id == place.gathering_id, FormWindow.occasion == "after")
    return db.session.scalar(query)


def takes(window: FormWindow, token: str) -> bool:
    """Whether this person may still send the form: it is open, and theirs has not been passed on."""
    if window.state not in {"collecting", "released"}:
        return False
    return db.session.get(SpentLocator, own_link.locator(token, window.id, SCALES)) is None


def words_of(blob: dict[str, Any]) -> Words:
    """A text out of an opened row."""
    return Words(**{key: value for key, value in blob.items() if key in Words.__dataclass_fields__})


def _take_text(token: str, place: Place, window_id: int, question: str, words: Words | None) -> bool:
    """Whether there are sealed words now: not where there are none, nor where they are the care contact's."""
    at = own_link.locator(token, window_id, question)
    if db.session.scalar(select(CareCase.id).where(CareCase.locator == at)) is not None:
        # What the care contact has read stays with her, whatever the form says now.
        words = Words(text=words.text, kind=words.kind, mode="care") if words else None
    if words is None or not words.text:
        remove(token, window_id, question)
        return False
    if words.mode == "care":
        remove(token, window_id, question)
        raise_case(place.gathering_id, question, words.text, locator=at)
        return False
    named = {"place": place.id} if words.mode == "named" else {}
    lay(token, window_id, question, asdict(words) | named)
    hear(token, window_id, question, words.text, gathering_id=place.gathering_id)
    return True
