"""What the house asks, word for word in both languages. Answers to other words are other answers: they need a new version."""

from __future__ import annotations

import html
import os
from pathlib import Path

import pytest

from retreats.feedback import house_forms
from tests.feedback import loop

GOLDEN = Path(__file__).with_name("asked_word_for_word.txt")
SWITCHES = {
    "before": {
        "en": ("May be answered on the page, without my name", "Facilitators may know too"),
        "pt": ("Pode ser respondida na página, sem o meu nome", "Quem facilita também pode saber"),
    },
    "after": {
        "en": ("With my name", "Without my name", "Only to ", "I would like a reply",
               "You may quote me without my name", "May be used in supervision without my name", "Prefer not to say"),
        "pt": ("Com o meu nome", "Sem o meu nome", "Só para ", "Gostaria de uma resposta",
               "Podem citar-me sem o meu nome", "Pode ser usado em supervisão sem o meu nome", "Prefiro não dizer"),
    },
}  # fmt: skip


def asked(occasion: str) -> list[tuple[int, dict[str, object]]]:
    return [
        (form["version"], each)
        for form in house_forms._all()
        if form["occasion"] == occasion
        for each in form["question"]
    ]


def test_a_question_keeps_its_words_for_as_long_as_its_version() -> None:
    lines = []
    for occasion in ("intention", "check_in", "after", "follow_up", "reflection"):
        for version, each in asked(occasion):
            given = each.get("options", [])
            options = house_forms.FIVE_WORDS if given == "W" else given
            lines.append(f"{each['key']}, version {version}")
            lines += [
                f"  {code}: {' | '.join([each[code], *(option[code] for option in options)])}" for code in ("en", "pt")
            ]
    found = "\n".join(lines) + "\n"
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(found, encoding="utf-8")

    assert found == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("which", ["before", "after"])
def test_the_form_asks_them_all_with_every_switch_in_both_languages(client, deliver, which) -> None:
    june = loop.a_group(8)
    deliver()
    if which == "after":
        loop.after_the_end(june, deliver)
    path = f"/reflect/{loop.token(june, 'ada')}/{which}"

    for language in ("en", "pt"):
        page = html.unescape(client.get(f"{path}?lang={language}").text)
        missing = [each[language] for _version, each in asked({"before": "intention"}.get(which, which))
                   if each[language].split("{contact}")[0] not in page]  # fmt: skip
        assert missing == []
        assert [each for each in SWITCHES[which][language] if each not in page] == []
