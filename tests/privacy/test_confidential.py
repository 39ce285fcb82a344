"""What is told in confidence, in every sealed column of the house, stands nowhere in clear: rows, files, log, letters, queue, backup."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
import structlog

from retreats import crypto, web
from retreats.backup import making
from retreats.db import db, writing
from retreats.feedback.models import FormWindow
from retreats.feedback.service import sealing
from retreats.outbox.worker import run_everything
from retreats.upkeep import resealing
from tests.privacy import a_life

pytestmark = pytest.mark.slow
TOLD = f"{a_life.CANARY} in confidence"
OF_THE_HOUSE = {"house_settings.mail_password_sealed", "house_settings.stripe_key_sealed", "house_settings.stripe_webhook_sealed",
                "theme.title_sealed", "group_letter.texts_sealed", "group_text.text_sealed"}  # fmt: skip
"""Sealed too, and of nobody: tests of their own look at them."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is sealed has words in it that stand nowhere else."""
    really = crypto.KeyRing.seal

    def seal(self: crypto.KeyRing, text: str, *, table: str, column: str, row: int) -> bytes:
        return really(self, text.replace(a_life.CANARY, TOLD), table=table, column=column, row=row)

    monkeypatch.setattr(crypto.KeyRing, "seal", seal)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line of the log, also of those who took hold of it long before."""
    lines: list[str] = []
    for level in ("debug", "info", "warning", "error", "critical"):
        monkeypatch.setattr(structlog.PrintLogger, level, lambda _self, line: lines.append(str(line)))
    return lines


def test_it_stands_nowhere_in_clear(app, client, store, told, post_office, log, tmp_path: Path) -> None:
    a_life.live(client)
    web.log.error("looked at", by=a_life.CANARY)
    with writing() as session:
        sealing.lay("a token", session.scalars(sa.select(FormWindow.id)).first(), "C7", {"text": a_life.CANARY})
    run_everything()
    backup = tmp_path / "house.zip"
    making.make(backup)

    held = {str(each.column) for each in resealing.every_column() if any(TOLD in text for text in opened(each))}
    assert {str(each.column) for each in resealing.every_column()} - held - OF_THE_HOUSE == set(), (
        "write some of it in a_life.py"
    )
    assert [str(cells.column) for cells in resealing.every_column() if opens_elsewhere(cells)] == []
    places = {
        **files(app, store),
        **in_rows(),
        **letters(post_office),
        **parts_of(backup),
        "log": " ".join(log),
    }
    assert [name for name, found in places.items() if TOLD in found] == []
    assert a_life.CANARY in places["log"]
    assert a_life.CANARY in places["table person"], "what is not sealed is found, so it is really looked at"
    assert a_life.CANARY in places["backup tables/person.jsonl"]
    assert store == "postgres" or a_life.CANARY in places["file house.db"] + places["file house.db-wal"]


def opens_elsewhere(cells: resealing.Cells) -> bool:
    """Whether a text of this column opens in another row of it, or in another column (PRIV-02)."""
    other = {"table": "place_answer" if cells.column.table.name != "place_answer" else "need"}
    for key, sealed in db.session.execute(sa.select(cells.key, cells.column).where(cells.column.is_not(None))).all():
        cell = cells.bound_to(key)
        for wrong in (cell | {"row": cell["row"] + 1}, cell | other, cell | {"column": "other_sealed"}):
            with suppress(crypto.SealBroken):
                crypto.ring().open(sealed, **wrong)
                return True
    return False


def opened(cells: resealing.Cells) -> list[str]:
    found = db.session.query(cells.key, cells.column).filter(cells.column.is_not(None))
    return [crypto.ring().open(sealed, **cells.bound_to(key)) for key, sealed in found]


def in_rows() -> dict[str, str]:
    return {
        f"table {table.name}": " ".join(map(str, db.session.execute(sa.text(f'SELECT * FROM "{table.name}"'))))
        for table in db.metadata.sorted_tables
    }


def files(app, store: str) -> dict[str, str]:
    """Below VAR_DIR, where the queue stands too, and the database's own: the WAL among them."""
    found = {path for path in Path(app.config["VAR_DIR"]).rglob("*") if path.is_file()}
    if store == "sqlite":
        found |= set(Path(db.engine.url.database or "").parent.glob("house.db*"))
    return {f"file {path.name}": path.read_bytes().decode("latin-1") for path in found}


def letters(post_office) -> dict[str, str]:
    return {f"letter {number}": each.raw.decode("latin-1") for number, each in enumerate(post_office.letters)}


def parts_of(backup: Path) -> dict[str, str]:
    with ZipFile(backup) as parts:
        return {f"backup {name}": parts.read(name).decode("latin-1") for name in parts.namelist()}
