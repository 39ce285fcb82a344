"""In the middle of a retreat, in a browser: the sheet on the wall leads to a letter, the letter to a form, and the form to an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from retreats import clock
from retreats.feedback.house_forms import house_form
from tests.feedback import loop, rounds
from tests.house import a_facilitator
from tests.journeys.proving import sets_up_an_app
from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey
WALK = "Let us walk before the talk"
HEARD = {"en": "You are tired.", "pt": "Há cansaço."}
TOMORROW = {"en": "We walk first.", "pt": "Andamos primeiro."}


def question(key: str) -> dict[str, str]:
    """How the house asks it."""
    return next(each.label for each in house_form("check_in").questions if each.key == key)


@pytest.mark.parametrize(
    ("store", "language"),
    [("sqlite", "en"), pytest.param("postgres", "pt", marks=pytest.mark.postgres)],
    indirect=["store"],
)
def test_what_ada_says_by_the_sheet_on_the_wall_is_answered_the_next_morning(
    open_house: str,
    new_page: Any,
    others: FlaskClient,
    way_in: Callable[[str, str], str],
    happen: Callable[[], int],
    language: str,
) -> None:
    ada, mira = (Reader(new_page(language=language), open_house, language) for _ in range(2))
    june = loop.a_group(6, facilitator=a_facilitator(), language=language, starts_at=clock.now() + timedelta(days=3))
    rounds.to_the_middle(june, happen)

    # Mira hangs up the sheet; Ada scans it, and has her link sent.
    mira.goes_to("/facilitate/")
    mira.writes("Your mail address", "mira@example.org")
    mira.presses("Send me the letter")
    mira.goes_to(way_in("mira", "/sign-in/link/"))
    mira.presses("Sign in")
    sets_up_an_app(mira)
    mira.opens("All that belongs to it")
    mira.follows("Check-in")
    mira.follows("The sheet for the wall")
    wall = mira.page.locator(".wall-address").inner_text()
    ada.goes_to(wall.replace("http://127.0.0.1:5999", open_house))
    ada.writes("Your mail address", "ada@example.org")
    ada.presses("Send me my link")
    ada.reads("Look into your mail")
    ada.goes_to(way_in("ada", "/reflect/"))

    # Ada says without a name what should change, and with it that she would like to talk. Four others answer too.
    ada.follows("Say how it is")
    ada.chooses({"en": "A little fast", "pt": "Um pouco rápido"}, under=question("B1"))
    ada.writes(question("B5"), WALK)
    ada.chooses({"en": "Yes, a facilitator", "pt": "Sim, quem facilita"}, under=question("B6"))
    ada.presses("Send")
    ada.reads("Your words are sealed", WALK, "you asked for a facilitator to come")
    links = loop.tokens(june)
    for name in ("bo", "cara", "duarte", "eva"):
        assert rounds.check_in(others, links[name]).status_code == 303
    mira.goes_to(way_in("mira", "/check-in"))
    mira.does_not_read(WALK)
    mira.presses("I have been there: %(name)s", name="Ada")

    # At eight Mira reads it, without a name, and answers in a line, which Ada finds on her page.
    rounds.to_the_close(june, happen)
    mira.goes_to("/facilitate/june-retreat/check-in")
    mira.reads("%(answered)s of %(attended)s answered.", answered=5, attended=6)
    mira.reads(WALK)
    mira.does_not_read("Ada")
    for code, tongue in (("en", "In English"), ("pt", "In Portuguese")):
        mira.writes(tongue, HEARD[code], under="We heard:")
        mira.writes(tongue, TOMORROW[code], under="Tomorrow:")
    mira.presses("Keep the line")
    ada.page.reload()
    ada.reads("We heard: %(heard)s Tomorrow: %(tomorrow)s", heard=HEARD[language], tomorrow=TOMORROW[language])
    ada.reads("a facilitator has been with you")
