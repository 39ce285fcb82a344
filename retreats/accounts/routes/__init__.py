"""The pages of people themselves: coming in, what one is called, how one proves it, and invitations."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from retreats.accounts.routes import address, entering, invited, own, proof  # noqa: E402  (they hang their routes on bp)

__all__ = ["address", "bp", "entering", "invited", "own", "proof"]
