"""What is posted besides a form's own fields is listened to nowhere in the loop (AUTZ-06)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator
from retreats.db import db
from retreats.feedback.models import Message, Point, Verdict
from retreats.feedback.service import sealing
from tests.feedback import loop
from tests.feedback.test_answering import press, round_, state
from tests.house import a_person
from tests.stores import ON_SQLITE

pytestmark = [pytest.mark.slow, ON_SQLITE]
assert round_, "a fixture of this file too"


def more(**also: Any) -> dict[str, Any]:
    """Names of columns and of things that a programmer might bind from a form."""
    return {
        "role": "owner", "roles": "owner", "paid": "yes", "price": "0", "price_minor": "0", "agreed_minor": "0", "owner": "1",
        "owner_id": "1", "capacity": "999", "anonymous": "no", "unnamed": "no", "named": "yes", "mode": "named", "kind": "concern",
        "state": "closed", "place": "1", "person": "1", "locator": "00", "window_id": "1", "batch_id": "1", "staff_id": "1",
        "gathering_id": "1", "visible_after": "2020-01-01", "withheld": "yes", "may_quote": "yes", "wants_reply": "yes",
        "C7_place_id": "1", "C8_place_id": "1", "C8_locator": "00", "C8_owner": "1", "C8_anonymous": "no", "C1_kind": "thanks",
    } | also  # fmt: skip


def rows() -> dict[str, set[str]]:
    """Every row of the house, by table."""
    with db.engine.connect() as looking:
        return {
            table.name: {str(tuple(row)) for row in looking.execute(sa.select(table))}
            for table in db.metadata.sorted_tables
        }


def changed(before: dict[str, set[str]]) -> dict[str, int]:
    """In which tables rows are other now, and how many."""
    now = rows()
    return {name: len(now[name] ^ before[name]) for name in now if now[name] != before[name]}


def test_with_more_in_it_the_form_after_seals_the_same_and_nothing_else_happens(client, deliver) -> None:
    june = loop.a_group_asked(6, deliver)
    loop.say(client, loop.token(june, "filipe"), C8="The first words")
    hers, his, bo = loop.token(june, "ada"), loop.token(june, "duarte"), loop.place_of(june, "bo")
    before = rows()

    loop.say(client, hers, C8="Later in the evening", C8_mode="unnamed")
    plainly = changed(before)
    before = rows()
    answer = loop.say(client, his, **more(place_id=bo.id, person_id=bo.person_id, token=hers), C8="Later in the evening",
                      C8_mode="unnamed")  # fmt: skip

    assert answer.status_code == 303
    assert changed(before) == plainly
    assert plainly.keys() <= {"sealed_answer"}, "no person, place, time or price beside unnamed words"
    [one, other] = [words for each in loop.sealed() if "Later" in str(words := sealing.opened(each))]
    assert one | {"released": ""} == other | {"released": ""}
    assert one["kind"] == "change"


def test_with_more_in_it_no_button_of_an_author_touches_anybody_elses_words(round_, client, another_client) -> None:
    evas, adas = loop.point_saying(round_, "fire"), loop.point_saying(round_, "ada would")
    other = more(point=adas.id, point_id=adas.id, place_id=loop.place_of(round_, "ada").id, question_key="C8", token="x",
                 to_id="1", message_id="1", side="staff")  # fmt: skip
    eva, before = loop.token(round_, "eva"), rows()

    written = loop.post(client, eva, "/words/C8/write", text="One more thing", **other)
    by_her = changed(before)
    taken_back = loop.post(client, eva, "/words/C9/withdraw", **other)
    untold = loop.post(client, eva, "/words/C8/verdict", met="met", **other)

    assert (written.status_code, taken_back.status_code) == (303, 303)
    assert untold.status_code in {404, 409}
    assert by_her.keys() == {"message"}
    db.session.remove()
    kept = db.session.get_one(Point, adas.id)
    assert (kept.text, kept.state, kept.place_id) == ("ada would change the evenings", adas.state, adas.place_id)
    mine = db.session.get_one(Point, evas.id)
    assert (mine.kind, mine.place_id, mine.state) == ("change", None, evas.state)
    assert [(each.point_id, each.side) for each in db.session.query(Message)] == [(mine.id, "author")]
    assert db.session.query(Verdict).count() == 0


def test_with_more_in_it_no_button_of_who_leads_sets_kind_verdict_or_somebody_elses_point(
    round_, another_client
) -> None:
    mira = db.session.scalars(sa.select(Facilitator)).one()
    evas, adas = loop.point_saying(round_, "fire"), loop.point_saying(round_, "ada would")
    stranger, evas_id = a_person("zoe@example.org"), evas.id
    other = more(point_id=adas.id, verdict="met", met="met", place_id=loop.place_of(round_, "bo").id,
                 person_id=stranger.id, written_by_id=stranger.id, side="author")  # fmt: skip
    kinds = {each.id: (each.kind, each.text, each.place_id, each.locator) for each in loop.points(round_)}

    replied = press(another_client, evas, "reply", reply="I hear you.", **other)
    decided = press(another_client, evas, "decide", **other | {"kind": "already_so", "about_en": "The evenings"})

    assert (replied.status_code, decided.status_code) == (303, 303)
    assert {each.id: (each.kind, each.text, each.place_id, each.locator) for each in loop.points(round_)} == kinds
    assert state(adas) == adas.state
    assert db.session.query(Verdict).count() == 0
    [said] = db.session.query(Message)
    assert (said.point_id, said.side, said.staff_id) == (evas_id, "staff", mira.person_id)
    assert [each.role for each in db.session.get_one(Person, mira.person_id).roles] == ["facilitator"]
