"""The people and things with which `test_who_may.py` walks through every route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Passkey, Person, SignedIn
from retreats.booking import service as booking
from retreats.booking.addresses import place_key, registration_key
from retreats.booking.models import HouseNote, LedgerEntry, Place, Registration
from retreats.catalogue.models import Facilitator, Gathering, Series
from retreats.conversation import service as conversation
from retreats.conversation.service import member_of
from retreats.db import db, new_id, writing
from retreats.feedback import own_link
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import (
    Batch,
    CareCase,
    Complaint,
    Decision,
    EarlyQuestion,
    FormWindow,
    Need,
    PageAnswer,
    Point,
    Reading,
    TalkWish,
    YearReport,
)
from retreats.feedback.queries import yearly
from retreats.feedback.service import asking, complaints
from retreats.health import service as health
from retreats.health.models import Consent
from retreats.house import logo
from retreats.house import service as house
from retreats.mail.models import Letter
from retreats.mailings.models import Mailing
from retreats.outbox.deliver import run_due
from retreats.outbox.models import Delivery, Event
from retreats.pages import led_feed, own_feed
from retreats.payments.models import OpenItem
from retreats.pictures.models import Picture, Rendition
from retreats.practices import service as practices
from retreats.practices.models import PracticeNote
from retreats.privacy.models import Erasure
from retreats.privacy.queries import erasure_key
from retreats.questions.models import Form, Question
from retreats.setting_up import door
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both, sign_in
from tests.who_may_facilitators import of_facilitators

NOBODY = "nobody"
ERASURE = 7
PARTICIPANT, OTHER = "participant", "other participant"
LEADER, OTHER_LEADER = "facilitator of it", "facilitator of another"
ORGANISER, OWNER, DISABLED = "organiser", "owner of the house", "disabled"
CALLERS = (NOBODY, PARTICIPANT, OTHER, LEADER, OTHER_LEADER, ORGANISER, OWNER, DISABLED)


Filling = Callable[["World"], object]


@dataclass
class World:
    """A gathering with one booking, everybody who may want something of it, and how to fill each route's address."""

    gathering: Gathering
    registration: Registration
    place: Place
    people: dict[str, Person | None]
    keys: dict[str, str] = field(default_factory=dict)

    def as_(self, caller: str, app: Flask) -> FlaskClient:
        """A fresh browser of this caller."""
        client = app.test_client()
        person = self.people[caller]
        if person is not None:
            sign_in(client, person)
        return client

    def fill(self, endpoint: str, arguments: set[str]) -> dict[str, object]:
        """A value for each argument of this route's address, with its key where it has an own link."""
        values = {name: self._value(endpoint, name) for name in arguments}
        kind = OWN_LINKS.get(endpoint.partition(".")[0]) or OWN_LINKS.get(endpoint)
        return values | ({"key": kind(self, endpoint)} if kind else {})

    def _value(self, endpoint: str, name: str) -> object:
        found = VALUES.get(f"{endpoint}:{name}") or VALUES.get(name)
        if found is None:
            message = f"Say in tests/who_may_world.py what {name!r} is for {endpoint}."
            raise LookupError(message)
        return found(self)


def build() -> World:
    """Ada participates and brings Carl, Bo has booked elsewhere, Mira leads it, Milo another, Otto organises, Olga owns.
    Ada is also the care contact of the gathering that Milo leads."""
    mira, milo = a_facilitator("mira@example.org"), a_facilitator("milo@example.org")
    gathering = a_gathering(slug="june-retreat", facilitator=mira)
    elsewhere = a_gathering(slug="july-circle", facilitator=milo)
    with writing() as session:
        series = Series(id=new_id(), slug="seasons", title=both("Seasons"))
        session.add(series)
        session.flush()
        session.get_one(Gathering, gathering.id).series_id = series.id
        ada = accounts.recognise(name="Ada", email="ada@example.org", language="en")
        session.get_one(Gathering, elsewhere.id).care_contact_id = ada.id
    registration = a_booking(gathering, "ada@example.org", "carl@example.org")
    a_booking(elsewhere, "bo@example.org")
    dora = a_person("dora@example.org", role="organiser")
    with writing() as session:
        accounts.disable(session.get_one(Person, dora.id))
    run_due("house")
    with writing() as session:
        frozen = yearly.counted_now(2026).frozen()
        session.add(YearReport(id=new_id(), year=2026, frozen=frozen, published_at=clock.now()))
    people: dict[str, Person | None] = {
        NOBODY: None,
        PARTICIPANT: a_person("ada@example.org"),
        OTHER: a_person("bo@example.org"),
        LEADER: a_person("mira@example.org"),
        OTHER_LEADER: a_person("milo@example.org"),
        ORGANISER: a_person("otto@example.org", role="organiser"),
        OWNER: a_person("olga@example.org", role="owner"),
        DISABLED: dora,
    }
    return World(gathering, registration, registration.places[1], people)


