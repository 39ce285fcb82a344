"""`.env.example` lists the settings that there are: no fewer, no more."""

from __future__ import annotations

import re
from pathlib import Path

from retreats.config import Settings

ROOT = Path(__file__).resolve().parent.parent
ONLY_FOR_STARTING = {"PORT", "HOST", "WEB_CONCURRENCY"}
"""Read by `make run` and the Procfile, not by the application."""
ONLY_FOR_TESTS = {"TESTING"}


def test_every_setting_stands_in_the_example():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    listed = set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))

    assert listed - ONLY_FOR_STARTING == {str(field.alias) for field in Settings.model_fields.values()} - ONLY_FOR_TESTS
