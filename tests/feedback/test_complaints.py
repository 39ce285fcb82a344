"""A complaint reaches somebody it is not about, keeps its two dates, and never reaches whom it is about."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from retreats import clock, periods
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.feedback.models import Complaint
from retreats.feedback.queries.complaints import care_figures
from retreats.feedback.service import complaints, rules
from retreats.feedback.service.keeping import PERIODS
from retreats.outbox.models import Event
from tests.feedback import loop
from tests.feedback.test_care import in_clear
from tests.house import a_facilitator, a_gathering, a_person, sign_in
from tests.tokens import guessed

pytestmark = pytest.mark.slow

WORDS = "She read my letter aloud before everybody"


def complain(client, **more: str):
    data = {"text": WORDS, "about": "person", "gathering": "june-retreat", "name": "", "email": "", "key": "one"}
    return client.post("/complaint/", data=data | more)


def found() -> Complaint:
    db.session.remove()
    return db.session.query(Complaint).one()


def the(person_id: int) -> Person:
    person = db.session.get_one(Person, person_id)
    db.session.expunge(person)
    return person


def test_it_goes_to_the_care_contact_is_answered_and_never_reaches_whom_it_is_about(
    client, another_client, deliver, sent
) -> None:
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    otto = a_person("otto@example.org", role="organiser")
    own = complain(client, person=str(mira.person_id), name="Eva", email="eva@example.org").location
    assert complain(client, person=str(mira.person_id)).location == own
    deliver()
    complaint = found()

    [(to, letter)] = loop.letters(sent, "A complaint waits for you")
    [(author, taken)] = loop.letters(sent, "Your complaint")
    assert (to, author) == ("cleo-june-retreat@example.org", "eva@example.org")
    assert WORDS not in letter + taken
    assert "June retreat" not in letter
    assert not in_clear(WORDS)
    assert not in_clear("eva@example.org")
    assert WORDS in client.get(own).text
    path = f"/complaints/{complaint.id}"
    for who in (the(mira.person_id), otto):
        sign_in(another_client, who)
        assert another_client.get(path).status_code == 404
        for what in ("open", "acknowledge", "answer", "note"):
            assert another_client.post(f"{path}/{what}", data={what: "x"}).status_code == 404
    sign_in(another_client, the(june.care_contact_id))
    assert path in another_client.get("/care/").text
    assert WORDS not in another_client.get(path).text
    another_client.post(f"{path}/open")
    assert WORDS in another_client.get(path).text

    another_client.post(f"{path}/note", data={"note": "Ask who was there"})
    for _press in range(2):
        another_client.post(f"{path}/acknowledge", data={"first": "I will talk with two people."})
    assert another_client.post(f"{path}/answer", data={"answer": ""}).status_code == 422
    another_client.post(f"{path}/answer", data={"answer": "It will not happen again."})
    assert another_client.post(f"{path}/answer", data={"answer": "Once more"}).status_code == 409
    deliver()

    page = client.get(own).text
    for words in ("I will talk with two people.", "It will not happen again."):
        assert page.count(words) == 1
    assert "Ask who was there" not in page
    assert len(loop.letters(sent, "About your complaint")) == 2
    client.post(f"{own}/add", data={"text": "It did, on Sunday"})
    deliver()
    assert len(loop.letters(sent, "A complaint waits for you")) == 2
    assert another_client.post(f"{path}/answer", data={"answer": "Then we part ways."}).status_code == 303
    assert all(WORDS not in str(each.payload) for each in db.session.query(Event))
    assert {each.gathering_id for each in db.session.query(Event).filter(Event.name.startswith("Complaint"))} == {None}
    for _press in range(2):
        client.post(f"{own}/withdraw")
    assert WORDS not in another_client.get(path).text
    assert (found().text, found().email, found().lines) == (None, None, [])
    assert client.get(guessed(own)).status_code == 404


def test_who_reads_it_is_never_whom_it_is_about_nor_somebody_who_leads_there(app) -> None:
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    olga, cleo = a_person("olga@example.org", role="owner"), the(june.care_contact_id)
    rosa, dora = a_person("rosa@example.org"), a_person("dora@example.org")

    def reader(about: str, about_id: int | None = None) -> str:
        return complaints.reader_for(db.session.get(Gathering, june.id), about, about_id).email

    assert reader("house") == cleo.email
    assert reader("care") == olga.email
    with pytest.raises(complaints.NobodyToRead):
        complaints.reader_for(None, "organiser", None)
    with writing():
        rules.set_rules(None, answer_days=None, deputy_id=dora.id, reader_id=rosa.id, by=olga)
    assert reader("care") == dora.email
    assert reader("house", cleo.id) == dora.email
    assert complaints.reader_for(None, "organiser", dora.id).email == rosa.email
    with writing() as session:
        accounts.disable(session.get_one(Person, dora.id))
    assert reader("care") == rosa.email
    with writing():
        rules.set_rules(None, answer_days=None, deputy_id=mira.person_id, reader_id=rosa.id, by=olga)
    assert reader("care") == rosa.email


def test_where_nobody_can_read_it_the_complaints_book_is_named_and_the_words_are_kept(client) -> None:
    answer = complain(client, about="organiser", gathering="")

    assert answer.status_code == 409
    assert WORDS in answer.text
    assert "https://www.livroreclamacoes.pt" in answer.text
    assert "1411" in answer.text
    wrong = complain(client, about="person", person="", email="eva")
    assert wrong.status_code == 422
    assert "Choose who it is" in wrong.text
    assert complain(client, about="", text="").text.count('class="error"') == 2
    assert complain(client, about="care", gathering="").status_code == 422


def test_both_dates_are_told_when_they_pass_to_all_but_whom_it_is_about(client, another_client, deliver, sent) -> None:
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    otto, olga = a_person("otto@example.org", role="organiser"), a_person("olga@example.org", role="owner")
    complain(client, person=str(mira.person_id))
    with writing() as session:
        session.get_one(Complaint, found().id).about_id = otto.id
    first, last = found().acknowledge_by, found().answer_by
    assert (first, last) == (datetime(2027, 3, 4, 23, 59, tzinfo=UTC), datetime(2027, 3, 22, 23, 59, tzinfo=UTC))
    assert complaints.next_late() == first
    for moment in (first, first + timedelta(hours=1), last, last + timedelta(hours=1)):
        clock.move_to(moment)
        deliver()

    told = [to for to, _text in loop.letters(sent, "A complaint is late")]
    assert sorted(told) == sorted(["cleo-june-retreat@example.org", olga.email] * 2)
    sign_in(another_client, the(june.care_contact_id))
    for what in ("open", "acknowledge", "answer"):
        another_client.post(f"/complaints/{found().id}/{what}", data={"answer": "Sorry"})
    figures = care_figures()
    assert (figures.complaints, figures.acknowledged_in_time, figures.acknowledged_due) == (1, 0, 1)
    assert (figures.answered_in_time, figures.answered_due, figures.complaints_open) == (0, 1, 0)
    sign_in(another_client, otto)
    page = another_client.get("/organise/loop").text
    assert "<dt>Complaints</dt><dd>1</dd>" in re.sub(r">\s+<", "><", page)
    assert "<dt>Answered within fifteen working days</dt><dd>0 of 1</dd>" in re.sub(r">\s+<", "><", page)
    assert WORDS not in page
    assert complaints.next_late() is None


def test_a_reader_who_is_disabled_hands_it_on_and_its_words_go_three_years_after_the_answer(
    client, deliver, sent
) -> None:
    olga = a_person("olga@example.org", role="owner")
    june = a_gathering()
    complain(client, about="house")
    with writing() as session:
        accounts.disable(session.get_one(Person, june.care_contact_id))
    deliver()
    assert found().reader_id == olga.id
    assert [to for to, _ in loop.letters(sent, "A complaint waits")][-1] == olga.email
    [kept] = [each for each in PERIODS if each.what == "complaints"]
    over = found().filed_at + periods.COMPLAINTS
    assert kept.going(over - timedelta(seconds=1)) == []
    assert [(each.on, each.count) for each in kept.going(over)] == [(over, 1)]

    with writing():
        kept.forget(over)

    assert found().text is None


def test_every_page_leads_to_it(client) -> None:
    a_gathering()
    for path in ("/", "/gatherings/june-retreat/", "/imprint/", "/sign-in"):
        assert 'href="/complaint/"' in client.get(path).text, path


def test_when_its_reader_turns_out_to_be_whom_it_is_about_somebody_else_reads_it(client, deliver) -> None:
    olga = a_person("olga@example.org", role="owner")
    mira = a_facilitator()
    june = a_gathering(facilitator=a_facilitator("rui@example.org"))
    said = complaints.Filed(
        form_key="k", text=WORDS, about="person", about_id=mira.person_id, gathering_id=june.id, language="en"
    )
    with writing():
        assert complaints.file(said).reader_id == june.care_contact_id
    sign_in(client, olga)
    address = f"/organise/people/{mira.person_id}/merge/{june.care_contact_id}"
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', client.get(address).text)[1]

    assert client.post(address, data={"mark": mark}).status_code == 303
    deliver()

    assert (found().reader_id, found().about_id) == (olga.id, mira.person_id)
