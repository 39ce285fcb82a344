"""What people send, read and checked. Mistakes come back with the input kept, and say what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from retreats import clock
from retreats.feedback.models.released import KINDS
from retreats.feedback.service.after import TEXTS, Care, Given, Mode, Submission, Words
from retreats.feedback.service.decide import Decided
from retreats.feedback.service.intention import Intention
from retreats.feedback.timeline import noon_of
from retreats.questions.models import Question

LONGEST, LONGEST_LINE = 4000, 300
ALSO = ("A1_back", "A5_back", "A8_back", "A5_page")
"""Ticks beside an answer before coming: it may go back to the group, or be answered on the page."""
SCALES = ("C1", "C2", "C3", "C4", "C5", "C6")
FIXED_KINDS = {"C7": "thanks", "C8": "change"}
Sent = MultiDict[str, str]


@dataclass
class Form:
    """What was filled in, by field, and what is to correct."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Field and sentence, in order."""
        return list(self.errors.items())

    def _take(self, sent: Sent, name: str, *, longest: int = LONGEST) -> None:
        value = sent.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip()
        self.values[name] = value
        if len(value) > longest:
            self.errors[name] = _("Please shorten this to %(number)s characters.", number=longest)

    def _choose(self, sent: Sent, name: str, allowed: list[str]) -> None:
        value = sent.get(name, "")
        self.values[name] = value if value in allowed else ""


class BeforeForm(Form):
    """The intention form."""

    @classmethod
    def read(cls, sent: Sent, questions: list[Question]) -> BeforeForm:
        """Take it in."""
        form = cls()
        for question in questions:
            values = [str(option["value"]) for option in question.options]
            if question.kind == "many":
                form.values[question.key] = ",".join(each for each in values if each in sent.getlist(question.key))
            elif question.options:
                form._choose(sent, question.key, values)
            else:
                form._take(sent, question.key, longest=LONGEST_LINE if question.kind == "short" else LONGEST)
        for name in ("A6_share", "A6_gone", *ALSO):
            form.values[name] = "yes" if sent.get(name) == "yes" else ""
        return form

    def intention(self) -> Intention:
        """As the service wants it."""
        answers = {
            key: value for key, value in self.values.items() if value and key not in ("A6_share", "A6_gone", *ALSO)
        }
        also: dict[str, list[str]] = {}
        for name in (each for each in ALSO if self.values[each]):
            key, _under, what = name.partition("_")
            also.setdefault(key, []).append(what)
        return Intention(answers=answers, share_health=self.values["A6_share"] == "yes",
                         forget_health=self.values["A6_gone"] == "yes",
                         also={key: ",".join(each) for key, each in also.items()})  # fmt: skip


