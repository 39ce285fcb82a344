"""The house in Portuguese: one .po file a slice in each language's folder, compiled together when the house starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages import Catalog

HERE = Path(__file__).resolve().parent


def compile_if_stale(folder: Path = HERE) -> None:
    """Write <language>/LC_MESSAGES/messages.mo again where a .po file (or the list of them) is newer.

    Several processes may do so at once: each writes a file of its own and renames it.
    """
    for language in languages(folder):
        compiled = language / "LC_MESSAGES" / "messages.mo"
        newest = max(path.stat().st_mtime_ns for path in (language, *language.glob("*.po")))
        if not compiled.exists() or compiled.stat().st_mtime_ns < newest:
            _write(merged(language), compiled)


def languages(folder: Path = HERE) -> list[Path]:
    """The folders that hold .po files, e.g. pt_PT."""
    return sorted({path.parent for path in folder.glob("*/*.po")})


def merged(language: Path) -> Catalog:
    """All messages of one language. Where two files say the same message, the first by name holds."""
    # Reading .po files is rarely needed when the house starts, and importing the reader takes time.
    from babel.messages import Catalog  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    everything = Catalog(locale=language.name, charset="utf-8")
    for path in sorted(language.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language.name, abort_invalid=True):
                if message.id and message.id not in everything:
                    everything[message.id] = message
    return everything


def _write(catalog: Catalog, compiled: Path) -> None:
    from babel.messages.mofile import write_mo  # noqa: PLC0415  (as in merged)

    compiled.parent.mkdir(exist_ok=True)
    fresh = compiled.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    fresh.replace(compiled)
