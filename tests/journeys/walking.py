"""Walking the loop in a browser: who walks, and the way until it is over (the rest is in test_loop.py)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask.testing import FlaskClient

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.feedback.house_forms import house_form
from tests.feedback import loop, rounds
from tests.house import both, sign_in
from tests.journeys.proving import sets_up_an_app
from tests.journeys.reader import Reader
from tests.smtp_server import PostOffice

OTHERS = loop.NAMES[1:]
EVENINGS, WALK, WEIGHS = (
    "The evenings were too full for me",
    "Let us walk before the talk",
    "What I heard at night weighs on me",
)
FEAST = "The village has its feast that night"
HEARD_ALOUD, TOMORROW = both("You are tired.", "Há cansaço."), both("We walk first.", "Andamos primeiro.")
TONGUES = {"en": "In English", "pt": "In Portuguese"}


def question(occasion: str, key: str) -> dict[str, str]:
    """How the house asks it."""
    return next(each.label for each in house_form(occasion).questions if each.key == key)


@dataclass
class Walk:
    """Who walks, and what they walk through."""

    june: Gathering
    ada: Reader
    mira: Reader
    cleo: Reader
    otto: Reader
    rita: Reader
    others: FlaskClient
    way_in: Callable[[str, str], str]
    post_office: PostOffice
    happen: Callable[[], int]

    @property
    def language(self) -> str:
        """What everybody speaks."""
        return self.ada.language

    def later(self, **time: float) -> None:
        """Let so much time pass, and everything follow."""
        clock.move_to(clock.now() + timedelta(**time))
        self.happen()

    def lets_in(self, reader: Reader, person: Person) -> None:
        """Somebody who has shown their second factor just before."""
        sign_in(self.others, person)
        cookie = self.others.get_cookie("session", domain="127.0.0.1")
        assert cookie is not None
        reader.page.context.add_cookies([{"name": "session", "value": cookie.value, "url": reader.house}])


def books_and_is_answered_before_she_comes(walk: Walk) -> None:
    """Ada finds the retreat, books it, says what she hopes for; Mira answers each need, one with no and a reason."""
    ada, mira = walk.ada, walk.mira
    ada.goes_to("/")
    ada.follows("See what is coming")
    ada.follows(walk.june.title)
    ada.follows("Book a place")
    ada.writes("Your name", "Ada")
    ada.writes("Your mail address", "ada@example.org")
    ada.chooses("I have read the terms and the page’s promise, and I accept the terms")
    ada.presses("Book my place")
    ada.sees_heading("Your place is confirmed")
    walk.happen()
    [invite] = [each.calendar for each in walk.post_office.letters if each.to == "ada@example.org" and each.calendar]
    folded = invite.decode().replace("\r\n ", "")
    ada.goes_to(re.findall(r"https?://[^\s\\]+/places/[^\s\\]+", folded)[0])
    ada.sees_heading("%(name)s, you have a place", name="Ada")
    ada.follows("Before you come: %(title)s", title=ada.hears(walk.june.title))
    ada.page.get_by_role("link", name="/reflect/").click()
    ada.follows("Say what you hope for")
    ada.writes(question("intention", "A1"), "To sleep again")
    ada.chooses(both("quieter places", "espaços mais calmos"))
    ada.writes(question("intention", "A4"), "Loud music")
    ada.presses("Keep this")
    ada.reads("To sleep again", "Not answered yet. They answer before you come.")

    mira.goes_to("/facilitate/")
    mira.writes("Your mail address", "mira@example.org")
    mira.presses("Send me the letter")
    mira.goes_to(walk.way_in("mira", "/sign-in/link/"))
    mira.reads("You are about to sign in as %(email)s.", email="mira@example.org")
    mira.presses("Sign in")
    sets_up_an_app(mira)
    assert mira.path == "/facilitate/"
    mira.follows("Answer what they need")
    mira.picks("Can’t, because", "This would help")
    mira.page.get_by_label(mira.hears("Why, when, or the answer")).first.fill(FEAST)
    mira.picks("It will not happen", "This should not happen")
    mira.presses("Tell %(name)s", name="Ada")
    ada.page.reload()
    ada.reads("Can’t, because", FEAST, "It will not happen")


def says_in_the_middle_and_is_answered_the_next_morning(walk: Walk) -> None:
    """The sheet on the wall leads to a letter, the letter to a form; at eight Mira reads it and answers in a line."""
    ada, mira, june = walk.ada, walk.mira, walk.june
    rounds.to_the_middle(june, walk.happen)
    mira.goes_to("/facilitate/")
    mira.opens("All that belongs to it")
    mira.follows("Check-in")
    mira.follows("The sheet for the wall")
    wall = mira.page.locator(".wall-address").inner_text()
    ada.goes_to(wall.replace("http://127.0.0.1:5999", ada.house))
    ada.writes("Your mail address", "ada@example.org")
    ada.presses("Send me my link")
    ada.reads("Look into your mail")
    ada.goes_to(walk.way_in("ada", "/reflect/"))
    ada.follows("Say how it is")
    ada.chooses(both("A little fast", "Um pouco rápido"), under=question("check_in", "B1"))
    ada.writes(question("check_in", "B5"), WALK)
    ada.chooses(both("Yes, a facilitator", "Sim, quem facilita"), under=question("check_in", "B6"))
    ada.presses("Send")
    ada.reads("Your words are sealed", WALK, "you asked for a facilitator to come")
    links = loop.tokens(june)
    for name in OTHERS[:7]:
        assert rounds.check_in(walk.others, links[name]).status_code == 303
    mira.goes_to(walk.way_in("mira", "/check-in"))
    mira.does_not_read(WALK)
    mira.presses("I have been there: %(name)s", name="Ada")

    rounds.to_the_close(june, walk.happen)
    mira.goes_to("/facilitate/june-retreat/check-in")
    mira.reads("%(answered)s of %(attended)s answered.", answered=8, attended=12)
    mira.reads(WALK)
    mira.does_not_read("Ada")
    for code, tongue in TONGUES.items():
        mira.writes(tongue, HEARD_ALOUD[code], under="We heard:")
        mira.writes(tongue, TOMORROW[code], under="Tomorrow:")
    mira.presses("Keep the line")
    ada.page.reload()
    aloud = {"heard": HEARD_ALOUD[walk.language], "tomorrow": TOMORROW[walk.language]}
    ada.reads("We heard: %(heard)s Tomorrow: %(tomorrow)s", **aloud)
    ada.reads("a facilitator has been with you")


def says_how_it_was_without_her_name(walk: Walk) -> None:
    """Ada says what should change; eight others answer too, three of them without a name. Nothing shows before its time."""
    ada, june = walk.ada, walk.june
    loop.after_the_end(june, walk.happen)
    ada.goes_to(walk.way_in("ada", "/reflect/"))
    ada.reads("What I came for", "To sleep again")
    ada.follows("Say how it was")
    ada.reads("To sleep again")
    ada.chooses(both("Partly", "Em parte"), under=question("after", "C1"))
    ada.writes(question("after", "C8"), EVENINGS)
    ada.chooses("I would like a reply", under="And, if you like", nth=1)
    ada.presses("Seal and send")
    ada.reads("Your words are sealed", EVENINGS)
    loop.everybody_says(walk.others, june, "bo", "cara", C8_also="supervise")
    loop.everybody_says(walk.others, june, "duarte", C7="The soup", C8="", C10="weighs", C10_text=WEIGHS)
    loop.everybody_says(walk.others, june, "eva", "filipe", "gil", "hana", "ines", C8_mode="named")
    walk.mira.goes_to("/facilitate/june-retreat/after")
    walk.mira.does_not_read(EVENINGS)
