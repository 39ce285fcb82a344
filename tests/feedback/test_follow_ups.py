"""Three weeks and three months later: asked of all alike, read from five on, held below, and a person for what became harder."""

from __future__ import annotations

import pytest

from retreats import clock, reactions
from retreats import events as e
from retreats.db import db, writing
from retreats.feedback.models import Batch, CareCase, Decision, FormWindow, GroupAnswer, GroupText
from retreats.mail.models import Letter
from retreats.outbox.models import Event
from tests.conftest import browser_of
from tests.feedback import loop, rounds
from tests.feedback.test_sealed import everything, physical_order, traces
from tests.house import a_facilitator, a_person, both, sign_in

pytestmark = pytest.mark.slow
AFTER = "/facilitate/june-retreat/after"


@pytest.fixture
def mira(app):
    return a_facilitator()


@pytest.fixture
def june(mira, another_client, deliver, client):
    """Six people whose gathering ended three weeks ago. Ada said before it what she came for."""
    gathering = loop.a_group(6, facilitator=mira)
    loop.leads(another_client, mira)
    deliver()
    loop.post(client, loop.token(gathering, "ada"), "/before", A1="To sleep again")
    to(gathering, deliver, 21)
    return gathering


def to(gathering, deliver, days, what="opens"):
    """Jump there: what lay between is long past."""
    db.session.remove()
    due = rounds.timeline.FOLLOW_UPS[days, what].due_at(db.session.get_one(loop.Gathering, gathering.id))
    clock.move_to(due)
    deliver()


def test_everybody_hears_twice_alike_and_mira_reads_what_five_said_when_it_closes(
    june, client, another_client, deliver, sent
) -> None:
    links = loop.tokens(june)
    letters = loop.letters(sent, "Three weeks later")
    assert (len(letters), len({loop.without_own(text) for _to, text in letters})) == (6, 1)
    form = client.get(f"/reflect/{links['ada']}/later/21").text
    assert form.index("To sleep again") < form.index("D1")
    assert "D8" not in form
    for name in rounds.FIVE:
        said = {"D2": f"{name} walks", "D6": f"{name} had no idea of the nights", "D7": f"{name} says: wait longer"}
        assert rounds.later(client, links[name], D3="mine", D5="met", **said).status_code == 303
    blobs = [row.blob for row in loop.sealed()]
    to(june, deliver, 21, "reminder")
    reminders = loop.letters(sent, "Still open: how is it now")
    assert (len(reminders), len({loop.without_own(text) for _to, text in reminders})) == (6, 1)
    before = rounds.main_of(another_client.get(AFTER).text)

    to(june, deliver, 21, "closes")

    page = rounds.main_of(another_client.get(AFTER).text)
    assert "walks" not in before
    assert "5 of 6 answered." in page
    assert "5 of 5 said “Now and then / It is mine now”" in page
    for name in rounds.FIVE:
        assert f"{name} says: wait longer" in page
    assert len(rounds.passed_on()) == 15
    assert (loop.sealed(), traces(blobs)) == ([], 0)
    assert [to_ for to_, _text in loop.letters(sent, "Some time later")] == ["mira@example.org"]
    refused = rounds.later(client, links["filipe"])
    assert (refused.status_code, f'href="/reflect/{links["filipe"]}"' in refused.text) == (410, True), "with a way back"
    texts = {each.id: each.text for each in db.session.query(GroupText)}
    given = [
        f"{name} {what}" for name in rounds.FIVE for what in ("walks", "had no idea of the nights", "says: wait longer")
    ]
    # One in 15!: this fails by chance once in a million million runs.
    assert [texts[each] for each in physical_order("group_text", "id")] != given


