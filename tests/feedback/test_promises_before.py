"""The next gathering of a series asks of each open promise: carried over, made, or dropped with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.feedback.models import Change, Decision
from retreats.feedback.service import Decided
from retreats.feedback.service.decide import promise
from retreats.feedback.service.series import promises_before
from retreats.outbox.models import Event
from tests.feedback import loop
from tests.house import a_facilitator, a_gathering, a_person, both, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def series(client, deliver):
    """June is over and three things were promised aloud there; July, of the same series, is public; Otto is signed in."""
    mira = a_facilitator()
    june = loop.a_group(6, facilitator=mira)
    july = a_gathering(slug="july-retreat", starts_at=june.ends_at + timedelta(days=40), facilitator=mira)
    loop.in_series(june, july)
    loop.after_the_end(june, deliver, days=20)
    with writing() as session:
        by = session.get_one(Person, mira.person_id)
        for words in ("A chair for everybody", "Longer breaks", "Quieter evenings"):
            promise(
                june.id, Decided(kind="will_change", about=both(words), due_at=clock.now() + timedelta(days=5)), by=by
            )
    sign_in(client, a_person("otto@example.org", role="organiser"))
    return june, july


def decisions() -> dict[str, Decision]:
    db.session.remove()
    return {each.about["en"]: each for each in db.session.query(Decision).filter(Decision.is_current)}


def test_each_is_carried_made_or_dropped_and_the_next_page_says_so(
    client, another_client, series, deliver, sent
) -> None:
    june, july = series
    here = "/organise/gatherings/july-retreat/"
    asked = client.get(here).text
    assert "3 promises from before are not yet made" in asked
    assert "3 promises from before are not yet made" in client.get("/organise/gatherings/june-retreat/copy").text
    chair, breaks, evenings = (
        decisions()[each].id for each in ("A chair for everybody", "Longer breaks", "Quieter evenings")
    )
    path = f"{here}promises"

    assert client.post(f"{path}/{chair}/carry").status_code == 303
    assert client.post(f"{path}/{chair}/carry").status_code == 404, "said already"
    wrong = client.post(f"{path}/{breaks}/make", data={f"made_{breaks}": "soon", f"what_{breaks}_en": ""})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    client.post(
        f"{path}/{breaks}/make", data={f"made_{breaks}": "2027-04-01", f"what_{breaks}_en": "Half an hour each"}
    )
    assert (
        client.post(
            f"{path}/{breaks}/make", data={f"made_{breaks}": "2027-04-01", f"what_{breaks}_en": "x"}
        ).status_code
        == 404
    )
    assert client.post(f"{path}/{evenings}/drop", data={}).status_code == 422
    client.post(f"{path}/{evenings}/drop", data={f"reason_{evenings}_en": "The house rings its bell at nine"})
    assert client.post(f"{path}/{evenings}/drop", data={f"reason_{evenings}_en": "x"}).status_code == 404
    deliver()

    assert decisions()["A chair for everybody"].due_at == july.starts_at
    assert [each.what["en"] for each in db.session.query(Change)] == ["Half an hour each"]
    assert (decisions()["Quieter evenings"].kind, decisions()["Quieter evenings"].id != evenings) == ("will_not", True)
    page = another_client.get("/gatherings/july-retreat/").text
    for words in ("Longer breaks", "Half an hour each", "Quieter evenings", "The house rings its bell at nine"):
        assert words in page
    assert "A chair for everybody" not in page
    assert "not yet made" not in client.get(here).text
    assert "said what became of it" in client.get(path).text
    assert {"PromiseCarried", "PromiseDropped", "ChangeMade"} <= {each.name for each in db.session.query(Event)}
    assert promises_before(june) == []


def test_they_are_asked_of_the_next_gathering_only_and_by_organisers_only(client, another_client, series) -> None:
    june, _july = series
    number = decisions()["Longer breaks"].id
    a_gathering(slug="elsewhere", starts_at=june.ends_at + timedelta(days=50))
    for slug in ("elsewhere", "june-retreat"):
        assert "not yet made" not in client.get(f"/organise/gatherings/{slug}/").text
        assert client.post(f"/organise/gatherings/{slug}/promises/{number}/carry").status_code == 404
    sign_in(another_client, a_person("nell@example.org"))
    assert another_client.post(f"/organise/gatherings/july-retreat/promises/{number}/carry").status_code == 404


def test_asking_costs_the_same_with_thirty_promises(client, series, statements) -> None:
    june, _july = series
    counts = []
    for _round in range(2):
        with statements() as seen:
            client.get("/organise/gatherings/july-retreat/promises")
        counts.append(len(seen))
        with writing() as session:
            by = session.query(Person).filter_by(email="mira@example.org").one()
            for number in range(30):
                promise(june.id, Decided(kind="will_change", about=both(f"Thing {number}")), by=by)

    assert counts[0] == counts[1]


def test_publishing_a_draft_leads_over_what_became_of_each_promise(client, series) -> None:
    _june, july = series
    here, publish = "/organise/gatherings/july-retreat/", "/organise/gatherings/july-retreat/publish"
    with writing() as session:
        draft = session.get_one(Gathering, july.id)
        draft.state, draft.published_at = "draft", None
    page = client.get(here).text
    assert ("Go on to publish it" in page, f'action="{publish}"' in page) == (True, False)
    asked = client.get(f"{here}promises").text
    assert ("Publish it all the same" in asked, f'action="{publish}"' in asked) == (True, True)
    plain = client.post(publish)
    assert (plain.status_code, plain.location) == (303, f"{here}promises#publish")
    assert client.get("/gatherings/july-retreat/").status_code == 404
    assert '<input type="hidden" name="asked" value="yes">' in asked
    for number in [each.id for each in decisions().values()]:
        client.post(f"{here}promises/{number}/carry")
    assert f'action="{publish}"' in client.get(here).text
    assert "Publish it all the same" not in client.get(f"{here}promises").text

    assert client.post(publish).status_code == 303

    assert f'action="{publish}"' not in client.get(f"{here}promises").text
