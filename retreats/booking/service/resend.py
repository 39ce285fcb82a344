"""A letter once more."""

from __future__ import annotations

from retreats.booking.models import Place, Registration
from retreats.db import db
from retreats.events import LetterSentAgain
from retreats.mail import service as mail
from retreats.mail.models import Letter
from retreats.outbox import emit
from retreats.refusals import NotFound, Refusal

OURS = ("booking.", "payments.", "mailings.")
"""The letters that belong to a registration; what the loop writes is between its reader and whoever leads."""


class LetterNoLongerTrue(Refusal):
    """What this letter said is not so any more; it was not sent."""

    code = "letter_no_longer_true"


def shelves(registration: Registration) -> dict[str, Registration | Place]:
    """On which pages its letters stand, and whose they are."""
    return {f"registration:{registration.id}": registration} | {
        f"place:{each.id}": each for each in registration.places
    }


def send_again(registration_id: int, letter_id: int, *, turn: int) -> None:
    """Send a letter of this registration once more: from what is true now, in its reader's language, to their address.

    Pressed twice it is sent once (`turn` is how often it had been written when the page was opened). Raises
    LetterNoLongerTrue, or NotFound for a letter of elsewhere.
    """
    registration = db.session.get_one(Registration, registration_id, with_for_update=True)
    letter = db.session.get(Letter, letter_id)
    readers = shelves(registration)
    if letter is None or letter.shelf not in readers or not letter.kind.startswith(OURS):
        raise NotFound
    written = mail.write_again(
        letter, turn=turn, language=readers[letter.shelf].language, about=_as_it_stands(letter, registration)
    )
    if written is None:
        return
    try:
        mail.composed(written)
    except mail.NoLongerNeeded as gone:
        raise LetterNoLongerTrue from gone
    emit(LetterSentAgain(registration_id=registration.id, gathering_id=registration.gathering_id, letter_id=letter.id))


def _as_it_stands(letter: Letter, registration: Registration) -> dict[str, object]:
    """The same ids and amounts; where a place's calendar entry goes along, with the number that it has now."""
    own = registration.own_place
    place_id = letter.about.get("place_id", own.id if own else None)
    place = next((each for each in registration.places if each.id == place_id), None)
    return letter.about | ({"sequence": place.sequence} if "sequence" in letter.about and place is not None else {})