def _a_session_of_ada(world: World) -> int:
    ada = world.people[PARTICIPANT]
    assert ada is not None
    with writing():
        accounts.begin_session(ada)
    return (
        db.session.scalars(
            select(SignedIn.id).where(SignedIn.person_id == ada.id).order_by(SignedIn.began_at.desc())
        ).first()
        or 0
    )


def _a_letter(shelf: Callable[[World], str]) -> Callable[[World], int]:
    """The id of a letter on this shelf, as the house has written it."""
    return lambda world: (
        db.session.scalars(
            select(Letter.id).where(Letter.shelf == shelf(world), Letter.kind.startswith("booking."))
        ).first()
        or 0
    )


def _a_resting_delivery(world: World) -> int:
    """Something that failed and rests."""
    with writing() as session:
        happened = Event(name="LetterWritten", payload={"letter_id": 1, "lane": "x"}, happened_at=clock.now(),
                         gathering_id=world.gathering.id)  # fmt: skip
        delivery = Delivery(event=happened, reaction="mail.deliver", errand="letters", due_at=clock.real_now(),
                            rests_at=clock.real_now(), attempts=12, last_error="MailFailure: nobody answers")  # fmt: skip
        session.add(delivery)
        session.flush()
        return delivery.id


def _an_open_item(world: World) -> int:
    item_id = new_id()
    with writing() as session:
        session.add(OpenItem(id=item_id, registration_id=world.registration.id, occasion=f"test:{item_id}",
                             kind="dispute", raised_at=clock.now()))  # fmt: skip
    return item_id


def _a_house_note(world: World) -> int:
    """Something that Otto noted for the house."""
    otto = world.people[ORGANISER]
    assert otto is not None
    note = HouseNote(id=new_id(), registration_id=world.registration.id, written_by_id=otto.id, written_at=clock.now())
    with writing() as session:
        note.text = "Arrives late"
        session.add(note)
    return note.id


def _a_list(world: World) -> int:
    """A list that Otto keeps."""
    otto = world.people[ORGANISER]
    assert otto is not None
    with writing() as session:
        kept = booking.keep_list(otto.id, "Owing", {"money": "owing"})
        session.flush()
        return kept.id


def _a_mailing(world: World) -> int:
    """A letter to those of the gathering, that has gone out: always the same one."""
    otto = world.people[ORGANISER]
    assert otto is not None
    with writing() as session:
        if session.get(Mailing, 1) is None:
            now = clock.now()
            session.add(Mailing(id=1, gathering_id=world.gathering.id, written_by_id=otto.id, audience="booked",
                                subject=both("Hello"), body=both("Hello {name}"), written_at=now, sent_at=now))  # fmt: skip
    return 1


def _many(world: World) -> int:
    """An action of Otto's for many registrations."""
    otto, bulk_id = world.people[ORGANISER], new_id()
    assert otto is not None
    with writing():
        booking.begin_for_many(bulk_id, "link", {world.registration.id: 0}, by=otto.id)
    return bulk_id


def _an_entry_by_hand(world: World) -> int:
    """Money that came in by hand."""
    entry_id = new_id()
    with writing() as session:
        session.add(LedgerEntry(id=entry_id, registration_id=world.registration.id, kind="captured", amount_minor=1_00,
                                currency="EUR", provider_ref=f"by-hand:cash:{entry_id}", entered_at=clock.now()))  # fmt: skip
    return entry_id


