"""How far the house is, from its real state, and what was tried last."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, exists, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from retreats.accounts.models import Person, Role
from retreats.catalogue.models import Facilitator, Gathering, Terms, Venue
from retreats.db import db
from retreats.feedback.help_lines import are_own
from retreats.house.models import LegalText
from retreats.house.queries import House, current
from retreats.payments.models import Notice
from retreats.setting_up.fingerprints import of_mail, of_till
from retreats.setting_up.models import MailTrial, MoneyTrial


@dataclass(frozen=True)
class Step:
    """One step from empty to published: whether it is done, and the page that does it (None: there is none yet)."""

    name: str
    is_done: bool
    href: str | None
    for_owners: bool = False


def steps() -> list[Step]:
    """Every step in the order in which one takes them. One statement, however full the house is."""
    house = current()
    facts = _facts(house)
    done = {
        "name": bool(house.said.name),
        "mail": facts["mail"] and house.has_email,
        "money": facts["money"] or not house.said.takes_money,
        "legal": facts["privacy"] and facts["terms"] and facts["imprint"],
        "help": are_own(),
        **{name: facts[name] for name in ("venue", "facilitator", "care", "gathering", "published")},
    }
    return [Step(name, done[name], _page(path), name in OWNERS) for name, path in PAGES.items()]


PAGES = {
    "name": "/organise/setting-up/house",
    "mail": "/organise/setting-up/mail",
    "money": "/organise/setting-up/money",
    "legal": "/organise/setting-up/legal/",
    "help": "/organise/setting-up/help",
    "venue": "/organise/venues/",
    "facilitator": "/organise/people/",
    "care": "/organise/people/",
    "gathering": "/organise/gatherings/new",
    "published": "/organise/gatherings/",
}
OWNERS = {"name", "mail", "money", "legal", "help"}


def _facts(house: House) -> dict[str, bool]:
    questions: dict[str, ColumnElement[bool]] = {
        "mail": exists().where(MailTrial.is_taken, MailTrial.server == of_mail(house.mail)),
        "money": exists().where(
            MoneyTrial.state.in_(("paid", "pending", "refunded")), MoneyTrial.till == of_till(house.till)
        ),
        "privacy": _is_published("privacy"),
        "imprint": _is_published("imprint"),
        "terms": exists().where(Terms.id.is_not(None)),
        "venue": exists().where(Venue.id.is_not(None)),
        "facilitator": exists().where(
            Facilitator.person_id == Person.id, Person.disabled_at.is_(None),
            Role.person_id == Person.id, Role.role == "facilitator",
        ),
        "care": exists().where(Gathering.care_contact_id.is_not(None)),
        "gathering": exists().where(Gathering.id.is_not(None)),
        "published": exists().where(Gathering.published_at.is_not(None)),
    }  # fmt: skip
    row = db.session.execute(select(*questions.values())).one()
    return {name: bool(answer) for name, answer in zip(questions, row, strict=True)}


def _is_published(kind: str) -> ColumnElement[bool]:
    return exists().where(LegalText.kind == kind, LegalText.published_at.is_not(None))


def _page(path: str) -> str | None:
    """This path, if there is such a page in the house."""
    try:
        current_app.url_map.bind("").match(path)
    except RequestRedirect:
        return path
    except HTTPException:
        return None
    return path


def last_mail_trial() -> MailTrial | None:
    """The newest letter to oneself."""
    return db.session.scalar(select(MailTrial).order_by(MailTrial.tried_at.desc(), MailTrial.id).limit(1))


@dataclass(frozen=True)
class MoneyTried:
    """A trial, and whether Stripe's own notice of it has arrived."""

    trial: MoneyTrial
    is_noticed: bool


def money_trials(*, at_most: int = 5) -> list[MoneyTried]:
    """The newest trials."""
    noticed = exists().where(Notice.object_id == MoneyTrial.session_id)
    found = db.session.execute(
        select(MoneyTrial, noticed).order_by(MoneyTrial.tried_at.desc(), MoneyTrial.id).limit(at_most)
    )
    return [MoneyTried(trial, bool(arrived)) for trial, arrived in found]
