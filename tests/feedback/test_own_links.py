"""Everything that a link opens: a wrong one opens nothing and breaks nothing, looking changes nothing, and nobody on the way keeps it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import structlog

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.feedback import own_link
from retreats.feedback.models import Complaint, EarlyQuestion, Packet
from retreats.feedback.service import asking, complaints
from retreats.feedback.supervision_link import token_of
from tests.conftest import ROOT
from tests.feedback import loop
from tests.feedback.heard import Saying, heard
from tests.feedback.test_sealed import everything
from tests.house import a_facilitator, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow

NUL = "\0"
WRONG = (
    "x",
    "%00" * 40,
    "abc%00def" + "a" * 32,
    "%C3%A9" * 40,
    "1-" + "%C3%A9" * 32,
    "f" * 16 + "-" + "a" * 32,
    "a" * 2000,
)


@pytest.fixture
def june(app):
    """Seven answered, Eva without her name; Mira has read it."""
    return heard(8, [Saying("eva", "C8", "Fewer songs")], facilitator=a_facilitator(), scales={"C1": "4444453"})


@pytest.fixture
def links(june) -> list[str]:
    """Eva's page, a question before booking, a complaint and a packet: every kind of private address."""
    now = clock.now()
    mira = db.session.query(Person).filter_by(email="mira@example.org").one()
    with writing() as session:
        question = EarlyQuestion(id=new_id(), gathering_id=june.id, form_key="q", language="en", asked_at=now,
                                 due_at=now)  # fmt: skip
        question.name, question.email, question.text = "Rui", "rui@example.org", "Is there a lift?"
        complaint = Complaint(id=new_id(), form_key="c", about="house", language="en", filed_at=now, answer_by=now,
                              reader_id=june.care_contact_id, acknowledge_by=now)  # fmt: skip
        complaint.text = "The stairs were dark"
        packet = Packet(id=new_id(), gathering_id=june.id, owner_id=mira.id, made_at=now, sent_at=now,
                        expires_at=now + timedelta(days=30))  # fmt: skip
        session.add_all([question, complaint, packet])
    eva = f"/reflect/{loop.token(june, 'eva')}"
    below = ("", "/practices", "/practices/reminders/stop", "/material", "/preparation", "/conversation")
    return [*(f"{eva}{each}" for each in below), f"/asked/{asking.token_of(question)}",
            f"/complaint/{complaints.token_of(complaint)}", f"/supervision/{token_of(packet)}"]  # fmt: skip


def test_a_wrong_link_opens_nothing_and_breaks_nothing(june, app, client) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert len(rules) > 30

    answers = {
        (method, rule.rule, wrong): client.open(_filled(rule.rule, wrong), method=method).status_code
        for rule in rules
        for wrong in WRONG
        for method in rule.methods & {"GET", "POST"}
    }

    assert {each: status for each, status in answers.items() if status == 200 or status >= 500} == {}


def test_looking_changes_nothing_and_nobody_on_the_way_keeps_it(links, client) -> None:
    before = everything()

    with structlog.testing.capture_logs() as logged:
        answers = [client.open(path, method=method) for path in links for method in ("HEAD", "GET")]

    assert {answer.status_code for answer in answers} == {200}
    assert everything() == before
    for answer in answers:
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"]) == (
            "no-store", "no-referrer", "noindex")  # fmt: skip
    tokens = {path.split("/")[2] for path in links}
    assert not [line for line in logged if any(token in repr(line) for token in tokens)]
    assert not [
        answer for answer in answers if answer.request.path.startswith("/reflect/") and "Set-Cookie" in answer.headers
    ]


def test_a_form_of_one_link_is_not_taken_by_another(june, client) -> None:
    eva, ada = loop.token(june, "eva"), loop.token(june, "ada")
    proof = own_link.proof(ada)

    answer = client.post(f"/reflect/{eva}/words/C8/withdraw", data={"proof": proof})

    assert answer.status_code == 400
    assert [point.text for point in loop.points(june)] == ["Fewer songs"]


def test_a_character_that_no_store_keeps_breaks_no_form(june, client) -> None:
    def sent(path: str, **fields: str) -> int:
        return client.post(path, data=fields).status_code

    july = a_gathering(slug="july-retreat", starts_at=clock.now() + timedelta(days=30))
    ask = {"key": f"a{NUL}", "name": "Rui", "email": "rui@example.org", "text": f"Is there{NUL} a lift?"}
    assert sent(f"/gatherings/{july.slug}/ask", **ask) == 303
    assert sent("/complaint/", key=f"c{NUL}", text=f"Dark{NUL} stairs", about="house", gathering="june-retreat") == 303
    assert client.get(f"/complaint/?gathering={NUL}").status_code == 200
    assert client.get("/gatherings/%00/ask").status_code == 404
    loop.leads(client, a_facilitator_of(june))
    here = "/facilitate/june-retreat"
    who = {"who": "supervisor", "name": f"Rita{NUL}", "email": f"rita{NUL}@example.com"}
    assert sent(f"{here}/read-first", **who) == 303
    sent(f"{here}/supervision", packet_id="7", scales="C1")
    assert sent(f"{here}/supervision/7/send", name=f"Rita{NUL}", email=f"r{NUL}ita@example.com") == 303
    sign_in(client, a_person("otto@example.org", role="organiser"))
    assert sent("/organise/loop/rules", days="3", professional_en=f"The{NUL} order") == 303

    db.session.remove()
    assert [each.text for each in db.session.query(EarlyQuestion)] == ["Is there a lift?"]
    assert db.session.query(Person).filter_by(email="rita@example.com").count() == 1


def a_facilitator_of(gathering):
    return db.session.get_one(Gathering, gathering.id).leaders[0].facilitator


def test_no_browser_is_asked_to_remember_what_somebody_wrote() -> None:
    """ANON-24: nothing is kept by a cache (above), and no field offers on a shared device what was typed there before."""
    forms = {
        (path.name, form.partition("\n")[0])
        for folder in ("feedback", "practices", "conversation", "health")
        for path in (ROOT / "templates" / folder).glob("*.html")
        for form in re.findall(r"<form .*?</form>", path.read_text("utf-8"), re.DOTALL)
        if re.search(r"text_area\(|ask_words\(|<textarea", form) and 'autocomplete="off"' not in form.partition(">")[0]
    }

    assert forms == set()


def _filled(rule: str, token: str) -> str:
    path = re.sub(r"<int:\w+>", "1", rule.replace("<token>", token))
    return re.sub(r"<\w+>", "x", path)
