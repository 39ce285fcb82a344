"""The verbs of the catalogue."""

from retreats.catalogue.service.changes import (
    CareContact,
    CareContactLeads,
    Change,
    EditedMeanwhile,
    EndsBeforeStart,
    People,
    Promise,
    SlugTaken,
    WhenWhere,
    Words,
)
from retreats.catalogue.service.edit import NotReady, edit, opened, start
from retreats.catalogue.service.introduce import introduce
from retreats.catalogue.service.lists import (
    FewerThanTaken,
    Places,
    Programme,
    SessionRow,
    TicketInUse,
    TicketRow,
    currency_of,
)
from retreats.catalogue.service.missing import PROMISE_PARTS, Missing, missing
from retreats.catalogue.service.places import GatheringFull, NotOpen, give_back, take
from retreats.catalogue.service.postpone import DateHasPassed, NotToPostpone, postpone, resume
from retreats.catalogue.service.publish import (
    AlreadyCancelled,
    AlreadyOver,
    begin_due,
    cancel,
    end_due,
    next_turn,
    publish,
)
from retreats.catalogue.service.terms import put_terms_in_force
from retreats.catalogue.service.relied_on import NotSureYet

__all__ = [
    "PROMISE_PARTS",
    "AlreadyCancelled",
    "AlreadyOver",
    "CareContact",
    "CareContactLeads",
    "Change",
    "DateHasPassed",
    "EditedMeanwhile",
    "EndsBeforeStart",
    "FewerThanTaken",
    "GatheringFull",
    "Missing",
    "NotOpen",
    "NotReady",
    "NotSureYet",
    "NotToPostpone",
    "People",
    "Places",
    "Programme",
    "Promise",
    "SessionRow",
    "SlugTaken",
    "TicketInUse",
    "TicketRow",
    "WhenWhere",
    "Words",
    "begin_due",
    "cancel",
    "currency_of",
    "edit",
    "end_due",
    "give_back",
    "introduce",
    "missing",
    "next_turn",
    "opened",
    "postpone",
    "publish",
    "put_terms_in_force",
    "resume",
    "start",
    "take",
]
