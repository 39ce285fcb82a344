"""The pages of the loop, by who looks at them."""

from flask import Blueprint

from retreats.feedback.help_lines import help_lines

bp = Blueprint("feedback", __name__)
bp.add_app_template_global(help_lines)

from retreats.feedback.routes import (  # noqa: E402  (they hang their routes on bp)
    answered,
    asking,
    before_rules,
    care,
    care_more,
    check_in,
    complaints,
    facilitate,
    follow_ups,
    form_choices,
    group_letter,
    learning,
    measures,
    next_steps,
    organise,
    own_questions,
    packets,
    points,
    preparing,
    private_note,
    promises,
    protection,
    public,
    reflect,
    rounds,
    supervision,
    themes,
)

__all__ = [
    "answered",
    "asking",
    "before_rules",
    "bp",
    "care",
    "care_more",
    "check_in",
    "complaints",
    "facilitate",
    "follow_ups",
    "form_choices",
    "group_letter",
    "learning",
    "measures",
    "next_steps",
    "organise",
    "own_questions",
    "packets",
    "points",
    "preparing",
    "private_note",
    "promises",
    "protection",
    "public",
    "reflect",
    "rounds",
    "supervision",
    "themes",
]
