"""Whether people found clear what a page promised: before coming (A7) and afterwards (C5), for whoever edits the promise."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from retreats.booking.models import Place
from retreats.booking.queries import attends
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db
from retreats.feedback.house_forms import known_form
from retreats.feedback.models import Batch, FormWindow, IntentionAnswer
from retreats.feedback.queries.results import scale_rows
from retreats.feedback.queries.rounds import hindsight
from retreats.feedback.service import intention
from retreats.feedback.service.release import ENOUGH
from retreats.languages import t
from retreats.questions.models import Question

BEFORE, AFTER, SHOWN = "A7", "C5", 3
"""Of the latest three gatherings of a series."""
Clear = tuple[Localised, Localised, list[tuple[str, int]]]
"""Title of the gathering, the question, and how often each word was said."""


def how_clear(gathering: Gathering) -> list[Clear]:
    """For this gathering, and those of its series that are over; the latest first. Only in counts, from five answers on, and
    once the form has closed: whoever looked at them day by day would learn what the sixth person said.
    """
    found: list[Clear] = []
    for each in _of_series(gathering):
        found += [(each.title, label, counts) for label, counts in (*_before(each), *_after(each))]
    return found


def better_said(gathering: Gathering) -> list[tuple[Gathering, list[str]]]:
    """What should have been explained before people booked (D6), in their words and no telling order: of the same gatherings,
    where a follow-up has released it as on the page of its rounds.
    """
    found = []
    for each in _of_series(gathering):
        words = [text for seen in hindsight(each) for _label, texts in seen.texts for text in texts]
        if words:
            found.append((each, sorted(words, key=str.casefold)))
    return found


def _of_series(gathering: Gathering) -> list[Gathering]:
    same = Gathering.id == gathering.id
    if gathering.series_id is not None:
        same = same | (Gathering.series_id == gathering.series_id)
    query = select(Gathering).where(same, Gathering.published_at.is_not(None)).order_by(Gathering.starts_at.desc())
    return list(db.session.scalars(query.limit(SHOWN)))


def _before(gathering: Gathering) -> list[tuple[Localised, list[tuple[str, int]]]]:
    form = known_form("intention")
    question = next((each for each in form.questions if each.key == BEFORE), None) if form else None
    answers = db.session.scalars(
        select(IntentionAnswer)
        .join(Question, Question.id == IntentionAnswer.question_id)
        .join(Place, Place.id == IntentionAnswer.place_id)
        .where(Place.gathering_id == gathering.id, attends(), Question.key == BEFORE)
    ).all()
    if question is None or len(answers) < ENOUGH or intention.is_open(gathering):
        return []
    said = [each.value for each in answers]
    return [(question.label, [(t(option), said.count(str(option["value"]))) for option in question.options])]


def _after(gathering: Gathering) -> list[tuple[Localised, list[tuple[str, int]]]]:
    window = db.session.scalar(
        select(FormWindow)
        .where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
        .options(joinedload(FormWindow.form))
    )
    if window is None:
        return []
    batches = list(db.session.scalars(select(Batch).where(Batch.window_id == window.id)))
    return [(row.label, row.counts) for row in scale_rows(window, batches, (AFTER,)) if row.counts]
