"""Rows for what became of each point: steps, letters, decision, change, verdict; and the wishes before the next gathering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from retreats.db import Base, Localised, db, new_id
from retreats.demo.content import Table, said
from retreats.demo.house import Community
from retreats.demo.learning import lead_on
from retreats.demo.loop import Round, closed_round, passed_steps, place_of, point_of
from retreats.demo.rounds import speak_in_between
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import (
    CareCase,
    Change,
    ChangeShown,
    Decision,
    IntentionAnswer,
    Message,
    Need,
    Point,
    PointStep,
    PrivateNote,
    Verdict,
)
from retreats.feedback.service.intention import HEALTH, OWN_WORDS, WISHES
from retreats.feedback.timeline import CHANGE_DAYS, later

_BY_THE_HOUSE = {"shown", "told", "lapsed"}


def close_the_loop(community: Community) -> None:
    """Write the closed loop of the past retreat, the wishes before the next, and what the clock has seen to already."""
    _write(passed_steps(community))
    _go_round(said("loop_before"), community)
    around = _go_round(said("loop"), community)
    speak_in_between(community)
    for rows in lead_on(around):
        _write(rows)
    for each in said("loop")["intentions"]:
        _write(list(_wishes(each, community)))
    for each in said("loop")["notes"]:
        _write(list(_for_oneself(each, around)))


def _go_round(table: Table, community: Community) -> Round:
    around, layers = closed_round(table, community)
    for layer in layers:
        _write(layer)
    for each in around.table["points"]:
        point = point_of(each, around)
        _write([point])
        _write(list(_way(point, each, around)))
        _write(list(_decided(point, each, around)))
    return around


def _write(rows: list[Base]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _way(point: Point, each: Table, around: Round) -> Iterator[Base]:
    staff = around.community.people[str(each.get("by", around.table["led_by"]))]
    moments = around.moments(until_shown="shown" in each["trail"])
    for step in each["trail"]:
        by = None if step in _BY_THE_HOUSE else staff.id
        yield PointStep(id=new_id(), point_id=point.id, step=step, staff_id=by, taken_at=moments[step])
    for order, letter in enumerate(each.get("messages", [])):
        message = Message(id=new_id(), point_id=point.id, side=letter["side"],
                          staff_id=staff.id if letter["side"] == "staff" else None,
                          visible_after=moments["answered"] + timedelta(hours=9 * order))  # fmt: skip
        message.text = letter["text"]
        yield message
    if "verdict" in each:
        verdict = Verdict(id=new_id(), point_id=point.id, round=0, met=each["verdict"],
                          visible_after=moments["verdict"], taken_in=True)  # fmt: skip
        verdict.text = each.get("verdict_text")
        yield verdict


def _decided(point: Point, each: Table, around: Round) -> Iterator[Base]:
    if "decision" not in each:
        return
    words, owner = each["decision"], around.community.people[str(around.table["led_by"])]
    decision = Decision(
        id=new_id(),
        gathering_id=around.spoken_of.id,
        point_id=point.id,
        **{word: words[word] for word in ("kind", "about", "reason")},
        owner_id=owner.id,
        decided_at=around.moments(until_shown=True)["decided"],
    )
    yield decision
    if "change" in words:
        decision.due_at = later(around.batch.released_at, around.spoken_of.zone, days=CHANGE_DAYS)
        yield from _changed(decision, words["change"], around)


def _changed(decision: Decision, what: Localised, around: Round) -> Iterator[Base]:
    moments = around.moments(until_shown=True)
    change = Change(id=new_id(), decision=decision, what=what, made_on=moments["made"], entered_at=moments["made"])
    yield change
    yield ChangeShown(id=new_id(), change=change, gathering_id=around.shown_on.id, shown_at=moments["shown"])


def _wishes(each: Table, community: Community) -> Iterator[Base]:
    """What somebody hopes for and needs before the gathering that shows the changes, and Mira's marks so far."""
    place = place_of(each["who"], community.gatherings[said("loop")["shown_on"]], community)
    questions = {question.key: question.id for question in house_form("intention").questions}
    answers: dict[str, str] = each["answers"]
    for key, value in answers.items():
        if key == HEALTH:
            case = CareCase(id=new_id(), gathering_id=place.gathering_id, place_id=place.id, source=HEALTH,
                            raised_at=community.now - timedelta(hours=3), alerted=True)  # fmt: skip
            case.text = value
            yield case
        else:
            yield IntentionAnswer(id=new_id(), place_id=place.id, question_id=questions[key], value=value)
    for key, text in _needs_in(answers).items():
        need = Need(id=new_id(), place_id=place.id, key=key)
        need.text = text
        _marked(need, each, community)
        yield need


def _for_oneself(each: Table, around: Round) -> Iterator[Base]:
    """What somebody came for, and the note beside it that is nobody else's."""
    place = around.place_of(each["who"])
    question = next(each for each in house_form("intention").questions if each.key == "A1")
    yield IntentionAnswer(id=new_id(), place_id=place.id, question_id=question.id, value=each["came_for"])
    note = PrivateNote(id=new_id(), place_id=place.id)
    note.text = each["text"]
    yield note


def _needs_in(answers: dict[str, str]) -> dict[str, str | None]:
    ready_made: dict[str, str | None] = {
        f"{WISHES}:{value}": None for value in answers.get(WISHES, "").split(",") if value
    }
    return ready_made | {key: answers[key] for key in OWN_WORDS if key in answers}


def _marked(need: Need, each: Table, community: Community) -> None:
    for mark in each.get("marks", []):
        if mark["key"] == need.key:
            need.mark, need.note = mark["mark"], mark.get("note")
            need.marked_by_id = community.people[said("loop")["led_by"]].id
            need.marked_at = community.now - timedelta(days=1)
