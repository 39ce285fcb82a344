"""What is set for answering and for care: by the house, or otherwise for one gathering."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Select, select

from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.catalogue.queries import is_led_by
from retreats.db import Localised, db
from retreats.events import LoopRulesSet
from retreats.feedback.models import LoopRules
from retreats.feedback.models.rules import OF_THE_HOUSE
from retreats.outbox import emit
from retreats.refusals import Refusal

ANSWER_DAYS, LONGEST = 3, 21


class NotIndependent(Refusal):
    """Who looks after what weighs on people does not lead the gathering, and is not its care contact already."""

    code = "not_independent"
    status = 422


@dataclass(frozen=True)
class Rules:
    """What holds for a gathering, the house's word taken where it has none of its own."""

    answer_days: int = ANSWER_DAYS
    deputy: Person | None = None
    reader: Person | None = None
    professional: Localised = field(default_factory=dict)
    professional_url: str = ""


def rules_of(gathering_id: int | None = None) -> Rules:
    """What holds for this gathering; without one, for the house. A deputy or reader who is disabled is none."""
    found = {each.id: each for each in db.session.scalars(_rows(gathering_id))}
    house, own = found.get(OF_THE_HOUSE), found.get(gathering_id or OF_THE_HOUSE)
    days = [each.answer_days for each in (own, house) if each and each.answer_days is not None]
    deputies = [each.deputy for each in (own, house) if each and each.deputy and each.deputy.disabled_at is None]
    reader = house.reader if house and house.reader and house.reader.disabled_at is None else None
    return Rules(
        answer_days=days[0] if days else ANSWER_DAYS,
        deputy=deputies[0] if deputies else None,
        reader=reader,
        professional=house.professional if house else {},
        professional_url=house.professional_url if house else "",
    )


def own_rules(gathering_id: int | None = None) -> LoopRules | None:
    """What was set for this gathering itself, or for the house itself."""
    return db.session.get(LoopRules, gathering_id or OF_THE_HOUSE)


def set_rules(
    gathering: Gathering | None, *, answer_days: int | None, deputy_id: int | None, reader_id: int | None = None,
    professional: Localised | None = None, professional_url: str = "", by: Person,
) -> None:  # fmt: skip
    """Set them; None: as the house has it. Raises NotIndependent."""
    if gathering is not None and deputy_id is not None and not _may_stand_in(gathering, deputy_id):
        raise NotIndependent
    rules_id = gathering.id if gathering else OF_THE_HOUSE
    row = db.session.get(LoopRules, rules_id)
    if row is None:
        row = LoopRules(id=rules_id, gathering_id=gathering.id if gathering else None)
        db.session.add(row)
    row.answer_days, row.deputy_id = answer_days, deputy_id
    if gathering is None:
        row.reader_id, row.professional, row.professional_url = reader_id, professional or {}, professional_url
    else:
        gathering.version += 1
    db.session.flush()
    emit(LoopRulesSet(gathering_id=gathering.id if gathering else 0, person_id=by.id))


def _may_stand_in(gathering: Gathering, person_id: int) -> bool:
    return person_id != gathering.care_contact_id and not is_led_by(gathering, person_id)


def _rows(gathering_id: int | None) -> Select[LoopRules]:
    return select(LoopRules).where(LoopRules.id.in_([OF_THE_HOUSE, gathering_id or OF_THE_HOUSE]))
