"""Every route × method × caller is as the table says (who_may_table.py); a route missing from the table fails."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from retreats.booking.models import Registration
from retreats.db import db
from tests.conftest import browser_of
from tests.stores import ON_SQLITE
from tests.who_may_table import SECOND_FACTOR, TABLE
from tests.who_may_world import (
    CALLERS,
    DISABLED,
    LEADER,
    NOBODY,
    ORGANISER,
    OTHER_LEADER,
    OWNER,
    PARTICIPANT,
    World,
    build,
)

pytestmark = pytest.mark.slow

GUARDS = {"owner": "signed in", "leader": "facilitator"}
"""What the view wears, where the view itself looks closer."""
MAY = {
    "everyone": set(CALLERS),
    "own link": set(CALLERS),
    "signature": set(CALLERS),
    "signed in": set(CALLERS) - {NOBODY, DISABLED},
    "owner": {PARTICIPANT},
    "organiser": {ORGANISER, OWNER},
    "house owner": {OWNER},
    "facilitator": {LEADER, OTHER_LEADER},
    "leader": {LEADER},
}
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def world(app) -> World:
    browser_of(app)
    return build()


def every_rule(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def rules(app: Flask) -> list[Rule]:
    """Those of the table (that none is missing there has a test of its own): first what only looks, last what gives
    places back, so that there is something left to look at."""
    known = [rule for rule in every_rule(app) if rule.endpoint in TABLE]
    return sorted(known, key=lambda rule: (TABLE[rule.endpoint][0] == "POST", TABLE[rule.endpoint][1] == "own link"))


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def address(app: Flask, world: World, endpoint: str, arguments: set[str], **changed: object) -> str:
    values = world.fill(endpoint, arguments) | changed
    with app.test_request_context():
        path = app.url_map.bind("127.0.0.1:5999").build(endpoint, {k: v for k, v in values.items() if k in arguments})
    return f"{path}?{urlencode({'key': values['key']})}" if "key" in values else path


def call(client, app: Flask, world: World, rule: Rule, method: str, **changed: object):
    """Call this route as a browser with an empty form would; an own link's key is in the address and in the form."""
    target = address(app, world, rule.endpoint, rule.arguments, **changed)
    key = parse_qs(urlsplit(target).query).get("key", [""])[0]
    return client.open(target, method=method, data={"key": key} if method == "POST" and key else None)


def said(answer) -> str:
    """What the page says; its frame names its own address in the links to the other language."""
    return answer.text.partition("<main")[2].partition("</main")[0]


def outcome(answer) -> str:
    if answer.status_code == 303 and answer.location.startswith("/sign-in?"):
        return "led to sign in"
    if (
        answer.status_code == 303
        and answer.location == "/sign-in"
        and answer.request.path.startswith("/sign-in") is False
    ):
        return "led to sign in"
    if answer.status_code == 404:
        return "not there"
    return "in" if answer.status_code < 500 else f"fault {answer.status_code}"


def expected(guard: str, caller: str) -> str:
    if caller in MAY[guard]:
        return "in"
    return "led to sign in" if caller in {NOBODY, DISABLED} else "not there"


def test_every_route_stands_in_the_table_with_its_methods_and_its_guard(app):
    found = {
        rule.endpoint: (" ".join(methods(rule)), getattr(app.view_functions[rule.endpoint], "guard", "none"))
        for rule in every_rule(app)
    }
    listed = {endpoint: (way, GUARDS.get(guard, guard)) for endpoint, (way, guard) in TABLE.items()}

    assert {k: v for k, v in found.items() if listed.get(k) != v} == {}
    assert listed.keys() - found.keys() == set()


def test_every_route_asks_for_a_second_factor_where_the_table_says_so(app):
    asked: dict[str, set[str]] = {}
    for endpoint, view in app.view_functions.items():
        if strong := getattr(view, "strong", None):
            asked.setdefault(strong, set()).add(endpoint)

    assert asked == SECOND_FACTOR


