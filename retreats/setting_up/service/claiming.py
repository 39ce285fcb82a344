"""Making the house one's own, once."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from retreats.accounts import owning
from retreats.accounts import service as accounts
from retreats.accounts.models import Person, Role
from retreats.db import db, new_id
from retreats.events import HouseClaimed
from retreats.house import service as house
from retreats.outbox import emit


def claim(*, browser: str, house_name: str, name: str, email: str, language: str) -> Person:
    """The first owner of the house. Somebody whom it knows by this address keeps what they hold.

    The same press repeated (`browser` is a secret of the pressing browser) gives the same person again for some
    minutes. Raises AlreadyClaimed once there is an owner.
    """
    pressed_in = hashlib.sha256(browser.encode()).digest()
    try:
        house.claim(pressed_in, name=house_name, unless=owning.has_owner)
    except house.AlreadyClaimed:
        return _same_press(pressed_in, email)
    person = accounts.recognise(name=name, email=email, language=language)
    person.name, person.language, person.disabled_at = name, language, None
    if not any(each.role == "owner" for each in person.roles):
        person.roles.append(Role(id=new_id(), role="owner"))
    db.session.flush()
    emit(HouseClaimed(person_id=person.id))
    return person


def _same_press(pressed_in: bytes, email: str) -> Person:
    person = db.session.scalar(select(Person).where(Person.email == accounts.normalised(email)))
    if person is None or not person.has_role("owner") or not house.was_claimed_in(pressed_in):
        raise house.AlreadyClaimed
    return person
