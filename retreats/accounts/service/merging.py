"""Two records of one person: what accounts keep is put together, and only the address of the other stays."""

from __future__ import annotations

from sqlalchemy import delete, update

from retreats import clock
from retreats.accounts.models import (
    AddressChange,
    Authenticator,
    Guess,
    Invitation,
    Passkey,
    Person,
    RecoveryCode,
    Role,
    SignedIn,
    SignIn,
)
from retreats.accounts.service.people import end_all_sessions
from retreats.db import db, new_id
from retreats.events import PersonMerged, PersonRenamed
from retreats.outbox import emit


def take_over(old: Person, new: Person) -> None:
    """`new` holds the roles of both; name and address of `new` stay, unless only `old` had chosen a name.

    What proved who `old` is proves nothing for `new`: app, passkeys and recovery codes of `old` are gone. Everybody is
    signed out. `old` keeps nothing but its address, by which `new` is recognised from now on.
    """
    _move_roles(old, new)
    for table in (Authenticator, Passkey, RecoveryCode, Guess, AddressChange):
        db.session.execute(delete(table).where(table.person_id == old.id))
    now = clock.real_now()
    db.session.execute(update(AddressChange).where(AddressChange.by_id == old.id).values(by_id=new.id))
    db.session.execute(update(SignIn).where(SignIn.person_id == old.id, SignIn.used_at.is_(None)).values(used_at=now))
    for column in (SignIn.person_id, SignedIn.person_id, Invitation.by_id):
        db.session.execute(update(column.class_).where(column == old.id).values({column: new.id}))
    _move_invitations(old, new)
    db.session.execute(update(Person).where(Person.merged_into_id == old.id).values(merged_into_id=new.id))
    end_all_sessions(new.id)
    _leave_the_address(old, new)
    emit(PersonMerged(person_id=new.id, merged_id=old.id))


def _move_roles(old: Person, new: Person) -> None:
    for role in [each.role for each in old.roles]:
        if not new.has_role(role):
            new.roles.append(Role(id=new_id(), role=role))
    for held in list(old.roles):
        old.roles.remove(held)
        db.session.delete(held)
    db.session.flush()


def _move_invitations(old: Person, new: Person) -> None:
    """What `old` was still asked is taken back: the letters went to an address that signs nobody in any more."""
    open_ones = update(Invitation).where(
        Invitation.person_id == old.id, Invitation.accepted_at.is_(None), Invitation.taken_back_at.is_(None)
    )
    db.session.execute(open_ones.values(taken_back_at=clock.real_now()))
    db.session.execute(update(Invitation).where(Invitation.person_id == old.id).values(person_id=new.id))


def _leave_the_address(old: Person, new: Person) -> None:
    if new.legal_name is None:
        new.legal_name = old.legal_name
    if old.name_chosen and not new.name_chosen:
        new.name, new.name_chosen = old.name, True
    old.name, old.name_chosen, old.legal_name = "", False, None
    old.merged_into_id, old.disabled_at = new.id, old.disabled_at or clock.now()
    db.session.flush()
    if new.name_chosen:
        emit(PersonRenamed(person_id=new.id))
