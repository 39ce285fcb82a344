"""What somebody wrote is never a formula, in whatever way a spreadsheet opens the file."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from retreats.spreadsheets import Value, as_csv, as_xlsx, harmless

WICKED = [
    '=HYPERLINK("http://evil.example","Ada")',
    "+351 900 000 000",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u00a0=1+1",
    '"=1+1"',
    "' =1+1",
    "“=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
]
TAME = [
    "Ada",
    "Inês d’Ávila",
    "ada+bo@example.org",
    "A = B",
    "Ana-Maria",
    "",
    "3 - 2",
    "O'Neill",
    "🌿",
    "علي",
    "x" * 5000,
]
PLAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.mark.parametrize("text", WICKED)
def test_what_would_be_a_formula_is_text(text: str) -> None:
    assert harmless(text).startswith("'")


@pytest.mark.parametrize("text", TAME)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(("text", "written"), [
    ("Ada;=1+1", "Ada;'=1+1"),
    ("Ada, @A1", "Ada, '@A1"),
    ('Ada|"+1', "Ada|\"'+1"),
    ("Ada, Bo; Carl", "Ada, Bo; Carl"),
    ("two\nlines\tand\ra tab", "two lines and a tab"),
])  # fmt: skip
def test_a_cell_inside_a_cell_is_text_too(text: str, written: str) -> None:
    assert harmless(text) == written


def test_a_csv_file_is_read_back_as_it_was_meant() -> None:
    rows: list[list[Value]] = [[text, Decimal("-12.50"), 3, datetime(2027, 3, 1, 9, 5), None] for text in WICKED + TAME]  # noqa: DTZ001

    file = b"".join(as_csv(["=Who", "Amount", "Places", "When", "Nothing"], rows))

    assert file.startswith(b"\xef\xbb\xbf")
    [heads, *read] = csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    assert heads == ["'=Who", "Amount", "Places", "When", "Nothing"]
    assert [row[0] for row in read] == [harmless(text) for text in WICKED + TAME]
    assert {tuple(row[1:]) for row in read} == {("-12.50", "3", "2027-03-01 09:05", "")}


def test_a_workbook_holds_texts_numbers_and_dates_and_no_formula() -> None:
    rows: list[list[Value]] = [[text, Decimal("-12.50"), datetime(2027, 3, 1, 9, 5)] for text in WICKED + TAME]  # noqa: DTZ001

    file = b"".join(as_xlsx(["=Who", "Amount", "When"], rows, made_at=datetime(2027, 3, 1, tzinfo=UTC)))

    with zipfile.ZipFile(io.BytesIO(file)) as book:
        assert book.testzip() is None
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    cells = sheet.findall(f".//{PLAIN}c")
    texts = ["".join(each.itertext()) for each in cells if each.get("t") == "inlineStr"]
    assert sheet.findall(f".//{PLAIN}f") == []
    assert {each.get("t") for each in cells} == {"inlineStr", None}
    assert texts == ["=Who", "Amount", "When", *(" ".join(text.split()) for text in WICKED + TAME)]
    assert {each.findtext(f"{PLAIN}v") for each in cells if each.get("t") is None and each.find(f"{PLAIN}v") is not None} == {
        "-12.50", "46447.37847222222"
    }  # fmt: skip


def test_rows_leave_while_more_are_to_come() -> None:
    asked = []

    def rows():
        for number in range(5000):
            asked.append(number)
            yield [f"Person {number} " + "x" * 50]

    pieces = as_csv(["Who"], rows())
    next(pieces)
    next(pieces)

    assert 0 < len(asked) < 2000
