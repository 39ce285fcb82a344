"""Which gatherings a question is about: a few by their ids, or many by what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select


class Among(NamedTuple):
    """These gatherings. To name five hundred ids in each of ten statements takes longer than to answer them."""

    ids: Sequence[int]
    within: Sequence[int] | Select[int]
    """What stands behind IN: the ids, or a select of at least these."""
