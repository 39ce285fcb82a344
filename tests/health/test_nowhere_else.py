"""What was said about health shows to who said it and to whom they ticked: not by a link passed on, in a log, a browser or an index."""

from __future__ import annotations

import re
from io import StringIO

import pytest
import sqlalchemy as sa
import structlog

from retreats import web
from retreats.booking.addresses import registration_path
from retreats.db import db
from retreats.health import service
from retreats.health.models import HealthAnswer
from tests.conftest import ROOT
from tests.health.test_health import SAID, World, people
from tests.house import a_person, sign_in
from tests.stores import ON_SQLITE

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app) -> World:
    del app
    return World()


def test_a_link_that_was_passed_on_never_shows_it_and_ada_signed_in_reads_it(world, client, another_client) -> None:
    sent = world.give(another_client)
    health = f"{world.page}?key={world.key}"
    place = f"/places/{world.place.reference}?key={world.key}"
    sign_in(another_client, a_person("bo@example.org"))

    by_nobody = [
        client.get(path).text for path in (health, sent.location, place, registration_path(world.place.registration))
    ]
    by_bo = another_client.get(health).text
    sign_in(client, a_person("ada@example.org"))
    by_ada = client.get(health).text

    assert [SAID in each for each in (*by_nobody, by_bo)] == [False] * 5
    assert "It does not show here" in by_nobody[0]
    assert re.search(r'href="/sign-in\?next=[^"]*health[^"]*key', by_nobody[0])
    assert SAID in by_ada
    assert "It does not show here" not in by_ada


def test_a_fault_while_it_is_kept_is_noted_without_a_word_of_it(app, world, client, monkeypatch) -> None:
    def keeps_too_much(place_id: int, answers: dict[int, str], **_more: object) -> None:
        for question_id, text in answers.items():
            db.session.add_all(
                [HealthAnswer(id=number, place_id=place_id, question_id=question_id, text=text) for number in (1, 2)]
            )
        db.session.execute(sa.text("UPDATE place SET name = :said, state = NULL"), {"said": SAID})

    noted = StringIO()
    monkeypatch.setattr(web, "log", structlog.wrap_logger(structlog.PrintLogger(noted)))
    monkeypatch.setattr(service, "give", keeps_too_much)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    answer = world.give(client)

    assert answer.status_code == 500
    assert '"event": "unhandled"' in noted.getvalue()
    assert "IntegrityError" in noted.getvalue()
    assert SAID not in noted.getvalue() + answer.text
    assert world.key not in noted.getvalue()


def test_who_looked_is_written_down_and_nothing_of_the_house_takes_it_off_again() -> None:
    """PRIV-13: rows are only added, but where two records turn out to be one person."""
    takes_off = re.compile(r"(delete|update)\((access\.)?AccessNote")
    found = [path for path in (ROOT / "retreats").rglob("*.py") if takes_off.search(path.read_text("utf-8"))]

    assert [str(path.relative_to(ROOT)) for path in found] == ["retreats/accounts/access.py"]


@ON_SQLITE
def test_a_browser_keeps_nothing_of_it(world, client) -> None:
    world.give(client)
    sign_in(client, people(who=world.mira))
    world.open(client)

    read = client.get("/facilitate/june-retreat/health")
    sign_in(client, a_person("ada@example.org"))
    written = client.get(f"{world.page}?key={world.key}")

    for page in (read, written):
        assert SAID in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert SAID not in page.text.partition("<main")[0]
        assert "Ada" not in re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)[1]
    assert re.search(r'<form method="post" action="[^"]*/health"[^>]* autocomplete="off"', written.text)
    scripts = list((ROOT / "static").rglob("*.js"))
    assert scripts
    kept_by = [
        each.name for each in scripts if re.search(r"(local|session)Storage|indexedDB|caches\.", each.read_text())
    ]
    assert kept_by == []


@ON_SQLITE
def test_nothing_beside_a_sealed_text_says_what_is_in_it(app) -> None:
    del app
    sealed = {
        (table.name, column.name): column
        for table in db.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed")
    }
    indexed = [
        (table.name, column.name)
        for table in db.metadata.sorted_tables
        for columns in (*(each.columns for each in table.indexes), table.primary_key.columns,
                        *(each.columns for each in table.constraints if hasattr(each, "columns")))
        for column in columns
        if (table.name, column.name) in sealed
    ]  # fmt: skip
    beside = [
        (name, other.name)
        for (name, column) in sealed
        for other in db.metadata.tables[name].columns
        if other.name.startswith(column.removesuffix("_sealed"))
        and re.search(r"hash|digest|index|search|folded|length", other.name)
    ]

    assert len(sealed) > 20
    assert (indexed, beside) == ([], [])


def test_the_same_words_twice_are_sealed_differently_and_no_search_finds_them(world, client) -> None:
    world.give(client)
    first = db.session.query(HealthAnswer.text_sealed).scalar()
    world.give(client)
    second = db.session.query(HealthAnswer.text_sealed).scalar()
    sign_in(client, a_person("otto@example.org", role="organiser"))

    found = [
        client.get(path, query_string={"q": "faint"}).text for path in ("/organise/search", "/organise/registrations")
    ]

    assert first != second
    assert [world.place.reference in each or SAID in each for each in found] == [False, False]
