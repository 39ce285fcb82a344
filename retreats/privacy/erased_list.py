"""Who was erased, outside the database: so that an older backup does not bring anybody back.

One line for each: the day, how far it is (`begun`, `done`), and an HMAC of the person's id under LINK_KEY. No name, no
address, and without the key nothing that leads to anybody. A line `key …` says under which key the lines below it are.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from retreats import clock, links
from retreats.accounts.models import Person
from retreats.db import db
from retreats.privacy.models import Erasure

NAME = "erased.list"
_LINE = re.compile(r"\d{4}-\d\d-\d\d (begun|done) ([a-z2-7]{32})")
_KEY = re.compile(r"key ([a-z2-7]{32})")


@dataclass(frozen=True)
class Erased:
    """What stands in some lists, read together."""

    begun: frozenset[str]
    done: frozenset[str]
    lists: int
    """How many of them there were."""
    is_of_another_key: bool
    """Whether lines were found that only another LINK_KEY could read, and none of ours."""


def own_path() -> Path:
    """Where the list of this machine is."""
    return Path(current_app.config["ERASED_LIST"])


def mark_of(person_id: int) -> str:
    """Under what a person stands in it."""
    return links.derive("erased", person_id)


def read(paths: Iterable[Path]) -> Erased:
    """What stands in these lists; those that are not there say nothing. A line that is cut short is none."""
    found: dict[str, set[str]] = {"begun": set(), "done": set()}
    lists, others = 0, False
    for path in {each.resolve() for each in paths}:
        if path.is_file():
            lists += 1
            others |= _read_one(path, found)
    is_other = others and not any(found.values())
    return Erased(frozenset(found["begun"] - found["done"]), frozenset(found["done"]), lists, is_other)


def _read_one(path: Path, found: dict[str, set[str]]) -> bool:
    """Whether there were lines under another key."""
    is_ours, others = True, False
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        if key := _KEY.fullmatch(line):
            is_ours = key[1] == _proof()
        elif is_ours and (said := _LINE.fullmatch(line)):
            found[said[1]].add(said[2])
        others |= not is_ours and _LINE.fullmatch(line) is not None
    return others


def keep(path: Path, *, also: Iterable[Path] = (), although_empty: bool = False) -> None:
    """Bring the list up to date with the erasures of this database and with other lists; on the disk when it returns.

    Nothing that stands in it is changed. `although_empty` there is a list also when nobody was ever erased. Raises OSError.
    """
    known, theirs = read([path]), read(also)
    begun, done = _erasures()
    lines = [("done", mark) for mark in sorted((done | theirs.done) - known.done)]
    lines += [("begun", mark) for mark in sorted((begun | theirs.begun) - known.begun - known.done - done)]
    if lines or (although_empty and not path.exists()):
        _append(path, [f"{clock.now():%Y-%m-%d} {how} {mark}" for how, mark in lines])


def _erasures() -> tuple[set[str], set[str]]:
    """Of whom erasing has begun and of whom it is done, by this database; with the second records that became theirs."""
    merged: dict[int, list[int]] = {}
    found = db.session.execute(select(Erasure.person_id, Erasure.done_at)).all()
    whose = [person_id for person_id, _done in found]
    for own_id, into in db.session.execute(
        select(Person.id, Person.merged_into_id).where(Person.merged_into_id.in_(whose))
    ):
        merged.setdefault(into or 0, []).append(own_id)  # it is one of `whose`
    begun, done = set[str](), set[str]()
    for person_id, done_at in found:
        (begun if done_at is None else done).update(map(mark_of, (person_id, *merged.get(person_id, []))))
    return begun, done


def _append(path: Path, lines: list[str]) -> None:
    is_new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        there = file.read()
        keys = [match[1] for line in there.decode("ascii", "replace").splitlines() if (match := _KEY.fullmatch(line))]
        head = [] if keys[-1:] == [_proof()] else [f"key {_proof()}"]
        cut = b"\n" if there and not there.endswith(b"\n") else b""
        file.write(cut + "".join(f"{line}\n" for line in (*head, *lines)).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _settle(path.parent)


def _settle(folder: Path) -> None:
    """The new name is on the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _proof() -> str:
    return links.derive("erased list")
