"""What a demonstration may do is done to invented people only."""

from __future__ import annotations

import pytest
from flask import Flask

from retreats.accounts.models import Person
from retreats.db import db, writing
from retreats.demo import beginning
from retreats.demo.load import is_demonstration, load
from tests.house import a_person


def test_real_people_are_neither_impersonated_nor_thrown_away(demo_house: Flask) -> None:
    a_person("otto@example.org", role="organiser")
    demo_house.config["WTF_CSRF_ENABLED"] = False
    client = demo_house.test_client()
    program = {"Accept": "application/json"}

    answers = [
        client.post("/demo/sign-in", data={"email": "otto@example.org"}, headers=program),
        client.post("/demo/clock", data={"advance": "1h"}, headers=program),
        client.post("/demo/reset", headers=program),
        client.post("/demo/gatherings/june-retreat/answer", headers=program),
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert "are not the demonstration’s" in answers[0].json["message"]
    assert client.get("/me/").status_code == 303
    with pytest.raises(beginning.NoDemonstration):
        beginning.load_if_new()
    db.session.remove()
    assert [person.email for person in db.session.query(Person)] == ["otto@example.org"]


def test_the_invented_community_brings_its_mark(app: Flask) -> None:
    assert not is_demonstration(db.session())

    with writing() as session:
        load(session)

    assert is_demonstration(db.session())
