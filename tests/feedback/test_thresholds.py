"""How many have to have answered before anything shows, and what shows then (T1–T8)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, writing
from retreats.feedback import queries, service
from retreats.feedback.models import GroupAnswer
from tests.feedback import loop
from tests.house import a_facilitator, a_person, sign_in
from tests.remembering import remembered

pytestmark = pytest.mark.slow


def seen_by_mira(client, gathering) -> list[str]:
    """Everything a facilitator can look at before and after the release, without the tokens that forms carry, and without
    how many days ago that was."""
    paths = ("/facilitate/", f"/facilitate/{gathering.slug}/after", f"/facilitate/{gathering.slug}/needs")
    found = [client.get(path).text for path in paths]
    return [re.sub(r'name="csrf_token" value="[^"]*"|released (today|\d+ days ago) · letter [a-z0-9 ]+', "", page)
            for page in found]  # fmt: skip


def row(gathering) -> queries.LoopRow:
    db.session.remove()
    return queries.loop_row(db.session.get_one(Gathering, gathering.id))


def a_group_asked(client, deliver, size: int) -> Gathering:
    """So many were there, and have been asked."""

    def happens() -> None:
        loop.after_the_end(loop.a_group(size, facilitator=a_facilitator()), deliver)

    remembered(f"{size} are asked", happens)
    loop.leads(client, db.session.scalars(select(Facilitator)).one())
    return db.session.scalars(select(Gathering)).one()


def opened(client, gathering) -> str:
    client.post(f"/facilitate/{gathering.slug}/after/open")
    return client.get(f"/facilitate/{gathering.slug}/after").text


def test_facilitators_and_organisers_see_the_same_for_none_as_for_four(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 8)
    nothing, counted = seen_by_mira(another_client, june), row(june)

    for name in ("ada", "bo", "cara", "duarte"):
        loop.everybody_says(client, june, name, C8_mode="named")
        assert seen_by_mira(another_client, june) == nothing
        assert row(june) == counted
    loop.after_the_end(june, deliver, hours=73)

    assert seen_by_mira(another_client, june) == nothing
    assert row(june) == counted


def test_nothing_that_one_adds_to_an_address_splits_a_group(client, another_client, deliver) -> None:
    """T5: no filter, no cross-tab. What is kept of an answer has nothing by which it could be split."""
    june = a_group_asked(another_client, deliver, 12)
    loop.everybody_says(client, june, *loop.NAMES[:12])
    loop.after_the_end(june, deliver, days=8)
    opened(another_client, june)
    split = "?language=pt&first=yes&C1=1&question=C2&from=2027-01-01&to=2027-12-31&by=ticket&group=new"

    for path in ("/facilitate/june-retreat/after", "/facilitate/over-time", "/how-we-listen/"):
        whole, part = (another_client.get(each).text.partition("<main")[2] for each in (path, path + split))
        assert re.sub(r'name="csrf_token" value="[^"]*"', "", part) == re.sub(
            r'name="csrf_token" value="[^"]*"', "", whole
        ), path
        assert whole
    assert {column.name for column in GroupAnswer.__table__.columns} == {"id", "batch_id", "question", "value"}


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_a_form_that_closed_with_too_few_says_the_same_however_few_there_were(
    client, another_client, deliver, sent, answers
) -> None:
    june = a_group_asked(another_client, deliver, 8)
    loop.everybody_says(client, june, *loop.NAMES[:answers])

    loop.after_the_end(june, deliver, days=8)

    page = another_client.get("/facilitate/june-retreat/after").text
    assert "Fewer than five people answered" in page
    assert "would change the evenings" not in page
    assert (row(june).answered, row(june).form) == (None, "held")
    assert len(loop.letters(sent, "Few answered")) == 8
    another_client.post("/facilitate/june-retreat/after/open")
    assert another_client.get("/facilitate/june-retreat/after").text == page


def test_one_late_answer_changes_nothing_that_anybody_sees_but_its_author(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 8)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    loop.after_the_end(june, deliver, hours=72)
    opened(another_client, june)
    seen, gil = seen_by_mira(another_client, june), loop.token(june, "gil")

    loop.say(client, gil, C8="Late but meant", C1="1")
    assert seen_by_mira(another_client, june) == seen
    loop.after_the_end(june, deliver, days=8)

    assert seen_by_mira(another_client, june) == seen
    mine = client.get(f"/reflect/{gil}").text
    assert "Late but meant" in mine
    assert "Too few people answered with you" in mine
    loop.post(client, gil, "/words/C8/withdraw")
    assert "Late but meant" not in client.get(f"/reflect/{gil}").text


def test_three_late_answers_are_a_second_release(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 9)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    loop.after_the_end(june, deliver, hours=72)
    assert "5 of 9 answered" in opened(another_client, june)
    loop.everybody_says(client, june, "filipe", "gil", "hana")

    loop.after_the_end(june, deliver, days=7)

    assert "More has come" in another_client.get("/facilitate/june-retreat/after").text
    assert "8 of 9 answered" in opened(another_client, june)
    assert row(june).answered == 8


def test_a_question_shows_with_five_answers_to_itself_and_not_with_four(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 7)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", C2="4", C3="4")
    loop.everybody_says(client, june, "eva", C2="5", C3="")
    loop.after_the_end(june, deliver, hours=72)

    page = opened(another_client, june)

    assert "The event served what I came for." in page
    assert "The way we worked suited me." not in page


def test_late_answers_join_a_question_only_by_three(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 9)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva", C2="5", C3="5")
    loop.after_the_end(june, deliver, hours=72)
    loop.everybody_says(client, june, "filipe", "gil", C2="1", C3="2")
    loop.everybody_says(client, june, "hana", C2="1", C3="")
    loop.after_the_end(june, deliver, days=7)

    page = opened(another_client, june)

    assert "5 of 8 said mostly or entirely" in page
    assert "5 of 5 said mostly or entirely" in page
    assert "5 of 7" not in page


def test_when_nearly_everybody_says_no_it_is_said_in_words_without_numbers(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 7)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva", C1="1", C2="5")
    loop.everybody_says(client, june, "filipe", C1="4", C2="5")
    loop.after_the_end(june, deliver, hours=72)

    page = opened(another_client, june)
    part = page.partition("There was room for me as I was")[2].partition("The event served")[0]

    assert "Most of those who answered did not find it so." in part
    assert "squares" not in part
    assert "6 of 6 said mostly or entirely" in page


def test_what_could_not_be_counted_is_not_told_by_those_who_come_later(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 9)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", C1="1")
    loop.everybody_says(client, june, "eva", C1="4")
    loop.after_the_end(june, deliver, hours=72)
    first = opened(another_client, june)
    loop.everybody_says(client, june, "filipe", "gil", "hana", C1="5")
    loop.after_the_end(june, deliver, days=7)

    second = opened(another_client, june)

    part = second.partition("There was room for me as I was")[2].partition("The event served")[0]
    assert "Most of those who answered did not find it so." in first
    assert "Most of those who answered did not find it so." in part
    assert "of 8 said mostly or entirely" not in part


def test_with_fewer_than_five_people_nothing_is_taken_without_a_name(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 4)
    ada = loop.token(june, "ada")

    form = client.get(f"/reflect/{ada}/after").text
    refused = loop.say(client, ada, C8="A warmer room")
    taken = loop.say(client, ada, C8="A warmer room", C8_mode="named", C7_mode="named", C9_mode="named")

    assert "You were fewer than five" in form
    assert "Without my name" not in form
    assert "Choose who may read these words." in refused.text
    assert (refused.status_code, taken.status_code) == (422, 303)
    unnamed = service.Submission(texts={"C8": service.Words(text="A warmer room", kind="change")})
    with pytest.raises(service.NamelessNotOffered), writing():
        service.give(ada, unnamed)


def test_a_group_of_six_is_warned_and_one_of_nine_is_not(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 6)
    small = client.get(f"/reflect/{loop.token(june, 'ada')}/after").text
    july = loop.a_group(9, slug="july-retreat")
    loop.after_the_end(july, deliver)
    large = client.get(f"/reflect/{loop.token(july, 'ada')}/after").text

    assert "You were few" in small
    assert "You were few" not in large


def test_held_words_are_read_only_where_their_author_says_so_and_all_at_one_moment(
    client, another_client, deliver
) -> None:
    june = a_group_asked(another_client, deliver, 8)
    ada, bo, cara = (loop.token(june, name) for name in ("ada", "bo", "cara"))
    loop.everybody_says(client, june, "ada", "bo", "cara", C1="2")
    loop.after_the_end(june, deliver, days=8)
    assert "You decide about these words" in client.get(f"/reflect/{ada}").text

    loop.post(client, ada, "/words/C8/held", wish="release")
    loop.post(client, bo, "/words/C8/held", wish="keep")
    loop.post(client, cara, "/words/C8/withdraw")
    assert loop.points(june) == []
    loop.after_the_end(june, deliver, days=15)

    assert [point.text for point in loop.points(june)] == ["ada would change the evenings"]
    page = opened(another_client, june)
    assert "ada would change the evenings" in page
    assert "said mostly or entirely" not in page
    assert "bo would change" in client.get(f"/reflect/{bo}").text
    assert "cara would change" not in client.get(f"/reflect/{cara}").text
    assert loop.post(client, bo, "/words/C8/held", wish="release").status_code == 410


def test_scale_answers_are_not_joined_to_anybody_not_even_beside_signed_texts(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 6)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", C8_mode="named", C1="5")
    loop.everybody_says(client, june, "eva", C8_mode="unnamed", C1="2")
    loop.after_the_end(june, deliver, hours=72)

    page = opened(another_client, june)

    assert {point.place_id is None for point in loop.points(june) if "eva" in (point.text or "")} == {True}
    named = [point for point in loop.points(june) if point.place_id is not None]
    assert len(named) == 4
    assert "Eva" not in page
    # Without anything that says who has answered, Eva and Filipe (who said nothing) stay one possibility each.
    assert "Filipe" not in page


def test_whether_one_could_say_no_is_seen_by_the_care_contact_and_not_by_those_who_led(
    client, another_client, deliver
) -> None:
    june = a_group_asked(another_client, deliver, 6)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva", C4="2")
    loop.after_the_end(june, deliver, hours=72)
    assert "I could say no, or stop" not in opened(another_client, june)

    loop.cares(another_client, june)

    assert "I could say no, or stop" in another_client.get("/care/").text


def test_a_facilitator_of_another_gathering_finds_nothing(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 6)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    loop.after_the_end(june, deliver, hours=72)
    opened(another_client, june)
    point = loop.points(june)[0].id
    loop.leads(another_client, a_facilitator("milo@example.org"))

    for path in ("needs", "after", "reflection", f"points/{point}", "promises/1"):
        assert another_client.get(f"/facilitate/june-retreat/{path}").status_code == 404
    for path in ("needs", "after/open", "reflection", f"points/{point}/reply", f"points/{point}/heard",
                 f"points/{point}/decide", "decisions/1/made"):  # fmt: skip
        assert another_client.post(f"/facilitate/june-retreat/{path}", data={"reply": "x"}).status_code == 404
    assert "june" not in another_client.get("/facilitate/").text.lower()


def test_a_point_of_another_gathering_is_not_found_through_ones_own(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 6)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    loop.after_the_end(june, deliver, hours=72)
    opened(another_client, june)
    point = loop.points(june)[0].id
    milo = a_facilitator("milo@example.org")
    loop.a_group(1, slug="july-circle", facilitator=milo)
    loop.leads(another_client, milo)

    assert another_client.get(f"/facilitate/july-circle/points/{point}").status_code == 404
    reply = another_client.post(f"/facilitate/july-circle/points/{point}/reply", data={"reply": "Hello"})
    assert reply.status_code == 404


def test_an_organiser_sees_no_text_anywhere_of_the_loop(client, another_client, deliver) -> None:
    june = a_group_asked(another_client, deliver, 6)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    loop.after_the_end(june, deliver, hours=72)
    point = loop.points(june)[0].id
    sign_in(another_client, a_person("otto@example.org", role="organiser"))

    for path in (
        "/facilitate/",
        "/facilitate/june-retreat/after",
        f"/facilitate/june-retreat/points/{point}",
        "/care/",
    ):
        assert another_client.get(path).status_code == 404
