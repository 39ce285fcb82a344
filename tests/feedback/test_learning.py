"""What somebody who leads learns: theirs alone, filled by what comes back, and evidence of a year."""

from __future__ import annotations

import csv
import io

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db, new_id, writing
from retreats.feedback.learning_forms import hours_of, minutes_in
from retreats.feedback.models import Decision, Development, Supervision
from retreats.feedback.service import learning
from retreats.feedback.service.decide import Decided, promise
from tests.feedback import loop
from tests.house import a_facilitator, both, sign_in

pytestmark = pytest.mark.slow

LOG = "/facilitate/learning"
ENTRY = {"kind": "course", "day": "2027-03-01", "hours": "1,5", "noticed": "I answer too fast", "learned": "Three breaths",
         "tries": "Wait before I answer", "item": "C1"}  # fmt: skip
LONG = "In the evenings I would have liked to sit alone by the fire"


def keep(client, entry_id: int, **fields: object):
    return client.post(f"{LOG}/{entry_id}", data=ENTRY | fields)


@pytest.mark.parametrize(
    ("said", "minutes"), [("1.5", 90), ("1,5", 90), ("1:30", 90), ("2", 120), ("0:05", 5), ("1:60", None), ("", None),
                          ("-1", None), ("1e3", None)]
)  # fmt: skip
def test_hours_are_read_as_people_write_them(said, minutes):
    assert minutes_in(said) == minutes
    assert minutes is None or minutes_in(hours_of(minutes)) == minutes


def test_what_was_tried_comes_back_from_the_groups_answers_and_from_what_was_changed(client, another_client, deliver):
    mira = a_facilitator()
    june = loop.a_group(7, facilitator=mira)
    loop.leads(another_client, mira)
    entry_id = new_id()
    for _press in range(2):
        assert keep(another_client, entry_id, tries_in=str(june.id)).status_code == 303
    assert db.session.query(Development).count() == 1
    assert "It has not taken place yet." in another_client.get(f"{LOG}/").text

    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, *loop.NAMES[:6], C1="4", C8="")
    loop.after_the_end(june, deliver, hours=72)
    assert "or you have not opened it" in another_client.get(f"{LOG}/").text
    assert "said mostly or entirely" not in another_client.get(f"{LOG}/").text
    another_client.post("/facilitate/june-retreat/after/open")
    with writing():
        made = promise(june.id, Decided(kind="will_change", about=both("Slower answers"), due_at=clock.now()),
                       by=db.session.merge(mira).person)  # fmt: skip
    keep(another_client, entry_id, tries_in=str(june.id), decisions=[str(made.id)], came_back="Somebody thanked me",
         gathering=str(june.id))  # fmt: skip

    page = another_client.get(f"{LOG}/").text
    form = another_client.get(f"{LOG}/{entry_id}").text

    assert "6 of 6 said mostly or entirely" in page
    assert "Slower answers" in page
    assert "Somebody thanked me" in page
    assert f'value="{made.id}" checked' in form
    assert db.session.get_one(Decision, made.id).development_id == entry_id
    keep(another_client, entry_id)
    assert db.session.get_one(Decision, made.id, populate_existing=True).development_id is None


def test_one_line_is_for_everybody_if_it_is_wished_and_in_nobodys_words(client, another_client, deliver):
    mira = a_facilitator()
    june = loop.a_group(7, facilitator=mira)
    loop.leads(another_client, mira)
    loop.after_the_end(june, deliver)
    loop.everybody_says(client, june, *loop.NAMES[:5])
    loop.say(client, loop.token(june, "filipe"), C8=LONG)
    loop.after_the_end(june, deliver, hours=72)
    entry_id = new_id()
    public = "/gatherings/june-retreat/"
    assert "taught us" not in client.get(public).text

    quoted = keep(another_client, entry_id, gathering=str(june.id), public_en=LONG)
    nowhere = keep(another_client, entry_id, public_en="To wait")
    keep(another_client, entry_id, gathering=str(june.id), public_en="To wait", public_pt="A esperar")

    assert (quoted.status_code, nowhere.status_code) == (422, 422)
    assert "I answer too fast" in quoted.text
    assert "What this group taught us" in client.get(public).text
    assert "To wait" in client.get(public).text
    assert "To wait" in client.get("/facilitators/mira/").text
    assert "A esperar" in client.get(f"{public}?lang=pt").text
    assert "I answer too fast" not in client.get(public).text + client.get("/facilitators/mira/").text
    another_client.post(f"{LOG}/{entry_id}/remove")
    assert "To wait" not in client.get(f"{public}?lang=en").text


