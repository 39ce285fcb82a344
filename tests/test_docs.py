"""What README and docs/ say leads somewhere: every link, every picture, and every button that the walk names."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from retreats.demo.content import GATHERINGS, gathering
from retreats.demo.people import PERSONAS
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PICTURE = ROOT / "docs" / "pictures" / "gathering.png"


def relative_links(page: Path) -> list[str]:
    """Those that lead to a file beside it: neither to a site nor to a page of the house."""
    return [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not re.match(r"[a-z]+:|/|#", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_that_is_there(page: Path) -> None:
    lost = [link for link in relative_links(page) if not (page.parent / link.partition("#")[0]).exists()]

    assert lost == []


def test_the_readme_leads_to_every_page_for_people() -> None:
    linked = set(relative_links(ROOT / "README.md"))

    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} <= linked


def test_the_picture_is_as_wide_as_a_desk_and_light_enough_to_load() -> None:
    head = PICTURE.read_bytes()[:24]

    assert struct.unpack(">I", head[16:20]) == (1440,)
    assert PICTURE.stat().st_size < 300_000


def test_the_walk_names_buttons_and_people_as_the_pages_do() -> None:
    said = {text for po in (ROOT / "retreats" / "translations").rglob("*.po") for text in messages(po)}
    said |= {gathering(slug)["title"]["en"] for slug in GATHERINGS}
    said |= questions()
    walk = (ROOT / "docs" / "demo.md").read_text(encoding="utf-8")

    named = {re.sub(r"\s+", " ", name) for name in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", walk)}

    assert len(named) > 20
    assert {name for name in named if name not in said and name != "Breath"} == set()


def messages(po: Path) -> set[str]:
    """What the pages say, as it reads with the names of the walk in it."""
    found = re.findall(r'^msgid "(.+)"$', po.read_text(encoding="utf-8"), re.MULTILINE)
    names = [person.name for person in PERSONAS] + [person.name.split()[0] for person in PERSONAS]
    titles = [gathering(slug)["title"]["en"] for slug in GATHERINGS]
    filled = {text.replace("%(name)s", name) for text in found if "%(name)s" in text for name in names}
    filled |= {text.replace("%(title)s", title) for text in found if "%(title)s" in text for title in titles}
    return filled | set(found)


def questions() -> set[str]:
    """The house's own questions."""
    return set(
        re.findall(r'^en = "(.+)"$', (ROOT / "retreats/feedback/questions.toml").read_text("utf-8"), re.MULTILINE)
    )
