"""What is late and what is due: for a facilitator what they lead, for an organiser that somebody owes a reply."""

from __future__ import annotations

import re
from datetime import timedelta

from retreats import clock
from retreats.db import db, writing
from retreats.feedback.service import Decided
from retreats.feedback.service.decide import promise
from tests.catalogue.organise import otto
from tests.feedback import loop
from tests.house import a_facilitator, a_gathering, both


def agenda(client) -> dict[str, list[tuple[str, str]]]:
    """Under each heading: where each thing leads, and what it is."""
    page = client.get("/facilitate/").text
    found = {}
    for name in ("late", "due"):
        section = page.partition(f'<section id="{name}">')[2].partition("</section>")[0]
        found[name] = re.findall(r'<th scope="row" role="rowheader"><a href="([^"]+)">([^<]+)</a>', section)
    return found


def test_what_a_facilitator_owes_moves_from_due_to_late_and_only_they_see_it(client, another_client, deliver):
    mira, rui = a_facilitator(), a_facilitator("rui@example.org")
    june = loop.a_group(6, facilitator=mira)
    loop.after_the_end(june, deliver)
    loop.leads(another_client, mira)
    assert agenda(another_client) == {
        "late": [], "due": [("/facilitate/june-retreat/reflection", "Look back for yourself, before you read")]}  # fmt: skip
    loop.everybody_says(client, june, *loop.NAMES[:6])
    loop.after_the_end(june, deliver, hours=73)
    assert agenda(another_client)["due"] == [("/facilitate/june-retreat/after", "What they said can be read"),
                                             ("/facilitate/june-retreat/after", "The letter to the group")]  # fmt: skip
    with writing():
        promise(june.id, Decided(kind="will_change", about=both("A chair for everybody"),
                                         due_at=clock.now() + timedelta(days=2)), by=db.session.merge(mira).person)  # fmt: skip

    another_client.post("/facilitate/june-retreat/after/open")

    promised, owed = "Promised: A chair for everybody", "6 points are owed something"
    letter = "The letter to the group"
    assert [what for _, what in agenda(another_client)["due"]] == [promised, owed, letter]
    clock.move_to(clock.now() + timedelta(days=4))
    assert {name: [what for _, what in found] for name, found in agenda(another_client).items()} == {
        "late": [promised], "due": [owed, letter]}  # fmt: skip
    clock.move_to(clock.now() + timedelta(days=5))
    assert [what for _, what in agenda(another_client)["late"]] == [promised, owed, letter]
    point = loop.point_saying(june, "ada would change")
    decided = {"kind": "will_change", "about_en": "A chair", "due": "2028-05-01"}
    another_client.post(f"/facilitate/june-retreat/points/{point.id}/decide", data=decided)
    assert {name: [what for _, what in found] for name, found in agenda(another_client).items()} == {
        "late": [promised, "5 points are owed something", letter], "due": ["One point is owed something"]}  # fmt: skip

    loop.leads(client, rui)
    assert agenda(client) == {"late": [], "due": []}
    assert 'href="/me/#calendar"' in client.get("/facilitate/").text
    assert "June retreat" not in client.get("/facilitate/").text
    otto(client)
    assert "whoever led owes 5 replies" in client.get("/organise/").text


def test_where_nobody_was_there_nothing_is_due_and_the_page_says_so(another_client, deliver):
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    loop.leads(another_client, mira)
    loop.after_the_end(june, deliver)
    assert "people are being asked" in another_client.get("/facilitate/").text

    loop.after_the_end(june, deliver, hours=73)

    assert agenda(another_client) == {"late": [], "due": []}
    assert "nobody was there to be asked" in another_client.get("/facilitate/").text
    assert "Nobody was there to be asked." in another_client.get("/facilitate/june-retreat/after").text


def test_a_facilitators_page_asks_the_database_as_often_for_thirty_as_for_one(client, statements):
    mira = a_facilitator()
    loop.leads(client, mira)

    def asked() -> int:
        with statements() as seen:
            assert client.get("/facilitate/").status_code == 200
        return len(seen)

    a_gathering(slug="g0", facilitator=mira, starts_at=clock.now() - timedelta(days=4))
    a_gathering(slug="h0", facilitator=mira)
    once = asked()
    for number in range(1, 15):
        a_gathering(slug=f"g{number}", facilitator=mira, starts_at=clock.now() - timedelta(days=4))
        a_gathering(slug=f"h{number}", facilitator=mira)

    assert asked() == once
