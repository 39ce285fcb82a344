"""The whole loop in a browser, in one story (loop.md, section 9): found, booked, hoped, answered, said in the middle and after,
heard, thanked, replied to, written to all, taken to supervision, decided, made, shown, told, met in part, made again, met.

Ada takes part, Mira leads, Cleo is the care contact, Otto organises, and Rita supervises; nobody watches the eleven others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering, Series
from retreats.db import db, writing
from retreats.feedback.service import themes
from tests.feedback import loop
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both, terms
from tests.journeys.reader import Reader
from tests.journeys.walking import (
    EVENINGS,
    OTHERS,
    TONGUES,
    WEIGHS,
    Walk,
    books_and_is_answered_before_she_comes,
    question,
    says_how_it_was_without_her_name,
    says_in_the_middle_and_is_answered_the_next_morning,
)
from tests.smtp_server import PostOffice

pytestmark = pytest.mark.journey
BACK, HEARD, FULL = "Thank you for asking", "I hear that you were tired.", "Evenings that were full"
ASKED = both("The evenings were long", "Os serões eram longos")
MADE = both("The second evening is free", "O segundo serão é livre")
AGAIN = both("Both evenings are free", "Os dois serões são livres")
LETTER = both("We planned too much.", "Planeámos demasiado.")


@pytest.fixture
def june(open_house: str, request: pytest.FixtureRequest) -> Gathering:
    """Mira leads a retreat in two weeks; the one of the autumn follows it, and is a draft. Eleven have booked."""
    del open_house
    mira = a_facilitator()
    terms()
    a_person("otto@example.org", role="organiser")
    june = a_gathering(facilitator=mira, places=12, starts_at=clock.now() + timedelta(days=14))
    autumn = a_gathering(slug="autumn-retreat", facilitator=mira, starts_at=clock.now() + timedelta(days=90))
    loop.in_series(june)
    with writing() as session:
        draft = session.get_one(Gathering, autumn.id)
        draft.state, draft.published_at, draft.title = "draft", None, both("Autumn retreat", "Retiro de outono")
    for name in OTHERS:
        a_booking(june, f"{name}@example.org", language=request.getfixturevalue("language"))
    return june


@pytest.fixture
def walk(
    open_house: str, new_page: Any, june: Gathering, others: FlaskClient, way_in: Callable[[str, str], str],
    post_office: PostOffice, happen: Callable[[], int], language: str,
) -> Walk:  # fmt: skip
    """Five people, each at a window of their own."""
    five = [Reader(new_page(language=language), open_house, language) for _ in range(5)]
    return Walk(june, *five, others, way_in, post_office, happen)


@pytest.mark.parametrize(
    ("store", "language"),
    [("sqlite", "en"), pytest.param("postgres", "pt", marks=[pytest.mark.postgres, pytest.mark.at_length])],
    indirect=["store"],
)
def test_what_ada_says_without_her_name_changes_the_next_retreat(walk: Walk) -> None:
    books_and_is_answered_before_she_comes(walk)
    says_in_the_middle_and_is_answered_the_next_morning(walk)
    says_how_it_was_without_her_name(walk)
    what_weighs_reaches_cleo_and_nobody_who_leads(walk)
    mira_looks_back_reads_and_answers(walk)
    ada_reads_by_her_link_and_writes_back(walk)
    mira_writes_to_all_and_takes_it_to_supervision(walk)
    mira_decides_and_makes_it_and_otto_publishes(walk)
    everybody_has_the_same_letter_and_it_met_in_part(walk)
    mira_makes_it_again_and_it_met(walk)
    otto_sees_it_in_counts(walk)


def what_weighs_reaches_cleo_and_nobody_who_leads(walk: Walk) -> None:
    """It is with the care contact at once: her letter says nothing of it, her page does, and no other."""
    cleo = walk.cleo
    contact = db.session.query(Person).filter_by(id=walk.june.care_contact_id).one()
    there = walk.way_in(contact.email.partition("@")[0], "/care/")
    walk.lets_in(cleo, contact)
    cleo.goes_to(there)
    cleo.page.locator("article h2 a").first.click()
    cleo.does_not_read(WEIGHS)
    cleo.presses("Open it")
    cleo.reads(WEIGHS, "they left no way")
    cleo.does_not_read("Duarte")
    assert not [each for each in walk.post_office.letters if WEIGHS in each.text]


def mira_looks_back_reads_and_answers(walk: Walk) -> None:
    """Three days later: first her own half, with a guess; then what they said, a thank-you heard, and a reply to someone."""
    mira = walk.mira
    loop.after_the_end(walk.june, walk.happen, hours=72)
    mira.goes_to(walk.way_in("mira", "/after"))
    mira.reads("%(answered)s of %(attended)s answered. You can read it now.", answered=9, attended=12)
    mira.follows("Look back first")
    mira.writes(question("reflection", "E1"), "11")
    mira.presses("Keep it")
    mira.presses("Read what they said")
    mira.reads(EVENINGS, "Someone", "The soup")
    guess = {
        "en": "You expected that 11 would say there was room for the hard things. 8 of 9 said mostly or entirely",
        "pt": "Esperava que 11 dissessem que houve lugar para o difícil. 8 de 9 disseram bastante ou totalmente",
    }
    mira.reads(guess)
    mira.does_not_read("Ada", "Duarte", WEIGHS)
    all_of_it_is_on_the_screen_of_a_laptop(mira)
    mira.page.get_by_role("button", name="♥").click()
    decides_on_the_evenings(mira)
    mira.writes("Your reply", HEARD)
    mira.presses("Send the reply")
    mira.writes("Title of a new theme", FULL)
    mira.presses("Add it")
    for name in ("bo", "cara"):
        point = loop.point_saying(walk.june, f"{name} would change")
        with writing():
            themes.add_to_theme(walk.june.id, point.id, title=FULL)


def all_of_it_is_on_the_screen_of_a_laptop(mira: Reader) -> None:
    """The whole page with the foot of the site, with eight points that wait. The first is open, another instead of it by a key, or by
    an address that names it; on paper all are."""
    before = mira.page.viewport_size or {}
    mira.page.set_viewport_size({"width": 1440, "height": 900})
    waiting, open_now = mira.page.locator("details.ask"), mira.page.locator("details.ask[open]")
    assert [waiting.count(), open_now.count(), waiting.first.get_attribute("open")] == [8, 1, ""]
    assert mira.page.evaluate("document.documentElement.scrollHeight") == 900
    assert waiting.first.evaluate("each => each.getBoundingClientRect().top") <= 350
    waiting.nth(5).locator("summary").press("Enter")
    expect(waiting.nth(5).locator("article")).to_be_visible()
    assert open_now.count() == 1
    named = waiting.nth(2).locator("article")
    mira.page.evaluate("name => { location.hash = name }", named.get_attribute("id"))
    expect(named).to_be_visible()
    mira.page.emulate_media(media="print")
    assert all(each.is_visible() for each in waiting.locator("article").all())
    mira.page.emulate_media(media="screen")
    mira.page.set_viewport_size(before)


def decides_on_the_evenings(mira: Reader) -> None:
    if not mira.page.locator("article", has_text=EVENINGS).is_visible():
        mira.opens(EVENINGS)
    mira.page.locator("article", has_text=EVENINGS).get_by_role("link", name=mira.hears("Decide")).click()


def ada_reads_by_her_link_and_writes_back(walk: Walk) -> None:
    """Half an hour later she reads the reply, and answers; it reaches Mira within a day, from someone."""
    ada, mira = walk.ada, walk.mira
    walk.later(minutes=30)
    ada.goes_to(walk.way_in("ada", "/reflect/"))
    ada.reads(HEARD, "They don’t know it was you.")
    ada.opens("Write back, or take these words back")
    ada.writes("To the facilitators", BACK)
    ada.presses("Send")
    mira.goes_to("/facilitate/june-retreat/after")
    decides_on_the_evenings(mira)
    mira.does_not_read(BACK)
    walk.later(days=1)
    mira.page.reload()
    mira.reads(BACK, "Someone")
    mira.does_not_read("Ada")


def mira_writes_to_all_and_takes_it_to_supervision(walk: Walk) -> None:
    """One letter to the group; one theme, freed of who could be known, which Rita reads by the link of her letter."""
    mira, rita = walk.mira, walk.rita
    mira.goes_to("/facilitate/june-retreat/letter")
    for code, tongue in TONGUES.items():
        mira.writes(tongue, f"## {FULL}\n\n{LETTER[code]}")
    mira.presses("Keep it, and look at it")
    mira.presses("Send it to everybody")
    mira.goes_to("/facilitate/june-retreat/supervision")
    mira.chooses(FULL)
    mira.writes("What you want to ask", "Where do I slow down?")
    mira.presses("Go on to the words")
    for _text in range(2):
        mira.page.get_by_role("button", name=mira.hears("I have looked: take it along")).nth(_text).click()
    mira.writes("Your supervisor’s name", "Rita")
    mira.writes("Mail address", "rita@example.org")
    mira.presses("Send it to supervision")
    rita.goes_to(walk.way_in("rita", "/supervision/"))
    rita.does_not_read(FULL)
    rita.presses("Open it")
    rita.reads("Where do I slow down?", FULL, "would change the evenings")
    rita.does_not_read("Bo", EVENINGS, WEIGHS)
    mira.page.reload()
    mira.does_not_read("Nobody has opened it yet.")


def mira_decides_and_makes_it_and_otto_publishes(walk: Walk) -> None:
    """She decides, and makes the change; he publishes the next one of the series, and its page says what changed."""
    mira, otto = walk.mira, walk.otto
    mira.goes_to("/facilitate/june-retreat/after")
    decides_on_the_evenings(mira)
    mira.chooses("Will change", under="What have you decided?")
    for code, tongue in TONGUES.items():
        mira.writes(tongue, ASKED[code], under="What was asked, in your words")
    mira.writes("If you change it: by when?", "2027-05-01")
    mira.presses("Decide")
    mira.reads("You want to change it", ASKED)
    says_that_it_is_made(walk, MADE)

    otto.goes_to("/organise/gatherings/autumn-retreat/edit/words")
    otto.writes("Your mail address", "otto@example.org")
    otto.presses("Send me the letter")
    walk.happen()
    [letter] = [each for each in walk.post_office.letters if each.to == "otto@example.org" and "/sign-in/" in each.text]
    otto.writes("The six digits", re.findall(r"\b\d{6}\b|\b\d{3} \d{3}\b", letter.text)[0])
    otto.presses("Sign in")
    otto.follows("Not now: go on without it")
    otto.picks(db.session.query(Series).one().title, "Series")
    otto.presses("Save")
    otto.presses("Publish it")
    otto.follows("See its page as everybody does")
    walk.happen()
    otto.page.reload()
    otto.reads("You said / we changed", ASKED, MADE)


def everybody_has_the_same_letter_and_it_met_in_part(walk: Walk) -> None:
    """Letters differ by greeting and own link only. Ada reads all that came of it, and says: in part."""
    ada = walk.ada
    subject = ada.hears("Something new: %(title)s", title=ada.hears(walk.june.title))
    digests = defaultdict(list)
    for each in walk.post_office.letters:
        if each.subject == subject:
            digests[each.to].append(loop.without_own(each.text))
    assert sorted(digests) == sorted(f"{name}@example.org" for name in loop.NAMES)
    assert len({tuple(each) for each in digests.values()}) == 1
    walk.later(minutes=30)
    ada.goes_to(walk.way_in("ada", "/reflect/"))
    ada.reads(HEARD, LETTER, "They changed it", MADE, "They don’t know it was you.")
    ada.chooses("In part", under="Does this meet your point?")
    ada.presses("Say so")
    ada.reads("You said: in part")
    walk.later(days=1)
    assert loop.point_saying(walk.june, EVENINGS).state == "reopened"


def mira_makes_it_again_and_it_met(walk: Walk) -> None:
    """She looks again and makes it once more; Ada is asked once more, and it is closed by her word."""
    ada, mira = walk.ada, walk.mira
    mira.goes_to("/facilitate/june-retreat/after")
    mira.reads("look again")
    decides_on_the_evenings(mira)
    mira.reads("Make it once more")
    says_that_it_is_made(walk, AGAIN)
    walk.later(minutes=30)
    ada.goes_to(walk.way_in("ada", "/reflect/"))
    ada.reads(AGAIN)
    ada.chooses("Yes", under="Does this meet your point?")
    ada.presses("Say so")
    ada.reads("You said: this meets my point")
    loop.after_the_end(walk.june, walk.happen, days=12)
    assert loop.point_saying(walk.june, EVENINGS).state == "confirmed"


def says_that_it_is_made(walk: Walk, what: dict[str, str]) -> None:
    """Since when, and what is different now."""
    walk.mira.writes("Since when?", f"{clock.now():%Y-%m-%d}")
    for code, tongue in TONGUES.items():
        walk.mira.writes(tongue, what[code], under="What is different now?")
    walk.mira.presses("It is made")
    walk.mira.does_not_read("Ada")


def otto_sees_it_in_counts(walk: Walk) -> None:
    """The board of the loop has a count in each cell and no word of anybody's; the house's figures have one more."""
    otto = walk.otto
    otto.goes_to("/organise/loop")
    row = otto.page.get_by_role("row").filter(has_text=otto.hears(walk.june.title))
    for words, values in (
        ("%(part)s of %(whole)s", {"part": 9, "whole": 12}),
        ("%(part)s of %(whole)s", {"part": 8, "whole": 12}),
        ("%(promised)s promised, %(made)s made, %(shown)s shown", {"promised": 1, "made": 1, "shown": 1}),
        ("%(part)s of %(whole)s looked back", {"part": 1, "whole": 1}),
        ("%(count)s open, seen", {"count": 1}),
    ):
        expect(row).to_contain_text(otto.hears(words, **values))
    otto.does_not_read(EVENINGS, WEIGHS, HEARD, "Ada")
    walk.ada.goes_to("/how-we-listen/")
    figures = dict.fromkeys(("asked", "promised", "made", "shown", "told"), 1) | {"asked": 8}
    walk.ada.reads(
        "%(asked)s asked for · %(promised)s promised · %(made)s made · %(shown)s shown · %(told)s told", **figures
    )
