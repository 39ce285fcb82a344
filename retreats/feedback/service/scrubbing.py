"""Words that their author takes back vanish from what others wrote with them: titles, letters, decisions, questions, lines."""

from __future__ import annotations

import json

from sqlalchemy import select

from retreats.db import Localised, db
from retreats.feedback.models import Change, ChangeShown, CheckIn, Decision, Development, GroupLetter, Packet, Theme
from retreats.feedback.pages import refresh_page
from retreats.feedback.quoting import without
from retreats.feedback.service.decide import refresh_pages_of_next


def take_out(gathering_id: int, text: str) -> None:
    """Leave these words out of everything that was written about this gathering and is shown to anybody; `…` stands there."""
    for theme in db.session.scalars(select(Theme).where(Theme.gathering_id == gathering_id)):
        theme.title = without(theme.title or "", text) or None
    for packet in db.session.scalars(select(Packet).where(Packet.gathering_id == gathering_id)):
        packet.question = without(packet.question or "", text) or None
    for letter in db.session.scalars(select(GroupLetter).where(GroupLetter.gathering_id == gathering_id)):
        _take_out_of_letter(letter, text)
    if _take_out_of_public(gathering_id, text):
        shown = (
            select(ChangeShown.gathering_id).join(Change).join(Decision).where(Decision.gathering_id == gathering_id)
        )
        for each in {gathering_id, *db.session.scalars(shown)}:
            refresh_page(each)
        refresh_pages_of_next(gathering_id)
    db.session.flush()


def _take_out_of_letter(letter: GroupLetter, text: str) -> None:
    """A draft becomes another version, so that nobody sends what they have not looked at."""
    texts: Localised = json.loads(letter.texts or "{}")
    left = _without(texts, text)
    if left != texts:
        letter.texts, letter.version = json.dumps(left, ensure_ascii=False), letter.version + 1


def _take_out_of_public(gathering_id: int, text: str) -> bool:
    """Whether any of it stood in what everybody may read."""
    found = False
    rows: list[tuple[Decision | Change | Development | CheckIn, str]] = [
        (decision, name)
        for decision in db.session.scalars(select(Decision).where(Decision.gathering_id == gathering_id))
        for name in ("about", "reason")
    ]
    changes = select(Change).join(Decision).where(Decision.gathering_id == gathering_id)
    lines = select(Development).where(Development.gathering_id == gathering_id)
    rows += [(each, "what") for each in db.session.scalars(changes)]
    rows += [(each, "public") for each in db.session.scalars(lines)]
    aloud = db.session.scalars(select(CheckIn).where(CheckIn.gathering_id == gathering_id)).all()
    rows += [(each, name) for each in aloud for name in ("heard", "tomorrow")]
    for row, name in rows:
        stood: Localised = getattr(row, name)
        left = _without(stood, text)
        if left != stood:
            setattr(row, name, left)
            found = True
    return found


def _without(texts: Localised, text: str) -> Localised:
    return {code: without(each, text) for code, each in texts.items()}
