"""Health for machines."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from retreats.accounts.guards import open_to_everyone
from retreats.db import db

bp = Blueprint("upkeep", __name__)


@bp.get("/health/live")
@open_to_everyone
def live() -> Response:
    """This process answers."""
    return jsonify(live=True)


@bp.get("/health/ready")
@open_to_everyone
def ready() -> Response:
    """This process can serve: its database answers."""
    db.session.execute(text("SELECT 1"))
    return jsonify(ready=True)
