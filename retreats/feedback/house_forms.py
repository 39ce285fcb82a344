"""The house's own forms, as rows: written once for each version, however many processes begin at the same time."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from retreats.db import db, new_id
from retreats.questions.models import Form, Question

_FILES = [Path(__file__).with_name(name) for name in ("questions.toml", "questions_rounds.toml")]
FIVE_WORDS: list[dict[str, Any]] = [
    {"value": "1", "en": "Not at all", "pt": "Nada"},
    {"value": "2", "en": "A little", "pt": "Pouco"},
    {"value": "3", "en": "Partly", "pt": "Em parte"},
    {"value": "4", "en": "Mostly", "pt": "Bastante"},
    {"value": "5", "en": "Entirely", "pt": "Totalmente"},
]
"""The scale W: words, never numbers, on any page."""


def house_form(occasion: str) -> Form:
    """The newest form of the house for this occasion (`intention`, `after`, `reflection`), written down if it is not yet.

    Its id follows from occasion and version, so two processes that write it at once write the same row.
    """
    asked = _asked(occasion)
    form_id = _id_of(occasion, asked["version"])
    if (found := db.session.get(Form, form_id)) is not None:
        return found
    try:
        with db.session.begin_nested():
            db.session.add(_rows(form_id, asked))
    except IntegrityError:
        db.session.expire_all()
    return db.session.get_one(Form, form_id)


def write_down(occasions: Sequence[str]) -> None:
    """Have the newest forms of the house for these occasions stand in the tables: one look, where they all do."""
    ids = {_id_of(each, _asked(each)["version"]): each for each in occasions}
    known = set(db.session.scalars(select(Form.id).where(Form.id.in_(ids))))
    for missing in ids.keys() - known:
        house_form(ids[missing])


def known_form(occasion: str) -> Form | None:
    """The newest form of the house for this occasion, where it has been written down."""
    asked = _asked(occasion)
    return db.session.scalar(select(Form).where(Form.id == _id_of(occasion, asked["version"])))


@cache
def _all() -> list[dict[str, Any]]:
    return [form for file in _FILES for form in tomllib.loads(file.read_text(encoding="utf-8"))["form"]]


@cache
def _asked(occasion: str) -> dict[str, Any]:
    return max((form for form in _all() if form["occasion"] == occasion), key=lambda form: form["version"])


@cache
def _id_of(occasion: str, version: int) -> int:
    digest = hashlib.sha256(f"house form {occasion} {version}".encode()).digest()
    return int.from_bytes(digest[:7], "big") | 1


def _rows(form_id: int, asked: dict[str, Any]) -> Form:
    form = Form(id=form_id, gathering_id=None, occasion=asked["occasion"], version=asked["version"])
    form.questions = [
        Question(
            id=new_id(),
            key=each["key"],
            position=position,
            kind=each["kind"],
            label={"en": each["en"], "pt": each["pt"]},
            options=FIVE_WORDS if each.get("options") == "W" else each.get("options", []),
        )
        for position, each in enumerate(asked["question"])
    ]
    return form
