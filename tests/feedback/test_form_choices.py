"""The form after a gathering is switched off before it opens, or given more time once while it is open; both for everybody alike."""

from __future__ import annotations

import pytest

from retreats.db import db
from retreats.events import FormGivenTime, FormSwitched
from retreats.feedback.models import FormWindow
from retreats.feedback.service import form_choices
from retreats.feedback.timeline import later
from retreats.mail.models import Letter
from tests.feedback import loop
from tests.feedback.one_form import AFTER, FORM, happened

pytestmark = pytest.mark.slow


def test_who_switches_it_off_before_it_opens_asks_nobody_and_the_pages_say_so(
    june, mira, otto, client, another_client, deliver, sent
) -> None:
    for _ in range(2):
        assert otto.post(f"{FORM}/switch", data={"asks": "no"}).status_code == 303
    assert happened(FormSwitched) == ["FormSwitched"]
    otto.post(f"{FORM}/switch", data={"asks": "yes"})
    assert form_choices.is_asked_after(june.id)
    otto.post(f"{FORM}/switch", data={"asks": "no"})
    assert "Switch it on again" in otto.get(FORM).text
    assert "not asked: switched off" in otto.get("/organise/loop").text

    for hours in (2, 24, 72, 24 * 7, 24 * 14):
        loop.after_the_end(june, deliver, hours=hours)

    assert db.session.query(FormWindow).filter_by(occasion="after").count() == 0
    assert {each.kind for each in db.session.query(Letter)} & {
        "feedback.after",
        "feedback.reminder",
        "feedback.look_back",
    } == set()
    assert loop.letters(sent, "How was it?") == []
    ada = loop.token(june, "ada")
    assert "the house has switched its form off" in client.get(f"/reflect/{ada}").text
    assert loop.say(client, ada).status_code == 410
    loop.leads(another_client, mira)
    assert "the house has switched its form off" in another_client.get(AFTER).text
    assert "nobody is asked how it was" in another_client.get("/facilitate/").text
    assert otto.post(f"{FORM}/switch", data={"asks": "yes"}).status_code == 409
    assert "Nobody was asked how it was." in otto.get(FORM).text


def test_an_open_form_cannot_be_switched_off(june, otto, deliver) -> None:
    loop.after_the_end(june, deliver)

    refused = otto.post(f"{FORM}/switch", data={"asks": "no"})

    assert (refused.status_code, form_choices.is_asked_after(june.id)) == (409, True)
    assert "is decided before" in refused.text


def test_more_time_is_given_once_and_everything_that_follows_moves_along(
    june, otto, client, another_client, mira, deliver, sent
) -> None:
    assert otto.post(f"{FORM}/extend", data={"more_days": "3"}).status_code == 422  # not open yet
    loop.after_the_end(june, deliver)
    loop.after_the_end(june, deliver, days=6)
    end, links = loop.window(june).gathering.ends_at, loop.tokens(june)
    for wrong in ("0", "8", "-1", "x", ""):
        assert otto.post(f"{FORM}/extend", data={"more_days": wrong}).status_code == 422
    loop.say(client, links["ada"], C8="Longer evenings")
    for _ in range(2):  # a double click
        assert otto.post(f"{FORM}/extend", data={"more_days": "5"}).status_code == 303
    for other in ("4", "6"):
        assert otto.post(f"{FORM}/extend", data={"more_days": other}).status_code == 422
    assert happened(FormGivenTime) == ["FormGivenTime"]
    assert (loop.window(june).more_days, "It was given more time." in otto.get(FORM).text) == (5, True)
    del sent[:]

    loop.after_the_end(june, deliver, days=7)

    told = loop.letters(sent, "Still open")
    assert (len(told), len({loop.without_own(text) for _to, text in told})) == (6, 1)
    assert "open for longer than was said at first" in " ".join(told[0][1].split())
    assert loop.window(june).state == "collecting"
    loop.after_the_end(june, deliver, days=11)
    for name in ("bo", "cara"):
        assert loop.say(client, links[name], C8=f"{name} agrees").status_code == 303
    loop.after_the_end(june, deliver, days=12)
    assert loop.window(june).state == "held"
    assert loop.say(client, links["duarte"]).status_code == 410
    assert form_choices.held_until(june) == later(end, "Europe/Lisbon", days=19)  # the clocks change in between
    assert loop.post(client, links["ada"], "/words/C8/held", wish="release").status_code == 303
    loop.after_the_end(june, deliver, days=14)
    assert loop.window(june).state == "held"
    loop.after_the_end(june, deliver, days=19)
    assert loop.window(june).state == "closed"
    assert [point.text for point in loop.points(june)] == ["Longer evenings"]


def test_what_was_not_given_more_time_closes_as_ever_and_cannot_be_opened_again(june, otto, deliver, sent) -> None:
    loop.after_the_end(june, deliver)
    loop.after_the_end(june, deliver, days=6)
    del sent[:]

    loop.after_the_end(june, deliver, days=7)

    assert loop.letters(sent, "Still open") == []
    assert otto.post(f"{FORM}/extend", data={"more_days": "3"}).status_code == 422
    assert "It has closed." in otto.get(FORM).text
