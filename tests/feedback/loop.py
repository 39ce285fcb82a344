"""Words for walking the loop: a group that was there, their own links, and the forms as a browser sends them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place
from retreats.catalogue.models import Facilitator, Gathering, Series
from retreats.db import db, new_id, writing
from retreats.feedback import own_link
from retreats.feedback.models import FormWindow, Point, SealedAnswer
from retreats.mail.message import Envelope, compose
from tests.house import a_booking, a_gathering, both, places, sign_in
from tests.remembering import remembered, told

NAMES = ("ada", "bo", "cara", "duarte", "eva", "filipe", "gil", "hana", "ines", "joao", "kira", "lena")


def a_group(size: int, *, slug: str = "june-retreat", language: str = "en", **more: Any) -> Gathering:
    """A gathering in two weeks with so many people in it."""
    facilitator = more.get("facilitator")
    leads = facilitator and facilitator.id
    step = (
        "group",
        size,
        slug,
        language,
        leads,
        repr(sorted((each, more[each]) for each in more.keys() - {"facilitator"})),
    )
    return told(step, lambda: _group(size, slug, language, **more), _gathering)


def _gathering(gathering_id: int) -> Gathering:
    parts = (selectinload(Gathering.leaders), selectinload(Gathering.ticket_types), joinedload(Gathering.venue))
    return db.session.get_one(Gathering, gathering_id, options=parts)


def _group(size: int, slug: str, language: str, **more: Any) -> Gathering:
    starts_at = more.pop("starts_at", None) or clock.now() + timedelta(days=14)
    gathering = a_gathering(slug=slug, places=12, starts_at=starts_at, **more)
    for name in NAMES[:size]:
        a_booking(gathering, f"{name}@example.org", language=language)
    return gathering


def in_series(*gatherings: Gathering) -> None:
    """These follow each other."""
    with writing() as session:
        series = Series(id=new_id(), slug="evenings", title=both("Evenings"))
        session.add(series)
        session.flush()
        for each in gatherings:
            session.get_one(Gathering, each.id).series_id = series.id


def token(gathering: Gathering, name: str) -> str:
    """Somebody's own link."""
    found = [place for place in places(gathering) if place.name.lower() == name]
    assert found, name
    return own_link.token_of(found[0])


def tokens(gathering: Gathering) -> dict[str, str]:
    """Everybody's."""
    return {place.name.lower(): own_link.token_of(place) for place in places(gathering)}


def after_the_end(gathering: Gathering, deliver: Any, **later: float) -> None:
    """Let so much time pass after its end (two hours if not said), and everything follow."""
    step = ("after the end", gathering.id, repr(sorted(later.items())))
    told(step, lambda: _after_the_end(gathering, deliver, **later), lambda _nothing: None)


def _after_the_end(gathering: Gathering, deliver: Any, **later: float) -> None:
    end = db.session.get_one(Gathering, gathering.id).ends_at
    assert end is not None
    db.session.remove()
    clock.move_to(end + timedelta(**later or {"hours": 2}))
    deliver()


def a_group_asked(size: int, deliver: Any) -> Gathering:
    """In an empty house: so many people were there, and have just been asked. (Letters so far are not kept.)"""
    remembered(f"{size} were asked", lambda: after_the_end(a_group(size), deliver))
    return db.session.scalars(select(Gathering)).one()


def walk_to(moment: datetime, deliver: Any, *, step: timedelta = timedelta(hours=6)) -> None:
    """Let time pass in small steps, as it does."""
    while clock.now() < moment:
        clock.move_to(min(clock.now() + step, moment))
        deliver()


def say(client: FlaskClient, link: str, **fields: str) -> Any:
    """Fill in the form after a gathering, as a browser sends it. `C8="…"` is without a name unless `C8_mode` says so."""
    form: dict[str, Any] = {"proof": own_link.proof(link)}
    for key in ("C7", "C8", "C9"):
        form |= {key: "", f"{key}_mode": "unnamed"}
    form["C9_kind"] = "question"
    return client.post(f"/reflect/{link}/after", data=form | {"C1": "4", "C6": "yes"} | fields)


def post(client: FlaskClient, link: str, path: str, **fields: str) -> Any:
    """Press a button of one's own page."""
    return client.post(f"/reflect/{link}{path}", data={"proof": own_link.proof(link)} | fields)


def everybody_says(client: FlaskClient, gathering: Gathering, *names: str, **fields: str) -> None:
    """So many people answer, each with a text of their own."""
    links = tokens(gathering)
    for name in names:
        answer = say(client, links[name], **({"C8": f"{name} would change the evenings"} | fields))
        assert answer.status_code == 303, answer.text


def points(gathering: Gathering) -> list[Point]:
    """What was released, in any order."""
    db.session.remove()
    return [point for point in db.session.query(Point).all() if point.batch.window.gathering_id == gathering.id]


def point_saying(gathering: Gathering, words: str) -> Point:
    """The point with these words."""
    found = [point for point in points(gathering) if words in (point.text or "")]
    assert len(found) == 1, [point.text for point in points(gathering)]
    return found[0]


def window(gathering: Gathering) -> FormWindow:
    """The form after it."""
    db.session.remove()
    return db.session.query(FormWindow).filter_by(gathering_id=gathering.id, occasion="after").one()


def sealed() -> list[SealedAnswer]:
    """What lies sealed."""
    db.session.remove()
    return db.session.query(SealedAnswer).all()


def place_of(gathering: Gathering, name: str) -> Place:
    """Somebody's place."""
    return next(place for place in places(gathering) if place.name.lower() == name)


def letters(sent: list[Envelope], subject: str) -> list[tuple[str, str]]:
    """Address and text of every letter with these words in its subject."""
    return [(each.to_address, each.text) for each in sent if subject in each.subject]


def without_own(text: str) -> str:
    """A letter without greeting and own link."""
    return re.sub(r"/reflect/\S+", "/reflect/…", re.sub(r"(Dear|Olá,) [^,]+,", "Dear …,", text))


def headers_of(envelope: Envelope) -> tuple[tuple[str, str], ...]:
    """Everything that stands above a letter but to whom, when and its own random number (ANON-08)."""
    mail = compose(envelope, sender=("Casa do Rio", "casa@example.org"))._message()
    own = {"To", "Date", "Message-ID", "Content-Type"}
    assert set(mail.keys()) == own | {"Subject", "From", "Auto-Submitted", "Content-Language", "MIME-Version"}
    assert re.fullmatch(r"<[0-9a-f]{1,16}@127\.0\.0\.1>", mail["Message-ID"])
    return tuple((name, str(value)) for name, value in mail.items() if name not in own)


def leads(client: FlaskClient, facilitator: Facilitator) -> None:
    """This browser is the facilitator's now."""
    person = db.session.get_one(Person, facilitator.person_id)
    db.session.expunge(person)
    sign_in(client, person)


def cares(client: FlaskClient, gathering: Gathering) -> None:
    """This browser is the care contact's now."""
    sign_in(client, db.session.query(Person).filter_by(id=gathering.care_contact_id).one())
