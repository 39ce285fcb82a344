"""What somebody may not see cannot be told from what is not there: by words, headers, length, work done or time (AUTZ-14)."""

from __future__ import annotations

import re
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from retreats.booking.addresses import registration_path
from retreats.catalogue.models import Gathering
from retreats.db import writing
from tests.conftest import browser_of
from tests.stores import ON_SQLITE
from tests.test_who_may import address, rules, said
from tests.who_may_table import TABLE
from tests.who_may_world import LEADER, NOBODY, ORGANISER, OTHER, OTHER_LEADER, PARTICIPANT, World, build

pytestmark = [pytest.mark.slow, ON_SQLITE]

CURIOUS = {"owner": OTHER, "leader": OTHER_LEADER, "organiser": OTHER_LEADER, "house owner": ORGANISER, "facilitator": OTHER,
           "own link": NOBODY}  # fmt: skip
"""Who may not, by guard, and would like to know."""
A_KEY = "a" * 32
MADE_WITH_THE_FORM = {"feedback.keep_entry", "feedback.keep_supervision"}
"""A number that nobody used yet begins a new row there, so that two presses are one: 60 random bits that nobody meets."""


@pytest.fixture
def world(app: Flask) -> World:
    browser_of(app)
    return build()


def never(value: object) -> object:
    """Something that is not there, of the same look and length: another number, reference or word, and a wrong key."""
    if isinstance(value, int):
        return 10**18 + 7
    if nearly(value) != value:
        return str(never(str(value)[:-32])).replace("q", "b") + A_KEY
    return re.sub(r"[a-z]", "q", re.sub(r"[A-Z]", "Q", re.sub(r"[0-9]", "7", str(value))))


def nearly(value: object) -> object:
    """A token of somebody whose key is wrong."""
    return str(value)[:-32] + A_KEY if isinstance(value, str) and len(value) >= 32 else value


def both_of(app: Flask, world: World, rule: Rule) -> tuple[str, str]:
    """Where something is, and where there is nothing; an own link's key is wrong for either."""
    filled = world.fill(rule.endpoint, rule.arguments)
    key = {"key": A_KEY} if "key" in filled else {}
    there = {name: nearly(filled[name]) for name in rule.arguments} if TABLE[rule.endpoint][1] == "own link" else {}
    listed = {name for name in rule.arguments if isinstance(rule._converters.get(name), AnyConverter | None)}
    nowhere = {name: never(filled[name]) for name in rule.arguments - listed}
    return (address(app, world, rule.endpoint, rule.arguments, **there | key),
            address(app, world, rule.endpoint, rule.arguments, **nowhere | key))  # fmt: skip


def told(answer: Any, target: str, asked: list[str]) -> dict[str, object]:
    """Everything that an answer says, but for its own address."""
    path = target.partition("?")[0]
    return {
        "status": answer.status_code,
        "words": answer.text.replace(path, "…"),
        "headers": {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "Set-Cookie"}},
        "length": len(answer.data) - len(path.encode()) * answer.text.count(path),
        "cookies": [each.partition("=")[0] for each in answer.headers.getlist("Set-Cookie")],
        "statements": len(asked),
    }  # fmt: skip


def ask(client: Any, method: str, target: str, statements: Any, **headers: str) -> dict[str, object]:
    with statements() as asked:
        sent = {"key": A_KEY, "proof": A_KEY} if method == "POST" else None
        answer = client.open(target, method=method, data=sent, headers=headers)
    return told(answer, target, asked)


def differing(one: dict[str, object], other: dict[str, object]) -> dict[str, object]:
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


def test_nothing_of_an_answer_says_that_there_is_something_that_one_may_not_see(app, world, statements) -> None:
    surprises, tried = {}, 0
    browsers = {caller: world.as_(caller, app) for caller in set(CURIOUS.values())}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if guard not in CURIOUS or not rule.arguments or rule.endpoint in MADE_WITH_THE_FORM:
            continue
        tried += 1
        client, (there, nowhere) = browsers[CURIOUS[guard]], both_of(app, world, rule)
        found = [ask(client, method, each, statements, **{"If-None-Match": "*"}) for each in (there, nowhere)]
        if found[0]["status"] != 404 or (apart := differing(*found)):
            surprises[f"{method} {rule.endpoint}"] = found[0]["status"] if found[0]["status"] != 404 else apart

    assert surprises == {}
    assert tried > 150


def test_a_draft_is_answered_like_a_name_that_nobody_gave(app, world, statements) -> None:
    with writing() as session:
        hidden = session.get_one(Gathering, world.gathering.id)
        hidden.state, hidden.published_at = "draft", None
    client, surprises, tried = world.as_(OTHER, app), {}, 0
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if (
            guard != "everyone"
            or "slug" not in rule.arguments
            or world.fill(rule.endpoint, rule.arguments)["slug"] != (world.gathering.slug)
        ):
            continue
        tried += 1
        found = [ask(client, method, each, statements) for each in both_of(app, world, rule)]
        if apart := differing(*found):
            surprises[f"{method} {rule.endpoint}"] = apart

    assert surprises == {}
    assert tried >= 8


WIDER = {
    "all": "yes", "scope": "all", "mine": "no", "role": "owner", "as": "owner", "person": "1", "person_id": "1", "owner_id": "1",
    "facilitator": "milo", "leader_id": "1", "gathering_id": "1", "series": "seasons", "state": "draft", "include": "all",
    "limit": "100000", "per_page": "100000", "order": "email", "sort": "person.email", "group_by": "person_id", "debug": "1",
}  # fmt: skip
"""What one might add to an address to see more than one's own."""
NEW = re.compile(r'value="[^"]*"|[0-9]{12,}')
"""Made anew for each form."""


def test_nothing_that_one_adds_to_an_address_shows_more_than_ones_own(app, world) -> None:
    """AUTZ-04: lists, their filters and orders, counts and searches, for those who may see a part of it."""
    surprises, tried = {}, 0
    browsers = {caller: world.as_(caller, app) for caller in (PARTICIPANT, LEADER)}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        caller = {"owner": PARTICIPANT, "signed in": PARTICIPANT, "leader": LEADER, "facilitator": LEADER}.get(guard)
        if method != "GET" or caller is None:
            continue
        target = address(app, world, rule.endpoint, rule.arguments)
        plain, more = (browsers[caller].get(target, query_string=added) for added in ({}, WIDER))
        tried += plain.status_code == 200
        found = [(each.status_code, NEW.sub("", said(each)) or len(each.data)) for each in (plain, more)]
        if found[0] != found[1]:
            surprises[rule.endpoint] = found

    assert surprises == {}
    assert tried > 30


def test_neither_the_clock_nor_anything_else_tells_which_of_two_references_exists(app, world, statements) -> None:
    """Asked in turn, so that what slows one slows the other. That the right key is told apart shows that the check sees."""
    client, path = app.test_client(), registration_path(world.registration)
    there = f"/registrations/{world.registration.reference}?key={A_KEY}"
    nowhere = f"/registrations/{'Q' * len(world.registration.reference)}?key={A_KEY}"
    took = {there: list[float](), nowhere: list[float]()}
    for _turn in range(60):
        for each in (there, nowhere):
            began = perf_counter()
            assert client.get(each).status_code == 404
            took[each].append(perf_counter() - began)
    with_the_key, without = ask(client, "GET", path, statements), ask(client, "GET", there, statements)

    apart = abs(median(took[there]) - median(took[nowhere]))
    best = abs(min(took[there]) - min(took[nowhere]))
    assert min(apart, best) < 0.01, took
    assert {"status", "words", "length", "statements"} <= differing(with_the_key, without).keys()
