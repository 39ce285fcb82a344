"""The file of a backup: a ZIP with one part for each table, a manifest, and at its very end a sum over everything before it.

Every tool that knows ZIP can look into it. The sum stands where ZIP keeps a comment, so one changed bit anywhere, or an
end that is missing, is noticed before anything is believed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from retreats.backup.rows import Shape, Value, spelled

FORMAT = 1
MANIFEST = "manifest.json"
SUM_LENGTH = 64
_SQLITE = b"SQLite format 3\x00"
_CHUNK = 1 << 20


class NotWhole(Exception):
    """This file is no backup, or not as it was written; the sentence says what to do."""


class Busy(Exception):
    """Another process is writing this backup just now."""


class Writer:
    """A backup while it is written, table by table."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, allowZip64=True)
        self.parts: dict[str, dict[str, Any]] = {}

    def table(self, shape: Shape, rows: Iterator[list[Any]]) -> None:
        """One part: a line of JSON for each row."""
        count, sum_ = 0, hashlib.sha256()
        with self._zip.open(_entry(part_of(shape.name)), "w", force_zip64=True) as part:
            for row in rows:
                line = json.dumps(spelled(shape, row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                sum_.update(line)
                part.write(line)
                count += 1
        self.parts[shape.name] = {"columns": [list(column) for column in shape.columns], "key": list(shape.key),
                                  "rows": count, "sha256": sum_.hexdigest()}  # fmt: skip

    def give_up(self) -> None:
        """Write no more: the file is thrown away."""
        self._zip.fp = None

    def close(self, manifest: dict[str, Any]) -> None:
        """Finish it: what it holds, and a place for the sum."""
        with self._zip.open(_entry(MANIFEST), "w") as part:
            part.write(json.dumps(manifest, indent=1, ensure_ascii=False).encode())
        self._zip.comment = b"0" * SUM_LENGTH
        self._zip.close()


class Reader:
    """A backup that was found whole."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path)
        self.manifest: dict[str, Any] = json.loads(self._zip.read(MANIFEST))

    def shapes(self) -> list[Shape]:
        """Its tables."""
        return [
            Shape(name, tuple((column[0], column[1]) for column in part["columns"]), tuple(part["key"]))
            for name, part in self.manifest["tables"].items()
        ]

    def rows(self, name: str) -> Iterator[list[Value]]:
        """The rows of one table."""
        with self._zip.open(part_of(name)) as part:
            for line in part:
                yield json.loads(line)

    def sum_of(self, name: str) -> tuple[int, str]:
        """How many rows a part has, and its sum."""
        count, sum_ = 0, hashlib.sha256()
        with self._zip.open(part_of(name)) as part:
            for line in part:
                sum_.update(line)
                count += 1
        return count, sum_.hexdigest()


def part_of(table: str) -> str:
    """Where a table stands in the file."""
    return f"tables/{table}.jsonl"


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # always of 1980: when it was made stands in the manifest
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only once it is whole and on the disk; until then the one before it stays. Raises Busy."""
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        _alone(file, part)
        try:
            file.truncate()
            yield file
            _seal(file)
            file.flush()
            os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    _settle(path.parent)


def _alone(file: BinaryIO, part: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy from None
    if not part.exists() or part.stat().st_ino != os.fstat(file.fileno()).st_ino:
        raise Busy


def _seal(file: BinaryIO) -> None:
    file.flush()
    length = file.seek(0, os.SEEK_END) - SUM_LENGTH
    found = _sum(file, length)
    file.seek(length)
    file.write(found.encode("ascii"))


def _sum(file: IO[bytes], length: int) -> str:
    file.seek(0)
    sum_ = hashlib.sha256()
    while length > 0 and (chunk := file.read(min(_CHUNK, length))):
        sum_.update(chunk)
        length -= len(chunk)
    return sum_.hexdigest()


def _settle(folder: Path) -> None:
    """The new name is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def opened(path: Path) -> Reader:
    """A backup, looked through from end to end. Raises NotWhole."""
    _look_at(path)
    try:
        reader = Reader(path)
        if reader.manifest["format"] != FORMAT:
            message = "This backup was made by a newer version of the house: install that version, then try again."
            raise NotWhole(message)
        for name, part in reader.manifest["tables"].items():
            if reader.sum_of(name) != (part["rows"], part["sha256"]):
                message = f"The part {name} of this backup is not as it was written. Take another backup."
                raise NotWhole(message)
    except (BadZipFile, KeyError, ValueError, EOFError) as error:
        message = f"This backup cannot be read ({type(error).__name__}). Take another one."
        raise NotWhole(message) from error
    return reader


def _look_at(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(len(_SQLITE))
        if head == _SQLITE:
            message = ("This is a copy of the database's own file and no backup: what was written last stands in a second file "
                       "beside it (-wal), and a copy of one without the other loses it. `flask backup` makes one that is whole.")  # fmt: skip
            raise NotWhole(message)
        if head[:2] != b"PK":
            message = "This is no backup of a house: `flask backup` makes one."
            raise NotWhole(message)
        length = file.seek(0, os.SEEK_END) - SUM_LENGTH
        found = _sum(file, length)
        file.seek(max(0, length))
        if file.read().decode("ascii", "replace") != found:
            message = "This backup is cut short or was changed after it was written. Take another one."
            raise NotWhole(message)
