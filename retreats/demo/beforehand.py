"""Rows for what is asked before booking, who stands in for whom, and one complaint that waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from retreats.catalogue.models import Gathering
from retreats.db import Base, db, new_id
from retreats.demo.content import Table, said
from retreats.demo.dates import ZONE
from retreats.demo.house import Community
from retreats.demo.loop import place_of
from retreats.feedback import working_days
from retreats.feedback.house_forms import FIVE_WORDS
from retreats.feedback.models import Complaint, EarlyQuestion, IntentionAnswer, LoopRules, PageAnswer
from retreats.feedback.models.rules import OF_THE_HOUSE
from retreats.feedback.own_questions import OCCASION, OWN
from retreats.feedback.service.asking import whose
from retreats.feedback.service.complaints import ACKNOWLEDGED_IN, ANSWERED_IN
from retreats.feedback.service.rules import ANSWER_DAYS
from retreats.questions.models import Form, Question


def before_and_beside(community: Community) -> None:
    """Write it all; the wishes before the next gathering are there already."""
    table = said("before")
    rules = table["rules"]
    db.session.add(
        LoopRules(
            id=OF_THE_HOUSE, answer_days=ANSWER_DAYS, deputy_id=community.people[rules["deputy"]].id,
            reader_id=community.people[rules["reader"]].id, professional=rules["professional"],
            professional_url=rules["professional_url"],
        )
    )  # fmt: skip
    for who, keys in table["back"].items():
        _let_go(who, keys, community)
    for each in table["questions"]:
        db.session.add_all(_asked(each, community))
    db.session.add_all([_complained(each, community) for each in table["complaints"]])
    db.session.add(_besides(table["own_questions"], community.gatherings[table["gathering"]]))
    db.session.flush()


def _besides(asked: list[Table], gathering: Gathering) -> Form:
    """What its form asks beside the house's questions."""
    titles = {each.title["en"]: each.title for each in gathering.sessions}
    form = Form(id=new_id(), gathering_id=gathering.id, occasion=OCCASION, version=1)
    form.questions = [
        Question(id=new_id(), key=key, position=position, kind="steps" if each.get("scale") else "text",
                 label=each["label"], hint=titles[each["session"]] if "session" in each else {},
                 options=FIVE_WORDS if each.get("scale") else [])
        for position, (key, each) in enumerate(zip(OWN, asked, strict=False))
    ]  # fmt: skip
    return form


def _let_go(who: str, keys: list[str], community: Community) -> None:
    place = place_of(who, community.gatherings[said("before")["gathering"]], community)
    answers = (
        select(IntentionAnswer)
        .join(Question, Question.id == IntentionAnswer.question_id)
        .where(IntentionAnswer.place_id == place.id, Question.key.in_(keys))
    )
    for each in db.session.scalars(answers):
        each.also = "back"


def _asked(each: Table, community: Community) -> Iterator[Base]:
    gathering = community.gatherings[said("before")["gathering"]]
    asked_at = community.ago(each["asked_days"], minutes=70)
    question = EarlyQuestion(
        id=new_id(), gathering_id=gathering.id, form_key=f"{new_id():x}", found_by=whose(each["email"]),
        language=each["language"], may_publish=each["may_publish"], asked_at=asked_at,
        due_at=asked_at + timedelta(days=ANSWER_DAYS), late_told=False,
    )  # fmt: skip
    question.name, question.email, question.text = each["called"], each["email"], each["text"]
    yield question
    if "answer" in each:
        question.answer, question.answered_at = each["answer"], community.ago(each["answered_days"])
        question.answered_by_id = community.people[each["by"]].id
        yield PageAnswer(id=new_id(), gathering_id=gathering.id, early_question_id=question.id, **each["page"],
                         language=each["language"], put_at=community.ago(each["answered_days"]))  # fmt: skip


def _complained(each: Table, community: Community) -> Complaint:
    filed_at = community.ago(each["filed_days"], minutes=20)
    complaint = Complaint(
        id=new_id(), form_key=f"{new_id():x}", found_by=whose(each["email"]), about=each["concerns"],
        reader_id=community.people[said("before")["rules"]["reader"]].id, language=each["language"], filed_at=filed_at,
        acknowledge_by=working_days.after(filed_at, ACKNOWLEDGED_IN, ZONE),
        answer_by=working_days.after(filed_at, ANSWERED_IN, ZONE), late_told=0,
    )  # fmt: skip
    complaint.name, complaint.email, complaint.text = each["called"], each["email"], each["text"]
    return complaint
