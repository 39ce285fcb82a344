"""The themes of a gathering, as those who led it see them: only with points that they have opened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from retreats.db import db
from retreats.feedback.models import Decision, Point, Theme, ThemePoint
from retreats.feedback.queries.readable import is_readable, readable


@dataclass(frozen=True)
class ThemeView:
    """A theme with its points, and what was decided about it as a whole."""

    theme: Theme
    title: str
    points: list[Point]
    decision: Decision | None

    @property
    def is_undecided(self) -> bool:
        """Whether it can be decided as a whole now: it was not yet, or somebody asked for another look."""
        if self.decision is None or self.decision.kind == "need_to_talk":
            return True
        return any(point.state == "reopened" for point in self.points)


def titles_of(gathering_id: int, person_id: int) -> list[tuple[int, str, int]]:
    """Of every theme with something in it that this person may read: its number, its title, and how many points."""
    rows = db.session.execute(
        select(Theme, func.count())
        .join(ThemePoint, ThemePoint.theme_id == Theme.id)
        .join(Point, Point.id == ThemePoint.point_id)
        .where(Theme.gathering_id == gathering_id, Point.state != "withdrawn", is_readable(person_id))
        .group_by(Theme.id)
    )
    return sorted(((each.id, each.title or "", count) for each, count in rows), key=lambda each: each[1].casefold())


def themes_of(gathering_id: int, person_id: int) -> list[ThemeView]:
    """Every theme of which something is left, by title: four statements, however many there are."""
    points = {point.id: point for point in readable(gathering_id, person_id)}
    themes = db.session.scalars(select(Theme).where(Theme.gathering_id == gathering_id)).all()
    links = db.session.execute(
        select(ThemePoint.theme_id, ThemePoint.point_id)
        .where(ThemePoint.theme_id.in_([each.id for each in themes]))
        .order_by(ThemePoint.point_id)
    ).all()
    decided = {
        each.theme_id: each
        for each in db.session.scalars(
            select(Decision)
            .where(Decision.gathering_id == gathering_id, Decision.theme_id.is_not(None), Decision.is_current)
            .options(selectinload(Decision.changes))
        )
    }
    found = [
        ThemeView(each, each.title or "", [points[point_id] for theme_id, point_id in links
                                           if theme_id == each.id and point_id in points], decided.get(each.id))
        for each in themes
    ]  # fmt: skip
    return sorted((each for each in found if each.points or each.decision), key=lambda each: each.title.casefold())
