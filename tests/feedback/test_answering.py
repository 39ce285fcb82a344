"""What those who led owe and do: hear, reply to one person, decide, make; and what only the author may say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator, Gathering, Leader
from retreats.db import db, new_id, writing
from retreats.events import GatheringPublished
from retreats.feedback import quoting
from retreats.feedback.models import CareCase, Decision, Message, Point, PointStep, Verdict
from retreats.feedback.queries import you_said_we_changed
from retreats.outbox import emit
from retreats.outbox.models import Event
from tests.feedback import loop
from tests.house import a_facilitator, a_gathering
from tests.remembering import remembered

pytestmark = pytest.mark.slow

LONG = "In the evenings I would have liked to sit alone by the fire and think about the day"


@pytest.fixture
def round_(client, another_client, deliver):
    """Six have answered, Eva without her name; Mira has read it."""

    def happens() -> None:
        mira = a_facilitator()
        june = loop.a_group(7, facilitator=mira)
        loop.after_the_end(june, deliver)
        loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "filipe")
        loop.say(client, loop.token(june, "eva"), C8=LONG, C9="May I come again?", C7="The bread")
        loop.after_the_end(june, deliver, hours=72)
        loop.leads(another_client, mira)
        another_client.post("/facilitate/june-retreat/after/open")

    remembered("six have answered", happens)
    loop.leads(another_client, db.session.scalars(select(Facilitator)).one())
    return db.session.scalars(select(Gathering)).one()


def press(client, point: int | Point, what: str, **fields: str):
    point_id = point if isinstance(point, int) else point.id
    return client.post(f"/facilitate/june-retreat/points/{point_id}/{what}", data=fields)


def state(point: Point) -> str:
    db.session.remove()
    return db.session.get_one(Point, point.id).state


def decide(client, point: Point, kind: str, **fields: str):
    return press(client, point, "decide", kind=kind, **({"about_en": "The evenings"} | fields))


def test_reading_is_an_act_with_a_name_and_happens_once(round_, client, another_client) -> None:
    another_client.post("/facilitate/june-retreat/after/open")

    steps = db.session.query(PointStep).filter_by(step="read").all()

    assert len(steps) == len(loop.points(round_)) == 8
    assert "by Mira" in client.get(f"/reflect/{loop.token(round_, 'eva')}").text


def test_before_it_is_opened_no_point_is_found(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = loop.a_group(6, facilitator=mira)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "filipe")
    loop.after_the_end(june, deliver, hours=72)
    loop.leads(another_client, mira)
    [first, *_others] = loop.points(june)

    assert another_client.get(f"/facilitate/june-retreat/points/{first.id}").status_code == 404
    assert press(another_client, first, "reply", reply="Hello").status_code == 404


def test_thanks_are_heard_with_one_press(round_, client, another_client) -> None:
    bread = loop.point_saying(round_, "The bread")

    press(another_client, bread, "heard")
    press(another_client, bread, "heard")

    assert state(bread) == "acknowledged"
    assert db.session.query(PointStep).filter_by(point_id=bread.id, step="acknowledged").count() == 1


def test_a_reply_needs_words_and_the_same_words_twice_are_asked_about(round_, another_client) -> None:
    first, second = loop.point_saying(round_, "fire"), loop.point_saying(round_, "May I come")
    assert press(another_client, first, "reply", reply="  ").status_code == 422
    assert press(another_client, first, "reply", reply="Thank you for saying so.").status_code == 303

    again = press(another_client, second, "reply", reply="thank you  for saying so.")
    surely = press(another_client, second, "reply", reply="thank you  for saying so.", surely="yes")

    assert again.status_code == 422
    assert "Are they meant for this person too?" in again.text
    assert "thank you  for saying so." in again.text
    assert surely.status_code == 303


def test_what_an_unnamed_author_writes_back_shows_two_to_twenty_four_hours_later(
    round_, client, another_client
) -> None:
    fire = loop.point_saying(round_, "fire")
    written = clock.now()

    loop.post(client, loop.token(round_, "eva"), "/words/C8/write", text="One evening would do")

    [message] = db.session.query(Message).filter_by(side="author").all()
    assert timedelta(hours=2) <= message.visible_after - written <= timedelta(hours=24)
    assert message.staff_id is None
    shows = message.visible_after
    page = f"/facilitate/june-retreat/points/{fire.id}"
    clock.move_to(shows - timedelta(seconds=1))
    assert "One evening would do" not in another_client.get(page).text
    clock.move_to(shows)
    assert "One evening would do" in another_client.get(page).text
    assert "Someone, this week" in another_client.get(page).text


def test_the_word_list_hears_replies_and_verdicts_too_and_her_page_says_where(
    round_, client, another_client, deliver, sent
) -> None:
    eva, events = loop.token(round_, "eva"), db.session.query(Event).count()
    mine = client.get(f"/reflect/{eva}").text
    clock.move_to(clock.now() + timedelta(minutes=17))
    for words in ("I was abused", "I was abused", "Thank you", "I was harassed as well"):
        loop.post(client, eva, "/words/C8/write", text=words)

    db.session.remove()
    cases = sorted(db.session.query(CareCase), key=lambda case: case.text)
    assert [(case.source, case.text, case.place_id, case.automatic, case.alerted) for case in cases] == [
        ("reply", words, None, True, False) for words in ("I was abused", "I was harassed as well")
    ]
    assert {(case.raised_at.minute, case.raised_at.second) for case in cases} == {(0, 0)}
    assert db.session.query(Event).count() == events
    assert "A short list of words" in mine
    clock.move_to(cases[0].raised_at)
    deliver()
    assert len(loop.letters(sent, "Something waits for you")) == 2
    loop.cares(another_client, round_)
    assert another_client.get("/care/").text.count("in a reply to the facilitators · automatic, may be wrong") == 2
    path = f"/care/{cases[0].id}"
    another_client.post(f"{path}/open")
    page = another_client.get(path).text
    assert "written in a reply to the facilitators. You see it without a name." in page
    assert ("Eva" in page, "withhold" in page) == (False, False)
    assert another_client.post(f"{path}/withhold", data={"why": "A threat"}).status_code == 422


def test_the_day_of_an_unnamed_reply_is_never_shown_finer_than_the_week(round_, client, another_client) -> None:
    fire = loop.point_saying(round_, "fire")
    loop.post(client, loop.token(round_, "eva"), "/words/C8/write", text="One evening would do")
    clock.move_to(clock.now() + timedelta(days=9))

    assert "Someone, earlier" in another_client.get(f"/facilitate/june-retreat/points/{fire.id}").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": ""}, "Choose what you have decided."),
        ({"kind": "will_change", "about_en": ""}, "Say in your own words what was asked"),
        ({"kind": "will_not", "about_en": "The evenings"}, "a no carries its reason"),
        ({"kind": "will_change", "about_en": LONG}, "Eight words in a row"),
        ({"kind": "will_change", "about_en": "The evenings", "due": "soon"}, "Write the day as in"),
    ],
)
def test_a_decision_says_what_it_lacks_and_keeps_what_was_written(round_, another_client, fields, sentence) -> None:
    fire = loop.point_saying(round_, "fire")

    answer = press(another_client, fire, "decide", **({"about_en": "The evenings", "reason_pt": "Porque sim"} | fields
                                                     | ({"reason_pt": ""} if fields["kind"] == "will_not" else {})))  # fmt: skip

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Decision).count() == 0


def test_a_decided_point_is_decided_once_until_its_author_reopens_it(round_, another_client) -> None:
    fire = loop.point_saying(round_, "fire")

    assert decide(another_client, fire, "will_change").status_code == 303
    assert decide(another_client, fire, "will_not", reason_en="No").status_code == 409


def test_after_the_need_to_talk_one_decides_again(round_, another_client) -> None:
    fire = loop.point_saying(round_, "fire")
    press(another_client, fire, "decide", kind="need_to_talk")

    assert decide(another_client, fire, "will_not", reason_en="There is no other room").status_code == 303
    assert [each.kind for each in db.session.query(Decision).filter_by(is_current=True)] == ["will_not"]


def test_facilitators_have_no_way_to_set_kind_or_verdict(round_, another_client) -> None:
    fire = loop.point_saying(round_, "fire")

    press(another_client, fire, "reply", reply="I hear you", kind="thanks", met="met", state="confirmed")
    press(another_client, fire, "heard", kind="thanks", met="met")
    assert press(another_client, fire, "verdict", met="met").status_code == 404

    db.session.remove()
    assert (db.session.get_one(Point, fire.id).kind, state(fire)) == ("change", "answered")
    assert db.session.query(Verdict).count() == 0


def tell(deliver) -> None:
    """Let the next digest day come."""
    clock.move_to(clock.now() + timedelta(days=7))
    deliver()


def test_a_no_with_its_reason_is_told_and_its_author_is_asked_and_may_say_nothing(
    round_, client, another_client, deliver
) -> None:
    fire, eva = loop.point_saying(round_, "fire"), loop.token(round_, "eva")
    decide(another_client, fire, "will_not", reason_en="There is only one fireplace")
    heard, promised = loop.point_saying(round_, "ada would"), loop.point_saying(round_, "bo would")
    press(another_client, heard, "reply", reply="We talk about it on Monday")
    decide(another_client, promised, "will_change")
    assert "Does this meet your point?" not in client.get(f"/reflect/{eva}").text

    tell(deliver)
    assert [state(each) for each in (fire, heard, promised)] == ["told", "answered", "decided"], (
        "only what is all there"
    )
    assert "There is only one fireplace" in client.get(f"/reflect/{eva}").text
    assert "Does this meet your point?" in client.get(f"/reflect/{eva}").text
    clock.move_to(clock.now() + timedelta(days=20))
    deliver()
    assert state(fire) == "told"
    clock.move_to(clock.now() + timedelta(days=1, minutes=1))
    deliver()

    assert state(fire) == "lapsed"
    assert loop.post(client, eva, "/words/C8/verdict", met="met").status_code == 409


def test_a_point_is_reopened_twice_at_most_and_then_the_last_word_stands(
    round_, client, another_client, deliver
) -> None:
    fire, eva = loop.point_saying(round_, "fire"), loop.token(round_, "eva")
    for number, expected in enumerate(["reopened", "reopened", "unmet"]):
        assert decide(another_client, fire, "will_not", reason_en=f"Reason {number}").status_code == 303
        tell(deliver)
        assert loop.post(client, eva, "/words/C8/verdict", met="not", text="No.").status_code == 303
        assert loop.post(client, eva, "/words/C8/verdict", met="met").status_code == 409
        clock.move_to(clock.now() + timedelta(hours=24))
        deliver()
        assert state(fire) == expected

    assert [verdict.met for verdict in db.session.query(Verdict)] == ["not"] * 3


def test_a_question_is_told_once_it_is_answered_and_can_be_reopened(round_, client, another_client, deliver) -> None:
    question, eva = loop.point_saying(round_, "May I come"), loop.token(round_, "eva")
    press(another_client, question, "reply", reply="Yes, in autumn")
    tell(deliver)
    assert state(question) == "told"

    loop.post(client, eva, "/words/C9/verdict", met="partly", text="Which week would it be? I was harassed")
    deliver()
    assert [(case.source, case.automatic) for case in db.session.query(CareCase)] == [("verdict", True)]
    assert "Which week would it be?" in client.get(f"/reflect/{eva}").text
    page = f"/facilitate/june-retreat/points/{question.id}"
    assert "Which week" not in another_client.get(page).text
    clock.move_to(clock.now() + timedelta(hours=24))
    deliver()
    assert state(question) == "reopened"
    assert "Which week would it be?" in another_client.get(page).text
    press(another_client, question, "reply", reply="In the second week of October")
    tell(deliver)

    assert state(question) == "told"


def test_only_the_author_can_say_whether_it_met_them(round_, client, another_client, deliver) -> None:
    fire, ada = loop.point_saying(round_, "fire"), loop.token(round_, "ada")
    decide(another_client, fire, "will_not", reason_en="There is only one fireplace")
    tell(deliver)

    answer = loop.post(client, ada, "/words/C8/verdict", met="met")

    assert answer.status_code == 409
    assert state(fire) == "told"


def test_words_taken_back_vanish_with_all_that_was_written_about_them(round_, client, another_client, deliver) -> None:
    fire, eva = loop.point_saying(round_, "fire"), loop.token(round_, "eva")
    press(another_client, fire, "reply", reply="I hear that you wanted to be alone")
    loop.post(client, eva, "/words/C8/write", text="Exactly. I was harassed there")

    mine = client.get(f"/reflect/{eva}").text
    assert loop.post(client, eva, "/words/C8/withdraw").status_code == 303

    db.session.remove()
    gone = db.session.get_one(Point, fire.id)
    assert (gone.state, gone.text_sealed, gone.locator, gone.place_id) == ("withdrawn", None, None, None)
    assert db.session.query(Message).count() == 0
    [kept] = db.session.query(CareCase)
    assert (kept.source, kept.text, kept.automatic) == ("reply", "Exactly. I was harassed there", True)
    assert "The copy stays there when you take your words back." in mine
    for page in (another_client.get("/facilitate/june-retreat/after").text, client.get(f"/reflect/{eva}").text):
        assert "by the fire" not in page
    assert press(another_client, fire, "reply", reply="Hello?").status_code == 410


def test_a_signed_text_shows_its_name_and_its_reply_at_once(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = loop.a_group(6, facilitator=mira)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", C8="")
    loop.say(client, loop.token(june, "eva"), C8="Softer light", C8_mode="named")
    loop.after_the_end(june, deliver, hours=72)
    loop.leads(another_client, mira)
    another_client.post("/facilitate/june-retreat/after/open")
    [point] = loop.points(june)

    loop.post(client, loop.token(june, "eva"), "/words/C8/write", text="Above all in the hall")

    page = another_client.get(f"/facilitate/june-retreat/points/{point.id}").text
    assert "Answer Eva" in page
    assert "Above all in the hall" in page


def test_a_change_made_after_the_next_one_was_published_is_shown_there_too(round_, another_client, deliver) -> None:
    autumn = a_gathering(slug="autumn-retreat", starts_at=clock.now() + timedelta(days=60))
    loop.in_series(round_, autumn)
    version = db.session.get_one(Gathering, autumn.id).version
    decide(another_client, loop.point_saying(round_, "fire"), "will_change", about_pt="Os serões")
    decision = db.session.query(Decision).one()
    made = {"made": "2027-03-20", "what_pt": "Há duas lareiras"}
    another_client.post(f"/facilitate/june-retreat/decisions/{decision.id}/made", data=made)
    deliver()

    db.session.remove()
    after = db.session.get_one(Gathering, autumn.id)
    assert [(each.outcome, each.text) for each in you_said_we_changed(after)] == [
        ("changed", {"pt": "Há duas lareiras"})
    ]
    assert after.version > version


def test_what_was_kept_stands_on_the_next_page_with_its_reason_and_never_a_quote(
    round_, another_client, deliver
) -> None:
    decide(another_client, loop.point_saying(round_, "fire"), "will_not", reason_en="There is only one fireplace")
    autumn = a_gathering(slug="autumn-retreat", starts_at=clock.now() + timedelta(days=60))
    loop.in_series(round_, autumn)
    with writing():
        emit(GatheringPublished(gathering_id=autumn.id))
    deliver()

    [said] = you_said_we_changed(db.session.get_one(Gathering, autumn.id))

    assert (said.outcome, said.said, said.text) == (
        "kept",
        {"en": "The evenings"},
        {"en": "There is only one fireplace"},
    )
    assert you_said_we_changed(db.session.get_one(Gathering, round_.id)) == []


def test_one_looks_back_before_one_reads_and_not_after(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = loop.a_group(6, facilitator=mira)
    loop.leads(another_client, mira)
    path = "/facilitate/june-retreat/reflection"
    assert another_client.get(path).status_code == 409
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva", C1="5")
    assert another_client.post(path, data={"E1": "many"}).status_code == 422

    assert another_client.post(path, data={"E1": "3", "E3": "The long silence", "E4": "Patience", "E6": "moment",
                                           "E7": "talk", "E5": "A second chair\n\nThe songs"}).status_code == 303  # fmt: skip
    assert another_client.post(path, data={"E1": "5"}).status_code == 409
    mine = another_client.get(path).text
    for each in (
        "The long silence",
        "A moment",
        "I would like to talk",
        "mailto:",
        june.slug + "/supervision",
    ):
        assert each in mine
    loop.after_the_end(june, deliver, hours=72)
    another_client.post("/facilitate/june-retreat/after/open")

    page = another_client.get("/facilitate/june-retreat/after").text
    assert "You expected that 3 would say there was room for the hard things. 5 of 5" in page
    assert "The long silence" not in page
    assert path in page
    assert "Patience" in another_client.get("/facilitate/june-retreat/letter").text
    rui = a_facilitator("rui@example.org")
    with writing() as session:
        session.add(Leader(id=new_id(), gathering_id=june.id, facilitator_id=rui.id, position=1))
    loop.leads(another_client, rui)
    assert "The long silence" not in another_client.get(path).text
    assert sorted(each.about["en"] for each in db.session.query(Decision)) == ["A second chair", "The songs"]


def test_who_skipped_it_is_told_so_and_cannot_predict_afterwards(round_, another_client) -> None:
    page = another_client.get("/facilitate/june-retreat/after").text

    assert "You skipped your own look back" in page
    assert another_client.post("/facilitate/june-retreat/reflection", data={"E1": "5"}).status_code == 409


def test_the_page_costs_the_same_with_one_point_as_with_many(client, another_client, deliver, statements) -> None:
    mira = a_facilitator()
    june, july = loop.a_group(9, facilitator=mira), loop.a_group(9, slug="july-retreat", facilitator=mira)
    loop.leads(another_client, mira)
    for gathering in (june, july):
        loop.after_the_end(gathering, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", C8="")
    loop.everybody_says(client, june, "eva")
    loop.everybody_says(client, july, *loop.NAMES[:9], C7="Thank you", C9="And now?")
    for gathering in (june, july):
        loop.after_the_end(gathering, deliver, hours=72)
        another_client.post(f"/facilitate/{gathering.slug}/after/open")

    counts = {}
    for gathering in (june, july):
        with statements() as seen:
            assert another_client.get(f"/facilitate/{gathering.slug}/after").status_code == 200
        counts[gathering.slug] = len(seen)

    assert counts["june-retreat"] == counts["july-retreat"] <= 30


def test_eight_words_in_a_row_are_borrowed_and_seven_are_not() -> None:
    text = "one two three four five six seven eight nine"

    assert quoting.borrows("They said: Two, three four FIVE six seven eight nine!", [text])
    assert not quoting.borrows("two three four five six seven eight", [text])


def test_mira_is_never_told_whose_it_is(round_, another_client) -> None:
    names = {person.name for person in db.session.query(Person) if person.name.lower() in loop.NAMES}
    pages = [another_client.get("/facilitate/june-retreat/after").text]
    pages += [another_client.get(f"/facilitate/june-retreat/points/{point.id}").text for point in loop.points(round_)]

    assert len(names) == 7
    for page in pages:
        main = page.partition("<main")[2]
        for name in names - {"Ada", "Bo", "Cara", "Duarte", "Filipe"}:
            assert name not in main
