"""The yearly pool as its readers see it, and as an author finds their own words in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats import clock
from retreats.db import db
from retreats.feedback import own_link
from retreats.feedback.house_forms import known_form
from retreats.feedback.models import FormWindow, Pool, PooledWords, PoolReader
from retreats.feedback.queries.results import favourable, is_guarded
from retreats.feedback.service.after import TEXTS
from retreats.feedback.service.pooling import pooled_on
from retreats.languages import t


@dataclass(frozen=True)
class Pooled:
    """One pool for a page: words by question in no telling order, and how often each word of a scale was said."""

    year: int
    gatherings: int
    texts: list[tuple[dict[str, str], list[tuple[str, str | None]]]]
    """By question: text, and the name of who signed it."""
    rows: list[tuple[dict[str, str], list[tuple[str, int]], str]]
    """By question: word and count (empty where only words may be said), and a sentence."""


def pools_for(person_id: int) -> list[Pooled]:
    """The pools of the last year that this person may read: three statements."""
    query = select(Pool).join(PoolReader).where(PoolReader.person_id == person_id)
    pools = db.session.scalars(query.order_by(Pool.year.desc(), Pool.id)).all()
    newest = [each for each in pools if each.year == pools[0].year]
    words: dict[int, list[PooledWords]] = defaultdict(list)
    found = select(PooledWords).where(PooledWords.pool_id.in_([each.id for each in newest]))
    for each in db.session.scalars(found.options(joinedload(PooledWords.place)).order_by(PooledWords.id)):
        words[each.pool_id].append(each)
    return [_shown(each, words[each.id]) for each in newest] if newest else []


def my_pooled(token: str, window: FormWindow | None) -> list[PooledWords]:
    """What of my words is in a pool, by my own link."""
    if window is None:
        return []
    lies_at = [each for question in TEXTS for each in own_link.point_locators(token, window.id, question)]
    return list(db.session.scalars(select(PooledWords).where(PooledWords.locator.in_(lies_at))))


def pooled_from(window: FormWindow | None) -> datetime | None:
    """When late words of this form are pooled, as long as that is still to come."""
    ends_at = window.gathering.ends_at if window is not None else None
    due = pooled_on(ends_at.year) if ends_at is not None else None
    return due if due is not None and due > clock.now() else None


def _shown(pool: Pool, words: list[PooledWords]) -> Pooled:
    form = known_form("after")
    questions = {each.key: each for each in form.questions} if form else {}
    texts = [
        (questions[key].label, [(each.text or "", each.place.called if each.place else None) for each in words
                                if each.question == key])
        for key in TEXTS if key in questions and any(each.question == key for each in words)
    ]  # fmt: skip
    rows: list[tuple[dict[str, str], list[tuple[str, int]], str]] = []
    for key, counts in sorted(pool.counts.items()):
        total, options = sum(counts.values()), questions[key].options if key in questions else []
        if is_guarded(key, counts):
            rows.append((questions[key].label, [], _("Most of those who answered did not find it so.")))
            continue
        pairs = [(t(option), counts.get(str(option["value"]), 0)) for option in options]
        said = _("%(good)s of %(total)s said mostly or entirely", good=favourable(key, counts), total=total)
        rows.append((questions[key].label, pairs, _("%(yes)s of %(total)s said yes", yes=favourable(key, counts), total=total)
                     if key == "C6" else said))  # fmt: skip
    return Pooled(pool.year, pool.gatherings, texts, rows)
