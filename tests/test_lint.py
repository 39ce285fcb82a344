"""The checks of `make lint` that are ours find what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from retreats.translations import check, compile_if_stale, merged
from tests import lint_migrations, lint_templates

PO_HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{% if %}", "1: Expected an expression, got 'end of statement block'"),
        ("\n<script>alert(1)</script>", "2: a script of its own"),
        ("<style>p { margin: 0 }</style>", "1: a style of its own"),
        ('<p style="margin: 0"></p>', "1: style="),
        ('<button onclick="{{ x }}"></button>', "1: a handler: onclick"),
        ('<a href="javascript:0"></a>', "1: a handler: href"),
        ('<img src="https://example.org/x.png" alt="">', "1: asks somebody else: https://example.org/x.png"),
        ('<img src="/x.png" alt="A house">', "1: not for gettext: alt='A house'"),
        ("{# fine\n #}<p>Come {{ in }}</p>", "2: not for gettext: 'Come 0'"),
        ("{{ story|safe }}", "1: |safe trusts a text that the template did not make"),
        ('{% include "gone.html" %}', "1: there is no template 'gone.html'"),
    ],
)
def test_a_template_that_breaks_a_rule_is_named(tmp_path: Path, template: str, complaint: str):
    (tmp_path / "x.html").write_text(template, encoding="utf-8")

    found = lint_templates.complaints(tmp_path)

    assert found == [f"templates/x.html:{complaint}"]


def test_a_template_that_keeps_the_rules_is_not_named(tmp_path: Path):
    (tmp_path / "x.html").write_text(
        '<p title="{{ _("Hello") }}">{{ _("Come in") }} · {% trans %}All of you{% endtrans %}</p>'
        '<script type="application/ld+json">{{ event|tojson }}</script><script src="/static/x.js"></script>',
        encoding="utf-8",
    )

    assert lint_templates.complaints(tmp_path) == []


def test_a_letter_may_have_styles(tmp_path: Path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "x.html").write_text('<style>p {}</style><p style="margin: 0"></p>', encoding="utf-8")

    assert lint_templates.complaints(tmp_path) == []


def test_migrations_out_of_order_or_without_a_way_back_are_named(tmp_path: Path):
    (tmp_path / "0001_house.py").write_text(_migration("0001", None, "op.x()"), encoding="utf-8")
    (tmp_path / "0003_doors.py").write_text(_migration("0003", "0002", "pass"), encoding="utf-8")

    found = lint_migrations.complaints(tmp_path)

    assert found == [
        "0003_doors.py: the next name is 0002_what_it_does.py",
        "0003_doors.py: it comes after '0002', not after '0001'",
        "0003_doors.py: downgrade() does nothing",
    ]


def _migration(revision: str, before: str | None, way_back: str) -> str:
    head = f"revision = {revision!r}\ndown_revision = {before!r}\n"
    return f"{head}def upgrade() -> None:\n    op.x()\ndef downgrade() -> None:\n    {way_back}\n"


@pytest.fixture
def a_house_of_words(tmp_path: Path) -> Path:
    """One template, one module, and an empty folder for Portuguese."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "retreats" / "translations" / "pt_PT").mkdir(parents=True)
    page = '{{ _("Hello %(name)s", name=n) }} {{ ngettext("one place", "%(num)d places", n) }} {% trans %}Bye{% endtrans %}'
    (tmp_path / "templates" / "x.html").write_text(page, encoding="utf-8")
    (tmp_path / "retreats" / "x.py").write_text('LABEL = lazy_gettext("Later")\n', encoding="utf-8")
    return tmp_path


def _say(house: Path, slice_: str, *lines: str) -> None:
    text = PO_HEADER + "\n".join(lines) + "\n"
    (house / "retreats" / "translations" / "pt_PT" / f"{slice_}.po").write_text(text, encoding="utf-8")


PLACES = 'msgid "one place"\nmsgid_plural "%(num)d places"\nmsgstr[0] "um lugar"\nmsgstr[1] "%(num)d lugares"\n'


def test_a_house_that_is_translated_gets_no_complaint(a_house_of_words: Path):
    _say(a_house_of_words, "a", 'msgid "Hello %(name)s"\nmsgstr "Olá, %(name)s"\n', PLACES)
    _say(a_house_of_words, "b", 'msgid "Bye"\nmsgstr "Adeus"\n', 'msgid "Later"\nmsgstr "Depois"')

    found = check.complaints(a_house_of_words, a_house_of_words / "retreats" / "translations")

    assert found == []


def test_whatever_is_wrong_with_a_translation_is_named(a_house_of_words: Path):
    _say(a_house_of_words, "a", 'msgid "Hello %(name)s"\nmsgstr "Olá, %(nome)s"\n', 'msgid "Bye"\nmsgstr "Adeus"\n')
    _say(a_house_of_words, "b", 'msgid "Bye"\nmsgstr "Até logo"\n', 'msgid "Old"\nmsgstr "Velho"\n')
    _say(a_house_of_words, "c", 'msgid "Later"\nmsgstr ""\n', '#, fuzzy\nmsgid "Bye"\nmsgstr "Adeus"')

    found = check.complaints(a_house_of_words, a_house_of_words / "retreats" / "translations")

    assert sorted(found) == [
        "pt_PT/a.po: placeholders differ (name, nome): 'Hello %(name)s'",
        "pt_PT/b.po: 'Bye' is said differently in pt_PT/a.po",
        "pt_PT/b.po: nobody says 'Old'",
        "pt_PT/c.po: 'Bye' is said differently in pt_PT/a.po",
        "pt_PT/c.po: left empty: 'Later'",
        "pt_PT/c.po: only a guess (fuzzy): 'Bye'",
        "templates/x.html:1: not in pt_PT: 'one place'",
    ]


def test_a_changed_translation_is_compiled_and_an_unchanged_one_is_left_alone(a_house_of_words: Path):
    folder = a_house_of_words / "retreats" / "translations"
    compiled = folder / "pt_PT" / "LC_MESSAGES" / "messages.mo"
    _say(a_house_of_words, "a", 'msgid "Bye"\nmsgstr "Adeus"')
    compile_if_stale(folder)
    first = compiled.stat().st_ino

    compile_if_stale(folder)
    untouched = compiled.stat().st_ino
    _say(a_house_of_words, "b", PLACES)
    compile_if_stale(folder)

    assert untouched == first
    assert b"lugares" in compiled.read_bytes()
    assert [message.id for message in merged(folder / "pt_PT") if message.id] == [
        "Bye",
        ("one place", "%(num)d places"),
    ]
