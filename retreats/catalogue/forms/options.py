"""What can be chosen in the form of a gathering."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats.accounts import queries as people
from retreats.catalogue import queries, venue_queries
from retreats.catalogue.forms.when import MODE_WORDS
from retreats.catalogue.forms.words import KIND_WORDS, PROMISE_WORDS, SPOKEN
from retreats.catalogue.models import Gathering
from retreats.languages import t
from retreats.reading import zones

Options = dict[str, list[tuple[str, str]]]


def options(gathering: Gathering) -> Options:
    """For each field that offers a choice: its values with their words."""
    spaces = gathering.venue.spaces if gathering.venue else []
    return {
        "kind": [(value, str(words)) for value, words in KIND_WORDS.items()],
        "languages": [(value, str(words)) for value, words in SPOKEN.items()],
        "mode": [(value, str(words)) for value, words in MODE_WORDS.items()],
        "series": [("", _("None")), *((str(each.id), t(each.title)) for each in queries.all_series())],
        "venue": [
            ("", _("None yet")),
            *((str(each.id), f"{each.name}, {each.area}") for each in venue_queries.venues()),
        ],
        "leaders": _who_may_lead(gathering),
        "care": _care_contacts(gathering),
        "space": [("", _("Nowhere in particular")), *((str(each.id), each.name) for each in spaces)],
        "second": [
            ("", _("Choose")),
            ("first", _("The first time (summer time)")),
            ("second", _("The second time (winter time)")),
        ],
        "zone_keeps": [("clock", _("The clock time at the place")), ("moment", _("The moment, wherever one is"))],
        "zone": [(each, each) for each in zones()],
        "promise": [(part, str(words)) for part, words in PROMISE_WORDS.items()],
    }


def _who_may_lead(gathering: Gathering) -> list[tuple[str, str]]:
    """Everybody whom the house does not refuse, and whoever leads it now."""
    leading = {each.facilitator_id for each in gathering.leaders}
    return [(str(each.id), each.person.name) for each in queries.facilitators()
            if each.person.disabled_at is None or each.id in leading]  # fmt: skip


def _care_contacts(gathering: Gathering) -> list[tuple[str, str]]:
    """Those whom the house keeps as care contacts, and whoever is named now."""
    kept = {each.id: each.name for each in people.with_role("care")}
    if gathering.care_contact is not None:
        kept.setdefault(gathering.care_contact.id, gathering.care_contact.name)
    return [("", _("Nobody yet")), *((str(person_id), name) for person_id, name in kept.items())]
