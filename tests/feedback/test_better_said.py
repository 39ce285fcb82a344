"""What should have been explained before stands where the next page's promise is written, once five people have answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.db import db
from tests.feedback import loop, rounds
from tests.house import a_facilitator, a_gathering, a_person, sign_in

PROMISE = "/organise/gatherings/july-retreat/edit/promise"


@pytest.mark.parametrize(("people", "shows"), [(4, False), (5, True)])
def test_whoever_writes_the_next_promise_reads_what_five_people_missed(
    people, shows, client, another_client, deliver
) -> None:
    june = loop.a_group(6, facilitator=a_facilitator())
    july = a_gathering(slug="july-retreat", starts_at=june.ends_at + timedelta(days=60))
    loop.in_series(june, july)
    clock.move_to(rounds.timeline.FOLLOW_UPS[21, "opens"].due_at(june))
    deliver()
    links = loop.tokens(june)
    for name in loop.NAMES[:people]:
        said = {"D6": f"{name} had no idea of the nights", "D7": f"{name} wants other things learned"}
        assert rounds.later(client, links[name], **said).status_code == 303
    sign_in(another_client, a_person("otto@example.org", role="organiser"))
    assert "no idea" not in another_client.get(PROMISE).text

    db.session.remove()
    clock.move_to(rounds.timeline.FOLLOW_UPS[21, "closes"].due_at(db.session.get_one(loop.Gathering, june.id)))
    deliver()

    page = another_client.get(PROMISE).text
    assert ("What should have been explained before" in page, "/organise/loop/june-retreat/rounds" in page) == (
        shows,
        shows,
    )
    assert page.count("had no idea of the nights") == (5 if shows else 0)
    assert "other things learned" not in page
