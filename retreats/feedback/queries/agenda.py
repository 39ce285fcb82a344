"""What a facilitator has to do: each thing with its day and one link, what is late before what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from retreats import clock
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.feedback import addresses
from retreats.feedback.models import Decision
from retreats.feedback.queries import asking, rounds
from retreats.feedback.queries.facilitating import Coming, Past
from retreats.languages import t


@dataclass(frozen=True)
class Errand:
    """One thing to do, by when, and where it is done."""

    when: datetime
    what: str
    gathering: Gathering
    href: str
    can_be_late: bool = True


def agenda(coming: list[Coming], past: list[Past]) -> tuple[list[Errand], list[Errand]]:
    """What is late, and what is due, the earliest first; out of `facilitating.overview` and one statement more."""
    now = clock.now()
    found = sorted(
        [*_before(coming), *_asked(coming), *_during(coming), *_after(past), *_promised(past)],
        key=lambda each: each.when,
    )
    late = [each for each in found if each.can_be_late and each.when < now]
    return late, [each for each in found if each not in late]


def _before(coming: list[Coming]) -> Iterator[Errand]:
    for each in coming:
        if each.unmarked and each.due_at is not None:
            words = ngettext("One need waits for a word", "%(num)d needs wait for a word", each.unmarked)
            yield Errand(each.due_at, words, each.gathering, addresses.needs_path(each.gathering))


def _during(coming: list[Coming]) -> Iterator[Errand]:
    """Somebody there waits for one of those who lead: it is due now, and not late."""
    for since, words, gathering, path in rounds.errands([each.gathering for each in coming]):
        yield Errand(since, words, gathering, path, can_be_late=False)


def _asked(coming: list[Coming]) -> Iterator[Errand]:
    for each in asking.waiting([one.gathering.id for one in coming]):
        words = ngettext("One question before booking", "%(num)d questions before booking", each.count)
        yield Errand(each.due_at, words, each.gathering, addresses.asked_path(each.gathering))


def _after(past: list[Past]) -> Iterator[Errand]:
    for each in past:
        path = addresses.after_path(each.gathering)
        if each.state == "unopened" and each.readable_since is not None:
            yield Errand(each.readable_since, _("What they said can be read"), each.gathering, path, can_be_late=False)
        yield from _owed(each, path)
        if each.letter_due is not None:
            yield Errand(each.letter_due, _("The letter to the group"), each.gathering,
                         f"/facilitate/{each.gathering.slug}/letter" if each.state == "open" else path)  # fmt: skip
        if each.may_reflect and each.state == "asking" and each.readable_from is not None:
            yield Errand(each.readable_from, _("Look back for yourself, before you read"), each.gathering,
                         f"/facilitate/{each.gathering.slug}/reflection", can_be_late=False)  # fmt: skip


def _owed(each: Past, path: str) -> Iterator[Errand]:
    """What is late, and what is not yet: one late point does not make the others late."""
    now = clock.now()
    late = [due for due in each.owed_at if due is not None and due < now]
    not_yet = [due or now for due in each.owed_at if due is None or due >= now]
    for days in (late, not_yet):
        if days:
            words = ngettext("One point is owed something", "%(num)d points are owed something", len(days))
            yield Errand(min(days), words, each.gathering, path, can_be_late=days is late)


def _promised(past: list[Past]) -> Iterator[Errand]:
    """What was promised aloud and is not made yet."""
    gatherings = {each.gathering.id: each.gathering for each in past}
    promises = db.session.scalars(
        select(Decision).where(
            Decision.gathering_id.in_(gatherings),
            Decision.point_id.is_(None),
            Decision.theme_id.is_(None),
            Decision.kind == "will_change",
            Decision.is_current,
            ~Decision.changes.any(),
        )
    )
    for promise in promises:
        if promise.due_at is not None:
            gathering = gatherings[promise.gathering_id]
            yield Errand(promise.due_at, _("Promised: %(what)s", what=t(promise.about)), gathering,
                         f"/facilitate/{gathering.slug}/promises/{promise.id}")  # fmt: skip
