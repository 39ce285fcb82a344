"""A practice is offered, chosen, planned and noted; what is private stays so, and nobody is counted who should not be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from retreats import clock, periods
from retreats.booking.models import Place
from retreats.booking.service.cancel import cancel_places
from retreats.booking.service.readdress import readdress_booker
from retreats.catalogue.models import Facilitator
from retreats.db import db, new_id, writing
from retreats.events import DomainEvent
from retreats.feedback.models import CareCase
from retreats.outbox.models import Event
from retreats.practices.models import Practice, PracticeVersion, Reminding
from retreats.practices.service import personal
from retreats.privacy.keeping import forget_due
from tests.feedback import loop
from tests.house import a_facilitator, both
from tests.practices.arranged import (
    SECRET,
    a_gathering_with_a_practice,
    a_practice,
    begun,
    choose,
    note,
    notes,
    plans,
)
from tests.tokens import guessed

pytestmark = pytest.mark.slow


@pytest.fixture
def mira(app) -> Facilitator:
    del app
    return a_facilitator()


def page_of(client, slug: str = "june-retreat") -> str:
    return client.get(f"/facilitate/{slug}/practices").text


def in_clear() -> str:
    """Every row of every table, as it lies there."""
    db.session.remove()
    return " ".join(
        str(row)
        for table in db.metadata.sorted_tables
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
    )


def test_ada_chooses_plans_and_says_it_anew_and_nobody_else_reads_it(client, another_client, mira):
    june, practice = a_gathering_with_a_practice(2, mira)
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    loop.leads(another_client, mira)

    before = page_of(another_client)
    twice = [choose(client, ada, practice).status_code for _ in range(2)]

    page = client.get(f"/reflect/{ada}/practices").text
    assert twice == [303, 303]
    assert [(each.when, each.will, each.state) for each in plans()] == [("I have put the kettle on", SECRET, "going")]
    assert f"When I have put the kettle on, I will {SECRET}" in page
    assert f"Quando I have put the kettle on, vou {SECRET}" in client.get(f"/reflect/{ada}/practices?lang=pt").text
    assert SECRET not in client.get(f"/reflect/{bo}/practices?lang=en").text
    assert SECRET not in in_clear()
    choose(client, ada, practice, **{f"will_{practice.id}": "sit"})
    assert [each.will for each in plans()] == ["sit"]
    assert without_tokens(page_of(another_client)) == without_tokens(before)
    chosen = db.session.query(Event).filter_by(name="PracticeChosen").all()
    assert [set(each.payload) for each in chosen] == [{"place_id", "gathering_id"}] * 2


def without_tokens(page: str) -> str:
    """A page without the ids that its forms carry."""
    return "".join(line for line in page.splitlines() if 'name="entry"' not in line and "csrf" not in line)


def test_a_plan_rests_is_taken_up_let_go_and_deleted_with_its_notes(client, mira):
    june, practice = a_gathering_with_a_practice(1, mira)
    ada = loop.token(june, "ada")
    choose(client, ada, practice)
    note(client, ada, practice, "hard today")

    for to in ("paused", "paused", "going", "stopped", "stopped"):
        loop.post(client, ada, f"/practices/{practice.id}/move", to=to)
        assert [each.state for each in plans()] == [to]
    assert "What you noted is still here" in client.get(f"/reflect/{ada}/practices").text
    assert loop.post(client, ada, f"/practices/{practice.id}/move", to="improved").status_code == 404
    for _ in range(2):
        assert loop.post(client, ada, f"/practices/{practice.id}/move", to="deleted").status_code == 303
    assert (plans(), notes()) == ([], [])


def test_practices_are_there_for_who_was_there_and_once_it_has_begun(client, mira):
    june = loop.a_group(3, facilitator=mira)
    later = clock.now() + timedelta(days=30)
    other, practice = loop.a_group(1, slug="july-circle", starts_at=later), a_practice(june)
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")

    early = choose(client, ada, practice)
    begun(june)
    with writing() as session:
        session.get_one(Place, loop.place_of(june, "bo").id).presence = "missed"
        session.get_one(Place, loop.place_of(june, "cara").id).state = "cancelled"
    cara = loop.token(june, "cara")
    refused = [choose(client, who, practice).status_code for who in (bo, loop.token(other, "ada"), cara, guessed(ada))]
    unproven = client.post(f"/reflect/{ada}/practices/{practice.id}/choose", data={"proof": "x"})

    assert early.status_code == 404
    assert "once the gathering has begun" in client.get(f"/reflect/{loop.token(other, 'ada')}/practices").text
    assert refused == [404, 404, 410, 404]
    assert unproven.status_code == 400
    assert plans() == []


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, mira):
    june, practice = a_gathering_with_a_practice(1, mira)
    ada = loop.token(june, "ada")

    answer = choose(client, ada, practice, **{f"when_{practice.id}": "", f"will_{practice.id}": "<b>breathe</b>"})
    long = choose(client, ada, practice, **{f"when_{practice.id}": "w" * 301})

    assert answer.status_code == 422
    assert "they are for you alone" in answer.text
    assert 'value="&lt;b&gt;breathe&lt;/b&gt;"' in answer.text
    assert long.status_code == 422
    assert "Please shorten this to 300 characters" in long.text


def test_a_note_is_shown_answered_and_taken_back(client, another_client, mira, sent, deliver):
    june, practice = a_gathering_with_a_practice(2, mira)
    stranger = a_facilitator("milo@example.org")
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    choose(client, ada, practice)
    entry = new_id()
    assert [note(client, ada, practice, "<script>alert(1)</script> hard", entry) for _ in range(2)] == [entry, entry]
    loop.leads(another_client, mira)
    hidden = page_of(another_client)
    refused = another_client.post(f"/facilitate/june-retreat/notes/{entry}", data={"entry": 5, f"text_{entry}": "hi"})

    shown = [loop.post(client, ada, f"/notes/{entry}", do="show").status_code for _ in range(2)]
    deliver()
    visible = page_of(another_client)
    reply = {"entry": str(new_id()), f"text_{entry}": "Thank you for this"}
    answered = [
        another_client.post(f"/facilitate/june-retreat/notes/{entry}", data=reply).status_code for _ in range(2)
    ]
    deliver()

    assert len(notes()) == 1
    assert "hard" not in hidden
    assert refused.status_code == 404
    assert (shown, answered) == ([303, 303], [303, 303])
    assert "&lt;script&gt;alert(1)&lt;/script&gt; hard" in visible
    assert "Ada" in visible
    page = client.get(f"/reflect/{ada}/practices").text
    assert page.count("Thank you for this") == 1
    assert [(each.to_address, "hard" in each.text, "Thank you for" in each.text) for each in sent
            if "Shown to you" in each.subject or "An answer" in each.subject] == [
        ("mira@example.org", False, False), ("ada@example.org", False, False)]  # fmt: skip
    assert loop.post(client, bo, f"/notes/{entry}", do="take_back").status_code == 404
    loop.post(client, ada, f"/notes/{entry}", do="take_back")
    assert without_tokens(page_of(another_client)) == without_tokens(hidden)
    assert another_client.post(f"/facilitate/june-retreat/notes/{entry}", data=reply).status_code == 404
    loop.leads(another_client, stranger)
    assert another_client.get("/facilitate/june-retreat/practices").status_code == 404
    assert loop.post(client, ada, f"/notes/{entry}", do="delete").status_code == 303
    assert notes() == []


def test_the_word_list_hears_a_note_when_it_is_shown_and_never_before(client, mira):
    june, practice = a_gathering_with_a_practice(1, mira)
    ada = loop.token(june, "ada")
    choose(client, ada, practice)
    entry = note(client, ada, practice, "I felt abused")
    db.session.remove()
    before = db.session.query(CareCase).count()

    for _press in range(2):
        loop.post(client, ada, f"/notes/{entry}", do="show")

    db.session.remove()
    [case] = db.session.query(CareCase)
    assert (before, case.source, case.text, case.automatic, case.place_id) == (
        0,
        "shown_note",
        "I felt abused",
        True,
        None,
    )


def test_writing_for_oneself_leaves_no_event(client, mira):
    june, practice = a_gathering_with_a_practice(1, mira)
    ada = loop.token(june, "ada")
    choose(client, ada, practice)
    before = db.session.query(Event).count()

    entry = note(client, ada, practice, "hard today")
    loop.post(client, ada, f"/notes/{entry}", do="delete")

    db.session.remove()
    assert db.session.query(Event).count() == before
    assert "PracticeShown" in DomainEvent.known


def test_how_many_chose_shows_from_five_people_on(client, another_client, mira):
    june, practice = a_gathering_with_a_practice(6, mira)
    loop.leads(another_client, mira)
    pages = [without_tokens(page_of(another_client))]

    for name in loop.NAMES[:5]:
        choose(client, loop.token(june, name), practice)
        pages.append(without_tokens(page_of(another_client)))

    assert len(set(pages[:5])) == 1
    assert "How many chose it shows from five people on." in pages[4]
    assert "5 people chose it." in pages[5]
    assert "Ada" not in pages[5]


def test_whoever_has_chosen_keeps_the_words_that_they_chose(client, another_client, mira):
    june, practice = a_gathering_with_a_practice(2, mira)
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    loop.leads(another_client, mira)
    other = {"title_en": "Four breaths", "title_pt": "Quatro", "how_en": "Sit.", "how_pt": "Sente-se.",
             "how_long_en": "Three", "how_long_pt": "Três"}  # fmt: skip

    another_client.post(f"/facilitate/june-retreat/practices/{practice.id}", data=other | {"title_en": "Two breaths"})
    assert versions() == [(1, "Two breaths")]
    choose(client, ada, practice)
    for _ in range(2):
        another_client.post(f"/facilitate/june-retreat/practices/{practice.id}", data=other)

    assert versions() == [(1, "Two breaths"), (2, "Four breaths")]
    assert "Two breaths" in client.get(f"/reflect/{ada}/practices").text
    assert "Four breaths" in client.get(f"/reflect/{bo}/practices").text
    for _ in range(2):
        another_client.post(f"/facilitate/june-retreat/practices/{practice.id}/withdraw")
    assert "Two breaths" in client.get(f"/reflect/{ada}/practices").text
    assert choose(client, bo, practice).status_code == 404


def versions() -> list[tuple[int, str]]:
    db.session.remove()
    return [
        (each.number, each.title["en"]) for each in db.session.query(PracticeVersion).order_by(PracticeVersion.number)
    ]


def test_three_are_offered_at_most_in_both_languages_and_pressed_twice_is_once(client, mira):
    june = loop.a_group(1, facilitator=mira)
    loop.leads(client, mira)
    full = {"title_en": "A", "title_pt": "A", "how_en": "B", "how_pt": "B", "how_long_en": "C", "how_long_pt": "C"}

    def offer(entry: int, **more: str):
        return client.post("/facilitate/june-retreat/practices", data=full | {"entry": str(entry)} | more)

    missing = offer(1, how_pt="")
    answers = [offer(entry).status_code for entry in (11, 11, 12, 13, 14)]

    assert missing.status_code == 422
    assert "Say in plain words how it is done." in missing.text
    assert answers == [303, 303, 303, 303, 409]
    db.session.remove()
    assert sorted(each.position or 0 for each in db.session.query(Practice).filter_by(gathering_id=june.id)) == [
        1,
        2,
        3,
    ]
    assert client.post("/facilitate/june-retreat/practices/12/withdraw").status_code == 303
    assert offer(15).status_code == 303
    assert client.post("/facilitate/june-retreat/practices/999", data=full).status_code == 404


def test_the_pages_ask_as_much_for_thirty_notes_as_for_one(client, another_client, mira, statements):
    june, practice = a_gathering_with_a_practice(1, mira)
    with writing() as session:
        session.get_one(Practice, practice.id).versions[0].how = both("Breathe")
    ada = loop.token(june, "ada")
    choose(client, ada, practice)
    loop.leads(another_client, mira)
    counts: list[tuple[int, int]] = []
    for many in (1, 29):
        for number in range(many):
            entry = note(client, ada, practice, f"note {number}")
            loop.post(client, ada, f"/notes/{entry}", do="show")
            data = {"entry": str(new_id()), f"text_{entry}": "Thank you"}
            another_client.post(f"/facilitate/june-retreat/notes/{entry}", data=data)
        with statements() as mine:
            page = client.get(f"/reflect/{ada}/practices").text
        with statements() as led:
            led_page = page_of(another_client)
        assert (page.count("Thank you"), led_page.count("Thank you")) == (len(notes()), len(notes()))
        counts.append((len(mine), len(led)))

    assert counts[0] == counts[1]


def test_what_one_planned_and_noted_is_exported_and_goes_with_the_place_or_after_a_year(client, mira, deliver):
    june, practice = a_gathering_with_a_practice(3, mira)
    for name in ("ada", "bo", "cara"):
        link = loop.token(june, name)
        choose(client, link, practice, remind="yes")
        loop.post(client, link, f"/notes/{note(client, link, practice, f'of {name}')}", do="show")
    ada, bo = loop.place_of(june, "ada"), loop.place_of(june, "bo")
    assert ada.person_id is not None
    assert june.ends_at is not None
    [held] = personal.export(ada.person_id)["practices"]

    with writing():
        cancel_places(ada.registration_id, {ada.id}, by_house=True)
    with writing():
        readdress_booker(bo.registration_id, "other@example.org", was="bo@example.org")
    deliver()

    assert (held["plan_when"], held["plan_will"]) == ("I have put the kettle on", SECRET)
    assert [(each["text"], each["shown"]) for each in held["notes"]] == [("of ada", True)]
    assert [each.text for each in notes()] == ["of cara"]
    assert SECRET not in client.get(f"/reflect/{loop.token(june, 'bo')}/practices").text
    clock.move_to(june.ends_at + periods.PRACTICES - timedelta(minutes=1))
    forget_due(clock.now())
    assert len(plans()) == 1
    clock.move_to(june.ends_at + periods.PRACTICES)
    with writing():
        forget_due(clock.now())
    assert (plans(), notes(), db.session.query(Reminding).count()) == ([], [], 0)
