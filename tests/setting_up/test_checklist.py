"""From empty to published: each step says itself done from what is really there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from retreats import clock
from retreats.catalogue import service as catalogue
from retreats.db import new_id, writing
from retreats.house.models import LegalText
from retreats.house.queries import current
from retreats.setting_up.fingerprints import of_mail
from retreats.setting_up.models import MailTrial
from retreats.setting_up.queries import steps
from retreats.upkeep import checks
from tests.catalogue.organise import otto
from tests.house import a_gathering, a_person
from tests.setting_up.owning import SETTINGS, olga, save, say, text_of

ALL = ["name", "mail", "money", "legal", "help", "venue", "facilitator", "care", "gathering", "published"]


def done() -> list[str]:
    """Which steps are."""
    return [each.name for each in steps() if each.is_done]


def test_an_empty_house_has_everything_before_it(client: FlaskClient) -> None:
    olga(client)

    page = client.get(SETTINGS)

    assert [each.name for each in steps()] == ALL
    assert done() == []
    assert "10 steps are open" in text_of(page)
    assert "Next: Let it send letters · All steps" in text_of(
        client.get(save(client, "house", name="Casa da Olga").location)
    )
    assert f'href="{SETTINGS}/house"' in page.text
    assert 'href="/organise/gatherings/new"' in page.text


def test_each_step_is_done_by_what_is_there_in_one_statement(
    client: FlaskClient, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    me = olga(client)
    say(name="Casa da Olga", takes_money=False, help_lines={"en": "112"}, mail_server="smtp.example.org")
    a_gathering()
    with writing():
        catalogue.put_terms_in_force({"en": "x"})
    with writing() as session:
        for kind in ("privacy", "imprint"):
            session.add(LegalText(id=new_id(), kind=kind, version=1, source={"en": "x"}, text={"en": "x"},
                                  written_at=clock.now(), published_at=clock.now()))  # fmt: skip
        session.add(MailTrial(id=new_id(), person_id=me.id, server=of_mail(current().mail), heard=[], is_taken=True,
                              tried_at=clock.now()))  # fmt: skip

    with statements() as asked:
        found = done()

    assert len([each for each in asked if each.startswith("SELECT")]) == 1
    assert found == ALL


def test_an_organiser_sees_the_list_and_whose_task_each_step_is(client: FlaskClient) -> None:
    otto(client)

    page = client.get(SETTINGS)

    assert f'href="{SETTINGS}/house"' not in page.text
    assert text_of(page).count("An owner of the house does this.") == 5


def test_the_first_page_of_an_organiser_leads_there_while_something_is_open(client: FlaskClient) -> None:
    otto(client)

    page = client.get("/organise/")

    assert f'href="{SETTINGS}"' in page.text.partition("<main")[2]
    assert "10 steps" in text_of(page)


def test_the_page_of_health_says_what_the_doctor_says(client: FlaskClient, app: object) -> None:
    otto(client)
    a_person("dora@example.org")

    page = text_of(client.get("/organise/health"))

    sentences = checks.everything()
    assert "Nobody owns the house" in " ".join(sentences)
    assert [each for each in sentences if each not in page] == []
    assert "in good order" not in page
