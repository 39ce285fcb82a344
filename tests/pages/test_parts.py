"""The macros that every page is composed of, rendered by themselves."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parents[2] / "templates"


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, in order."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, name):
        return [attrs for _, attrs in self.found if attrs.get("name") == name]

    def ids(self):
        return [attrs["id"] for _, attrs in self.found if "id" in attrs]


@pytest.fixture
def parts():
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_null_translations(newstyle=True)
    env.globals["csrf_token"] = lambda: "a-token"
    env.globals["offered_languages"] = lambda: {"en": "English", "pt": "Português"}
    return lambda name: env.get_template(name).module


@pytest.mark.parametrize("macro", ["text_field", "text_area"])
def test_a_field_is_tied_to_its_hint_and_its_error(parts, macro):
    page = Elements(
        getattr(parts("parts/forms.html"), macro)("email", "Address", hint="Only for letters", error="Missing")
    )

    (field,) = page.named("email")

    assert field["aria-describedby"] == "email-hint email-error"
    assert field["aria-invalid"] == "true"
    assert {"email", "email-hint", "email-error"} == set(page.ids())


def test_a_field_without_error_claims_none(parts):
    page = parts("parts/forms.html").text_field("email", "Address")

    assert "aria-" not in page
    assert "wrong" not in page


def test_what_somebody_wrote_comes_back_and_cannot_become_markup(parts):
    nasty = '"><script>alert(1)</script>'
    forms, pieces = parts("parts/forms.html"), parts("parts/pieces.html")

    for page in (
        forms.text_field("a", nasty, nasty, hint=nasty, error=nasty),
        forms.text_area("a", nasty, nasty),
        forms.select_field("a", nasty, [(nasty, nasty)], nasty),
        forms.choices("a", nasty, [(nasty, nasty, nasty)], nasty),
        forms.post_button(nasty, nasty, {"a": nasty}),
        pieces.words(nasty, nasty),
        pieces.card(nasty, nasty, nasty, nasty, nasty, seed=nasty, palette="tejo"),
        pieces.facts([(nasty, nasty)]),
    ):
        assert [tag for tag, _ in Elements(page).found if tag == "script"] == []


def test_text_that_begins_with_an_empty_line_comes_back_unchanged(parts):
    page = parts("parts/forms.html").text_area("why", "Why", "\nfirst\nsecond")

    assert re.search(r"<textarea[^>]*>\n\nfirst\nsecond</textarea>", page)


def test_a_choice_made_before_is_still_made(parts):
    forms = parts("parts/forms.html")
    options = [(1, "one"), (2, "two", "the second"), (3, "three")]

    one = Elements(forms.choices("n", "Which?", options, 2)).named("n")
    many = Elements(forms.choices("n", "Which?", options, [1, "3"], many=True)).named("n")

    assert [each["value"] for each in one if "checked" in each] == ["2"]
    assert [each["value"] for each in many if "checked" in each] == ["1", "3"]
    assert {each["type"] for each in one} == {"radio"}
    assert {each["type"] for each in many} == {"checkbox"}


@pytest.mark.parametrize("macro", ["text_field", "text_area", "one_checkbox"])
def test_the_summary_leads_to_the_field(parts, macro):
    forms = parts("parts/forms.html")
    page = str(forms.error_summary([("email", "Missing")])) + str(
        getattr(forms, macro)("email", "Address", error="Missing")
    )

    links = [attrs["href"] for tag, attrs in Elements(page).found if tag == "a"]

    assert links == ["#email"]
    assert Elements(page).ids().count("email") == 1


def test_the_summary_leads_to_the_first_of_several_choices(parts):
    page = Elements(parts("parts/forms.html").choices("n", "Which?", [(1, "one"), (2, "two")], error="Choose one"))

    assert [each["id"] for each in page.named("n")] == ["n", "n-2"]


def test_without_mistakes_there_is_no_summary(parts):
    assert parts("parts/forms.html").error_summary([]).strip() == ""


def test_one_thing_in_two_languages_is_two_fields(parts):
    page = Elements(parts("parts/forms.html").bilingual("title", "Title", {"en": "Rest"}, errors={"pt": "Missing"}))

    assert [(each["lang"], each["value"]) for name in ("title_en", "title_pt") for each in page.named(name)] == [
        ("en", "Rest"),
        ("pt", ""),
    ]
    assert page.named("title_pt")[0]["aria-describedby"] == "title_pt-error"


def test_every_little_form_carries_the_token(parts):
    page = Elements(parts("parts/forms.html").post_button("/there", "Heard", {"point": 7}))

    assert page.named("csrf_token")[0]["value"] == "a-token"
    assert page.named("point")[0]["value"] == "7"


def test_a_table_says_on_a_phone_what_each_cell_is(parts):
    page = Elements(
        parts("parts/pieces.html").data_table("Who", ["Name", ("Owed", "number")], [["Ada", "300 €"], ["Bo", ""]])
    )

    assert [attrs.get("data-label") for tag, attrs in page.found if tag == "td"] == ["Owed", "Owed"]
    assert [attrs["scope"] for tag, attrs in page.found if tag == "th"] == ["col", "col", "row", "row"]


def test_one_square_stands_for_one_person(parts):
    page = Elements(parts("parts/pieces.html").squares([("no", 0), ("mostly", 4), ("entirely", 1)]))

    assert [tag for tag, _ in page.found].count("rect") == 5


def test_a_step_not_reached_says_so_without_colour(parts):
    page = parts("parts/pieces.html").trail([("Sent", True, "3 June"), ("Read", False, None)])

    assert page.count("(not yet)") == 1


def test_lines_of_a_letter_are_at_most_76_characters(parts):
    text = parts("letters/pieces.txt")
    long = "palavras que se seguem umas às outras " * 9

    for piece in (text.para(long), text.facts([("Where", long)]), text.words(long, "Ana")):
        assert max(len(line) for line in piece.splitlines()) <= 76
    assert text.link("Here", "https://example.org/" + "x" * 90).splitlines()[1] == "https://example.org/" + "x" * 90


def test_the_frame_knows_nothing_of_who_is_reading():
    layout = (TEMPLATES / "layout.html").read_text(encoding="utf-8")

    assert re.findall(r"\b(?:session|current_user|csrf_token|g\.|get_flashed)", layout) == []