@dataclass
class AfterForm(Form):
    """The form after a gathering."""

    scales: tuple[str, ...] = SCALES
    texts: tuple[str, ...] = TEXTS
    """The keys of its questions, a gathering's own among them."""

    @classmethod
    def fresh(cls, given: Given) -> AfterForm:
        """With what this person sealed before."""
        values = dict(given.scales)
        for question, words in given.texts.items():
            values |= {question: words.text, f"{question}_mode": words.mode, f"{question}_kind": words.kind,
                       f"{question}_to": str(words.to or ""),
                       f"{question}_also": ",".join(name for name, said in _also_of(words).items() if said)}  # fmt: skip
        return cls(values=values)

    @classmethod
    def read(
        cls, sent: Sent, questions: list[Question], *, offers_unnamed: bool, own: Sequence[Question] = (),
        to: Sequence[int] = (),
    ) -> AfterForm:  # fmt: skip
        """Take it in. `own`: what the gathering asks beside the house's questions; `to`: whom one may write to."""
        form = cls(scales=(*SCALES, *(each.key for each in own if each.options)),
                   texts=(*TEXTS, *(each.key for each in own if not each.options)))  # fmt: skip
        for question in (*questions, *own):
            if question.options:
                form._choose(sent, question.key, [str(option["value"]) for option in question.options])
        for key in form.texts:
            form._take_text(sent, key, offers_unnamed=offers_unnamed)
            form._choose(sent, f"{key}_to", [str(each) for each in to])
        form._take(sent, "C10_text")
        form._take(sent, "C10_way", longest=LONGEST_LINE)
        return form

    def _take_text(self, sent: Sent, key: str, *, offers_unnamed: bool) -> None:
        self._take(sent, key)
        self._choose(sent, f"{key}_mode", ["named", "unnamed", "care"] if offers_unnamed else ["named", "care"])
        self._choose(sent, f"{key}_kind", list(KINDS))
        self.values[f"{key}_also"] = ",".join(each for each in ("reply", "quote", "supervise")
                                              if each in sent.getlist(f"{key}_also"))  # fmt: skip
        if self.values[key] and not self.values[f"{key}_mode"]:
            self.errors[f"{key}_mode"] = _("Choose who may read these words.")

    def submission(self) -> Submission:
        """As the service wants it."""
        return Submission(
            scales={key: self.values[key] for key in self.scales if self.values.get(key)},
            texts={key: self._words(key) for key in self.texts if self.values.get(key)},
            care=Care(choice=self.values.get("C10") or "no", text=self.values["C10_text"], way=self.values["C10_way"]),
        )

    def _words(self, key: str) -> Words:
        also = self.values[f"{key}_also"].split(",")
        return Words(
            text=self.values[key],
            kind=FIXED_KINDS.get(key) or self.values[f"{key}_kind"] or "sharing",
            mode=cast("Mode", self.values[f"{key}_mode"]),  # cast: one of the three, or there was an error
            to=int(self.values[f"{key}_to"]) if self.values[f"{key}_to"] else None,
            wants_reply="reply" in also,
            may_quote="quote" in also,
            may_supervise="supervise" in also,
        )


def _also_of(words: Words) -> dict[str, bool]:
    return {"reply": words.wants_reply, "quote": words.may_quote, "supervise": words.may_supervise}


class ReflectionForm(Form):
    """A facilitator's own look back."""

    @classmethod
    def read(cls, sent: Sent, questions: list[Question]) -> ReflectionForm:
        """Take it in."""
        form = cls()
        for question in questions:
            if question.options:
                form._choose(sent, question.key, [str(option["value"]) for option in question.options])
            else:
                form._take(sent, question.key)
            if question.kind == "number" and form.values[question.key] and not _is_count(form.values[question.key]):
                form.errors[question.key] = _("Write a number, for example 9.")
        return form


class DecisionForm(Form):
    """What is decided about a point, or that a change was made."""

    @classmethod
    def read(cls, sent: Sent, names: tuple[str, ...], day_field: str, zone: str) -> DecisionForm:
        """Take it in; `names` are fields in both languages."""
        form = cls()
        form.values["kind"] = sent.get("kind", "")
        for name in names:
            for language in ("en", "pt"):
                form._take(sent, f"{name}_{language}", longest=LONGEST_LINE * 2)
        form._take(sent, day_field, longest=10)
        try:
            form.moment = noon_of(form.values[day_field], zone) if form.values[day_field] else None
        except (ValueError, OverflowError):
            form.errors[day_field] = _("Write the day as in %(example)s.", example=f"{clock.now():%Y-%m-%d}")
        return form

    moment: datetime | None = None

    def both(self, name: str) -> dict[str, str]:
        """A field in both languages, as it is stored."""
        return {code: self.values[f"{name}_{code}"] for code in ("en", "pt") if self.values.get(f"{name}_{code}")}

    def decided(self) -> Decided:
        """As the service wants it."""
        return Decided(
            kind=self.values["kind"], about=self.both("about"), reason=self.both("reason"), due_at=self.moment
        )


def marks_in(sent: Mapping[str, str]) -> dict[int, tuple[str, str]]:
    """The marks that were chosen on the preparation page: mark and note by need id."""
    found = {}
    for name, value in sent.items():
        need_id = name.removeprefix("mark_")
        if name.startswith("mark_") and value and need_id.isascii() and need_id.isdecimal() and len(need_id) < 20:
            found[int(need_id)] = (value, sent.get(f"note_{need_id}", "").strip()[:LONGEST])
    return found


def _is_count(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= 3
