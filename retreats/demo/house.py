"""Rows for what outlasts a gathering: people, terms, venues, series, and those who lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from retreats.accounts.models import Person, Role
from retreats.catalogue.models import Facilitator, Gathering, Series, Space, Terms, Venue
from retreats.db import Base, new_id
from retreats.demo.content import address, said
from retreats.house.models import THE_ONE, HouseSettings

HOUSE_OPENED = timedelta(days=1000)
_MAP = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=15/{lat}/{lon}"


@dataclass
class Community:
    """Every row of the demonstration, found by the name that the files give it, at one moment of house time."""

    now: datetime
    host: str
    """The host name that stands in the identifiers of calendar entries."""
    people: dict[str, Person] = field(default_factory=dict)
    venues: dict[str, Venue] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    facilitators: dict[str, Facilitator] = field(default_factory=dict)
    gatherings: dict[str, Gathering] = field(default_factory=dict)
    terms: Terms | None = None

    def ago(self, days: int, *, minutes: int = 0) -> datetime:
        """That many days before the moment of loading, and minutes more."""
        return self.now - timedelta(days=days, minutes=minutes)


def furnish(community: Community) -> list[Base]:
    """Rows for the whole house; the community knows them from now on."""
    opened = community.now - HOUSE_OPENED
    terms = said("terms")
    community.terms = Terms(id=new_id(), version=terms["version"], text=terms["text"], valid_from=opened)
    community.people = {
        each["key"]: _person(each, community.ago(each["known_days"]) if "known_days" in each else opened)
        for each in said("people")["people"]
    }
    community.venues = {each["slug"]: _venue(each) for each in said("house")["venues"]}
    community.series = {each["slug"]: Series(id=new_id(), **each) for each in said("house")["series"]}
    community.facilitators = {
        each["person"]: _facilitator(each, community) for each in said("facilitators")["facilitators"]
    }
    kept = (community.people, community.venues, community.series, community.facilitators)
    about = HouseSettings(id=THE_ONE, name=said("house")["name"], welcome=said("house")["welcome"])
    return [about, community.terms, *(row for rows in kept for row in rows.values())]


def _person(table: dict[str, object], known_since: datetime) -> Person:
    key, name, language = (str(table[word]) for word in ("key", "name", "language"))
    person = Person(id=new_id(), email=address(key), name=name, language=language, created_at=known_since)
    roles = table.get("roles", [])
    person.roles = [Role(id=new_id(), role=str(role)) for role in roles] if isinstance(roles, list) else []
    return person


def _venue(table: dict[str, object]) -> Venue:
    spaces = table["spaces"]
    venue = Venue(id=new_id(), **{key: value for key, value in table.items() if key != "spaces"})
    venue.map_url = _MAP.format(lat=table["latitude"], lon=table["longitude"])
    rooms = spaces.items() if isinstance(spaces, dict) else ()
    venue.spaces = [Space(id=new_id(), name=str(name), capacity=room) for name, room in rooms]
    return venue


def _facilitator(table: dict[str, object], community: Community) -> Facilitator:
    said_of_them = {key: value for key, value in table.items() if key != "person"}
    return Facilitator(id=new_id(), person=community.people[str(table["person"])], **said_of_them)
