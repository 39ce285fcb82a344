"""What became of a letter that an owner sent to themselves."""

from __future__ import annotations

from retreats import clock
from retreats.accounts.models import Person
from retreats.db import db, new_id
from retreats.house.queries import MailServer
from retreats.mail.trying import STEPS, Heard
from retreats.setting_up.fingerprints import of_mail
from retreats.setting_up.models import MailTrial


def note_mail_trial(server: MailServer, heard: list[Heard], *, by: Person) -> MailTrial:
    """Keep what the server answered."""
    trial = MailTrial(
        id=new_id(),
        person_id=by.id,
        server=of_mail(server),
        heard=[{"step": each.step, "answer": each.answer, "is_good": each.is_good} for each in heard],
        is_taken=bool(heard) and heard[-1].step == STEPS[-1] and heard[-1].is_good,
        tried_at=clock.now(),
    )
    db.session.add(trial)
    db.session.flush()
    return trial
