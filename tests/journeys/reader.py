"""Somebody at a browser who reads their own language: what a test says in English, they find in theirs."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask_babel import force_locale, gettext
from playwright.sync_api import Locator, Page, expect

from retreats.languages import locale_of

Words = str | dict[str, str]


class Reader:
    """A person's window. Words are one of the house's sentences as it stands in the code, or a text in both languages."""

    def __init__(self, page: Page, house: str, language: str) -> None:
        self.page, self.house, self.language = page, house, language

    def hears(self, words: Words, **values: object) -> str:
        """These words in their language."""
        if isinstance(words, dict):
            return words[self.language]
        with force_locale(locale_of(self.language)):
            return gettext(words, **values)

    @property
    def path(self) -> str:
        """Where they are."""
        return urlsplit(self.page.url).path

    def goes_to(self, address: str) -> None:
        """Type an address, or follow one out of a letter."""
        self.page.goto(address if address.startswith("http") else f"{self.house}{address}")

    def follows(self, words: Words, **values: object) -> None:
        """A link; the first where there are several of that name."""
        self.page.get_by_role("link", name=self.hears(words, **values), exact=True).first.click()

    def opens(self, words: Words) -> None:
        """What is folded away under these words; the first where there are several."""
        self.page.locator("summary", has_text=self.hears(words)).first.click()

    def presses(self, words: Words, **values: object) -> None:
        """A button."""
        self.page.get_by_role("button", name=self.hears(words, **values), exact=True).click()

    def writes(self, label: Words, text: str, *, under: Words = "") -> None:
        """Into the field of that name, where there are several: under that heading of a group."""
        self._among(under).get_by_label(self.hears(label)).fill(text)

    def chooses(self, option: Words, *, under: Words = "", nth: int = 0) -> None:
        """Tick or mark it."""
        self._among(under, nth).get_by_label(self.hears(option), exact=True).check()

    def picks(self, option: Words, label: Words) -> None:
        """Out of a list."""
        self.page.get_by_label(self.hears(label)).select_option(label=self.hears(option))

    def reads(self, *words: Words, **values: object) -> None:
        """All of this stands on the page in their language."""
        for each in words:
            expect(self.page.locator("main")).to_contain_text(self.hears(each, **values))

    def does_not_read(self, *words: Words) -> None:
        """None of this does."""
        for each in words:
            expect(self.page.locator("main")).not_to_contain_text(self.hears(each))

    def sees_heading(self, words: Words, **values: object) -> None:
        """What the page is about."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.hears(words, **values))

    def _among(self, legend: Words, nth: int = 0) -> Locator | Page:
        if not legend:
            return self.page
        return self.page.get_by_role("group", name=re.compile(f"^{re.escape(self.hears(legend))}")).nth(nth)
