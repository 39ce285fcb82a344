"""Two presses at once are one, and whoever comes to lead a gathering does not look after its cases or read first any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Facilitator, Leader
from retreats.db import db, new_id, writing
from retreats.events import GatheringChanged
from retreats.feedback.models import CareCase, CareNote, Complaint, ComplaintLine, FirstReader, Message
from retreats.feedback.service.complaints import token_of
from retreats.outbox import emit
from tests.feedback import loop
from tests.feedback.heard import Saying, heard
from tests.house import a_facilitator, a_person, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def june(app):
    """Seven answered, Eva without her name; Mira has read it."""
    return heard(8, [Saying("eva", "C8", "Fewer songs"), Saying("ada", "C7", "The bread")], facilitator=a_facilitator(),
                 scales={"C1": "4444453"})  # fmt: skip


def a_case(gathering, deputy: Person | None = None) -> CareCase:
    with writing() as session:
        case = CareCase(id=new_id(), gathering_id=gathering.id, source="C10", locator=b"case", state="seen", alerted=True,
                        raised_at=clock.now() - timedelta(days=2), deputy_id=deputy.id if deputy else None)  # fmt: skip
        case.text = "Mira frightens me"
        session.add(case)
    return case


def test_what_is_sent_twice_is_said_once(june, client, another_client, deliver) -> None:
    case = a_case(june)
    celeste = db.session.query(Person).filter_by(id=june.care_contact_id).one()
    with writing() as session:
        complaint = Complaint(id=new_id(), form_key="k", about="house", language="en", filed_at=clock.now(),
                              reader_id=celeste.id, acknowledge_by=clock.now(), answer_by=clock.now())  # fmt: skip
        complaint.text = "The stairs were dark"
        session.add(complaint)
    complaint_id, own = complaint.id, f"/complaint/{token_of(complaint)}"
    sign_in(another_client, celeste)

    for _press in range(2):
        assert loop.post(client, loop.token(june, "eva"), "/words/C8/write", text="One a day").status_code == 303
        assert client.post(f"{own}/add", data={"text": "And steep"}).status_code == 303
        another_client.post(f"/complaints/{complaint_id}/note", data={"note": "Ask the house"})
        another_client.post(f"/care/{case.id}/note", data={"note": "Called her"})

    db.session.remove()
    assert [each.text for each in db.session.query(Message)] == ["One a day"]
    assert sorted(each.text or "" for each in db.session.query(ComplaintLine)) == ["And steep", "Ask the house"]
    assert [each.text for each in db.session.query(CareNote)] == ["Called her"]


def test_a_deputy_who_comes_to_lead_it_stands_in_no_more(june, another_client) -> None:
    rui = a_facilitator("rui@example.org")
    person = db.session.get_one(Person, rui.person_id)
    case = a_case(june, person)
    loop.leads(another_client, rui)
    assert another_client.get(f"/care/{case.id}").status_code == 200

    with writing() as session:
        session.add(Leader(id=new_id(), gathering_id=june.id, facilitator_id=rui.id))

    assert another_client.get(f"/care/{case.id}").status_code == 404
    assert another_client.post(f"/care/{case.id}/open").status_code == 404
    assert f"/care/{case.id}" not in another_client.get("/care/").text


def test_whoever_leads_no_more_reads_nothing_first(june, another_client) -> None:
    rui = a_facilitator("rui@example.org")
    mira = db.session.query(Facilitator).filter(Facilitator.id != rui.id).one()
    with writing() as session:
        session.add(Leader(id=new_id(), gathering_id=june.id, facilitator_id=rui.id))
        session.add(FirstReader(id=new_id(), gathering_id=june.id, person_id=mira.person_id, reader_id=rui.person_id,
                                leads_too=True))  # fmt: skip
    loop.leads(another_client, rui)
    another_client.post("/facilitate/june-retreat/after/open")
    first = f"/read-first/june-retreat/{mira.person_id}"
    assert "Fewer songs" in another_client.get(first).text

    with writing() as session:
        session.query(Leader).filter_by(facilitator_id=rui.id).delete()

    assert "Fewer songs" not in another_client.get(first).text


def test_somebody_who_only_looks_after_cases_finds_them(june, another_client) -> None:
    deputy = a_person("dora@example.org")
    case = a_case(june, deputy)
    sign_in(another_client, deputy)

    assert f"/care/{case.id}" in another_client.get("/care/").text


def test_whoever_takes_back_only_the_scales_has_answered_all_the_same(client, app, deliver) -> None:
    gathering = loop.a_group(9, facilitator=a_facilitator())
    loop.after_the_end(gathering, deliver)
    loop.everybody_says(client, gathering, *loop.NAMES[:6])
    ada = loop.token(gathering, "ada")

    assert loop.post(client, ada, "/words/scales/withdraw").status_code == 303
    loop.after_the_end(gathering, deliver, hours=72)

    assert len(loop.points(gathering)) == 6
    assert loop.say(client, ada, C8="Another word").status_code == 410
    loop.everybody_says(client, gathering, *loop.NAMES[6:9])
    loop.after_the_end(gathering, deliver, days=8)
    assert len(loop.points(gathering)) == 9
    assert loop.window(gathering).state == "closed"


def test_a_complaint_is_handed_on_when_its_reader_comes_to_lead(june, another_client, deliver) -> None:
    rui = a_facilitator("rui@example.org")
    with writing() as session:
        complaint = Complaint(id=new_id(), form_key="k", about="house", language="en", filed_at=clock.now(),
                              gathering_id=june.id, reader_id=rui.person_id, acknowledge_by=clock.now(),
                              answer_by=clock.now())  # fmt: skip
        complaint.text = "The singing was too loud"
        session.add(complaint)
    here = f"/complaints/{complaint.id}"
    loop.leads(another_client, rui)
    assert another_client.get(here).status_code == 200

    with writing() as session:
        session.add(Leader(id=new_id(), gathering_id=june.id, facilitator_id=rui.id))
        emit(GatheringChanged(gathering_id=june.id))

    assert another_client.get(here).status_code == 404
    assert here not in another_client.get("/care/").text
    deliver()
    db.session.remove()
    assert db.session.query(Complaint).one().reader_id == june.care_contact_id
    loop.cares(another_client, june)
    assert another_client.get(here).status_code == 200
