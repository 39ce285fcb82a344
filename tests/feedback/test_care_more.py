"""A case that waits gets a deputy; whom it is about is kept out; what was withheld is said to its author and counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.catalogue import service as catalogue
from retreats.catalogue.service.changes import CareContact, People
from retreats.db import db, writing
from retreats.feedback.models import CareNote, CareRelease
from retreats.feedback.queries.complaints import care_figures
from retreats.feedback.service import rules
from tests.feedback import loop
from tests.feedback.test_care import SECRET, a_told_case, cases, in_clear
from tests.house import a_facilitator, a_person, sign_in

pytestmark = pytest.mark.slow


def test_the_deputy_hears_that_a_case_waits_may_open_it_then_and_not_before(
    client, another_client, deliver, sent
) -> None:
    otto, dora = a_person("otto@example.org", role="organiser"), a_person("dora@example.org")
    with writing():
        rules.set_rules(None, answer_days=None, deputy_id=dora.id, by=otto)
    june, mira = a_told_case(client, deliver)
    deliver()
    [case] = cases()
    sign_in(another_client, dora)
    assert another_client.get(f"/care/{case.id}").status_code == 404
    assert "Nothing waits for you" in another_client.get("/care/").text
    clock.move_to(clock.now() + timedelta(hours=24))
    deliver()
    deliver()

    told = loop.letters(sent, "Something waits for you")
    assert [(to, "for whom you stand in" in " ".join(text.split())) for to, text in told] == [
        ("cleo-june-retreat@example.org", False),
        ("dora@example.org", True),
    ]
    assert [to for to, _text in loop.letters(sent, "has not looked yet")] == ["otto@example.org"]
    assert not any(SECRET in text for _to, text in loop.letters(sent, ""))
    another_client.post(f"/care/{case.id}/open")
    assert SECRET in another_client.get(f"/care/{case.id}").text
    figures = care_figures()
    assert (figures.seen, figures.seen_in_time, figures.open) == (1, 1, 1), "seen at the very hour"
    loop.leads(another_client, mira)
    assert another_client.get(f"/care/{case.id}").status_code == 404
    del june


def test_whom_it_is_about_is_excluded_and_hears_only_what_the_care_contact_writes(
    client, another_client, deliver, sent
) -> None:
    june, mira = a_told_case(client, deliver)
    otto = a_person("otto@example.org", role="organiser")
    with writing():
        rules.set_rules(None, answer_days=None, deputy_id=mira.person_id, by=otto)
    [case] = cases()
    loop.cares(another_client, june)
    path = f"/care/{case.id}"
    assert another_client.post(f"{path}/release", data={"to": mira.person_id, "words": "x"}).status_code == 409, (
        "not opened"
    )
    another_client.post(f"{path}/open")
    assert another_client.post(f"{path}/about", data={"about": str(otto.id)}).status_code == 404
    for _press in range(2):
        another_client.post(f"{path}/about", data={"about": str(mira.person_id)})
    assert [each.about_id for each in cases()] == [mira.person_id]
    assert another_client.post(f"{path}/release", data={"to": mira.person_id, "words": ""}).status_code == 422
    for _press in range(2):
        another_client.post(
            f"{path}/release", data={"to": mira.person_id, "words": "Somebody felt watched. Please step back."}
        )
    deliver()

    assert db.session.query(CareRelease).count() == 1
    [(to, letter)] = loop.letters(sent, "A word from the care contact")
    assert (to, "watched" in letter) == ("mira@example.org", False)
    loop.leads(another_client, mira)
    words = another_client.get("/facilitate/from-care").text
    assert "Somebody felt watched. Please step back." in words
    assert SECRET not in words
    for what in ("", "/open", "/release", "/note"):
        assert another_client.open(path + what, method="POST" if what else "GET", data={"note": "x"}).status_code == 404
    assert not in_clear("felt watched")
    other = a_facilitator("rui@example.org")
    loop.leads(another_client, other)
    assert "felt watched" not in another_client.get("/facilitate/from-care").text

    with writing():  # Mira leads no more and is the care contact now: it stays closed to her, whom it is about
        people = People(facilitator_ids=[other.id], care=CareContact(name="Mira", email="mira@example.org"))
        catalogue.edit(june.id, people, still=lambda _it: True)
    deliver()
    loop.leads(another_client, mira)
    assert another_client.post(f"{path}/open").status_code == 404
    assert SECRET not in another_client.get("/care/").text
    assert [to for to, _text in loop.letters(sent, "Something waits for you") if to == "mira@example.org"] == []


def test_where_the_care_contact_goes_somebody_hears_at_once_and_whoever_comes_hears_what_is_open(
    client, another_client, deliver, sent
) -> None:
    otto, dora = a_person("otto@example.org", role="organiser"), a_person("dora@example.org")
    with writing():
        rules.set_rules(None, answer_days=None, deputy_id=dora.id, by=otto)
    june, mira = a_told_case(client, deliver)
    deliver()
    [case] = cases()
    loop.cares(another_client, june)
    another_client.post(f"/care/{case.id}/open")

    with writing() as session:
        accounts.disable(session.get_one(Person, june.care_contact_id))
    for _once_more in range(2):
        deliver()

    [_to_her, (to, text)] = loop.letters(sent, "Something waits for you")
    assert (to, "is no longer there" in " ".join(text.split())) == ("dora@example.org", True)
    [(to, text)] = loop.letters(sent, "has not looked yet")
    assert (to, "no longer there" in text, SECRET in text) == ("otto@example.org", True, False)
    sign_in(another_client, dora)
    assert SECRET in another_client.get(f"/care/{case.id}").text

    rui = a_person("rui@example.org", role="care")
    for _once_more in range(2):
        with writing():
            people = People(facilitator_ids=[mira.id], care=rui.id)
            catalogue.edit(june.id, people, still=lambda _it: True)
        deliver()

    assert [to for to, _text in loop.letters(sent, "Something waits for you")][2:] == ["rui@example.org"]
    sign_in(another_client, rui)
    assert SECRET in another_client.get(f"/care/{case.id}").text


def test_a_shared_health_note_about_somebody_who_leads_is_shared_no_more(client, another_client, deliver) -> None:
    mira = a_facilitator()
    june = loop.a_group(2, facilitator=mira)
    deliver()
    loop.post(client, loop.token(june, "ada"), "/before", A6="Mira frightens me", A6_share="yes")
    loop.leads(another_client, mira)
    assert "Told you something about health" in another_client.get("/facilitate/june-retreat/needs").text
    [case] = cases()
    loop.cares(another_client, june)
    another_client.post(f"/care/{case.id}/open")

    another_client.post(f"/care/{case.id}/about", data={"about": str(mira.person_id)})

    loop.leads(another_client, mira)
    assert "Told you something about health" not in another_client.get("/facilitate/june-retreat/needs").text


def test_what_happened_to_a_case_is_logged_under_seal_and_a_closed_one_is_taken_up_again(
    client, another_client, deliver
) -> None:
    june, _mira = a_told_case(client, deliver)
    loop.cares(another_client, june)
    [case] = cases()
    another_client.post(f"/care/{case.id}/open")
    for state in ("offered", "offered", "closed:supported", "closed:supported", "in_hand"):
        another_client.post(f"/care/{case.id}/move", data={"state": state})

    db.session.remove()
    logged = [each.text for each in db.session.query(CareNote).order_by(CareNote.written_at, CareNote.id)]
    assert sorted(logged) == sorted(["→ seen", "→ offered", "→ supported", "→ in_hand"])
    assert [(each.state, each.outcome) for each in cases()] == [("in_hand", None)]
    assert not in_clear("→ offered")
    assert "Closed: supported ·" in another_client.get(f"/care/{case.id}").text


def test_words_that_abuse_the_way_stay_sealed_their_author_sees_it_and_it_is_counted(
    client, another_client, deliver
) -> None:
    mira = a_facilitator()
    june = loop.a_group(7, facilitator=mira)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "filipe")
    eva = loop.token(june, "eva")
    loop.say(client, eva, C8="I will kill myself laughing, you molester", C7="The light")
    [case] = cases()
    clock.move_to(case.raised_at)
    deliver()
    loop.cares(another_client, june)
    another_client.post(f"/care/{case.id}/open")
    assert another_client.post(f"/care/{case.id}/withhold", data={"why": ""}).status_code == 422
    another_client.post(f"/care/{case.id}/withhold", data={"why": "A threat and slander"})
    assert another_client.post(f"/care/{case.id}/withhold", data={"why": "Twice"}).status_code == 409

    loop.after_the_end(june, deliver, hours=72)

    said = {point.text for point in loop.points(june)}
    assert "The light" in said
    assert not any("molester" in (text or "") for text in said)
    page = client.get(f"/reflect/{eva}").text
    assert "keeps these words from those who lead" in page
    assert care_figures().withheld == 1
    assert "A threat and slander" not in page
    loop.post(client, eva, "/words/C8/withdraw")
    assert "molester" not in client.get(f"/reflect/{eva}").text.partition('id="words"')[2].partition("</section>")[0]
    assert not in_clear("slander")


def test_what_they_can_read_already_is_not_withheld(client, another_client, deliver) -> None:
    june = loop.a_group(7)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "filipe")
    loop.say(client, loop.token(june, "eva"), C8="I felt abused")
    loop.after_the_end(june, deliver, hours=72)
    loop.cares(another_client, june)
    [case] = cases()
    another_client.post(f"/care/{case.id}/open")

    answer = another_client.post(f"/care/{case.id}/withhold", data={"why": "No"})

    assert answer.status_code == 422
    assert "can read these words already" in answer.text
    assert isinstance(db.session.get_one(Person, june.care_contact_id), Person)