def test_a_year_of_both_logs_is_evidence_on_paper_and_as_a_table_after_a_second_factor(client, another_client):
    mira = a_facilitator()
    loop.leads(another_client, mira)
    keep(another_client, new_id(), noticed="=1+1")
    keep(another_client, new_id(), day="2026-12-31", noticed="Another year")
    seen = {"kind": "peer", "day": "2027-02-01", "hours": "2", "supervisor": "Rita", "agreed": "To rest"}
    session_id = new_id()
    for _press in range(2):
        assert another_client.post(f"{LOG}/supervision/{session_id}", data=seen).status_code == 303
    assert db.session.query(Supervision).count() == 1

    paper = another_client.get(f"{LOG}/year/2027").text
    file = another_client.post(f"{LOG}/year/2027/file")
    person = db.session.get_one(Person, mira.person_id)
    db.session.expunge(person)
    sign_in(client, person, proved=False)

    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert rows[0][0] == "Day"
    assert [row[:4] for row in rows[1:]] == [
        ["2027-02-01", "peer supervision", "2:00", ""], ["2027-03-01", "course or training", "1:30", "'=1+1"]]  # fmt: skip
    assert '<td role="cell" data-label="Hours" class="number"><span>3:30</span>' in paper
    assert "Another year" not in paper
    assert client.get(f"{LOG}/year/2027").status_code == 303
    assert client.post(f"{LOG}/year/2027/file").status_code in {303, 400, 401}
    assert "Another year" in another_client.get(f"{LOG}/year/2026").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "x"}, "Choose what it was."),
        ({"day": "2099-01-01"}, "Choose a day, today or before."),
        ({"day": "2027-3-1"}, "Choose a day, today or before."),
        ({"hours": "long"}, "Write the hours as in"),
        ({"noticed": "", "learned": "", "tries": ""}, "Write at least one of the four steps."),
        ({"gathering": "12345"}, "Choose among what you lead or led."),
    ],
)
def test_an_entry_says_what_it_lacks_and_keeps_what_was_written(another_client, fields, sentence):
    loop.leads(another_client, a_facilitator())

    answer = keep(another_client, 5, **fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields.get("hours", "1,5")}"' in answer.text
    assert db.session.query(Development).count() == 0


def test_the_logs_are_nobody_elses_and_ask_the_database_as_often_for_thirty_as_for_one(
    client, another_client, statements
):
    mira, rui = a_facilitator(), a_facilitator("rui@example.org")
    june = loop.a_group(1, facilitator=mira)
    loop.leads(another_client, mira)
    loop.leads(client, rui)

    def asked() -> int:
        with statements() as seen:
            assert another_client.get(f"{LOG}/").status_code == 200
        return len(seen)

    def write(number: int) -> None:
        said = learning.Learned(kind="reading", day=f"2027-02-{number % 28 + 1:02}", minutes=60, learned="To wait",
                                tries_in_id=june.id, item="C1")  # fmt: skip
        with writing():
            learning.keep_entry(number, said, by=db.session.merge(mira).person)

    write(1)
    once = asked()
    for number in range(2, 31):
        write(number)

    assert asked() == once
    assert [client.get(f"{LOG}/1").status_code, keep(client, 1).status_code] == [404, 404]
    assert client.post(f"{LOG}/1/remove").status_code == 404
    assert keep(client, 99, decisions="77").status_code == 404, "somebody else's decision: nothing is written down"
    assert "To wait" not in client.get(f"{LOG}/").text
    assert another_client.get(f"{LOG}/").text.count("To wait") == 30
