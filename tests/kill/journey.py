"""What happens in every life: people book, pay, change their minds and are told, whatever dies meanwhile.

Each person does what people do when a page does not come: they send it again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from retreats.booking.models import Place, Registration, WaitingEntry
from retreats.outbox.models import Delivery
from retreats.payments.models import Refund
from tests.kill.house import READY_WITHIN, Life
from tests.kill.world import CODES, ORGANISER
from tests.visitor import Answer, Fields, Unanswered, Visitor


class Person:
    """Somebody at the house's pages, who does not give up."""

    def __init__(self, life: Life, name: str) -> None:
        self.life, self.name = life, name
        self.email = f"{name}@example.org"
        self._visitor = Visitor("127.0.0.1", life.town.port)
        self.page = ""
        """The own link of the booking."""

    def get(self, path: str, *, expect: tuple[int, ...] = (200,)) -> Answer:
        return self._insist(lambda: self._visitor.get(path), path, expect)

    def post(self, path: str, fields: Fields, *, expect: tuple[int, ...] = (303,)) -> Answer:
        return self._insist(lambda: self._visitor.post(path, fields), path, expect)

    def _insist(self, ask: Callable[[], Answer], path: str, expect: tuple[int, ...]) -> Answer:
        deadline, again = time.monotonic() + READY_WITHIN, False
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except Unanswered:
                again = True
                if not self.life.revive():
                    time.sleep(0.02)
                continue
            if answer.status not in expect and not (again and answer.status == 409):
                self.life.wrong.append(f"{self.name} got {answer.status} at {urlsplit(path).path}, not {expect}")
            return answer
        raise TimeoutError(f"{self.name} got no answer at {path}")

    def book(self, slug: str, *companions: str, expect: tuple[int, ...] = (303,)) -> bool:
        """Look, fill the form in, send it; whether there is a booking now. Its own link is kept, wherever it led."""
        self.get(f"/gatherings/{slug}/")
        form = self.get(f"/gatherings/{slug}/register?party={1 + len(companions)}").hidden
        if "key" not in form and 409 in expect:
            return False
        fields = form | {"terms": "1", "name-0": self.name.title(), "email-0": self.email}
        for number, companion in enumerate(companions, 1):
            fields |= {f"name-{number}": companion.title(), f"email-{number}": f"{companion}@example.org"}
        answer = self.post(f"/gatherings/{slug}/register", fields, expect=expect)
        if answer.status == 303:
            self.page = re.sub(r".*/(?:pay|registrations)/", "/registrations/", answer.location)
        return bool(self.page)

    def open_checkout(self) -> str:
        """Look at what is owed, press the button; gives the session at Stripe."""
        path = self.page.replace("/registrations/", "/pay/")
        form = self.get(path).hidden
        return urlsplit(self.post(urlsplit(path).path, form).location).path.rpartition("/")[2]

    def pay(self, how: str = "pay", *, comes_back: bool = True, delivery: str = "normal") -> str:
        """All the way; gives the session at Stripe."""
        session = self.open_checkout()
        back = self.life.town.stripe.pay(session, how, delivery=delivery)
        if comes_back:
            self.get(self.get(back, expect=(303,)).location)
        return session

    def cancel(self) -> None:
        """Give everything back."""
        path, _, key = self.page.partition("?key=")
        page = self.get(f"{path}/cancel?key={key}").text
        places = re.findall(r'name="place"[^>]* value="([^"]+)"', page)
        fields = [("csrf_token", self._token(page)), ("key", key), *(("place", each) for each in places)]
        self.post(f"{path}/cancel", fields)

    def wait(self, slug: str) -> None:
        """Join the waiting list."""
        form = self.get(f"/gatherings/{slug}/wait").hidden
        self.post(f"/gatherings/{slug}/wait", form | {"name": self.name.title(), "email": self.email, "party": "1"})

    def sign_in(self) -> None:
        """Ask for a letter, and follow its link; who is told that it was used asks for another."""
        for _again in range(2):
            before = len(self.life.town.post_office.letters)
            self.post("/sign-in", self.get("/sign-in").hidden | {"email": self.email})
            self.life.until(lambda _session, since=before: bool(self._links(since)), "the letter with the way in")
            self.get(self._links(before)[0], expect=(303,))
            form = self.get("/sign-in/confirm", expect=(200, 410)).hidden
            if self.post("/sign-in/confirm", form, expect=(303, 410)).status == 303:
                return

    def _links(self, since: int) -> list[str]:
        """The ways in that came by mail since then."""
        words = " ".join(each.text for each in self.life.town.post_office.letters[since:])
        return re.findall(r"/sign-in/link/[\w-]+", words)

    def call_off(self, slug: str) -> None:
        """As the organiser. Each try brings a recovery code of its own along, since each is good once.

        A death between the code and the rest leaves a browser whose session has been replaced: it is led to sign in.
        """
        path = f"/organise/gatherings/{slug}/cancel"
        for code in CODES:
            form = self.get(path).hidden | {"because_en": "The house is flooded.", "proof-recovery": code}
            answer = self.post(path, form, expect=(303, 401))
            if answer.status != 401 and answer.location != "/sign-in":
                return
            self.sign_in()
        self.life.wrong.append(f"{self.name} could not call {slug} off")

    def _token(self, page: str) -> str:
        return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


