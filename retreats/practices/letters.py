"""Letters about practices. None of them carries a plan or a note, or says which practice was chosen."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats.booking.models import Place
from retreats.catalogue.models import Gathering
from retreats.db import db
from retreats.events import PracticeCommented, PracticeShown, RemindersDue
from retreats.feedback import addresses, composing
from retreats.feedback.people import leaders_of
from retreats.languages import t
from retreats.mail.models import Letter
from retreats.mail.service import Composed, NoLongerNeeded, write
from retreats.mail.words import in_both
from retreats.practices.service.planning import may_practise
from retreats.practices.service.reminding import MOST, has_something_going, may_be_reminded, reminding_of


def reminder(letter: Letter) -> Composed:
    """To somebody who asked to be reminded. Whoever has stopped meanwhile gets none, also of those on their way."""
    place = composing.place_of(letter)
    reminding = reminding_of(place.id)
    if reminding is None or reminding.state not in {"going", "done"} or not has_something_going(place.id):
        raise NoLongerNeeded
    if not may_practise(place) or not may_be_reminded(place):
        raise NoLongerNeeded
    number, title = letter.about["number"], t(place.gathering.title)
    path = addresses.outward(addresses.reflect_path(place))
    text, html = in_both("practices/letters/reminder.letter", reader=place.called, title=title, number=number, most=MOST,
                         href=f"{path}/practices", stop=f"{path}/practices/reminders/stop")  # fmt: skip
    return Composed(to_name=place.called, to_address=place.email or "", text=text, html=html,
                    subject=_("What you wanted to practise: %(title)s", title=title))  # fmt: skip


def commented(letter: Letter) -> Composed:
    """To somebody who showed a note: those who lead wrote something to it."""
    place = composing.place_of(letter)
    title = t(place.gathering.title)
    before = [
        _("somebody who led “%(title)s” has written to you about what you showed from your practice.", title=title)
    ]
    return composing.to_place(place, _("An answer to what you showed: %(title)s", title=title), before, [],
                              path="/practices#mine", label=_("Read it"))  # fmt: skip


def shown(letter: Letter) -> Composed:
    """To somebody who leads: somebody shows them a note."""
    person, gathering = composing.leader_of(letter)
    title = t(gathering.title)
    before = [_("somebody who was at “%(title)s” shows you something from their practice. They can take it back at any time, "
                "and wait for no answer; if you have one, it reaches them.", title=title)]  # fmt: skip
    return composing.to_person(person, _("Shown to you: %(title)s", title=title), before,
                               path=f"/facilitate/{gathering.slug}/practices#shown", label=_("Read it"))  # fmt: skip


def on_reminders_due(event: RemindersDue) -> None:
    """One reminder to one attendee."""
    generation = db.session.get_one(Place, event.place_id).generation
    _to_place(
        event.place_id, "practices.reminder", f"{event.place_id}:{generation}:{event.number}", number=event.number
    )


def on_commented(event: PracticeCommented) -> None:
    """Tell the author."""
    _to_place(event.place_id, "practices.commented", f"{event.place_id}:{event.moment}")


def on_shown(event: PracticeShown) -> None:
    """Tell those who lead."""
    gathering = db.session.get_one(Gathering, event.gathering_id)
    for person in leaders_of(gathering):
        write("practices.shown", occasion=f"{event.place_id}:{event.moment}:{person.id}", shelf=f"person:{person.id}",
              language=person.language, about={"person_id": person.id, "gathering_id": gathering.id})  # fmt: skip


def _to_place(place_id: int, kind: str, occasion: str, **more: int) -> None:
    place = db.session.get_one(Place, place_id)
    write(kind, occasion=occasion, shelf=f"place:{place.id}", language=place.language,
          about={"place_id": place.id, **more})  # fmt: skip
