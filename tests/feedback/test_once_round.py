"""The loop once round, through its pages: hoped, answered, said, heard, decided, changed, shown, told, met."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.events import GatheringPublished
from retreats.feedback import queries
from retreats.feedback.models import Decision, Need, Point
from retreats.outbox import emit
from tests.feedback import loop
from tests.house import a_facilitator, a_gathering

pytestmark = pytest.mark.slow


def test_what_eva_says_without_her_name_changes_the_next_retreat(  # noqa: PLR0915  (one walk is one story)
    client, another_client, deliver, sent
) -> None:
    mira = a_facilitator()
    june = loop.a_group(7, facilitator=mira)
    deliver()
    eva, ada = loop.token(june, "eva"), loop.token(june, "ada")
    assert f"/reflect/{eva}" in dict(loop.letters(sent, "Before you come"))["eva@example.org"]
    loop.leads(another_client, mira)

    # Before: Eva hopes and needs, Mira answers, Eva sees it.
    answer = loop.post(
        client, eva, "/before", A1="To sleep again", A2="quiet", A4="Loud music", A5="Can I come by train?"
    )
    assert answer.status_code == 303
    needs = {need.key: need.id for need in db.session.query(Need)}
    page = another_client.get("/facilitate/june-retreat/needs")
    assert "To sleep again" in page.text
    assert "quieter places" in page.text
    marks = {f"mark_{needs['A2:quiet']}": "will", f"mark_{needs['A4']}": "cannot", f"note_{needs['A4']}": ""}
    assert another_client.post("/facilitate/june-retreat/needs", data=marks).status_code == 422
    marks[f"note_{needs['A4']}"] = "The village has its feast that night"
    assert another_client.post("/facilitate/june-retreat/needs", data=marks).status_code == 303
    mine = client.get(f"/reflect/{eva}")
    assert "The village has its feast that night" in mine.text
    assert "Will do" in mine.text

    # After: six answer, Eva without her name; nothing shows before the release.
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "filipe", C8="")
    assert loop.say(client, eva, C8="The evenings were too full", C8_also="reply", C1="2").status_code == 303
    assert "The evenings were too full" not in another_client.get("/facilitate/june-retreat/after").text
    loop.after_the_end(june, deliver, hours=72)

    # Mira reads, hears, answers and decides, and does not learn who it was.
    results = another_client.get("/facilitate/june-retreat/after")
    assert "6 of 7 answered" in results.text
    assert "The evenings were too full" not in results.text
    another_client.post("/facilitate/june-retreat/after/open")
    results = another_client.get("/facilitate/june-retreat/after")
    assert "The evenings were too full" in results.text
    assert "Eva" not in results.text
    point = loop.point_saying(june, "evenings").id
    at = f"/facilitate/june-retreat/points/{point}"
    assert another_client.post(f"{at}/reply", data={"reply": "I hear that you were tired."}).status_code == 303
    decided = {"kind": "will_change", "about_en": "The evenings were long", "due": "2027-05-01"}
    assert another_client.post(f"{at}/decide", data=decided).status_code == 303
    assert "I hear that you were tired." not in client.get(f"/reflect/{eva}").text
    clock.move_to(clock.now() + timedelta(minutes=30))
    trail = client.get(f"/reflect/{eva}").text
    assert "I hear that you were tired." in trail
    assert "yes, by Saturday 1 May 2027" in trail
    assert "I hear that you were tired." not in client.get(f"/reflect/{ada}").text

    # Everybody hears on Wednesday at ten that there is something new, in the same words.
    assert loop.letters(sent, "Something new") == []
    wednesday = loop.window(june).digest_due_at
    clock.move_to(wednesday)
    deliver()
    digests = loop.letters(sent, "Something new")
    assert len(digests) == 7
    assert len({loop.without_own(text) for _to, text in digests}) == 1
    assert len({loop.headers_of(each) for each in sent if "Something new" in each.subject}) == 1

    # The change is made; the next retreat of the series is published and shows it; everybody is told.
    decision = db.session.query(Decision).one().id
    clock.move_to(clock.now() + timedelta(days=7))
    made = {"made": "2027-03-28", "what_en": "The second evening is free"}
    assert another_client.post(f"/facilitate/june-retreat/decisions/{decision}/made", data=made).status_code == 303
    autumn = a_gathering(slug="autumn-retreat", facilitator=mira, starts_at=clock.now() + timedelta(days=60))
    loop.in_series(june, autumn)
    with writing():
        emit(GatheringPublished(gathering_id=autumn.id))
    deliver()
    shown = queries.you_said_we_changed(db.session.get_one(Gathering, autumn.id))
    assert [(each.said["en"], each.outcome, each.text["en"]) for each in shown] == [
        ("The evenings were long", "changed", "The second evening is free")
    ]
    assert len(loop.letters(sent, "Something new")) == 14
    assert db.session.get_one(Point, point).state == "told"

    # Eva is asked; partly opens it again; made once more; then it meets her point.
    assert "Does this meet your point?" in client.get(f"/reflect/{eva}").text
    assert "Does this meet your point?" not in client.get(f"/reflect/{ada}").text
    assert loop.post(client, eva, "/words/C8/verdict", met="partly").status_code == 303
    db.session.remove()
    assert db.session.get_one(Point, point).state == "told"
    clock.move_to(clock.now() + timedelta(hours=24))
    deliver()
    assert db.session.get_one(Point, point).state == "reopened"
    made = {"made": "2027-04-06", "what_en": "Both evenings are free"}
    another_client.post(f"/facilitate/june-retreat/decisions/{decision}/made", data=made)
    deliver()
    assert db.session.get_one(Point, point).state == "told"
    loop.post(client, eva, "/words/C8/verdict", met="met")
    clock.move_to(clock.now() + timedelta(hours=24))
    deliver()
    assert db.session.get_one(Point, point).state == "confirmed"
    assert queries.figures().verdicts == {"met": 1, "partly": 0, "not": 0, "silent": 0}
    listening = client.get("/how-we-listen/")
    assert "6 of 7" in listening.text
