"""What carries a name: hopes and needs, marks, and what can be exported and forgotten."""

from __future__ import annotations

import pytest

from retreats import reactions
from retreats.db import db, writing
from retreats.events import DomainEvent, FeedbackOpened, FeedbackReminded, NeedsDue, RegistrationConfirmed
from retreats.feedback import service
from retreats.feedback.models import CareCase, IntentionAnswer, Need, Point, Reflection
from retreats.mail.models import Letter
from retreats.questions.models import Form
from tests.feedback import loop
from tests.house import a_facilitator, registrations

pytestmark = pytest.mark.slow


def hope(client, gathering, name: str, **fields: str):
    return loop.post(client, loop.token(gathering, name), "/before", **fields)


def test_what_stays_the_same_keeps_its_answer_and_what_is_gone_is_gone(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = loop.a_group(2, facilitator=mira)
    deliver()
    loop.leads(another_client, mira)
    hope(client, june, "ada", A1="Rest", A2="quiet", A4="Loud music", A5="By train?")
    need = db.session.query(Need).filter_by(key="A2:quiet").one().id
    another_client.post("/facilitate/june-retreat/needs", data={f"mark_{need}": "will"})

    hope(client, june, "ada", A1="Rest", A2="quiet", A4="Loud music at night")

    db.session.remove()
    assert {(each.key, each.text, each.mark) for each in db.session.query(Need)} == {
        ("A2:quiet", None, "will"),
        ("A4", "Loud music at night", None),
    }


def test_the_care_contact_is_named_in_the_form_and_who_reads_what(client, deliver) -> None:
    june = loop.a_group(1)
    deliver()

    page = client.get(f"/reflect/{loop.token(june, 'ada')}/before").text

    assert "that Cleo-June-Retreat should know?" in page
    assert "{contact}" not in page
    assert "goes to Mira-June-Retreat with your name" in page


def test_the_form_comes_in_the_attendees_own_language(client, deliver) -> None:
    june = loop.a_group(1, language="pt")
    deliver()
    link = loop.token(june, "ada")

    page = client.get(f"/reflect/{link}/before", headers={"Accept-Language": "en"}).text

    assert "O que gostaria que fosse diferente para si depois deste encontro?" in page
    assert "What would you like" in client.get(f"/reflect/{link}/before?lang=en").text


def test_a_form_that_is_too_long_comes_back_with_what_was_written(client, deliver) -> None:
    june = loop.a_group(1)
    deliver()

    answer = hope(client, june, "ada", A1="x" * 4001, A4="Loud music")

    assert answer.status_code == 422
    assert "Please shorten this to 4000 characters." in answer.text
    assert "Loud music" in answer.text
    assert db.session.query(IntentionAnswer).count() == 0


def test_a_place_that_was_given_back_explains_itself(client, deliver) -> None:
    june = loop.a_group(1)
    link = loop.token(june, "ada")
    with writing() as session:
        session.get_one(loop.Place, loop.place_of(june, "ada").id).state = "cancelled"

    answer = client.get(f"/reflect/{link}")

    assert answer.status_code == 410
    assert "This place was given back" in answer.text


def test_what_stands_under_ones_name_is_exported_and_forgotten_and_nothing_else(
    client, another_client, deliver
) -> None:
    mira = a_facilitator()
    june = loop.a_group(7, facilitator=mira)
    deliver()
    hope(client, june, "eva", A1="Rest", A4="Loud music", A6="I have epilepsy")
    hope(client, june, "bo", A1="Courage")
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte")
    loop.say(client, loop.token(june, "eva"), C8="Softer light", C8_mode="named", C7="The bread")
    loop.after_the_end(june, deliver, hours=72)
    eva = loop.place_of(june, "eva").person_id
    assert eva is not None

    exported = service.export(eva)
    with writing():
        service.forget(eva)

    assert [each["answer"] for each in exported["intentions"]] == ["Rest", "Loud music"] or len(
        exported["intentions"]
    ) == 2
    assert [each["text"] for each in exported["signed"]] == ["Softer light"]
    assert [each["text"] for each in exported["told_to_care_contact"]] == ["I have epilepsy"]
    db.session.remove()
    left = service.export(eva)
    assert left == {key: [] for key in exported}
    assert db.session.query(IntentionAnswer).count() == 1
    assert {point.text for point in db.session.query(Point)} >= {"The bread", "bo would change the evenings", None}
    assert [case.text for case in db.session.query(CareCase)] == [None]


def test_a_facilitators_own_look_back_can_be_forgotten(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = loop.a_group(5, facilitator=mira)
    loop.after_the_end(june, deliver)
    loop.leads(another_client, mira)
    another_client.post("/facilitate/june-retreat/reflection", data={"E3": "The second evening"})

    with writing():
        service.forget(mira.person_id)

    assert db.session.query(Reflection).count() == 0


def events_of(gathering) -> list[DomainEvent]:
    [registration, *_more] = registrations(gathering)
    return [
        RegistrationConfirmed(registration_id=registration.id, gathering_id=gathering.id),
        NeedsDue(gathering_id=gathering.id),
        FeedbackOpened(gathering_id=gathering.id),
        FeedbackReminded(gathering_id=gathering.id, number=1),
    ]


@pytest.mark.parametrize("index", range(4))
def test_a_reaction_that_runs_twice_writes_each_letter_once(client, deliver, index) -> None:
    june = loop.a_group(3)
    event = events_of(june)[index]
    ours = [each for each in reactions.REACTIONS[type(event)] if each.key.startswith("feedback.")]
    assert ours
    counts = []

    for _ in range(2):
        with writing():
            for reaction in ours:
                reaction.run(event)
        counts.append(db.session.query(Letter).count())
        db.session.remove()

    assert counts[0] == counts[1] > 0


def test_the_houses_forms_are_written_once(client, deliver) -> None:
    deliver()
    deliver()

    assert sorted(form.occasion for form in db.session.query(Form)) == [
        "after", "check_in", "follow_up", "intention", "reflection",
    ]  # fmt: skip
    assert all(
        question.label["en"] and question.label["pt"] for form in db.session.query(Form) for question in form.questions
    )
