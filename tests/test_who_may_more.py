"""Whole classes of trying doors: looking changes nothing, paths do not mix, and what is not there says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from retreats import clock
from retreats.booking.models import Registration
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, writing
from tests.conftest import browser_of
from tests.house import a_booking, a_gathering
from tests.stores import ON_SQLITE
from tests.test_who_may import MAY, address, rules, said
from tests.who_may_table import TABLE
from tests.who_may_world import CALLERS, NOBODY, OTHER, OTHER_LEADER, PARTICIPANT, World, build

pytestmark = pytest.mark.slow


@pytest.fixture
def world(app: Flask) -> World:
    browser_of(app)
    return build()


ON_RETURN = {"payments.come_back"}
"""Back from Stripe the house asks how it stands, exactly as its notice would make it do, and does what is due."""
RUNS = re.compile(r"<script(?! type=.application/ld\+json)")
CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|CREATE|DROP|ALTER)\b", re.IGNORECASE)


@ON_SQLITE
def test_looking_changes_nothing(app: Flask, world: World, statements) -> None:
    """AUTH-02 too: a program that opens every link of a letter (HEAD, GET, where it leads, scripts) changes nothing."""
    surprises, browsers = {}, {caller: world.as_(caller, app) for caller in CALLERS}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if method != "GET" or rule.endpoint in ON_RETURN:
            continue
        client = browsers[min(MAY[guard] - {NOBODY})]
        target = address(app, world, rule.endpoint, rule.arguments)
        with statements() as asked:
            answer = client.get(target)
            code = answer.status_code
            if guard in {"own link", "everyone"}:
                assert client.head(target).status_code == code
        if guard in {"own link", "everyone"} and RUNS.search(answer.text):
            surprises[rule.endpoint] = ("a script that runs by itself", code)
        if changed := [each for each in asked if CHANGES.match(each)]:
            surprises[rule.endpoint] = (changed, code)

    assert surprises == {}


@ON_SQLITE
def test_of_looking_the_check_itself_notices_a_change(app: Flask, world: World, statements) -> None:
    with statements() as asked:
        world.as_(PARTICIPANT, app).post("/me/language", data={"language": "pt"})

    assert [each for each in asked if CHANGES.match(each)]


@ON_SQLITE
def test_a_path_that_mixes_two_gatherings_leads_nowhere(app: Flask, world: World) -> None:
    with writing() as session:
        leader = session.scalars(sa.select(Facilitator).where(Facilitator.slug == "mira")).one()
    other = a_gathering(slug="mixed", facilitator=leader)
    a_booking(other, "zoe@example.org")
    surprises, tried = {}, 0
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if (
            "slug" not in rule.arguments
            or not rule.arguments & NAMES_SOMETHING
            or guard not in {"leader", "facilitator", "organiser"}
        ):
            continue
        tried += 1
        client = world.as_(min(MAY[guard]), app)
        filled = world.fill(rule.endpoint, rule.arguments)
        target = address(app, world, rule.endpoint, rule.arguments, **filled | {"slug": other.slug})
        answer = client.open(target, method=method, data=written(filled) if method == "POST" else None)
        if answer.status_code != 404:
            surprises[f"{method} {rule.endpoint}"] = answer.status_code

    assert surprises == {}
    assert tried > 20


def written(filled: dict[str, object]) -> dict[str, str]:
    """A form in which nothing is missing, so that only the path can be wrong."""
    words = {f"{name}_{language}": "words" for name in ("title", "how", "how_long") for language in ("en", "pt")}
    numbered = {f"{name}_{value}": "words" for name in ("answer", "question", "text") for value in filled.values()}
    return words | numbered | {"entry": "9", "text": "words"}


NAMES_SOMETHING = {
    "reference", "point_id", "decision_id", "case_id", "wish_id", "question_id", "need_id", "page_answer_id", "note_id", "entry_id",
    "mailing_id", "letter_id", "material_id", "practice_id", "which", "mark_id",
}  # fmt: skip


@ON_SQLITE
def test_what_is_not_ones_own_and_what_never_was_cannot_be_told_apart(app: Flask, world: World) -> None:
    surprises = {}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if method != "GET" or guard not in {"owner", "leader"} or not rule.arguments:
            continue
        client = world.as_(OTHER_LEADER if guard == "leader" else OTHER, app)
        target = address(app, world, rule.endpoint, rule.arguments)
        theirs, never = (client.get(each) for each in (target, "/there/never/was/such/a/page"))
        found = [
            (each.status_code, sorted(each.headers.keys()), each.headers.get("ETag"), len(said(each)))
            for each in (theirs, never)
        ]
        if found[0] != found[1]:
            surprises[rule.endpoint] = found

    assert surprises == {}


@ON_SQLITE
def test_no_shared_cache_gives_one_persons_page_to_another(app: Flask, world: World) -> None:
    surprises = {}
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if method != "GET" or guard != "everyone":
            continue
        target = address(app, world, rule.endpoint, rule.arguments)
        hers, anybodys = (world.as_(caller, app).get(target) for caller in (PARTICIPANT, NOBODY))
        kept = hers.headers.get("Cache-Control", "")
        same = hers.data == anybodys.data
        if kept.startswith("public") and not same and "Cookie" not in hers.headers.get("Vary", ""):
            surprises[rule.endpoint] = (kept, hers.headers.get("Vary"))

    assert surprises == {}


def test_what_is_sent_besides_the_form_is_not_listened_to(app: Flask, world: World) -> None:
    gathering = a_gathering(slug="dear", places=3, price=48_000)
    nobody = world.as_(NOBODY, app)
    more: dict[str, Any] = {
        "price": "0", "price_minor": "0", "agreed_minor": "0", "paid": "yes", "state": "confirmed", "places-0-state": "confirmed",
        "booker_id": "1", "person_id": "1", "role": "owner", "roles": "owner", "hold_until": "2099-01-01", "capacity": "999",
        "reference": "MINE", "id": "7", "by_house": "yes", "refund_tiers": "[]", "lang": "en",
    }  # fmt: skip
    sent = {
        "key": "k",
        "party": "1",
        "ticket": str(gathering.ticket_types[0].id),
        "name-0": "Eve",
        "email-0": "eve@example.org",
    }

    booked = nobody.post("/gatherings/dear/register", data=more | sent)
    renamed = world.as_(PARTICIPANT, app).post("/me/details", data=more | {"name": "Ada Lovelace"})
    asked = nobody.post("/sign-in", data=more | {"email": "bo@example.org"})

    found = db.session.scalars(sa.select(Registration).where(Registration.gathering_id == gathering.id)).one()
    assert (booked.status_code, asked.status_code) == (303, 303)
    assert renamed.status_code in {200, 303}
    assert (found.state, found.agreed_minor, found.booker.email) == ("held", 48_000, "eve@example.org")
    assert found.reference != "MINE"
    assert found.hold_until is not None
    assert (found.hold_until - clock.now()).total_seconds() == 1800
    assert [each.roles for each in (found.booker, *_people("ada@example.org", "bo@example.org"))] == [[], [], []]
    assert db.session.get_one(Gathering, gathering.id).capacity == 3


def _people(*emails: str) -> Iterator[Any]:
    from retreats.accounts.models import Person

    for email in emails:
        yield db.session.scalars(sa.select(Person).where(Person.email == email)).one()


@ON_SQLITE
@pytest.mark.parametrize("state", ["draft", "cancelled before it was published", "unlisted"])
def test_what_the_public_may_not_see_is_in_no_page_feed_map_search_or_preview(
    app: Flask, world: World, state: str
) -> None:
    with writing() as session:
        hidden = session.get_one(Gathering, world.gathering.id)
        hidden.title, hidden.summary = {"en": "Hush hush", "pt": "Hush hush"}, {"en": "Hush hush", "pt": "Hush hush"}
        if state == "unlisted":
            hidden.unlisted = True
        else:
            hidden.state, hidden.published_at = state.partition(" ")[0], None
    shown, reader = {}, world.as_(OTHER, app)
    for rule in rules(app):
        method, guard = TABLE[rule.endpoint]
        if method != "GET" or guard != "everyone" or rule.endpoint in {"pages.tile", "pages.wall"}:
            continue
        target = address(app, world, rule.endpoint, rule.arguments)
        if state == "unlisted" and world.gathering.slug in target:
            continue  # whoever has its address reads it; nothing else leads there
        answer = reader.get(target, query_string={"q": "hush"})
        if "Hush" in answer.text or world.gathering.slug in said(answer):
            shown[rule.endpoint] = answer.status_code

    assert shown == {}
