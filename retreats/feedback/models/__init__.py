"""The tables of the loop, by stage."""

from retreats.feedback.models.before import IntentionAnswer, Need
from retreats.feedback.models.care import CareCase, CareNote
from retreats.feedback.models.decided import Change, ChangeShown, Decision
from retreats.feedback.models.released import Batch, GroupAnswer, Point, Reading
from retreats.feedback.models.rounds import CheckIn, GroupText, TalkWish
from retreats.feedback.models.sealed import FormWindow, LoopStep, SealedAnswer, SpentLocator
from retreats.feedback.models.thread import Message, PointStep, Reflection, Verdict

__all__ = [
    "Batch",
    "CareCase",
    "CareNote",
    "Change",
    "ChangeShown",
    "CheckIn",
    "Decision",
    "FormWindow",
    "GroupAnswer",
    "GroupText",
    "IntentionAnswer",
    "LoopStep",
    "Message",
    "Need",
    "Point",
    "PointStep",
    "Reading",
    "Reflection",
    "SealedAnswer",
    "SpentLocator",
    "TalkWish",
    "Verdict",
]
