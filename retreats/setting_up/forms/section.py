"""One form of the settings: how it is read, what stands, and what its fields are called."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString

from retreats.house.keeping import Said
from retreats.house.models import HouseSettings
from retreats.reading import Reading, Values


@dataclass(frozen=True)
class Section:
    """A form. `read` gives columns of the house; what is wrong goes into the reading's errors."""

    name: str
    title: LazyString
    hint: LazyString
    stored: Callable[[Said | HouseSettings], Values]
    """Fields as a browser would send them; never a secret."""
    read: Callable[[Reading], dict[str, Any]]
    labels: dict[str, LazyString]

    def base(self, row: Said | HouseSettings) -> str:
        """A fingerprint of what stands now; the form carries it, so that nobody overwrites what they have not seen."""
        return hashlib.sha256(json.dumps(self.stored(row), sort_keys=True).encode()).hexdigest()[:32]

    def label(self, field: str) -> LazyString | str:
        """What a field is called."""
        plain = field.removesuffix("_en").removesuffix("_pt")
        return self.labels.get(field, self.labels.get(plain, field))


def kept_or_new(reading: Reading, name: str) -> dict[str, str | None]:
    """A secret as it is to be stored: nothing when it is to stay, None when it is to go."""
    if reading.ticked(f"{name}_remove"):
        return {name: None}
    typed = reading.line(name, most=300)
    return {name: typed} if typed else {}
