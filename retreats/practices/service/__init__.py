"""The verbs of what goes on between sessions."""

from retreats.practices.service.material import EnoughMaterial, Given, add, change, of_gathering, remove
from retreats.practices.service.noting import comment, delete_note, note_down, show, take_back
from retreats.practices.service.offering import ThreeAreEnough, Words, offer, revise, withdraw
from retreats.practices.service.personal import export, forget, let_go, take_over
from retreats.practices.service.planning import PlanIncomplete, choose, forget_plan, may_practise, move
from retreats.practices.service.preparing import Item, tick, write_list
from retreats.practices.service.reminding import NoMoreReminders, next_reminder, remind, reminders_due

__all__ = [
    "EnoughMaterial",
    "Given",
    "Item",
    "NoMoreReminders",
    "PlanIncomplete",
    "ThreeAreEnough",
    "Words",
    "add",
    "change",
    "choose",
    "comment",
    "delete_note",
    "export",
    "forget",
    "forget_plan",
    "let_go",
    "may_practise",
    "move",
    "next_reminder",
    "note_down",
    "of_gathering",
    "offer",
    "remind",
    "reminders_due",
    "remove",
    "revise",
    "show",
    "take_back",
    "take_over",
    "tick",
    "withdraw",
    "write_list",
]
