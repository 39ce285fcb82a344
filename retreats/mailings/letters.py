"""The letters of this slice, composed when they are sent and again when their reader looks."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering, Leader
from retreats.db import db
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded
from retreats.mailings import upcoming
from retreats.mailings.composing import Addressee, addressed, composed, sample, why_words
from retreats.mailings.models import Mailing
from retreats.mailings.timing import mark_of


def group(letter: Letter) -> Composed:
    """What somebody of the house wrote. On its way it is dropped when it was stopped, or the gathering called off."""
    mailing = db.session.get(Mailing, letter.about["mailing_id"])
    if mailing is None or (letter.sent_at is None and mailing.stopped_at is not None):
        raise NoLongerNeeded
    to = _reader(letter)
    return composed(to, mailing.subject, mailing.body, why=why_words(to, attended=mailing.audience == "attended"))


def timed(letter: Letter) -> Composed:
    """One of the letters that go out by themselves. On its way it is dropped when it says nothing true any more."""
    to, purpose = _reader(letter), str(letter.about["purpose"])
    found = upcoming.letter_of(to.gathering, purpose)
    if letter.sent_at is None and not (
        found.is_on and found.is_useful(to.gathering, clock.now()) and _is_same_day(letter, to)
    ):
        raise NoLongerNeeded
    return composed(to, found.subject, found.body, why=why_words(to, attended=purpose == "thanks"))


def _is_same_day(letter: Letter, to: Addressee) -> bool:
    return bool(letter.about["mark"] == mark_of(to.gathering, str(letter.about["purpose"])))


def tried(letter: Letter) -> Composed:
    """The same to whoever writes it, before it goes out."""
    mailing = db.session.get(Mailing, letter.about["mailing_id"])
    person = db.session.get(Person, letter.about["person_id"])
    if mailing is None or person is None:
        raise NoLongerNeeded
    gathering = db.session.scalar(
        select(Gathering)
        .where(Gathering.id == mailing.gathering_id)
        .options(joinedload(Gathering.venue), selectinload(Gathering.leaders).joinedload(Leader.facilitator))
    )
    if gathering is None:
        raise NoLongerNeeded
    to = sample(gathering, name=person.name, address=person.email)
    return composed(to, mailing.subject, mailing.body, mark=_("[To try] "),
                    why=_("You get this letter because you wanted to try it. Nobody else has got it."))  # fmt: skip


def _reader(letter: Letter) -> Addressee:
    to = addressed(letter.about, tuple(letter.about.get("also", ())))
    if to is None or (letter.sent_at is None and to.gathering.state == "cancelled"):
        raise NoLongerNeeded
    return to
