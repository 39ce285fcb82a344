"""Passkeys (Web Authentication, level 3): a device signs our challenge, and the library checks what it signed."""

from __future__ import annotations

from typing import cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
)

from retreats import clock, links
from retreats.accounts.models import Passkey, Person, SignedIn
from retreats.accounts.service.proof import ProofWrong, RelyingParty, SetUp, note_added, note_removed, prove
from retreats.db import db, new_id
from retreats.refusals import NotFound

LONGEST = 20_000
"""Characters of what a device answers; the library reads CBOR out of it."""


def creation_options(person: Person, session_id: int, proofs: int, house: RelyingParty) -> str:
    """What the browser needs to make a passkey for this person, as JSON. Those they have are not made twice."""
    return options_to_json(
        generate_registration_options(
            rp_id=house.host,
            rp_name=house.name,
            user_id=links.derive("passkey of", person.id).encode(),
            user_name=person.email,
            user_display_name=person.name,
            challenge=_challenge(session_id, proofs),
            authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.DISCOURAGED),
            exclude_credentials=_known(person.id),
        )
    )


def request_options(person_id: int, session_id: int, proofs: int, house: RelyingParty) -> str:
    """What the browser needs to ask one of this person's passkeys, as JSON; empty when there is none."""
    known = _known(person_id)
    if not known:
        return ""
    return options_to_json(
        generate_authentication_options(
            rp_id=house.host, challenge=_challenge(session_id, proofs), allow_credentials=known
        )
    )


def add_passkey(person_id: int, session_id: int, answer: str, *, name: str, house: RelyingParty) -> SetUp:
    """Keep the public half of a new passkey. Raises ProofWrong."""
    proofs = _use_challenge(session_id)
    try:
        made = verify_registration_response(
            credential=answer[:LONGEST],
            expected_challenge=_challenge(session_id, proofs),
            expected_rp_id=house.host,
            expected_origin=house.origin,
        )
    except WebAuthnException as error:
        raise ProofWrong from error
    db.session.add(Passkey(id=new_id(), person_id=person_id, credential_id=made.credential_id, name=name,
                           public_key=made.credential_public_key, sign_count=made.sign_count,
                           added_at=clock.real_now()))  # fmt: skip
    try:
        db.session.flush()
    except IntegrityError as error:
        raise ProofWrong from error
    return note_added(person_id, session_id, "passkey added")


def prove_by_passkey(person_id: int, session_id: int, answer: str, *, house: RelyingParty) -> str:
    """One of this person's passkeys signed: the session counts as proved. Gives its new token.

    Raises ProofWrong, also for a device whose count of signatures has not grown (Web Authentication, 7.2 step 22).
    """
    proofs = _use_challenge(session_id)
    try:
        credential = parse_authentication_credential_json(answer[:LONGEST])
        key = db.session.scalar(
            select(Passkey)
            .where(Passkey.person_id == person_id, Passkey.credential_id == credential.raw_id)
            .with_for_update()
        )
        if key is None:
            raise ProofWrong
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge(session_id, proofs),
            expected_rp_id=house.host,
            expected_origin=house.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        )
    except WebAuthnException as error:
        raise ProofWrong from error
    key.sign_count, key.used_at = shown.new_sign_count, clock.real_now()
    db.session.flush()
    return prove(person_id, session_id)


def remove_passkey(person_id: int, passkey_id: int) -> None:
    """Forget one of their passkeys. Raises NotFound for anybody else's."""
    gone = db.session.execute(delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id))
    if not cast("CursorResult[object]", gone).rowcount:  # cast: a DELETE always gives a cursor
        raise NotFound
    note_removed(person_id, "passkey removed")


def _challenge(session_id: int, proofs: int) -> bytes:
    """Made of the session and of how often it has been asked, so that nothing need be stored to check it (160 bits)."""
    return links.derive("challenge", session_id, proofs).encode()


def _use_challenge(session_id: int) -> int:
    """The number of the challenge now open, used up by this."""
    proofs = db.session.scalar(select(SignedIn.proofs).where(SignedIn.id == session_id).with_for_update())
    db.session.execute(update(SignedIn).where(SignedIn.id == session_id).values(proofs=SignedIn.proofs + 1))
    return proofs or 0


def _known(person_id: int) -> list[PublicKeyCredentialDescriptor]:
    found = db.session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person_id))
    return [PublicKeyCredentialDescriptor(id=each) for each in found]
