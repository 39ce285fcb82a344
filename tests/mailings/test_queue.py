"""What goes out in the days to come, seen before it leaves: who, how many, held back, let go, skipped; and what went out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from retreats import clock
from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.mailings.models import TimedPassing
from tests.catalogue.organise import otto
from tests.house import a_booking, a_gathering
from tests.mailings.desk import by_reader, send, written
from tests.mailings.test_timed import AT_HOME, GETTING_READY, HOW_TO, VERY_SOON, in_60_days, let_pass
from tests.mailings.test_timed import at as at_lisbon

pytestmark = pytest.mark.slow

QUEUE, PRACTICAL = "/organise/letters/", "/organise/letters/june-retreat/practical"


def rows(text: str, caption: str) -> list[list[str]]:
    """The cells of one table, without their marks."""
    table = text.partition(f">{caption}</caption>")[2].partition("</table>")[0]
    body = table.partition("<tbody")[2]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", "", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


def test_otto_sees_who_gets_what_before_it_leaves_and_what_went_out(client, deliver, sent) -> None:
    june = in_60_days(2)
    otto(client)
    let_pass(at_lisbon(2027, 4, 16, 10), deliver)
    send(client, written(client))
    deliver()

    page, one = client.get(QUEUE).text, client.get(PRACTICAL).text
    of_bo = client.get(f"{PRACTICAL}?as=registration:{_registration(june, 'bo@example.org')}").text

    assert rows(page, "Still to come") == [
        ["Practical details: June retreat", "June retreat", "Monday 26 April 2027, 10:00", "2 people", "still to come"],
        ["Reminder: June retreat", "June retreat", "Thursday 29 April 2027, 10:00", "2 people", "still to come"],
    ]
    assert sorted(rows(page, "What went out")) == [
        ["Preparation: June retreat", "June retreat", "Friday 16 April 2027, 10:00", "2 sent"],
        ["What to bring: June retreat", "June retreat", "Friday 16 April 2027, 10:00", "2 sent"],
    ]
    assert "2 people, as it stands now." in one
    assert "ada@example.org" in one
    assert "Dear Ada," in one
    assert "Dear Bo," in of_bo
    assert "key=" not in one + of_bo


def test_held_back_it_stays_until_it_is_let_go(client, deliver, sent) -> None:
    in_60_days(1)
    otto(client)
    deliver()
    client.post(f"{PRACTICAL}/hold")
    client.post(f"{PRACTICAL}/hold")
    let_pass(at_lisbon(2027, 4, 27, 10), deliver)
    held = by_reader(sent, HOW_TO)
    page = rows(client.get(QUEUE).text, "Still to come")

    client.post(f"{PRACTICAL}/let-go")
    deliver()
    client.post(f"{PRACTICAL}/let-go")
    too_late = client.post(f"{PRACTICAL}/skip")
    deliver()

    assert held == {}
    assert ["Practical details: June retreat", "held back"] in [[row[0], row[-1]] for row in page]
    assert list(by_reader(sent, HOW_TO)) == ["ada@example.org"]
    assert too_late.location.endswith("done=gone")


def test_let_go_before_its_moment_it_goes_out_at_its_moment(client, deliver, sent) -> None:
    in_60_days(1)
    otto(client)
    deliver()
    client.post(f"{PRACTICAL}/skip")
    client.post(f"{PRACTICAL}/let-go")
    deliver()
    early = by_reader(sent, HOW_TO)

    let_pass(at_lisbon(2027, 4, 26, 10), deliver)

    assert early == {}
    assert list(by_reader(sent, HOW_TO)) == ["ada@example.org"]


def test_skipped_nobody_gets_it_whoever_books_late_neither(client, deliver, sent) -> None:
    june = in_60_days(1)
    otto(client)
    deliver()
    client.post(f"{PRACTICAL}/skip")
    let_pass(at_lisbon(2027, 4, 27, 10), deliver)
    a_booking(june, "bo@example.org")
    deliver()

    assert by_reader(sent, HOW_TO) == {}
    assert list(by_reader(sent, GETTING_READY)) == ["bo@example.org"]


def test_held_back_until_it_has_begun_it_goes_out_no_more(client, deliver, sent) -> None:
    in_60_days(1)
    otto(client)
    deliver()
    client.post(f"{PRACTICAL}/hold")
    let_pass(at_lisbon(2027, 4, 30, 19), deliver)

    answer = client.post(f"{PRACTICAL}/let-go")
    deliver()

    assert answer.location.endswith("done=gone")
    assert by_reader(sent, HOW_TO) == {}
    assert rows(client.get(QUEUE).text, "Still to come") == [
        ["Thank you: June retreat", "June retreat", "Friday 7 May 2027, 10:00", "one person", "still to come"]
    ]
    assert AT_HOME not in {each.subject for each in sent}


def test_the_pages_cost_the_same_for_one_gathering_and_for_thirty(client, deliver, statements) -> None:
    otto(client)
    counts = []
    for number in range(30):
        gathering = a_gathering(slug=f"g{number}", starts_at=clock.now() + timedelta(days=10))
        if number % 7 == 0:
            a_booking(gathering, "ada@example.org")
        if number in {0, 29}:
            deliver()
            db.session.remove()
            with statements() as asked:
                client.get(QUEUE)
            counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_letter_of_no_such_purpose_or_gathering_is_not_there(client) -> None:
    in_60_days(0)
    otto(client)

    assert client.get(f"{QUEUE}june-retreat/poem").status_code == 404
    assert client.get(f"{QUEUE}nowhere/practical").status_code == 404


def test_a_held_reminder_is_about_its_day_only(client, deliver, sent) -> None:
    june = in_60_days(1)
    otto(client)
    deliver()
    client.post(f"{QUEUE}june-retreat/reminder/hold")
    with writing() as session:
        found = session.get_one(Gathering, june.id)
        found.starts_at, found.ends_at = at_lisbon(2027, 5, 14, 18), at_lisbon(2027, 5, 16, 14)

    let_pass(at_lisbon(2027, 5, 13, 10), deliver)

    assert list(by_reader(sent, VERY_SOON)) == ["ada@example.org"]
    assert db.session.query(TimedPassing).filter_by(purpose="reminder").count() == 2


def _registration(gathering: Gathering, email: str) -> int:
    return db.session.query(Place).filter_by(gathering_id=gathering.id, email=email).one().registration_id
