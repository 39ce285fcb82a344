"""The house opens with the right settings and says in sentences what is wrong with others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from retreats import config, create_app, crypto
from tests.conftest import ROOT, settings

pytestmark = pytest.mark.slow

REAL: dict[str, Any] = {
    "TESTING": False,
    "SITE_URL": "https://casa.example.org",
    "MAIL_SERVER": "127.0.0.1",
    "HOUSE_EMAIL": "casa@example.org",
}


def refused(tmp_path: Path, **wrong: Any) -> str:
    """What the house says when it does not open."""
    given = {**settings(f"sqlite:///{tmp_path / 'house.db'}", tmp_path), **REAL, **wrong}
    with pytest.raises(config.SettingsWrong) as said:
        create_app(**given)
    return str(said.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATA_KEYS", "LINK_KEY", "SITE_URL"])
def test_a_real_house_does_not_open_without_what_it_needs(tmp_path: Path, name: str) -> None:
    assert f"- {name} is not set" in refused(tmp_path, **{name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "demo-secret-that-everybody-knows-of-it"),
        ("LINK_KEY", "short"),
        ("LINK_KEY", "a" * 32),
        ("LINK_KEY", "for the tests of this house only, 0001"),
        ("DATA_KEYS", "k001:abc="),
        ("SITE_URL", "http://casa.example.org"),
        ("SITE_URL", "casa.example.org"),
        ("MAIL_PORT", "twenty-five"),
    ],
)
def test_a_wrong_setting_gets_a_sentence_with_its_name(tmp_path: Path, name: str, value: str) -> None:
    said = refused(tmp_path, **{name: value})

    assert name in said
    assert "Traceback" not in said


def test_a_real_house_opens_behind_tls_with_a_cookie_of_its_own(tmp_path: Path) -> None:
    app = create_app(**{**settings(f"sqlite:///{tmp_path / 'house.db'}", tmp_path), **REAL})

    answer = app.test_client().get("/health/live", base_url="https://casa.example.org")

    assert app.config["SESSION_COOKIE_NAME"] == "__Host-session"
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert not any(rule.rule.startswith("/demo") for rule in app.url_map.iter_rules())


@pytest.mark.parametrize("mode", ["DEMO", "TESTING"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "https://casa.example.org"),
        ("SITE_URL", "http://192.0.2.7"),
        ("MAIL_SERVER", "mail.example.org"),
        ("STRIPE_SECRET_KEY", "sk_live_1234567890"),
    ],
)
def test_nobody_is_let_in_as_anyone_where_real_people_could_come(
    tmp_path: Path, mode: str, name: str, value: str
) -> None:
    here = {"SITE_URL": "http://localhost:8000", "MAIL_SERVER": "127.0.0.1", "STRIPE_SECRET_KEY": "sk_test_1"}

    said = refused(tmp_path, **here | {mode: True, name: value})

    assert said.count("\n- ") == 1
    assert f"{mode} is set, and {name} " in said


def test_a_key_for_confidential_answers_is_made_before_there_are_any_settings(tmp_path: Path) -> None:
    def make(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "retreats.new_data_key", *words]
        return subprocess.run(
            command, cwd=ROOT, env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=False
        )

    made, wrong = make("k002"), make("k2")

    assert crypto.KeyRing(made.stdout.strip())
    assert made.stdout.startswith("k002:")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "four letters" in wrong.stderr
