"""The closed conversation: only who joined and who led are in it, one leaves at once, and it freezes at midnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from retreats import clock, periods
from retreats.booking.models import Place
from retreats.catalogue.models import Facilitator, Gathering
from retreats.conversation import personal
from retreats.conversation.models import Conversation, ConversationMessage, Member
from retreats.conversation.service import next_digest
from retreats.conversation.timeline import freezes_at
from retreats.db import db, new_id, writing
from retreats.feedback.models import CareCase
from tests.feedback import loop
from tests.house import a_facilitator, a_person, sign_in
from tests.tokens import guessed

HERE = "/facilitate/june-retreat/conversation"
SUBJECT = "In your conversation"


@pytest.fixture
def mira(app) -> Facilitator:
    del app
    return a_facilitator()


@pytest.fixture
def june(mira) -> Gathering:
    """Three were there, and it is over."""
    found = loop.a_group(4, facilitator=mira)
    db.session.remove()
    assert found.ends_at is not None
    clock.move_to(found.ends_at + timedelta(hours=1))
    return found


def join(client, link: str, name: str, **more: str) -> int:
    return loop.post(client, link, "/conversation/join", name=name, **more).status_code


def say(client, link: str, words: str, topic: str = "affected", entry: int = 0) -> int:
    fields = {"topic": topic, "entry": str(entry or new_id()), f"text_{topic}": words}
    return loop.post(client, link, "/conversation/say", **fields).status_code


def read(client, link: str) -> str:
    answer = client.get(f"/reflect/{link}/conversation")
    return answer.text if answer.status_code == 200 else f"({answer.status_code})"


def messages() -> list[ConversationMessage]:
    db.session.remove()
    return db.session.query(ConversationMessage).all()


def test_who_joins_appears_as_they_chose_and_what_they_say_is_only_read_inside(client, another_client, mira, june):
    ada, bo, cara = (loop.token(june, name) for name in ("ada", "bo", "cara"))
    door = read(client, ada)
    assert join(client, ada, "") == 422
    assert [join(client, ada, "Ada from the hill") for _ in range(2)] == [303, 303]
    join(client, bo, "B.")
    entry = new_id()

    said = [say(client, ada, "<script>1</script>\nI sleep again", entry=entry) for _ in range(2)]
    loop.leads(another_client, mira)
    led = another_client.post(f"{HERE}/say", data={"topic": "keep", "entry": "7", "text_keep": "The walk at dawn"})

    assert "The others see you under the name that you write here" in door
    assert "Mira" in door
    assert 'name="digest" type="checkbox" value="yes">' in door
    assert (said, led.status_code, len(messages())) == ([303, 303], 303, 2)
    for page in (read(client, ada), read(client, bo), another_client.get(HERE).text):
        assert "Here are: Mira · Ada from the hill · B." in page
        assert "&lt;script&gt;1&lt;/script&gt;\nI sleep again" in page
        assert "The walk at dawn" in page
    assert "I sleep again" not in read(client, cara)
    assert say(client, cara, "hello") == 404
    assert say(client, ada, "hello", topic="gossip") == 404
    assert say(client, ada, "") == 422
    rows = " ".join(
        str(row)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
    )
    assert "I sleep again" not in rows
    assert "from the hill" not in rows


def test_for_everybody_else_it_is_not_there(client, another_client, mira, june):
    del mira
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    join(client, ada, "Ada")
    say(client, ada, "Only here")
    entry = messages()[0].id
    loop.a_group(
        1, slug="july-circle", facilitator=a_facilitator("milo@example.org"), starts_at=clock.now() + timedelta(days=9)
    )
    other = loop.token(db.session.query(Gathering).filter_by(slug="july-circle").one(), "ada")
    with writing() as session:
        session.get_one(Place, loop.place_of(june, "bo").id).presence = "missed"
    cara = loop.token(june, "cara")

    assert [read(client, link) for link in (bo, other, guessed(ada))] == ["(404)"] * 3
    assert client.get(f"/reflect/{cara}/conversation/report/{entry}").status_code == 404
    for path in ("take-back", "digest", f"report/{entry}"):
        assert loop.post(client, cara, f"/conversation/{path}", which=str(entry)).status_code == 404
    assert loop.post(client, cara, "/conversation/leave", words="go").status_code == 404
    for email, role in (("otto@example.org", "organiser"), ("milo@example.org", None), ("ada@example.org", None)):
        sign_in(another_client, a_person(email, role=role))
        assert another_client.get(HERE).status_code == 404
        assert another_client.post(f"{HERE}/say", data={"topic": "keep"}).status_code == 404
        assert another_client.get(f"{HERE}/report/{entry}").status_code == 404
    assert len(messages()) == 1


def test_there_is_none_before_the_end(client, mira):
    loop.leads(client, mira)
    july = loop.a_group(1, facilitator=mira)

    assert read(client, loop.token(july, "ada")) == "(404)"
    assert client.get(HERE).status_code == 404
    assert "Our conversation" not in client.get(f"/reflect/{loop.token(july, 'ada')}").text


def test_one_takes_back_ones_own_words_and_nobody_elses(client, another_client, mira, june):
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    join(client, ada, "Ada")
    join(client, bo, "Bo")
    say(client, ada, "Too much")
    entry = str(messages()[0].id)
    loop.leads(another_client, mira)

    assert loop.post(client, bo, "/conversation/take-back", which=entry).status_code == 404
    assert another_client.post(f"{HERE}/take-back", data={"which": entry}).status_code == 404
    assert "Too much" in read(client, bo)
    assert [loop.post(client, ada, "/conversation/take-back", which=entry).status_code for _ in range(2)] == [303, 303]
    assert messages() == []


@pytest.mark.parametrize("words", ["stay", "go"])
def test_who_leaves_is_gone_at_once_with_their_words_or_without(client, june, words):
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    join(client, ada, "Ada from the hill", digest="yes")
    join(client, bo, "Bo")
    say(client, ada, "I sleep again")

    undecided = loop.post(client, ada, "/conversation/leave")
    assert (undecided.status_code, "from the hill" in read(client, bo)) == (303, True)
    assert [loop.post(client, ada, "/conversation/leave", words=words).status_code for _ in range(2)] == [303, 303]

    page = read(client, bo)
    assert "from the hill" not in page
    assert ("I sleep again" in page, "Somebody who has left" in page) == ((words == "stay"), (words == "stay"))
    assert "I sleep again" not in read(client, ada)
    db.session.remove()
    [left] = db.session.query(Member).filter_by(left=True)
    assert (left.name, left.wants_digest) == (None, False)
    loop.post(client, ada, "/conversation/leave", words="go")
    assert "I sleep again" not in read(client, bo)
    assert join(client, ada, "A.") == 303
    assert "Here are: Mira · A. · Bo" in read(client, bo)


def test_it_freezes_at_the_midnight_of_day_ninety_and_goes_at_its_date(client, another_client, mira, june, deliver):
    lisbon, ada, bo, cara = ZoneInfo("Europe/Lisbon"), *(loop.token(june, name) for name in ("ada", "bo", "cara"))
    join(client, ada, "Ada")
    join(client, bo, "Bo")
    freezes = freezes_at(june)
    assert freezes is not None
    assert june.ends_at is not None
    assert freezes.astimezone(lisbon).isoformat()[:16] == "2027-06-15T00:00"
    assert freezes.utcoffset() != freezes.astimezone(lisbon).utcoffset()

    clock.move_to(freezes - timedelta(minutes=1))
    assert say(client, ada, "One more") == 303
    clock.move_to(freezes)
    loop.leads(another_client, mira)
    closed = [say(client, ada, "Late"), join(client, cara, "Cara"),
              another_client.post(f"{HERE}/say", data={"topic": "keep", "entry": "7", "text_keep": "Late"}).status_code]  # fmt: skip

    assert closed == [410, 410, 410]
    assert "It can only be read any more" in read(client, bo)
    assert "<textarea" not in read(client, bo)
    assert (read(client, cara), len(messages())) == ("(404)", 1)
    loop.post(client, ada, "/conversation/leave", words="stay")
    assert "One more" in read(client, bo)
    loop.post(client, ada, "/conversation/leave", words="go")
    assert "One more" not in read(client, bo)
    clock.move_to(june.ends_at + periods.CONVERSATION)
    deliver()
    assert read(client, bo) == "(404)"
    db.session.remove()
    assert [db.session.query(each).count() for each in (Conversation, Member, ConversationMessage)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("end", "zone", "freezes"),
    [
        (datetime(2027, 1, 10, 23, 30, tzinfo=UTC), "Europe/Lisbon", "2027-04-10T00:00+01:00"),
        (datetime(2027, 8, 10, 23, 30, tzinfo=UTC), "Europe/Lisbon", "2027-11-09T00:00+00:00"),
        (datetime(2026, 12, 28, 12, tzinfo=UTC), "Atlantic/Azores", "2027-03-28T01:00+00:00"),
    ],
    ids=["spring", "autumn", "a-midnight-that-is-skipped"],
)
def test_midnight_is_midnight_there_whatever_the_clocks_did(end, zone, freezes) -> None:
    found = freezes_at(Gathering(ends_at=end, zone=zone))

    assert found is not None
    assert found.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes") == freezes


def test_the_digest_comes_on_wednesdays_to_who_wants_it_and_says_nothing(
    client, another_client, mira, june, sent, deliver
):
    ada, bo, cara = (loop.token(june, name) for name in ("ada", "bo", "cara"))
    loop.leads(another_client, mira)
    join(client, ada, "Ada", digest="yes")
    join(client, bo, "Bo")
    join(client, cara, "Cara", digest="yes")
    another_client.post(f"{HERE}/digest", data={"wanted": "yes"})
    deliver()
    sent.clear()
    for number in range(3):
        say(client, bo, f"Secret {number}")

    due = next_digest()
    assert due is not None
    assert due.astimezone(ZoneInfo("Europe/Lisbon")).strftime("%a %H:%M") == "Wed 10:00"
    came = []
    for moment in (due - timedelta(minutes=1), due, due + timedelta(days=7)):
        clock.move_to(moment)
        deliver()
        came.append(len(loop.letters(sent, SUBJECT)))
    assert came == [0, 3, 3]
    assert sorted(address for address, _ in loop.letters(sent, SUBJECT)) == [
        "ada@example.org", "cara@example.org", "mira@example.org"]  # fmt: skip
    assert all("Secret" not in words and "Bo" not in words for _, words in loop.letters(sent, SUBJECT))

    sent.clear()
    say(client, bo, "Secret 4")
    loop.post(client, ada, "/conversation/digest", wanted="no")
    loop.post(client, cara, "/conversation/leave", words="go")
    clock.move_to(clock.now() + timedelta(days=8))
    deliver()
    assert [address for address, _ in loop.letters(sent, SUBJECT)] == ["mira@example.org"]


def test_what_troubles_somebody_reaches_the_care_contact_with_their_name(client, another_client, june, sent, deliver):
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    join(client, ada, "Ada")
    join(client, bo, "Bo")
    say(client, bo, "You should all leave your wives")
    entry = messages()[0].id
    form = client.get(f"/reflect/{ada}/conversation/report/{entry}").text
    deliver()
    sent.clear()

    done = [loop.post(client, ada, f"/conversation/report/{entry}", text="It presses").status_code for _ in range(2)]
    deliver()
    loop.cares(another_client, june)
    db.session.remove()
    [case] = db.session.query(CareCase).filter_by(source="conversation")
    another_client.post(f"/care/{case.id}/open")
    page = another_client.get(f"/care/{case.id}").text

    assert "with your name, and nobody else hears that you told" in form
    assert done == [200, 200]
    assert all(
        each in page for each in ("It presses", "You should all leave your wives", "Bo", "Ada", "ada@example.org")
    )
    assert "about something said in the conversation" in another_client.get("/care/").text
    assert [("wives" in each.text, "presses" in each.text) for each in sent] == [(False, False)]
    assert "It presses" not in read(client, bo)

    assert "A short list of words" in client.get(f"/reflect/{bo}/conversation").text
    say(client, bo, "I was abused once")
    db.session.remove()
    [heard] = db.session.query(CareCase).filter_by(source="said_there")
    assert (heard.text, heard.automatic, heard.place_id, heard.way) == ("I was abused once", True, None, None)


def test_the_page_asks_as_much_for_thirty_messages_as_for_one(client, another_client, mira, june, statements):
    ada = loop.token(june, "ada")
    loop.leads(another_client, mira)
    join(client, ada, "Ada")
    say(client, ada, "Words")
    another_client.post(f"{HERE}/say", data={"topic": "keep", "entry": "7", "text_keep": "Words"})
    counts = []
    for name, many in (("bo", 0), ("cara", 28)):
        link = loop.token(june, name)
        join(client, link, name)
        for _ in range(many):
            say(client, link, "Words")
        with statements() as mine:
            page = read(client, ada)
        with statements() as led:
            assert another_client.get(HERE).status_code == 200
        counts.append((len(mine), len(led)))
        assert page.count("Words") == 2 + many

    assert counts[0] == counts[1]


def test_what_one_said_is_exported_and_two_records_become_one(client, another_client, mira, june):
    ada = loop.token(june, "ada")
    join(client, ada, "Ada from the hill")
    say(client, ada, "I sleep again")
    loop.leads(another_client, mira)
    another_client.post(f"{HERE}/say", data={"topic": "keep", "entry": "7", "text_keep": "The walk"})
    old, new = mira.person_id, a_person("second-mira@example.org").id
    person_id = loop.place_of(june, "ada").person_id
    assert person_id is not None
    [mine] = personal.export(person_id)["conversations"]

    with writing():
        personal.take_over(old, new)

    assert (mine["appears_as"], [each["text"] for each in mine["said_there"]]) == (
        "Ada from the hill",
        ["I sleep again"],
    )
    assert personal.export(old)["conversations"] == []
    assert [each["text"] for each in personal.export(new)["conversations"][0]["said_there"]] == ["The walk"]
    with writing() as session:
        session.add(Member(id=9, gathering_id=june.id, person_id=old, wants_digest=False, left=False))
        session.flush()
        session.get_one(ConversationMessage, 7).member_id = 9
    with writing():
        personal.take_over(old, new)
    assert [each["text"] for each in personal.export(new)["conversations"][0]["said_there"]] == ["The walk"]
