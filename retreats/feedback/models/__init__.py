"""The tables of the loop, by stage."""

from retreats.feedback.models.asking import EarlyQuestion, PageAnswer
from retreats.feedback.models.before import IntentionAnswer, Need, PrivateNote
from retreats.feedback.models.care import CareCase, CareNote, CareRelease
from retreats.feedback.models.complaints import Complaint, ComplaintLine
from retreats.feedback.models.decided import Change, ChangeShown, Decision, DecisionPoint
from retreats.feedback.models.learning import ComeBack, Development, Supervision
from retreats.feedback.models.packet import Packet, PacketPart, PacketText, PacketView
from retreats.feedback.models.pooled import Pool, PooledWords, PoolReader, YearReport
from retreats.feedback.models.preparing import NoteItem, PreparationNote
from retreats.feedback.models.protection import FirstReader, FirstReading
from retreats.feedback.models.released import Batch, GroupAnswer, Point, Reading
from retreats.feedback.models.rounds import CheckIn, GroupText, TalkWish
from retreats.feedback.models.rules import LoopRules
from retreats.feedback.models.sealed import FormWindow, LoopStep, SealedAnswer, SpentLocator
from retreats.feedback.models.themes import GroupLetter, Theme, ThemePoint
from retreats.feedback.models.thread import Message, PointStep, Reflection, Verdict

__all__ = [
    "Batch",
    "CareCase",
    "CareNote",
    "CareRelease",
    "Change",
    "ChangeShown",
    "CheckIn",
    "ComeBack",
    "Complaint",
    "ComplaintLine",
    "Decision",
    "DecisionPoint",
    "Development",
    "EarlyQuestion",
    "FirstReader",
    "FirstReading",
    "FormWindow",
    "GroupAnswer",
    "GroupLetter",
    "GroupText",
    "IntentionAnswer",
    "LoopRules",
    "LoopStep",
    "Message",
    "Need",
    "NoteItem",
    "Packet",
    "PacketPart",
    "PacketText",
    "PacketView",
    "PageAnswer",
    "Point",
    "PointStep",
    "Pool",
    "PoolReader",
    "PooledWords",
    "PreparationNote",
    "PrivateNote",
    "Reading",
    "Reflection",
    "SealedAnswer",
    "SpentLocator",
    "Supervision",
    "TalkWish",
    "Theme",
    "ThemePoint",
    "Verdict",
    "YearReport",
]
