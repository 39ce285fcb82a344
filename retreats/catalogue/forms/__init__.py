"""The form of a gathering, in sections."""

from retreats.catalogue.forms.lists import PLACES, PROGRAMME
from retreats.catalogue.forms.section import Section
from retreats.catalogue.forms.when import PEOPLE, WHEN
from retreats.catalogue.forms.words import PROMISE, WORDS

SECTIONS = {section.name: section for section in (WORDS, WHEN, PEOPLE, PLACES, PROGRAMME, PROMISE)}

__all__ = ["SECTIONS", "Section"]
