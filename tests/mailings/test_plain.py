"""What people write as Markdown, in the text part of a letter."""

from __future__ import annotations

import pytest

from retreats.mail.plain import as_text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("One\n\nTwo **three** *four*.", "One\n\nTwo three four."),
        ("## Bring\n\n- socks\n- a *blanket*\n  of wool", "Bring\n\n- socks\n- a blanket of wool"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("- one\n\n  more\n  - below", "- one\n\n  more\n  - below"),
        ("> said\n>\n> and said", "> said\n>\n> and said".replace(">\n", "> \n")),
        ("[the map](https://map.example/a_b) and <https://x.example/?key=a_b>",
         "the map (https://map.example/a_b) and https://x.example/?key=a_b"),
        ("first\\\nsecond\nthird", "first\nsecond third"),
        ("a\n\n---\n\n`b`", "a\n\n* * *\n\nb"),
        (r"\*Ada\* \<b\> 1\. \[x\]\(y\)", "*Ada* <b> 1. [x](y)"),
        ("![a picture](https://x.example/p.png)", "!a picture (https://x.example/p.png)"),
    ],
)  # fmt: skip
def test_markdown_reads_well_without_it(written: str, text: str) -> None:
    assert as_text(written) == text


def test_lines_end_before_they_are_too_long() -> None:
    text = as_text("- " + "word " * 60 + "\n\n" + "long-" * 40)

    assert max(len(line) for line in text.splitlines()[:-1]) <= 76
    assert text.splitlines()[1].startswith("  word")
