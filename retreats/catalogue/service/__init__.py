"""The verbs of the catalogue."""

from retreats.catalogue.service.changes import (
    CareContact,
    CareContactDisabled,
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
from retreats.catalogue.service.clashes import Clash, clashes
from retreats.catalogue.service.copy import copy
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
from retreats.catalogue.service.people import Leading, follow_name, leading, leads_and_cares, take_over
from retreats.catalogue.service.pictures import Cover, NoCover, portray, unportray
from retreats.catalogue.service.places import GatheringFull, NotOpen, give_back, take
from retreats.catalogue.service.postpone import DateHasPassed, NotToPostpone, postpone, resume
from retreats.catalogue.service.profiles import AlreadyIntroduced, Profile, change_profile, present
from retreats.catalogue.service.publish import (
    AlreadyCancelled,
    AlreadyOver,
    begin_due,
    cancel,
    end_due,
    next_turn,
    publish,
)
from retreats.catalogue.service.relied_on import NotSureYet
from retreats.catalogue.service.series import add_to_series, begin_series, name_series
from retreats.catalogue.service.terms import put_terms_in_force
from retreats.catalogue.service.venues import SpaceInUse, SpaceRow, VenueFacts, change_venue, found_venue

__all__ = [
    "PROMISE_PARTS",
    "AlreadyCancelled",
    "AlreadyIntroduced",
    "AlreadyOver",
    "CareContact",
    "CareContactDisabled",
    "CareContactLeads",
    "Change",
    "Clash",
    "Cover",
    "DateHasPassed",
    "EditedMeanwhile",
    "EndsBeforeStart",
    "FewerThanTaken",
    "GatheringFull",
    "Leading",
    "Missing",
    "NoCover",
    "NotOpen",
    "NotReady",
    "NotSureYet",
    "NotToPostpone",
    "People",
    "Places",
    "Profile",
    "Programme",
    "Promise",
    "SessionRow",
    "SlugTaken",
    "SpaceInUse",
    "SpaceRow",
    "TicketInUse",
    "TicketRow",
    "VenueFacts",
    "WhenWhere",
    "Words",
    "add_to_series",
    "begin_due",
    "begin_series",
    "cancel",
    "change_profile",
    "change_venue",
    "clashes",
    "copy",
    "currency_of",
    "edit",
    "end_due",
    "follow_name",
    "found_venue",
    "give_back",
    "introduce",
    "leading",
    "leads_and_cares",
    "missing",
    "name_series",
    "next_turn",
    "opened",
    "portray",
    "postpone",
    "present",
    "publish",
    "put_terms_in_force",
    "resume",
    "start",
    "take",
    "take_over",
    "unportray",
]
