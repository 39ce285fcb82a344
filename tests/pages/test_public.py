"""What everybody can read: the list with its filters, a gathering's page, series and facilitators."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from retreats import clock
from retreats.booking import service as booking
from retreats.catalogue.models import Gathering, Series
from retreats.db import db, new_id, writing
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both


def titles(client, **wish: str) -> list[str]:
    page = client.get("/gatherings/", query_string=wish).text.partition("<main")[2]
    return re.findall(r"<h[23]><a href=\"/gatherings/([^\"/]+)/\"", page)


def change(gathering: Gathering, **values: object) -> None:
    with writing() as session:
        found = session.get_one(Gathering, gathering.id)
        for name, value in values.items():
            setattr(found, name, value)
        found.version += 1


@pytest.fixture
def three(app) -> None:
    """A retreat in May, an online circle in English in June, a training in Portuguese in June."""
    mira = a_facilitator()
    a_gathering(slug="retreat", facilitator=mira, starts_at=clock.now() + timedelta(days=70))
    circle = a_gathering(slug="circle", kind="circle", facilitator=mira, starts_at=clock.now() + timedelta(days=100))
    training = a_gathering(
        slug="training", kind="training", facilitator=mira, starts_at=clock.now() + timedelta(days=110)
    )
    change(circle, mode="online", languages=["en"], title=both("Tuesday circle", "Roda de terça"))
    change(training, languages=["pt"], title=both("Listening, a training", "Formação em escuta"))


def test_the_list_is_narrowed_by_kind_place_month_language_and_words(client, three) -> None:
    assert titles(client) == ["retreat", "circle", "training"]
    assert titles(client, kind="circle") == ["circle"]
    assert titles(client, place="online") == ["circle"]
    assert titles(client, place="Sintra") == ["retreat", "training"]
    assert titles(client, month="2027-05") == ["retreat"]
    assert titles(client, language="pt") == ["retreat", "training"]
    assert titles(client, q="formacao ESCUTA") == ["training"]
    assert titles(client, q="nothing like it") == []
    assert titles(client, kind="nonsense", month="2027-13", language="xx") == ["retreat", "circle", "training"]


def test_an_empty_list_says_what_to_do(client, three) -> None:
    page = client.get("/gatherings/?q=nothing+like+it").text

    assert 'href="/gatherings/"' in page.partition("<main")[2]


def test_what_is_not_published_is_nowhere(client, app) -> None:
    draft = a_gathering(slug="draft")
    change(draft, state="draft", published_at=None)

    assert titles(client) == []
    assert client.get("/gatherings/draft/").status_code == 404
    assert client.get("/gatherings/draft/register").status_code == 404


def test_a_page_says_how_it_stands_with_places_at_the_moment_of_reading(client, app) -> None:
    gathering = a_gathering(places=5, price=1000)

    def said() -> str:
        page = client.get("/gatherings/june-retreat/").text
        return re.findall(r"<dt>Places</dt><dd>([^<]*)</dd>", page)[0]

    assert said() == "Places free"
    a_booking(gathering, "ada@example.org", "al@example.org")
    assert said() == "3 places left"
    a_booking(gathering, "bo@example.org", "be@example.org", "bu@example.org")
    assert said() == "Full — there is a waiting list"
    clock.move_to(clock.now() + timedelta(minutes=31))
    assert said() == "Places free"
    with writing():
        booking.lapse_due(clock.now())
    assert said() == "Places free"
    clock.move_to(clock.now() + timedelta(days=61))
    assert said() == "Has begun"


def test_a_kept_page_costs_one_statement_and_is_not_sent_twice(client, app, statements) -> None:
    gathering = a_gathering()
    first = client.get("/gatherings/june-retreat/")

    with statements() as asked:
        again = client.get("/gatherings/june-retreat/", headers={"If-None-Match": first.headers["ETag"]})
    change(gathering, title=both("July retreat"))
    changed = client.get("/gatherings/june-retreat/", headers={"If-None-Match": first.headers["ETag"]})

    questions = [each for each in asked if not each.startswith("BEGIN")]
    assert (first.status_code, again.status_code, len(questions)) == (200, 304, 1)
    assert first.headers["Cache-Control"].startswith("public")
    assert changed.status_code == 200
    assert "July retreat" in changed.text


def test_programs_find_an_event_in_a_page_and_never_the_exact_address(client, app) -> None:
    a_gathering(price=48_000)
    page = client.get("/gatherings/june-retreat/").text

    [block] = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    event = json.loads(block)

    assert (event["@type"], event["name"]) == ("Event", "June retreat")
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["startDate"].startswith("2027-04-30T")
    assert event["offers"] == [
        {
            "@type": "Offer",
            "name": "A place",
            "price": "480.00",
            "priceCurrency": "EUR",
            "url": "http://127.0.0.1:5999/gatherings/june-retreat/register",
            "availability": "https://schema.org/InStock",
        }
    ]
    assert "Camélias" not in page


def test_a_cancelled_gathering_keeps_its_page_and_says_so(client, app) -> None:
    gathering = a_gathering()
    change(gathering, state="cancelled", cancelled_because=both("The roof leaks."))

    page = client.get("/gatherings/june-retreat/").text

    assert "This gathering is cancelled" in page
    assert "The roof leaks." in page
    assert 'href="/gatherings/june-retreat/register' not in page
    assert client.get("/gatherings/june-retreat/register").status_code == 200


def test_a_series_shows_all_its_dates_together(client, app) -> None:
    mira = a_facilitator()
    with writing() as session:
        series = Series(id=new_id(), slug="seasons", title=both("Seasons"))
        session.add(series)
    for number, slug in enumerate(("spring", "summer")):
        gathering = a_gathering(slug=slug, facilitator=mira, starts_at=clock.now() + timedelta(days=30 + 90 * number))
        change(gathering, series_id=series.id)

    page = client.get("/series/seasons/").text

    assert "Seasons" in page
    assert re.findall(r'<a href="/gatherings/([^"/]+)/"', page) == ["summer", "spring"]
    assert client.get("/series/never-was/").status_code == 404


def test_who_leads_is_introduced_with_what_comes_next(client, app) -> None:
    mira = a_facilitator()
    a_gathering(facilitator=mira)

    everybody, page = client.get("/facilitators/").text, client.get("/facilitators/mira/").text

    assert 'href="/facilitators/mira/"' in everybody
    assert "Body-oriented work" in page
    assert 'href="/gatherings/june-retreat/"' in page
    assert "mira@example.org" not in page + everybody


@pytest.mark.parametrize("path", ["/", "/gatherings/", "/facilitators/"])
def test_a_public_list_costs_the_same_with_one_and_with_thirty(client, app, statements, path) -> None:
    mira = a_facilitator()
    counts = []
    for number in range(30):
        a_gathering(slug=f"g{number}", facilitator=mira, starts_at=clock.now() + timedelta(days=30 + number))
        if number in {0, 29}:
            client.get(path)
            db.session.remove()
            with statements() as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))

    assert counts[0] == counts[1] <= 12


def test_every_link_of_the_public_pages_leads_somewhere(client, app) -> None:
    mira = a_facilitator()
    a_gathering(facilitator=mira)
    a_person("ada@example.org")
    seen, waiting, broken = set(), ["/"], {}

    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 200:
            continue
        seen.add(path)
        with client.get(path) as answer:
            status, text = answer.status_code, answer.text if "html" in answer.content_type else ""
        if status not in {200, 303}:
            broken[path] = status
        found = re.findall(r'(?:href|src)="(/[^"#]*)', text)
        waiting += [each.replace("&amp;", "&") for each in found if "lang=" not in each]

    assert broken == {}
    assert len(seen) > 15