def free(life: Life) -> None:
    """Ada comes with Al, and tries again; Fay takes the last place and Gus waits; Ada gives the places back.

    The mail server has a bad minute.
    """
    clerk = life.town.post_office.clerk
    clerk.answer_data = "451 not now"
    ada, kim, fay, gus = (Person(life, name) for name in ("ada", "kim", "fay", "gus"))
    ada.book("circle", "al")
    fay.book("full")
    gus.wait("full")
    kim.email = ada.email
    kim.book("circle", expect=(409,))
    life.until(lambda session: bool(_count(session, Delivery, Delivery.last_error.is_not(None))), "a letter came back")
    clerk.answer_data = None
    life.grow_older()
    life.settle()
    ada.cancel()


def paid(life: Life) -> None:
    """Bo pays by card, Cy through a slow bank; Di gives the place back and cannot be refunded; Lou disputes it."""
    stripe = life.town.stripe
    stripe.next_refund("pending")
    bo, cy, di, lou = (Person(life, name) for name in ("bo", "cy", "di", "lou"))
    for each in (bo, cy, di, lou):
        each.book("retreat")
    bo.pay()
    slow = cy.pay("slow")
    di.pay(comes_back=False)
    disputed = lou.pay(delivery="twice")
    life.until(lambda session: _states(session, "di") == {"confirmed"}, "Di's place is confirmed")
    di.cancel()
    stripe.settle(slow)
    stripe.close_dispute(stripe.dispute(disputed)["id"], "lost")
    _settle_refund(life, "failed")


def late(life: Life) -> None:
    """Eve leaves the payment page; Hal pays unheard, and Ivy buys his place meanwhile; Jo's bank says no."""
    eve, hal, ivy, jo, mo = (Person(life, name) for name in ("eve", "hal", "ivy", "jo", "mo"))
    for each in (eve, jo, mo):
        each.book("retreat")
    eve.open_checkout()
    mo.pay(comes_back=False, delivery="never")
    refused = jo.pay("slow")
    life.grow_older()
    life.until(lambda session: _states(session, "mo") == {"confirmed"}, "the house asked by itself, and heard of Mo")
    hal.book("last")
    hal.pay(comes_back=False, delivery="never")
    life.move_clock(timedelta(minutes=45))
    if ivy.book("last", expect=(303, 409)):
        ivy.pay()
    life.sweep()
    life.town.stripe.settle(refused, "failed")


def called_off(life: Life) -> None:
    """Nia pays; Otto signs in and calls it off."""
    life.town.stripe.next_refund("pending")
    nia, otto = Person(life, "nia"), Person(life, ORGANISER.partition("@")[0])
    nia.book("called-off")
    nia.pay(comes_back=False)
    life.until(lambda session: _states(session, "nia") == {"confirmed"}, "Nia's place is confirmed")
    otto.sign_in()
    otto.call_off("called-off")
    _settle_refund(life, "succeeded")


@dataclass(frozen=True)
class Journey:
    """What people do, and the ways in which everybody's booking may end, whoever dies meanwhile."""

    walk: Callable[[Life], None]
    ends: tuple[dict[str, str], ...]
    waiting: tuple[str, ...] = ()


_LATE = {"eve": "lapsed", "jo": "lapsed", "mo": "confirmed"}
JOURNEYS = {
    "free": Journey(free, ({"ada": "cancelled", "fay": "confirmed"},), ("gus",)),
    "paid": Journey(paid, ({"bo": "confirmed", "cy": "confirmed", "di": "cancelled", "lou": "confirmed"},)),
    # If the worker's clock is faster than Ivy, Hal's payment is found while his place is still free.
    "late": Journey(late, (_LATE | {"hal": "lapsed", "ivy": "confirmed"}, _LATE | {"hal": "confirmed"})),
    "called off": Journey(called_off, ({"nia": "cancelled"},)),
}


def walk(life: Life, name: str) -> None:
    """One of them, to its end: nothing is due any more, and everybody is where they should be."""
    JOURNEYS[name].walk(life)
    life.settle()
    life.wrong += _not_as_expected(life, JOURNEYS[name])


def _settle_refund(life: Life, outcome: str) -> None:
    """The one refund of this journey is on its way for some time, and then arrives or comes back."""
    life.until(lambda session: bool(_count(session, Refund, Refund.state == "pending")), "the refund is on its way")
    [refund] = life.town.standin.desk.ledger.listed("refund")
    life.town.stripe.settle_refund(refund["id"], outcome)


def _states(session: Session, *names: str) -> set[str]:
    emails = [f"{name}@example.org" for name in names]
    query = select(Registration.state).join(Place).where(Place.position == 0, Place.email.in_(emails))
    return set(session.scalars(query))


def _count(session: Session, kind: type, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(kind).where(*where)) or 0


def _not_as_expected(life: Life, journey: Journey) -> list[str]:
    with life.reading() as session:
        query = select(Place.email, Registration.state).join(Registration).where(Place.position == 0)
        found = [(email.partition("@")[0], state) for email, state in session.execute(query)]
        waiting = tuple(email.partition("@")[0] for email in session.scalars(select(WaitingEntry.email)))
    wrong = [] if dict(found) in journey.ends and len(found) == len(dict(found)) else [f"bookings ended as {found}"]
    return wrong + ([] if waiting == journey.waiting else [f"waiting: {waiting}"])
