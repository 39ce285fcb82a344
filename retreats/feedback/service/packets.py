"""The supervision packet: put together from themes and pooled results, freed of persons word by word, sent by a link for a time."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import delete, select

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.db import db, new_id
from retreats.events import PacketRevoked, PacketSent
from retreats.feedback.models import Packet, PacketPart, PacketText, PacketView
from retreats.feedback.queries.packets import may_take_scales, may_take_texts, may_take_themes
from retreats.feedback.queries.themes import themes_of
from retreats.feedback.service.turns import in_turn
from retreats.feedback.supervisors import was_there
from retreats.feedback.timeline import later
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

OPEN_DAYS = 30


class NothingToTake(Refusal):
    """A packet holds a theme of three points or more, or a question that five people or more have answered."""

    code = "nothing_to_take"
    status = 422


class WasThere(Refusal):
    """Who was there, or led, cannot be the supervisor: they would know everybody again."""

    code = "was_there"
    status = 422


class PacketGone(Refusal):
    """It was sent: what is in it stays as it was confirmed."""

    code = "packet_gone"


class NothingConfirmed(Refusal):
    """Everything that was chosen has vanished meanwhile."""

    code = "nothing_confirmed"
    status = 422


def begin_packet(
    packet_id: int, gathering_id: int, *, themes: Iterable[int], scales: Iterable[str], question: str, by: Person
) -> Packet:
    """Put a packet together, still without texts. Sent twice it is one (`packet_id` comes with the form).

    Raises NothingToTake when nothing may be taken of what was chosen, NotFound for somebody else's number, also for one
    theme of another gathering among those that were chosen: then nothing is put together.
    """
    in_turn("gathering", gathering_id)
    known = db.session.get(Packet, packet_id)
    if known is not None:
        return draft_of(packet_id, gathering_id, by=by)
    wanted = set(themes)
    if wanted - {each.theme.id for each in themes_of(gathering_id, by.id)}:
        raise NotFound
    chosen = [each for each in may_take_themes(gathering_id, by.id) if each.theme.id in wanted]
    pooled = [each for each in may_take_scales(gathering_id) if each in set(scales)]
    if not chosen and not pooled:
        raise NothingToTake
    packet = Packet(id=packet_id, gathering_id=gathering_id, owner_id=by.id, made_at=clock.now())
    packet.question = question.strip() or None
    db.session.add(packet)
    db.session.flush()
    db.session.add_all([PacketPart(id=new_id(), packet_id=packet.id, theme_id=each.theme.id) for each in chosen])
    db.session.add_all([PacketPart(id=new_id(), packet_id=packet.id, scale=each) for each in pooled])
    db.session.flush()
    return packet


def take_text(packet_id: int, gathering_id: int, point_id: int, *, without: Iterable[str], by: Person) -> None:
    """Take a text along without these words: its author allows it, and the facilitator has looked. Raises NotFound, PacketGone."""
    in_turn("gathering", gathering_id)
    packet = draft_of(packet_id, gathering_id, by=by)
    if all(point.id != point_id for point in may_take_texts(packet)):
        raise NotFound
    text = db.session.scalar(
        select(PacketText).where(PacketText.packet_id == packet.id, PacketText.point_id == point_id)
    )
    if text is None:
        text = PacketText(id=new_id(), packet_id=packet.id, point_id=point_id)
        db.session.add(text)
    text.struck = json.dumps(sorted({word.strip() for word in without if word.strip()}), ensure_ascii=False)
    db.session.flush()


def leave_text(packet_id: int, gathering_id: int, point_id: int, *, by: Person) -> None:
    """Leave a text out again. Raises NotFound, PacketGone."""
    packet = draft_of(packet_id, gathering_id, by=by)
    db.session.execute(delete(PacketText).where(PacketText.packet_id == packet.id, PacketText.point_id == point_id))


def send_packet(packet_id: int, gathering_id: int, *, name: str, email: str, language: str, by: Person) -> Packet:
    """Invite the supervisor by mail: for thirty days the link opens it. Once; the second time nothing happens.

    Raises NotFound, NothingConfirmed, WasThere.
    """
    in_turn("gathering", gathering_id)
    packet = own_packet(packet_id, gathering_id, by=by)
    if packet.sent_at is not None:
        return packet
    still = {each.theme.id for each in may_take_themes(gathering_id, by.id)}
    pooled = set(may_take_scales(gathering_id))
    if not any(each.theme_id in still or each.scale in pooled for each in packet.parts):
        raise NothingConfirmed
    supervisor = accounts.recognise(name=name, email=email, language=language)
    if supervisor.id == by.id or was_there(packet.gathering, supervisor):
        raise WasThere
    packet.supervisor_id, packet.sent_at = supervisor.id, clock.now()
    packet.expires_at = later(packet.sent_at, packet.gathering.zone, days=OPEN_DAYS)
    db.session.flush()
    emit(PacketSent(packet_id=packet.id, gathering_id=gathering_id))
    return packet


def revoke_packet(packet_id: int, gathering_id: int, *, by: Person) -> None:
    """Take it back: from now on the link opens nothing. Raises NotFound for one that was not sent."""
    packet = own_packet(packet_id, gathering_id, by=by)
    if packet.sent_at is None:
        raise NotFound
    if packet.revoked_at is None:
        packet.revoked_at = clock.now()
        db.session.flush()
        emit(PacketRevoked(packet_id=packet.id, gathering_id=gathering_id))


def note_view(packet_id: int) -> None:
    """Write down that it is opened now, before it shows."""
    db.session.add(PacketView(id=new_id(), packet_id=packet_id, viewed_at=clock.now()))
    db.session.flush()


def own_packet(packet_id: int, gathering_id: int, *, by: Person) -> Packet:
    """One's own packet of this gathering. Raises NotFound."""
    packet = db.session.get(Packet, packet_id)
    if packet is None or packet.gathering_id != gathering_id or packet.owner_id != by.id:
        raise NotFound
    return packet


def draft_of(packet_id: int, gathering_id: int, *, by: Person) -> Packet:
    """One's own packet that was not sent yet. Raises NotFound, PacketGone."""
    packet = own_packet(packet_id, gathering_id, by=by)
    if packet.sent_at is not None:
        raise PacketGone
    return packet
