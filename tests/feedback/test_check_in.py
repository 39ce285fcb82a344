"""In the middle of a gathering: sealed until eight, read from five on, answered in a line, and somebody who comes when asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.catalogue import service as catalogue
from retreats.db import db, writing
from retreats.feedback.models import CareCase, CheckIn, GroupAnswer, TalkWish
from retreats.mail.models import Letter
from retreats.outbox.models import Event
from tests.feedback import loop, rounds
from tests.feedback.test_sealed import everything, traces
from tests.house import a_facilitator, a_person, sign_in

pytestmark = pytest.mark.slow
PAGE = "/facilitate/june-retreat/check-in"


@pytest.fixture
def mira(app):
    return a_facilitator()


@pytest.fixture
def june(mira, client, another_client, deliver):
    """Six people in the middle of a retreat that Mira leads; Ada said what she came for."""
    gathering = loop.a_group(6, facilitator=mira)
    loop.leads(another_client, mira)
    deliver()
    loop.post(client, loop.token(gathering, "ada"), "/before", A1="To sleep again")
    rounds.to_the_middle(gathering, deliver)
    return gathering


def test_everybody_is_asked_alike_and_at_eight_mira_reads_what_five_said(
    june, client, another_client, deliver, sent
) -> None:
    letters = loop.letters(sent, "How is it so far?")
    assert len(letters) == 6
    assert len({loop.without_own(text) for _to, text in letters}) == 1
    links = loop.tokens(june)
    asked = {name: client.get(f"/reflect/{link}/check-in").text for name, link in links.items()}
    assert [name for name, page in asked.items() if "To sleep again" in page] == ["ada"]
    for name in rounds.FIVE:
        answer = rounds.check_in(
            client, links[name], B3="5", B4=f"{name} keeps the mornings", B5=f"{name} wants a walk"
        )
        assert answer.status_code == 303
    blobs = [row.blob for row in loop.sealed()]

    rounds.to_the_close(june, deliver)

    page = rounds.main_of(another_client.get(PAGE).text)
    assert "5 of 6 answered." in page
    assert rounds.passed_on() == sorted(
        [("B4", f"{name} keeps the mornings") for name in rounds.FIVE]
        + [("B5", f"{name} wants a walk") for name in rounds.FIVE]
    )
    for name in rounds.FIVE:
        assert f"{name} wants a walk" in page
    assert "5 of 5 said “Rather easy / Very easy”" in page
    assert "0 of 5 said “Right for me”" in page
    assert (loop.sealed(), traces(blobs)) == ([], 0)
    assert [to for to, _text in loop.letters(sent, "The check-in has closed")] == ["mira@example.org"]
    assert rounds.check_in(client, links["filipe"]).status_code == 410
    assert rounds.window(june, "check_in").state == "closed"


def test_before_the_close_mira_gets_the_same_bytes_for_nobody_as_for_four_and_four_are_erased_unread(
    june, client, another_client, deliver, sent
) -> None:
    paths = [
        PAGE,
        "/facilitate/",
        "/facilitate/june-retreat/after",
        f"{PAGE}/sheet",
        "/gatherings/june-retreat/check-in",
    ]
    before = [rounds.without_token(another_client.get(path).text) for path in paths]
    links = loop.tokens(june)
    for name in rounds.FIVE[:4]:
        rounds.check_in(client, links[name], B5=f"{name} wants a walk")
    assert [rounds.without_token(another_client.get(path).text) for path in paths] == before
    blobs = [row.blob for row in loop.sealed()]

    rounds.to_the_close(june, deliver)

    page = another_client.get(PAGE).text
    assert "Fewer than five people answered." in page
    assert "wants a walk" not in page
    assert (loop.sealed(), traces(blobs), rounds.passed_on()) == ([], 0, [])
    assert db.session.query(GroupAnswer).count() == 0
    assert len(loop.letters(sent, "The check-in has closed")) == 1


def test_what_was_sealed_goes_where_the_gathering_is_called_off_in_its_midst(june, client, deliver, sent) -> None:
    links = loop.tokens(june)
    for name in rounds.FIVE:
        rounds.check_in(client, links[name], B5=f"{name} wants a walk")

    with writing():
        catalogue.cancel(june.id, because={"en": "The river rose"})
    deliver()
    rounds.to_the_close(june, deliver)

    found = rounds.window(june, "check_in")
    assert (loop.sealed(), rounds.passed_on(), found.state if found else None) == ([], [], "closed")
    assert loop.letters(sent, "The check-in has closed") == []
    assert rounds.check_in(client, links["ada"], B5="A walk").status_code == 410


def test_a_question_that_fewer_than_five_answered_does_not_show_and_unanimous_displeasure_gives_no_numbers(
    june, client, another_client, deliver
) -> None:
    for number, link in enumerate(list(loop.tokens(june).values())[:6]):
        rounds.check_in(client, link, B1="3" if number < 4 else "", B2="1", B3="5")
    rounds.to_the_close(june, deliver)

    page = rounds.main_of(another_client.get(PAGE).text)

    assert "Fewer than five people answered this." in page
    assert "Most of those who answered did not find it so." in page
    assert "4 of 4" not in page


def test_the_second_form_replaces_the_first_and_words_are_taken_back_before_and_after(
    june, client, another_client, deliver
) -> None:
    links = loop.tokens(june)
    rounds.check_in(client, links["ada"], B4="The soup", B5="More light")
    rounds.check_in(client, links["ada"], B4="", B5="Softer light")
    assert len(loop.sealed()) == 2
    form = client.get(f"/reflect/{links['ada']}/check-in").text
    assert "Softer light" in form
    assert "The soup" not in form

    loop.post(client, links["ada"], "/rounds/check_in/scales/withdraw")
    loop.post(client, links["ada"], "/rounds/check_in/B5/withdraw")
    assert loop.sealed() == []

    for name in rounds.FIVE:
        rounds.check_in(client, links[name], B4="It felt like abuse" * (name == "bo"), B5=f"{name} wants a walk")
    rounds.to_the_close(june, deliver)
    case = db.session.query(CareCase).one()
    assert (case.source, case.automatic, case.place_id, case.text) == ("B4", True, None, "It felt like abuse")
    aloud = {"heard_en": "Bo said: ada wants a walk.", "tomorrow_en": "We walk."}
    assert another_client.post(f"{PAGE}/line", data=aloud).status_code == 303
    assert "We heard: Bo said: ada wants a walk." in client.get(f"/reflect/{links['bo']}").text
    assert "ada wants a walk" in client.get(f"/reflect/{links['ada']}").text
    assert loop.post(client, links["ada"], "/rounds/check_in/B5/withdraw").status_code == 303
    assert loop.post(client, links["ada"], "/rounds/check_in/B5/withdraw").status_code == 404
    assert ("B5", "ada wants a walk") not in rounds.passed_on()
    assert "We heard: Bo said: …." in client.get(f"/reflect/{links['bo']}").text
    assert len(rounds.passed_on()) == 5


def test_nothing_of_it_is_an_event_or_a_letter_and_looking_changes_nothing(june, client, another_client) -> None:
    ada = loop.token(june, "ada")
    rounds.check_in(client, ada)
    start = (db.session.query(Event).count(), db.session.query(Letter).count())
    rounds.check_in(client, ada, B5="A walk")
    loop.post(client, ada, "/rounds/check_in/B5/withdraw")
    db.session.remove()
    assert (db.session.query(Event).count(), db.session.query(Letter).count()) == start

    stands = everything()
    for path in (f"/reflect/{ada}", f"/reflect/{ada}/check-in", "/gatherings/june-retreat/check-in"):
        answers = [client.get(path), client.head(path)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 2
    for path in (PAGE, f"{PAGE}/sheet"):
        assert another_client.get(path).status_code == 200
    assert everything() == stands
    assert client.post(f"/reflect/{ada}/check-in", data={"proof": "0" * 32, "B1": "1"}).status_code == 400


def test_who_wants_to_talk_is_named_to_mira_at_once_and_in_no_letter(
    june, client, another_client, deliver, sent
) -> None:
    ada = loop.token(june, "ada")
    for _ in range(2):
        rounds.check_in(client, ada, B6="facilitator")
    deliver()

    [(to, text)] = loop.letters(sent, "Somebody would like to talk")
    assert (to, "Ada" in text) == ("mira@example.org", False)
    assert "Ada" in rounds.main_of(another_client.get(PAGE).text)
    assert "Somebody would like to talk" in another_client.get("/facilitate/").text
    wish = db.session.query(TalkWish).one()
    for _ in range(2):
        assert another_client.post(f"{PAGE}/talks/{wish.id}").status_code == 303
    assert "Ada" not in rounds.main_of(another_client.get(PAGE).text)
    happened = db.session.query(Event.name).filter(Event.name.in_(("TalkAsked", "TalkHeld")))
    assert sorted(name for (name,) in happened) == ["TalkAsked", "TalkHeld"]
    assert "somebody has been with you" in client.get(f"/reflect/{ada}/check-in").text

    rounds.check_in(client, ada, B6="facilitator")
    rounds.check_in(client, ada, B6="no")
    db.session.remove()
    assert db.session.query(TalkWish).count() == 0
    assert another_client.post(f"{PAGE}/talks/1").status_code == 404


def test_who_wants_the_care_contact_becomes_a_case_with_a_name_and_the_facilitators_see_nothing(
    june, client, another_client, deliver, sent
) -> None:
    before = rounds.without_token(another_client.get(PAGE).text)
    bo = loop.token(june, "bo")
    for _press in range(2):
        rounds.check_in(client, bo, B6="contact")
        assert db.session.query(TalkWish).count() == 0
    deliver()

    case = db.session.query(CareCase).one()
    assert (case.source, case.choice, case.place_id) == ("B6", "contact", loop.place_of(june, "bo").id)
    [(to, text)] = loop.letters(sent, "Something waits for you")
    assert (to.startswith("cleo"), "Bo" in text) == (True, False)
    assert rounds.without_token(another_client.get(PAGE).text) == before
    loop.cares(another_client, june)
    another_client.post(f"/care/{case.id}/open")
    page = another_client.get(f"/care/{case.id}").text
    assert "bo@example.org" in page
    assert "Yes, " in page


def test_mira_answers_in_a_line_that_those_who_are_there_read_and_nobody_in_public(
    june, client, another_client, deliver
) -> None:
    line = {
        "heard_en": "The pace is high.",
        "tomorrow_en": "The walk is shorter.",
        "tomorrow_pt": "O passeio é mais curto.",
    }
    assert another_client.post(f"{PAGE}/line", data=line).status_code == 409
    links = loop.tokens(june)
    said = "please let us have the whole afternoon free for once"
    for name in rounds.FIVE:
        rounds.check_in(client, links[name], B5=f"{name}: {said}")
    rounds.to_the_close(june, deliver)

    assert another_client.post(f"{PAGE}/line", data={"heard_en": "Only half"}).status_code == 422
    quoting = another_client.post(f"{PAGE}/line", data=line | {"heard_en": said})
    assert (quoting.status_code, "Eight words in a row" in quoting.text, said in quoting.text) == (422, True, True)
    assert "The check-in waits for your answer" in another_client.get("/facilitate/").text
    for _ in range(2):
        assert another_client.post(f"{PAGE}/line", data=line).status_code == 303
    assert "The check-in waits for your answer" not in another_client.get("/facilitate/").text

    for name in ("ada", "filipe"):
        page = client.get(f"/reflect/{links[name]}").text
        assert "We heard: The pace is high. Tomorrow: The walk is shorter." in page
    for path in ("/gatherings/june-retreat/", "/gatherings/june-retreat/check-in", "/how-we-listen/"):
        assert "The pace is high" not in client.get(path).text
    assert db.session.query(Event).filter_by(name="CheckInAnswered").count() == 1
    assert db.session.query(CheckIn).one().said_by.email == "mira@example.org"


def test_fewer_than_five_are_asked_nothing_without_a_name_and_can_still_ask_for_somebody(mira, client, deliver) -> None:
    june = loop.a_group(4, facilitator=mira)
    rounds.to_the_middle(june, deliver)
    ada = loop.token(june, "ada")

    page = client.get(f"/reflect/{ada}/check-in").text
    assert "You are fewer than five" in page
    assert 'name="B5"' not in page
    assert rounds.check_in(client, ada, B5="A walk", B6="facilitator").status_code == 303
    assert loop.sealed() == []
    assert db.session.query(TalkWish).count() == 1


def test_something_short_has_a_check_in_only_where_mira_wants_one_and_says_so_in_time(
    mira, client, another_client, deliver, sent
) -> None:
    start = clock.now() + timedelta(days=3)
    for slug in ("circle", "other-circle"):
        loop.a_group(2, slug=slug, facilitator=mira, starts_at=start, lasts=timedelta(hours=6))
    loop.leads(another_client, mira)
    assert client.get("/gatherings/circle/check-in").status_code == 404
    for wanted in ("yes", "yes"):
        assert another_client.post("/facilitate/circle/check-in", data={"wanted": wanted}).status_code == 303
    assert "It is open on" in client.get("/gatherings/circle/check-in").text

    clock.move_to(start + timedelta(hours=3))
    deliver()

    assert len(loop.letters(sent, "How is it so far?")) == 2
    assert another_client.post("/facilitate/circle/check-in", data={"wanted": "no"}).status_code == 409
    assert another_client.post("/facilitate/other-circle/check-in", data={"wanted": "yes"}).status_code == 409
    assert db.session.query(Event).filter_by(name="CheckInSwitched").count() == 1


def test_the_sheet_leads_to_a_page_that_answers_everybody_alike(june, client, another_client, deliver, sent) -> None:
    sheet = another_client.get(f"{PAGE}/sheet").text
    assert "data:image/svg+xml" in sheet
    assert "http://127.0.0.1:5999/gatherings/june-retreat/check-in" in sheet
    assert ("How is it so far?" in sheet, "Como está a correr?" in sheet) == (True, True)
    wall = "/gatherings/june-retreat/check-in"
    sent.clear()

    answers = [
        client.post(wall, data={"email": email})
        for email in ("ADA@example.org ", "ada@example.org", "nell@example.org")
    ]
    deliver()

    assert {answer.location for answer in answers} == {f"{wall}?said=sent"}
    [(to, text)] = loop.letters(sent, "Your own link")
    assert (to, f"/reflect/{loop.token(june, 'ada')}" in text) == ("ada@example.org", True)
    wrong = client.post(wall, data={"email": "ada at home"})
    assert (wrong.status_code, "ada at home" in wrong.text, "Write the mail address" in wrong.text) == (422, True, True)
    sign_in(client, a_person("bo@example.org"))
    assert client.get(f"{wall}/mine").location.endswith(f"/reflect/{loop.token(june, 'bo')}/check-in")
    sign_in(client, a_person("nell@example.org"))
    assert client.get(f"{wall}/mine").location == f"{wall}?said=none"

    rounds.to_the_close(june, deliver)
    sent.clear()
    assert client.post(wall, data={"email": "ada@example.org"}).location == wall
    deliver()
    assert loop.letters(sent, "Your own link") == []
    assert "It has closed" in client.get(wall).text


def test_a_worker_that_comes_late_opens_no_check_in_and_the_clock_on_the_wall_closes_it_without_one(
    mira, client, deliver, sent
) -> None:
    june = loop.a_group(2, facilitator=mira)
    closes = rounds.to_the_middle(june, deliver)
    ada = loop.token(june, "ada")
    rounds.check_in(client, ada)

    clock.move_to(closes)

    assert rounds.check_in(client, ada).status_code == 410
    assert "Its time is from" in client.get(f"/reflect/{ada}/check-in").text
    july = loop.a_group(1, slug="july", facilitator=mira, starts_at=clock.now() + timedelta(days=3))
    clock.move_to(july.ends_at)
    deliver()
    assert rounds.window(july, "check_in") is None


def test_the_page_costs_the_same_for_one_who_would_like_to_talk_as_for_six_and_for_few_words_as_for_many(
    june, client, another_client, deliver, statements
) -> None:
    links, counted = loop.tokens(june), []
    for names in (["ada"], loop.NAMES[:6]):
        for name in names:
            rounds.check_in(client, links[name], B6="facilitator")
        with statements() as seen:
            assert another_client.get(PAGE).text.count("I have been there") == len(names)
        counted.append(len(seen))
    for name in loop.NAMES[:6]:
        rounds.check_in(client, links[name], B4="Soup", B5="Light")
    rounds.to_the_close(june, deliver)
    with statements() as seen:
        assert another_client.get(PAGE).text.count("Soup") == 6

    assert counted[0] == counted[1]
    assert len(seen) <= counted[0] + 3
