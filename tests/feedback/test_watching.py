"""Whoever looks at the same pages again and again learns nothing from what changes between two looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.db import db
from retreats.feedback.models import CareCase
from retreats.feedback.queries.promised import how_clear
from tests.feedback import loop, rounds
from tests.house import a_facilitator, a_person, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def mira(app):
    return a_facilitator()


def seen_by(client, *paths: str) -> list[str]:
    return [rounds.without_token(client.get(path).text) for path in paths]


def test_while_forms_collect_no_page_of_anybody_else_changes(mira, client, another_client, app, deliver) -> None:
    june = loop.a_group(8, facilitator=mira)
    loop.leads(another_client, mira)
    otto = app.test_client()
    sign_in(otto, a_person("otto@example.org", role="organiser"))
    here = "/facilitate/june-retreat"
    hers = (
        "/facilitate/",
        f"{here}/after",
        f"{here}/check-in",
        "/facilitate/over-time",
        f"{here}/letter",
        f"{here}/supervision",
    )
    his = ("/organise/", "/organise/loop", "/organise/loop/june-retreat/rounds", "/organise/loop/june-retreat/threshold",
           "/organise/gatherings/june-retreat/", "/organise/loop/years/2027")  # fmt: skip
    all_see = ("/how-we-listen/", "/gatherings/june-retreat/")

    for when, answer in (
        (lambda: rounds.to_the_middle(june, deliver), lambda link: rounds.check_in(client, link, B5="A walk")),
        (lambda: loop.after_the_end(june, deliver), lambda link: loop.say(client, link, C8="The evenings")),
    ):
        when()
        deliver()
        before = (seen_by(another_client, *hers), seen_by(otto, *his), seen_by(client, *all_see))
        for name in loop.NAMES[:7]:
            assert answer(loop.token(june, name)).status_code == 303
            deliver()
            assert (seen_by(another_client, *hers), seen_by(otto, *his), seen_by(client, *all_see)) == before, name


def test_a_copy_is_there_for_nobody_before_its_hour(mira, client, another_client, app, deliver) -> None:
    june = loop.a_group(8, facilitator=mira)
    loop.after_the_end(june, deliver)
    clock.move_to(clock.now() + timedelta(minutes=7))
    loop.cares(another_client, june)
    otto = app.test_client()
    sign_in(otto, a_person("otto@example.org", role="organiser"))
    before = seen_by(another_client, "/care/"), seen_by(otto, "/organise/loop")

    loop.say(client, loop.token(june, "eva"), C8="He touched me, and I was abused")

    case = db.session.query(CareCase).one()
    assert (seen_by(another_client, "/care/"), seen_by(otto, "/organise/loop")) == before
    assert another_client.get(f"/care/{case.id}").status_code == 404
    clock.move_to(case.raised_at)
    deliver()
    assert f"/care/{case.id}" in another_client.get("/care/").text
    assert another_client.get(f"/care/{case.id}").status_code == 200


def test_how_clear_a_promise_was_shows_once_and_not_person_by_person(mira, client, deliver) -> None:
    june = loop.a_group(8, facilitator=mira)
    deliver()
    for name in loop.NAMES[:6]:
        loop.post(client, loop.token(june, name), "/before", A7="4", A1="Rest")
        db.session.remove()
        with client.application.test_request_context():
            assert how_clear(june) == []

    clock.move_to(june.starts_at - timedelta(hours=47))
    deliver()

    with client.application.test_request_context():
        [(_title, _label, counts)] = how_clear(june)
    assert sum(count for _word, count in counts) == 6


def test_what_joins_later_joins_with_three_and_the_letter_shows_what_those_who_led_see(
    mira, client, another_client, deliver
) -> None:
    june = loop.a_group(9, facilitator=mira)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, *loop.NAMES[:5])
    loop.after_the_end(june, deliver, hours=72)
    loop.leads(another_client, mira)
    here = "/facilitate/june-retreat"
    another_client.post(f"{here}/after/open")
    another_client.post(f"{here}/letter", data={"version": "0", "text_en": "We heard you."})
    another_client.post(f"{here}/letter/send", data={"version": "1"})
    loop.everybody_says(client, june, *loop.NAMES[5:7], C1="1")
    loop.everybody_says(client, june, loop.NAMES[7], C1="")
    deliver()
    own = loop.token(june, "ada")

    loop.after_the_end(june, deliver, days=8)
    another_client.post(f"{here}/after/open")

    for page in (another_client.get(f"{here}/after").text, client.get(f"/reflect/{own}").text):
        assert "5 of 5 said mostly or entirely" in page
        assert "5 of 7" not in page
        assert "8 of 8 said yes" in page
