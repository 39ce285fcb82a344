"""What a supervisor reads, by the link of their letter: looking at the cover changes nothing, opening it is written down."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from retreats import clock
from retreats.accounts.guards import by_own_link
from retreats.db import let_go, writing
from retreats.feedback import own_link
from retreats.feedback.models import Packet
from retreats.feedback.own_page import proved
from retreats.feedback.queries.packets import shown
from retreats.feedback.routes import bp
from retreats.feedback.service import packets
from retreats.feedback.supervision_link import packet_of
from retreats.refusals import Refusal
from retreats.web import page


class PacketOver(Refusal):
    """Its thirty days are over, or it was taken back."""

    code = "packet_over"
    status = 410


@bp.get("/supervision/<token>")
@by_own_link
def supervision_cover(token: str) -> Response:
    """The cover: from whom, until when, and one button."""
    found = _open(token)
    return page("feedback/supervision_link.html", packet=found, proof=own_link.proof(token), token=token, shown=None)


@bp.post("/supervision/<token>")
@proved
@by_own_link
def read_packet(token: str) -> Response:
    """Read it; that it was opened is shown to whoever sent it."""
    found = _open(token)
    if not own_link.proves(token, request.form.get("proof", "")):
        raise CSRFError(_("This form does not belong to this link."))
    with writing():
        packets.note_view(found.id)
    let_go()
    again = packet_of(token)
    return page("feedback/supervision_link.html", packet=again, proof="", token=token, shown=shown(again))


def _open(token: str) -> Packet:
    found = packet_of(token)
    if found.revoked_at is not None or found.expires_at is None or found.expires_at <= clock.now():
        raise PacketOver(_("This can no longer be read: its thirty days are over, or it was taken back."))
    return found
