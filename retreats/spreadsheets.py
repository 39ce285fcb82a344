"""Tables as files that open safely in a spreadsheet: what people wrote stays text, whatever it begins with.

A cell that begins with = + - @ would be a formula, also after spaces and quotes (OWASP, CSV Injection). In CSV such a
cell gets an apostrophe; in XLSX every text is written as text. Numbers and dates are ours, and stay numbers and dates.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO

from xlsxwriter import Workbook

Value = str | int | Decimal | datetime | None
"""A cell: a text, a number, or a wall-clock time without a zone."""
BYTE_ORDER_MARK = "\ufeff"
"""By it a spreadsheet knows that a CSV file is UTF-8."""
_CALCULATES = "=+\\-@＝＋－＠﹢﹣﹫"
_BEGINS = re.compile(f"[\\s\"'`´‘’“”«»]*[{_CALCULATES}]")
_AFTER_A_SEPARATOR = re.compile(f"([;,|][\\s\"'`´‘’“”«»]*)(?=[{_CALCULATES}])")
"""Where commas and semicolons are confused, what stands after one begins a cell too."""
_PIECE = 64 * 1024


def harmless(text: str) -> str:
    """A text on one line that no spreadsheet takes for a formula."""
    line = _AFTER_A_SEPARATOR.sub(r"\1'", " ".join(text.split()))
    return f"'{line}" if _BEGINS.match(line) else line


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The table as RFC 4180 has it, in UTF-8 with its mark, piece by piece as the rows come."""
    yield BYTE_ORDER_MARK.encode()
    held = io.StringIO()
    writer = csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(head) for head in heads])
    for row in rows:
        writer.writerow([_written(value) for value in row])
        if held.tell() > _PIECE:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def as_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Value]], *, made_at: datetime) -> Iterator[bytes]:
    """The table as a workbook of one sheet. It is finished on the disk before its first byte leaves."""
    with TemporaryFile() as file:
        _write_workbook(file, heads, rows, made_at)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _written(value: Value) -> str:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _write_workbook(file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[Value]], made_at: datetime) -> None:
    book = Workbook(file, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })  # fmt: skip
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    shapes = {
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(heads) - 1, 0), 22)
    bold = book.add_format({"bold": True})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, " ".join(value.split()))
            elif isinstance(value, datetime):
                sheet.write_datetime(number, column, value, shapes[datetime])
            elif value is not None:
                sheet.write_number(number, column, value, shapes.get(type(value)))
    book.close()
