"""Otto and Mira write to those of a gathering: who gets it, in which words, once, and until somebody stops it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.booking.service import join_waiting_list, mark
from retreats.catalogue.models import Gathering, TicketType
from retreats.db import db, new_id, writing
from retreats.mail import unreachable
from retreats.mail.models import Letter
from retreats.outbox.deliver import run_due
from retreats.outbox.models import Event
from tests.catalogue.organise import otto
from tests.house import a_booking, a_facilitator, a_gathering, both, places, sign_in
from tests.mailings.desk import BOTH, HOUSE, LED, by_reader, mailings, send, written

pytestmark = pytest.mark.slow


def test_everybody_who_has_a_place_gets_one_letter_in_their_language(client, deliver, sent) -> None:
    june = a_gathering(places=12)
    a_booking(june, "ada@example.org", "bo@example.org", "carl@example.org")
    a_booking(june, "dora@example.org", language="pt")
    deliver()
    with writing() as session:
        for place in session.query(Place).filter(Place.name.in_(["Carl"])):
            place.email, place.name = None, "Grandma *Rosa*"
    otto(client)

    letter = written(client)
    shown = client.get(letter).text
    send(client, letter)
    send(client, letter)
    deliver()

    got = by_reader(sent, "What to bring") | by_reader(sent, "O que trazer")
    assert sorted(got) == ["ada@example.org", "bo@example.org", "dora@example.org"]
    assert "3 people just now" in shown
    assert "Dear Ada,\n\nbring socks." in got["ada@example.org"]
    assert "Olá, Dora,\n\ntraga meias." in got["dora@example.org"]
    assert "This letter is also for Grandma *Rosa*," in " ".join(got["ada@example.org"].split())
    assert "Rosa" not in got["bo@example.org"]
    assert re.search(r"/registrations/\S+key=", got["ada@example.org"])
    assert re.search(r"/places/\S+key=", got["bo@example.org"])
    names = [name for (name,) in db.session.query(Event.name).filter(Event.name.like("Mailing%")).order_by("position")]
    assert names == ["MailingDrafted", "MailingSent"]


def test_the_letter_stands_on_its_readers_page(client, another_client, deliver) -> None:
    june = a_gathering()
    registration = a_booking(june, "ada@example.org")
    deliver()
    otto(client)
    send(client, written(client))
    deliver()

    sign_in(another_client, db.session.get_one(Person, registration.booker_id))
    found = another_client.get("/me/letters/").text

    assert "What to bring" in found


def test_each_audience_is_who_it_says_when_it_is_sent(client, deliver, sent) -> None:
    june = a_gathering(places=12)
    with writing() as session:
        balcony = TicketType(id=new_id(), gathering_id=june.id, name=both("Balcony"), price_minor=0, position=1)
        session.add(balcony)
    a_booking(june, "ada@example.org")
    a_booking(june, "bo@example.org")
    deliver()
    with writing() as session:
        session.query(Place).filter_by(email="bo@example.org").one().ticket_type_id = balcony.id
        join_waiting_list(june.id, name="Wim", email="wim@example.org", party=1, note="", language="en")
    otto(client)
    to_all = written(client, audience="booked", subject_en="To all", body_en="{where}")
    for audience, subject in (("waiting", "To those who wait"), (f"ticket-{balcony.id}", "To the balcony")):
        send(client, written(client, audience=audience, subject_en=subject, body_en="{where} {link}"))
    late = a_booking(june, "carl@example.org")
    deliver()
    send(client, to_all)
    deliver()
    before = client.post(f"{HOUSE}/new", data={"audience": "attended", **BOTH})
    clock.move_to(db.session.get_one(Gathering, june.id).starts_at + timedelta(hours=1))
    with writing():
        mark(late.places[0].id, "missed")
    send(client, written(client, audience="attended", subject_en="To those who came", body_en="Thank you"))
    send(client, written(client, audience="missed", subject_en="To those who did not", body_en="We missed you"))
    deliver()

    got = {each: sorted(by_reader(sent, each)) for each in
           ("To all", "To those who wait", "To the balcony", "To those who came", "To those who did not")}  # fmt: skip
    assert before.status_code == 422
    assert got == {
        "To all": ["ada@example.org", "bo@example.org", "carl@example.org"],
        "To those who wait": ["wim@example.org"],
        "To the balcony": ["bo@example.org"],
        "To those who came": ["ada@example.org", "bo@example.org"],
        "To those who did not": ["carl@example.org"],
    }
    waiting = by_reader(sent, "To those who wait")["wim@example.org"]
    assert "Camélias" in by_reader(sent, "To all")["ada@example.org"]
    assert "Camélias" not in waiting
    assert "http://127.0.0.1:5999/gatherings/june-retreat/" in waiting


def test_what_people_write_is_filled_in_and_never_run(client, deliver, sent) -> None:
    june = a_gathering()
    a_booking(june, "ada@example.org", name="Ada [x](http://evil.example) <b> {link}")
    deliver()
    otto(client)

    refused = [client.post(f"{HOUSE}/new", data={"audience": "booked", "subject_en": "Hello", "body_en": body})
               for body in ("Dear {nmae}", "{{ config }}", "{% if x %}", "{name.__class__}")]  # fmt: skip
    send(
        client,
        written(client, subject_en="For {name}", body_en="Hello {NAME} $7*7 }{ ![a](http://pic.example/p.png)"),
    )
    deliver()

    [mail] = [each for each in sent if each.subject.startswith("For Ada")]
    assert [answer.status_code for answer in refused] == [422] * 4
    assert "We have nothing to fill in for {nmae}. You can use {name}, {gathering}" in refused[0].text
    assert "Dear {nmae}" in refused[0].text
    assert "Ada [x](http://evil.example) <b> {link}" in mail.text
    assert 'href="http://evil.example"' not in mail.html
    assert "<img" not in mail.html
    assert "<b>" not in mail.html
    assert "$7*7 }{" in mail.text


def test_a_missing_language_is_said_before_and_falls_back(client, deliver, sent) -> None:
    a_booking(a_gathering(), "dora@example.org", language="pt")
    deliver()
    otto(client)

    letter = written(client, subject_en="Only English", body_en="Hello {name}")
    shown = client.get(letter).text
    send(client, letter)
    deliver()

    assert "It is not written in Portuguese" in shown
    assert "One person reads that language and would get the other." in shown
    [mail] = [each for each in sent if each.subject == "Only English"]
    assert (mail.to_address, mail.language) == ("dora@example.org", "en-GB")


def test_the_preview_is_a_real_person_and_a_try_goes_to_oneself_only(client, deliver, sent) -> None:
    june = a_gathering()
    a_booking(june, "ada@example.org")
    doras = a_booking(june, "dora@example.org", language="pt")
    deliver()
    otto(client)
    letter = written(client, **(BOTH | {"body_en": "Dear {name}, {link} [here]({link})"}))
    sent.clear()

    as_ada, as_dora = client.get(letter).text, client.get(f"{letter}?as=registration:{doras.id}").text
    client.post(f"{letter}try")
    client.post(f"{letter}try")
    deliver()

    assert "Dear Ada," in as_ada
    assert "key=" not in as_ada + as_dora
    assert "Olá, Dora," in as_dora
    assert [(each.to_address, each.subject) for each in sent] == [
        ("otto@example.org", "[To try] What to bring"),
        ("otto@example.org", "[Para experimentar] O que trazer"),
    ]
    assert mailings()[0].sent_at is None


def test_stopped_on_its_way_what_has_not_left_stays(client, deliver, sent) -> None:
    june = a_gathering()
    for name in ("ada", "bo", "carl"):
        a_booking(june, f"{name}@example.org")
    deliver()
    otto(client)
    letter = written(client)
    send(client, letter)
    run_due("house")
    sent.clear()
    run_due("letters", at_most=1)

    client.post(f"{letter}stop")
    deliver()

    assert len(sent) == 1
    assert db.session.query(Letter).filter(Letter.sending.is_not(None), Letter.dropped_at.is_not(None)).count() == 2
    shown = client.get(letter).text
    assert "one sent" in shown
    assert "2 not sent" in shown


def test_a_gathering_called_off_drops_what_was_on_its_way_and_the_cancellation_is_the_last_word(
    client, deliver, sent
) -> None:
    a_booking(a_gathering(), "ada@example.org")
    deliver()
    otto(client)
    send(client, written(client))
    run_due("house")
    sent.clear()

    client.post("/organise/gatherings/june-retreat/cancel", data={"because_en": "Storm"})
    deliver()

    assert [each.subject for each in sent] == ["Cancelled: June retreat"]


def test_mira_writes_to_those_she_leads_and_sees_no_address(client, deliver, sent) -> None:
    mira = a_facilitator()
    june = a_gathering(facilitator=mira)
    a_booking(june, "ada@example.org")
    deliver()
    with writing():
        join_waiting_list(june.id, name="Wim", email="wim@example.org", party=1, note="", language="en")
    sign_in(client, db.session.get_one(Person, mira.person_id))

    letter = written(client, desk=LED)
    waiting = client.get(written(client, desk=LED, audience="waiting", subject_en="Wait", body_en="Hello {name}")).text
    pages = client.get(letter).text + client.get(f"{LED}/").text + waiting
    send(client, letter)
    deliver()

    assert "Ada" in pages
    assert "ada@example.org" not in pages
    assert "Wim" not in pages
    assert "one person just now" in waiting
    assert list(by_reader(sent, "What to bring")) == ["ada@example.org"]


def test_two_writers_never_overwrite_or_send_what_they_have_not_seen(client, deliver, sent) -> None:
    a_booking(a_gathering(), "ada@example.org")
    deliver()
    otto(client)
    letter = written(client)
    revised = {"audience": "booked", "subject_en": "New", "body_en": "Words", "version": "1"}
    sent.clear()

    first = client.post(f"{letter}edit", data=revised)
    second = client.post(f"{letter}edit", data={**revised, "subject_en": "Mine"})
    blind = send(client, letter, version=1)
    deliver()
    seen = send(client, letter, version=2)
    deliver()
    too_late = client.post(f"{letter}edit", data={**revised, "version": "2"})
    kept = client.post(f"{letter}discard")

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Mine" in second.text
    assert "Words" in second.text
    assert blind.location.endswith("done=changed")
    assert seen.location.endswith("done=sent")
    assert too_late.location.endswith("done=sent_meanwhile")
    assert kept.location.endswith("done=sent_meanwhile")
    assert [each.subject for each in sent] == ["New"]


def test_whoever_takes_no_letters_is_counted_before_and_gets_none(client, deliver, sent) -> None:
    june = a_gathering()
    for name in ("ada", "bo"):
        a_booking(june, f"{name}@example.org")
    deliver()
    with writing():
        unreachable.mark("bo@example.org", "Said no.", is_soft=False)
    otto(client)
    letter = written(client)

    shown, queued = client.get(letter).text, client.get("/organise/letters/june-retreat/practical").text
    send(client, letter)
    deliver()
    after = client.get(letter).text

    assert "One of these addresses takes no letters" in shown
    assert "One of these addresses takes no letters" in queued
    assert list(by_reader(sent, "What to bring")) == ["ada@example.org"]
    assert "one reached no mailbox" in after


def test_nothing_is_sent_to_nobody_and_a_draft_can_be_deleted(client) -> None:
    a_gathering()
    otto(client)
    letter = written(client)
    form = {"mailing_id": "77", "audience": "booked", **BOTH}

    answer = send(client, letter)
    client.post(f"{letter}discard")
    twice = [client.post(f"{HOUSE}/new", data=form).location for _again in range(2)]

    assert answer.location.endswith("done=nobody")
    assert client.get(letter).status_code == 404
    assert twice[0] == twice[1]
    assert len(mailings()) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject_en": "Hello", "body_en": "Dear {name},"}, "Write the letter, or leave its subject empty too."),
        ({"subject_en": "", "body_en": "Come."}, "Say in a few words what it is about."),
        ({"body_en": "Dear {name},\r\n\r\n", "body_pt": ""}, "Write it in one language at least."),
        ({**BOTH, "audience": "everybody"}, "Say whom it is for."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, wrong, sentence) -> None:
    a_gathering()
    otto(client)

    answer = client.post(f"{HOUSE}/new", data={"audience": "booked", **wrong})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert mailings() == []


def test_one_letter_costs_the_same_for_one_reader_and_for_thirty(client, statements, deliver) -> None:
    counts = []
    otto(client)
    for slug, many in (("june-retreat", 1), ("july-retreat", 30)):
        gathering = a_gathering(slug=slug, places=40)
        for number in range(many):
            a_booking(gathering, f"reader{number}@example.org")
        deliver()
        desk = f"/organise/gatherings/{slug}/letters"
        letter = written(client, desk=desk)
        with statements() as looking:
            client.get(letter)
        send(client, letter)
        with statements() as listing:
            client.get(f"{desk}/")
        run_due("house")
        with statements() as sending:
            run_due("letters", at_most=1)
        deliver()
        counts.append((len(looking), len(listing), len(sending)))

    assert counts[0] == counts[1]


def test_a_letter_of_another_gathering_is_not_there(client) -> None:
    a_gathering()
    a_gathering(slug="elsewhere")
    otto(client)
    letter = written(client)

    assert client.get(letter.replace("june-retreat", "elsewhere")).status_code == 404


def test_whoever_gave_the_place_back_meanwhile_hears_no_more(client, deliver, sent) -> None:
    june = a_gathering()
    a_booking(june, "ada@example.org")
    deliver()
    otto(client)
    letter = written(client)
    send(client, letter)
    run_due("house")
    sent.clear()
    with writing() as session:
        [place] = places(june)
        session.get_one(Place, place.id).state = "cancelled"

    deliver()

    assert by_reader(sent, "What to bring") == {}
