"""The short rounds of the loop, each with what it asks: the check-in during a gathering, and how it is some weeks and months later."""

from __future__ import annotations

from dataclasses import dataclass

from retreats.feedback import timeline


@dataclass(frozen=True)
class Round:
    """One short form, sealed as the form after is, and passed on once."""

    occasion: str
    form: str
    """Under which occasion the house's questions for it stand."""
    path: str
    """Below one's own link."""
    scales: tuple[str, ...]
    texts: tuple[str, ...]
    care: str | None = None
    """The question that is the care contact's only."""
    days: int = 0
    """How many days after the end it is asked; 0 during the gathering."""

    @property
    def asks(self) -> tuple[str, ...]:
        """Every question of it whose answers are sealed."""
        return (*self.scales, *self.texts)


CHECK_IN = Round("check_in", "check_in", "check-in", ("B1", "B2", "B3"), ("B4", "B5"))
TALK = "B6"
"""The check-in's last question. It is answered by name, and is no part of what is sealed."""
FOLLOW_UPS = {
    days: Round(f"day_{days}", "follow_up", f"later/{days}", ("D1", "D3", "D5", *(("D8",) if days == timeline.OUTCOME_DAYS else ())),
                ("D2", "D6", "D7"), "D4", days)
    for days in timeline.FOLLOW_UP_DAYS
}  # fmt: skip
ROUNDS = {each.occasion: each for each in (CHECK_IN, *FOLLOW_UPS.values())}
HINDSIGHT = "D6"
"""What should have been explained before one booked: those who write a gathering's page read it too, and the form says so."""
