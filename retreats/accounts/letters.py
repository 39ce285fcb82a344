"""The letters of signing in and of inviting, in words."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _

from retreats.accounts import service
from retreats.accounts.models import Person, SignIn
from retreats.db import db
from retreats.events import PersonInvited, SignInAsked
from retreats.house.queries import current
from retreats.mail import service as mail
from retreats.mail.models import Letter


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
    }
    return _composed(person, "invitation", subjects[role], role=role,
                     href=f"{current().url}/sign-in")  # fmt: skip


def _composed(person: Person, name: str, subject: str, **values: object) -> mail.Composed:
    return mail.Composed(
        to_name=person.name,
        to_address=person.email,
        subject=subject,
        text=render_template(f"accounts/letters/{name}.txt", person=person, **values),
        html=render_template(f"accounts/letters/{name}.html", person=person, **values),
    )
