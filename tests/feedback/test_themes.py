"""What several said becomes a theme, is decided as a whole, and is answered in one letter to everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Leader
from retreats.db import db, new_id, writing
from retreats.feedback.models import Change, Decision, FormWindow, GroupLetter, Point, Theme
from retreats.feedback.queries.themes import themes_of
from retreats.feedback.quoting import borrowed
from retreats.feedback.service import themes
from tests.feedback import loop
from tests.feedback.heard import Saying, heard, would_change
from tests.house import a_facilitator, a_person, sign_in

pytestmark = pytest.mark.slow

LONG = "In the evenings I would have liked to sit alone by the fire and think about the day"


@pytest.fixture
def june(another_client):
    """Seven answered, Eva without her name; Mira has read it."""
    mira = a_facilitator()
    gathering = heard(8, [
        *would_change("ada", "bo", "cara", "duarte", "filipe"),
        Saying("eva", "C8", LONG, may="reply"), Saying("eva", "C9", "May I come again?"), Saying("eva", "C7", "The bread"),
        Saying("gil", "C8", "Nothing at all", may="quote"),
    ], facilitator=mira, scales={"C1": "4444453", "C4": "1111111"})  # fmt: skip
    loop.leads(another_client, mira)
    return gathering


def press(client, path: str, **fields: str):
    return client.post(f"/facilitate/june-retreat/{path}", data=fields)


def the_theme(title: str = "The evenings") -> Theme:
    db.session.remove()
    return next(each for each in db.session.query(Theme) if each.title == title)


def put(client, gathering, *sayings: str, title: str = "The evenings") -> Theme:
    """Put the points that say this into a theme."""
    for words in sayings:
        point = loop.point_saying(gathering, words)
        assert press(client, f"points/{point.id}/theme", title=title).status_code == 303
    return the_theme(title)


def state(gathering, words: str) -> str:
    return loop.point_saying(gathering, words).state


def words_of(client, gathering, name: str) -> str:
    """What somebody reads on their page about their own words."""
    page = client.get(f"/reflect/{loop.token(gathering, name)}").text
    return page.partition('<section id="words">')[2].partition("</section>")[0]


def decide(client, theme: Theme, kind: str, **fields: str):
    return press(client, f"themes/{theme.id}/decide", kind=kind, **({"about_en": "The evenings"} | fields))


def test_a_point_may_be_in_several_themes_and_withdrawn_words_leave_them(june, client, another_client):
    fire = loop.point_saying(june, "fire")
    first = put(another_client, june, "fire", "ada would")
    press(another_client, f"points/{fire.id}/theme", title="  the  evenings ")
    put(another_client, june, "fire", title="Quiet places")
    press(another_client, f"points/{loop.point_saying(june, 'bo would').id}/theme", theme=str(first.id))

    page = another_client.get(f"/facilitate/june-retreat/themes/{first.id}").text
    loop.post(client, loop.token(june, "eva"), "/words/C8/withdraw")
    mira = db.session.query(Person).filter_by(email="mira@example.org").one()

    assert "3 points speak of it." in page
    assert LONG in page
    after = another_client.get(f"/facilitate/june-retreat/themes/{first.id}").text
    assert "2 points speak of it." in after
    assert LONG not in after
    assert [each.title for each in themes_of(june.id, mira.id)] == ["The evenings"]
    assert another_client.get(f"/facilitate/june-retreat/themes/{the_theme('Quiet places').id}").status_code == 404
    press(another_client, f"themes/{first.id}/points/{loop.point_saying(june, 'bo would').id}/out")
    assert [len(each.points) for each in themes_of(june.id, mira.id)] == [1]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [("", "give a new one a title"), ("x" * 121, "give a new one a title"), (LONG.upper(), "Eight words in a row")],
)
def test_a_title_is_short_and_the_facilitators_own(june, another_client, title, sentence):
    answer = press(another_client, f"points/{loop.point_saying(june, 'fire').id}/theme", title=title)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Theme).count() == 0


def test_what_is_decided_about_a_theme_is_decided_about_its_points(june, client, another_client, deliver):
    theme = put(another_client, june, "fire", "ada would", "The bread", "May I come")
    own = loop.point_saying(june, "bo would")
    put(another_client, june, "bo would")
    press(another_client, f"points/{own.id}/decide", kind="will_not", about_en="The evenings", reason_en="We like them")

    first = decide(another_client, theme, "will_change", due="2027-09-01")
    again = decide(another_client, theme, "will_change")

    assert (first.status_code, again.status_code) == (303, 409)
    assert db.session.query(Decision).filter_by(theme_id=theme.id).count() == 1
    assert [state(june, each) for each in ("fire", "ada would", "The bread", "May I come")] == [
        "decided", "decided", "read", "read"]  # fmt: skip
    assert "They want to change it" in words_of(client, june, "eva")
    assert "They will not change it, because" in words_of(client, june, "bo")
    decision = db.session.query(Decision).filter_by(theme_id=theme.id).one()
    for _press in range(2):
        press(another_client, f"decisions/{decision.id}/made", made="2027-04-01", what_en="One evening is free")
    assert db.session.query(Change).one().decision_id == decision.id
    assert [state(june, each) for each in ("fire", "ada would", "bo would")] == ["made", "made", "decided"]

    clock.move_to(loop.window(june).digest_due_at)
    deliver()
    assert [state(june, each) for each in ("fire", "ada would")] == ["told", "told"]
    loop.post(client, loop.token(june, "eva"), "/words/C8/verdict", met="partly")
    loop.post(client, loop.token(june, "ada"), "/words/C8/verdict", met="met")
    clock.move_to(clock.now() + timedelta(days=1))
    deliver()
    assert decide(another_client, theme, "will_not", reason_en="It stays").status_code == 303
    assert [state(june, each) for each in ("fire", "ada would")] == ["decided", "confirmed"]
    assert "It stays" in words_of(client, june, "ada")


def test_a_point_that_is_decided_anew_leaves_what_its_theme_decided(june, client, another_client, deliver):
    theme = put(another_client, june, "fire", "ada would")
    decide(another_client, theme, "need_to_talk")

    press(another_client, f"points/{loop.point_saying(june, 'fire').id}/decide", kind="already_so", about_en="Evenings")

    assert "It is so already" in words_of(client, june, "eva")
    assert "It is so already" not in words_of(client, june, "ada")
    assert decide(another_client, theme, "will_not", reason_en="No").status_code == 303
    assert "It is so already" in words_of(client, june, "eva")


def test_the_letter_begins_with_the_themes_and_holds_nobodys_words(june, another_client):
    put(another_client, june, "fire", "ada would")
    form = another_client.get("/facilitate/june-retreat/letter").text

    quoted = press(another_client, "letter", version="0",
                   text_en="## The evenings\nYou said: SIT alone, by the fire — and thínk about the day!")  # fmt: skip
    seven = press(another_client, "letter", version="0", text_en="## The evenings\nby the fire and think about the")
    allowed = press(another_client, "letter", version="1", text_pt="Nothing at all", text_en="We heard you.")

    assert re.findall(r'<textarea id="text_en"[^>]*>\n([^<]*)</textarea>', form) == ["## The evenings\n"]
    assert quoted.status_code == 422
    assert "<mark>SIT alone, by the fire — and thínk about the day</mark>" in quoted.text
    assert "and thínk about the day!" in quoted.text
    assert (seven.status_code, allowed.status_code) == (303, 303)
    assert [each.version for each in db.session.query(GroupLetter)] == [2]


def test_eight_words_are_known_again_in_any_case_accent_punctuation_or_hidden_sign():
    said = "Às vezes não sei o que é que hei de fazer"

    assert borrowed("as VEZES, nao sei\n\no que e que… sim", [said]) == ["as VEZES, nao sei\n\no que e que"]
    assert borrowed("as ve\u00adzes nao sei o\u200bque e que hei", [said]) == []
    assert borrowed("as ve\u00adzes nao sei o que e que", [said]) == ["as vezes nao sei o que e que"]
    assert borrowed("vezes não sei o que é que", [said]) == []


def test_two_who_write_one_letter_lose_nothing(june, another_client):
    press(another_client, "letter", version="0", text_en="Mira's")

    late = press(another_client, "letter", version="0", text_en="Rui's")
    twice = press(another_client, "letter", version="0", text_en="Mira's")

    assert late.status_code == 422
    assert "Mira&#39;s" in late.text
    assert "Rui&#39;s" in late.text
    assert twice.status_code == 303
    assert press(another_client, "letter/send", version="0").status_code == 409


def test_the_letter_goes_once_to_all_alike_and_stands_on_every_page_with_the_groups_picture(
    june, client, another_client, deliver, sent
):
    put(another_client, june, "fire", "ada would", "The bread", "May I come")
    put(another_client, june, "Nothing at all", title="Left out")
    press(another_client, "letter", version="0", text_en="## The evenings")
    empty = press(another_client, "letter/send", version="1")
    words = "## The evenings\nOne of them will be free.\n\nThank you for the rest."
    press(another_client, "letter", version="1", text_en=words, text_pt="## Os serões\nUm deles fica livre.")
    assert "One of them" not in client.get(f"/reflect/{loop.token(june, 'ada')}").text

    for _press in range(2):
        assert press(another_client, "letter/send", version="2").status_code == 303
    deliver()

    letters = loop.letters(sent, "A letter to the group")
    assert empty.status_code == 422
    assert len(letters) == len(set(letters)) == 8
    assert len({loop.without_own(text) for _to, text in letters}) == 1
    assert "THE EVENINGS" in letters[0][1]
    assert press(another_client, "letter", version="2", text_en="Other").status_code == 409
    pages = [client.get(f"/reflect/{token}").text for token in loop.tokens(june).values()]
    letters_on_pages = {page.partition('<section id="letter">')[2].partition("</section>")[0] for page in pages}
    assert len(letters_on_pages) == 1
    [shown] = letters_on_pages
    assert "One of them will be free." in shown
    assert "6 of 7 said mostly or entirely" in shown
    assert "it cost me nothing" not in shown
    assert [state(june, each) for each in ("fire", "ada would", "The bread", "May I come", "Nothing at all")] == [
        "answered", "answered", "answered", "read", "read"]  # fmt: skip
    assert_organisers_and_the_care_contact_read_it_too(june, client)


def assert_organisers_and_the_care_contact_read_it_too(june, client) -> None:
    """And none of what people wrote; the picture only once the form is closed."""
    sign_in(client, a_person("otto@example.org", role="organiser"))
    assert 'href="/organise/loop/june-retreat/answered"' in client.get("/organise/loop").text
    found = []
    for state_of_form in ("released", "closed"):
        with writing() as session:
            session.get_one(FormWindow, loop.window(june).id).state = state_of_form
        page = client.get("/organise/loop/june-retreat/answered").text
        found.append(("One of them will be free." in page, "6 of 7 said" in page, "The bread" in page))
    assert found == [(True, False, False), (True, True, False)]
    assert client.get("/care/answered/june-retreat").status_code == 404

    loop.cares(client, june)
    assert 'href="/care/answered/june-retreat"' in client.get("/care/").text
    page = client.get("/care/answered/june-retreat").text
    assert ("One of them will be free." in page, "6 of 7 said" in page) == (True, False)
    assert client.get("/organise/loop/june-retreat/answered").status_code == 404


def test_whoever_has_not_read_or_does_not_lead_finds_no_letter(june, client, another_client):
    rui, nell = a_facilitator("rui@example.org"), a_facilitator("nell@example.org")
    with writing() as session:
        session.add(Leader(id=new_id(), gathering_id=june.id, facilitator_id=rui.id))
    theme = put(another_client, june, "fire")

    for somebody in (rui, nell):
        loop.leads(client, somebody)
        for path in ("letter", "letter/preview", f"themes/{theme.id}"):
            assert client.get(f"/facilitate/june-retreat/{path}").status_code == 404
        assert press(client, f"points/{loop.point_saying(june, 'fire').id}/theme", title="Mine").status_code == 404
    assert db.session.query(Theme).count() == 1


def test_the_letter_is_due_a_week_after_the_release_until_it_is_sent(june, another_client):
    assert "The letter to the group" in another_client.get("/facilitate/").text
    press(another_client, "letter", version="0", text_en="Thank you.")
    clock.move_to(clock.now() + timedelta(days=8))
    late = another_client.get("/facilitate/").text.partition('<section id="late">')[2].partition("</section>")[0]

    press(another_client, "letter/send", version="1")

    assert "/facilitate/june-retreat/letter" in late
    assert "The letter to the group" not in another_client.get("/facilitate/").text


def test_themes_ask_the_database_as_often_for_thirty_as_for_one(june, another_client, statements):
    def asked(path: str) -> int:
        with statements() as seen:
            assert another_client.get(f"/facilitate/june-retreat/{path}").status_code == 200
        return len(seen)

    put(another_client, june, "fire")
    paths = ("letter", f"points/{loop.point_saying(june, 'fire').id}", f"themes/{the_theme().id}")
    once = [asked(path) for path in paths]
    with writing():
        for number in range(30):
            for point in loop_points(june):
                themes.add_to_theme(june.id, point, title=f"Theme {number}")

    assert [asked(path) for path in paths] == once


def loop_points(gathering) -> list[int]:
    return [each.id for each in db.session.query(Point).all()]


def test_what_is_not_said_of_a_change_to_a_theme_is_asked_for(june, another_client):
    theme = put(another_client, june, "fire")
    decide(another_client, theme, "will_change")
    decision = db.session.query(Decision).filter_by(theme_id=theme.id).one()

    answer = press(another_client, f"decisions/{decision.id}/made", made="2027-04-01", what_en="")

    assert answer.status_code == 422
    assert "<h1>Is it made?</h1>" in answer.text
    assert "promised aloud" not in answer.text
    assert another_client.get(f"/facilitate/june-retreat/promises/{decision.id}").status_code == 404
