"""Otto takes a list away as a file: exactly what he saw, nothing that a spreadsheet would run, and it is known who took it."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from retreats import clock
from retreats.booking import exporting
from retreats.booking.models import Answer, HouseNote
from retreats.booking.wanted import Wanted
from retreats.db import db, new_id, writing
from retreats.outbox.models import Event
from retreats.questions.models import Form, Question
from tests.booking.test_listing import a_crowd
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering, both

pytestmark = pytest.mark.slow

EXPORT = "/organise/registrations/export"


def take(client: FlaskClient, wanted: dict[str, Any], kind: str = "csv", language: str = "en") -> TestResponse:
    """The whole file."""
    return client.post(f"{EXPORT}?lang={language}", data=wanted | {"format": kind}, buffered=True)


def table(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def test_the_file_has_the_list_with_its_columns_and_no_answer_and_no_note(client: FlaskClient) -> None:
    person = otto(client)
    june = a_gathering(price=480_00)
    ada = a_booking(june, "ada@example.org", "carl@example.org", name='=HYPERLINK("http://evil.example")')
    a_booking(a_gathering(slug="july-circle"), "bo@example.org")
    with writing() as session:
        form = Form(id=new_id(), gathering_id=june.id, occasion="intake")
        form.questions = [Question(id=new_id(), key="well", position=0, kind="text", label=both("How are you?"))]
        session.add(form)
        session.flush()
        answer = Answer(id=new_id(), place_id=ada.places[0].id, question_id=form.questions[0].id)
        answer.text = "Something about my health"
        note = HouseNote(id=new_id(), registration_id=ada.id, written_by_id=person.id, written_at=clock.now())
        note.text = "A note about her"
        session.add_all([answer, note])

    wanted = {"gathering": "june-retreat", "column": list(exporting.COLUMNS)}
    answer, workbook = take(client, wanted), take(client, wanted, "xlsx")

    wicked = '\'=HYPERLINK("http://evil.example")'
    assert table(answer.data) == [
        ["Booked by", "Gathering", "Begins", "Comes", "Places", "Kind of place", "Address", "Language", "Reference", "State",
         "Kept until", "Agreed", "The house holds", "Owed", "Paid how", "When booked", "Currency"],
        [wicked, "June retreat", "2027-04-30 10:00", f"{wicked}, '{wicked[1:]}", "2", "A place", "ada@example.org", "English",
         ada.reference, "kept, not paid yet", "2027-03-01 09:30", "960.00", "0.00", "960.00", "", "2027-03-01 09:00", "EUR"],
    ]  # fmt: skip
    for file in (answer.data, *_parts(workbook.data)):
        for secret in (b"health", b"A note", b"How are you", b"bo@example"):
            assert secret not in file
    assert answer.headers["Content-Disposition"] == 'attachment; filename="registrations-2027-03-01.csv"'
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/csv", "no-store")
    noted = db.session.query(Event).filter_by(name="RegistrationsExported").order_by(Event.position).all()
    assert [(each.actor_id, each.gathering_id, each.payload["kind"], each.payload["rows"]) for each in noted] == [
        (person.id, june.id, "csv", 1), (person.id, june.id, "xlsx", 1)
    ]  # fmt: skip


def _parts(workbook: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        found = [book.read(name) for name in book.namelist()]
    assert any(b"ada@example.org" in part for part in found)
    return found


def test_the_file_has_all_that_fits_not_only_the_page_and_speaks_the_readers_language(client: FlaskClient) -> None:
    otto(client)
    a_crowd(a_gathering(places=1200), 1100)

    [heads, *rows] = table(take(client, {"q": "person"}, language="pt").data)

    assert heads[0] == "Inscrição de"
    assert (len(rows), len({row[0] for row in rows})) == (1100, 1100)
    assert rows[0][0] > rows[-1][0]
    assert table(take(client, {"q": "nobody"}).data)[1:] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_needs_no_more_memory_than_a_short_one(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 25)
    otto(client)
    a_crowd(a_gathering(places=600), 600)

    a_hundred, six_hundred = (_memory(client, kind, words) for words in ("R0000000", "person"))

    assert six_hundred < 2 * a_hundred


def _memory(client: FlaskClient, kind: str, words: str) -> int:
    """The most that was in use while a file came, in bytes; the file itself is in it."""
    take(client, {"q": "nobody"}, kind)
    tracemalloc.start()
    size = len(take(client, {"q": words}, kind).data)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most - 2 * size


def test_what_is_read_piece_by_piece_leaves_nothing_open(client: FlaskClient) -> None:
    otto(client)
    a_booking(a_gathering(), "ada@example.org")

    rows = list(exporting.rows(Wanted(columns=("address",)), now=clock.now()))

    assert [row[:2] for row in rows] == [["Ada", "ada@example.org"]]
    assert not db.session().in_transaction()
