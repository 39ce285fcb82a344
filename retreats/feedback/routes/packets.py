"""Taking something to supervision: choose, strike out, send, see who has looked, take back."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only, strongly
from retreats.catalogue.models import Gathering
from retreats.db import new_id, writing
from retreats.feedback.people import led
from retreats.feedback.queries import packets as reading
from retreats.feedback.queries.readable import has_read, window_after
from retreats.feedback.routes import bp
from retreats.feedback.row_ids import row_id
from retreats.feedback.service import packets
from retreats.feedback.supervisors import wrong_in
from retreats.languages import offered
from retreats.refusals import NotFound
from retreats.web import page, seen_other

LONGEST = 4000


@bp.get("/facilitate/<slug>/supervision")
@facilitators_only
def supervision(slug: str) -> Response:
    """What can be taken along, and what was."""
    return _desk(_read_by_me(slug))


@bp.post("/facilitate/<slug>/supervision")
@facilitators_only
def begin_packet(slug: str) -> Response | AnyResponse:
    """Choose themes and results."""
    gathering = _read_by_me(slug)
    packet_id = row_id(request.form.get("packet_id", "")) or new_id()
    themes = [found for each in request.form.getlist("themes") if (found := row_id(each))]
    try:
        with writing():
            packet = packets.begin_packet(
                packet_id, gathering.id, themes=themes, scales=request.form.getlist("scales"),
                question=_question(request.form), by=current_person(),
            )  # fmt: skip
    except packets.NothingToTake:
        sentence = _("Choose at least one theme or one question.")
        return _desk(gathering, errors={"themes": sentence}, question=_question(request.form), status=422)
    return seen_other(f"/facilitate/{gathering.slug}/supervision/{packet.id}")


@bp.get("/facilitate/<slug>/supervision/<int:packet_id>")
@facilitators_only
def packet(slug: str, packet_id: int) -> Response:
    """One of them: a draft with its texts, or what was sent and who has looked."""
    return _packet_page(_read_by_me(slug), packet_id)


@bp.post("/facilitate/<slug>/supervision/<int:packet_id>/texts/<int:point_id>")
@facilitators_only
def confirm_text(slug: str, packet_id: int, point_id: int) -> AnyResponse:
    """Take one text along without the words that were chosen, or leave it out."""
    gathering, person = _read_by_me(slug), current_person()
    with writing():
        if request.form.get("what") == "take":
            more = request.form.get(f"more-{point_id}", "")[:LONGEST].replace(";", ",").split(",")
            packets.take_text(
                packet_id, gathering.id, point_id, without=[*request.form.getlist(f"out-{point_id}"), *more], by=person
            )
        else:
            packets.leave_text(packet_id, gathering.id, point_id, by=person)
    return seen_other(f"/facilitate/{gathering.slug}/supervision/{packet_id}#text-{point_id}")


@bp.post("/facilitate/<slug>/supervision/<int:packet_id>/send")
@facilitators_only
@strongly
def send_packet(slug: str, packet_id: int) -> Response | AnyResponse:
    """Invite the supervisor."""
    gathering = _read_by_me(slug)
    values = {name: request.form.get(name, "").strip()[:200] for name in ("name", "email", "language")}
    errors = wrong_in(values)
    if not errors:
        language = values["language"] if values["language"] in offered() else current_person().language
        try:
            with writing():
                packets.send_packet(packet_id, gathering.id, name=values["name"], email=values["email"],
                                    language=language, by=current_person())  # fmt: skip
            return seen_other(f"/facilitate/{gathering.slug}/supervision/{packet_id}")
        except packets.WasThere:
            errors["email"] = _("Whoever was there, or led, would know everybody again. Choose somebody else.")
        except packets.NothingConfirmed:
            errors["email"] = _("What you chose has been taken back meanwhile: nothing is left to send.")
    return _packet_page(gathering, packet_id, errors=errors, values=values, status=422)


@bp.post("/facilitate/<slug>/supervision/<int:packet_id>/revoke")
@facilitators_only
def revoke_packet(slug: str, packet_id: int) -> AnyResponse:
    """Take it back."""
    gathering = _read_by_me(slug)
    with writing():
        packets.revoke_packet(packet_id, gathering.id, by=current_person())
    return seen_other(f"/facilitate/{gathering.slug}/supervision/{packet_id}")


def _read_by_me(slug: str) -> Gathering:
    gathering = led(slug, current_person().id)
    if not has_read(gathering.id, current_person().id):
        raise NotFound
    return gathering


def _question(sent: MultiDict[str, str]) -> str:
    return sent.get("question", "").replace("\r\n", "\n").replace("\x00", "")[:LONGEST]


def _desk(
    gathering: Gathering, *, errors: dict[str, str] | None = None, question: str = "", status: int = 200
) -> Response:
    window, person_id = window_after(gathering.id), current_person().id
    scales = set(reading.may_take_scales(gathering.id))
    return page(
        "feedback/supervision.html",
        status=status,
        gathering=gathering,
        packet_id=new_id(),
        packets=reading.packets_of(gathering.id, person_id),
        themes=reading.may_take_themes(gathering.id, person_id),
        questions=[each for each in window.form.questions if each.key in scales] if window else [],
        errors=errors or {},
        question=question,
    )


def _packet_page(
    gathering: Gathering, packet_id: int, *, errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    found = packets.own_packet(packet_id, gathering.id, by=current_person())
    return page(
        "feedback/packet.html",
        status=status,
        gathering=gathering,
        packet=found,
        shown=reading.shown(found),
        texts=reading.texts_to_take(found) if found.sent_at is None else [],
        errors=errors or {},
        values=values or {},
    )
