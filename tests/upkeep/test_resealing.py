"""An old key is replaced while people write: everything stays readable throughout, and in the end the old key can go."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from retreats import crypto
from retreats.booking.models import Place
from retreats.db import db, new_id, writing
from retreats.feedback.models import Need, SealedAnswer
from retreats.feedback.service import sealing
from retreats.upkeep import resealing, sealed
from tests.counts import as_often, noted
from tests.house import a_booking, a_gathering
from tests.privacy import a_life

pytestmark = pytest.mark.slow
OLD, NEW = "k001:" + "A" * 43 + "=", "k002:" + "B" * 43 + "="
MANY = as_often(usually=1_000, really=10_000)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The keys are a process's: the next test has its own again."""
    before = crypto.ring()
    monkeypatch.setattr(sealed, "_well", False)
    yield
    crypto._ring = before


def needing(place_id: int, text: str) -> int:
    with writing() as session:
        need = Need(id=new_id(), place_id=place_id, key=f"k{new_id()}"[:20])
        need.text = text
        session.add(need)
    return need.id


def test_every_sealed_column_is_sealed_anew_and_the_old_key_can_go(app: Flask, client, post_office) -> None:
    a_life.live(client)
    with writing():
        window = (
            db.session.query(sealing.SealedAnswer.window_id).first() or db.session.query(a_life.FormWindow.id).first()
        )
        assert window is not None
        sealing.lay("a token", window[0], "C7", {"text": "words"})
    known = {str(each.column) for each in resealing.every_column()}
    assert "sealed_answer.blob" in known
    before = everything()
    run = app.test_cli_runner()

    crypto.use_keys(f"{NEW},{OLD}")
    first, second = run.invoke(args=["reseal"]), run.invoke(args=["reseal"])
    crypto.use_keys(NEW)
    after = everything()

    assert first.exit_code == 0, first.output
    assert f"Sealed anew with k002: {len(before)}." in first.output
    assert "Sealed anew with k002: 0." in second.output
    assert len(before) > 40
    assert after == before
    assert list(sealed.other_keys()) == []
    assert [sealing.opened(each)["text"] for each in db.session.query(SealedAnswer)] == ["words"]


def everything() -> dict[tuple[str, object], str]:
    """Every sealed text of the house, opened."""
    db.session.rollback()
    return {
        (str(cells.column), key): crypto.ring().open(text, **cells.bound_to(key))
        for cells in resealing.every_column()
        for key, text in db.session.query(cells.key, cells.column).filter(cells.column.is_not(None))
    }


def test_all_is_readable_while_people_write_and_nothing_that_was_written_meanwhile_is_lost(app: Flask) -> None:
    place_id = a_booking(a_gathering(), "ada@example.org").places[0].id
    with writing() as session:
        for number in range(MANY):
            need = Need(id=new_id(), place_id=place_id, key=f"n{number}")
            need.text = f"what {number} needs"
            session.add(need)
    crypto.use_keys(f"{NEW},{OLD}")
    ended, written, unread = threading.Event(), {}, []

    def write_and_read() -> None:
        with app.app_context():
            while not ended.is_set():
                try:
                    with writing() as session:
                        some = session.query(Need).order_by(Need.id).offset(len(written) * 37 % MANY).first()
                        some.text = written[some.id] = f"written meanwhile {len(written)}"
                    for each in db.session.query(Need).limit(50):
                        assert each.text
                except Exception as error:  # noqa: BLE001  (whatever it is, the test says it)
                    unread.append(repr(error))
                db.session.remove()

    people = threading.Thread(target=write_and_read)
    people.start()
    try:
        done = app.test_cli_runner().invoke(args=["reseal"])
    finally:
        ended.set()
        people.join()
    db.session.rollback()
    crypto.use_keys(NEW)
    found = {each.id: each.text for each in db.session.query(Need)}

    noted(f"PRIV-04: {MANY} answers sealed anew while {len(written)} were written, all readable throughout")
    assert (done.exit_code, unread) == (0, [])
    assert written, "somebody wrote while it went on"
    assert len(found) == MANY
    assert {each: found[each] for each in written} == written


def test_what_somebody_changed_meanwhile_is_not_written_over(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    need_id = needing(a_booking(a_gathering(), "ada@example.org").places[0].id, "before")
    cells = next(each for each in resealing.every_column() if str(each.column) == "need.text_sealed")
    old = db.session.query(Need.text_sealed).scalar()
    with writing() as session:
        session.get_one(Need, need_id).text = "after"
    crypto.use_keys(f"{NEW},{OLD}")

    with writing():
        assert resealing._anew(cells, need_id, old) is False

    assert db.session.get_one(Need, need_id).text == "after"
    del app, monkeypatch


def test_without_the_old_key_it_says_so_and_changes_nothing_and_what_is_broken_is_counted(app: Flask) -> None:
    place_id = a_booking(a_gathering(), "ada@example.org").places[0].id
    first, second = needing(place_id, "one"), needing(place_id, "two")
    with writing() as session:
        session.get_one(Need, first).text_sealed = session.get_one(Need, second).text_sealed
    run = app.test_cli_runner()

    crypto.use_keys(NEW)
    refused = run.invoke(args=["reseal"])
    crypto.use_keys(f"{NEW},{OLD}")
    done = run.invoke(args=["reseal"])

    assert refused.exit_code == 1
    assert "k001" in refused.output
    assert "Put it back" in refused.output
    assert done.exit_code == 1
    assert "Sealed anew with k002: 1." in done.output
    assert "1 do not open" in done.output
    assert db.session.get_one(Need, second).text == "two"
    assert db.session.query(Place).count() == 1