def _feed_of_ada(world: World) -> str:
    ada = world.people[PARTICIPANT]
    assert ada is not None
    return own_feed.token_of(db.session.get_one(Person, ada.id, populate_existing=True))


def _feed_of_mira(world: World) -> str:
    mira = world.people[LEADER]
    assert mira is not None
    return led_feed.token_of(db.session.get_one(Person, mira.id, populate_existing=True))


def _a_logo(world: World) -> str:
    """The house's own sign."""
    del world
    with writing():
        house.put_up_logo(b"a picture")
    return logo.name_of(b"a picture")


def a_point(world: World) -> int:
    """Something that was said without a name, and that Mira has opened."""
    mira = world.people[LEADER]
    assert mira is not None
    with writing() as session:
        form = session.scalar(select(FormWindow).where(FormWindow.gathering_id == world.gathering.id))
        if form is None:
            form = FormWindow(id=new_id(), gathering_id=world.gathering.id, occasion="after", attended=9,
                              form_id=house_form("after").id, state="closed", offers_unnamed=True)  # fmt: skip
            batch = Batch(id=new_id(), window_id=form.id, number=1, answered=9, released_at=clock.now())
            reading = Reading(id=new_id(), batch_id=batch.id, person_id=mira.id, opened_at=clock.now())
            for row in (form, batch, reading):
                session.add(row)
                session.flush()
        opened = session.scalars(select(Batch.id).where(Batch.window_id == form.id)).one()
        point = Point(id=new_id(), batch_id=opened, question="C8", kind="change", state="read")
        point.text = "The evenings were long"
        session.add(point)
    return point.id


def _a_promise(world: World) -> int:
    """Something that Mira promised aloud."""
    mira = world.people[LEADER]
    assert mira is not None
    decision = Decision(id=new_id(), gathering_id=world.gathering.id, kind="will_change", about=both("A chair"),
                        owner_id=mira.id, decided_at=clock.now(), due_at=clock.now())  # fmt: skip
    with writing() as session:
        session.add(decision)
    return decision.id


def _a_wish(world: World) -> int:
    """Carl would like to talk with Mira."""
    with writing() as session:
        found = session.scalar(select(TalkWish))
        if found is None:
            found = TalkWish(id=new_id(), place_id=world.place.id, asked_at=clock.now())
            session.add(found)
        return found.id


def _a_case(world: World) -> int:
    """Something that Ada was told as care contact."""
    with writing() as session:
        elsewhere = session.scalars(select(Gathering).where(Gathering.slug == "july-circle")).one()
        case = CareCase(id=new_id(), gathering_id=elsewhere.id, source="C10", raised_at=clock.now(), alerted=True)
        case.text = "It weighs on me"
        session.add(case)
    return case.id


def _a_question(world: World) -> int:
    """Something that somebody asks before booking, and lets stand on the page."""
    with writing():
        asked = asking.Asked(form_key=f"{new_id():x}", name="Rui", email=f"rui{new_id():x}@example.org", text="Is there a lift?",
                             language="en", may_publish=True)  # fmt: skip
        return asking.ask(world.gathering.id, asked).id


def _by_question(world: World) -> str:
    return asking.token_of(db.session.get_one(EarlyQuestion, _a_question(world)))


def _a_question_of_the_form(world: World) -> int:
    """What Ada asks in the form before coming."""
    with writing() as session:
        need = session.scalar(select(Need).where(Need.place_id == world.place.id))
        if need is None:
            need = Need(id=new_id(), place_id=world.place.id, key="A5", mark="answered")
            need.text, need.note = "Is there a lift?", "Yes"
            session.add(need)
        return need.id


def _a_page_answer(world: World) -> int:
    row = PageAnswer(id=new_id(), gathering_id=world.gathering.id, question="A lift?", answer="Yes", language="en",
                     put_at=clock.now())  # fmt: skip
    with writing() as session:
        session.add(row)
    return row.id


def _a_complaint(world: World) -> int:
    """One that Ada reads."""
    ada = world.people[PARTICIPANT]
    assert ada is not None
    now = clock.now()
    found = Complaint(id=new_id(), form_key=f"{new_id():x}", about="house", reader_id=ada.id, language="en", filed_at=now,
                      acknowledge_by=now, answer_by=now)  # fmt: skip
    with writing() as session:
        found.text = "The stairs were dark"
        session.add(found)
    return found.id


