"""What an organiser has to see to: each thing with its day and one link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.feedback.queries import asking
from retreats.feedback.queries import organising as feedback

HARD_TO_FILL, SOON = timedelta(days=30), timedelta(days=30)


@dataclass(frozen=True)
class Errand:
    """One thing, its day, and where one sees to it."""

    when: datetime
    what: str
    gathering: Gathering
    href: str
    is_late: bool


def agenda(coming: list[Gathering], now: datetime) -> tuple[list[Errand], list[Errand]]:
    """What is late, and what is due or changes by itself soon; the earliest first."""
    found = sorted(
        [*_drafts(now), *_postponed(now), *_replies(now), *_asked(now), *_booking(coming, now)],
        key=lambda each: each.when,
    )
    return [each for each in found if each.is_late], [each for each in found if not each.is_late]


def _drafts(now: datetime) -> Iterator[Errand]:
    for each in catalogue.drafts():
        if each.starts_at is not None:
            yield Errand(each.starts_at, _("begins and is still a draft"), each, _overview(each),
                         is_late=each.starts_at < now + HARD_TO_FILL)  # fmt: skip


def _postponed(now: datetime) -> Iterator[Errand]:
    for each in catalogue.postponed():
        if each.starts_at is not None:
            href = url_for("catalogue.section", slug=each.slug, section="when")
            yield Errand(each.starts_at, _("was to begin, and waits for a new date"), each, href,
                         is_late=each.starts_at < now)  # fmt: skip


def _replies(now: datetime) -> Iterator[Errand]:
    for each in feedback.replies_owed():
        words = ngettext("whoever led owes one reply", "whoever led owes %(num)d replies", each.count)
        yield Errand(each.due_at, words, each.gathering, url_for("feedback.loop"), is_late=each.due_at < now)


def _asked(now: datetime) -> Iterator[Errand]:
    """Questions before booking whose promised day has passed."""
    for each in asking.waiting():
        if each.late:
            words = ngettext(
                "one question before booking has no answer",
                "%(num)d questions before booking have no answer",
                each.late,
            )
            yield Errand(each.due_at, words, each.gathering, url_for("feedback.loop"), is_late=each.due_at < now)


def _booking(coming: list[Gathering], now: datetime) -> Iterator[Errand]:
    for each in coming:
        for moment, words in (
            (each.booking_opens_at, _("booking opens")),
            (each.booking_closes_at, _("booking closes")),
        ):
            if moment is not None and now < moment < now + SOON:
                yield Errand(
                    moment, words, each, url_for("catalogue.section", slug=each.slug, section="when"), is_late=False
                )


def _overview(gathering: Gathering) -> str:
    return url_for("catalogue.gathering", slug=gathering.slug)
