"""How those who lead introduce themselves: written by themselves, or by an organiser for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from sqlalchemy import select

from retreats.accounts import service as accounts
from retreats.catalogue.models import Facilitator
from retreats.catalogue.service.changes import EditedMeanwhile, put
from retreats.catalogue.service.edit import free_slug
from retreats.catalogue.service.pictures import make_pages_anew
from retreats.db import Localised, db, new_id
from retreats.events import ProfileChanged
from retreats.outbox import emit
from retreats.refusals import Refusal


class AlreadyIntroduced(Refusal):
    """Whoever has this address has a page already; `slug` says which."""

    code = "already_introduced"

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What somebody says of themselves."""

    line: Localised
    training: Localised
    approach: Localised
    languages: list[str]


def present(name: str, email: str, *, language: str) -> Facilitator:
    """A page for somebody who leads and does not sign in: they get no role and no letter. Raises AlreadyIntroduced.

    A name that the house knows by this address is not overwritten. Invited later, they find this page and keep it.
    """
    person = accounts.recognise(name=name, email=email, language=language)
    known = db.session.scalar(select(Facilitator.slug).where(Facilitator.person_id == person.id))
    if known is not None:
        raise AlreadyIntroduced(known)
    slug = free_slug({"en": person.name}, Facilitator.slug, or_else="facilitator")
    facilitator = Facilitator(id=new_id(), person_id=person.id, slug=slug)
    db.session.add(facilitator)
    db.session.flush()
    emit(ProfileChanged(facilitator_id=facilitator.id))
    return facilitator


def change_profile(facilitator_id: int, profile: Profile, *, still: Callable[[Facilitator], bool]) -> None:
    """Write what they say of themselves. Saved unchanged it leaves no trace. Raises EditedMeanwhile."""
    found = db.session.get_one(Facilitator, facilitator_id, with_for_update={"of": Facilitator}, populate_existing=True)
    if not still(found):
        raise EditedMeanwhile
    for each in fields(profile):
        put(found, each.name, getattr(profile, each.name))
    if db.session.is_modified(found):
        make_pages_anew(found)
        emit(ProfileChanged(facilitator_id=found.id))