def _by_complaint(world: World) -> str:
    return complaints.token_of(db.session.get_one(Complaint, _a_complaint(world)))


def _the_next_one(world: World) -> str:
    """A gathering of the same series that follows the one of which Mira promised something."""
    with writing() as session:
        first = session.get_one(Gathering, world.gathering.id)
        if session.scalar(select(Gathering).where(Gathering.slug == "august-retreat")) is None:
            assert first.ends_at is not None
            starts_at = first.ends_at + timedelta(days=30)
            session.add(Gathering(id=new_id(), slug="august-retreat", kind="retreat", title=both("August"), starts_at=starts_at,
                                  ends_at=starts_at + timedelta(days=2), series_id=first.series_id))  # fmt: skip
    return "august-retreat"


def _a_picture(_world: World) -> str:
    """The name of a picture that everybody may see, in one width."""
    with writing() as session:
        picture = Picture(id=new_id(), shape="wide", focus="centre", widths=[480], alt=both("A house"), public=True,
                          kept_at=clock.now())  # fmt: skip
        session.add(picture)
        session.flush()
        session.add(Rendition(id=new_id(), picture_id=picture.id, kind="jpg", width=480, content=b"octets"))
    return picture.name


Filling = Callable[[World], object]


def _a_place_with_health(world: World) -> str:
    """Carl's place, of which something about health is known to Mira."""
    with writing() as session:
        if session.scalars(select(Consent)).first() is None:
            form = Form(id=new_id(), gathering_id=world.gathering.id, occasion="intake")
            session.add(form)
            question = Question(id=new_id(), form=form, key="body", position=0, kind="text", label=both("Health?"),
                                about_health=True)  # fmt: skip
            session.add(question)
            session.flush()
            mira = world.people[LEADER]
            assert mira is not None
            health.give(world.place.id, {question.id: "Bees"}, readers={mira.id}, language="en")
    return world.place.reference


def _an_erasure(world: World) -> str:
    """Of somebody who asked for it and had nothing here."""
    with writing() as session:
        if session.get(Erasure, ERASURE) is None:
            gone = accounts.recognise(name="Gone", email="gone@example.org", language="en")
            session.add(Erasure(id=ERASURE, person_id=gone.id, asked_at=clock.now(), steps=[]))
    del world
    return f"{ERASURE:x}"


def _place_key(world: World, endpoint: str) -> str:
    del endpoint
    return place_key(world.place)


def _erasure_key(world: World, endpoint: str) -> str:
    del world, endpoint
    return erasure_key(db.session.get_one(Erasure, ERASURE))


def _an_invitation(world: World) -> int:
    """Somebody who was asked to facilitate."""
    olga = world.people[OWNER]
    assert olga is not None
    with writing():
        return accounts.send("gil@example.org", name="Gil", role="facilitator", language="en", by=olga).id


def _a_passkey(world: World) -> int:
    """One of Ada's."""
    ada = world.people[PARTICIPANT]
    assert ada is not None
    key = Passkey(id=new_id(), person_id=ada.id, credential_id=new_id().to_bytes(8), public_key=b"", name="Telephone",
                  added_at=clock.real_now())  # fmt: skip
    with writing() as session:
        session.add(key)
    return key.id


def _a_material(world: World) -> int:
    """A file that Mira gave along: always the same one."""
    with writing():
        given = practices.Given(kind="file", title=both("Body scan"), media_type="application/pdf", content=b"%PDF-")
        practices.add(3, world.gathering.id, given)
    return 3


def _a_practice(world: World) -> int:
    """A practice that Mira offers: always the same one."""
    with writing():
        words = practices.Words(title=both("Three breaths"), how=both("Breathe"), how_long=both("A minute"))
        practices.offer(3, world.gathering.id, words)
    return 3


