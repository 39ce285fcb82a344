"""Setting the house up. Each verb locks the one row first, so that two owners never write over each other unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from retreats import clock
from retreats.db import Localised, db, new_id
from retreats.house import legal, logo, queries
from retreats.house.keeping import SECRETS
from retreats.house.models import THE_ONE, HouseLogo, HouseSettings, LegalText
from retreats.refusals import Refusal

CLAIM_LASTS = timedelta(minutes=10)
"""How long the same press of the setup button, repeated, lets the same person in."""


class ChangedMeanwhile(Refusal):
    """Somebody else saved this part since it was opened."""

    code = "house_changed_meanwhile"


class AlreadyClaimed(Refusal):
    """The house has its owner: the setup link makes no second one."""

    code = "house_claimed"
    status = 410


class BlanksOpen(Refusal):
    """A legal text with open brackets cannot be published; `blanks` names them by language."""

    code = "blanks_open"
    status = 422

    def __init__(self, blanks: Mapping[str, list[str]]) -> None:
        super().__init__(", ".join(words for each in blanks.values() for words in each))
        self.blanks = blanks


class TextMissing(Refusal):
    """A legal text is to be published in every language that the house speaks."""

    code = "legal_text_missing"
    status = 422


def change(values: Mapping[str, Any], *, still: Callable[[HouseSettings], bool]) -> bool:
    """Take over what one form says (columns, and secrets by their plain names); whether anything is different now.

    `still` says whether what the form was opened with is what stands. Raises ChangedMeanwhile.
    """
    row = _locked()
    if not still(row):
        raise ChangedMeanwhile
    different = {name: value for name, value in values.items() if name in SECRETS or getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    if different:
        _touch(row)
    return bool(different)


def put_up_logo(content: bytes | None) -> bool:
    """Show this picture (as `logo.prepare` wrote it) as the house's sign, or none; whether anything is different now."""
    row = _locked()
    named = logo.name_of(content) if content else None
    if named == row.logo:
        return False
    if content and named and db.session.get(HouseLogo, named) is None:
        db.session.add(HouseLogo(name=named, content=content, kept_at=clock.now()))
    row.logo = named
    _touch(row)
    return True


def claim(browser_hash: bytes, *, name: str, unless: Callable[[], bool]) -> None:
    """Note that the setup link is making an owner in this browser, and what the house is called. Raises AlreadyClaimed.

    `unless` says whether there is an owner. It is asked while the row is ours, so two presses at one instant make one.
    """
    row = _locked()
    if unless():
        raise AlreadyClaimed
    row.claimed_at, row.claimed_in, row.name = clock.real_now(), browser_hash, name
    _touch(row)


def was_claimed_in(browser_hash: bytes) -> bool:
    """Whether the setup link was used in this browser, some minutes ago at most."""
    since = clock.real_now() - CLAIM_LASTS
    found = select(HouseSettings.id).where(HouseSettings.claimed_in == browser_hash, HouseSettings.claimed_at > since)
    return db.session.scalar(found) is not None


def draft(kind: str, source: Localised, *, still: Callable[[LegalText | None], bool], after: int = 0) -> LegalText:
    """Keep a legal text as it stands; what is in force stays in force.

    `still` says whether the newest version is what the form was opened with; `after` is the number of a version that
    is kept elsewhere. Raises ChangedMeanwhile.
    """
    _locked()
    newest = _newest(kind)
    if not still(newest):
        raise ChangedMeanwhile
    if newest is None or newest.published_at is not None:
        newest = LegalText(id=new_id(), kind=kind, version=max(newest.version if newest else 0, after) + 1)
        db.session.add(newest)
    newest.source, newest.written_at = source, clock.now()
    db.session.flush()
    return newest


def publish(kind: str) -> LegalText | None:
    """Put the newest version in force, its blanks filled with what the house says of itself now; None when it is so.

    A version in force whose facts have changed since becomes the next version. Raises BlanksOpen and TextMissing.
    """
    row, newest = _locked(), _newest(kind)
    house = queries.of(row)
    if newest is None or not all(newest.source.get(each, "").strip() for each in house.languages):
        raise TextMissing
    facts = house.facts()
    left = {each: legal.open_blanks(newest.source[each], each, facts) for each in house.languages}
    if any(left.values()):
        raise BlanksOpen(left)
    text = {each: legal.filled(newest.source[each], each, facts) for each in house.languages}
    if newest.published_at is not None:
        if newest.text == text:
            return None
        newest = LegalText(id=new_id(), kind=kind, version=newest.version + 1, source=newest.source)
        db.session.add(newest)
    newest.text, newest.published_at, newest.written_at = text, clock.now(), clock.now()
    _touch(row)
    return newest


def _locked() -> HouseSettings:
    """The one row, made if need be, and ours until the commit."""
    session = db.session()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(HouseSettings).values(id=THE_ONE).on_conflict_do_nothing())
    return session.get_one(HouseSettings, THE_ONE, with_for_update=True, populate_existing=True)


def _touch(row: HouseSettings) -> None:
    """Let every process notice, this one at its commit."""
    row.version += 1
    session = db.session()
    session.info["house changed"] = True
    session.flush()


def _newest(kind: str) -> LegalText | None:
    return db.session.scalar(
        select(LegalText).where(LegalText.kind == kind).order_by(LegalText.version.desc()).limit(1)
    )
