"""Choosing the picture of a venue or the portrait of somebody who leads: the same form on three pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from retreats.catalogue import service
from retreats.catalogue.service.pictures import Shown
from retreats.db import writing
from retreats.pictures import choosing
from retreats.pictures.models import Picture
from retreats.reading import Reading, Values, as_values
from retreats.web import page, seen_other


@dataclass(frozen=True, kw_only=True)
class Frame(Generic[Shown]):
    """Whose picture it is, how it is cut, and the page around it."""

    of: type[Shown]
    found: Callable[[], Shown]
    """Loads it afresh; called after each transaction."""
    name: str
    shape: str
    here: str
    back: str
    lede: str

    def form(
        self, values: Values | None = None, errors: dict[str, str] | None = None, *, meanwhile: bool = False,
        status: int = 200,
    ) -> Response:  # fmt: skip
        """The page, with the form as it stands or as it was sent."""
        row = self.found()
        return page("catalogue/organise/portrait.html", frame=self, name=self.name, row=row,
                    values=values or choosing.stored(row.picture), errors=errors or {}, meanwhile=meanwhile,
                    base=choosing.base(row.picture), focuses=choosing.FOCUS_WORDS.items(),
                    most=choosing.MOST_OCTETS // 2**20, saved="saved" in request.args, status=status)  # fmt: skip

    def keep(self) -> AnyResponse:
        """Take what was sent."""
        row, reading = self.found(), Reading(request.form)
        row_id = row.id
        choice = choosing.chosen(reading, request.files.get("picture"), row.picture, shape=self.shape)
        if choice is None:
            return self.form(as_values(request.form), reading.errors, status=422)
        return self._saved(
            lambda: service.portray(
                self.of, row_id, choice.prepared, alt=choice.alt, still=_still(request.form.get("base", ""))
            )
        )

    def remove(self) -> AnyResponse:
        """Take it away."""
        row_id = self.found().id
        return self._saved(lambda: service.unportray(self.of, row_id, still=_still(request.form.get("base", ""))))

    def _saved(self, verb: Callable[[], None]) -> AnyResponse:
        try:
            with writing():
                verb()
        except service.EditedMeanwhile:
            return self.form(meanwhile=True, status=409)
        return seen_other(f"{self.here}?saved=yes")


def _still(base: str) -> Callable[[Picture | None], bool]:
    return lambda standing: choosing.base(standing) == base
