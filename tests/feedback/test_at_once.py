"""The same form sent by several hands at the same instant: nobody is answered with a fault, and it was said once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from retreats import clock
from retreats.catalogue.models import Facilitator
from retreats.db import db
from retreats.feedback.models import CareCase, Decision, GroupLetter, Message, Reading, SealedAnswer, Theme, Verdict
from retreats.feedback.service import after, author
from retreats.outbox import worker
from tests.conftest import browser_of
from tests.feedback import loop, rounds
from tests.feedback.heard import Saying, heard
from tests.house import a_facilitator

pytestmark = [pytest.mark.slow, pytest.mark.each_store]
HANDS = 4
HERE = "/facilitate/june-retreat"


def at_once(app: Flask, send: Callable[[Any], Any], enter: Callable[[Any], None] = lambda _client: None) -> set[Any]:
    """What everybody is answered who sends at one instant."""
    clients = [browser_of(app) for _hand in range(HANDS)]
    for client in clients:
        enter(client)
    db.session.remove()
    line, answers = threading.Barrier(HANDS), []

    def go(client: Any) -> None:
        line.wait()
        try:
            with app.app_context():
                answers.append(send(client).status_code)
        except SQLAlchemyError as error:
            answers.append(repr(error)[:300])

    hands = [threading.Thread(target=copy_context().run, args=(go, client)) for client in clients]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(answers) == HANDS
    return set(answers)


@pytest.fixture
def june(app):
    """Seven answered, Eva without her name; Mira has not read it."""
    return heard(8, [Saying("eva", "C8", "Fewer songs"), Saying("ada", "C7", "The bread")], facilitator=a_facilitator(),
                 scales={"C1": "4444453"}, read=False)  # fmt: skip


def test_forms_behind_an_own_link_are_taken_in_once(app, deliver) -> None:
    gathering = loop.a_group(7)
    deliver()
    links = loop.tokens(gathering)
    assert at_once(
        app, lambda one: loop.post(one, links["ada"], "/before", A1="Rest", A4="No shouting", A6="Asthma")
    ) == {303}
    rounds.to_the_middle(gathering, deliver)
    assert at_once(app, lambda one: rounds.check_in(one, links["ada"], B5="A walk", B6="contact")) == {303}
    loop.after_the_end(gathering, deliver)

    for name in loop.NAMES[:3]:
        said = {
            "C8": "Fewer songs",
            "C7": "I was abused",
            "C9": "For you",
            "C9_mode": "care",
            "C10": "weighs",
            "C10_text": "x",
        }
        assert at_once(app, lambda one, name=name, said=said: loop.say(one, links[name], **said)) == {303}

    db.session.remove()
    assert db.session.query(SealedAnswer).filter_by(question="C8").count() == 3
    assert sorted(each.source for each in db.session.query(CareCase)) == [
        "A6",
        "B6",
        *["C10"] * 3,
        *["C7"] * 3,
        *["C9"] * 3,
    ]


def test_what_an_author_and_those_who_lead_do_is_done_once(june, app) -> None:
    mira = db.session.query(Facilitator).one()
    eva = loop.token(june, "eva")

    def enter(client: Any) -> None:
        loop.leads(client, mira)

    assert at_once(app, lambda one: one.post(f"{HERE}/after/open"), enter) == {303}
    point = loop.point_saying(june, "Fewer songs").id
    assert at_once(app, lambda one: loop.post(one, eva, "/words/C8/write", text="One a day")) == {303}
    assert at_once(app, lambda one: one.post(f"{HERE}/points/{point}/theme", data={"title": "Songs"}), enter) == {303}
    decided = {"kind": "will_not", "about_en": "The songs", "reason_en": "They belong to it"}
    assert at_once(app, lambda one: one.post(f"{HERE}/points/{point}/decide", data=decided), enter) <= {303, 409}
    letter = {"version": "0", "text_en": "We heard you."}
    assert at_once(app, lambda one: one.post(f"{HERE}/letter", data=letter), enter) <= {303, 422}
    assert at_once(app, lambda one: one.post(f"{HERE}/letter/send", data={"version": "1"}), enter) == {303}

    db.session.remove()
    for model, count in ((Reading, 1), (Message, 1), (Theme, 1), (Decision, 1), (GroupLetter, 1)):
        assert db.session.query(model).count() == count, model
    assert db.session.query(Verdict).count() == 0


def while_it_stops(app: Flask, monkeypatch: Any, place: tuple[Any, str], first: Callable[[], Any], second: Any) -> None:
    """The first stops in the midst of its transaction; the second comes, has half a second, and the first goes on."""
    stopped, go_on = threading.Event(), threading.Event()
    module, name = place
    real, faults = getattr(module, name), []

    def stops(*what: Any) -> Any:
        found = real(*what)
        stopped.set()
        go_on.wait(0.5)
        return found

    def run(what: Callable[[], Any]) -> None:
        try:
            with app.app_context():
                what()
        except Exception as error:  # noqa: BLE001  (whatever it was is said where the test can see it)
            faults.append(repr(error)[:300])

    monkeypatch.setattr(module, name, stops)
    hands = [threading.Thread(target=copy_context().run, args=(run, what)) for what in (first, second)]
    hands[0].start()
    assert stopped.wait(5)
    hands[1].start()
    hands[1].join(0.5)
    go_on.set()
    for hand in hands:
        hand.join()
    monkeypatch.setattr(module, name, real)
    db.session.remove()
    assert faults == []


@pytest.mark.parametrize(("path", "left"), [("/after", ["More songs"]), ("/words/C8/withdraw", [])])
def test_words_sent_or_taken_back_at_the_instant_of_the_release_are_that(
    app, client, deliver, monkeypatch, path: str, left: list[str]
) -> None:
    gathering = loop.a_group(6)
    loop.after_the_end(gathering, deliver)
    loop.everybody_says(client, gathering, "ada", "bo", "cara", "duarte", "filipe")
    eva, other = loop.token(gathering, "eva"), browser_of(app)
    loop.say(client, eva, C8="Fewer songs")
    clock.move_to(gathering.ends_at + timedelta(hours=72))
    db.session.remove()

    while_it_stops(app, monkeypatch, (after, "lay_down_anew"),
                   lambda: loop.post(other, eva, path, C8="More songs", C8_mode="unnamed", C9_kind="question", C1="4"),
                   worker.tick)  # fmt: skip

    said = [each.text or "" for each in loop.points(gathering)]
    assert [each for each in said if "songs" in each] == left
    assert len(said) == 5 + len(left)
    assert loop.sealed() == []


def test_words_taken_back_while_somebody_answers_them_stay_taken_back(june, app, monkeypatch) -> None:
    mira, client, other = db.session.query(Facilitator).one(), browser_of(app), browser_of(app)
    eva = loop.token(june, "eva")
    loop.leads(client, mira)
    client.post(f"{HERE}/after/open")
    point = loop.point_saying(june, "Fewer songs").id
    db.session.remove()

    while_it_stops(app, monkeypatch, (author, "erase"), lambda: loop.post(other, eva, "/words/C8/withdraw"),
                   lambda: client.post(f"{HERE}/points/{point}/reply", data={"reply": "We hear you"}))  # fmt: skip

    assert [each.state for each in loop.points(june) if each.id == point] == ["withdrawn"]
    assert db.session.query(Message).count() == 0
