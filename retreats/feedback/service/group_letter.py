"""The letter to the group: one for each gathering, kept as a draft, sent once to everybody who was there, all alike."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import Localised, db, new_id
from retreats.events import GroupLetterKept, GroupLetterSent
from retreats.feedback.models import GroupLetter, Theme
from retreats.feedback.quoting import borrowed
from retreats.feedback.service.steps import ORDER, step
from retreats.feedback.service.turns import in_turn
from retreats.feedback.service.unquotable import QuotesSomebody, unquotable
from retreats.outbox import emit
from retreats.refusals import Refusal

HEADING = "## "


class LetterGone(Refusal):
    """It was sent: there is one letter for each gathering, and it stands as it went."""

    code = "letter_gone"


class LetterEmpty(Refusal):
    """Headings alone are no letter."""

    code = "letter_empty"
    status = 422


class SomebodyElseWrote(Refusal):
    """Somebody who leads with you changed the draft meanwhile."""

    code = "somebody_else_wrote"


def keep_letter(gathering_id: int, texts: Localised, *, version: int, by: Person) -> GroupLetter:
    """Keep the draft. Raises LetterGone, SomebodyElseWrote when `version` is not the one that stands, QuotesSomebody."""
    in_turn("gathering", gathering_id)
    letter = letter_of(gathering_id)
    if letter is not None and letter.sent_at is not None:
        raise LetterGone
    said = {code: text.strip() for code, text in texts.items() if text.strip()}
    if letter is not None and letter.version != version:
        if texts_of(letter) == said:
            return letter
        raise SomebodyElseWrote
    _refuse_quotes(gathering_id, said)
    if letter is None:
        letter = GroupLetter(id=new_id(), gathering_id=gathering_id, written_by_id=by.id, version=0)
        db.session.add(letter)
    letter.texts = json.dumps(said, ensure_ascii=False)
    letter.version, letter.written_by_id = letter.version + 1, by.id
    db.session.flush()
    emit(GroupLetterKept(letter_id=letter.id, gathering_id=gathering_id, version=letter.version))
    return letter


def send_letter(gathering_id: int, *, version: int, by: Person) -> GroupLetter:
    """Send what was seen, once. What its themes say counts as answered; a question only where its author may be quoted.

    Raises LetterGone when nothing was written, SomebodyElseWrote, LetterEmpty, QuotesSomebody. The second time nothing
    happens.
    """
    in_turn("gathering", gathering_id)
    letter = letter_of(gathering_id)
    if letter is None:
        raise LetterEmpty
    if letter.sent_at is not None:
        return letter
    if letter.version != version:
        raise SomebodyElseWrote
    texts = texts_of(letter)
    if not any(_has_words(text) for text in texts.values()):
        raise LetterEmpty
    _refuse_quotes(gathering_id, texts)
    letter.sent_at, letter.written_by_id = clock.now(), by.id
    _answer(gathering_id, set(headings(texts.values())), by)
    db.session.flush()
    emit(GroupLetterSent(letter_id=letter.id, gathering_id=gathering_id))
    return letter


def letter_of(gathering_id: int) -> GroupLetter | None:
    """The letter of this gathering, a draft or sent."""
    return db.session.scalar(select(GroupLetter).where(GroupLetter.gathering_id == gathering_id))


def texts_of(letter: GroupLetter) -> Localised:
    """What stands in it, by language."""
    found: Localised = json.loads(letter.texts or "{}")
    return found


def headings(texts: Iterable[str]) -> list[str]:
    """The headings in these texts."""
    lines = (line.strip() for text in texts for line in text.splitlines())
    return [line.removeprefix(HEADING).strip().casefold() for line in lines if line.startswith(HEADING)]


def pieces(text: str) -> list[tuple[str, str]]:
    """A letter as headings and paragraphs: (`heading` or `paragraph`, its words)."""
    found: list[tuple[str, str]] = []
    for block in text.split("\n\n"):
        lines: list[str] = []
        for line in block.splitlines():
            if line.strip().startswith(HEADING):
                found += [("paragraph", "\n".join(lines))] if lines else []
                found.append(("heading", line.strip().removeprefix(HEADING).strip()))
                lines = []
            elif line.strip():
                lines.append(line.strip())
        found += [("paragraph", "\n".join(lines))] if lines else []
    return found


def _has_words(text: str) -> bool:
    return any(kind == "paragraph" for kind, _words in pieces(text))


def _refuse_quotes(gathering_id: int, texts: Localised) -> None:
    guarded = unquotable(gathering_id)
    runs = [run for text in texts.values() for run in borrowed(text, guarded)]
    if runs:
        raise QuotesSomebody(runs)


def _answer(gathering_id: int, said: set[str], by: Person) -> None:
    """Points of the themes that still stand in the letter as headings were answered by it."""
    answered = set()
    for theme in db.session.scalars(select(Theme).where(Theme.gathering_id == gathering_id)):
        if (theme.title or "").casefold() in said:
            answered |= {point for point in theme.points if point.kind != "question" or point.may_quote}
    for point in sorted(answered, key=lambda each: each.id):
        if point.state in ORDER and ORDER[point.state] < ORDER["answered"]:
            step(point, "answered", by=by)
