"""What is for the care contact reaches her at once, and nobody else: no page, no letter, no event, no log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from retreats import clock
from retreats.catalogue.service import edit
from retreats.catalogue.service.changes import People
from retreats.db import db, writing
from retreats.feedback import word_list
from retreats.feedback.models import CareCase
from retreats.feedback.queries.counting import last_year
from retreats.feedback.queries.sides import sides
from retreats.feedback.service import care, rules
from retreats.outbox.models import Event
from tests.feedback import loop
from tests.house import a_facilitator, a_person, sign_in

pytestmark = pytest.mark.slow

SECRET = "Somebody came into my room at night"


def a_told_case(client, deliver, **more: str):
    mira = a_facilitator()
    june = loop.a_group(7, facilitator=mira)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "filipe")
    fields = {"C10": "happened", "C10_text": SECRET, "C10_way": "Eva, 910 000 000", "C8": "Softer light"} | more
    assert loop.say(client, loop.token(june, "eva"), **fields).status_code == 303
    return june, mira


def cases() -> list[CareCase]:
    db.session.remove()
    return db.session.query(CareCase).order_by(CareCase.source).all()


def test_it_arrives_at_once_and_the_letter_says_nothing_of_it(client, another_client, deliver, sent) -> None:
    june, _mira = a_told_case(client, deliver)

    deliver()

    [(to, letter)] = loop.letters(sent, "Something waits for you")
    assert to == "cleo-june-retreat@example.org"
    for word in (SECRET, "Eva", "910", "June retreat", "happened"):
        assert word not in letter
    loop.cares(another_client, june)
    [case] = cases()
    assert SECRET not in another_client.get("/care/").text
    assert SECRET not in another_client.get(f"/care/{case.id}").text
    another_client.post(f"/care/{case.id}/open")
    page = another_client.get(f"/care/{case.id}").text
    assert SECRET in page
    assert "Eva, 910 000 000" in page
    assert "Something happened" in page


def test_neither_facilitator_nor_organiser_reaches_it_anywhere(client, another_client, deliver, sent) -> None:
    june, mira = a_told_case(client, deliver)
    loop.after_the_end(june, deliver, days=8)
    loop.leads(another_client, mira)
    another_client.post("/facilitate/june-retreat/after/open")
    [case] = cases()
    otto = a_person("otto@example.org", role="organiser")
    paths = ["/facilitate/", "/facilitate/june-retreat/", "/facilitate/june-retreat/after", "/facilitate/june-retreat/needs",
             f"/care/{case.id}", "/care/", "/organise/", "/organise/gatherings/", "/how-we-listen/",
             "/gatherings/june-retreat/"]  # fmt: skip
    paths += [f"/facilitate/june-retreat/points/{point.id}" for point in loop.points(june)]

    for who in (None, otto):
        if who is not None:
            sign_in(another_client, who)
        for path in paths:
            assert SECRET not in another_client.get(path).text, path
    assert another_client.get(f"/care/{case.id}").status_code == 404
    assert another_client.post(f"/care/{case.id}/open").status_code == 404
    assert all(SECRET not in letter.text + letter.html for letter in sent)
    assert all(SECRET not in str(event.payload) for event in db.session.query(Event))
    assert not in_clear(SECRET)


def in_clear(words: str) -> bool:
    """Whether these words stand unencrypted in any row."""
    db.session.remove()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")):
                if any(
                    words.encode() in bytes(cell) if isinstance(cell, bytes | memoryview) else words in str(cell)
                    for cell in row
                ):
                    return True
    return False


def test_the_care_contact_of_another_gathering_finds_nothing(client, another_client, deliver) -> None:
    a_told_case(client, deliver)
    [case] = cases()
    july = loop.a_group(1, slug="july-circle")
    loop.cares(another_client, july)

    assert "Nothing waits for you" in another_client.get("/care/").text
    assert another_client.get(f"/care/{case.id}").status_code == 404
    for what in ("open", "move", "note"):
        assert another_client.post(f"/care/{case.id}/{what}", data={"note": "x", "state": "offered"}).status_code == 404


def test_told_twice_it_is_one_case_and_changed_it_waits_again(client, another_client, deliver, sent) -> None:
    june, _mira = a_told_case(client, deliver)
    deliver()
    loop.cares(another_client, june)
    [case] = cases()
    another_client.post(f"/care/{case.id}/open")
    eva = loop.token(june, "eva")

    loop.say(client, eva, C10="happened", C10_text=SECRET, C10_way="Eva, 910 000 000")
    assert [case.state for case in cases()] == ["seen"]
    clock.move_to(clock.now() + timedelta(minutes=5))
    loop.say(client, eva, C10="happened", C10_text=f"{SECRET}, twice", C10_way="Eva, 910 000 000")
    deliver()

    assert [case.state for case in cases()] == ["raised"]
    assert len(loop.letters(sent, "Something waits for you")) == 2


def test_the_author_sees_by_own_link_that_it_was_read_and_whoever_gets_the_link_does_not_read_it(
    client, another_client, deliver
) -> None:
    june, _mira = a_told_case(client, deliver)
    loop.cares(another_client, june)
    [case] = cases()
    another_client.post(f"/care/{case.id}/open")

    eva = loop.token(june, "eva")
    mine, form = (client.get(f"/reflect/{eva}{path}").text for path in ("", "/after"))
    loop.say(client, eva, C8="Softer light", C10="weighs")
    others = client.get(f"/reflect/{loop.token(june, 'ada')}").text

    assert "What weighs on me, or what happened" in mine
    assert "Cleo-June-Retreat looked at this on Wednesday 17 March 2027" in mine
    assert "You told Cleo-June-Retreat something here" in form
    assert not any(words in page for page in (mine, form, others) for words in (SECRET, "910 000 000"))
    assert "What I told" not in others
    assert [(case.choice, case.text, case.way) for case in cases()] == [("weighs", SECRET, "Eva, 910 000 000")]


def test_a_text_only_for_the_care_contact_is_never_sealed_for_the_others(client, deliver) -> None:
    june, _mira = a_told_case(client, deliver, C8="She shouted at me", C8_mode="care")
    loop.say(client, loop.token(june, "eva"), C8="She shouted at me", C8_mode="unnamed")
    loop.after_the_end(june, deliver, hours=72)

    assert "She shouted at me" not in {point.text for point in loop.points(june)}
    assert [case.source for case in cases()] == ["C10", "C8"]


def test_what_nobody_opens_for_a_day_is_told_to_the_organisers_and_not_what_it_is(client, deliver, sent) -> None:
    otto = a_person("otto@example.org", role="organiser")
    _june, mira = a_told_case(client, deliver)
    with writing():  # who leads stands in for nobody there
        rules.set_rules(None, answer_days=None, deputy_id=mira.person_id, by=otto)
    deliver()
    clock.move_to(clock.now() + timedelta(hours=23))
    deliver()
    assert loop.letters(sent, "has not looked yet") == []

    clock.move_to(clock.now() + timedelta(hours=1))
    deliver()
    deliver()

    [(to, letter)] = loop.letters(sent, "has not looked yet")
    assert to == "otto@example.org"
    assert SECRET not in letter
    assert "June retreat" not in letter
    assert [to for to, _letter in loop.letters(sent, "Something waits for you")] == ["cleo-june-retreat@example.org"]


@pytest.mark.parametrize("handed", [datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 10, 30, 20, tzinfo=UTC)])
def test_a_new_care_contact_has_a_day_of_her_own_and_then_it_is_told_of_once_more(
    client, deliver, sent, handed
) -> None:
    otto = a_person("otto@example.org", role="organiser")
    june, mira = a_told_case(client, deliver)
    vera, dora = a_person("vera@example.org", role="care"), a_person("dora@example.org", role="care")
    with writing():
        rules.set_rules(None, answer_days=None, deputy_id=dora.id, by=otto)
    clock.move_to(handed - timedelta(hours=1))
    deliver()
    told = loop.letters(sent, "has not looked yet")
    clock.move_to(handed)
    for _press in range(2):
        with writing():
            edit(june.id, People(facilitator_ids=[mira.id], care=vera.id), still=lambda _it: True)
    deliver()
    clock.move_to(handed + timedelta(hours=23, minutes=59))
    deliver()
    assert ([to for to, _letter in told], loop.letters(sent, "has not looked yet")) == (["otto@example.org"], told)

    clock.move_to(handed + timedelta(hours=24))
    for _worker in range(2):  # the second looked before the first had written down that it is told
        deliver()
        db.session.execute(update(CareCase).values(overdue_told=False))
        db.session.commit()
    clock.move_to(handed + timedelta(days=3))
    deliver()

    assert [to for to, _letter in loop.letters(sent, "has not looked yet")] == ["otto@example.org"] * 2
    assert [to for to, _letter in loop.letters(sent, "Something waits for you")] == [
        "cleo-june-retreat@example.org", "dora@example.org", "vera@example.org", "dora@example.org"]  # fmt: skip
    [case] = cases()
    assert (case.handed_at, case.state, case.deputy_id, case.raised_at < case.handed_at) == (
        handed,
        "raised",
        dora.id,
        True,
    )

    rui = a_person("rui@example.org", role="care")
    with writing():
        edit(june.id, People(facilitator_ids=[mira.id], care=rui.id), still=lambda _it: True)
    deliver()
    with writing():
        care.look_at(case.id, by=rui)
    clock.move_to(clock.now() + timedelta(days=2))
    deliver()
    assert len(loop.letters(sent, "has not looked yet")) == 2, "whoever looks in time is not told of"
    assert sides(last_year()).care_in_time == (0, 1), "and it was seen late all the same"


def test_the_word_list_puts_an_unnamed_copy_before_her_and_tells_her_at_a_full_hour(
    client, another_client, deliver, sent
) -> None:
    june = loop.a_group_asked(7, deliver)
    clock.move_to(clock.now() + timedelta(minutes=17))
    events = db.session.query(Event).count()

    loop.say(client, loop.token(june, "eva"), C8="I felt abused in the second exercise")
    deliver()
    assert db.session.query(Event).count() == events
    [case] = cases()
    assert (case.automatic, case.place_id, case.raised_at.minute, case.raised_at.second) == (True, None, 0, 0)
    clock.move_to(case.raised_at)
    deliver()

    assert len(loop.letters(sent, "Something waits for you")) == 1
    loop.cares(another_client, june)
    another_client.post(f"/care/{case.id}/open")
    page = another_client.get(f"/care/{case.id}").text
    assert "may be wrong" in page
    assert "Eva" not in page
    assert "“abuse”" in client.get(f"/reflect/{loop.token(june, 'ada')}/after").text


def test_the_list_hears_what_is_written_before_coming_too(client, another_client, deliver, sent) -> None:
    june = loop.a_group(2, facilitator=a_facilitator())
    deliver()
    ada = loop.token(june, "ada")
    assert "A short list of words" in client.get(f"/reflect/{ada}/before").text
    for _press in range(2):
        loop.post(client, ada, "/before", A1="I was abused, and it comes back", A4="No shouting")
    [case] = cases()
    assert (case.source, case.automatic, case.place_id, case.alerted) == ("A1", True, None, False)
    clock.move_to(case.raised_at)
    deliver()

    assert len(loop.letters(sent, "Something waits for you")) == 1
    loop.cares(another_client, june)
    another_client.post(f"/care/{case.id}/open")
    page = another_client.get(f"/care/{case.id}").text
    assert ("I was abused" in page, "to those who lead and with their name" in page, "withhold" in page) == (
        True, True, False)  # fmt: skip
    assert another_client.post(f"/care/{case.id}/withhold", data={"why": "A threat"}).status_code == 422


@pytest.mark.parametrize(
    "words",
    ["I want to die", "thoughts of SUICIDE", "he touched me", "quero morrer", "Fui agredida", "assédio", "automutilação",
     "abusou de mim", "pensei em suicídio"],
)  # fmt: skip
def test_the_list_knows_its_words_in_both_languages(words) -> None:
    assert word_list.alarms(f"On Saturday, {words}!")


@pytest.mark.parametrize(
    "words", ["the dye was blue", "a violin played", "we touched the earth", "o violino", "a grape"]
)
def test_the_list_leaves_innocent_words_alone(words) -> None:
    assert not word_list.alarms(words)


def test_a_health_note_carries_a_name_goes_only_to_her_and_can_be_taken_back(
    client, another_client, deliver, sent
) -> None:
    mira = a_facilitator()
    june = loop.a_group(3, facilitator=mira)
    deliver()
    eva = loop.token(june, "bo")
    loop.post(client, eva, "/before", A6="I have epilepsy", A1="Rest")
    deliver()
    loop.leads(another_client, mira)
    reference = loop.place_of(june, "bo").reference
    assert "Told you something about health" not in another_client.get("/facilitate/june-retreat/needs").text
    another_client.post(f"/facilitate/june-retreat/places/{reference}/health", data={"why": "prepare"})
    for page in ("needs", "health"):
        assert "epilepsy" not in another_client.get(f"/facilitate/june-retreat/{page}").text
    assert len(loop.letters(sent, "Something waits for you")) == 1
    assert not in_clear("epilepsy")

    mine, form = (client.get(f"/reflect/{eva}{path}").text for path in ("", "/before"))
    assert "About health, access or safety" in mine
    assert "Take back what I told" in form
    assert "epilepsy" not in mine + form
    loop.post(client, eva, "/before", A6="", A6_share="yes", A1="Rest")
    assert "Told you something about health" in another_client.get("/facilitate/june-retreat/needs").text
    assert "epilepsy" not in another_client.get("/facilitate/june-retreat/health").text
    another_client.post(f"/facilitate/june-retreat/places/{reference}/health", data={"why": "prepare"})
    assert "epilepsy" in another_client.get("/facilitate/june-retreat/health").text
    loop.post(client, eva, "/before", A6="", A6_gone="yes", A1="Rest")

    assert [case.text for case in cases()] == [None]
    for page in ("needs", "health"):
        assert "epilepsy" not in another_client.get(f"/facilitate/june-retreat/{page}").text


def test_the_low_word_about_refusing_shows_help_and_the_way_to_her(client, deliver) -> None:
    june = loop.a_group_asked(6, deliver)
    eva = loop.token(june, "eva")

    loop.say(client, eva, C4="1")

    page = client.get(f"/reflect/{eva}").text
    assert "You said that refusing cost you something" in page
    assert "1411" in page


def test_a_case_moves_on_and_is_closed_and_her_notes_are_hers(client, another_client, deliver) -> None:
    june, _mira = a_told_case(client, deliver)
    loop.cares(another_client, june)
    [case] = cases()
    assert another_client.post(f"/care/{case.id}/move", data={"state": "offered"}).status_code == 409
    another_client.post(f"/care/{case.id}/open")

    another_client.post(f"/care/{case.id}/note", data={"note": "Called her on Thursday"})
    another_client.post(f"/care/{case.id}/move", data={"state": "in_hand"})
    another_client.post(f"/care/{case.id}/move", data={"state": "closed:supported"})

    assert [(each.state, each.outcome) for each in cases()] == [("closed", "supported")]
    assert "Called her on Thursday" in another_client.get(f"/care/{case.id}").text
    assert "Called her" not in client.get(f"/reflect/{loop.token(june, 'eva')}").text
