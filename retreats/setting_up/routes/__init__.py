"""The pages of setting up: the door by which the first owner comes in, the checklist, and a page for each step."""

from flask import Blueprint

bp = Blueprint("setting_up", __name__)

from retreats.setting_up.routes import checklist, door, legal, logo, sections, trials  # noqa: E402  (they hang their routes on bp)

__all__ = ["bp", "checklist", "door", "legal", "logo", "sections", "trials"]
