"""Ask before you book: answered by letter, on the page only by permission, and the promised time is measured."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from retreats import clock, periods
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.feedback.models import CareCase, EarlyQuestion, PageAnswer
from retreats.feedback.queries.asking import answered_in_time
from retreats.feedback.service import asking, rules
from retreats.feedback.service.keeping import PERIODS
from retreats.outbox.models import Event
from tests.feedback import loop
from tests.feedback.test_care import in_clear
from tests.house import a_booking, a_facilitator, a_gathering, a_person, sign_in
from tests.tokens import guessed

pytestmark = pytest.mark.slow

WORDS = "Rui Brandao here: is there a lift to the sleeping rooms?"
ASKED = {"name": "Rui Brandao", "email": "Rui@Example.org", "text": WORDS, "public": "yes", "key": "one"}


def ask(client, **more: str):
    return client.post("/gatherings/june-retreat/ask", data=ASKED | more)


def questions() -> list[EarlyQuestion]:
    db.session.remove()
    return db.session.query(EarlyQuestion).order_by(EarlyQuestion.asked_at, EarlyQuestion.id).all()


def link_in(text: str) -> str:
    return re.search(r"/asked/\S+", text)[0]


def public(client) -> str:
    return client.get("/gatherings/june-retreat/").text


def test_a_question_is_answered_by_letter_and_stands_on_the_page_without_a_name(
    client, another_client, deliver, sent
) -> None:
    mira = a_facilitator()
    a_gathering(facilitator=mira)
    loop.leads(another_client, mira)

    assert ask(client).location == "/gatherings/june-retreat/asked"
    assert ask(client).status_code == 303  # the same form, pressed twice
    deliver()

    [found] = questions()
    [(to, taken)] = loop.letters(sent, "Your question")
    [(told, letter)] = loop.letters(sent, "A question before booking")
    assert (to, told) == ("rui@example.org", "mira@example.org")
    assert "lift" not in taken + letter
    assert not in_clear("sleeping rooms")
    assert not in_clear("rui@example.org")
    assert "One question before booking" in another_client.get("/facilitate/").text
    path = f"/facilitate/june-retreat/asked/{found.id}"
    assert (
        another_client.post(f"{path}/publish", data={f"question_{found.id}": "x", f"text_{found.id}": "y"}).status_code
        == 409
    )
    assert another_client.post(f"{path}/answer", data={f"answer_{found.id}": " "}).status_code == 422
    another_client.post(f"{path}/answer", data={f"answer_{found.id}": "Yes, Rui, to every floor."})
    assert another_client.post(f"{path}/answer", data={f"answer_{found.id}": "Again"}).status_code == 409
    deliver()

    [(_to, answer)] = loop.letters(sent, "An answer")
    assert "to every floor" in answer
    assert "lift" not in public(another_client)
    named = another_client.post(
        f"{path}/publish", data={f"question_{found.id}": "Rui asks of a lift", f"text_{found.id}": "Yes"}
    )
    assert named.status_code == 422
    assert "The name of who asked stands in it" in named.text
    assert "Rui asks of a lift" in named.text
    another_client.post(
        f"{path}/publish", data={f"question_{found.id}": "Is there a lift?", f"text_{found.id}": "To every floor."}
    )
    page = public(another_client)
    assert "Is there a lift?" in page
    assert "To every floor." in page
    assert "Rui" not in page

    mine = client.get(link_in(answer)).text
    assert "Question and answer stand on the page" in mine
    client.post(f"{link_in(answer)}/write", data={"text": "And at night?"})
    assert client.post(f"{link_in(answer)}/write", data={"text": "And once more?"}).status_code == 409
    deliver()
    assert len(loop.letters(sent, "A question before booking")) == 2
    another_client.post(f"{path}/answer", data={f"answer_{found.id}": "At night too."})
    deliver()
    assert "At night too." in client.get(link_in(answer)).text
    assert "One question before booking" not in another_client.get("/facilitate/").text

    for _press in range(2):
        client.post(f"{link_in(answer)}/withdraw")
    assert "lift" not in public(another_client)
    assert "This question was taken back" in client.get(link_in(answer)).text
    [gone] = questions()
    assert (gone.text, gone.name, gone.email, gone.found_by) == (None, None, None, None)
    assert all(WORDS not in str(each.payload) for each in db.session.query(Event))


def test_what_is_wrong_comes_back_with_the_input_and_limits_hold(client, deliver) -> None:
    june = a_gathering()
    wrong = ask(client, name="", email="rui", text="")
    assert wrong.status_code == 422
    for sentence in ("We need a name", "does not look like a mail address", "Write what you would like to know"):
        assert sentence in wrong.text
    assert 'value="rui"' in wrong.text
    for number in range(3):
        assert ask(client, key=f"k{number}", text=f"Question {number}?").status_code == 303
    fourth = ask(client, key="k4", text="A fourth?")
    assert fourth.status_code == 409
    assert "A fourth?" in fourth.text
    clock.move_to(june.starts_at)
    deliver()
    assert ask(client, key="k5", email="eva@example.org").status_code == 409
    assert client.get(f"/asked/{guessed(asking.token_of(questions()[0]))}").status_code == 404
    assert client.get("/asked/zz").status_code == 404


def test_others_who_lead_or_organise_find_nothing_and_what_was_not_allowed_cannot_be_put_there(
    client, another_client, deliver
) -> None:
    mira, rui = a_facilitator(), a_facilitator("milo@example.org")
    a_gathering(facilitator=mira)
    a_gathering(slug="july-circle", facilitator=rui)
    client.post("/gatherings/june-retreat/ask", data={key: value for key, value in ASKED.items() if key != "public"})
    [found] = questions()
    path = f"/facilitate/june-retreat/asked/{found.id}"
    loop.leads(another_client, rui)
    assert another_client.get("/facilitate/june-retreat/asked").status_code == 404
    assert (
        another_client.post(
            f"/facilitate/july-circle/asked/{found.id}/answer", data={f"answer_{found.id}": "x"}
        ).status_code
        == 404
    )
    sign_in(another_client, a_person("otto@example.org", role="organiser"))
    assert "lift" not in another_client.get("/organise/loop").text
    loop.leads(another_client, mira)
    another_client.post(f"{path}/answer", data={f"answer_{found.id}": "Yes"})

    answer = another_client.post(f"{path}/publish", data={f"question_{found.id}": "x", f"text_{found.id}": "y"})

    assert answer.status_code == 409
    assert db.session.query(PageAnswer).count() == 0


def test_a_late_answer_is_told_once_and_the_share_in_time_shows_from_five_on(
    client, another_client, deliver, sent
) -> None:
    otto = a_person("otto@example.org", role="organiser")
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    sign_in(another_client, otto)
    answer = another_client.post("/organise/loop/rules/june-retreat", data={"days": "2"})
    assert answer.status_code == 303, answer.text
    assert "within 2 days" in public(client)
    for number in range(5):
        asked = asking.Asked(
            form_key=f"f{number}", name="Rui", email=f"r{number}@example.org", text="A lift?", language="en"
        )
        with writing():
            found = asking.ask(june.id, asked)
        if number < 3:
            with writing() as session:
                asking.answer(june.id, found.id, "Yes", by=session.get_one(Person, mira.person_id))
    with writing():
        asking.withdraw(found.id)
    deliver()
    assert answered_in_time() is None
    assert asking.next_late() == clock.now() + timedelta(days=2)

    clock.move_to(clock.now() + timedelta(days=2))
    deliver()
    deliver()

    late = loop.letters(sent, "An answer is late")
    assert [to for to, _text in late] == ["otto@example.org"]
    assert "A lift?" not in late[0][1]
    assert answered_in_time() is None, "what was taken back before its day is not counted"
    waiting = next(each for each in questions() if each.waits)
    with writing():
        asking.ask(
            june.id, asking.Asked(form_key="late", name="Eva", email="eva@example.org", text="When?", language="en")
        )
    clock.move_to(clock.now() + timedelta(days=2, minutes=1))
    deliver()
    assert answered_in_time() == (3, 5)
    assert "Of the last 5 questions, 3 were answered within the time" in public(client)
    assert "questions before booking have no answer" in another_client.get("/organise/").text
    assert "2 wait" in another_client.get("/organise/loop").text
    with writing() as session:
        asking.answer(june.id, waiting.id, "Late, but yes", by=session.get_one(Person, mira.person_id))
    assert answered_in_time() == (3, 5)


def test_ninety_days_after_the_end_words_names_and_addresses_are_gone(client, deliver) -> None:
    june = a_gathering()
    ask(client)
    [asked] = [each for each in PERIODS if each.what == "asked"]
    over = june.ends_at + periods.ASKED
    assert [(each.on, each.count) for each in asked.going(over)] == [(over, 1)]

    clock.move_to(over)
    with writing():
        asked.forget(clock.now())

    assert [(each.text, each.name, each.email) for each in questions()] == [(None, None, None)]
    assert asked.going(over) == []


def test_the_list_costs_the_same_with_thirty_questions(another_client, statements) -> None:
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    loop.leads(another_client, mira)
    counts = []
    for number in range(30):
        asked = asking.Asked(form_key=f"f{number}", name="Rui", email=f"r{number}@example.org", text="A lift?", language="en",
                             may_publish=True)  # fmt: skip
        with writing() as session:
            found = asking.ask(june.id, asked)
            asking.answer(june.id, found.id, "Yes", by=session.get_one(Person, mira.person_id))
        if number in {0, 29}:
            db.session.remove()
            with statements() as seen:
                assert another_client.get("/facilitate/june-retreat/asked").status_code == 200
            counts.append(len(seen))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("person", ["leader", "care contact"])
def test_a_deputy_stands_apart_from_whom_they_stand_in_for(client, person) -> None:
    otto = a_person("otto@example.org", role="organiser")
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    sign_in(client, otto)
    deputy = mira.person_id if person == "leader" else june.care_contact_id
    answer = client.post("/organise/loop/rules/june-retreat", data={"deputy": str(deputy), "days": "99"})
    assert answer.status_code == 422
    assert "Write a whole number from 1 to 21." in answer.text
    with pytest.raises(rules.NotIndependent), writing() as session:
        rules.set_rules(session.get_one(Gathering, june.id), answer_days=None, deputy_id=deputy, by=otto)


def test_what_was_asked_and_answered_before_booking_stays_with_the_place(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    ask(client)
    [found] = questions()
    loop.leads(another_client, mira)
    another_client.post(
        f"/facilitate/june-retreat/asked/{found.id}/answer", data={f"answer_{found.id}": "Room 2 is for you."}
    )
    a_booking(june, "rui@example.org")
    a_booking(june, "eva@example.org")

    mine, others = (client.get(f"/reflect/{loop.token(june, name)}").text for name in ("rui", "eva"))
    on_site = another_client.get("/facilitate/june-retreat/needs").text

    for page in (mine, on_site):
        assert WORDS in page
        assert "Room 2 is for you." in page
    assert "Room 2" not in others


def test_the_word_list_hears_questions_and_what_is_written_back(client, another_client) -> None:
    june = a_gathering(facilitator=a_facilitator())
    assert "A short list of words" in client.get("/gatherings/june-retreat/ask").text
    for _press in range(2):
        ask(client, text="I was abused; is there a woman to ask?")
    [found] = questions()
    with writing():
        answered = asking.answer(june.id, found.id, "There is.", by=db.session.query(Person).first())
        asking.return_to(answered.id, "He touched me there")

    heard = db.session.query(CareCase).order_by(CareCase.source).all()
    assert [(case.source, case.text, case.way, case.automatic, case.place_id) for case in heard] == [
        ("asked", "I was abused; is there a woman to ask?", None, True, None),
        ("asked_back", "He touched me there", None, True, None),
    ]
