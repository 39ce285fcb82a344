"""The tables of what goes on between sessions."""

from retreats.practices.models.material import Material, MaterialPiece, PreparationItem, PreparationTick
from retreats.practices.models.practice import (
    Practice,
    PracticeComment,
    PracticeNote,
    PracticePlan,
    PracticeVersion,
    Reminding,
)

__all__ = [
    "Material",
    "MaterialPiece",
    "Practice",
    "PracticeComment",
    "PracticeNote",
    "PracticePlan",
    "PracticeVersion",
    "PreparationItem",
    "PreparationTick",
    "Reminding",
]
