"""Themes: what several points have in common is named, and can be decided as a whole."""

from __future__ import annotations

from sqlalchemy import select

from retreats.accounts.models import Person
from retreats.db import db, new_id
from retreats.events import PointThemed, PointUnthemed
from retreats.feedback.models import Decision, DecisionPoint, Point, Theme, ThemePoint
from retreats.feedback.quoting import borrowed
from retreats.feedback.service.decide import (
    AlreadyDecided,
    Decided,
    check_words,
    current,
    promise,
    refresh_pages_of_next,
    set_aside,
)
from retreats.feedback.service.steps import OVER, news, point_in, step
from retreats.feedback.service.turns import in_turn
from retreats.feedback.service.unquotable import QuotesSomebody, unquotable
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

LONGEST_TITLE = 120


class TitleMissing(Refusal):
    """A theme has a title, and not a long one."""

    code = "title_missing"
    status = 422


def add_to_theme(gathering_id: int, point_id: int, *, theme_id: int | None = None, title: str = "") -> Theme:
    """Put a point into a theme, or into a new one of this title; one of the same title is not made twice.

    Raises NotFound, PointWithdrawn, TitleMissing, QuotesSomebody.
    """
    in_turn("gathering", gathering_id)
    point = point_in(gathering_id, point_id)
    theme = theme_in(gathering_id, theme_id) if theme_id is not None else _titled(gathering_id, title)
    if db.session.get(ThemePoint, (theme.id, point.id)) is None:
        db.session.add(ThemePoint(theme_id=theme.id, point_id=point.id))
        db.session.flush()
        emit(PointThemed(point_id=point.id, theme_id=theme.id, gathering_id=gathering_id))
    return theme


def take_out_of_theme(gathering_id: int, theme_id: int, point_id: int) -> None:
    """Take a point out again; a theme in which nothing is left and about which nothing was decided goes with it."""
    in_turn("gathering", gathering_id)
    theme = theme_in(gathering_id, theme_id)
    link = db.session.get(ThemePoint, (theme.id, point_id))
    if link is None:
        return
    db.session.delete(link)
    db.session.flush()
    emit(PointUnthemed(point_id=point_id, theme_id=theme.id, gathering_id=gathering_id))


def decide_theme(gathering_id: int, theme_id: int, decided: Decided, *, by: Person) -> Decision:
    """Decide about a theme as a whole: what its people would change follows, and what has its own decision keeps it.

    Questions, thanks and the rest keep what they are owed. Raises NotFound, AlreadyDecided, ReasonMissing,
    QuotesSomebody.
    """
    in_turn("gathering", gathering_id)
    theme = theme_in(gathering_id, theme_id)
    before = decision_of(theme.id)
    undecided = _undecided(theme)
    if before is not None and before.kind != "need_to_talk" and not undecided:
        raise AlreadyDecided
    check_words(gathering_id, decided)
    kept = _let_go(before, undecided)
    decision = promise(gathering_id, decided, by=by, theme_id=theme.id)
    db.session.add_all([DecisionPoint(decision_id=decision.id, point_id=each) for each in kept])
    for point in undecided:
        step(point, "decided", by=by)
        if decided.kind == "need_to_talk" and point.state == "reopened":
            point.state = "decided"
    news(gathering_id)
    refresh_pages_of_next(gathering_id)
    db.session.flush()
    return decision


def decision_of(theme_id: int) -> Decision | None:
    """What holds for this theme as a whole."""
    return db.session.scalar(select(Decision).where(Decision.theme_id == theme_id, Decision.is_current))


def theme_in(gathering_id: int, theme_id: int) -> Theme:
    """A theme of this gathering. Raises NotFound."""
    theme = db.session.scalar(select(Theme).where(Theme.id == theme_id, Theme.gathering_id == gathering_id))
    if theme is None:
        raise NotFound
    return theme


def _titled(gathering_id: int, title: str) -> Theme:
    said = " ".join(title.split())
    if not said or len(said) > LONGEST_TITLE:
        raise TitleMissing
    for known in db.session.scalars(select(Theme).where(Theme.gathering_id == gathering_id)):
        if (known.title or "").casefold() == said.casefold():
            return known
    if runs := borrowed(said, unquotable(gathering_id)):
        raise QuotesSomebody(runs)
    theme = Theme(id=new_id(), gathering_id=gathering_id)
    theme.title = said
    db.session.add(theme)
    db.session.flush()
    return theme


def _undecided(theme: Theme) -> list[Point]:
    """Those of its points that ask for a change and have no decision yet, or none that met them."""
    found = []
    for point in theme.points:
        if point.kind != "change" or point.state in OVER:
            continue
        holds = current(point.id)
        if holds is None or holds.kind == "need_to_talk" or point.state == "reopened":
            found.append(point)
    return found


def _let_go(before: Decision | None, undecided: list[Point]) -> list[int]:
    """Set aside what held until now; which points follow from now on: those that followed before, too."""
    kept = {point.id for point in undecided}
    for point in undecided:
        holds = current(point.id)
        if holds is not None and holds is not before:
            set_aside(holds, point)
    if before is not None:
        kept |= {point.id for point in before.followers}
        before.is_current = False
    db.session.flush()
    return sorted(kept)
