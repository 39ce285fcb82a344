"""How much of a practice is with somebody from day to day: for themselves alone, drawn and in a table, with gaps left open."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from retreats import clock
from retreats.db import db, new_id
from retreats.practices.service import personal
from tests.feedback import loop
from tests.house import a_facilitator
from tests.practices.arranged import a_gathering_with_a_practice, begun, choose, notes

pytestmark = pytest.mark.slow


def test_ada_sees_her_own_course_and_mira_never_does(client, another_client):
    mira = a_facilitator()
    june, practice = a_gathering_with_a_practice(2, mira)
    begun(june)
    ada = loop.token(june, "ada")
    choose(client, ada, practice)
    path = f"/practices/{practice.id}/notes"

    def say(word: str, text: str = "", entry: int = 0) -> int:
        fields = {f"text_{practice.id}": text, f"word_{practice.id}": word, "entry": str(entry or new_id())}
        return loop.post(client, ada, path, **fields).status_code

    def page() -> str:
        return client.get(f"/reflect/{ada}/practices").text

    start = datetime(2027, 10, 20, 21, 30, tzinfo=UTC)  # the clocks go back on the 31st
    clock.move_to(start)
    entry = new_id()
    assert [say("2", "Hard today", entry) for _click in range(2)] == [303, 303]
    assert (say(""), say("6")) == (422, 422)
    assert "The same in a table" not in page()
    for days, word in ((10, "3"), (11.9, "1"), (12, "4"), (40, "5")):
        clock.move_to(start + timedelta(days=days, hours=1))
        assert say(word) == 303

    found = page()
    lines = re.findall(r'<path class="line" d="([^"]+)"', found)
    assert len(lines) == 1
    assert (lines[0].count("M"), found.count('<circle class="dot"')) == (2, 4)  # 40 days: not joined
    table = found.split("The same in a table")[1].split("</table>")[0]
    rows = re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', table)
    assert rows == [("Wednesday 20 October 2027", "A little"), ("Saturday 30 October 2027", "Partly"),
                    ("Monday 1 November 2027", "Mostly"), ("Monday 29 November 2027", "Entirely")]  # fmt: skip
    assert "Quanto disto esteve consigo" in client.get(f"/reflect/{ada}/practices?lang=pt").text
    assert all(each.word.encode() != each.word_sealed for each in notes())

    only_words = next(each.id for each in notes() if not each.text)
    shown = [loop.post(client, ada, f"/notes/{each}", do="show").status_code for each in (entry, only_words)]
    loop.leads(another_client, mira)
    theirs = another_client.get("/facilitate/june-retreat/practices").text
    assert shown == [303, 404]
    assert "Hard today" in theirs
    assert not any(words in theirs for words in ("A little", "Entirely", 'class="dot"'))
    place = loop.place_of(june, "ada")
    db.session.remove()
    assert "'word': 'A little'" in str(personal.export(place.person_id))