def test_nothing_shows_and_nothing_is_written_down_while_people_answer(
    june, client, another_client, deliver, sent
) -> None:
    paths = [AFTER, "/facilitate/", "/facilitate/june-retreat/check-in"]
    before = [rounds.without_token(another_client.get(path).text) for path in paths]
    start = (db.session.query(Event).count(), db.session.query(Letter).count())
    links = loop.tokens(june)
    for name in rounds.FIVE[:4]:
        rounds.later(client, links[name], D7=f"{name} says: wait longer")
    rounds.later(client, links["ada"], D7="Wait much longer")
    loop.post(client, links["bo"], "/rounds/day_21/D7/withdraw")

    assert [rounds.without_token(another_client.get(path).text) for path in paths] == before
    assert (db.session.query(Event).count(), db.session.query(Letter).count()) == start
    assert len(loop.sealed()) == 7
    assert "Wait much longer" in client.get(f"/reflect/{links['ada']}/later/21").text
    stands = everything()
    for path in (f"/reflect/{links['ada']}", f"/reflect/{links['cara']}/later/21"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert everything() == stands
    for wrong in ("/later/22", "/later/90"):
        assert client.get(f"/reflect/{links['ada']}{wrong}").status_code in {404, 410}


def test_below_five_it_is_held_and_only_its_author_lets_it_go(june, client, another_client, deliver, sent) -> None:
    links = loop.tokens(june)
    for name in rounds.FIVE[:3]:
        rounds.later(client, links[name], D2=f"{name} walks", D7=f"{name} says: wait longer")
    to(june, deliver, 21, "closes")
    letters = loop.letters(sent, "Few answered: how is it now")
    assert (len(letters), len({loop.without_own(text) for _to, text in letters})) == (6, 1)
    assert "Fewer than five people answered." in another_client.get(AFTER).text
    assert "You decide about these words" in client.get(f"/reflect/{links['ada']}").text
    assert loop.post(client, links["ada"], "/rounds/day_21/D7/held", wish="release").status_code == 303
    assert loop.post(client, links["bo"], "/rounds/day_21/D7/held", wish="keep").status_code == 303
    assert loop.post(client, links["bo"], "/rounds/day_21/scales/held", wish="release").status_code == 410
    assert loop.post(client, links["bo"], "/rounds/day_21/D7/held", wish="what").status_code == 404
    assert loop.post(client, links["cara"], "/rounds/day_21/D2/withdraw").status_code == 303

    to(june, deliver, 21, "held")

    page = another_client.get(AFTER).text
    assert rounds.passed_on() == [("D7", "ada says: wait longer")]
    assert "ada says: wait longer" in page
    assert db.session.query(GroupAnswer).count() == 0
    assert db.session.query(Batch).one().answered == 0
    assert loop.post(client, links["ada"], "/rounds/day_21/D2/held", wish="release").status_code == 410
    assert "nobody reads them" in client.get(f"/reflect/{links['bo']}").text


def test_what_became_harder_reaches_the_care_contact_at_once_and_nobody_else(
    june, client, another_client, deliver, sent
) -> None:
    links = loop.tokens(june)
    page = client.get(f"/reflect/{links['ada']}/later/21").text
    assert page.index("1411") < page.index('name="D4_text"')
    assert page.index("reach Cleo") < page.index('name="D4_text"')
    said = {
        "ada": {"D4": "no"},
        "bo": {"D4": "passed"},
        "cara": {"D4": "passed", "D4_text": "It was hard"},
        "duarte": {"D4": "still"},
        "eva": {"D4": "talk", "D4_text": "I lie awake", "D4_way": "eva@example.org"},
    }

    for name, fields in said.items():
        for _ in range(2):
            assert rounds.later(client, links[name], **fields).status_code == 303
    deliver()

    cases = {case.choice: case for case in db.session.query(CareCase)}
    assert {choice: (case.text, case.way, case.source, case.place_id) for choice, case in cases.items()} == {
        "passed": ("It was hard", None, "D4", None),
        "still": (None, None, "D4", None),
        "talk": ("I lie awake", "eva@example.org", "D4", None),
    }
    letters = loop.letters(sent, "Something waits for you")
    assert [to_.startswith("cleo") for to_, _text in letters] == [True] * 3
    elsewhere = "".join(text for _to, text in letters) + another_client.get(AFTER).text
    assert not any(words in elsewhere for words in ("It was hard", "I lie awake", "Yes, still"))
    told = client.get(f"/reflect/{links['eva']}").text + client.get(f"/reflect/{links['eva']}/later/21").text
    assert "What became harder" in told
    assert "I lie awake" not in told
    assert "received, not opened yet" in client.get(f"/reflect/{links['duarte']}").text
    assert "What I told" not in client.get(f"/reflect/{links['bo']}").text
    talk = cases["talk"].id
    loop.cares(another_client, june)
    another_client.post(f"/care/{talk}/open")
    assert "Yes, and I would like to talk" in another_client.get(f"/care/{talk}").text


def test_after_three_months_everybody_reads_the_same_outcome_and_may_say_how_to_go_on(
    june, client, mira, deliver, sent
) -> None:
    with writing() as session:
        session.add(Decision(id=7, gathering_id=june.id, kind="will_not", about=both("Fewer people"), owner_id=mira.person_id,
                             reason=both("Twelve is what the house needs"), decided_at=clock.now()))  # fmt: skip
    to(june, deliver, 90)
    letters = loop.letters(sent, "Three months later")
    assert (len(letters), len({loop.without_own(text) for _to, text in letters})) == (6, 1)
    assert "You said: Fewer people We kept, because: Twelve is what the house needs" in " ".join(letters[0][1].split())
    ada = loop.token(june, "ada")
    assert "D8" in client.get(f"/reflect/{ada}/later/90").text

    rounds.later(client, ada, 90, D8="event")

    assert "What comes next stands among the gatherings." in client.get(f"/reflect/{ada}").text


def test_organisers_read_counts_scales_and_what_should_have_been_explained_and_no_other_word(
    june, client, app, deliver
) -> None:
    otto = browser_of(app)
    sign_in(otto, a_person("otto@example.org", role="organiser"))
    links = loop.tokens(june)
    for name in rounds.FIVE:
        rounds.later(
            client, links[name], D2=f"{name} walks", D6=f"{name} had no idea of the nights", D7=f"{name}: wait"
        )
    assert "21 days: being asked · 90 days: not asked yet" in " ".join(otto.get("/organise/loop").text.split())
    assert "no idea" not in otto.get("/organise/loop/june-retreat/rounds").text

    to(june, deliver, 21, "closes")

    board, page = " ".join(otto.get("/organise/loop").text.split()), otto.get("/organise/loop/june-retreat/rounds").text
    assert "21 days: 5 of 6 · 90 days: not asked yet" in board
    assert "5 of 5 said" in page
    for name in rounds.FIVE:
        assert f"{name} had no idea of the nights" in page
        assert f"{name} walks" not in page
        assert f"{name}: wait" not in page


def test_fewer_than_five_are_asked_only_what_is_the_care_contacts_and_hear_of_no_result(
    mira, client, deliver, sent
) -> None:
    july = loop.a_group(2, facilitator=mira)
    to(july, deliver, 21)
    ada = loop.token(july, "ada")
    page = client.get(f"/reflect/{ada}/later/21").text
    assert ('name="D2"' in page, 'name="D4"' in page) == (False, True)
    assert rounds.later(client, ada, D4="talk").status_code == 422

    assert client.post(
        f"/reflect/{ada}/later/21", data={"proof": rounds.own_link.proof(ada), "D4": "talk"}
    ).status_code == 303  # fmt: skip
    to(july, deliver, 21, "closes")

    assert db.session.query(CareCase).count() == 1
    assert loop.letters(sent, "Few answered: how is it now") == []
    assert db.session.query(FormWindow).filter_by(occasion="day_21").one().state == "closed"


def test_each_of_their_reactions_run_twice_writes_each_letter_once(mira) -> None:
    july = loop.a_group(2, facilitator=mira)
    about = {"gathering_id": july.id}
    happened = [
        e.CheckInOpened(**about),
        e.CheckInClosed(window_id=1, **about),
        e.TalkAsked(place_id=loop.place_of(july, "ada").id, moment=1, **about),
        e.OwnLinkAsked(place_id=loop.place_of(july, "ada").id, **about),
        *(
            kind(days=days, **about)
            for kind in (e.FollowUpOpened, e.FollowUpReminded, e.FollowUpHeld)
            for days in (21, 90)
        ),
        e.FollowUpReleased(batch_id=1, days=21, **about),
    ]
    written = []

    for event in happened:
        before = db.session.query(Letter).count()
        for _ in range(2):
            with writing():
                for reaction in (each for each in reactions.REACTIONS[type(event)] if each.errand == "house"):
                    reaction.run(event)
        written.append(db.session.query(Letter).count() - before)
        db.session.remove()

    assert written == [2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1]
