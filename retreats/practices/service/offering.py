"""What those who lead offer: up to three practices for a gathering, whose words stay for whoever has chosen them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import Localised, db, new_id
from retreats.events import PracticeOffered, PracticeRevised, PracticeWithdrawn
from retreats.outbox import emit
from retreats.practices.models import Practice, PracticePlan, PracticeVersion
from retreats.refusals import NotFound, Refusal

MOST = 3


class ThreeAreEnough(Refusal):
    """A gathering offers three practices at most."""

    code = "three_are_enough"


@dataclass(frozen=True, kw_only=True)
class Words:
    """A practice in words: what it is called, how it is done, how long it takes."""

    title: Localised
    how: Localised
    how_long: Localised


def offer(practice_id: int, gathering_id: int, words: Words) -> Practice:
    """Offer one more; `practice_id` was made with the form, so pressed twice it is one. Raises ThreeAreEnough, NotFound."""
    gathering = db.session.get_one(Gathering, gathering_id, with_for_update=True)
    known = db.session.get(Practice, practice_id)
    if known is not None:
        return _of(known, gathering.id)
    taken = set(db.session.scalars(select(Practice.position).where(Practice.gathering_id == gathering.id)))
    free = [position for position in range(1, MOST + 1) if position not in taken]
    if not free:
        raise ThreeAreEnough(
            _("Three practices are enough for one gathering. Offer one of them no more, or change it.")
        )
    practice = Practice(id=practice_id, gathering_id=gathering.id, position=free[0])
    practice.versions = [_version(1, words)]
    db.session.add(practice)
    db.session.flush()
    emit(PracticeOffered(practice_id=practice.id, gathering_id=gathering.id))
    return practice


def revise(practice_id: int, gathering_id: int, words: Words) -> None:
    """Other words for it. If somebody has chosen those that stand, they stay for them. The same words change nothing.

    Raises NotFound for a practice of another gathering, or one that is offered no more.
    """
    practice = _offered(practice_id, gathering_id)
    current = practice.current
    if (current.title, current.how, current.how_long) == (words.title, words.how, words.how_long):
        return
    if db.session.scalar(select(exists().where(PracticePlan.version_id == current.id))):
        practice.versions.append(_version(current.number + 1, words))
    else:
        current.title, current.how, current.how_long = words.title, words.how, words.how_long
        current.written_at = clock.now()
    db.session.flush()
    emit(PracticeRevised(practice_id=practice.id, gathering_id=gathering_id))


def withdraw(practice_id: int, gathering_id: int) -> None:
    """Offer it no more. Whoever has chosen it keeps it; where nobody has, nothing is left of it. Pressed twice it is the same.

    Raises NotFound for a practice of another gathering.
    """
    practice = _held(practice_id)
    if practice is None or _of(practice, gathering_id).position is None:
        return
    if db.session.scalar(select(exists().where(PracticePlan.practice_id == practice.id))):
        practice.position = None
    else:
        db.session.delete(practice)
    db.session.flush()
    emit(PracticeWithdrawn(practice_id=practice_id, gathering_id=gathering_id))


def _offered(practice_id: int, gathering_id: int) -> Practice:
    found = _held(practice_id)
    if found is None or found.position is None:
        raise NotFound
    return _of(found, gathering_id)


def _held(practice_id: int) -> Practice | None:
    """The practice, held so that two who lead change it after one another."""
    return db.session.scalar(
        select(Practice).where(Practice.id == practice_id).options(selectinload(Practice.versions)).with_for_update()
    )


def _of(practice: Practice, gathering_id: int) -> Practice:
    if practice.gathering_id != gathering_id:
        raise NotFound
    return practice


def _version(number: int, words: Words) -> PracticeVersion:
    return PracticeVersion(id=new_id(), number=number, title=words.title, how=words.how, how_long=words.how_long,
                           written_at=clock.now())  # fmt: skip
