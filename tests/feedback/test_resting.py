"""An organiser lets the form after a gathering rest, and go on: nothing is lost, everything comes later by as long as it rested."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.db import writing
from retreats.events import FormRested, FormWentOn
from retreats.feedback import timeline
from retreats.feedback.models import FormWindow
from retreats.feedback.service import after, form_choices, resting
from tests.feedback import loop
from tests.feedback.one_form import AFTER, FORM, happened

pytestmark = pytest.mark.slow


def test_while_it_rests_nothing_can_be_sent_nothing_is_lost_and_the_close_comes_later_by_as_long(
    june, mira, otto, client, another_client, deliver, sent
) -> None:
    assert otto.post(f"{FORM}/rest").status_code == 409  # not open yet
    loop.after_the_end(june, deliver)
    links, end = loop.tokens(june), june.ends_at
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte")
    sealed_before = {(row.locator, row.blob) for row in loop.sealed()}
    loop.after_the_end(june, deliver, hours=40)
    for _click in range(2):
        assert otto.post(f"{FORM}/rest").status_code == 303
    assert happened(FormRested, FormWentOn) == ["FormRested"]
    del sent[:]

    for path, words in (
        (f"/reflect/{links['eva']}", "This form rests"),
        (f"/reflect/{links['eva']}/after", "Nothing that was sent is lost"),
    ):
        answer = client.get(path)
        assert (answer.status_code, words in answer.text, "Seal and send" in answer.text) == (200, True, False)
    typed = loop.say(client, links["eva"], C8="Softer light", C8_mode="named", C1="5")
    assert (typed.status_code, "Softer light" in typed.text, "was not sent" in typed.text) == (409, True, True)
    assert "em pausa" in client.get(f"/reflect/{links['eva']}?lang=pt").text
    with pytest.raises(after.FormRests), writing():
        after.give(links["eva"], after.Submission(scales={"C1": "4"}))
    assert {(row.locator, row.blob) for row in loop.sealed()} == sealed_before
    assert "resting" in otto.get("/organise/loop").text
    loop.leads(another_client, mira)
    assert "The form has rested since" in another_client.get(AFTER).text
    assert "the form rests" in another_client.get("/facilitate/").text
    assert otto.post(f"{FORM}/extend", data={"more_days": "3"}).status_code == 422
    for days in (3, 7, 11):
        loop.after_the_end(june, deliver, days=days)
    assert (loop.letters(sent, "how was"), loop.window(june).state) == ([], "collecting")

    loop.after_the_end(june, deliver, days=11, hours=16)
    for _click in range(2):
        assert otto.post(f"{FORM}/go-on").status_code == 303
    deliver()

    assert happened(FormRested, FormWentOn) == ["FormRested", "FormWentOn"]
    told = loop.letters(sent, "Still open")
    assert (len(told), len({loop.without_own(text) for _to, text in told})) == (6, 1)
    assert "open for longer than was said at first" in " ".join(told[0][1].split())
    closes = form_choices.closes_at(june)
    assert end is not None
    assert closes == timeline.RELEASE_2.due_at(june) + timedelta(days=10)
    assert client.get(f"/reflect/{links['ada']}/after?lang=en").text.count("open until") == 1
    clock.move_to(end + timedelta(hours=72, days=10, minutes=-1))
    deliver()
    assert loop.say(client, links["eva"], C8="Softer light").status_code == 303
    assert loop.window(june).state == "collecting"
    clock.move_to(end + timedelta(hours=72, days=10))
    deliver()
    assert loop.window(june).state == "released"
    assert len(loop.points(june)) == 5


def test_it_cannot_rest_so_that_it_never_closes_after_two_weeks_in_all_it_goes_on_by_itself(
    june, otto, deliver, sent
) -> None:
    loop.after_the_end(june, deliver, hours=40)
    otto.post(f"{FORM}/rest")
    loop.after_the_end(june, deliver, days=11, hours=16)
    otto.post(f"{FORM}/go-on")
    deliver()
    told = loop.letters(sent, "Still open")
    assert otto.post(f"{FORM}/rest").status_code == 303  # the rest of the fourteen days
    clock.move_to(clock.now() + timedelta(days=4, minutes=-1))
    deliver()
    assert loop.window(june).rests_since is not None
    clock.move_to(clock.now() + timedelta(minutes=1))
    deliver()
    window = loop.window(june)
    assert (window.rests_since, window.rested) == (None, 14 * 24 * 3600)
    assert happened(FormRested, FormWentOn) == ["FormRested", "FormWentOn"] * 2
    assert len(loop.letters(sent, "Still open")) > len(told)
    assert otto.post(f"{FORM}/rest").status_code == 409
    loop.after_the_end(june, deliver, days=21, hours=1)
    assert loop.window(june).state == "held"
    assert otto.post(f"{FORM}/rest").status_code == 409
    assert otto.post(f"{FORM}/go-on").status_code == 303
    assert len(happened(FormRested, FormWentOn)) == 4


def test_letting_it_rest_is_the_same_whether_few_or_none_answered_and_leaves_the_rules_as_they_were(
    june, otto, client, deliver
) -> None:
    loop.after_the_end(june, deliver)
    rules = {column: getattr(loop.window(june), column) for column in ("enough", "offers_unnamed", "attended")}
    otto.post(f"{FORM}/rest")
    none = otto.get(FORM).text
    otto.post(f"{FORM}/go-on")
    with writing() as session:
        window = session.query(FormWindow).one()
        window.rested = 0
    loop.everybody_says(client, june, "ada", "bo")
    otto.post(f"{FORM}/rest")

    def without_proof(text: str) -> list[str]:
        return [line for line in text.splitlines() if "csrf" not in line and "nonce" not in line]

    assert without_proof(otto.get(FORM).text) == without_proof(none)
    assert {column: getattr(loop.window(june), column) for column in rules} == rules
    assert resting.next_go_on() == clock.now() + timedelta(days=14)
