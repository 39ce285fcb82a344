"""Roles that are still needed, and two records of one person put together. All of it happens at once, or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask_babel import gettext as _

from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.booking import service as booking
from retreats.booking.service import Booked
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.catalogue.service import Leading
from retreats.conversation import service as conversation
from retreats.db import db
from retreats.feedback import service as feedback
from retreats.health import service as health
from retreats.languages import t
from retreats.mail import queries as mail
from retreats.mail import service as letters
from retreats.mailings import service as mailings
from retreats.people.queries import ahead, person_of
from retreats.practices import service as practices
from retreats.privacy import queries as privacy
from retreats.refusals import NotFound, Refusal


class StillNamed(Refusal):
    """Gatherings that are not over name this person in that role; they are `gatherings`."""

    code = "still_named"

    def __init__(self, gatherings: list[Gathering]) -> None:
        super().__init__()
        self.gatherings = gatherings


class CannotMerge(Refusal):
    """The two are two people somewhere; `reasons` say where."""

    code = "cannot_merge"

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class PreviewChanged(Refusal):
    """Something was added to one of the two since the preview was shown."""

    code = "preview_changed"


@dataclass(frozen=True)
class Preview:
    """What would become of two records: what goes over from one to the other, and what stands against it."""

    stays: Person
    goes: Person
    booked: Booked
    letters: int
    leading: Leading
    page_ends: bool
    """Both have a page among the facilitators: the one of whom goes ends."""
    second_factor_ends: bool
    reasons: list[str]
    """Why it is not possible; empty when it is."""

    @property
    def name(self) -> str:
        """What the person will be called."""
        return self.goes.name if self.goes.name_chosen and not self.stays.name_chosen else self.stays.name

    @property
    def mark(self) -> str:
        """A fingerprint of all this: what was read is what happens."""
        spelled = repr((
            self.stays.id, self.goes.id, self.stays.email, self.goes.email, self.name, self.booked, self.letters,
            sorted(each.role for each in self.goes.roles), sorted(each.id for each in self.leading.leads),
            sorted(each.id for each in self.leading.cares_for), self.page_ends, self.second_factor_ends,
        ))  # fmt: skip
        return hashlib.sha256(spelled.encode()).hexdigest()[:32]


def take_role(person_id: int, role: str) -> None:
    """Take a role from somebody whom no gathering ahead needs in it. Raises StillNamed, LastOwner, NotFound."""
    person = person_of(person_id)
    leading = catalogue.leading(person.id)
    needed = {"facilitator": leading.leads, "care": leading.cares_for}.get(role, [])
    if found := ahead(needed):
        raise StillNamed(found)
    accounts.take_role(person.id, role)


def preview(stays_id: int, goes_id: int) -> Preview:
    """What would become of these two. Raises NotFound."""
    stays, goes = person_of(stays_id), person_of(goes_id)
    if stays.id == goes.id:
        raise NotFound
    leading = catalogue.leading(goes.id)
    return Preview(
        stays=stays,
        goes=goes,
        booked=booking.booked_by(goes),
        letters=len(mail.on_shelf(f"person:{goes.id}")),
        leading=leading,
        page_ends=leading.facilitator is not None and catalogue.leading(stays.id).facilitator is not None,
        second_factor_ends=accounts.second_factor_of(goes.id).is_set_up,
        reasons=_reasons(stays, goes),
    )


def merge(stays_id: int, goes_id: int, *, mark: str) -> Person:
    """Make one of two records, as the preview with this mark said. What participants said hangs on their places, whose
    own links stay as they are.

    Raises CannotMerge, PreviewChanged, NotFound.
    """
    db.session.scalars(
        db.select(Person.id).where(Person.id.in_((stays_id, goes_id))).order_by(Person.id).with_for_update()
    ).all()
    found = preview(stays_id, goes_id)
    if found.reasons:
        raise CannotMerge(found.reasons)
    if found.mark != mark:
        raise PreviewChanged
    stays, goes = found.stays, found.goes
    letters.move_shelf(goes.id, stays.id)
    feedback.take_over(goes.id, stays.id)
    practices.take_over(goes.id, stays.id)
    conversation.take_over(goes.id, stays.id)
    health.take_over(goes.id, stays.id)
    mailings.take_over(goes.id, stays.id)
    booking.take_over(goes, stays)
    catalogue.take_over(goes.id, stays.id)
    accounts.take_over(goes, stays)
    return stays


def _reasons(stays: Person, goes: Person) -> list[str]:
    ids = (goes.id, stays.id)
    return [
        *([_("The house refuses %(name)s: enable this record first.", name=stays.name)] if stays.disabled_at else []),
        *(_("Both have a place in “%(title)s”: there they are two. If they are not, give one place back first.", title=title)
          for title in _each_title(booking.both_booked(*ids))),
        *(_("“%(title)s” names both, as who leads it or as its care contact: one person cannot be two there.", title=title)
          for title in _each_title(catalogue.leads_and_cares(*ids))),
        *(_("Both have written their own look back on “%(title)s”.", title=title)
          for title in _each_title(feedback.both_looked_back(*ids))),
        *(_("%(name)s is being erased: that is theirs alone, and cannot be put together with anything.", name=each.name)
          for each in (goes, stays) if privacy.erasure_of(each.id) is not None),
    ]  # fmt: skip


def _each_title(gatherings: list[Gathering]) -> list[str]:
    return [t(each.title) or each.slug for each in gatherings]
