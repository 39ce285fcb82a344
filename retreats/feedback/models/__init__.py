"""The tables of the loop, by stage."""

from retreats.feedback.models.before import IntentionAnswer, Need
from retreats.feedback.models.care import CareCase, CareNote
from retreats.feedback.models.decided import Change, ChangeShown, Decision, DecisionPoint
from retreats.feedback.models.learning import ComeBack, Development, Supervision
from retreats.feedback.models.packet import Packet, PacketPart, PacketText, PacketView
from retreats.feedback.models.protection import FirstReader, FirstReading
from retreats.feedback.models.released import Batch, GroupAnswer, Point, Reading
from retreats.feedback.models.rounds import CheckIn, GroupText, TalkWish
from retreats.feedback.models.sealed import FormWindow, LoopStep, SealedAnswer, SpentLocator
from retreats.feedback.models.themes import GroupLetter, Theme, ThemePoint
from retreats.feedback.models.thread import Message, PointStep, Reflection, Verdict

__all__ = [
    "Batch",
    "CareCase",
    "CareNote",
    "Change",
    "ChangeShown",
    "CheckIn",
    "ComeBack",
    "Decision",
    "DecisionPoint",
    "Development",
    "FirstReader",
    "FirstReading",
    "FormWindow",
    "GroupAnswer",
    "GroupLetter",
    "GroupText",
    "IntentionAnswer",
    "LoopStep",
    "Message",
    "Need",
    "Packet",
    "PacketPart",
    "PacketText",
    "PacketView",
    "Point",
    "PointStep",
    "Reading",
    "Reflection",
    "SealedAnswer",
    "SpentLocator",
    "Supervision",
    "TalkWish",
    "Theme",
    "ThemePoint",
    "Verdict",
]
