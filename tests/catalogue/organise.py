"""Words for tests about the organiser's form: open a section as a browser would, change some fields, send it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient

from retreats.accounts.models import Person
from tests.house import a_person, sign_in

COMPLETE = {
    "words": {"title_en": "Slow weekend", "title_pt": "Fim de semana lento", "summary_en": "Two quiet days",
              "summary_pt": "Dois dias calmos", "kind": "retreat", "languages": ["en", "pt"]},
    "when": {"starts": "2027-06-12T18:00", "ends": "2027-06-14T14:00", "mode": "online", "online_link": "https://meet.example/a"},
    "places": {"capacity": "8", "t0-name_en": "Shared room", "t0-name_pt": "Quarto partilhado", "t0-price": "480"},
    "promise": {f"{part}_{code}": "Said." for code in ("en", "pt") for part in (
        "will_happen", "will_not_happen", "may_be_hard", "responsible", "touch_and_consent", "not_well_served", "your_words")},
}  # fmt: skip


def otto(client: FlaskClient) -> Person:
    """Otto organises, and this is his browser."""
    person = a_person("otto@example.org", role="organiser")
    sign_in(client, person)
    return person


class Fields(HTMLParser):
    """What a browser would send of the last form on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "form":
            self.values = {}
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in found and self._select:
            self.values[self._select] = [found.get("value") or ""]
        elif tag == "input" and name:
            if found.get("type") in {"checkbox", "radio"} and "checked" not in found:
                return
            self.values.setdefault(name, []).append(found.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data.lstrip("\n") if not self.values[self._area][0] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None


def fields(page: str) -> dict[str, list[str]]:
    """The fields of the form on this page as they stand."""
    parser = Fields()
    parser.feed(page)
    return parser.values


def send(client: FlaskClient, slug: str, section: str, /, **changed: Any) -> Any:
    """Open a section, change these fields (with `-` written as `__`), and save it."""
    address = f"/organise/gatherings/{slug}/edit/{section}"
    values = fields(client.get(address).text) | {name.replace("__", "-"): value for name, value in changed.items()}
    return client.post(address, data=values)


def a_draft(client: FlaskClient, title: str = "Slow weekend") -> str:
    """A new draft; its slug."""
    answer = client.post("/organise/gatherings/new", data={"kind": "retreat", "title_en": title})
    return answer.location.split("/")[3]
