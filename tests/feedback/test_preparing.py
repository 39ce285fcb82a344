"""What the group hopes for, asks and brings goes back to it: item by item, without names, and only to enough people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db, writing
from retreats.feedback.models import IntentionAnswer, Need, NoteItem, PageAnswer, PreparationNote
from retreats.feedback.service import preparing
from tests.feedback import loop
from tests.house import a_booking, a_facilitator, a_person

pytestmark = pytest.mark.slow

BACK = {"A1": "Sleep without waking", "A1_back": "yes", "A8": "I teach yoga", "A5": "Is it loud?"}


def answers() -> dict[str, IntentionAnswer]:
    db.session.remove()
    return {each.value: each for each in db.session.query(IntentionAnswer)}


def a_prepared_group(client, deliver, size: int = 6):
    mira = a_facilitator()
    june = loop.a_group(size, facilitator=mira)
    deliver()
    for name in loop.NAMES[:size]:
        fields = (
            BACK if name == "ada" else {"A1": f"{name} hopes", "A1_back": "yes", "A5": f"{name} asks", "A5_back": "yes"}
        )
        assert loop.post(client, loop.token(june, name), "/before", **fields).status_code == 303
    return june, mira


def prepare(client, plan: str = "There will be quiet rooms", *items: int):
    return client.post(
        "/facilitate/june-retreat/preparation-note", data={"plan": plan, "item": [str(each) for each in items]}
    )


def test_what_was_let_go_goes_back_shuffled_without_names_once_and_later_bookers_see_it(
    client, another_client, deliver, sent
) -> None:
    june, mira = a_prepared_group(client, deliver)
    loop.leads(another_client, mira)
    page = another_client.get("/facilitate/june-retreat/preparation-note").text
    assert "Sleep without waking" in page
    assert "bo asks" in page
    assert "I teach yoga" not in page, "it was not let go"
    assert "Is it loud?" not in page
    assert not any(f"{name.title()}<" in page for name in loop.NAMES[:6])
    chosen = [answers()[each].id for each in ("Sleep without waking", "bo hopes", "cara asks")]
    assert prepare(another_client, "Plan", answers()["I teach yoga"].id).status_code == 404
    assert another_client.post("/facilitate/june-retreat/preparation-note/send").status_code == 422
    assert prepare(another_client, "").status_code == 422
    prepare(another_client, "There will be quiet rooms", *chosen)
    prepare(another_client, "There will be quiet rooms", *chosen)
    deliver()
    assert "quiet rooms" not in client.get(f"/reflect/{loop.token(june, 'bo')}").text
    for _press in range(2):
        another_client.post("/facilitate/june-retreat/preparation-note/send")
    deliver()

    told = loop.letters(sent, "How we prepare")
    assert len(told) == 6
    assert len({loop.without_own(text) for _to, text in told}) == 1
    assert all("Sleep" not in text + to for to, text in told)
    pages = [client.get(f"/reflect/{loop.token(june, name)}").text for name in loop.NAMES[:6]]
    blocks = {page.partition('<section id="preparation">')[2].partition("</section>")[0] for page in pages}
    assert len(blocks) == 1
    [block] = blocks
    for words in ("Sleep without waking", "bo hopes", "cara asks", "There will be quiet rooms", "Mira"):
        assert words in block
    assert not any(name.title() in block for name in ("ada", "bo", "cara"))
    order = [each.answer_id for each in db.session.query(NoteItem).order_by(NoteItem.id)]
    assert sorted(order) == sorted(chosen)
    assert prepare(another_client, "Another plan").status_code == 409
    a_booking(june, "gil@example.org")
    deliver()
    assert "There will be quiet rooms" in client.get(f"/reflect/{loop.token(june, 'gil')}").text

    loop.post(client, loop.token(june, "bo"), "/before", A1="bo hopes")
    assert "bo hopes" not in client.get(f"/reflect/{loop.token(june, 'cara')}").text, "taken back, it is gone for all"
    loop.post(client, loop.token(june, "ada"), "/before", A1="")
    assert "Sleep without waking" not in client.get(f"/reflect/{loop.token(june, 'cara')}").text


def test_with_fewer_than_five_only_the_facilitators_own_words_go(client, another_client, deliver, sent) -> None:
    june, mira = a_prepared_group(client, deliver, size=5)
    loop.leads(another_client, mira)
    item = answers()["bo hopes"].id
    prepare(another_client, "Plan", item)
    with writing() as session:
        place = session.get_one(loop.Place, loop.place_of(june, "ada").id)
        place.state = "cancelled"
    page = another_client.get("/facilitate/june-retreat/preparation-note").text
    assert "4 people have a place" in page
    assert "bo hopes" not in page.partition('id="preview"')[0]
    assert another_client.post("/facilitate/june-retreat/preparation-note/send").status_code == 409
    again = prepare(another_client, "Plan", item)
    assert again.status_code == 422
    assert "Fewer than five people have a place" in again.text
    for state, answer in (("cancelled", 409), ("published", 422)):  # what is called off is not prepared any more
        with writing() as session:
            session.get_one(loop.Gathering, june.id).state = state
        assert prepare(another_client, "Plan", item).status_code == answer
    with pytest.raises(preparing.TooFewToShow), writing() as session:
        preparing.draft(june.id, "Plan", {item}, by=session.get_one(Person, mira.person_id))

    assert prepare(another_client, "Only my words").status_code == 303
    another_client.post("/facilitate/june-retreat/preparation-note/send")
    deliver()

    assert "Only my words" in client.get(f"/reflect/{loop.token(june, 'bo')}").text
    assert len(loop.letters(sent, "How we prepare")) == 4


def test_ticks_are_kept_unticked_by_default_and_a_question_may_be_answered_on_the_page(
    client, another_client, deliver
) -> None:
    mira = a_facilitator()
    june = loop.a_group(2, facilitator=mira)
    deliver()
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    form = client.get(f"/reflect/{ada}/before").text
    assert form.count("May go back to the group, without my name") == 3
    assert "checked" not in form.partition('id="A8_back"')[2].partition(">")[0]
    loop.post(client, ada, "/before", A5="Ada wonders: is it loud?", A5_page="yes", A8="I teach", A8_back="yes")
    loop.post(client, bo, "/before", A5="When is lunch?")
    form = client.get(f"/reflect/{ada}/before").text
    assert "checked" in form.partition('id="A5_page"')[2].partition(">")[0]
    assert "checked" in form.partition('id="A8_back"')[2].partition(">")[0]
    loop.leads(another_client, mira)
    needs = {each.text: each.id for each in db.session.query(Need) if each.key == "A5"}
    for number in needs.values():
        another_client.post(
            "/facilitate/june-retreat/needs", data={f"mark_{number}": "answered", f"note_{number}": "Not at all"}
        )
    page = another_client.get("/facilitate/june-retreat/asked").text
    assert "is it loud?" in page
    assert "When is lunch?" not in page
    number = needs["Ada wonders: is it loud?"]
    path = "/facilitate/june-retreat/asked/needs"
    said = {f"question_{number}": "Ada wonders", f"text_{number}": "Not at all"}
    assert another_client.post(f"{path}/{number}/publish", data=said).status_code == 422
    other = needs["When is lunch?"]
    assert (
        another_client.post(
            f"{path}/{other}/publish", data={f"question_{other}": "x", f"text_{other}": "y"}
        ).status_code
        == 409
    )
    another_client.post(f"{path}/{number}/publish", data=said | {f"question_{number}": "Is it loud?"})
    assert "Is it loud?" in client.get("/gatherings/june-retreat/").text

    loop.post(client, ada, "/before", A5="", A8="I teach")

    assert "Is it loud?" not in client.get("/gatherings/june-retreat/").text
    assert db.session.query(PageAnswer).count() == 0


def test_a_week_before_everybody_is_reminded_alike_and_needs_without_an_answer_are_told(client, deliver, sent) -> None:
    a_person("otto@example.org", role="organiser")
    june = loop.a_group(3)
    deliver()
    loop.post(client, loop.token(june, "ada"), "/before", A1="Rest", A4="No singing")
    for days in (7, 2, 1):
        clock.move_to(june.starts_at - timedelta(days=days))
        deliver()
        deliver()

    reminders = loop.letters(sent, "In a week")
    assert sorted(to for to, _text in reminders) == ["ada@example.org", "bo@example.org", "cara@example.org"]
    assert len({loop.without_own(text) for _to, text in reminders}) == 1
    assert [to for to, _text in loop.letters(sent, "Needs without an answer")] == ["otto@example.org"]


def test_ninety_days_after_the_end_the_note_is_gone(client, another_client, deliver) -> None:
    june, mira = a_prepared_group(client, deliver)
    loop.leads(another_client, mira)
    prepare(another_client, "Plan", answers()["bo hopes"].id)
    another_client.post("/facilitate/june-retreat/preparation-note/send")

    loop.after_the_end(june, deliver, days=91)

    assert db.session.query(PreparationNote).count() == db.session.query(NoteItem).count() == 0
    assert db.session.query(IntentionAnswer).count() == 0
