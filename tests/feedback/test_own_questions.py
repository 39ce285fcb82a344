"""Up to three questions of a gathering's own: asked until the form opens, answered and released as everything else, never a score."""

from __future__ import annotations

from typing import Any

import pytest

from retreats.catalogue.models import Gathering, Session
from retreats.db import db, new_id, writing
from retreats.feedback.models import GroupAnswer, Point, SealedAnswer
from retreats.feedback.queries.group_letters import group_picture
from retreats.feedback.service import pooling
from retreats.questions.models import Form
from tests.conftest import browser_of
from tests.feedback import loop
from tests.house import a_facilitator, a_person, both, sign_in

pytestmark = pytest.mark.slow

PATH, AFTER = "/facilitate/june-retreat/own-questions", "/facilitate/june-retreat/after"
SCALE, TEXT = "The silence was long enough", "What should the morning keep?"
ASKED = {
    "version": "0",
    "label_1_en": SCALE, "label_1_pt": "O silêncio foi longo o suficiente", "kind_1": "scale", "about_1": "",
    "label_2_en": TEXT, "label_2_pt": "O que deve a manhã manter?", "kind_2": "text", "about_2": "",
}  # fmt: skip


@pytest.fixture
def mira(app):
    return a_facilitator()


@pytest.fixture
def june(mira, another_client):
    gathering = loop.a_group(6, facilitator=mira)
    loop.leads(another_client, mira)
    return gathering


def a_session(gathering: Gathering) -> int:
    session_id = new_id()
    with writing() as session:
        start = session.get_one(Gathering, gathering.id).starts_at
        session.add(
            Session(id=session_id, gathering_id=gathering.id, title=both("Dawn walk"), starts_at=start, ends_at=start)
        )
    return session_id


def stands() -> list[tuple[str, int]]:
    db.session.remove()
    return [(form.occasion, len(form.questions)) for form in db.session.query(Form).filter_by(occasion="after_own")]


def test_those_who_lead_ask_until_the_form_opens_and_never_for_a_score(june, another_client, app, deliver) -> None:
    walk, ask = a_session(june), another_client.post
    assert "First question" in another_client.get(PATH).text

    one_tongue = ask(PATH, data=ASKED | {"label_2_pt": ""})
    score = ask(PATH, data=ASKED | {"label_1_en": "MIRA held us well"})
    assert (one_tongue.status_code, score.status_code, stands()) == (422, 422, [])
    assert "Ask it in every language of the gathering." in one_tongue.text
    assert "What should the morning keep?" in one_tongue.text
    assert "would be a score" in score.text
    for _ in range(2):  # a double click
        assert ask(PATH, data=ASKED | {"about_2": str(walk)}).status_code == 303
    assert stands() == [("after_own", 2)]
    otto = browser_of(app)
    sign_in(otto, a_person("otto@example.org", role="organiser"))
    assert TEXT in otto.get("/organise/loop/june-retreat/own-questions").text
    stale = otto.post("/organise/loop/june-retreat/own-questions", data=ASKED)
    assert (stale.status_code, len(stands())) == (409, 1)
    assert (
        otto.post(
            "/organise/loop/june-retreat/own-questions", data=ASKED | {"version": "1", "about_2": str(walk)}
        ).status_code
        == 303
    )

    loop.after_the_end(june, deliver)

    assert ask(PATH, data=ASKED | {"version": "1"}).status_code == 409
    page = another_client.get(PATH).text
    assert "its questions stay as they are" in page
    assert f"{TEXT} (Dawn walk)" in page
    assert '<form method="post" novalidate>' not in page
    assert f"{TEXT} (Dawn walk)" in browser_of(app).get(f"/reflect/{loop.token(june, 'ada')}/after").text


def everybody_answers(client: Any, gathering: Gathering, *names: str, scale: str = "4") -> None:
    links = loop.tokens(gathering)
    for name in names:
        sent = loop.say(client, links[name], O1=scale, O2=f"{name} keeps the bell", O2_mode="unnamed", O2_kind="change",
                        O3="nobody asked this", O3_mode="unnamed")  # fmt: skip
        assert sent.status_code == 303


