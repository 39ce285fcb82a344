"""From the open page to a closed loop in a browser: found, booked, hoped, said, heard, answered, changed, shown, met."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from retreats import clock
from retreats.catalogue.models import Gathering, Series
from retreats.db import db, writing
from retreats.feedback.house_forms import house_form
from tests.feedback import loop
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both, terms
from tests.journeys.proving import sets_up_an_app
from tests.journeys.reader import Reader
from tests.smtp_server import PostOffice

pytestmark = pytest.mark.journey
OTHERS = ("bo", "cara", "duarte", "eva", "filipe")
EVENINGS = "The evenings were too full for me"
ASKED = both("The evenings were long", "Os serões eram longos")
MADE = both("The second evening is free", "O segundo serão é livre")
HEARD = "I hear that you were tired."


def question(occasion: str, key: str) -> dict[str, str]:
    """How the house asks it."""
    return next(each.label for each in house_form(occasion).questions if each.key == key)


@pytest.fixture
def june(open_house: str) -> Gathering:
    """Mira leads a retreat in two weeks; the one of the autumn follows it, and is a draft."""
    del open_house
    mira = a_facilitator()
    terms()
    a_person("otto@example.org", role="organiser")
    june = a_gathering(facilitator=mira, starts_at=clock.now() + timedelta(days=14))
    autumn = a_gathering(slug="autumn-retreat", facilitator=mira, starts_at=clock.now() + timedelta(days=90))
    loop.in_series(june)
    with writing() as session:
        draft = session.get_one(Gathering, autumn.id)
        draft.state, draft.published_at, draft.title = "draft", None, both("Autumn retreat", "Retiro de outono")
    return june


@pytest.mark.parametrize(
    ("store", "language"),
    [("sqlite", "en"), pytest.param("postgres", "pt", marks=pytest.mark.postgres)],
    indirect=["store"],
)
def test_what_ada_says_without_her_name_changes_the_next_retreat(  # noqa: PLR0915  (one walk is one story)
    open_house: str,
    new_page: Any,
    june: Gathering,
    others: FlaskClient,
    way_in: Callable[[str, str], str],
    post_office: PostOffice,
    happen: Callable[[], int],
    language: str,
) -> None:
    ada, mira, otto = (Reader(new_page(language=language), open_house, language) for _ in range(3))
    for name in OTHERS:
        a_booking(june, f"{name}@example.org", language=language)

    # Ada finds the retreat, books it, and is asked what she hopes for.
    ada.goes_to("/")
    ada.follows("See what is coming")
    ada.follows(june.title)
    ada.follows("Book a place")
    ada.writes("Your name", "Ada")
    ada.writes("Your mail address", "ada@example.org")
    ada.chooses("I have read the terms and the page’s promise, and I accept the terms")
    ada.presses("Book my place")
    ada.sees_heading("Your place is confirmed")
    happen()
    [invite] = [each.calendar for each in post_office.letters if each.to == "ada@example.org" and each.calendar]
    folded = invite.decode().replace("\r\n ", "")
    ada.goes_to(re.findall(r"https?://[^\s\\]+/places/[^\s\\]+", folded)[0])
    ada.sees_heading("%(name)s, you have a place", name="Ada")
    ada.follows("Before you come: %(title)s", title=ada.hears(june.title))
    ada.page.get_by_role("link", name="/reflect/").click()
    ada.follows("Say what you hope for")
    ada.writes(question("intention", "A1"), "To sleep again")
    ada.chooses({"en": "quieter places", "pt": "espaços mais calmos"})
    ada.writes(question("intention", "A4"), "Loud music")
    ada.presses("Keep this")
    ada.reads("To sleep again", "Not answered yet. They answer before you come.")

    # Mira comes in by the link of her letter, sets up what health answers need besides it, and answers each need; Ada sees it.
    mira.goes_to("/facilitate/")
    mira.writes("Your mail address", "mira@example.org")
    mira.presses("Send me the letter")
    mira.goes_to(way_in("mira", "/sign-in/link/"))
    mira.reads("You are about to sign in as %(email)s.", email="mira@example.org")
    mira.presses("Sign in")
    sets_up_an_app(mira)
    assert mira.path == "/facilitate/"
    mira.follows("Answer what they need")
    mira.picks("Will do", "This would help")
    mira.picks("Can’t promise that, because", "This should not happen")
    mira.page.get_by_label(mira.hears("Why, when, or the answer")).last.fill("The village has its feast that night")
    mira.presses("Tell %(name)s", name="Ada")
    ada.page.reload()
    ada.reads("Will do", "The village has its feast that night")

    # It was. Ada says what should change, without her name; four others answer too, and nothing shows before its time.
    loop.after_the_end(june, happen)
    ada.goes_to(way_in("ada", "/reflect/"))
    ada.follows("Say how it was")
    ada.reads("To sleep again")
    ada.chooses({"en": "Partly", "pt": "Em parte"}, under=question("after", "C1"))
    ada.writes(question("after", "C8"), EVENINGS)
    ada.chooses("I would like a reply", under="And, if you like", nth=1)
    ada.presses("Seal and send")
    ada.reads("Your words are sealed", EVENINGS)
    loop.everybody_says(others, june, "bo", "cara", "duarte", "eva", C8="")
    mira.goes_to("/facilitate/june-retreat/after")
    mira.does_not_read(EVENINGS)

    # Three days later Mira reads, answers somebody whom she does not know, decides, and makes the change.
    loop.after_the_end(june, happen, hours=72)
    mira.goes_to(way_in("mira", "/after"))
    mira.reads("%(answered)s of %(attended)s answered. You can read it now.", answered=5, attended=6)
    mira.presses("Read without looking back")
    mira.reads(EVENINGS, "Someone")
    mira.does_not_read("Ada")
    mira.follows("Decide")
    mira.writes("Your reply", HEARD)
    mira.presses("Send the reply")
    mira.chooses("Will change", under="What have you decided?")
    for code, tongue in (("en", "In English"), ("pt", "In Portuguese")):
        mira.writes(tongue, ASKED[code], under="What was asked, in your words")
    mira.writes("If you change it: by when?", "2027-05-01")
    mira.presses("Decide")
    mira.reads("You want to change it", ASKED)
    mira.writes("Since when?", "2027-03-19")
    for code, tongue in (("en", "In English"), ("pt", "In Portuguese")):
        mira.writes(tongue, MADE[code], under="What is different now?")
    mira.presses("It is made")
    mira.does_not_read("Ada")

    # Otto comes in by the short code, and publishes the next one of the series: its page says what changed.
    otto.goes_to("/organise/gatherings/autumn-retreat/edit/words")
    otto.writes("Your mail address", "otto@example.org")
    otto.presses("Send me the letter")
    happen()
    [letter] = [each for each in post_office.letters if each.to == "otto@example.org"]
    otto.writes("The six digits", re.findall(r"\b\d{6}\b|\b\d{3} \d{3}\b", letter.text)[0])
    otto.presses("Sign in")
    otto.follows("Not now: go on without it")
    otto.picks(db.session.query(Series).one().title, "Series")
    otto.presses("Save")
    otto.presses("Publish it")
    otto.follows("See its page as everybody does")
    happen()
    otto.page.reload()
    otto.reads("You said / we changed", ASKED, MADE)

    # Everybody who was there gets the same letter. Ada sees what became of her words, and that it met them.
    subject = ada.hears("Something new: %(title)s", title=ada.hears(june.title))
    digests = [each for each in post_office.letters if each.subject == subject]
    assert sorted(each.to for each in digests) == sorted(f"{name}@example.org" for name in ("ada", *OTHERS))
    assert len({loop.without_own(each.text) for each in digests}) == 1
    clock.move_to(clock.now() + timedelta(minutes=30))
    ada.goes_to(way_in("ada", "/reflect/"))
    ada.reads(HEARD, "They changed it", MADE, "They don’t know it was you.")
    ada.chooses("Yes", under="Does this meet your point?")
    ada.presses("Say so")
    ada.reads("You said: this meets my point")
    loop.after_the_end(june, happen, days=8)
    assert loop.point_saying(june, EVENINGS).state == "confirmed"
    ada.goes_to("/how-we-listen/")
    ada.reads(
        "%(asked)s asked for · %(promised)s promised · %(made)s made · %(shown)s shown · %(told)s told",
        asked=1,
        promised=1,
        made=1,
        shown=1,
        told=1,
    )
    expected = {"en": "5 of 6", "pt": "5 de 6"}
    ada.reads(expected)
