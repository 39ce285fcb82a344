"""Where parts of the loop that were made apart meet: a round is not the form after, a theme's decision is its points', and
words that were kept back, quoted or taken back are that everywhere.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.service import readdress
from retreats.booking.service.cancel import cancel_by_house
from retreats.db import db, new_id, writing
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import (
    Batch,
    CareCase,
    Change,
    Decision,
    FormWindow,
    GroupLetter,
    GroupText,
    IntentionAnswer,
    Need,
    Pool,
    PooledWords,
    PoolReader,
    PrivateNote,
    Reading,
    SealedAnswer,
    TalkWish,
    Theme,
)
from retreats.feedback.queries.counting import figures
from retreats.feedback.service import pooling
from retreats.feedback.service.care import raise_case
from tests.feedback import loop, rounds
from tests.feedback.heard import Saying, heard, would_change
from tests.house import a_booking, a_facilitator, a_gathering, a_person, places, sign_in

pytestmark = pytest.mark.slow

HERE = "/facilitate/june-retreat"
LONG = "In the evenings I would have liked to sit alone by the fire and think about the day"
ALARMING = "I will kill myself laughing, you molester"


@pytest.fixture
def june(another_client):
    """Seven answered; Mira has read it. Eva may be quoted."""
    mira = a_facilitator()
    gathering = heard(8, [
        *would_change("ada", "bo", "cara", "duarte", "filipe"), Saying("eva", "C8", LONG, may="quote"),
    ], facilitator=mira, scales={"C1": "4444453"})  # fmt: skip
    loop.leads(another_client, mira)
    return gathering


def passed_on(gathering, occasion: str, *texts: str) -> None:
    """Rows as a round leaves them."""
    with writing() as session:
        window = FormWindow(id=new_id(), gathering_id=gathering.id, occasion=occasion, state="closed", attended=8,
                            form_id=house_form("follow_up").id, offers_unnamed=True)  # fmt: skip
        batch = Batch(id=new_id(), window_id=window.id, number=1, answered=5, released_at=clock.now())
        session.add(window)
        session.flush()
        session.add(batch)
        session.flush()
        for text in texts:
            row = GroupText(id=new_id(), batch_id=batch.id, question="D2", locator=new_id().to_bytes(20, "big"))
            row.text = text
            session.add(row)


def theme_of(client, gathering, title: str, *sayings: str) -> Theme:
    for words in sayings:
        point = loop.point_saying(gathering, words)
        assert client.post(f"{HERE}/points/{point.id}/theme", data={"title": title}).status_code == 303
    db.session.remove()
    return next(each for each in db.session.query(Theme) if each.title == title)


def the_case() -> CareCase:
    db.session.remove()
    return db.session.query(CareCase).one()


def test_not_today_is_about_the_form_after_and_leaves_the_look_back_to_be_written(another_client, deliver) -> None:
    mira = a_facilitator()
    gathering = loop.a_group(6, facilitator=mira)
    loop.leads(another_client, mira)
    loop.after_the_end(gathering, deliver)
    passed_on(gathering, "check_in", "More walks, please")

    answer = another_client.post(f"{HERE}/after/not-today")

    assert answer.status_code == 409
    db.session.remove()
    assert db.session.query(Reading).count() == 0
    assert another_client.get(f"{HERE}/reflection").status_code == 200


def test_a_round_alone_is_no_gathering_that_was_heard(another_client, deliver) -> None:
    gathering = loop.a_group(6, facilitator=a_facilitator())
    loop.after_the_end(gathering, deliver)
    passed_on(gathering, "check_in", "More walks, please")

    assert figures().gatherings == 0


def test_a_promise_about_a_theme_that_is_dropped_is_dropped_for_its_points(june, client, another_client, deliver):
    theme = theme_of(another_client, june, "The evenings", "fire", "ada would")
    another_client.post(f"{HERE}/themes/{theme.id}/decide",
                        data={"kind": "will_change", "about_en": "The evenings", "due": "2027-09-01"})  # fmt: skip
    july = a_gathering(slug="july-retreat", starts_at=june.ends_at + timedelta(days=40))
    loop.in_series(june, july)
    promise = db.session.query(Decision).one().id
    sign_in(client, a_person("otto@example.org", role="organiser"))

    answer = client.post(f"/organise/gatherings/july-retreat/promises/{promise}/drop",
                         data={f"reason_{promise}_en": "The house rings its bell at nine"})  # fmt: skip

    assert answer.status_code == 303
    db.session.remove()
    held = db.session.query(Decision).filter(Decision.is_current).one()
    assert (held.kind, held.theme_id, len(held.points)) == ("will_not", theme.id, 2)
    for name in ("eva", "ada"):
        page = client.get(f"/reflect/{loop.token(june, name)}").text
        assert "They will not change it, because" in page
    assert figures().dropped == 2
    clock.move_to(loop.window(june).digest_due_at)
    deliver()
    assert [loop.point_saying(june, words).state for words in ("fire", "ada would")] == ["told", "told"]
    late = another_client.post(
        f"{HERE}/decisions/{promise}/made", data={"made": "2027-06-01", "what_en": "It is quiet"}
    )
    assert late.status_code == 409
    assert db.session.query(Change).count() == 0


def test_what_a_care_contact_keeps_back_of_a_round_is_not_passed_on_and_its_author_sees_it(
    client, another_client, deliver
) -> None:
    gathering = loop.a_group(7)
    rounds.to_the_middle(gathering, deliver)
    links = loop.tokens(gathering)
    for name in rounds.FIVE:
        rounds.check_in(client, links[name], B4="The bread")
    rounds.check_in(client, links["gil"], B5=ALARMING, B4="The light")
    case = the_case()
    clock.move_to(case.raised_at)
    deliver()
    loop.cares(another_client, gathering)
    another_client.post(f"/care/{case.id}/open")
    another_client.post(f"/care/{case.id}/withhold", data={"why": "A threat"})

    rounds.to_the_close(gathering, deliver)

    assert ("B4", "The light") in rounds.passed_on()
    assert not any("molester" in (text or "") for _question, text in rounds.passed_on())
    assert "keeps these words from those who lead" in client.get(f"/reflect/{links['gil']}").text


def test_what_a_round_passed_on_is_not_kept_back_any_more(another_client, june) -> None:
    passed_on(june, "day_21", ALARMING)
    with writing() as session:
        case = CareCase(id=new_id(), gathering_id=june.id, source="D2", automatic=True, locator=b"copy", state="seen",
                        raised_at=clock.now(), alerted=True)  # fmt: skip
        case.text = ALARMING
        session.add(case)
    loop.cares(another_client, june)

    answer = another_client.post(f"/care/{the_case().id}/withhold", data={"why": "A threat"})

    assert answer.status_code == 422
    assert not the_case().withheld


def test_words_kept_back_are_in_no_pool_and_other_words_are_looked_at_anew(client, another_client, deliver) -> None:
    gathering = loop.a_group(7)
    loop.after_the_end(gathering, deliver)
    loop.everybody_says(client, gathering, "ada", "bo", "cara", "duarte", "filipe")
    eva = loop.token(gathering, "eva")
    loop.say(client, eva, C8=ALARMING)
    case = the_case()
    clock.move_to(case.raised_at)
    deliver()
    loop.cares(another_client, gathering)
    another_client.post(f"/care/{case.id}/open")
    another_client.post(f"/care/{case.id}/withhold", data={"why": "A threat"})
    loop.after_the_end(gathering, deliver, days=8)
    assert db.session.query(SealedAnswer).count() == 1

    left = pooling._by_leaders(gathering.ends_at.year)

    assert not any(rows for by_window in left.values() for rows in by_window.values())
    again = the_case()
    with writing():
        raise_case(gathering.id, "C8", "I was abused, and I mean it", locator=again.locator, automatic=True)
    assert not the_case().withheld


@pytest.mark.parametrize("where", ["a round", "a pool"])
def test_nobody_is_quoted_who_was_never_asked(june, another_client, where: str) -> None:
    said = "Nobody had told us before that there would be so much singing at night"
    if where == "a round":
        passed_on(june, "day_21", said)
    else:
        with writing() as session:
            mira = session.query(Person).filter_by(email="mira@example.org").one()
            pool = Pool(id=new_id(), year=2026, gatherings=2, counts={}, released_at=clock.now())
            session.add(pool)
            session.flush()
            words = PooledWords(id=new_id(), pool_id=pool.id, question="C8", kind="change")
            words.text = said
            session.add_all([words, PoolReader(id=new_id(), pool_id=pool.id, person_id=mira.id)])

    answer = another_client.post(f"{HERE}/letter", data={"text_en": f"Somebody wrote: {said}.", "version": "0"})

    assert answer.status_code == 422
    assert "Eight words in a row" in answer.text


def test_words_that_are_taken_back_leave_titles_drafts_decisions_and_pages(
    june, client, another_client, deliver
) -> None:
    quoted = "to sit alone by the fire and think about the day"
    theme = theme_of(another_client, june, quoted, "fire", "ada would", "bo would")
    another_client.post(
        f"{HERE}/letter", data={"version": "0", "text_en": f"## {quoted}\n\nYou said: {quoted}. We hear it."}
    )
    another_client.post(f"{HERE}/themes/{theme.id}/decide",
                        data={"kind": "will_not", "about_en": f"You want {quoted}", "reason_en": "The fire is shared"})  # fmt: skip
    july = a_gathering(slug="july-retreat", starts_at=june.ends_at + timedelta(days=40))
    loop.in_series(june, july)
    assert quoted in client.get("/gatherings/july-retreat/").text

    loop.post(client, loop.token(june, "eva"), "/words/C8/withdraw")

    db.session.remove()
    assert [each.title for each in db.session.query(Theme)] == ["…"]
    letter = db.session.query(GroupLetter).one()
    assert json.loads(letter.texts or "{}") == {"en": "## …\n\nYou said: …. We hear it."}
    assert letter.version == 2
    assert db.session.query(Decision).one().about == {"en": "You want …"}
    assert quoted not in client.get("/gatherings/july-retreat/").text
    assert another_client.post(f"{HERE}/letter/send", data={"version": "1"}).status_code == 409


@pytest.mark.parametrize("how", ["somebody else's", "given back"])
def test_nothing_that_was_said_by_name_stays_on_a_place_that_is_somebody_elses(client, deliver, how: str) -> None:
    gathering = a_gathering(places=12, starts_at=clock.now() + timedelta(days=14), facilitator=a_facilitator())
    registration = a_booking(gathering, "ada@example.org", "bo@example.org")
    deliver()
    bo = next(each for each in places(gathering) if each.email == "bo@example.org")
    answer = loop.post(client, loop.token(gathering, bo.name.lower()), "/before", A1="To sleep", A1_back="yes", A4="No shouting",
              A6="I have diabetes")  # fmt: skip
    assert answer.status_code == 303
    assert loop.post(client, loop.token(gathering, bo.name.lower()), "/note", note="For me alone").status_code == 303
    with writing() as session:
        session.add(TalkWish(id=new_id(), place_id=bo.id, asked_at=clock.now()))
    assert the_case().text == "I have diabetes"

    with writing():
        if how == "given back":
            cancel_by_house(registration.id, {bo.id}, refund="none", shown_minor=0)
        else:
            readdress.readdress_place(registration.id, bo.id, "eva@example.org", was="bo@example.org")
    deliver()

    db.session.remove()
    assert [db.session.query(table).count() for table in (IntentionAnswer, Need, PrivateNote, TalkWish)] == [0, 0, 0, 0]
    case = the_case()
    assert (case.text, case.place_id, case.state) == (None, None, "closed")
    if how != "given back":
        page = client.get(f"/reflect/{loop.token(gathering, bo.name.lower())}/before").text
        assert "diabetes" not in page
        assert "To sleep" not in page


def test_a_question_stands_on_the_page_as_long_as_its_author_allows_it(client, another_client, deliver) -> None:
    mira = a_facilitator()
    gathering = loop.a_group(6, facilitator=mira)
    deliver()
    ada = loop.token(gathering, "ada")
    loop.post(client, ada, "/before", A5="Is there a lift?", A5_page="yes")
    loop.leads(another_client, mira)
    need = db.session.query(Need).one().id
    another_client.post(f"{HERE}/needs", data={f"mark_{need}": "answered", f"note_{need}": "To every floor"})
    words = {f"question_{need}": "Is there a lift?", f"text_{need}": "To every floor"}
    assert another_client.post(f"{HERE}/asked/needs/{need}/publish", data=words).status_code == 303
    assert "Is there a lift?" in client.get("/gatherings/june-retreat/").text

    loop.post(client, ada, "/before", A5="Is there a lift?")

    assert "Is there a lift?" not in client.get("/gatherings/june-retreat/").text
    assert db.session.query(Need).one().mark == "answered"