def _talked(world: World) -> Gathering:
    """Something that Mira led, that is over, and whose conversation Ada has joined and said something in."""
    known = db.session.scalar(select(Gathering).where(Gathering.slug == "talked"))
    if known is not None:
        return known
    now = clock.now()
    leader = db.session.scalars(select(Facilitator).where(Facilitator.slug == "mira")).one()
    talked = a_gathering(slug="talked", facilitator=leader, starts_at=now + timedelta(days=1))
    a_booking(talked, "ada@example.org")
    run_due("house")
    with writing() as session:
        row = session.get_one(Gathering, talked.id)
        row.starts_at, row.ends_at = now - timedelta(days=3), now - timedelta(days=1)
        place = session.scalars(select(Place).where(Place.gathering_id == talked.id)).one()
        conversation.join(place.id, "Ada", wants_digest=False)
        conversation.say(4, member_of(place.id), "keep", "The walk")
    return talked


def _talked_token(world: World) -> str:
    gathering = _talked(world)
    return own_link.token_of(db.session.scalars(select(Place).where(Place.gathering_id == gathering.id)).one())


def _a_message(world: World) -> int:
    _talked(world)
    return 4


def _a_shown_note(world: World) -> int:
    """A note of Ada's about what Mira led, shown to her: always the same one."""
    gathering = _talked(world)
    with writing() as session:
        if session.get(PracticeNote, 5) is None:
            words = practices.Words(title=both("Sit"), how=both("Sit"), how_long=both("A minute"))
            practice = practices.offer(5, gathering.id, words)
            place = session.scalars(select(Place).where(Place.gathering_id == gathering.id)).one()
            practices.choose(place.id, practice.id, when="I wake", will="sit")
            practices.note_down(5, place.id, practice.id, "hard today")
            practices.show(5, place.id)
    return 5


def _number_of(email: str) -> Filling:
    return lambda world: db.session.scalars(select(Person.id).where(Person.email == email)).one()


