"""LibreOffice itself opens every table that the house gives away, and takes nothing that somebody wrote for a formula (INP-08)."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from retreats.db import new_id
from retreats.spreadsheets import as_csv, as_xlsx
from tests.catalogue.organise import otto
from tests.conftest import ROOT
from tests.feedback import loop
from tests.house import a_booking, a_facilitator, a_gathering
from tests.test_spreadsheets import TAME, WICKED

PACKAGE = ROOT / "retreats"
SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SOFFICE is None, reason="there is no LibreOffice: apt install libreoffice-calc"),
]
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
WAYS = {"comma": "CSV:44,34,76,1", "semicolon": "CSV:59,34,76,1", "tab": "CSV:9,34,76,1"}
"""How somebody may open a CSV: with its own separator, or with the one their country is used to."""
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def opened(folder: Path, *files: Path, way: str = "") -> list[ET.Element]:
    """What Calc makes of each file, as its own XML; `way` is how it reads a CSV."""
    assert SOFFICE is not None
    into = folder / (re.sub(r"\W", "", way) or "xlsx")
    reading = [f"--infilter={way}"] if way else []
    subprocess.run([SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", *reading, "--convert-to", "fods",
                    "--outdir", str(into), *map(str, files)],
                   check=True, capture_output=True, timeout=120)  # fmt: skip
    return [ET.parse(into / f"{file.stem}.fods").getroot() for file in files]


def formulas(sheet: ET.Element) -> list[str]:
    return [cell.get(f"{TABLE}formula", "") for cell in sheet.iter(f"{TABLE}table-cell") if cell.get(f"{TABLE}formula")]


def texts(sheet: ET.Element) -> list[str]:
    """What stands in the cells of the first column, line by line."""
    rows = sheet.iter(f"{TABLE}table-row")
    first = (next(iter(row.iter(f"{TABLE}table-cell")), None) for row in rows)
    return ["".join("".join(part.itertext()) for part in cell.iter(f"{TEXT}p")) for cell in first if cell is not None]


@pytest.fixture
def tables(tmp_path: Path) -> list[Path]:
    """Everything wicked that we know, beside what is harmless, as CSV and as XLSX; and what nobody has made harmless."""
    wicked = [*WICKED, '"x",=1+1', "a;=1+1", "1;=cmd|' /C calc'!A0", *(f"{each}\t=2+2" for each in TAME[:3])]
    rows = [[each, 3, Decimal("480.00"), datetime(2027, 6, 12, 18)] for each in (*wicked, *TAME)]  # noqa: DTZ001  (on the wall)
    files = [tmp_path / "house.csv", tmp_path / "house.xlsx", tmp_path / "control.csv"]
    files[0].write_bytes(b"".join(as_csv(["Name", "Places", "=Paid", "When"], rows)))
    files[1].write_bytes(b"".join(as_xlsx(["Name", "Places", "=Paid", "When"], rows, made_at=NOW)))
    files[2].write_text('Name\n=1+1\n"=HYPERLINK(""http://evil.example"")"\n', encoding="utf-8")
    return files


@pytest.mark.at_length
def test_no_cell_becomes_a_formula_in_whatever_way_the_file_is_opened(tables: list[Path], tmp_path: Path) -> None:
    csv, xlsx, control = tables

    found = {name: [formulas(each) for each in opened(tmp_path, csv, control, way=way)] for name, way in WAYS.items()}
    [workbook] = opened(tmp_path, xlsx)

    assert {name: harmless for name, (harmless, _raw) in found.items()} == {name: [] for name in WAYS}
    assert formulas(workbook) == []
    assert {name: len(raw) for name, (_harmless, raw) in found.items()} == dict.fromkeys(WAYS, 2), "the test can fail"
    assert {"Ada", "=1+1", "@SUM(A1)"} <= {each.strip() for each in texts(workbook)}


@pytest.mark.at_length
def test_the_list_that_otto_takes_away_holds_no_formula_and_every_name(client: FlaskClient, tmp_path: Path) -> None:
    otto(client)
    name = '=HYPERLINK("http://evil.example","Ada")'
    for number, each in enumerate((name, "@SUM(1+1)", "+351 900 000 000")):
        a_booking(a_gathering(slug=f"june-{number}"), f"ada{number}@example.org", name=each)
    files = []
    for kind in ("csv", "xlsx"):
        files.append(tmp_path / f"registrations-{kind}.{kind}")
        answer = client.post("/organise/registrations/export", data={"format": kind}, buffered=True)
        files[-1].write_bytes(answer.data)

    [as_text], [workbook] = opened(tmp_path, files[0], way=WAYS["comma"]), opened(tmp_path, files[1])

    assert (formulas(as_text), formulas(workbook)) == ([], [])
    assert set(texts(workbook)) >= {name, "@SUM(1+1)", "+351 900 000 000"}
    assert set(texts(as_text)) >= {f"'{name}", "'@SUM(1+1)", "'+351 900 000 000"}


def test_the_year_that_mira_takes_away_holds_no_formula(client: FlaskClient, tmp_path: Path) -> None:
    loop.leads(client, a_facilitator())
    written = {
        "day": "2027-02-01",
        "kind": "course",
        "hours": "1",
        "noticed": "=1+1",
        "learned": "@SUM(1+1)",
        "tries": "-2+3",
    }
    assert client.post(f"/facilitate/learning/{new_id()}", data=written).status_code == 303
    year = tmp_path / "year.csv"
    year.write_bytes(client.post("/facilitate/learning/year/2027/file", buffered=True).data)

    [sheet] = opened(tmp_path, year, way=WAYS["comma"])

    assert formulas(sheet) == []
    assert {"'=1+1", "'@SUM(1+1)", "'-2+3"} <= {
        "".join(cell.itertext()).strip() for cell in sheet.iter(f"{TABLE}table-cell")
    }


def test_these_are_all_the_tables_that_the_house_gives_away() -> None:
    givers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"import csv|xlsxwriter|as_csv|as_xlsx|text/csv", path.read_text(encoding="utf-8"))
    }

    assert givers == {
        "spreadsheets.py",
        "booking/routes/export.py",
        "feedback/routes/learning.py",
        "feedback/routes/measures.py",  # names of measures and numbers, and nothing that anybody wrote
    }, "open the new one here with Calc too"
