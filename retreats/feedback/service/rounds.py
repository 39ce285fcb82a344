"""The check-in and the follow-ups: what somebody says in a short round, sealed by their own link until it is passed on.

Nothing here writes who answered or when, as in service/after.py: no event, no log, no time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import own_link, timeline
from retreats.feedback.models import CareCase, FormWindow, GroupText, SealedAnswer
from retreats.feedback.rounds import CHECK_IN, ROUNDS, Round
from retreats.feedback.service.after import Care, FormClosed, NamelessNotOffered
from retreats.feedback.service.care import raise_case
from retreats.feedback.service.hearing import hear
from retreats.feedback.service.scrubbing import take_out
from retreats.feedback.service.sealing import SCALES, lay, lay_down_anew, opened, remove
from retreats.feedback.service.turns import at_form, in_turn
from retreats.refusals import NotFound


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A round's form as it was sent, or as it lies sealed: words of the scales and texts by question, and what is for care."""

    scales: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    care: Care = field(default_factory=Care)
    wishes: dict[str, str] = field(default_factory=dict)
    """For held words: what their author decided, by question."""


def give_round(token: str, asked: Round, said: Spoken) -> None:
    """Seal what was said, in place of what this person sealed before. Raises FormClosed, NamelessNotOffered."""
    in_turn("link", token)
    place = own_link.place_of(token)
    at_form(place.gathering_id)
    window = open_round(place, asked)
    if not window.offers_unnamed and (said.scales or said.texts):
        raise NamelessNotOffered
    for question in asked.texts:
        _take_text(token, window, question, said.texts.get(question, ""))
    if said.scales or said.texts:
        lay(token, window.id, SCALES, said.scales)
    else:
        remove(token, window.id, SCALES)
    if asked.care is not None and said.care.says_something:
        raise_case(window.gathering_id, asked.care, said.care.text, choice=said.care.choice, way=said.care.way,
                   locator=own_link.locator(token, window.id, asked.care))  # fmt: skip
    db.session.flush()
    lay_down_anew(window.id)


def withdraw_round(token: str, asked: Round, question: str) -> None:
    """Take words of a round back, sealed or passed on; `scales` takes back the words of the scales. Raises NotFound."""
    in_turn("link", token)
    place = own_link.place_of(token)
    at_form(place.gathering_id)
    window = round_of(place.gathering_id, asked.occasion)
    if window is None or question not in (SCALES, *asked.texts):
        raise NotFound
    if db.session.get(SealedAnswer, own_link.locator(token, window.id, question)) is None:
        _take_back_passed_on(own_link.released_locator(token, window.id, question), place.gathering_id)
        return
    remove(token, window.id, question)
    left = spoken(token, window, asked)
    if left.texts and question == SCALES:
        lay(token, window.id, SCALES, {})  # they have answered all the same: so many are counted
    elif not left.scales and not left.texts:
        remove(token, window.id, SCALES)
    db.session.flush()
    lay_down_anew(window.id)


def _take_back_passed_on(lies_at: bytes, gathering_id: int) -> None:
    """These words go, and what others wrote with them loses them too."""
    in_turn("gathering", gathering_id)
    text = db.session.scalar(select(GroupText).where(GroupText.locator == lies_at))
    if text is None:
        raise NotFound
    take_out(gathering_id, text.text or "")
    db.session.delete(text)
    db.session.flush()


def decide_on_held_round(token: str, asked: Round, question: str, wish: Literal["release", "keep"]) -> None:
    """Too few answered a follow-up: let these words be read anyway, or keep them sealed. Raises FormClosed when that is past."""
    in_turn("link", token)
    place = own_link.place_of(token)
    at_form(place.gathering_id)
    window = round_of(place.gathering_id, asked.occasion)
    row = db.session.get(SealedAnswer, own_link.locator(token, window.id, question)) if window else None
    if window is None or row is None or window.state != "held" or question not in asked.texts:
        raise FormClosed
    row.wish = wish
    db.session.flush()
    lay_down_anew(window.id)


def spoken(token: str, window: FormWindow, asked: Round) -> Spoken:
    """What this person has sealed in a round, read back by their own link."""
    places = {own_link.locator(token, window.id, question): question for question in (SCALES, *asked.texts)}
    rows = db.session.scalars(select(SealedAnswer).where(SealedAnswer.locator.in_(places)))
    found = {places[row.locator]: (opened(row), row.wish) for row in rows}
    scales = found.pop(SCALES, ({}, ""))[0]
    return Spoken(
        scales=scales,
        texts={question: inside["text"] for question, (inside, _) in found.items()},
        wishes={question: wish for question, (_, wish) in found.items()},
    )


def told_care(token: str, window: FormWindow, asked: Round) -> CareCase | None:
    """What this person told the care contact in a round."""
    if asked.care is None:
        return None
    at = own_link.locator(token, window.id, asked.care)
    return db.session.scalar(select(CareCase).where(CareCase.locator == at))


def open_round(place: Place, asked: Round) -> FormWindow:
    """The round's form, where this person may send it now. Raises FormClosed."""
    window = round_of(place.gathering_id, asked.occasion)
    if window is None or not round_takes(window) or place.state != "confirmed" or place.presence == "missed":
        raise FormClosed
    return window


def round_of(gathering_id: int, occasion: str) -> FormWindow | None:
    """A round's form for a gathering, once it was opened."""
    query = select(FormWindow).where(FormWindow.gathering_id == gathering_id, FormWindow.occasion == occasion)
    return db.session.scalar(query)


def round_takes(window: FormWindow) -> bool:
    """Whether a round's form is open: what its clock says counts, however late the worker is."""
    opens, closes = opens_at(window.gathering, window.occasion), closes_at(window.gathering, window.occasion)
    return window.state == "collecting" and opens is not None and closes is not None and opens <= clock.now() < closes


def opens_at(gathering: Gathering, occasion: str) -> datetime | None:
    """From when on a round's form takes something in."""
    if occasion == CHECK_IN.occasion:
        return timeline.CHECK_IN_OPENS.due_at(gathering)
    return timeline.FOLLOW_UPS[ROUNDS[occasion].days, "opens"].due_at(gathering)


def closes_at(gathering: Gathering, occasion: str) -> datetime | None:
    """Until when a round's form takes something in."""
    if occasion == CHECK_IN.occasion:
        return timeline.CHECK_IN_CLOSES.due_at(gathering)
    return timeline.FOLLOW_UPS[ROUNDS[occasion].days, "closes"].due_at(gathering)


def _take_text(token: str, window: FormWindow, question: str, text: str) -> None:
    if not text:
        remove(token, window.id, question)
        return
    lay(token, window.id, question, {"text": text})
    hear(token, window.id, question, text, gathering_id=window.gathering_id)
