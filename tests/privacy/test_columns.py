"""Every column that can hold something of a person says so, stands in docs/privacy.md, and is empty after forgetting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, String, Table, select

from retreats import crypto
from retreats.db import db, writing
from retreats.outbox.worker import run_everything
from retreats.privacy import service
from tests.conftest import ROOT
from tests.privacy import a_life

HOW = """
What to do with a new column or table about people:
1. A column that holds something of a person carries info={"personal": True} (a `sealed_column()` has it already).
   One that only looks like it (a room's name) goes into NOT_OF_PEOPLE below.
2. docs/privacy.md gets a row for it: why, how long, what becomes of it. So does every foreign key to person.id.
3. Its slice's `export` hands it over and its `forget` lets go of it; retreats/privacy/held.py and erasing.py call them.
4. tests/privacy/a_life.py gets a row of Ada's with CANARY in it.
"""
LOOKS_PERSONAL = re.compile(
    r"name|mail|phone|address|birth|gender|pronoun|text|note|words|message|about|bio|answer|reply|comment|reason|subject"
    r"|body|picture|photo|link|city|country|iban|tax|secret|credential|sealed|blob|slug|said|wrote|reader|handle|profile"
)
NOT_OF_PEOPLE = {
    "venue.name": "of a house", "venue.address": "of a house", "venue.slug": "of a house", "space.name": "of a room",
    "gathering.slug": "of a gathering", "gathering.about": "public", "picture.name": "random",
    "passkey.credential_id": "random",     "gathering.online_link": "of a gathering", "series.slug": "of a series", "series.about": "public",
    "session.note": "public", "ticket_type.name": "public", "ticket_type.note": "public", "terms.text": "public",
    "page_promise.touch_and_consent": "public", "page_promise.your_words": "public",
    "gathering.cancelled_because": "public", "decision.about": "public, in the decider's words",
    "decision.reason": "public, in the decider's words", "event.name": "of an event",
    "timed_letter.subject": "the house's words to many", "timed_letter.body": "the house's words to many",
    "mailing.subject": "the house's words to many", "mailing.body": "the house's words to many",
    "house_settings.name": "the house's", "house_settings.email": "the house's", "house_settings.mail_server": "the house's",
    "house_settings.mail_security": "the house's", "house_settings.mail_username": "the house's",
    "house_settings.mail_password_sealed": "the house's", "house_settings.stripe_key_sealed": "the house's",
    "house_settings.stripe_webhook_sealed": "the house's", "legal_text.text": "public", "house_logo.name": "random",
    "material.text": "for many, in the words of who leads", "preparation_item.text": "for many", "complaint.about": "one of four words",
    "theme.title_sealed": "the words of those who led for what several said", "group_letter.texts_sealed": "their words to many",
    "letter.about": "ids and numbers only", "letter.message_id": "random", "answer.value": "of nobody: see docs/loop.md",
}  # fmt: skip
"""Columns whose name looks personal, and what they are of."""
OUT_OF_REACH = {"sealed_answer.blob", "group_text.text_sealed"}
"""Found by the person's own link only; docs/privacy.md says how it goes."""


def tables() -> list[Table]:
    return list(db.metadata.sorted_tables)


def columns() -> Iterator[tuple[str, Column[Any]]]:
    """Every column of the house with its full name."""
    for table in tables():
        for column in table.columns:
            yield f"{table.name}.{column.name}", column


def personal() -> dict[str, Column[Any]]:
    """Those that hold something of a person."""
    return {name: each for name, each in columns() if each.info.get("personal") or each.info.get("sensitive")}


def relations() -> set[str]:
    """Those that point at a person."""
    return {
        name for name, column in columns() for key in column.foreign_keys if key.column.table.name == "person"
    }  # fmt: skip


def listed() -> set[str]:
    """What stands in the tables of docs/privacy.md."""
    return set(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", (ROOT / "docs/privacy.md").read_text("utf-8"), re.MULTILINE))


def holding_the_canary() -> set[str]:
    """In which personal columns something of Ada's stands, opened where it is sealed."""
    found = set()
    for name, column in personal().items():
        table = column.table
        keys = [table.c.id] if "id" in table.c else []
        for row in db.session.execute(select(column, *keys).where(column.is_not(None))):
            value = row[0]
            if isinstance(value, bytes) and column.name.endswith("_sealed"):
                value = crypto.ring().open(value, table=table.name, column=column.name, row=row[1])
            if a_life.CANARY in str(value).lower():
                found.add(name)
    return found


def test_what_looks_like_a_person_says_whether_it_is_one() -> None:
    unsure = {
        name
        for name, column in columns()
        if LOOKS_PERSONAL.search(column.name)
        and isinstance(column.type, (String, JSON, LargeBinary))
        and name not in personal()
        and name not in NOT_OF_PEOPLE
    }

    assert unsure == set(), HOW
    assert NOT_OF_PEOPLE.keys() - {name for name, _ in columns()} == set()
    assert NOT_OF_PEOPLE.keys() & personal().keys() == set()


def test_the_document_lists_every_personal_column_and_every_way_to_a_person() -> None:
    wanted = personal().keys() | relations()

    assert wanted - listed() == set(), HOW
    assert listed() - wanted == set()


def test_nothing_of_a_person_survives_forgetting_and_the_books_stay(app, client, post_office) -> None:
    ada = a_life.live(client)
    run_everything()
    assert personal().keys() - holding_the_canary() - OUT_OF_REACH == set(), HOW
    total = a_life.ledger_total()

    with writing():
        erasure = service.ask(ada.id)
    run_everything()

    assert db.session.get_one(type(erasure), erasure.id, populate_existing=True).done_at is not None
    assert holding_the_canary() == set(), HOW
    assert a_life.ledger_total() == total == 960_00
