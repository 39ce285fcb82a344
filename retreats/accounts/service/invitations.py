"""Asking somebody by letter to take a role: pending, accepted, sent once more, taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal, cast

from sqlalchemy import CursorResult, select, update

from retreats import clock, links
from retreats.accounts.models import Invitation, Person
from retreats.accounts.service.entering import LinkUnreadable, begin_session
from retreats.accounts.service.people import give_role, recognise
from retreats.db import db, new_id
from retreats.events import InvitationAccepted, InvitationSent, InvitationTakenBack
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

INVITATION_LASTS = timedelta(days=14)
State = Literal["pending", "lapsed", "accepted", "taken back"]


class InvitationOver(Refusal):
    """This invitation was accepted, taken back or sent anew, or it has grown too old."""

    code = "invitation_over"
    status = 410


class HasTheRole(Refusal):
    """They hold this role already."""

    code = "has_the_role"


class IsDisabled(Refusal):
    """The house refuses this person; enable them first."""

    code = "is_disabled"


def send(email: str, *, name: str, role: str, language: str, by: Person) -> Invitation:
    """Ask somebody to take a role; who was asked and has not answered gets a new letter instead of a second invitation.

    A person is recognised by the address; a name the house knows stays. Raises HasTheRole, IsDisabled.
    """
    person = recognise(name=name, email=email, language=language)
    if person.disabled_at is not None:
        raise IsDisabled
    if person.has_role(role):
        raise HasTheRole
    invitation = _open_one(person.id, role)
    if invitation is None:
        invitation = Invitation(id=new_id(), person_id=person.id, role=role, sent_at=clock.real_now())
        db.session.add(invitation)
    return _sent(invitation, by)


def send_again(invitation_id: int, *, by: Person) -> Invitation:
    """A new letter with a new link; the old one opens nothing. Raises NotFound, InvitationOver."""
    invitation = db.session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        raise NotFound
    if invitation.accepted_at is not None or invitation.taken_back_at is not None:
        raise InvitationOver
    return _sent(invitation, by)


def take_back(invitation_id: int) -> Invitation:
    """Its link opens nothing from now on; nothing happens when it was accepted. Raises NotFound."""
    invitation = db.session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        raise NotFound
    if state_of(invitation) in {"pending", "lapsed"}:
        invitation.taken_back_at = clock.real_now()
        emit(InvitationTakenBack(invitation_id=invitation.id, person_id=invitation.person_id))
    return invitation


def state_of(invitation: Invitation) -> State:
    """How it stands."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.taken_back_at is not None:
        return "taken back"
    return "pending" if clock.real_now() - invitation.sent_at < INVITATION_LASTS else "lapsed"


def invitation_token(invitation: Invitation) -> str:
    """What the link in the letter carries."""
    return f"{invitation.id:x}-{links.derive('invitation', invitation.id, invitation.generation)}"


def invitation_of(token: str) -> Invitation:
    """The invitation that this link opens, still to be answered. Raises LinkUnreadable or InvitationOver."""
    shape = re.fullmatch(r"([0-9a-f]{1,16})-([a-z2-7]{32})", token)
    if shape is None:
        raise LinkUnreadable
    found = db.session.get(Invitation, int(shape[1], 16))
    if found is None or not links.matches(shape[2], "invitation", found.id, found.generation):
        raise InvitationOver
    if state_of(found) != "pending" or found.person.disabled_at is not None:
        raise InvitationOver
    return found


def accept(token: str) -> str:
    """Take the role, once, and begin a session: whoever has the letter has the mailbox. Gives the cookie's token.

    Raises LinkUnreadable or InvitationOver.
    """
    invitation = invitation_of(token)
    taken = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None), Invitation.taken_back_at.is_(None))
        .values(accepted_at=clock.real_now())
    )
    if cast("CursorResult[object]", taken).rowcount != 1:  # cast: an UPDATE always gives a cursor
        raise InvitationOver
    give_role(invitation.person, invitation.role)
    emit(InvitationAccepted(invitation_id=invitation.id, person_id=invitation.person_id, role=invitation.role))
    return begin_session(invitation.person)


def _open_one(person_id: int, role: str) -> Invitation | None:
    return db.session.scalar(
        select(Invitation)
        .where(Invitation.person_id == person_id, Invitation.role == role, Invitation.accepted_at.is_(None),
               Invitation.taken_back_at.is_(None))
        .with_for_update()
    )  # fmt: skip


def _sent(invitation: Invitation, by: Person) -> Invitation:
    invitation.generation, invitation.sent_at, invitation.by_id = (
        (invitation.generation or 0) + 1,
        clock.real_now(),
        by.id,
    )
    db.session.flush()
    emit(InvitationSent(invitation_id=invitation.id, person_id=invitation.person_id, generation=invitation.generation))
    return invitation
