"""The crowd: people who book, pay and change their minds, on whichever host answers, and press again when a page does not come."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from tests.drill.site import Site
from tests.drill.world import PAID, ROOMY, TIGHT
from tests.visitor import Answer, Fields, Unanswered, Visitor

PATIENCE = 40.0


class GaveUp(Exception):
    """The house did not answer for too long."""


@dataclass
class Told:
    """What the house said "yes" to: it must be so at the end."""

    email: str
    reference: str
    slug: str
    is_paid: bool = False
    is_given_back: bool = False


@dataclass
class Crowd:
    """What everybody saw, together."""

    site: Site
    seed: int
    told: list[Told] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    unanswered: int = 0
    longest: float = 0.0
    """Seconds until somebody who pressed again and again got an answer."""
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def come(self, people: int) -> None:
        """So many at once, each going on as somebody else when done."""
        for number in range(people):
            thread = threading.Thread(target=self._go_on, args=(number,))
            self._threads.append(thread)
            thread.start()

    def leave(self) -> None:
        """Nobody new comes; who is at it finishes."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, number: int) -> None:
        chance, turn = random.Random(f"{self.seed}-{number}"), 0
        while not self._ended.is_set():
            turn += 1
            somebody = Somebody(self, f"p{number}-{turn}", chance)
            try:
                somebody.live()
            except (GaveUp, AssertionError, KeyError, IndexError) as error:
                self.wrong.append(f"{somebody.name}: {type(error).__name__} {error}")


class Somebody:
    """One person with one browser."""

    def __init__(self, crowd: Crowd, name: str, chance: random.Random) -> None:
        self.crowd, self.name, self.chance = crowd, name, chance
        self.email = f"{name}@example.org"
        address = f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
        self._doors = [Visitor("127.0.0.1", port, address=address, timeout=8) for port in crowd.site.ports.values()]
        self._doors[1]._cookies = self._doors[0]._cookies

    def live(self) -> None:
        slug = self.chance.choices((ROOMY, TIGHT, PAID), (5, 1, 3))[0]
        self._get(f"/gatherings/{slug}/")
        form = self._get(f"/gatherings/{slug}/register?party=1", expect=(200, 409)).hidden
        if "key" not in form:
            return
        fields = form | {"terms": "1", "name-0": self.name.title(), "email-0": self.email}
        answer = self._post(f"/gatherings/{slug}/register", fields, expect=(303, 409))
        if answer.status != 303:
            return
        reference = urlsplit(answer.location).path.rstrip("/").rpartition("/")[2]
        told = Told(self.email, reference, slug)
        self.crowd.told.append(told)
        page = re.sub(r".*/(?:pay|registrations)/", "/registrations/", answer.location)
        if slug == PAID and self.chance.random() < 0.7:
            self._pay(page, told)
        elif slug != PAID and self.chance.random() < 0.15:
            self._give_back(page, told)

    def _pay(self, page: str, told: Told) -> None:
        path = page.replace("/registrations/", "/pay/")
        form = self._get(path).hidden
        location = self._post(urlsplit(path).path, form).location
        if "/pay/cs_" not in location:
            return  # Stripe could not be asked, and the page said so
        session = urlsplit(location).path.rpartition("/")[2]
        try:
            back = self.crowd.site.stripe.pay(session, delivery=self.chance.choice(("normal", "never", "twice")))
        except httpx.HTTPError:
            return
        told.is_paid = True
        self._get(back, expect=(303, 200))

    def _give_back(self, page: str, told: Told) -> None:
        path, _, key = page.partition("?key=")
        shown = self._get(f"{path}/cancel?key={key}").text
        places = re.findall(r'name="place"[^>]* value="([^"]+)"', shown)
        token = re.findall(r'name="csrf_token" value="([^"]+)"', shown)[0]
        told.is_given_back = True
        self._post(f"{path}/cancel", [("csrf_token", token), ("key", key), *(("place", each) for each in places)],
                   expect=(303, 409))  # fmt: skip

    def _get(self, path: str, *, expect: tuple[int, ...] = (200,)) -> Answer:
        return self._insist("GET", path, None, expect)

    def _post(self, path: str, fields: Fields, *, expect: tuple[int, ...] = (303,)) -> Answer:
        return self._insist("POST", path, fields, expect)

    def _insist(self, method: str, path: str, fields: Fields | None, expect: tuple[int, ...]) -> Answer:
        """At one door or the other, until one answers. 503 means: a moment, please."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            door = self.chance.choice(self._doors)
            try:
                answer = door.get(path) if fields is None else door.post(path, fields)
            except Unanswered:
                self.crowd.unanswered += 1
                time.sleep(0.05)
                continue
            self.crowd.answers[answer.status] += 1
            if answer.status == 503:
                time.sleep(0.7)
                continue
            self.crowd.longest = max(self.crowd.longest, time.monotonic() - began)
            if answer.status not in expect:
                raise AssertionError(f"{method} {urlsplit(path).path} was answered {answer.status}, not {expect}")
            return answer
        raise GaveUp(f"{method} {urlsplit(path).path}")
