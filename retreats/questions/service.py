"""Writing a form: a change of wording is a new version, and answers stay with the questions they were given to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from retreats.db import Localised, db, new_id
from retreats.events import FormWritten, GatheringCopied
from retreats.outbox.emit import emit
from retreats.questions import queries
from retreats.questions.models import Form, Question
from retreats.refusals import Refusal


class FormChanged(Refusal):
    """Somebody else changed these questions after the page was opened; nothing was overwritten."""

    code = "form_changed"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question as an organiser writes it. `key` is empty for a new one."""

    key: str
    kind: str
    label: Localised
    hint: Localised = field(default_factory=dict)
    options: list[dict[str, Any]] = field(default_factory=list)
    required: bool = False
    about_health: bool = False
    keep_days: int = 90


def ask(gathering_id: int, occasion: str, asked: list[Asked], *, version: int) -> None:
    """From now on this gathering asks these questions on this occasion, in this order.

    `version` is the one the writer saw (0 for none). Raises FormChanged when there is a newer one.
    """
    newest = db.session.scalar(
        select(Form)
        .where(Form.gathering_id == gathering_id, Form.occasion == occasion)
        .order_by(Form.version.desc())
        .limit(1)
        .with_for_update()
    )
    if (newest.version if newest else 0) != version:
        raise FormChanged
    if newest is not None and [_as_asked(question) for question in newest.questions] == asked:
        return
    form = Form(id=new_id(), gathering_id=gathering_id, occasion=occasion, version=version + 1)
    keys = _keys(asked)
    form.questions = [
        Question(id=new_id(), key=key, position=position, kind=each.kind, label=each.label, hint=each.hint,
                 options=each.options, required=each.required, about_health=each.about_health, keep_days=each.keep_days)
        for position, (key, each) in enumerate(zip(keys, asked, strict=True))
    ]  # fmt: skip
    db.session.add(form)
    db.session.flush()
    emit(FormWritten(form_id=form.id, gathering_id=gathering_id))


def take_over(event: GatheringCopied) -> None:
    """A copy asks what its original asked, on each occasion, unless somebody has written its own questions meanwhile."""
    for occasion in db.session.scalars(select(Form.occasion).where(Form.gathering_id == event.from_id).distinct()):
        asked = [_as_asked(each) for each in queries.questions_of(event.from_id, occasion)]
        if asked and queries.version_of(event.gathering_id, occasion) == 0:
            ask(event.gathering_id, occasion, asked, version=0)


def _as_asked(question: Question) -> Asked:
    return Asked(key=question.key, kind=question.kind, label=question.label, hint=question.hint,
                 options=question.options, required=question.required, about_health=question.about_health, keep_days=question.keep_days)  # fmt: skip


def _keys(asked: list[Asked]) -> list[str]:
    """A stable name for each question: the one it had, or one made of its words."""
    keys: list[str] = [each.key for each in asked]
    for index, each in enumerate(asked):
        if not keys[index]:
            plain = (
                unicodedata.normalize("NFKD", next(iter(each.label.values()), "")).encode("ascii", "ignore").decode()
            )
            wanted = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:30] or "question"
            keys[index] = next(each for each in (wanted, *(f"{wanted}_{n}" for n in range(2, 500))) if each not in keys)
    return keys
