"""The letters of signing in, of roles, and of what was changed about somebody, in words."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from retreats.accounts import service
from retreats.accounts.models import AddressChange, Invitation, Person, SignIn
from retreats.db import db
from retreats.events import (
    AddressChangeAsked,
    AddressChanged,
    InvitationSent,
    PersonInvited,
    SecondFactorChanged,
    SignInAsked,
)
from retreats.house.queries import current
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.mail.words import in_both
from retreats.outbox.emit import occurrence


def write_sign_in(event: SignInAsked) -> None:
    """A way in was asked for: its letter goes out, if it leads anywhere.

    It stands on nobody's page: once used or ten minutes old it says nothing.
    """
    asked = db.session.get(SignIn, event.sign_in_id)
    if asked is not None and asked.person is not None and service.is_open(asked):
        mail.write("accounts.sign_in", occasion=str(asked.id), shelf=f"sign-in:{asked.id}",
                   language=asked.person.language, about={"sign_in_id": asked.id})  # fmt: skip


def sign_in(letter: Letter) -> mail.Composed:
    """The link and the code. Raises NoLongerNeeded when they open nothing any more."""
    asked = db.session.get(SignIn, letter.about["sign_in_id"])
    if asked is None or asked.person is None or not service.is_open(asked):
        raise mail.NoLongerNeeded
    code = service.short_code(asked)
    href = f"{current().url}/sign-in/link/{service.link_token(asked)}"
    return _composed(asked.person, "sign_in", _("Your way in to %(house)s", house=current().name),
                     href=href, code=f"{code[:3]} {code[3:]}")  # fmt: skip


def write_invitation(event: PersonInvited) -> None:
    """Somebody was given a role: they are told."""
    person = db.session.get_one(Person, event.person_id)
    mail.write("accounts.invitation", occasion=f"{person.id}:{event.role}", shelf=f"person:{person.id}",
               language=person.language, about={"person_id": person.id, "role": event.role})  # fmt: skip


def invitation(letter: Letter) -> mail.Composed:
    """What they may do now, and how they get in."""
    person = db.session.get(Person, letter.about["person_id"])
    role = letter.about["role"]
    if person is None or person.disabled_at is not None or not person.has_role(role):
        raise mail.NoLongerNeeded
    subjects = {
        "owner": _("You are now an owner of %(house)s", house=current().name),
        "organiser": _("You are now an organiser of %(house)s", house=current().name),
        "facilitator": _("You are now a facilitator at %(house)s", house=current().name),
        "care": _("You are now a care contact of %(house)s", house=current().name),
    }
    return _composed(person, "invitation", subjects[role], role=role,
                     href=f"{current().url}/sign-in")  # fmt: skip


def write_invited(event: InvitationSent) -> None:
    """Somebody is asked to take a role. The letter carries a key, so it stands on nobody's page."""
    invitation = db.session.get_one(Invitation, event.invitation_id)
    if invitation.generation == event.generation and service.state_of(invitation) == "pending":
        mail.write("accounts.invited", occasion=f"{invitation.id}:{event.generation}", shelf=f"invitation:{invitation.id}",
                   language=invitation.person.language,
                   about={"invitation_id": invitation.id, "generation": event.generation})  # fmt: skip


def invited(letter: Letter) -> mail.Composed:
    """Who asks, for what, and the link. Raises NoLongerNeeded once it was answered, taken back or sent anew."""
    invitation = db.session.get(Invitation, letter.about["invitation_id"])
    if invitation is None or invitation.generation != letter.about["generation"]:
        raise mail.NoLongerNeeded
    if service.state_of(invitation) != "pending" or invitation.person.disabled_at is not None:
        raise mail.NoLongerNeeded
    house, by = (
        current().name,
        invitation.by.name if invitation.by else current().name,
    )
    asks = {
        "owner": _("%(by)s asks you to look after %(house)s with them", by=by, house=house),
        "organiser": _("%(by)s asks you to become an organiser of %(house)s", by=by, house=house),
        "facilitator": _("%(by)s asks you to lead gatherings at %(house)s", by=by, house=house),
        "care": _("%(by)s asks you to be a care contact at %(house)s", by=by, house=house),
    }[invitation.role]
    before = [f"{asks}.", _("With the link you see what that means, and say yes. It works once, for fourteen days.")]
    after = [_("If you would rather not, do nothing. The link is yours alone: please do not pass it on.")]
    path = f"invitation/link/{service.invitation_token(invitation)}"
    return _note(invitation.person, asks, before, after, path=path, label=_("See the invitation"))


def write_address_change(event: AddressChangeAsked) -> None:
    """Another address was asked for: both mailboxes are. The letters carry keys, so they stand on nobody's page."""
    change = db.session.get_one(AddressChange, event.change_id)
    for side in ("old", "new"):
        mail.write("accounts.address", occasion=f"{change.id}:{side}", shelf=f"address:{change.id}:{side}",
                   language=change.person.language, about={"change_id": change.id, "side": side})  # fmt: skip


