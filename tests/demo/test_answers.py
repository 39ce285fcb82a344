"""In the demonstration others answer by a button, through the door that everybody's form comes through."""

from __future__ import annotations

import re

import pytest

from retreats.catalogue.models.gathering import KINDS
from retreats.demo import answers
from retreats.demo.content import said
from retreats.feedback.queries.rounds import rounds_seen
from retreats.feedback.rounds import CHECK_IN, FOLLOW_UPS, ROUNDS
from retreats.feedback.word_list import alarms
from tests.feedback import loop, rounds

pytestmark = pytest.mark.slow


def test_others_answer_each_once_and_whoever_has_answered_is_left_alone(client, deliver) -> None:
    june = loop.a_group(8)
    loop.after_the_end(june, deliver)
    loop.say(client, loop.token(june, "ada"), C8="Mine")

    assert answers.answer_for_others(june.id, at_most=4) == 4
    assert answers.answer_for_others(june.id, at_most=9) == 3

    with pytest.raises(answers.NobodyToAnswer):
        answers.answer_for_others(june.id, at_most=1)
    assert "Mine" in client.get(f"/reflect/{loop.token(june, 'ada')}/after").text
    loop.after_the_end(june, deliver, hours=72)
    said_so = [point.text for point in loop.points(june)]
    assert len(said_so) >= 8
    assert len(said_so) == len(set(said_so))
    assert loop.window(june).state == "released"


def test_in_a_tiny_group_others_sign_what_they_say(client, deliver) -> None:
    june = loop.a_group(3, language="pt")
    loop.after_the_end(june, deliver)

    assert answers.answer_for_others(june.id, at_most=3) == 3


def test_before_the_form_is_open_nobody_answers(client, deliver) -> None:
    june = loop.a_group(3)

    with pytest.raises(answers.NobodyToAnswer):
        answers.answer_for_others(june.id, at_most=3)


def test_each_kind_of_gathering_has_answers_of_its_own_that_fit_it():
    a_stay = re.compile(r"breakfast|bedroom|night|last day|kitchen|pequeno-almoço|quarto|noite|último dia|cozinha")
    texts = {
        kind: [
            word for form in forms for key, each in form.items() if key != "scales" for word in (each["en"], each["pt"])
        ]
        for kind, forms in said("answers").items()
    }

    assert set(texts) == set(KINDS)
    assert all(len(said("answers")[kind]) > 6 for kind in KINDS)
    assert not [text for kind in ("workshop", "circle", "training") for text in texts[kind] if a_stay.search(text)]
    assert not [text for each in texts.values() for text in each if alarms(text)]
    assert all(len(each) == len(set(each)) for each in texts.values())


def test_others_answer_the_round_that_is_open(client, deliver) -> None:
    june = loop.a_group(7)
    for go, asked in ((rounds.to_the_middle, CHECK_IN), (lambda *these: rounds.long_after(*these, 90), FOLLOW_UPS[90])):
        go(june, deliver)
        assert answers.answer_for_others(june.id, at_most=6) == 6
        assert answers.answer_for_others(june.id, at_most=6) == 1
        with pytest.raises(answers.NobodyToAnswer):
            answers.answer_for_others(june.id, at_most=1)
        if asked is CHECK_IN:
            rounds.to_the_close(june, deliver)
        else:
            rounds.long_after(june, deliver, 90, "closes")

    found = {each.asked.occasion: each for each in rounds_seen(june)}
    assert [(each.state, each.answered) for each in (found["check_in"], found["day_90"])] == [("open", 7)] * 2


def test_what_others_say_in_a_round_fits_its_questions_and_alarms_nobody() -> None:
    asked = {
        form: {key for each in ROUNDS.values() if each.form == form for key in each.asks}
        for form in said("round_answers")
    }
    for form, forms in said("round_answers").items():
        assert len(forms) > 6
        assert {key for each in forms for key in (*each["scales"], *each)} - {"scales"} == asked[form]
        texts = [
            word for each in forms for key, both in each.items() if key != "scales" for word in (both["en"], both["pt"])
        ]
        assert not any(alarms(text) or len(text) > 300 for text in texts)
