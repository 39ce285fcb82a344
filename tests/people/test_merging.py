"""Two records of one person become one: first as a preview, then for good, or not at all."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.access import AccessNote
from retreats.accounts.models import Passkey, Person
from retreats.booking.models import Place, Registration, SavedList, WaitingEntry
from retreats.booking.service import join_waiting_list
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, new_id, writing
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Reflection
from retreats.mail.models import Letter
from retreats.privacy.models import Erasure
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both, sign_in

pytestmark = pytest.mark.slow

MOVED = {
    "check_in.said_by_id",
    "talk_wish.met_by_id",
    "access_note.actor_id",
    "address_change.by_id",
    "bulk_action.asked_by_id",
    "care_case.about_id",
    "care_case.deputy_id",
    "care_note.person_id",
    "conversation_member.person_id",
    "care_release.by_id",
    "care_release.to_id",
    "complaint.about_id",
    "complaint.reader_id",
    "complaint_line.person_id",
    "early_question.answered_by_id",
    "loop_rules.deputy_id",
    "loop_rules.reader_id",
    "preparation_note.written_by_id",
    "come_back.person_id",
    "decision.owner_id",
    "development.person_id",
    "first_reader.person_id",
    "first_reader.reader_id",
    "first_reading.person_id",
    "first_reading.reader_id",
    "group_letter.written_by_id",
    "health_reader.person_id",
    "facilitator.person_id",
    "gathering.care_contact_id",
    "house_note.written_by_id",
    "invitation.by_id",
    "invitation.person_id",
    "mail_trial.person_id",
    "mailing.written_by_id",
    "message.staff_id",
    "money_trial.person_id",
    "need.marked_by_id",
    "packet.owner_id",
    "packet.supervisor_id",
    "person.merged_into_id",
    "place.person_id",
    "point.to_id",
    "point_step.staff_id",
    "practice_comment.person_id",
    "pool_reader.person_id",
    "reading.person_id",
    "reflection.person_id",
    "registration.booker_id",
    "role.person_id",
    "saved_list.person_id",
    "sign_in.person_id",
    "signed_in.person_id",
    "supervision.person_id",
}
ENDED = {
    "address_change.person_id",
    "authenticator.person_id",
    "guess.person_id",
    "passkey.person_id",
    "recovery_code.person_id",
}
STAYS = {"bulk_action.asked_by_id", "erasure.person_id", "mail_trial.person_id", "money_trial.person_id"}
"""What becomes of each column that points to a person. What stays was done by a record that is nobody's any more; one that
is being erased is not put together with another (of that there is a test).
"""


@pytest.fixture
def olga(client):
    """Olga owns the house, and is signed in."""
    person = a_person("olga@example.org", role="owner")
    sign_in(client, person)
    return person


def the(email: str) -> Person:
    return db.session.scalars(
        select(Person).where(Person.email == email).execution_options(populate_existing=True)
    ).one()


def preview(client, stays: Person, goes: Person) -> str:
    return client.get(f"/organise/people/{stays.id}/merge/{goes.id}").text


def mark(page: str) -> str:
    return re.search(r'name="mark" value="([0-9a-f]+)"', page)[1]


def merge(client, stays: Person, goes: Person, **more):
    said = more.get("mark") or mark(preview(client, stays, goes))
    return client.post(f"/organise/people/{stays.id}/merge/{goes.id}", data={"mark": said})


def test_what_belonged_to_two_belongs_to_one_and_nothing_is_lost(client, another_client, olga, deliver, post_office):
    june, july = a_gathering(slug="june-retreat"), a_gathering(slug="july-circle", places=1)
    a_booking(june, "ada@example.org")
    old = a_booking(july, "ada@work.example")
    with writing():
        join_waiting_list(june.id, name="Ada", email="ada@work.example", party=1, note="", language="en")
    deliver()
    stays, goes = the("ada@example.org"), the("ada@work.example")
    page = preview(client, stays, goes)

    answer = client.post(f"/organise/people/{stays.id}/merge/{goes.id}", data={"mark": mark(page)})
    deliver()

    assert "<dt>Bookings</dt><dd>1</dd>" in re.sub(r">\s+<", "><", page)
    assert answer.location == f"/organise/people/{stays.id}/?done=merged"
    assert {each.booker_id for each in db.session.scalars(select(Registration))} == {stays.id}
    assert {(each.person_id, each.email) for each in db.session.scalars(select(Place))} == {
        (stays.id, "ada@example.org")
    }
    assert db.session.scalars(select(WaitingEntry.email)).all() == ["ada@example.org"]
    assert db.session.get_one(Registration, old.id).reference == old.reference
    gone = the("ada@work.example")
    assert (gone.name, gone.merged_into_id, gone.disabled_at is None) == ("", stays.id, False)
    assert sorted(each.to for each in post_office.letters if "one now" in each.subject) == [
        "ada@example.org",
        "ada@work.example",
    ]
    assert "ada@work.example" in client.get(f"/organise/people/{stays.id}/").text
    assert client.get(f"/organise/people/{goes.id}/").status_code == 404


def test_who_is_being_erased_is_not_put_together_with_anybody(client, olga):
    stays, goes = a_person("ada@example.org"), a_person("ada@work.example")
    with writing() as session:
        session.add(Erasure(id=new_id(), person_id=goes.id, asked_at=clock.now(), steps=[]))

    page = preview(client, stays, goes)
    answer = merge(client, stays, goes, mark="0" * 32)

    assert "is being erased" in page
    assert answer.status_code == 409
    assert the("ada@work.example").merged_into_id is None


def test_lists_kept_under_the_same_name_are_both_kept(client, olga):
    stays, goes = a_person("otto@example.org", role="organiser"), a_person("otto@work.example", role="organiser")
    with writing() as session:
        for person, name in ((stays, "Owing"), (goes, "Owing"), (goes, "Late")):
            session.add(SavedList(id=new_id(), person_id=person.id, name=name, query={}, saved_at=clock.now()))

    merge(client, stays, goes)

    kept = db.session.execute(select(SavedList.person_id, SavedList.name)).all()
    assert sorted(kept) == [(stays.id, "Late"), (stays.id, "Owing"), (stays.id, "Owing*")]


def test_either_address_is_recognised_from_then_on_and_signs_the_one_person_in(client, olga, deliver, post_office):
    stays, goes = a_person("ada@example.org"), a_person("ada@work.example")
    merge(client, stays, goes)

    with writing():
        accounts.ask_to_sign_in("ADA@work.example", browser="x", next_path=None)
    booked = a_booking(a_gathering(), "ada@work.example")
    deliver()

    asked = [each.to for each in post_office.letters if "way in" in each.subject]
    assert asked == ["ada@example.org"]
    assert booked.booker_id == stays.id
    assert [(each.person_id, each.email) for each in booked.places] == [(stays.id, "ada@example.org")]


def test_two_who_have_a_place_in_one_gathering_stay_two(client, olga):
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org", "bo@example.org")
    stays, goes = the("ada@example.org"), the("bo@example.org")

    page = preview(client, stays, goes)
    answer = merge(client, stays, goes, mark="0" * 32)

    assert "These two cannot be one" in page
    assert 'name="mark"' not in page
    assert answer.status_code == 409
    assert the("bo@example.org").merged_into_id is None


def test_who_leads_and_who_cares_for_one_gathering_stay_two(client, olga):
    mira = a_facilitator("mira@example.org")
    gathering = a_gathering(facilitator=mira)

    answer = merge(
        client, the("mira@example.org"), db.session.get_one(Person, gathering.care_contact_id), mark="0" * 32
    )

    assert answer.status_code == 409
    assert "one person cannot be two there" in answer.text


def test_two_looks_back_on_one_gathering_keep_two_apart(client, olga):
    gathering = a_gathering()
    ada, bo = a_person("ada@example.org"), a_person("bo@example.org")
    with writing() as session:
        form = house_form("reflection")
        for person in (ada, bo):
            session.add(Reflection(id=new_id(), gathering_id=gathering.id, person_id=person.id,
                                   form_id=form.id, written_at=gathering.published_at))  # fmt: skip

    assert "their own look back" in preview(client, ada, bo)


def test_what_was_not_in_the_preview_does_not_happen(client, olga):
    stays, goes = a_person("ada@example.org"), a_person("ada@work.example")
    seen = mark(preview(client, stays, goes))
    a_booking(a_gathering(), "ada@work.example")

    answer = merge(client, stays, goes, mark=seen)

    assert answer.status_code == 409
    assert "Something changed since you looked" in answer.text
    assert the("ada@work.example").merged_into_id is None
    assert merge(client, stays, goes).status_code == 303


def test_what_somebody_leads_and_has_looked_at_goes_along_and_what_proved_them_does_not(client, another_client, olga):
    stays, mira = a_person("mira@home.example"), a_facilitator("mira@example.org")
    gathering, goes = a_gathering(facilitator=mira), the("mira@example.org")
    with writing() as session:
        session.add(AccessNote(id=new_id(), actor_id=goes.id, what="care_case:1", day="2027-03-01"))
        session.add(Passkey(id=new_id(), person_id=goes.id, credential_id=b"x", public_key=b"", name="",
                            added_at=gathering.published_at))  # fmt: skip
    sign_in(another_client, goes)
    warned = preview(client, stays, goes)

    merge(client, stays, goes)

    assert "The second factor of mira@example.org is gone." in warned
    assert db.session.scalars(select(Facilitator.person_id)).all() == [stays.id]
    assert {each.role for each in the("mira@home.example").roles} == {"facilitator"}
    assert db.session.scalars(select(AccessNote.actor_id)).all() == [stays.id]
    assert db.session.scalars(select(Passkey.id)).all() == []
    assert another_client.get("/me/").status_code == 303
    assert db.session.get_one(Gathering, gathering.id).version > gathering.version


def test_of_two_pages_among_the_facilitators_one_stays_and_says_what_both_said(client, olga):
    stays, goes = a_facilitator("mira-home@example.org"), a_facilitator("mira@example.org")
    gathering = a_gathering(facilitator=goes)
    with writing() as session:
        session.get_one(Facilitator, stays.id).approach = {}
        session.get_one(Facilitator, goes.id).approach = both("Slowly, and outdoors")

    merge(client, the("mira-home@example.org"), the("mira@example.org"))

    [page] = db.session.scalars(select(Facilitator).execution_options(populate_existing=True)).all()
    assert (page.id, page.approach["en"]) == (stays.id, "Slowly, and outdoors")
    assert [each.facilitator_id for each in db.session.get_one(Gathering, gathering.id).leaders] == [stays.id]


def test_a_letter_written_to_the_one_stands_on_the_page_of_the_other(client, olga, deliver, post_office):
    stays, goes = a_person("ada@example.org"), a_person("ada@work.example")
    with writing():
        accounts.invite("ada@work.example", name="Ada", role="facilitator", language="en")
    deliver()

    merge(client, stays, goes)

    kept = db.session.scalars(select(Letter).where(Letter.kind == "accounts.invitation")).one()
    assert (kept.shelf, kept.about["person_id"]) == (f"person:{stays.id}", stays.id)


def test_everything_that_points_to_a_person_is_moved_or_known_to_stay(app):
    """Whoever adds a column that points to a person says what becomes of it when two become one."""
    del app
    pointing = {
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }

    assert pointing == MOVED | ENDED | STAYS
