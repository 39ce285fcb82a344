"""In the demonstration others answer by a button, through the door that everybody's form comes through."""

from __future__ import annotations

import pytest

from retreats.demo import answers
from tests.feedback import loop


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
    assert len(loop.points(june)) >= 8
    assert loop.window(june).state == "released"


def test_in_a_tiny_group_others_sign_what_they_say(client, deliver) -> None:
    june = loop.a_group(3, language="pt")
    loop.after_the_end(june, deliver)

    assert answers.answer_for_others(june.id, at_most=3) == 3


def test_before_the_form_is_open_nobody_answers(client, deliver) -> None:
    june = loop.a_group(3)

    with pytest.raises(answers.NobodyToAnswer):
        answers.answer_for_others(june.id, at_most=3)
