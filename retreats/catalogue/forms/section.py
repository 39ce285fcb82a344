"""What all sections of the gathering form have in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString

from retreats.catalogue.models import Gathering
from retreats.catalogue.service import Change
from retreats.reading import Reading, Values
from retreats.refusals import Refusal


@dataclass(frozen=True)
class Section:
    """One part of the form: how it looks when opened, how it is read, and what its fields are called."""

    name: str
    title: LazyString
    hint: LazyString
    stored: Callable[[Gathering], Values]
    read: Callable[[Reading, Gathering], Change]
    labels: dict[str, LazyString]
    """By the field's bare name: without its row in front and its language behind."""
    explain: Callable[[Refusal], tuple[str, str]] | None = None
    """The field and the sentence for a refusal of the verb."""

    def base(self, gathering: Gathering) -> str:
        """A fingerprint of what stands now; the form carries it, so that nobody overwrites what they have not seen."""
        return hashlib.sha256(json.dumps(self.stored(gathering), sort_keys=True).encode()).hexdigest()[:32]

    def label(self, field: str) -> LazyString | str:
        """What a field is called."""
        return label_of(self.labels, field)


def label_of(labels: dict[str, LazyString], field: str) -> LazyString | str:
    """What a field is called: by its bare name, without its row in front and its language behind."""
    bare = field.rpartition("-")[2]
    for suffix in ("", "_en", "_pt"):
        if bare.endswith(suffix) and bare.removesuffix(suffix) in labels:
            return labels[bare.removesuffix(suffix)]
    return bare
