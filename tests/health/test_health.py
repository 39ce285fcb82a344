"""Ada says something about her health: with explicit consent, to whom she ticks, and she sees who looked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.access import AccessNote
from retreats.accounts.models import Person
from retreats.booking import service as booking
from retreats.booking.addresses import place_path
from retreats.booking.models import Answer, Place
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db, new_id, writing
from retreats.feedback.service.care import health_note
from retreats.health.models import Consent, HealthAnswer
from retreats.outbox.models import Event
from retreats.outbox.worker import run_everything
from retreats.questions.models import Form, Question
from tests.conftest import ROOT
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both, sign_in

pytestmark = pytest.mark.slow

SAID = "I faint when I stand for long"


class World:
    """A gathering led by Mira and Ines that asks one thing about health, and Ada's place in it."""

    def __init__(self) -> None:
        mira, ines = a_facilitator(), a_facilitator("ines@example.org")
        self.mira, self.ines = mira.person_id, ines.person_id
        gathering = a_gathering(facilitator=mira)
        with writing() as session:
            session.add(Leader(id=new_id(), gathering_id=gathering.id, facilitator_id=ines.id, position=1))
            form = Form(id=new_id(), gathering_id=gathering.id, occasion="intake")
            session.add_all([
                Question(id=new_id(), form=form, key="diet", position=0, kind="text", label=both("What do you eat?")),
                Question(id=new_id(), form=form, key="care", position=1, kind="text", about_health=True,
                         label=both("Is there anything about your health that we should know?")),
            ])  # fmt: skip
        self.gathering = gathering
        self.place = a_booking(gathering, "ada@example.org").places[0]
        self.page = f"/places/{self.place.reference}/health"
        self.key = place_path(self.place).partition("key=")[2]
        run_everything()

    def give(self, client, **changed):
        sent = {"key": self.key, "q-care": SAID, "readers": str(self.mira), "consent": "yes"} | changed
        return client.post(self.page, data={name: value for name, value in sent.items() if value})

    def listed(self, client) -> str:
        return client.get("/facilitate/june-retreat/health").text

    def open(self, client):
        return client.post(f"/facilitate/june-retreat/places/{self.place.reference}/health", data={"why": "asked"})


@pytest.fixture
def world(app) -> World:
    del app
    return World()


def people(*, who: int) -> Person:
    return db.session.get_one(Person, who)


def test_nothing_about_health_is_asked_when_booking_but_on_a_page_of_its_own(world, client) -> None:
    form = client.get("/gatherings/june-retreat/register").text
    own = client.get(place_path(world.place)).text
    page = client.get(f"{world.page}?key={world.key}").text

    assert "What do you eat?" in form
    assert "about your health" not in form
    assert world.page in own
    assert "Is there anything about your health" in page
    assert 'name="consent"' in page
    assert re.search(r'name="(consent|readers)"[^>]* checked', page) is None


@pytest.mark.parametrize(("missing", "sentence"), [
    ("readers", "Tick at least one person"), ("consent", "Tick this if you agree"), ("q-care", "Write at least one answer"),
])  # fmt: skip
def test_without_a_reader_consent_or_an_answer_nothing_is_kept_and_the_words_stay_in_the_form(
    world, client, missing, sentence
) -> None:
    answer = world.give(client, **{missing: ""})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert (SAID in answer.text) == (missing != "q-care")
    assert db.session.query(Consent).count() == db.session.query(HealthAnswer).count() == 0


def test_consent_is_kept_with_its_words_and_its_time_and_documented(world, client) -> None:
    assert world.give(client).status_code == 303

    consent = db.session.query(Consent).one()
    assert (consent.wording, consent.language, consent.given_at) == (1, "en", clock.now())
    assert [each.person_id for each in consent.readers] == [world.mira]
    document = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    for language in ("en", "pt"):
        page = client.get(f"{world.page}?key={world.key}&lang={language}").text
        said = re.sub(r"\s+", " ", re.search(r'<label for="consent">(.*?)</label>', page, re.DOTALL)[1].strip())
        assert f"1 ({language}): {said}" in re.sub(r"\s+", " ", document)
    assert db.session.query(Answer).count() == 0


def test_only_the_leader_who_was_ticked_reads_it_and_ada_sees_who_looked_and_why(world, client, another_client) -> None:
    world.give(client)
    sign_in(client, people(who=world.mira))
    sign_in(another_client, people(who=world.ines))

    assert SAID not in world.listed(client)
    assert "Read what Ada told me" in world.listed(client)
    assert "Ada" not in world.listed(another_client)
    assert world.open(another_client).status_code == 404
    assert db.session.query(AccessNote).count() == 0
    assert world.open(client).status_code == 303
    assert SAID in world.listed(client)
    assert world.open(client).status_code == 303

    [note] = db.session.query(AccessNote).all()
    assert (note.actor_id, note.what, note.why, note.day) == (
        world.mira,
        f"health:{world.place.id}",
        "asked",
        "2027-03-01",
    )
    hers = client.get(f"{world.page}?key={world.key}").text
    assert "Mira looked at this on Monday 1 March 2027. (because you asked them to)" in re.sub(r"\s+", " ", hers)
    sign_in(client, a_person("ada@example.org"))
    mine = re.sub(r"\s+", " ", client.get("/me/data/").text)
    assert ("what you said about your health" in mine, "Monday 1 March 2027" in mine) == (True, True)


