"""What is said without a name leaves no trace of who said it: not in the tables, not in the logs, not in a cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog
from sqlalchemy import Date, DateTime, event, inspect, text

from retreats import clock
from retreats.db import db
from retreats.feedback import own_link
from retreats.feedback.models import GroupAnswer, GroupText, Point, SealedAnswer, SpentLocator
from retreats.feedback.service import release
from retreats.mail.models import Letter
from retreats.outbox.models import Event
from tests.feedback import loop
from tests.tokens import guessed

pytestmark = [pytest.mark.slow, pytest.mark.each_store]


def everything() -> dict[str, list[tuple]]:
    """Every row of every table."""
    db.session.remove()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select()).all()))
            for table in db.metadata.sorted_tables
        }


def physical_order(table: str, column: str) -> list[object]:
    """The rows as they lie: by row number on SQLite (or by key, where there is none), by tuple id on PostgreSQL."""
    db.session.remove()
    with db.engine.connect() as connection:
        by = {"sqlite": "" if table == "sealed_answer" else " ORDER BY rowid", "postgresql": " ORDER BY ctid"}
        return list(connection.scalars(text(f"SELECT {column} FROM {table}{by[connection.dialect.name]}")))


@pytest.mark.parametrize("model", [SealedAnswer, SpentLocator, GroupAnswer, GroupText, Point])
def test_no_table_of_unnamed_words_knows_a_time_or_counts_up(app, model) -> None:
    columns = {column["name"]: column for column in inspect(db.engine).get_columns(model.__tablename__)}

    assert [name for name, column in columns.items() if isinstance(column["type"], DateTime | Date)] == []
    assert [name for name, column in columns.items() if column.get("autoincrement") is True] == []
    assert columns.keys() & {"person_id", "created_at", "position", "language"} == set()


def test_that_an_author_has_read_writes_or_is_there_is_kept_nowhere() -> None:
    """ANON-22: there is no column that could tell."""
    told = re.compile(r"(^|_)(read|seen|opened|typing|online|active|last)_?(at|on|by|since)?$")
    of_authors = ("message", "point", "sealed_answer", "spent_locator", "group_text", "verdict", "pooled_words")

    assert [
        f"{name}.{column.name}"
        for name in of_authors
        for column in db.metadata.tables[name].columns
        if told.search(column.name)
    ] == []


def test_a_sealed_answer_has_no_row_number_on_sqlite(app) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has tuple ids instead: see the next test")

    for table in ("sealed_answer", "spent_locator"):
        [sql] = db.session.scalars(text(f"SELECT sql FROM sqlite_master WHERE name = '{table}'")).all()
        assert "WITHOUT ROWID" in sql


def test_sealed_rows_lie_in_the_order_of_their_locators_whoever_came_first(client, deliver) -> None:
    june = loop.a_group_asked(8, deliver)
    loop.everybody_says(client, june, "hana", "ada", "gil", "bo", "filipe", "cara", "eva", "duarte")

    lying = physical_order("sealed_answer", "locator")

    assert len(lying) == 16
    assert [bytes(each) for each in lying] == sorted(bytes(each) for each in lying)


def test_on_postgresql_all_sealed_rows_share_the_last_transaction(client, deliver) -> None:
    june = loop.a_group(6)
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite keeps no transaction ids")
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte")

    transactions = physical_order("sealed_answer", "xmin::text")

    assert len(transactions) == 8
    assert len(set(transactions)) == 1


def test_released_points_lie_and_are_numbered_in_another_order_than_they_were_given(
    client, deliver, monkeypatch
) -> None:
    june = loop.a_group_asked(12, deliver)
    names = [name for name in loop.NAMES if name in loop.tokens(june)]
    loop.everybody_says(client, june, *names)
    given = [f"{name} would change the evenings" for name in names]
    loop.after_the_end(june, deliver, hours=72)

    by_id = [point.text for point in sorted(loop.points(june), key=lambda point: point.id)]
    texts = {point.id: point.text for point in loop.points(june)}
    lying = [texts[point_id] for point_id in physical_order("point", "id")]

    assert sorted(by_id) == sorted(given)
    # One in 12! for each: this fails by chance once in 200 million runs.
    assert by_id != given
    assert lying != given


def test_the_same_form_sent_twice_is_one_entry_and_the_second_stands(client, deliver) -> None:
    june = loop.a_group_asked(6, deliver)
    ada = loop.token(june, "ada")
    loop.say(client, ada, C8="Softer light", C7="The soup")
    first = len(loop.sealed())

    loop.say(client, ada, C8="More light", C7="")

    assert (first, len(loop.sealed())) == (3, 2)
    assert "More light" in client.get(f"/reflect/{ada}/after").text
    assert "Softer light" not in client.get(f"/reflect/{ada}/after").text


def test_who_takes_everything_back_was_never_there(client, deliver) -> None:
    june = loop.a_group_asked(6, deliver)
    ada = loop.token(june, "ada")
    loop.say(client, ada, C8="Softer light", C1="", C6="")

    loop.post(client, ada, "/words/C8/withdraw")

    assert loop.sealed() == []


def test_an_empty_form_counts_for_nothing(client, deliver) -> None:
    june = loop.a_group_asked(6, deliver)

    for link in loop.tokens(june).values():
        assert loop.say(client, link, C1="", C6="").status_code == 303
    loop.after_the_end(june, deliver, hours=72)

    assert loop.sealed() == []
    assert loop.window(june).state == "collecting"


def test_looking_changes_nothing(client, deliver) -> None:
    june = loop.a_group(7)
    deliver()
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    loop.post(client, ada, "/before", A1="Rest", A2="quiet")
    before_it = everything()
    for path in ("", "/before"):
        assert client.get(f"/reflect/{ada}{path}").status_code == 200
    assert everything() == before_it

    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, "ada", "cara", "duarte", "eva", "filipe")
    loop.after_the_end(june, deliver, hours=72)
    after_it = everything()
    for path in (f"/reflect/{ada}", f"/reflect/{bo}", f"/reflect/{bo}/after"):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert everything() == after_it


def test_nothing_done_by_own_link_with_unnamed_words_is_an_event_or_a_letter(client, another_client, deliver) -> None:
    june = loop.a_group(7)
    deliver()
    loop.after_the_end(june, deliver)
    eva = loop.token(june, "eva")

    def counted() -> tuple[int, int]:
        db.session.remove()
        return db.session.query(Event).count(), db.session.query(Letter).count()

    start = counted()
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "filipe")
    loop.say(client, eva, C8="The evenings")
    loop.say(client, eva, C8="The evenings, mostly", C9="And why?")
    loop.post(client, eva, "/words/C9/withdraw")
    assert counted() == start

    loop.after_the_end(june, deliver, hours=72)
    start = counted()
    loop.post(client, eva, "/words/C8/write", text="One more thing")
    loop.post(client, loop.token(june, "ada"), "/words/C8/withdraw")
    assert counted() == start


def test_the_forms_need_no_cookie_set_none_and_leave_no_line_in_the_log(client, deliver, capfd) -> None:
    june = loop.a_group_asked(6, deliver)
    ada = loop.token(june, "ada")
    capfd.readouterr()

    with structlog.testing.capture_logs() as lines:
        answers = [
            client.get(f"/reflect/{ada}"),
            client.get(f"/reflect/{ada}/after"),
            loop.say(client, ada, C8="Softer light"),
            loop.say(client, ada, C8="x" * 5000),
            loop.post(client, ada, "/words/C8/withdraw"),
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 303, 422, 303]
    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[]] * 5
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert lines == []
    assert "reflect" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("proof", ["", "0" * 32, "é"])
def test_a_form_without_the_links_own_proof_is_refused(client, deliver, proof) -> None:
    june = loop.a_group_asked(6, deliver)
    ada = loop.token(june, "ada")

    assert client.post(f"/reflect/{ada}/after", data={"proof": proof, "C1": "5"}).status_code == 400
    assert loop.sealed() == []


def test_a_link_that_is_wrong_revoked_or_somebody_elses_leads_nowhere(client, deliver) -> None:
    june = loop.a_group(6)
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    mixed = ada[:10] + bo[10:]

    for wrong in (mixed, guessed(ada), ada.upper(), "x", "é" * 42):
        assert client.get(f"/reflect/{wrong}").status_code == 404
    with loop.writing() as session:
        session.get_one(loop.Place, loop.place_of(june, "ada").id).generation = 1
    assert client.get(f"/reflect/{ada}").status_code == 404


def test_the_locators_of_one_person_have_nothing_in_common(app) -> None:
    june = loop.a_group(1)
    ada = loop.token(june, "ada")

    found = {own_link.locator(ada, window, question) for window in (1, 2) for question in ("C7", "C8", "scales")}

    assert len(found) == 6


def test_the_release_shreds_what_was_sealed(client, deliver) -> None:
    june = loop.a_group_asked(6, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    blobs = [row.blob for row in loop.sealed()]
    before = relfilenode()
    assert traces(blobs) == len(blobs)

    loop.after_the_end(june, deliver, hours=72)

    assert loop.sealed() == []
    assert traces(blobs) == 0
    assert relfilenode() != before or before is None


def traces(blobs: list[bytes]) -> int:
    """How many of them the files of a SQLite database still hold; on PostgreSQL how many rows there are."""
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM sealed_answer")) or 0
    path = str(db.engine.url.database)
    raw = b""
    for suffix in ("", "-wal"):
        with open(path + suffix, "rb") as file:  # noqa: PTH123  (the file beside it may have any suffix)
            raw += file.read()
    return sum(blob[:48] in raw for blob in blobs)


def relfilenode() -> int | None:
    """The file in which PostgreSQL keeps the table: writing it anew makes another."""
    if db.engine.dialect.name != "postgresql":
        return None
    with db.engine.connect() as connection:
        return connection.scalar(text("SELECT pg_relation_filenode('sealed_answer')"))


def test_a_form_cannot_be_sent_again_once_it_was_passed_on(client, deliver) -> None:
    june = loop.a_group_asked(7, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    loop.after_the_end(june, deliver, hours=72)
    ada, filipe = loop.token(june, "ada"), loop.token(june, "filipe")

    refused = loop.say(client, ada, C8="Again")
    assert (refused.status_code, f'href="/reflect/{ada}"' in refused.text) == (410, True), "with a way back"
    assert loop.say(client, filipe, C8="Late").status_code == 303
    assert len(loop.sealed()) == 2


def test_who_was_missed_is_not_asked_and_cannot_answer(client, deliver, sent) -> None:
    june = loop.a_group(7)
    bo = loop.token(june, "bo")
    with loop.writing() as session:
        session.get_one(loop.Place, loop.place_of(june, "bo").id).presence = "missed"

    loop.after_the_end(june, deliver)

    assert "bo@example.org" not in dict(loop.letters(sent, "How was it?"))
    assert loop.say(client, bo).status_code == 410
    assert loop.window(june).attended == 6


def test_sealed_rows_have_one_length(client, deliver) -> None:
    june = loop.a_group_asked(6, deliver)
    loop.say(client, loop.token(june, "ada"), C8="Short")
    loop.say(client, loop.token(june, "bo"), C8="A little longer than that, and with a name", C8_mode="named")

    assert len({len(row.blob) for row in loop.sealed()}) == 1


@pytest.mark.slow
def test_a_reader_in_the_way_lets_the_shredding_come_again(client, deliver) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL waits for readers by itself")
    june = loop.a_group_asked(6, deliver)
    loop.everybody_says(client, june, "ada", "bo", "cara", "duarte", "eva")
    db.session.remove()
    reader = db.engine.connect()
    reader.execute(text("SELECT count(*) FROM sealed_answer")).scalar()
    clock.move_to(clock.now())

    with db.engine.begin() as writer:
        writer.execute(text("UPDATE form_window SET digests = digests"))
    with _impatient(), pytest.raises(release.NotShredded):
        release.shred(None)
    reader.close()
    release.shred(None)


@contextmanager
def _impatient() -> Iterator[None]:
    """Whoever asks SQLite waits a tenth of a second for a lock, and not ten."""

    def shorten(connection, _record, _proxy) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    def as_before(connection, _record) -> None:
        connection.execute("PRAGMA busy_timeout=10000")

    event.listen(db.engine, "checkout", shorten)
    event.listen(db.engine, "checkin", as_before)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", shorten)
        event.remove(db.engine, "checkin", as_before)
