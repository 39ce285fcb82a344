"""Otto looks through the registrations: finds, narrows, chooses what he sees, and keeps that under a name."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from time import process_time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking import listing, service
from retreats.booking.models import LedgerEntry, Place, Registration, SavedList
from retreats.booking.wanted import Wanted
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow

LIST = "/organise/registrations"
HERE = "/organise/gatherings/june-retreat/registrations"


def names(page: str) -> list[str]:
    """Who stands in the list, from the top."""
    return [
        unescape(found)
        for found in re.findall(r'<th scope="row" role="rowheader"><input [^>]*><a [^>]*>([^<]*)</a>', page)
    ]


def asked(client: FlaskClient, query: str = "", path: str = LIST) -> list[str]:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200
    return names(answer.text)


def paid(registration: Registration, amount: int) -> None:
    with writing() as session:
        session.add(LedgerEntry(id=new_id(), registration_id=registration.id, kind="captured", amount_minor=amount,
                                currency="EUR", provider_ref=f"x-{new_id()}", entered_at=clock.now()))  # fmt: skip
        service.confirm(registration.id)


@pytest.fixture
def house_with_four(client: FlaskClient) -> FlaskClient:
    """Ada (with Inês) paid in March; Bo's hold is over; Carl holds; Dora booked a free circle with another house's kind."""
    otto(client)
    june = a_gathering(price=480_00)
    paid(a_booking(june, "ada@example.org", "ines@example.org", name="Ada"), 960_00)
    with writing() as session:
        session.query(Place).filter_by(email="ines@example.org").one().name = "Inês Óscar"
    clock.move_to(clock.now() + timedelta(seconds=1))
    a_booking(june, "bo@example.org")
    clock.move_to(clock.now() + timedelta(days=2))
    a_booking(june, "carl@example.org")
    clock.move_to(clock.now() + timedelta(seconds=1))
    a_booking(a_gathering(slug="july-circle", kind="circle"), "dora@example.org")
    return client


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Dora", "Carl", "Bo", "Ada"]),
        ("q=ines+oscar", ["Ada"]),
        ("q=INÊS", ["Ada"]),
        ("q=ada+bo", []),
        ("q=_a", []),
        ("q=carl@EXAMPLE", ["Carl"]),
        ("gathering=june-retreat", ["Carl", "Bo", "Ada"]),
        ("gathering=nowhere", []),
        ("kind=circle", ["Dora"]),
        ("state=held", ["Carl"]),
        ("state=lapsed", ["Bo"]),
        ("state=confirmed", ["Dora", "Ada"]),
        ("state=cancelled", []),
        ("money=owing", ["Carl"]),
        ("money=paid", ["Ada"]),
        ("money=free", ["Dora"]),
        ("booked_from=2027-03-02", ["Dora", "Carl"]),
        ("booked_to=2027-03-01", ["Bo", "Ada"]),
        ("booked_from=2027-03-01&booked_to=2027-03-03&state=held&money=owing&q=car", ["Carl"]),
        ("state=nonsense&money=7&booked_from=31.12.&ticket=x&after=zz&before=9-9-9&column=nothing", ["Dora", "Carl", "Bo", "Ada"]),
    ],
)  # fmt: skip
def test_otto_finds_who_fits(house_with_four: FlaskClient, query: str, found: list[str]) -> None:
    assert asked(house_with_four, query) == found


def test_a_reference_and_a_kind_of_place_find_theirs(house_with_four: FlaskClient) -> None:
    carl = db.session.query(Registration).join(Person).filter(Person.name == "Carl").one()
    ticket, reference = carl.places[0].ticket_type_id, carl.reference

    assert asked(house_with_four, f"q={reference.lower()}") == ["Carl"]
    assert asked(house_with_four, f"ticket={ticket}", HERE) == ["Carl", "Bo", "Ada"]
    assert asked(house_with_four, "ticket=1", HERE) == []
    assert asked(house_with_four, "gathering=july-circle", HERE) == ["Carl", "Bo", "Ada"]


def test_otto_chooses_the_columns(house_with_four: FlaskClient) -> None:
    few = house_with_four.get(f"{LIST}?column=owed&column=address&q=carl").text

    assert re.findall(r'role="columnheader"[^>]*>([^<]*)<', few) == ["Booked by", "Address", "Owed"]
    for word in ("carl@example.org", "480 €"):
        assert word in few
    assert "<td" in few.partition('role="row"')[2]


def test_a_list_is_kept_under_a_name_without_the_words_and_only_for_its_organiser(
    house_with_four: FlaskClient, another_client: FlaskClient
) -> None:
    sign_in(another_client, a_person("olga@example.org", role="organiser"))
    form: dict[str, Any] = {"q": "ada", "money": "owing", "column": ["owed", "until"], "name": " Still owing "}

    nameless = house_with_four.post(f"{LIST}/lists", data=form | {"name": " "})
    answers = [house_with_four.post(f"{LIST}/lists", data=form) for _time in range(2)]
    page = house_with_four.get(answers[0].location)

    [kept] = db.session.query(SavedList).all()
    assert (nameless.status_code, "Give the list a name." in nameless.text) == (422, True)
    assert (kept.name, kept.query) == ("Still owing", {"money": "owing", "columns": ["until", "owed"]})
    assert names(page.text) == ["Carl"]
    assert "?money=owing&amp;column=until&amp;column=owed" in page.text
    assert "Still owing" not in another_client.get(LIST).text
    another_client.post(f"{LIST}/lists/{kept.id}/forget")
    assert db.session.query(SavedList).count() == 1
    house_with_four.post(f"{LIST}/lists/{kept.id}/forget")
    assert db.session.query(SavedList).count() == 0


def test_a_number_that_no_row_can_have_leads_nowhere(client: FlaskClient) -> None:
    otto(client)

    for number in (2**63, 10**40):
        assert client.post(f"{LIST}/lists/{number}/forget").status_code == 404
        assert asked(client, f"gathering=june-retreat&ticket={number}&after={number}-{number}") == []
    assert client.post(f"{LIST}/lists/{2**63 - 1}/forget").status_code == 303


def test_there_is_room_for_forty_lists(client: FlaskClient) -> None:
    person = otto(client)
    with writing() as session:
        session.add_all(SavedList(person_id=person.id, name=f"{n}", query={}, saved_at=clock.now()) for n in range(40))

    another = client.post(f"{LIST}/lists", data={"name": "One more"})
    same = client.post(f"{LIST}/lists", data={"name": "7"})

    assert (another.status_code, same.status_code) == (409, 303)
    assert "One more" in another.text


def a_crowd(gathering: Gathering, size: int) -> None:
    """Many people with a confirmed and paid place each, as rows, without a letter to anybody."""
    ticket, now = gathering.ticket_types[0], clock.now()
    ids = [(new_id(), new_id(), number) for number in range(size)]
    with writing() as session:
        session.execute(insert(Person), [{"id": p, "email": f"p{n}@example.org", "name": f"Person {n:05}", "language": "en",
                                          "created_at": now, "feed_generation": 0} for p, _, n in ids])  # fmt: skip
        session.execute(insert(Registration), [
            {"id": r, "reference": f"R{n:09}", "gathering_id": gathering.id, "booker_id": p, "form_key": f"{r:x}",
             "state": "confirmed", "language": "en", "agreed_minor": 10_00, "currency": "EUR", "refund_tiers": [],
             "registered_at": now + timedelta(seconds=n // 3), "awaits_bank": False, "generation": 0} for p, r, n in ids
        ])  # fmt: skip
        session.execute(insert(Place), [
            {"id": new_id(), "reference": f"P{n:09}", "registration_id": r, "gathering_id": gathering.id,
             "ticket_type_id": ticket.id, "position": 0, "price_minor": 10_00, "name": f"Person {n:05}",
             "email": f"p{n}@example.org", "person_id": p, "language": "en", "state": "confirmed", "uid": f"{r:x}",
             "sequence": 0, "entry_mark": "", "changed_at": now, "confirmed_at": now, "refund_minor": 0,
             "generation": 0} for p, r, n in ids
        ])  # fmt: skip
        session.execute(insert(LedgerEntry), [
            {"id": new_id(), "registration_id": r, "kind": "captured", "amount_minor": 10_00, "currency": "EUR",
             "provider_ref": f"x{r:x}", "entered_at": now} for _, r, _ in ids
        ])  # fmt: skip


@pytest.mark.parametrize("path", [LIST, HERE])
def test_the_list_costs_the_same_with_one_registration_and_with_thirty(client, statements, path: str) -> None:
    otto(client)
    gathering = a_gathering(places=40)
    a_booking(gathering, "ada@example.org")
    with statements() as few:
        client.get(f"{path}?money=free&q=ada")
    for number in range(29):
        a_booking(gathering, f"ada{number}@example.org")

    with statements() as many:
        client.get(f"{path}?money=free&q=ada")

    assert len(many) == len(few) <= 16


def test_page_by_page_everybody_is_there_once_both_ways(client: FlaskClient) -> None:
    otto(client)
    a_crowd(a_gathering(places=200), 120)
    forth, back, address = [], [], LIST
    while address:
        page = client.get(address).text
        forth.append(names(page))
        address = _link(page, "next")
    address = _link(page, "prev")
    while address:
        page = client.get(address).text
        back.append(names(page))
        address = _link(page, "prev")

    everybody = [name for each in forth for name in each]
    assert [len(each) for each in forth] == [50, 50, 20]
    assert (len(everybody), len(set(everybody))) == (120, 120)
    assert everybody[0] > everybody[-1]
    assert back == [forth[1], forth[0]]


def _link(page: str, rel: str) -> str:
    found = re.search(rf'<a rel="{rel}" href="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def test_with_ten_thousand_a_page_takes_less_than_a_second(client: FlaskClient) -> None:
    otto(client)
    gathering = a_gathering(places=10_000)
    a_crowd(gathering, 10_000)
    taken = {query: min(_seconds(client, query) for _time in range(2)) for query in (
        "", "q=person+07777", "money=owing", "money=paid&state=confirmed", "q=p77@example.org&state=held"
    )}  # fmt: skip  # the better of two: whatever else this machine does is not what is measured

    assert {query: seconds for query, seconds in taken.items() if seconds > 1} == {}
    assert listing.count(Wanted(q="07777"), now=clock.now()) == 1


def _seconds(client: FlaskClient, query: str) -> float:
    begun = process_time()
    client.get(f"{LIST}?{query}")
    return process_time() - begun