def test_the_next_day_a_look_is_written_down_anew(world, client) -> None:
    world.give(client)
    sign_in(client, people(who=world.mira))
    world.open(client)

    clock.move_to(clock.now() + timedelta(days=1))

    assert SAID not in world.listed(client)
    world.open(client)
    assert db.session.query(AccessNote).count() == 2


def test_an_organiser_never_reads_it_anywhere(world, client) -> None:
    world.give(client)
    sign_in(client, a_person("otto@example.org", role="organiser"))

    registration = world.place.registration.reference
    for path in ("registrations", f"registrations/{registration}", "registrations.csv", "questions"):
        assert SAID not in client.get(f"/organise/gatherings/june-retreat/{path}").text
    assert client.get("/facilitate/june-retreat/health").status_code == 404
    assert world.open(client).status_code == 404


def test_an_organiser_who_leads_reads_it_only_when_ticked(world, client) -> None:
    otto = a_person("mira@example.org", role="organiser")
    world.give(client, readers=str(world.ines))
    sign_in(client, otto)

    assert "Ada" not in world.listed(client)
    assert world.open(client).status_code == 404


def test_taken_back_it_is_deleted_at_once_and_the_place_stays(world, client) -> None:
    world.give(client)

    answer = client.post(f"{world.page}/withdraw", data={"key": world.key})

    assert answer.status_code == 303
    assert db.session.query(HealthAnswer).count() == 0
    assert db.session.query(Consent).one().withdrawn_at == clock.now()
    assert db.session.get_one(Place, world.place.id).state == "confirmed"
    assert "Your consent is taken back" in client.get(answer.location).text
    assert client.post(f"{world.page}/withdraw", data={"key": world.key}).status_code == 303
    assert db.session.query(Event).filter_by(name="HealthConsentWithdrawn").count() == 1


def test_it_goes_with_the_place_and_does_not_follow_it_to_somebody_else(world, client) -> None:
    world.give(client)
    with writing():
        booking.readdress_booker(world.place.registration_id, "eva@example.org", was="ada@example.org")
    run_everything()
    assert db.session.query(HealthAnswer).count() == 0

    moved = db.session.get_one(Place, world.place.id)
    world.key = place_path(moved).partition("key=")[2]
    world.give(client)
    assert db.session.query(HealthAnswer).count() == 1
    with writing():
        booking.cancel_places(world.place.registration_id, {world.place.id})
    run_everything()
    assert db.session.query(HealthAnswer).count() == 0


def test_fourteen_days_after_the_end_nobody_reads_it_and_it_is_deleted_with_a_count(world, client) -> None:
    world.give(client)
    sign_in(client, people(who=world.mira))
    end = db.session.get_one(Gathering, world.gathering.id).ends_at

    clock.move_to(end + timedelta(days=14) - timedelta(seconds=1))
    run_everything()
    sign_in(client, people(who=world.mira))
    assert "Read what Ada told me" in world.listed(client)

    clock.move_to(end + timedelta(days=14))
    assert "The time to read it is over" in world.listed(client)
    assert world.open(client).status_code == 404
    run_everything()
    assert db.session.query(HealthAnswer).count() == 0
    [event] = db.session.query(Event).filter_by(name="KeptNoLonger")
    assert event.payload == {"what": "health", "count": 1}


def test_what_was_noted_in_the_form_before_is_read_behind_the_same_door(world, client) -> None:

    with writing() as session:
        health_note(session.get_one(Place, world.place.id), "Bees", shared=True)
    sign_in(client, people(who=world.ines))

    assert "Bees" not in client.get("/facilitate/june-retreat/needs").text
    assert "Told you something about health" in client.get("/facilitate/june-retreat/needs").text
    assert "Bees" not in world.listed(client)
    world.open(client)
    assert "Bees" in world.listed(client)
    assert [each.what.partition(":")[0] for each in db.session.query(AccessNote)] == ["care_case"]


def test_an_organiser_marks_a_question_as_about_health_and_cannot_make_it_a_must(world, client) -> None:
    sign_in(client, a_person("otto@example.org", role="organiser"))
    sent = {"version": "1", "q-rows": "1", "q0-label_en": "Medicines?", "q0-label_pt": "Medicamentos?", "q0-kind": "text",
            "q0-health": "yes"}  # fmt: skip

    refused = client.post("/organise/gatherings/june-retreat/questions", data=sent | {"q0-required": "yes"})
    saved = client.post("/organise/gatherings/june-retreat/questions", data=sent)

    assert refused.status_code == 422
    assert "Nobody has to say anything about their health" in refused.text
    assert saved.status_code == 303
    assert "Medicines?" not in client.get("/gatherings/june-retreat/register").text
    assert "Medicines?" in client.get(f"{world.page}?key={world.key}").text


def test_reading_it_needs_a_second_factor(world, client) -> None:
    world.give(client)
    sign_in(client, people(who=world.mira), proved=False)

    listed, opened = client.get("/facilitate/june-retreat/health"), world.open(client)

    assert listed.status_code == 303
    assert listed.location.startswith(("/me/confirm?", "/me/second-factor?"))
    assert opened.status_code == 401
    assert db.session.query(AccessNote).count() == 0
