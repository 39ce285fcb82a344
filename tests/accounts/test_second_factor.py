"""The second factor: an app's codes, recovery codes, where it is asked for, and that nobody is locked out (AUTH-19)."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, text

from retreats import clock
from retreats.accounts import service
from retreats.accounts.guards import DEMO_CODE
from retreats.accounts.models import Authenticator, Guess, Person, RecoveryCode, SignedIn
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from tests.conftest import browser_of
from tests.house import a_booking, a_facilitator, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow

WHO_COMES = "/facilitate/june-retreat/"
CANCEL = "/organise/gatherings/june-retreat/cancel"


@pytest.fixture
def mira(client):
    """Mira leads the June retreat, and is signed in by mail only."""
    gathering = a_gathering(slug="june-retreat", facilitator=a_facilitator("mira@example.org"))
    a_booking(gathering, "ada@example.org")
    person = the("mira@example.org")
    sign_in(client, person, proved=False)
    return person


def the(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def code_of(person: Person, later: int = 0) -> str:
    """What the app of this person shows, now or so many half minutes later."""
    app = db.session.scalars(select(Authenticator).where(Authenticator.person_id == person.id)).one()
    return pyotp.TOTP(app.secret).at(clock.real_now() + timedelta(seconds=30 * later))


def set_up(client, person: Person, **query):
    """Set up an app: the answer to its first code."""
    assert client.post("/me/second-factor/app").status_code == 303
    client.get("/me/second-factor/app")
    return client.post("/me/second-factor/app/finish", query_string=query, data={"code": code_of(person)})


def codes_in(page: str) -> list[str]:
    return re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", page)


def time_passes(minutes: int) -> None:
    """Real time, for everything that counts it."""
    by = timedelta(minutes=minutes)
    with writing() as session:
        for each in session.scalars(select(SignedIn)):
            each.proved_until = each.proved_until - by if each.proved_until else None
        for each in session.scalars(select(Guess)):
            each.guessed_at -= by


def forget_used_steps() -> None:
    """As if half a minute had passed: the code that was used is no longer the newest."""
    with writing() as session:
        for each in session.scalars(select(Authenticator)):
            each.last_step -= 5


def test_mira_is_led_to_set_it_up_and_back_to_where_she_wanted_to_go(client, mira):
    asked = client.get(WHO_COMES)
    page = client.get(asked.location).text

    made = set_up(client, mira, next=WHO_COMES)

    assert asked.location == f"/me/second-factor?next={WHO_COMES}"
    assert "Not now: go on without it" in page
    assert len(codes_in(made.text)) == 10
    assert f'href="{WHO_COMES}"' in made.text
    assert "Ada" in client.get(WHO_COMES).text


def test_it_counts_for_a_quarter_of_an_hour_and_then_one_more_code_leads_on(client, mira):
    set_up(client, mira)
    time_passes(15)

    asked = client.get(WHO_COMES)
    shown = client.post(asked.location, data={"proof-code": code_of(mira, later=1)})

    assert asked.location == f"/me/confirm?next={WHO_COMES}"
    assert shown.location == WHO_COMES
    assert client.get(WHO_COMES).status_code == 200


def test_a_form_waits_with_everything_that_was_written_and_goes_on_after_the_code(client, mira):
    otto = a_person("otto@example.org", role="organiser")
    sign_in(client, otto, proved=False)
    set_up(client, otto)
    time_passes(15)

    waiting = client.post(CANCEL, data={"because_en": "The river <rose>", "because_pt": "O rio subiu"})
    kept = {name: html.unescape(value) for name, value in
            re.findall(r'<input type="hidden" name="(because_\w+)" value="([^"]*)"', waiting.text)}  # fmt: skip
    wrong = client.post(CANCEL, data=kept | {"proof-code": "000000"})
    before = db.session.scalars(select(Gathering.state)).one()
    done = client.post(CANCEL, data=kept | {"proof-code": code_of(otto, later=1)})

    assert (waiting.status_code, wrong.status_code, before, done.status_code) == (401, 422, "published", 303)
    assert kept == {"because_en": "The river <rose>", "because_pt": "O rio subiu"}
    assert "That did not fit" in wrong.text
    assert "The river" in wrong.text
    cancelled = db.session.scalars(select(Gathering)).one()
    assert (cancelled.state, cancelled.cancelled_because) == ("cancelled", kept_words(kept))


def kept_words(kept: dict[str, str]) -> dict[str, str]:
    return {"en": kept["because_en"], "pt": kept["because_pt"]}


def test_a_form_of_somebody_who_has_nothing_set_up_is_kept_meanwhile(client, mira):
    sign_in(client, a_person("otto@example.org", role="organiser"), proved=False)

    waiting = client.post(CANCEL, data={"because_en": "The river rose"})

    assert waiting.status_code == 401
    assert "First set up a second factor" in waiting.text
    assert 'value="The river rose"' in waiting.text
    assert 'href="/me/second-factor" target="_blank"' in waiting.text


def test_a_code_is_good_once_and_its_neighbours_do_too(client, mira):
    set_up(client, mira)
    time_passes(15)
    used = client.post("/me/confirm", data={"proof-code": code_of(mira)})
    newer = client.post("/me/confirm", data={"proof-code": code_of(mira, later=1)})
    forget_used_steps()
    too_new = client.post("/me/confirm", data={"proof-code": code_of(mira, later=5)})

    assert [each.status_code for each in (used, newer, too_new)] == [422, 303, 422]


def test_guesses_end_after_five_and_a_recovery_code_still_lets_her_in(client, mira):
    [code, *_rest] = codes_in(set_up(client, mira).text)
    time_passes(15)
    for _guess in range(5):
        assert client.post("/me/confirm", data={"proof-code": "123456"}).status_code == 422

    sixth = client.post("/me/confirm", data={"proof-code": code_of(mira, later=1)})
    recovered = client.post("/me/confirm", data={"proof-recovery": f" {code.upper()} "})

    assert "Wait a quarter of an hour" in sixth.text
    assert recovered.status_code == 303
    assert client.get(WHO_COMES).status_code == 200


def test_after_a_quarter_of_an_hour_the_app_counts_again(client, mira):
    set_up(client, mira)
    time_passes(15)
    for _guess in range(5):
        client.post("/me/confirm", data={"proof-code": "123456"})
    time_passes(15)

    assert client.post("/me/confirm", data={"proof-code": code_of(mira, later=1)}).status_code == 303


def test_a_recovery_code_is_good_once_and_new_ones_replace_the_old(client, mira, deliver, post_office):
    [first, second, *_rest] = codes_in(set_up(client, mira).text)
    once = client.post("/me/confirm", data={"proof-recovery": first})
    twice = client.post("/me/confirm", data={"proof-recovery": first})
    renewed = codes_in(client.post("/me/second-factor/codes").text)
    old = client.post("/me/confirm", data={"proof-recovery": second})
    deliver()

    assert [each.status_code for each in (once, twice, old)] == [303, 422, 422]
    assert len(set(renewed)) == 10
    told = [" ".join(each.text.split()) for each in post_office.letters if each.subject == "Your second factor"]
    assert [any(words in each for each in told) for words in ("app was set up", "codes was used", "ten new")] == [
        True
    ] * 3


def test_a_stolen_dump_holds_neither_secret_nor_codes(client, mira):
    codes = codes_in(set_up(client, mira).text)
    app = db.session.scalars(select(Authenticator)).one()

    sealed = bytes(db.session.execute(text("SELECT secret_sealed FROM authenticator")).scalar())
    hashes = [bytes(each) for each in db.session.scalars(select(RecoveryCode.code_hash))]

    assert app.secret.encode() not in sealed
    assert not any(code.replace("-", "").encode() in each for code in codes for each in hashes)


def test_the_cookie_that_was_held_before_the_proof_opens_nothing(client, mira):
    with client.session_transaction() as session:
        planted = session["_user_id"]
    set_up(client, mira)

    other = browser_of(client.application)
    with other.session_transaction() as session:
        session["_user_id"] = planted

    assert other.get("/me/").status_code == 303
    assert client.get("/me/").status_code == 200


def test_somebody_in_a_forgotten_browser_cannot_change_or_give_up_what_proves_her(client, mira):
    set_up(client, mira)
    time_passes(15)

    answers = [client.post(f"/me/second-factor/{path}").status_code for path in
               ("app", "app/remove", "codes", "passkey")]  # fmt: skip
    name = client.post("/me/details", data={"name": "Somebody"}).status_code

    assert [*answers, name] == [401] * 5
    assert service.second_factor_of(mira.id).codes_left == 10


def test_giving_up_the_last_of_it_takes_the_codes_along(client, mira):
    set_up(client, mira)

    client.post("/me/second-factor/app/remove")

    assert service.second_factor_of(mira.id).is_set_up is False
    assert db.session.scalars(select(RecoveryCode.id)).all() == []


def test_an_unfinished_app_proves_nothing_and_a_wrong_first_code_can_be_tried_again(client, mira):
    client.post("/me/second-factor/app")
    unfinished = client.post("/me/confirm", data={"proof-code": code_of(mira)})

    wrong = client.post("/me/second-factor/app/finish", data={"code": "12"})
    right = client.post("/me/second-factor/app/finish", data={"code": code_of(mira)})

    assert unfinished.status_code == 422
    assert (wrong.status_code, "the clock of the telephone" in wrong.text) == (422, True)
    assert len(codes_in(right.text)) == 10


def test_who_has_lost_everything_is_let_in_again_by_an_owner_or_from_the_console(client, another_client, mira, deliver):
    set_up(client, mira)
    olga = a_person("olga@example.org", role="owner")
    sign_in(another_client, olga)

    reset = another_client.post(f"/organise/people/{mira.id}/second-factor/reset")
    again = (client.get("/me/").status_code, service.second_factor_of(mira.id))
    sign_in(client, mira, proved=False)
    set_up(client, mira)
    console = client.application.test_cli_runner().invoke(args=["people", "forget-second-factor", "mira@example.org"])
    unknown = client.application.test_cli_runner().invoke(args=["people", "forget-second-factor", "x@example.org"])

    assert reset.status_code == 303
    assert (again[0], again[1].is_set_up, again[1].codes_left) == (303, False, 0)
    assert (console.exit_code, unknown.exit_code) == (0, 2)
    assert service.second_factor_of(mira.id).is_set_up is False


def test_participants_may_have_one_and_then_their_name_and_address_need_it(client):
    ada = a_person("ada@example.org")
    sign_in(client, ada, proved=False)
    without = client.get("/me/details").status_code
    set_up(client, ada)
    time_passes(15)

    assert (without, client.get("/me/details").location) == (200, "/me/confirm?next=/me/details")


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_one_is_led_back_to_this_house_only(client, mira, wanted):
    set_up(client, mira)
    time_passes(15)

    shown = client.post("/me/confirm", query_string={"next": wanted}, data={"proof-code": code_of(mira, later=1)})

    assert shown.location == "/me/"


def test_the_code_of_the_demonstration_is_worth_nothing_in_a_real_house(client, mira, monkeypatch):
    set_up(client, mira)
    time_passes(15)
    real = client.post("/me/confirm", data={"proof-code": DEMO_CODE})
    monkeypatch.setitem(client.application.config, "DEMO", True)
    invented = client.post("/me/confirm", data={"proof-code": DEMO_CODE})

    assert (real.status_code, invented.status_code) == (422, 303)


@pytest.mark.parametrize("code", ["", "１２３４５６", "12345", "\x00" * 6, "9" * 100_000, "abcd-efgh"])
def test_what_is_no_code_is_refused_at_once(client, mira, code):
    set_up(client, mira)
    time_passes(15)

    assert client.post("/me/confirm", data={"proof-code": code}).status_code == 422