def test_what_was_asked_besides_is_sealed_released_and_answered_as_everything_else(
    june, client, another_client, deliver
) -> None:
    another_client.post(PATH, data=ASKED)
    loop.after_the_end(june, deliver)
    everybody_answers(client, june, "ada", "bo", "cara", "duarte", "eva")
    ada = loop.token(june, "ada")
    form = client.get(f"/reflect/{ada}/after").text
    assert (SCALE in form, "ada keeps the bell</textarea>" in form, "O3" in form) == (True, True, False)
    assert {each.question for each in loop.sealed()} == {"scales", "O2"}
    assert SCALE not in another_client.get(AFTER).text

    loop.after_the_end(june, deliver, hours=72)
    another_client.post(f"{AFTER}/open")

    page = another_client.get(AFTER).text
    point = loop.point_saying(june, "ada keeps")
    assert (point.question, point.kind, point.place_id) == ("O2", "change", None)
    assert ("4 of 5" in page or "5 of 5 said mostly or entirely" in page, SCALE in page, TEXT in page) == (
        True,
        True,
        True,
    )
    assert TEXT in another_client.get(f"/facilitate/june-retreat/points/{point.id}").text
    assert (
        another_client.post(
            f"/facilitate/june-retreat/points/{point.id}/reply", data={"reply": "We keep it"}
        ).status_code
        == 303
    )
    mine = client.get(f"/reflect/{ada}").text
    assert (TEXT in mine, "ada keeps the bell" in mine, "bo keeps" in mine) == (True, True, False)
    assert [row.key for row in group_picture(loop.window(june))] == ["C1", "C6", "O1"]
    assert loop.post(client, ada, "/words/O2/withdraw").status_code == 303
    assert "ada keeps" not in "".join(each.text or "" for each in loop.points(june))


@pytest.mark.parametrize(("scale", "people", "says"), [("1", 5, "Most of those who answered"), ("4", 4, "")])
def test_an_own_scale_shows_from_five_on_and_is_guarded_where_all_were_unhappy(
    scale, people, says, june, client, another_client, deliver
) -> None:
    another_client.post(PATH, data=ASKED)
    loop.after_the_end(june, deliver)
    everybody_answers(client, june, *loop.NAMES[:people], scale=scale)
    if people < 5:
        loop.say(client, loop.token(june, "filipe"))
    loop.after_the_end(june, deliver, hours=72)
    another_client.post(f"{AFTER}/open")

    rows = {row.key: row for row in group_picture(loop.window(june))}

    assert ("O1" in rows, [] if "O1" not in rows else rows["O1"].counts) == (people >= 5, [])
    assert says in another_client.get(AFTER).text
    assert db.session.query(GroupAnswer).filter_by(question="O1").count() == people


def test_what_only_one_gathering_asked_goes_into_no_pool(june, client, another_client, deliver) -> None:
    another_client.post(PATH, data=ASKED)
    loop.after_the_end(june, deliver)
    links = loop.tokens(june)
    everybody_answers(client, june, "ada", "bo")
    loop.after_the_end(june, deliver, days=7)
    page = client.get(f"/reflect/{links['ada']}").text
    assert ("Let them be read all the same" in page, "Keep them for the yearly pool" in page) == (True, False)
    assert loop.post(client, links["ada"], "/words/O2/held", wish="keep").status_code == 410
    assert loop.post(client, links["bo"], "/words/O2/held", wish="release").status_code == 303

    loop.after_the_end(june, deliver, days=14)

    assert [point.text for point in db.session.query(Point)] == ["bo keeps the bell"]
    assert {each.question for each in db.session.query(SealedAnswer)} == {"O2", "scales"}
    assert "so it goes into no pool" in client.get(f"/reflect/{links['ada']}").text


def test_late_words_to_an_own_question_stay_sealed_while_the_rest_is_pooled(
    june, client, another_client, deliver
) -> None:
    another_client.post(PATH, data=ASKED)
    loop.after_the_end(june, deliver)
    everybody_answers(client, june, *loop.NAMES[:5])
    loop.after_the_end(june, deliver, hours=72)
    everybody_answers(client, june, "filipe")
    loop.say(client, loop.token(june, "filipe"), C8="filipe would change it", O2="filipe keeps", O2_mode="unnamed")

    loop.after_the_end(june, deliver, days=7)

    assert sorted(each.question for each in loop.sealed()) == ["C8", "O2", "scales"]
    assert sorted(each.question for each in db.session.scalars(pooling._left())) == ["C8", "scales"]