@ON_SQLITE
@pytest.mark.parametrize("caller", CALLERS)
def test_every_caller_gets_in_where_the_table_says_so_and_nowhere_else(app, world, caller):
    surprises, looking = {}, world.as_(caller, app)
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        client = looking if method == "GET" else world.as_(caller, app)  # a button may sign out
        answer = call(client, app, world, rule, method)
        if outcome(answer) != expected(guard, caller):
            surprises[f"{method} {rule.endpoint}"] = (outcome(answer), answer.status_code)

    assert surprises == {}


def test_an_own_link_with_a_wrong_key_is_answered_like_one_that_never_was(app, world):
    client, surprises = app.test_client(), {}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if guard != "own link" or "key" not in world.fill(rule.endpoint, rule.arguments):
            continue
        for key in ("a" * 32, "", "é"):
            wrong = client.open(address(app, world, rule.endpoint, rule.arguments, key=key), method=method)
            never = client.open(
                address(app, world, rule.endpoint, rule.arguments, reference="NEVERWAS00"), method=method
            )
            if (wrong.status_code, said(wrong)) != (404, said(never)):
                surprises[f"{method} {rule.endpoint}"] = wrong.status_code

    assert surprises == {}
    assert "This link opens nothing" in said(wrong)
    assert 'href="/sign-in"' in said(wrong)


def test_what_is_not_yours_is_answered_like_what_never_was(app, world):
    surprises = {}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if guard not in {"owner", "leader", "organiser", "house owner", "facilitator"}:
            continue
        client = world.as_({"leader": OTHER_LEADER, "house owner": ORGANISER}.get(guard, "other participant"), app)
        answer = call(client, app, world, rule, method)
        never = client.open("/there/never/was/such/a/page", method="GET")
        if (answer.status_code, said(answer)) != (404, said(never)):
            surprises[f"{method} {rule.endpoint}"] = answer.status_code

    assert surprises == {}


@ON_SQLITE
def test_other_methods_are_refused_and_change_nothing(app, world):
    surprises = {}
    paths: dict[str, tuple[str, set[str]]] = {}
    for rule in rules(app):
        path = address(app, world, rule.endpoint, rule.arguments)
        paths[path] = (rule.endpoint, paths.get(path, ("", set()))[1] | (rule.methods or set()))
    client = world.as_(OWNER, app)
    for path, (endpoint, allowed) in paths.items():
        for method in set(EVERY_METHOD) - allowed:
            status = client.open(path, method=method, headers={"X-HTTP-Method-Override": "POST"}).status_code
            if status not in {404, 405}:
                surprises[f"{method} {endpoint}"] = status

    assert surprises == {}
    assert [rule.endpoint for rule in every_rule(app) if "OPTIONS" in (rule.methods or ())] == []
    assert db.session.get_one(Registration, world.registration.id).state == "confirmed"


@ON_SQLITE
def test_every_form_needs_its_token(app, world, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    surprises = {}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if method != "POST" or guard == "signature":
            continue
        caller = min(MAY[guard])
        answer = call(world.as_(caller, app), app, world, rule, "POST")
        if answer.status_code != 400 or "grown old" not in answer.text:
            surprises[rule.endpoint] = answer.status_code

    assert surprises == {}


def test_an_unsigned_notice_is_refused(app, world):
    answers = {
        rule.endpoint: call(app.test_client(), app, world, rule, "POST").status_code
        for rule in rules(app)
        if TABLE[rule.endpoint][1] == "signature"
    }

    assert set(answers.values()) == {400}


def test_a_form_sent_from_another_site_is_refused(app, world):
    answer = world.as_(PARTICIPANT, app).post("/me/sessions/end-others", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 400


@ON_SQLITE
def test_signed_in_pages_are_kept_by_no_cache(app, world):
    surprises = {}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if method != "GET" or guard == "everyone":
            continue
        caller = min(MAY[guard])
        answer = world.as_(caller, app).get(address(app, world, rule.endpoint, rule.arguments))
        kept = answer.headers["Cache-Control"]
        if kept != "no-store" and not kept.startswith("private"):
            surprises[rule.endpoint] = kept

    assert surprises == {}