def address(letter: Letter) -> mail.Composed:
    """From which address to which, and the link. Raises NoLongerNeeded when it is over, or when the new address is
    somebody else's: then its owner hears nothing of it.
    """
    change = db.session.get(AddressChange, letter.about["change_id"])
    if change is None or not service.change_is_open(change):
        raise mail.NoLongerNeeded
    to_new = letter.about["side"] == "new"
    known = service.known_by(change.new_email)
    if to_new and known is not None and known.id != change.person_id:
        raise mail.NoLongerNeeded
    from_to = _("From now on we would write to %(new)s instead of %(old)s.", new=change.new_email, old=change.old_email)
    if to_new:
        first, last = _("you want to be known by this address at %(house)s.", house=current().name), _(
            "Did you not ask for this? Then somebody typed your address: do nothing, and nothing changes.")  # fmt: skip
    elif change.by_id is not None:
        first = _("the house was asked to know you by another address, because this mailbox is closed to you.")
        last = _("Is that not so? Open the link and say no; or answer this letter.")
    else:
        first = _("somebody who is signed in as you wants the house to know you by another address.")
        last = _("Was it not you? Open the link and say no: nothing changes, and whoever is signed in as you is out.")
    path = f"address/link/{service.change_token(change, 'new' if to_new else 'old')}"
    return _note(change.person, _("Another address for you?"), [first, from_to], [last], path=path,
                 label=_("Say yes or no"), to=change.new_email if to_new else change.old_email)  # fmt: skip


def write_address_changed(event: AddressChanged) -> None:
    """It was changed: the old mailbox is told."""
    change = db.session.get_one(AddressChange, event.change_id)
    mail.write("accounts.address_changed", occasion=str(change.id), shelf=f"address:{change.id}:old",
               language=change.person.language, about={"change_id": change.id})  # fmt: skip


def address_changed(letter: Letter) -> mail.Composed:
    """The last letter to the old address."""
    change = db.session.get(AddressChange, letter.about["change_id"])
    if change is None or change.done_at is None:
        raise mail.NoLongerNeeded
    before = [_("from now on we write to you at %(new)s, and no longer here. You sign in with that address.", new=change.new_email),
              _("Wherever else you were signed in, you are not any more.")]  # fmt: skip
    after = [_("Was this not you? Answer this letter at once: somebody from the house looks into it.")]
    return _note(change.person, _("Your address was changed"), before, after, to=change.old_email)


def write_second_factor(event: SecondFactorChanged) -> None:
    """Something about how somebody proves who they are is different: they are told, since it may not have been they."""
    person = db.session.get_one(Person, event.person_id)
    mail.write("accounts.second_factor", occasion=f"{person.id}:{occurrence()}", shelf=f"person:{person.id}",
               language=person.language, about={"person_id": person.id, "what": event.what})  # fmt: skip


def second_factor(letter: Letter) -> mail.Composed:
    """What is different."""
    person = db.session.get(Person, letter.about["person_id"])
    if person is None or person.disabled_at is not None:
        raise mail.NoLongerNeeded
    before = [{
        "app added": _("an authenticator app was set up for you. Its codes are asked for before health answers, exports and refunds."),
        "app removed": _("your authenticator app was given up. Its codes open nothing any more."),
        "passkey added": _("a passkey was set up for you. It is asked for before health answers, exports and refunds."),
        "passkey removed": _("one of your passkeys was given up. It opens nothing any more."),
        "codes renewed": _("you have ten new recovery codes. The old ones open nothing any more."),
        "code used": _("one of your recovery codes was used. It is good no more."),
        "reset": _("the house has taken your second factor away, because you could not use it any more. Sign in, and set up a new one."),
    }[letter.about["what"]]]  # fmt: skip
    after = [_("Was this not you? Then end your sessions on your page, and answer this letter.")]
    return _note(
        person, _("Your second factor"), before, after, path="me/second-factor", label=_("Look at your second factor")
    )


def _note(person: Person, subject: str, before: list[str], after: list[str], *, path: str = "", label: str = "",
          to: str = "") -> mail.Composed:  # fmt: skip
    href = f"{current().url}/{path}" if path else ""
    text, html = in_both("accounts/letters/note.letter", reader=person.name, before=before, after=after, href=href,
                         label=label)  # fmt: skip
    return mail.Composed(to_name=person.name, to_address=to or person.email, subject=subject, text=text, html=html)


def _composed(person: Person, name: str, subject: str, **values: object) -> mail.Composed:
    return mail.Composed(
        to_name=person.name,
        to_address=person.email,
        subject=subject,
        text=render_template(f"accounts/letters/{name}.txt", person=person, **values),
        html=render_template(f"accounts/letters/{name}.html", person=person, **values),
    )
