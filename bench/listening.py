"""Listening at scale: 100,000 answers over 500 gatherings on PostgreSQL, and the release of a large gathering.

`python -m bench.listening` measures this alone and writes its section into bench/results.md.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event, insert, select, text

from bench import report, world
from retreats import clock, create_app
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering, Leader, TicketType
from retreats.db import Base, db, new_id, writing
from retreats.feedback import own_link, service
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import (
    Batch,
    Change,
    Decision,
    FormWindow,
    GroupAnswer,
    Point,
    PointStep,
    Reading,
)
from retreats.feedback.service import release
from tests.conftest import browser_of, settings
from tests.feedback.attack.season import book
from tests.house import a_facilitator, a_gathering, a_person, both, sign_in
from tests.postgres import Postgres

GATHERINGS, LEADERS, PEOPLE = 500, 25, 20
FEW = 2 * LEADERS + 1
"""So many that each page shows all it has: the first who leads has three, from which on groups are compared."""
SCALES = ("C1", "C2", "C3", "C4", "C5", "C6", "D1", "D3", "D4", "D5")
ROUNDS = 15
AIM = 60
HEADING = "## Listening: 100,000 answers over 500 gatherings"
RESULTS = Path(__file__).parent / "results.md"


@dataclass
class Measured:
    """One page: milliseconds of each round, statements with few gatherings and with all of them."""

    name: str
    times: list[float]
    statements: tuple[int, int]


def main() -> int:
    section = measured()
    print(section)
    before = RESULTS.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(HEADING) + r".*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    body = section + "\n"
    after = pattern.sub(lambda _found: body, before) if HEADING in before else _before_findings(before, body)
    RESULTS.write_text(after, encoding="utf-8")
    return 0


def measured() -> str:
    """Build the house, look at its pages, release a gathering, and say it."""
    machine = report.machine()
    with tempfile.TemporaryDirectory(prefix="retreats-listening-") as folder, _a_house(Path(folder)) as app:
        pages = _pages()
        few = _asked(app, pages, lambda: _listened(FEW))
        many = _asked(app, pages, lambda: _listened(GATHERINGS))
        measured = [Measured(name, _times(app, who, path), (few[name], many[name])) for name, who, path in pages]
        answers = db.session.scalar(text("SELECT count(*) FROM answer")) or 0
        released = _release()
    rows = [f"| {each.name} | {_spelled(each.times)} | {each.statements[0]} and {each.statements[1]} |"
            for each in measured]  # fmt: skip
    return "\n".join([
        f"{HEADING}\n",
        f"`python -m bench.listening` (a part of `make bench`), {clock.real_now():%d %B %Y}: {machine}; the machine was shared.\n",
        (f"{answers} answers, {GATHERINGS} gatherings in twelve months, PostgreSQL with durable commits; a page is composed whole, by "
        f"the client of the tests. Medians of {ROUNDS} rounds, with their range.\n"),
        f"| page | ms | statements with {FEW} gatherings and with {GATHERINGS} |\n| --- | --- | --- |",
        *rows,
        (f"\nRelease of a gathering with 200 answers (and as many texts), shredding included: {released:.2f} s. "
        f"Aimed at: {AIM} ms, a constant number of statements, 1 s.\n"),
    ])  # fmt: skip


@contextmanager
def _a_house(folder: Path) -> Iterator[Flask]:
    server = Postgres.in_new_folder(durable=True).start()
    try:
        app = create_app(**settings(server.new_database(), folder))
        world.migrate(app)
        with app.app_context():
            a_person("otto@example.org", role="organiser")
            for number in range(LEADERS):
                a_facilitator(f"leader-{number}@example.org")
            a_gathering(slug="pattern")
            house_form("after")
            db.session.commit()
            yield app
            db.session.remove()
            db.engine.dispose()
    finally:
        server.stop()


def _pages() -> list[tuple[str, str | None, str]]:
    return [
        ("After {gathering}", "leader-0@example.org", "/facilitate/heard-0/after"),
        ("Over time", "leader-0@example.org", "/facilitate/over-time"),
        ("the organisers' board", "otto@example.org", "/organise/loop"),
        ("How we listen", None, "/how-we-listen/"),
        ("a gathering's page, composed anew", None, "/gatherings/heard-0/"),
    ]


def _listened(until: int) -> None:
    """So many gatherings, spread over a year, each heard by twenty: rows as a release leaves them."""
    chance, now = random.Random(until), clock.now()
    known = db.session.query(FormWindow).count()
    pattern = dict(db.session.execute(select(Gathering.__table__).where(Gathering.slug == "pattern")).mappings().one())
    leaders = db.session.execute(text(
        "SELECT f.id, f.person_id FROM facilitator f JOIN person p ON p.id = f.person_id "
        "WHERE p.email LIKE 'leader-%' ORDER BY p.email")).all()  # fmt: skip
    form = house_form("after").id
    rows: dict[type[Base], list[dict[str, Any]]] = {}

    def add(model: type[Base], **values: Any) -> int:
        row = {"id": new_id(), **values}
        rows.setdefault(model, []).append(row)
        return int(row["id"])

    first = next(number for number, each in enumerate(leaders) if each.person_id == _person("leader-0@example.org").id)
    for number in range(known, until):
        ends_at = now - timedelta(days=40 + (number * 300) // until)
        leader = leaders[(first + number) % LEADERS]
        gathering = new_id()
        rows.setdefault(Gathering, []).append(pattern | {
            "id": gathering, "slug": f"heard-{number}", "uid": f"heard-{number}@bench", "state": "over", "starts_at": ends_at - timedelta(days=2),
            "ends_at": ends_at, "published_at": ends_at - timedelta(days=90)})  # fmt: skip
        add(Leader, gathering_id=gathering, facilitator_id=leader.id, position=0)
        window = add(FormWindow, gathering_id=gathering, occasion="after", form_id=form, state="closed",
                     attended=PEOPLE + 4, offers_unnamed=True, enough=5, digests=1)  # fmt: skip
        batch = add(Batch, window_id=window, number=1, answered=PEOPLE, released_at=ends_at + timedelta(days=3))
        add(Reading, batch_id=batch, person_id=leader.person_id, opened_at=ends_at + timedelta(days=4))
        for question in SCALES:
            for _ in range(PEOPLE):
                value = chance.choice(("yes", "no", "not_tried")) if question == "C6" else str(chance.randint(1, 5))
                add(GroupAnswer, batch_id=batch, question=question, value=value)
        for _ in range(PEOPLE):
            _a_point(add, chance, gathering, batch, leader.person_id, ends_at + timedelta(days=3))
    with writing() as session:
        for model, found in rows.items():
            session.execute(insert(model), found)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _a_point(add: Callable[..., int], chance: random.Random, gathering: int, batch: int, leader: int, at: Any) -> None:
    """One text and what became of it."""
    kind, fate = chance.choice(("thanks", "change", "question", "sharing")), chance.random()
    state = "released" if fate < 0.2 else {"change": "lapsed", "question": "confirmed"}.get(kind, "acknowledged")
    point = add(Point, batch_id=batch, question="C8", kind=kind, state=state, wants_reply=False, may_quote=False,
                may_supervise=False, reopened=0)  # fmt: skip
    if state == "released":
        return
    add(PointStep, point_id=point, step="read", staff_id=leader, taken_at=at + timedelta(days=1))
    if kind in {"change", "question"}:
        days = chance.randint(1, 12)
        add(PointStep, point_id=point, step="answered", staff_id=leader, taken_at=at + timedelta(days=days))
    if kind == "change":
        decision = add(Decision, gathering_id=gathering, point_id=point, kind=chance.choice(("will_change", "will_not")),
                       about=both("Breaks"), reason=both("Because"), owner_id=leader, decided_at=at + timedelta(days=9),
                       due_at=at + timedelta(days=30), is_current=True)  # fmt: skip
        if fate > 0.5:
            add(Change, decision_id=decision, made_on=at + timedelta(days=20), what=both("Longer"),
                entered_at=at + timedelta(days=20))  # fmt: skip


def _person(email: str) -> Person:
    return db.session.query(Person).filter_by(email=email).one()


def _asked(app: Flask, pages: list[tuple[str, str | None, str]], build: Callable[[], None]) -> dict[str, int]:
    """How many statements each page asks."""
    build()
    return {name: _once(app, who, path)[1] for name, who, path in pages}


def _once(app: Flask, who: str | None, path: str) -> tuple[float, int]:
    """Milliseconds and statements of one look; the second of two, so that nothing is imported or compiled meanwhile."""
    browser, asked = browser_of(app), [0]
    if who is not None:
        person = _person(who)
        db.session.expunge(person)
        sign_in(browser, person)

    def note(*_more: object) -> None:
        asked[0] += 1

    for _ in range(2):
        with writing() as session:
            session.execute(text("UPDATE gathering SET version = version + 1 WHERE slug = 'heard-0'"))
        db.session.remove()
        asked[0] = 0
        event.listen(db.engine, "before_cursor_execute", note)
        began = time.perf_counter()
        answer = browser.get(path)
        took = 1000 * (time.perf_counter() - began)
        event.remove(db.engine, "before_cursor_execute", note)
        assert answer.status_code == 200, answer.text
    return took, asked[0]


def _times(app: Flask, who: str | None, path: str) -> list[float]:
    return [_once(app, who, path)[0] for _ in range(ROUNDS)]


def _release() -> float:
    """Two hundred people answer scales and one text each; seconds until they are out of the seal and shredded."""
    big = a_gathering(slug="big", places=200, starts_at=clock.now() - timedelta(days=3), lasts=timedelta(hours=6))
    with writing() as session:
        session.query(TicketType).filter_by(gathering_id=big.id).one()
        window = FormWindow(id=new_id(), gathering_id=big.id, occasion="after", form_id=house_form("after").id,
                            state="collecting", attended=200, offers_unnamed=True, enough=5, digests=0)  # fmt: skip
        session.add(window)
    for number in range(200):
        book(big, f"Guest {number}", f"big-{number}@example.org")
    for place in db.session.execute(text(f"SELECT id FROM place WHERE gathering_id = {big.id}")).scalars().all():
        with writing() as session:
            token = own_link.token_of(session.get_one(own_link.Place, place))
            service.give(token, service.Submission(
                scales=dict.fromkeys(("C1", "C2", "C3", "C5"), "4"),
                texts={"C8": service.Words(text="Softer light", kind="change")}))  # fmt: skip
    began = time.perf_counter()
    with writing() as session:
        release.first_release(session.get_one(FormWindow, window.id))
    service.shred(None)  # type: ignore[arg-type]  # it does not look at its event
    return time.perf_counter() - began


def _spelled(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ({min(times):.0f}–{max(times):.0f})"


def _before_findings(page: str, body: str) -> str:
    at = page.index("## What was found and done")
    return page[:at] + body + "\n" + page[at:]


if __name__ == "__main__":
    sys.exit(main())
