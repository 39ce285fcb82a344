"""What those who lead, or an organiser, want to ask after one gathering beside the house's questions: written before its form opens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sqlalchemy import select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db
from retreats.feedback import timeline
from retreats.feedback.house_forms import FIVE_WORDS
from retreats.feedback.models import FormWindow
from retreats.feedback.own_questions import OCCASION, OWN
from retreats.feedback.people import leaders_of
from retreats.folding import fold
from retreats.questions import queries, service
from retreats.questions.models import Form, Question
from retreats.questions.service import Asked
from retreats.refusals import Refusal

_WORD = re.compile(r"\w+")


class QuestionsFrozen(Refusal):
    """The form is open: people answer what they were asked, and nothing else is asked any more."""

    code = "questions_frozen"


class ScoresSomebody(Refusal):
    """A word of the scale beside a person's name would be a score: people are never scored."""

    code = "scores_somebody"
    status = 422


@dataclass(frozen=True, kw_only=True)
class OwnQuestion:
    """One question as it is written: in one's own words or on the scale, perhaps about one session (by its title)."""

    label: Localised
    is_scale: bool = False
    about: Localised = field(default_factory=dict)


def ask_after(gathering_id: int, asked: list[OwnQuestion], *, version: int) -> None:
    """From now on the form after this gathering asks these too, in this order; `version` is the one the writer saw.

    What stands there already may be sent again. Raises QuestionsFrozen, ScoresSomebody, FormChanged.
    """
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    if not may_ask(gathering):
        raise QuestionsFrozen
    if any(scores(gathering, asked)):
        raise ScoresSomebody
    wanted = [_as_asked(key, each) for key, each in zip(OWN, asked, strict=False)]
    if wanted != [_stands(each) for each in asked_after(gathering_id)]:
        service.ask(gathering_id, OCCASION, wanted, version=version)


def scores(gathering: Gathering, asked: list[OwnQuestion]) -> list[bool]:
    """For each question whether it would score somebody who leads."""
    return [each.is_scale and _names(gathering, each.label) for each in asked]


def asked_after(gathering_id: int) -> list[Question]:
    """What this gathering asks beside the house's questions, as it stands now."""
    return queries.questions_of(gathering_id, OCCASION)


def version_of(gathering_id: int) -> int:
    """The version of these questions; 0 when there never were any."""
    return queries.version_of(gathering_id, OCCASION)


def may_ask(gathering: Gathering) -> bool:
    """Whether its form has not opened yet."""
    opens = timeline.OPENS.due_at(gathering)
    window = select(FormWindow.id).where(FormWindow.gathering_id == gathering.id, FormWindow.occasion == "after")
    return (opens is None or clock.now() < opens) and db.session.scalar(window) is None


def form_to_open(gathering_id: int) -> int | None:
    """The form with a gathering's own questions as they stand when its form opens; None when it asks none."""
    newest = select(Form).where(Form.gathering_id == gathering_id, Form.occasion == OCCASION)
    form = db.session.scalar(newest.order_by(Form.version.desc()).limit(1))
    return form.id if form is not None and form.questions else None


def _as_asked(key: str, each: OwnQuestion) -> Asked:
    kind, options = ("steps", FIVE_WORDS) if each.is_scale else ("text", [])
    return Asked(key=key, kind=kind, label=each.label, hint=each.about, options=options)


def _stands(question: Question) -> Asked:
    return Asked(
        key=question.key, kind=question.kind, label=question.label, hint=question.hint, options=question.options
    )


def _names(gathering: Gathering, label: Localised) -> bool:
    """Whether somebody who leads it is named there, by their first name or all of it."""
    names = {name for person in leaders_of(gathering) for name in (person.name, person.name.split()[0])}
    return any(_in_words(name) in _in_words(" / ".join(label.values())) for name in names)


def _in_words(text: str) -> str:
    return f" {' '.join(_WORD.findall(fold(text) or ''))} "
