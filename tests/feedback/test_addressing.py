"""Words for one of those who led: all of them read it, one answers, and nobody learns more of who wrote it."""

from __future__ import annotations

import json

import pytest

from retreats.catalogue.models import Leader
from retreats.db import db, new_id, writing
from retreats.feedback.models import Message, Point, SealedAnswer
from retreats.feedback.service.sealing import opened
from tests.conftest import browser_of
from tests.feedback import loop
from tests.house import a_facilitator

pytestmark = pytest.mark.slow

AFTER, POINTS = "/facilitate/june-retreat/after", "/facilitate/june-retreat/points"


@pytest.fixture
def mira(app):
    return a_facilitator()


@pytest.fixture
def rui(app):
    return a_facilitator("rui@example.org")


@pytest.fixture
def june(mira):
    return loop.a_group(6, facilitator=mira)


def leads_too(gathering, facilitator) -> None:
    with writing() as session:
        session.add(Leader(id=new_id(), gathering_id=gathering.id, facilitator_id=facilitator.id, position=1))


def test_words_for_one_who_led_are_read_by_all_and_answered_by_that_one(june, mira, rui, app, client, deliver) -> None:
    leads_too(june, rui)
    loop.after_the_end(june, deliver)
    links, rui_id = loop.tokens(june), rui.person_id
    form = client.get(f"/reflect/{links['ada']}/after").text
    assert (form.count("Everybody who led"), "C8_to" in form) == (3, True)
    loop.say(client, links["ada"], C8="Speak more slowly", C8_to=str(rui_id))
    loop.say(client, links["bo"], C8="Fewer words", C8_to="12345")
    for name in ("cara", "duarte", "eva"):
        loop.say(client, links[name])
    assert f'value="{rui_id}" selected' in client.get(f"/reflect/{links['ada']}/after").text
    lengths = {len(row.blob) for row in db.session.query(SealedAnswer).filter_by(question="C8")}
    assert len(lengths) == 1
    loop.after_the_end(june, deliver, hours=72)
    assert loop.point_saying(june, "Fewer words").to_id is None
    point = loop.point_saying(june, "Speak more slowly")
    assert (point.to_id, point.place_id) == (rui_id, None)
    at, browsers = f"{POINTS}/{point.id}", {"mira": browser_of(app), "rui": browser_of(app)}
    for name, facilitator in (("mira", mira), ("rui", rui)):
        loop.leads(browsers[name], facilitator)
        browsers[name].post(f"{AFTER}/open")

    assert [("3 owed something" in each.get("/facilitate/").text, "2 owed something" in each.get("/facilitate/").text)
            for each in (browsers["mira"], browsers["rui"])] == [(False, False), (False, True)]  # fmt: skip
    for path in ("heard", "reply"):
        refused = browsers["mira"].post(f"{at}/{path}", data={"reply": "I am sorry"})
        assert (refused.status_code, "for somebody else who led" in refused.text) == (403, True)
    assert browsers["rui"].post(f"{at}/reply", data={"reply": "I will breathe between sentences"}).status_code == 303
    assert loop.post(client, links["ada"], "/words/C8/write", text="That would help me").status_code == 303
    loop.after_the_end(june, deliver, hours=72 + 26)

    hers, his = browsers["mira"].get(at).text, browsers["rui"].get(at).text
    assert ("Speak more slowly" in hers, 'name="reply"' in hers, "breathe between" in hers, "help me" in hers) == (
        True,
        False,
        False,
        False,
    )
    assert ('name="reply"' in his, "breathe between" in his, "help me" in his) == (True, True, True)
    overview = {name: browsers[name].get(AFTER).text for name in browsers}
    assert ("for you" in overview["mira"], "for you" in overview["rui"], "for Rui" in overview["mira"]) == (
        False,
        True,
        True,
    )
    mine = client.get(f"/reflect/{links['ada']}").text
    assert ("For Rui" in mine, "To Rui" in mine, "breathe between" in mine) == (True, True, True)
    assert browsers["mira"].post(f"{at}/decide", data={
        "kind": "already_so", "about_en": "Slower words", "about_pt": "Mais devagar"}).status_code == 303  # fmt: skip
    assert loop.post(client, links["ada"], "/words/C8/withdraw").status_code == 303
    assert (db.session.get_one(Point, point.id).to_id, db.session.query(Message).count()) == (None, 0)


def test_where_one_person_led_or_that_one_leads_no_more_words_are_for_everybody(
    june, rui, mira, app, client, deliver
) -> None:
    loop.after_the_end(june, deliver)
    links = loop.tokens(june)
    assert "C8_to" not in client.get(f"/reflect/{links['ada']}/after").text
    leads_too(june, rui)
    for name in loop.NAMES[:5]:
        loop.say(client, links[name], C8=f"{name} says it to him", C8_to=str(rui.person_id))
    inside = [json.dumps(opened(row)) for row in db.session.query(SealedAnswer).filter_by(question="C8")]
    assert all(str(rui.person_id) in each for each in inside)
    with writing() as session:
        session.query(Leader).filter_by(facilitator_id=rui.id).delete()

    loop.after_the_end(june, deliver, hours=72)

    assert {point.to_id for point in loop.points(june)} == {None}
    browser = browser_of(app)
    loop.leads(browser, mira)
    browser.post(f"{AFTER}/open")
    point = loop.point_saying(june, "ada says it")
    assert browser.post(f"{POINTS}/{point.id}/heard").status_code == 303
