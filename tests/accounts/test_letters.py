"""The letters of signing in and inviting, word for word in both languages.

`GOLDEN=write pytest tests/accounts/test_letters.py` writes them anew; read them before you commit.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from retreats.accounts import service
from retreats.accounts.models import SignIn
from retreats.db import db, writing
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.outbox.deliver import run_due
from tests.house import a_person

GOLDEN = Path(__file__).parent / "golden"


def asked(language: str) -> None:
    a_person("ada@example.org", name="Ada", language=language)
    with writing():
        service.ask_to_sign_in("ada@example.org", browser="x", next_path=None)


def invited(role: str):
    def invite(language: str) -> None:
        with writing():
            service.invite("ada@example.org", name="Ada", role=role, language=language)

    return invite


LETTERS = {"sign_in": asked, "organiser": invited("organiser"), "facilitator": invited("facilitator")}


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_says_what_it_has_always_said(app, name, language):
    LETTERS[name](language)
    run_due("house")

    words = mail.composed(db.session.query(Letter).one())

    said = re.sub(
        r"/link/\S+", "/link/TOKEN", re.sub(r"\b\d{3} \d{3}\b", "123 456", f"{words.subject}\n\n{words.text}")
    )
    kept = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("GOLDEN") == "write":
        kept.write_text(said, encoding="utf-8")
    assert said == kept.read_text(encoding="utf-8")
    assert max(len(line) for line in words.text.splitlines() if "://" not in line) <= 76
    assert words.html.count("http://127.0.0.1:5999/sign-in") == 1


def test_a_letter_about_a_used_way_in_is_put_aside(app):
    asked("en")
    run_due("house")
    with writing():
        service.let_in(db.session.query(SignIn).one())

    with pytest.raises(mail.NoLongerNeeded):
        mail.composed(db.session.query(Letter).one())