VALUES: dict[str, Filling] = {
    "year": lambda world: 2026,
    "slug": lambda world: world.gathering.slug,
    "reference": lambda world: world.registration.reference,
    "pages.series:slug": lambda world: "seasons",
    "catalogue_series.series:slug": lambda world: "seasons",
    "catalogue_series.name:slug": lambda world: "seasons",
    "catalogue_series.add:slug": lambda world: "seasons",
    "pages.facilitator:slug": lambda world: "mira",
    "catalogue_venues.venue:slug": lambda world: "house-june-retreat",
    "catalogue_venues.save_venue:slug": lambda world: "house-june-retreat",
    "catalogue_venues.venue_picture:slug": lambda world: "house-june-retreat",
    "catalogue_venues.keep_venue_picture:slug": lambda world: "house-june-retreat",
    "catalogue_venues.remove_venue_picture:slug": lambda world: "house-june-retreat",
    "catalogue_profiles.theirs:slug": lambda world: "mira",
    "catalogue_profiles.save_theirs:slug": lambda world: "mira",
    "catalogue_profiles.their_picture:slug": lambda world: "mira",
    "catalogue_profiles.keep_their_picture:slug": lambda world: "mira",
    "catalogue_profiles.remove_their_picture:slug": lambda world: "mira",
    "pages.tile:palette": lambda world: "tejo",
    "pages.wall:palette": lambda world: "tejo",
    "seed": lambda world: "june-retreat",
    "accounts.link:token": lambda world: "1f-" + "a" * 32,
    "accounts.end:session_id": _a_session_of_ada,
    "token": lambda world: own_link.token_of(world.registration.places[0]),
    "question": lambda world: "C8",
    "point_id": a_point,
    **of_facilitators(),
    "decision_id": _a_promise,
    "case_id": _a_case,
    "days": lambda world: 21,
    "occasion": lambda world: "check_in",
    "wish_id": _a_wish,
    "question_id": _a_question,
    "need_id": _a_question_of_the_form,
    "page_answer_id": _a_page_answer,
    "complaint_id": _a_complaint,
    "feedback.my_question:token": _by_question,
    "feedback.write_back_before:token": _by_question,
    "feedback.withdraw_question:token": _by_question,
    "feedback.my_complaint:token": _by_complaint,
    "feedback.add_to_complaint:token": _by_complaint,
    "feedback.withdraw_complaint:token": _by_complaint,
    "feedback.answered_in_care:slug": lambda world: "july-circle",
    "feedback.carry_over:slug": _the_next_one,
    "feedback.make_promise:slug": _the_next_one,
    "feedback.drop_promise:slug": _the_next_one,
    "section": lambda world: "words",
    "person_id": _number_of("carl@example.org"),
    "other_id": _number_of("bo@example.org"),
    "role": lambda world: "facilitator",
    "invitation_id": _an_invitation,
    "passkey_id": _a_passkey,
    "accounts.address_link:token": lambda world: "o1f-" + "a" * 32,
    "accounts.invitation_link:token": lambda world: "1f-" + "a" * 32,
    "pictures.rendition:name": _a_picture,
    "pictures.rendition:width": lambda world: 480,
    "pictures.rendition:kind": lambda world: "jpg",
    "delivery_id": _a_resting_delivery,
    "item_id": _an_open_item,
    "setting_up.section:section": lambda world: "house",
    "setting_up.save:section": lambda world: "house",
    "setting_up.with_secrets:section": lambda world: "mail",
    "setting_up.save_with_secrets:section": lambda world: "mail",
    "setting_up.welcome:token": lambda world: door.path().rpartition("/")[2],
    "setting_up.claim:token": lambda world: door.path().rpartition("/")[2],
    "kind": lambda world: "imprint",
    "pages.logo:named": _a_logo,
    "named": lambda world: "1d5b43-93cdac",
    "health.form:reference": _a_place_with_health,
    "health.give:reference": _a_place_with_health,
    "health.withdraw:reference": _a_place_with_health,
    "health.open_one:reference": _a_place_with_health,
    "privacy.erasure:reference": _an_erasure,
    "own_feed.feed:token": _feed_of_ada,
    "note_id": _a_house_note,
    "entry_id": _an_entry_by_hand,
    "list_id": _a_list,
    "mailing_id": _a_mailing,
    "bulk_id": _many,
    "mark_id": lambda world: 1,
    "purpose": lambda world: "reminder",
    "booking_correct.letter_again:letter_id": _a_letter(lambda world: f"registration:{world.registration.id}"),
    "led_feed.feed:token": _feed_of_mira,
    "bookings.registration_letter:letter_id": _a_letter(lambda world: f"registration:{world.registration.id}"),
    "bookings.place_letter:letter_id": _a_letter(lambda world: f"place:{world.place.id}"),
    "me.my_letter:letter_id": _a_letter(lambda world: f"registration:{world.registration.id}"),
    "bookings.place:reference": lambda world: world.place.reference,
    "bookings.place_letter:reference": lambda world: world.place.reference,
    "bookings.invite:reference": lambda world: world.place.reference,
    "booking_facilitate.attendance:reference": lambda world: world.place.reference,
    "booking_manage.cancel_place:reference": lambda world: world.place.reference,
    "booking_manage.cancel_place_form:reference": lambda world: world.place.reference,
    "booking_discreet.word:reference": lambda world: world.place.reference,
    "material_id": _a_material,
    "practice_id": _a_practice,
    "practices.comment:note_id": _a_shown_note,
    "practices.change_note:note_id": _a_shown_note,
    "practices.comment:slug": lambda world: _talked(world).slug,
    "which": _a_message,
    **{
        f"conversation.{each}:token": _talked_token
        for each in ("conversation", "join", "say", "take_back", "want_digest", "leave", "report_form", "report")
    },
    **{
        f"conversation.{each}:slug": lambda world: _talked(world).slug
        for each in (
            "led_conversation",
            "say_as_leader",
            "take_back_as_leader",
            "want_digest_as_leader",
            "report_form_as_leader",
            "report_as_leader",
        )
    },
}
"""By `endpoint:argument`, or by the argument's name."""


def _booking_key(world: World, endpoint: str) -> str:
    of_place = "place" in endpoint or endpoint == "bookings.invite"
    return place_key(world.place) if of_place else registration_key(world.registration)


OWN_LINKS: dict[str, Callable[[World, str], str]] = {
    "booking_manage": _booking_key,
    "bookings": _booking_key,
    "payments.checkout": _booking_key,
    "payments.open_checkout": _booking_key,
    "payments.come_back": _booking_key,
    "privacy.erasure": _erasure_key,
    "booking_discreet.word": _place_key,
    "health.form": _place_key,
    "health.give": _place_key,
    "health.withdraw": _place_key,
}
"""The key of an own link, by blueprint or endpoint."""
