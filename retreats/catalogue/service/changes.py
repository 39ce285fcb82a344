"""The changes an organiser can make to a gathering, one for each section of its form, in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import select

from retreats import clock, wall
from retreats.accounts import queries as people
from retreats.accounts import service as accounts
from retreats.catalogue import queries
from retreats.catalogue.models import Facilitator, Gathering, Leader, PagePromise, Series, Venue
from retreats.catalogue.service.missing import PROMISE_PARTS
from retreats.db import Localised, db, new_id
from retreats.events import CareContactChanged
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal


class EditedMeanwhile(Refusal):
    """Somebody else saved this section after the form was opened; nothing was overwritten."""

    code = "edited_meanwhile"


class SlugTaken(Refusal):
    """Another gathering has this address."""

    code = "slug_taken"
    status = 422


class EndsBeforeStart(Refusal):
    """It would end before it begins."""

    code = "ends_before_start"
    status = 422


class CareContactLeads(Refusal):
    """The care contact has to be somebody who does not lead the gathering."""

    code = "care_contact_leads"
    status = 422


class CareContactDisabled(Refusal):
    """The house refuses this person: they could not read what is written to them."""

    code = "care_contact_disabled"
    status = 422


class Change:
    """One section's new values. `part` is the section's name, for the history."""

    part: ClassVar[str]

    def apply(self, gathering: Gathering) -> None:
        """Write them to the gathering and what belongs to it. May refuse."""
        raise NotImplementedError

    def clash(self) -> Refusal:
        """What it means when the database itself refuses them."""
        return EditedMeanwhile()


@dataclass(frozen=True, kw_only=True)
class Words(Change):
    """What it is called and what is said about it."""

    part = "words"
    title: Localised
    summary: Localised
    about: Localised
    included: Localised
    not_included: Localised
    kind: str
    slug: str | None
    """Only for a draft; None leaves it as it is."""
    series_id: int | None
    languages: list[str]
    unlisted: bool = False

    def apply(self, gathering: Gathering) -> None:
        """Write it. Raises NotFound for a series that is none."""
        if self.series_id is not None and db.session.get(Series, self.series_id) is None:
            raise NotFound
        for name in (
            "title",
            "summary",
            "about",
            "included",
            "not_included",
            "kind",
            "series_id",
            "languages",
            "unlisted",
        ):
            put(gathering, name, getattr(self, name))
        if self.slug is not None and gathering.state == "draft":
            put(gathering, "slug", self.slug)

    def clash(self) -> Refusal:
        """The address is the one thing here that has to be unlike all others."""
        return SlugTaken()


@dataclass(frozen=True, kw_only=True)
class WhenWhere(Change):
    """When it takes place, and where."""

    part = "when"
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    mode: str
    venue_id: int | None
    online_link: str | None
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None

    def apply(self, gathering: Gathering) -> None:
        """Write it. The programme goes along: each block keeps its clock time and its distance from the first day.
        A new beginning ends a postponement.

        Raises EndsBeforeStart, or NotFound for a venue that is none.
        """
        if self.starts_at is not None and self.ends_at is not None and self.ends_at <= self.starts_at:
            raise EndsBeforeStart
        if self.venue_id is not None and db.session.get(Venue, self.venue_id) is None:
            raise NotFound
        self._move_programme(gathering)
        if gathering.postponed_at is not None and self.starts_at not in {None, gathering.starts_at}:
            gathering.postponed_at = None
        names = (
            "zone",
            "starts_at",
            "ends_at",
            "mode",
            "venue_id",
            "online_link",
            "booking_opens_at",
            "booking_closes_at",
        )
        for name in names:
            put(gathering, name, getattr(self, name))
        put(gathering, "starts_wall", wall.wall_of(self.starts_at, self.zone) if self.starts_at else None)
        put(gathering, "ends_wall", wall.wall_of(self.ends_at, self.zone) if self.ends_at else None)

    def _move_programme(self, gathering: Gathering) -> None:
        if gathering.starts_at is None or self.starts_at is None:
            return
        before, after = (
            datetime.fromisoformat(wall.wall_of(moment, zone))
            for moment, zone in ((gathering.starts_at, gathering.zone), (self.starts_at, self.zone))
        )
        by = after - before
        if by == timedelta(0) and self.zone == gathering.zone:
            return
        for session in gathering.sessions:
            session.starts_at = wall.moved(session.starts_at, gathering.zone, by=by, new_zone=self.zone)
            session.ends_at = wall.moved(session.ends_at, gathering.zone, by=by, new_zone=self.zone)


@dataclass(frozen=True, kw_only=True)
class CareContact:
    """Somebody by name and address; the house may not know them yet."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class People(Change):
    """Who leads it, in order, and who is its care contact: somebody new to the house, or one that it keeps, by id."""

    part = "people"
    facilitator_ids: list[int]
    care: CareContact | int | None

    def apply(self, gathering: Gathering) -> None:
        """Write it; a new care contact is kept by the house from now on, and told.

        Raises CareContactLeads, CareContactDisabled, or NotFound for somebody who is no facilitator or not kept.
        """
        contact = self._contact(gathering)
        chosen = db.session.scalars(select(Facilitator).where(Facilitator.id.in_(self.facilitator_ids))).all()
        if len(chosen) != len(set(self.facilitator_ids)):
            raise NotFound
        if any(each.person_id == contact for each in chosen):
            raise CareContactLeads
        if contact != gathering.care_contact_id and gathering.published_at is not None:
            emit(CareContactChanged(gathering_id=gathering.id, moment=int(clock.now().timestamp())))
        put(gathering, "care_contact_id", contact)
        before = {leader.facilitator_id: leader for leader in gathering.leaders}
        if list(before) == self.facilitator_ids:
            return
        gathering.leaders = [
            before.get(each) or Leader(id=new_id(), facilitator_id=each) for each in self.facilitator_ids
        ]
        for position, leader in enumerate(gathering.leaders):
            put(leader, "position", position)

    def _contact(self, gathering: Gathering) -> int | None:
        if self.care is None or self.care == gathering.care_contact_id:
            return self.care
        if isinstance(self.care, int):
            if self.care not in {each.id for each in people.with_role("care")}:
                raise NotFound
            return self.care
        person = accounts.recognise(name=self.care.name, email=self.care.email, language="en")
        if person.disabled_at is not None:
            raise CareContactDisabled
        accounts.keep_as_care_contact(person)
        return person.id


@dataclass(frozen=True, kw_only=True)
class Promise(Change):
    """The page promise: each of its seven parts in both languages, by name."""

    part = "promise"
    parts: dict[str, Localised]

    def apply(self, gathering: Gathering) -> None:
        """Write it: over the draft's, or as a new version once the public has read one."""
        newest = queries.promise_of(gathering.id)
        if newest is not None and all(getattr(newest, part) == self.parts[part] for part in PROMISE_PARTS):
            return
        if newest is not None and gathering.published_at is None:
            for part in PROMISE_PARTS:
                put(newest, part, self.parts[part])
            newest.written_at = clock.now()
            return
        version = newest.version + 1 if newest else 1
        db.session.add(
            PagePromise(id=new_id(), gathering_id=gathering.id, version=version, written_at=clock.now(), **self.parts)
        )


def put(row: object, name: str, value: Any) -> None:
    """Set it if it differs, so that a form saved unchanged touches nothing."""
    if getattr(row, name) != value:
        setattr(row, name, value)
