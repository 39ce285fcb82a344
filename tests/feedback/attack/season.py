"""So many groups that book, are asked, write and are answered, while somebody steals what can be stolen."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from retreats import clock
from retreats.accounts.models import Person
from retreats.booking.models import Place, Registration
from retreats.catalogue.models import Gathering, TicketType
from retreats.db import db, new_id, writing
from retreats.feedback import own_link, service
from retreats.feedback.models import Batch, FormWindow, Point
from retreats.feedback.service import group_letter, themes, ticks
from retreats.refusals import NotFound
from tests.feedback.attack.loot import Loot, stolen
from tests.house import a_facilitator, a_gathering, a_person, terms

SMALLEST, LARGEST = 5, 12
EVENINGS = (24, 48, 71)
OWN_LINK = re.compile(r"/reflect/\S+?(?=[\s\"<]|$)")
"""Hours after the end at which everything is stolen while the form still collects; the fourth time is after the replies."""
Deliver = Callable[[], int]
Send = Callable[[str, service.Submission], None]


@dataclass(frozen=True)
class Mail:
    """A letter that left the house, as whoever can read mail reads it: all of it but the own link."""

    to: str
    subject: str
    sent: str
    body: str


def opened(to: str, subject: str, *bodies: str) -> Mail:
    """A letter without its own link, at this moment."""
    return Mail(to, subject, f"{clock.now():%j %H:%M}", OWN_LINK.sub("/reflect/…", "\n".join(bodies)))


@dataclass
class Season:
    """What was stolen, and what only the program knows: whose each text is."""

    participants: list[list[Place]] = field(default_factory=list)
    """Group by group, in the order of booking."""
    texts: dict[int, str] = field(default_factory=dict)
    """Released texts in clear, by the id of their point: more than a dump would give."""
    truth: dict[str, int] = field(default_factory=dict)
    """By text, the place of who wrote it, with or without a name."""
    loot: list[Loot] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)
    """Every letter, in the order in which they left."""


@dataclass
class Ways:
    """How the house is driven: quickly by its verbs, or as in life, with forms that are posted and letters that go out."""

    deliver: Deliver | None = None
    send: Send | None = None

    def pass_time(self, moment: datetime) -> None:
        """Let time pass, and everything follow."""
        db.session.remove()
        clock.move_to(moment)
        if self.deliver is not None:
            self.deliver()
            return
        with writing():
            ticks.steps_due(moment)
            ticks.digests_due(moment)
        service.shred(None)  # type: ignore[arg-type]  # it does not look at its event

    def give(self, token: str, said: service.Submission) -> None:
        """Somebody sends the form."""
        if self.send is not None:
            self.send(token, said)
            return
        with writing():
            service.give(token, said)


def lived(groups: int, *, seed: int, folder: Path, ways: Ways) -> Season:
    """One season."""
    chance, season = random.Random(seed), Season()
    mira, gatherings = _opened(groups, chance)
    season.participants = [_booked(each) for each in gatherings]
    end = max(each.ends_at for each in gatherings if each.ends_at)
    with structlog.testing.capture_logs() as lines:
        ways.pass_time(end + timedelta(hours=2))
        for evening, hours in enumerate(EVENINGS):
            _write(season, chance, ways, evening)
            ways.pass_time(end + timedelta(hours=hours))
            season.loot.append(stolen(folder / f"evening-{evening}.zip"))
        ways.pass_time(end + timedelta(hours=72))
        _answer(season, gatherings, chance, ways, mira)
        season.loot.append(stolen(folder / "last.zip"))
    season.log = [repr(line) for line in lines]
    season.texts = {point.id: point.text or "" for point in db.session.query(Point)}
    return season


def _opened(groups: int, chance: random.Random) -> tuple[Person, list[Gathering]]:
    """Gatherings of five to twelve people, each of whom books by themselves, mixed over the gatherings."""
    terms()
    mira = a_facilitator()
    start = clock.now() + timedelta(days=30)
    made = [
        a_gathering(slug=f"group-{number}", facilitator=mira, places=LARGEST, starts_at=start)
        for number in range(groups)
    ]
    bookings = [each for each in made for _ in range(chance.randint(SMALLEST, LARGEST))]
    chance.shuffle(bookings)
    for number, each in enumerate(bookings):
        clock.move_to(clock.now() + timedelta(minutes=chance.randint(1, 5)))
        book(each, f"Guest {number}", f"guest-{number}@example.org")
    return db.session.get_one(Person, mira.person_id), made


def book(gathering: Gathering, name: str, email: str) -> None:
    """A place as a booking leaves it: rows in the order of booking, moments, random ids."""
    person, now = a_person(email, name=name), clock.now()
    registration = Registration(
        id=new_id(), reference=secrets.token_hex(8), gathering_id=gathering.id, booker_id=person.id,
        form_key=secrets.token_hex(8), state="confirmed", language="en", agreed_minor=0, currency="EUR", refund_tiers=[],
        registered_at=now)  # fmt: skip
    with writing() as session:
        ticket = session.query(TicketType.id).filter_by(gathering_id=gathering.id).scalar()
        session.add(registration)
        session.flush()
        session.add(Place(
            id=new_id(), reference=secrets.token_hex(6), registration_id=registration.id, gathering_id=gathering.id,
            ticket_type_id=ticket, price_minor=0, name=name, email=email, person_id=person.id, language="en",
            state="confirmed", uid=secrets.token_hex(16), changed_at=now, confirmed_at=now))  # fmt: skip


def _booked(gathering: Gathering) -> list[Place]:
    return db.session.query(Place).filter_by(gathering_id=gathering.id).order_by(Place.confirmed_at).all()


def _write(season: Season, chance: random.Random, ways: Ways, evening: int) -> None:
    """The third of each group that writes before this evening, in the order in which they booked. A few never write."""
    for turn in range(-(-LARGEST // len(EVENINGS))):
        clock.move_to(clock.now() + timedelta(hours=1, minutes=7))
        for places in chance.sample(season.participants, len(season.participants)):
            count = len(places)
            third = places[count * evening // len(EVENINGS) : count * (evening + 1) // len(EVENINGS)]
            is_silent = count > SMALLEST + 2 and evening == 1 and turn == 0 and chance.random() < 0.3
            if turn < len(third) and not is_silent:
                ways.give(own_link.token_of(third[turn]), _said(season, chance, third[turn]))


def _said(season: Season, chance: random.Random, place: Place) -> service.Submission:
    """Something to change, without a name; often a thank-you, sometimes signed; often a question."""
    texts = {"C8": ("unnamed", "change")}
    if chance.random() < 0.7:
        texts["C7"] = ("named" if chance.random() < 0.3 else "unnamed", "thanks")
    if chance.random() < 0.6:
        texts["C9"] = ("unnamed", "question")
    words = {}
    for question, (mode, kind) in texts.items():
        text = f"{question} {chance.getrandbits(60):x}"
        season.truth[text] = place.id
        words[question] = service.Words(text=text, mode=mode, kind=kind, wants_reply=chance.random() < 0.5)  # type: ignore[arg-type]
    care = (
        service.Care(choice="weighs", text="I would rather talk", way="") if chance.random() < 0.1 else service.Care()
    )
    scales = {key: str(chance.randint(1, 5)) for key in ("C1", "C2", "C3", "C4", "C5")}
    return service.Submission(scales=scales, texts=words, care=care)


def _answer(season: Season, gatherings: list[Gathering], chance: random.Random, ways: Ways, mira: Person) -> None:
    """Mira reads and answers; everybody gets the digest, and in the same hour those who were answered write back."""
    for each in gatherings:
        with writing():
            service.open_batches(each.id, by=mira)
        _write_to_the_group(each.id, chance, mira)
    asked = db.session.query(Point.id, FormWindow.gathering_id).join(Batch, Batch.id == Point.batch_id)
    asked = asked.join(FormWindow, FormWindow.id == Batch.window_id).filter(
        Point.place_id.is_(None), Point.kind != "thanks"
    )
    for point_id, gathering_id in asked.order_by(Point.id).all():
        if chance.random() < 0.5:
            clock.move_to(clock.now() + timedelta(minutes=1))
            with writing():
                service.reply(gathering_id, point_id, f"I hear you {chance.getrandbits(60):x}", by=mira)
    ways.pass_time(clock.now() + timedelta(days=7))
    for places in season.participants:
        for place in places:
            for question in ("C8", "C9"):
                _write_back(own_link.token_of(place), question, chance)
    ways.pass_time(clock.now() + timedelta(days=2))


def _write_to_the_group(gathering_id: int, chance: random.Random, mira: Person) -> None:
    """What several said becomes a theme and is decided, and a letter about it goes to everybody."""
    said = db.session.query(Point.id).join(Batch, Batch.id == Point.batch_id)
    said = said.join(FormWindow, FormWindow.id == Batch.window_id).filter(
        FormWindow.gathering_id == gathering_id, Point.kind == "change"
    )
    chosen = [point_id for (point_id,) in said.order_by(Point.id).all() if chance.random() < 0.5]
    with writing():
        for point_id in chosen:
            theme = themes.add_to_theme(gathering_id, point_id, title="The evenings")
        if chosen:
            decided = service.Decided(
                kind="will_not", about={"en": "The evenings"}, reason={"en": "They stay as they are"}
            )
            themes.decide_theme(gathering_id, theme.id, decided, by=mira)
        letter = group_letter.keep_letter(gathering_id, {"en": "## The evenings\n\nWe heard you."}, version=0, by=mira)
        group_letter.send_letter(gathering_id, version=letter.version, by=mira)


def _write_back(token: str, question: str, chance: random.Random) -> None:
    """A word back, where there is a point of theirs."""
    with suppress(NotFound), writing():
        service.write_back(token, question, f"Thank you {chance.getrandbits(60):x}")
