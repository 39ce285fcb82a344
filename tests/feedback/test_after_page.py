"""After a gathering: sixty seconds, in one column, and nothing without something to do."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retreats import clock
from retreats.db import db, writing
from retreats.feedback.models import CareCase, ComeBack
from retreats.feedback.queries.in_short import minutes_for
from retreats.feedback.timeline import next_thursday
from tests.feedback import loop
from tests.feedback.heard import Saying, heard
from tests.house import a_facilitator

pytestmark = pytest.mark.slow

AFTER = "/facilitate/june-retreat/after"


def said(page: str) -> str:
    """The column, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0]).split())


@pytest.fixture
def june(another_client):
    """Six of seven answered; Mira expected five and promised two things aloud, and has not read yet."""
    mira = a_facilitator()
    gathering = heard(7, [
        Saying("ada", "C7", "ada loved the bread"), Saying("bo", "C7", f"bo {'really ' * 30}loved the bread"),
        Saying("cara", "C8", "Fewer songs", may="quote"), Saying("duarte", "C9", "When is the next?"),
        Saying("eva", "C9", "I cried", kind="sharing"), Saying("filipe", "C8", "More walks", named=True),
    ], facilitator=mira, scales={"C1": "442454"}, read=False)  # fmt: skip
    with writing() as session:
        case = CareCase(gathering_id=gathering.id, source="C10", choice="weighs", raised_at=clock.now(), alerted=True)
        case.text = "It was hard"
        session.add(case)
    loop.leads(another_client, mira)
    another_client.post("/facilitate/june-retreat/reflection", data={"E1": "5", "E5": "A chair\nMore tea"})
    return gathering


def test_the_page_says_what_was_answered_what_is_owed_and_what_comes_next(june, client, another_client):
    before = another_client.get(AFTER).text
    another_client.post(f"{AFTER}/open")

    page = said(another_client.get(AFTER).text)

    assert "letter due" not in before
    order = ["6 of 7 answered · released today · letter due in 7 days", "5 to answer, about 15 min", "Thanks first",
             "loved the bread", "loved the bread", "What they ask of you", "When is the next?", "I cried",
             "Expected and heard", "You expected that 5 would", "5 of 6 said mostly or entirely",
             "In a word", "pooled view in March", "Next", "Write the letter", "Note for supervision",
             "Close for now, remind me Thursday"]  # fmt: skip
    places = []
    for words in order:
        places.append(page.find(words, places[-1] + 1 if places else 0))
    assert [words for words, place in zip(order, places, strict=True) if place < 0] == []
    assert (
        page.index("When is the next?")
        < min(page.index("Fewer songs"), page.index("More walks"))
        < page.index("I cried")
    )
    assert page.count("♥ Heard") == 2
    assert page.count("bo really") == 2, "first the first words, then all of them"
    for asked, times in (("What would you keep exactly as it is?", 1), ("What one thing would you change, and how?", 2),
                         ("A question, or something you want", 2), ("may be quoted, without a name", 1)):  # fmt: skip
        assert page.count(asked) == times
    assert page.count("Add to theme") == 4
    assert page.count("Decide") == 2
    assert "looking after something" not in page
    assert "A chair" in another_client.get(AFTER).text
    clock.move_to(clock.now() + timedelta(days=9))
    assert "released 9 days ago · letter late by 2 days" in said(another_client.get(AFTER).text)


@pytest.mark.parametrize(("points", "minutes"), [(1, 5), (2, 5), (6, 20), (10, 30)])
def test_minutes_come_in_steps_of_five(points, minutes):
    assert minutes_for(points) == minutes


def test_that_something_is_looked_after_stands_there_only_if_the_care_contact_allows_it(june, client, another_client):
    another_client.post(f"{AFTER}/open")
    loop.cares(client, june)
    case = db.session.query(CareCase).filter_by(source="C10").one()
    client.post(f"/care/{case.id}/open")
    assert "looking after something" not in said(another_client.get(AFTER).text)
    assert another_client.post(f"/care/{case.id}/mention", data={"mention": "yes"}).status_code == 404

    for _press in range(2):
        assert client.post(f"/care/{case.id}/mention", data={"mention": "yes"}).status_code == 303

    page = said(another_client.get(AFTER).text)
    assert "is looking after something. You need do nothing." in page
    assert "It was hard" not in page
    assert "It was hard" not in another_client.get("/facilitate/june-retreat/letter").text
    client.post(f"/care/{case.id}/move", data={"state": "closed:supported"})
    assert "looking after something" not in said(another_client.get(AFTER).text)


def test_closed_for_now_it_comes_back_on_thursday_at_ten_without_a_word_of_it(june, another_client, deliver, sent):
    another_client.post(f"{AFTER}/open")

    for _press in range(2):
        another_client.post(f"{AFTER}/close")

    [asked] = db.session.query(ComeBack).all()
    local = asked.due_at.astimezone(ZoneInfo("Europe/Lisbon"))
    assert (local.weekday(), local.hour, local.minute) == (3, 10, 0)
    assert timedelta(0) < asked.due_at - clock.now() <= timedelta(days=7)
    assert "Until then this can rest." in said(another_client.get(AFTER).text)
    clock.move_to(asked.due_at)
    deliver()
    deliver()
    [(to, text)] = loop.letters(sent, "As you wished")
    assert to == "mira@example.org"
    assert AFTER in text
    assert not re.search(r"bread|songs|walks|answered|owed|\d+ ", text.partition("—")[0].replace("after", ""))
    assert db.session.query(ComeBack).count() == 0


def test_thursday_is_at_ten_on_the_wall_across_both_changes_of_the_clocks():
    lisbon = ZoneInfo("Europe/Lisbon")
    found = [
        next_thursday(datetime(*day, 12, tzinfo=lisbon), "Europe/Lisbon").astimezone(lisbon)
        for day in ((2027, 3, 26), (2027, 10, 29), (2027, 4, 1), (2027, 3, 31))
    ]

    assert [f"{each:%Y-%m-%d %H:%M %Z}" for each in found] == [
        "2027-04-01 10:00 WEST", "2027-11-04 10:00 WET", "2027-04-08 10:00 WEST", "2027-04-01 10:00 WEST"]  # fmt: skip


def test_the_widest_gap_from_what_is_usual_comes_first_with_its_sentence(another_client):
    mira = a_facilitator()
    loop.leads(another_client, mira)
    for number in range(4):
        loved, way = "4444344", "1111144" if number == 3 else "5555544"
        heard(7, [], facilitator=mira, slug=f"evening-{number}",
              scales={"C1": loved, "C2": "4444444", "C3": way, "C5": "4444444"})  # fmt: skip

    first = said(another_client.get("/facilitate/evening-0/after").text)
    last = another_client.get("/facilitate/evening-3/after").text
    headings = re.findall(r"<h3>([^<]+)</h3>", last.partition("<h2>In a word</h2>")[2].partition("</section>")[0])

    assert "usual for you" not in first
    assert headings[0] == "The way we worked suited me."
    assert "Different from before." in said(last)
    assert "usual for you: " in said(last)
    assert 'class="whisker"' in last


def test_the_page_asks_the_database_as_often_for_thirty_points_as_for_a_few(june, another_client, statements):
    another_client.post(f"{AFTER}/open")

    def asked() -> int:
        with statements() as seen:
            assert another_client.get(AFTER).status_code == 200
        return len(seen)

    once, points = asked(), loop.points(june)
    with writing() as session:
        for number in range(30):
            point = loop.Point(batch_id=points[0].batch_id, question="C8", kind="change", state="read")
            point.text = f"Point {number}"
            session.add(point)

    assert asked() == once
