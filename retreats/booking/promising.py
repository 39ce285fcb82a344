"""What is different between two versions of a page promise, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from retreats.booking.models import Registration
from retreats.catalogue.models import PagePromise
from retreats.db import db
from retreats.languages import t

HEADINGS: dict[str, LazyString] = {
    "will_happen": _l("What will happen"),
    "will_not_happen": _l("What will not happen"),
    "may_be_hard": _l("What may be hard"),
    "responsible": _l("Who is responsible"),
    "touch_and_consent": _l("Touch and consent"),
    "not_well_served": _l("Who may not be well served here"),
    "your_words": _l("What happens to what you write"),
}


@dataclass(frozen=True)
class Difference:
    """One part of the promise that says something else now."""

    heading: LazyString
    before: str
    now: str


def differences(gathering_id: int, version: int) -> list[Difference]:
    """Between this version and the one before it. Empty where this reader would find nothing different."""
    found = db.session.scalars(
        select(PagePromise)
        .where(PagePromise.gathering_id == gathering_id, PagePromise.version.in_((version - 1, version)))
        .order_by(PagePromise.version)
    ).all()
    if len(found) < 2:
        return []
    before, now = found
    parts = [(heading, t(getattr(before, part)), t(getattr(now, part))) for part, heading in HEADINGS.items()]
    return [Difference(*each) for each in parts if each[1] != each[2]]


@dataclass(frozen=True)
class Kept:
    """The promise as it stood when somebody booked, beside the one of today."""

    accepted: PagePromise
    current: PagePromise
    parts: list[tuple[LazyString, str, str | None]]
    """Heading, what was accepted, and what stands there now; None where it is the same."""


def kept_promise(registration: Registration) -> Kept | None:
    """What this booking rests on; None where it was made before there was a promise."""
    accepted = registration.promise
    current = db.session.scalar(
        select(PagePromise)
        .where(PagePromise.gathering_id == registration.gathering_id)
        .order_by(PagePromise.version.desc())
        .limit(1)
    )
    if accepted is None or current is None:
        return None
    both = [(heading, t(getattr(accepted, part)), t(getattr(current, part))) for part, heading in HEADINGS.items()]
    return Kept(accepted, current, [(heading, then, now if now != then else None) for heading, then, now in both])
