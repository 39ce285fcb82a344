"""What the files of the demonstration say: whole, in both languages, honest, and right on every day of the year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from retreats.catalogue.models.gathering import KINDS
from retreats.demo.content import FOLDER, GATHERINGS, gathering, said
from retreats.demo.dates import SkippedHour, first_moment, in_utc, moment_within, spelled
from retreats.demo.people import PERSONAS, welcome
from tests.house import PROMISE

pytestmark = pytest.mark.slow

FILES = sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.toml"))
DRAFT = "body-and-word-voice"
PEOPLE = {each["key"]: each for each in said("people")["people"]}
LOCALISED = {"title", "summary", "about", "included", "not_included", "name", "note", "label", "hint", "promise",
             "getting_there", "access", "line", "training", "approach", "role", "why", "cancelled_because"}  # fmt: skip
EVERY_DAY = [datetime(2026, 1, 1, hour, 40, tzinfo=UTC) + timedelta(days=day) for day in range(800) for hour in (0, 23)]


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every table of the files that is a text in languages, with the way to it."""
    if isinstance(value, dict):
        if {"en", "pt"} & value.keys():
            yield path, value
        else:
            for key, each in value.items():
                yield from texts(each, f"{path}/{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from texts(each, f"{path}/{index}")


def all_texts() -> Iterator[tuple[str, dict[str, str]]]:
    for name in FILES:
        yield from texts(said(name), name)


def span_of(slug: str, now: datetime) -> tuple[datetime, datetime]:
    when = gathering(slug)["when"]
    begins = first_moment(when["starts"], now=now)
    return in_utc(begins), in_utc(moment_within(when["ends"], begins=begins))


def test_every_text_is_there_in_both_languages():
    lacking = [path for path, text in all_texts() if not (text.get("en", "").strip() and text.get("pt", "").strip())]

    assert lacking == []


def test_nothing_that_people_read_is_left_in_one_language():
    """A plain string where a table of languages belongs would be shown to everyone."""
    plain = [
        f"{name}: {key}"
        for name in FILES
        for table in [said(name), *(each for kept in said(name).values() if isinstance(kept, list) for each in kept)]
        if isinstance(table, dict) and "who" not in table
        for key, value in table.items()
        if key in LOCALISED and isinstance(value, str) and name not in {"people", "house"}
    ]

    assert plain == []


def test_a_text_is_not_the_other_one_copied():
    same = [path for path, text in all_texts() if text["en"] == text["pt"] and text["en"]]

    assert [path for path in same if not path.endswith(("/options/1", "/role"))] == []


def test_the_portuguese_is_formal_without_voce_and_of_portugal():
    wrong = re.compile(
        r"\bvocês?\b|\b(ônibus|trem|time|gerenciar|usuários?|cadastro|celular|banheiro)\b", re.IGNORECASE
    )

    assert [path for path, text in all_texts() if wrong.search(text["pt"])] == []


def test_nobody_promises_to_heal_and_nobody_shouts():
    claims = re.compile(r"\b(heal(?:s|ed|ing|er)?|cure[sd]?|curing|cura|curar|curas|transform\w*|breakthrough|miracle|milagre)\b|!",
                        re.IGNORECASE)  # fmt: skip

    assert [path for path, text in all_texts() if any(claims.search(text[each]) for each in ("en", "pt"))] == []


def test_every_file_of_a_gathering_is_listed_and_all_kinds_and_states_are_there():
    written = {path.stem for path in (FOLDER / "gatherings").glob("*.toml")}

    assert set(GATHERINGS) == written
    assert len(GATHERINGS) == 8
    assert all(gathering(slug)["slug"] == slug for slug in GATHERINGS)
    assert {gathering(slug)["kind"] for slug in GATHERINGS} == set(KINDS)
    assert {gathering(slug)["state"] for slug in GATHERINGS} == {"draft", "published", "running", "over", "cancelled"}
    assert {gathering(slug).get("mode", "in_person") for slug in GATHERINGS} == {"in_person", "both"}


@pytest.mark.parametrize("slug", [slug for slug in GATHERINGS if slug != DRAFT])
def test_a_gathering_that_people_can_see_promises_everything(slug):
    table = gathering(slug)

    assert set(table["promise"]) | {"your_words"} == set(PROMISE)
    assert all(text["en"] and text["pt"] for text in table["promise"].values())
    assert table["care"] == "celeste"
    assert "celeste" not in table["leaders"]
    assert "Celeste Amorim" in table["promise"]["responsible"]["en"]
    assert table["questions"]


def test_the_draft_is_missing_one_thing_and_names_who_it_is():
    table = gathering(DRAFT)

    assert table["state"] == "draft"
    assert "care" not in table
    assert "Celeste Amorim" in table["promise"]["responsible"]["en"]
    assert set(table["promise"]) | {"your_words"} == set(PROMISE)


@pytest.mark.parametrize("slug", GATHERINGS)
def test_the_days_are_right_whenever_the_demonstration_is_loaded(slug):
    state = gathering(slug)["state"]
    for now in EVERY_DAY:
        starts, ends = span_of(slug, now)
        assert starts < ends
        if state == "over":
            assert ends < now
        elif state == "running":
            assert starts < now < ends
        else:
            assert now < starts


@pytest.mark.parametrize("slug", GATHERINGS)
def test_sessions_lie_inside_their_gathering_one_after_the_other(slug):
    table = gathering(slug)
    for now in EVERY_DAY[:800:7]:
        begins = first_moment(table["when"]["starts"], now=now)
        sessions = [
            tuple(moment_within(each[word], begins=begins) for word in ("from", "to")) for each in table["sessions"]
        ]
        assert begins == sessions[0][0]
        assert moment_within(table["when"]["ends"], begins=begins) == sessions[-1][1]
        assert all(start < end for start, end in sessions)
        assert all(before[1] <= after[0] for before, after in pairwise(sessions))


def test_nobody_leads_in_two_places_at_once_and_no_house_is_booked_twice():
    for now in EVERY_DAY:
        busy: dict[str, list[tuple[datetime, datetime]]] = {}
        for slug in GATHERINGS:
            table = gathering(slug)
            begins = first_moment(table["when"]["starts"], now=now)
            for who_or_where in [*table["leaders"], *([table["venue"]] if "venue" in table else [])]:
                busy.setdefault(who_or_where, []).extend(
                    (moment_within(each["from"], begins=begins), moment_within(each["to"], begins=begins))
                    for each in table["sessions"]
                )
        for name, spans in busy.items():
            assert all(before[1] <= after[0] for before, after in pairwise(sorted(spans))), (now, name)


def test_the_upcoming_retreat_keeps_its_hours_when_the_clocks_change():
    before_the_change = datetime(2027, 3, 1, 9, tzinfo=UTC)

    starts, ends = span_of("slow-weekend-beginning-again", before_the_change)

    assert (starts, ends) == (datetime(2027, 4, 9, 17, tzinfo=UTC), datetime(2027, 4, 11, 13, 30, tzinfo=UTC))


def test_an_hour_that_the_clocks_skip_is_refused():
    saturday = datetime(2027, 3, 27, 12, tzinfo=UTC)

    with pytest.raises(SkippedHour):
        first_moment("sunday +0 01:30", now=saturday)


def test_a_wall_clock_time_is_spelled_as_it_was_meant():
    wall = datetime(2027, 6, 12, 18, tzinfo=ZoneInfo("Europe/Lisbon"))

    assert (spelled(wall), in_utc(wall)) == ("2027-06-12T18:00", datetime(2027, 6, 12, 17, tzinfo=UTC))


def test_everybody_that_the_files_name_exists():
    named = {
        key
        for slug in GATHERINGS
        for each in gathering(slug).get("bookings", []) + gathering(slug).get("waiting", [])
        for key in [
            each.get("by", each.get("who")),
            *(place["who"] for place in each.get("places", []) if "who" in place),
        ]
    }

    assert named <= PEOPLE.keys()
    assert {each["person"] for each in said("facilitators")["facilitators"]} == {
        key for key, each in PEOPLE.items() if "facilitator" in each.get("roles", [])
    }
    assert {each.key for each in PERSONAS} <= PEOPLE.keys()
    assert len(PEOPLE) == len({each["name"] for each in PEOPLE.values()})


def test_answers_fit_the_questions_and_none_that_is_needed_is_missing():
    for slug in GATHERINGS:
        questions = {each["key"]: each for each in gathering(slug)["questions"]}
        needed = {key for key, each in questions.items() if each.get("required")}
        for booking in gathering(slug).get("bookings", []):
            for place in booking["places"]:
                answers = place.get("answers", {})
                assert needed <= answers.keys(), (slug, place)
                assert answers.keys() <= questions.keys(), (slug, place)
                for key, answer in answers.items():
                    options = [option["value"] for option in questions[key].get("options", [])]
                    assert not options or answer in options, (slug, place)


def test_the_welcome_says_where_to_look_and_as_whom():
    text = welcome("http://127.0.0.1:8000/")

    assert "http://127.0.0.1:8000/demo/" in text
    assert "//gatherings" not in text
    assert all(email in text for email in ("ada@example.org", "mira@example.org", "otto@example.org"))
    assert max(map(len, text.splitlines())) <= 100


def test_the_welcome_leads_only_to_gatherings_that_can_be_booked():
    slugs = re.findall(r"/gatherings/([a-z-]+)/", welcome("http://127.0.0.1:8000"))

    assert {gathering(slug)["state"] for slug in slugs} == {"published"}
    assert {each["price"] == 0 for slug in slugs for each in gathering(slug)["tickets"]} == {True, False}


def test_the_next_weekend_is_what_the_last_one_changed():
    """What the closed loop changed: the second evening is free, and the walk has two lengths."""
    before, after = (
        [each["title"]["en"] for each in gathering(slug)["sessions"]]
        for slug in ("slow-weekend-listening", "slow-weekend-beginning-again")
    )

    assert "Evening circle" in before
    assert "Evening circle" not in after
    assert "Walk: three kilometres on the level, or nine with a climb" in after
