"""Loading the demonstration: what stands in the tables is as if people had done it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from retreats import clock
from retreats.accounts.models import Person, Role
from retreats.booking.models import TAKING, Answer, LedgerEntry, Place, Registration, WaitingEntry
from retreats.booking.opening import opening
from retreats.booking.service import letters_due
from retreats.booking.service.cancel import percent_back
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Facilitator, Gathering, PagePromise, Series, TicketType, Venue
from retreats.catalogue.service.missing import missing
from retreats.db import db, writing
from retreats.demo.content import GATHERINGS, said
from retreats.demo.history import stripe_history
from retreats.demo.load import HouseNotEmpty, is_empty, load
from retreats.demo.people import PERSONAS
from retreats.events import PlaceCancelled, RegistrationConfirmed, WaitingListJoined
from retreats.house.models import THE_ONE, HouseSettings
from retreats.mail.models import Letter
from retreats.payments.models import Attempt, Refund
from retreats.questions.queries import questions_of
from tests.house import PROMISE

pytestmark = pytest.mark.slow

AROUND_THE_CHANGES = [
    datetime(2027, 3, 27, 23, 50, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 59, tzinfo=UTC),
    datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
    datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
]


def move_in() -> None:
    with writing() as session:
        load(session)


@pytest.fixture
def community(app):
    move_in()
    return app


def test_the_house_brings_its_name_along_whatever_it_is_called_without_one(community):
    assert db.session.get_one(HouseSettings, THE_ONE).name == "Casa do Rio"


def gathering(slug: str) -> Gathering:
    return db.session.scalars(select(Gathering).where(Gathering.slug == slug)).one()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_house_is_furnished(community):
    kinds = Counter(db.session.scalars(select(Gathering.kind)))
    states = Counter(db.session.scalars(select(Gathering.state)))
    guests = db.session.scalars(select(Place.name).where(Place.state == "confirmed").distinct()).all()

    assert (count(Venue), count(Facilitator), count(Series), count(Gathering)) == (
        3,
        5,
        3,
        len(GATHERINGS) + len(said("earlier")["gatherings"]),
    )
    assert kinds == {"retreat": 6, "workshop": 4, "training": 1, "circle": 1}
    assert states == {"over": 6, "running": 1, "published": 3, "cancelled": 1, "draft": 1}
    assert Counter(db.session.scalars(select(Role.role))) == {"care": 1, "facilitator": 5, "owner": 1}
    assert count(Person) == 27
    assert 18 <= len(guests) <= 24


def test_the_demonstration_moves_only_into_an_empty_house(app):
    with writing() as session:
        assert is_empty(session)
        load(session)
    before = {model: count(model) for model in (Person, Gathering, Registration)}

    with pytest.raises(HouseNotEmpty), writing() as session:
        load(session)

    assert not is_empty(db.session())
    assert {model: count(model) for model in before} == before


def test_counters_and_places_agree(community):
    for each in db.session.scalars(select(Gathering)):
        places = list(db.session.scalars(select(Place).where(Place.gathering_id == each.id)))
        taking = [place for place in places if place.state in TAKING]
        assert each.taken == len(taking) <= each.capacity
        for ticket_type in each.ticket_types:
            assert ticket_type.taken == sum(place.ticket_type_id == ticket_type.id for place in taking)
            assert ticket_type.capacity is None or ticket_type.taken <= ticket_type.capacity


def test_what_can_be_booked_is_what_the_brief_of_the_house_wants_to_show(community):
    answers = {slug: opening(gathering(slug), now=clock.now()) for slug in GATHERINGS}

    assert {
        slug: (each.answer, each.left) for slug, each in answers.items() if each.answer in {"open", "few", "full"}
    } == {
        "tuesday-circle": ("open", 10),
        "hands-in-clay": ("full", 0),
        "slow-weekend-beginning-again": ("open", 8),
    }
    assert answers["five-days-by-the-sea"].answer == "cancelled"
    assert answers["body-and-word-voice"].answer == "draft"
    assert count(WaitingEntry) == 3


def test_twelve_people_attended_each_of_the_two_that_are_over(community):
    for slug in ("slow-weekend-listening", "body-and-word-breath"):
        over = gathering(slug)
        attended = db.session.scalars(
            select(Place.email).where(Place.gathering_id == over.id, Place.state == "confirmed")
        ).all()
        assert len(set(attended)) == 12
        assert None not in attended
        assert "mira" in {leader.facilitator.person.email.partition("@")[0] for leader in over.leaders}
    ended_ago = clock.now() - gathering("body-and-word-breath").ends_at
    assert timedelta(hours=2) < ended_ago < timedelta(hours=48)


def test_the_care_contact_never_leads(community):
    leading = {each.person_id for each in db.session.scalars(select(Facilitator))}

    for each in db.session.scalars(select(Gathering).where(Gathering.state != "draft")):
        assert each.care_contact.name == "Celeste Amorim"
        assert each.care_contact_id not in leading


def test_every_gathering_has_all_seven_parts_of_its_promise_and_its_own_questions(community):
    for each in db.session.scalars(select(Gathering)):
        promise = catalogue.promise_of(each.id)
        empty = [part for part in PROMISE for text in [getattr(promise, part)] if not (text["en"] and text["pt"])]
        assert empty == []
        assert questions_of(each.id, "intake")


@pytest.mark.parametrize("now", AROUND_THE_CHANGES)
def test_wall_clock_zone_and_instant_agree_on_both_sides_of_a_change(app, now):
    with clock.standing_still(now):
        move_in()

        for each in db.session.scalars(select(Gathering)):
            for instant, wall in ((each.starts_at, each.starts_wall), (each.ends_at, each.ends_wall)):
                local = instant.astimezone(ZoneInfo(each.zone)).replace(tzinfo=None)
                assert local == datetime.fromisoformat(wall)
            assert all(each.starts_at <= one.starts_at < one.ends_at <= each.ends_at for one in each.sessions)
            assert (each.state == "over") == (each.ends_at < now)


def test_people_booked_after_publishing_and_before_the_start(community):
    for each in db.session.scalars(select(Registration)):
        assert each.gathering.published_at < each.registered_at < min(each.gathering.starts_at, clock.now())
        assert all(place.confirmed_at >= each.registered_at for place in each.places)
        assert all(place.changed_at <= clock.now() for place in each.places)
        assert each.places[0].person_id == each.booker_id
        assert each.terms is not None
        assert each.promise.gathering_id == each.gathering_id
        assert each.agreed_minor == sum(place.price_minor for place in each.places)


def test_the_money_adds_up_with_the_ledger_the_attempts_and_the_refunds(community):
    for each in db.session.scalars(select(Registration)):
        captured = sum(entry.amount_minor for entry in each.ledger if entry.kind == "captured")
        refunded = -sum(entry.amount_minor for entry in each.ledger if entry.kind == "refunded")
        attempts = db.session.scalars(select(Attempt).where(Attempt.registration_id == each.id)).all()
        refunds = db.session.scalars(select(Refund).where(Refund.registration_id == each.id)).all()
        assert captured == each.agreed_minor == sum(attempt.amount_minor for attempt in attempts)
        assert all(attempt.state == "captured" for attempt in attempts)
        assert refunded == sum(refund.amount_minor for refund in refunds)
        assert 0 <= refunded <= captured


def test_who_cancelled_got_back_what_was_agreed_and_the_house_gave_everything(community):
    cancelled = db.session.scalars(select(Place).where(Place.state == "cancelled")).all()
    shares = set()
    for place in cancelled:
        gathering_ = place.gathering
        percent = 100 if gathering_.cancelled_at == place.cancelled_at else percent_back(
            place.registration.refund_tiers, starts_at=gathering_.starts_at, now=place.cancelled_at
        )  # fmt: skip
        refund = db.session.scalar(select(Refund).where(Refund.occasion.startswith(f"place:{place.id}:")))
        assert (refund.amount_minor if refund else 0) == place.price_minor * percent // 100
        assert place.sequence == 1
        shares.add(percent if place.price_minor else "free")

    assert shares == {100, 50, "free"}
    assert {place.registration.state for place in cancelled} == {"cancelled"}


def test_the_stand_in_can_be_told_every_payment_of_the_past(community):
    told = stripe_history()

    assert len(told) == count(Attempt)
    back = sum(refund["amount"] for each in told for refund in each["refunds"])
    assert sum(each["amount"] for each in told) - back == db.session.scalar(select(func.sum(LedgerEntry.amount_minor)))
    assert {each["registration"] for each in told} <= set(db.session.scalars(select(Registration.reference)))
    assert all(each["payment_intent"].startswith("pi_demo_") and each["currency"] == "eur" for each in told)
    assert all(each["paid_at"] < refund["made_at"] for each in told for refund in each["refunds"])
    assert told == sorted(told, key=lambda each: each["paid_at"])


def test_what_people_answered_is_readable_by_the_house_and_sealed_in_the_table(community):
    answers = db.session.scalars(select(Answer)).all()

    assert "Ressono. Ponham-me com a Lídia, que já sabe." in {each.text for each in answers}
    assert all(b"Ressono" not in each.text_sealed for each in answers)


def test_the_letters_of_that_time_are_there_and_the_house_would_not_write_them_again(community):
    before = db.session.scalars(select(Letter.occasion)).all()

    with writing() as session:
        for each in session.scalars(select(Registration)).all():
            happened = {"registration_id": each.id, "gathering_id": each.gathering_id}
            if each.state == "confirmed":
                letters_due.confirmed(RegistrationConfirmed(**happened))
            for place in each.places:
                if place.state == "cancelled":
                    letters_due.cancelled(PlaceCancelled(place_id=place.id, **happened))
        for entry in session.scalars(select(WaitingEntry)).all():
            letters_due.joined(WaitingListJoined(entry_id=entry.id, gathering_id=entry.gathering_id))

    assert sorted(db.session.scalars(select(Letter.occasion))) == sorted(before)
    assert len(before) > count(Registration)
    assert db.session.scalars(select(Letter.id).where(Letter.sent_at.is_(None))).all() == []


def test_who_gave_her_place_back_before_the_house_cancelled_is_not_told_that_the_house_did(community):
    letters = db.session.scalars(select(Letter).where(Letter.kind == "booking.cancellation")).all()
    told = {
        (place.gathering.slug, place.person.email.partition("@")[0]): letter.about["by_house"]
        for letter in letters
        for place in [db.session.get_one(Place, letter.about["place_id"])]
    }

    assert {who: by_house for (slug, who), by_house in told.items() if slug == "five-days-by-the-sea"} == {
        "priya": False,
        "yara": True,
        "djamila": True,
        "amelia": True,
        "helena": True,
    }
    assert not any(by_house for (slug, _who), by_house in told.items() if slug != "five-days-by-the-sea")


def test_one_can_be_everyone_on_the_list(community):
    known = dict(db.session.execute(select(Person.email, Person.name)).all())

    assert all(known[each.email] == each.name for each in PERSONAS)
    assert all(email.endswith("@example.org") for email in known)
    assert (
        db.session.scalar(select(Place).join(Person, Place.person_id == Person.id).where(Person.name == "Nell Duarte"))
        is None
    )


def test_the_circle_is_free_and_a_place_there_costs_nothing(community):
    circle = gathering("tuesday-circle")

    assert [ticket_type.price_minor for ticket_type in circle.ticket_types] == [0]
    assert (
        db.session.scalars(select(LedgerEntry).join(Registration).where(Registration.gathering_id == circle.id)).all()
        == []
    )
    assert {len(each.ticket_types) for each in db.session.scalars(select(Gathering))} == {1, 2}


def test_the_draft_says_what_it_is_missing_and_nothing_else_misses_anything(community):
    lacking = {each.slug: {one.code for one in missing(each)} for each in db.session.scalars(select(Gathering))}

    assert {slug: codes for slug, codes in lacking.items() if codes} == {"body-and-word-voice": {"care"}}


def test_a_draft_has_no_public_day(community):
    draft = gathering("body-and-word-voice")

    assert (draft.published_at, draft.care_contact_id, draft.taken) == (None, None, 0)
    assert draft.series.slug == gathering("body-and-word-breath").series.slug
    assert count(PagePromise) == count(Gathering)
    assert db.session.scalar(select(func.sum(TicketType.taken))) == db.session.scalar(select(func.sum(Gathering.taken)))
