"""The pages of the closed conversation: by own link, and for those who led."""

from datetime import datetime, timedelta

from flask import Blueprint

from retreats.conversation.timeline import is_there
from retreats.languages import day

bp = Blueprint("conversation", __name__)


@bp.app_template_global()
def last_day(midnight: datetime, zone: str) -> str:
    """The day that ends with this midnight."""
    return day(midnight - timedelta(minutes=1), zone)


bp.add_app_template_global(is_there, "has_conversation")

from retreats.conversation.routes import facilitate, own  # noqa: E402  (they hang their routes on bp)

__all__ = ["bp", "facilitate", "own"]
