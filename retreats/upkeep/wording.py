"""What failed, in the words of the house."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.mail import failures
from retreats.outbox.models import Delivery
from retreats.payments.models import OpenItem

ERRANDS: dict[str, LazyString] = {
    "house": _l("Something in our own books"),
    "money": _l("Something at Stripe"),
    "letters": _l("A letter"),
}
ITEMS: dict[str, LazyString] = {
    "inquiry": _l("A bank asks about a payment"),
    "dispute": _l("A payment was disputed"),
    "refund_failed": _l("A refund failed: the money has to go back another way"),
    "refund_not_possible": _l("A refund could not be made by itself"),
    "pay_back_by_hand": _l("Money that came in by hand has to go back by hand"),
    "amount_differs": _l("The amount paid is not the amount agreed"),
}


def consequence(delivery: Delivery) -> str:
    """What did not happen: on which errand, and after which event."""
    return _("%(what)s (%(reaction)s, after %(event)s)", what=ERRANDS[delivery.errand], reaction=delivery.reaction,
             event=delivery.event.name)  # fmt: skip


def why_it_rests(last_error: str | None) -> str:
    """Its last failure: of letters a sentence, of everything else the kind of fault."""
    _kind, _colon, failure = (last_error or "").partition(": ")
    sentence = failures.said(failure)
    return sentence if sentence != failure else last_error or ""


def open_item(item: OpenItem) -> str:
    """What about money needs a person."""
    return str(ITEMS.get(item.kind, item.kind))


AREAS: dict[str, tuple[LazyString, LazyString]] = {
    "database": (_l("Database"), _l("It answers, is at its newest migration, and keeps what it acknowledged.")),
    "worker": (_l("Worker"), _l("It sends letters and lets time pass, and has kept up. Nothing was given up.")),
    "owner": (_l("Owner"), _l("Somebody can come in and set the house up.")),
    "backup": (_l("Backup"), _l("One was made within two days, or there is nothing to lose yet.")),
    "keys": (_l("Keys"), _l("Links open, and what is sealed can be read.")),
    "folder": (_l("Folder"), _l("It can be written to, and nobody else on the machine looks into it.")),
    "mail": (_l("Mail"), _l("The mail server answers.")),
    "money": (_l("Money"), _l("Stripe can be reached, or nothing here costs anything.")),
}
"""What the parts of the house are called, and what is true of each when all is well."""
LETTERS: dict[str, LazyString] = {
    "accounts": _l("About signing in"),
    "booking": _l("About bookings"),
    "feedback": _l("About what people say afterwards, and its answers"),
    "mailings": _l("To those of a gathering"),
    "payments": _l("About money"),
    "practices": _l("About what people practise"),
    "conversation": _l("About conversations after a gathering"),
}
"""What letters are about, by the part of the house that writes them."""
FELL_DUE: dict[str, LazyString] = {
    "CareCopyRaised": _l("Words that the care contact should see"),
    "CareUnseen": _l("Something the care contact has not seen for a day"),
    "ConversationDigestDue": _l("News that somebody wrote in a conversation"),
    "CheckInOpened": _l("Invitations to say how it is so far"),
    "CheckInClosed": _l("What people said in the middle of a gathering, handed to those who lead"),
    "FollowUpOpened": _l("Invitations to say how it is some time later"),
    "FollowUpReminded": _l("Reminders to say how it is some time later"),
    "FollowUpHeld": _l("Words from some time later held back, because too few answered"),
    "FollowUpReleased": _l("Words from some time later handed to those who led"),
    "DigestDue": _l("News of what became of what was said"),
    "FeedbackHeld": _l("Words held back, because too few answered"),
    "FeedbackOpened": _l("Invitations to say how it was"),
    "FeedbackReleased": _l("Words handed to those who led"),
    "FeedbackReminded": _l("Reminders to say how it was"),
    "FormWentOn": _l("Forms that rested for two weeks, and go on"),
    "GatheringEnded": _l("Gatherings that are over"),
    "GatheringStarted": _l("Gatherings that have begun"),
    "HoldLapsed": _l("Places that were not paid in time, and become free"),
    "NeedsDue": _l("Needs that those who lead should read"),
    "NeedsTold": _l("Answers to what people need"),
    "RemindersDue": _l("Reminders of what people chose to practise"),
    "PaymentUnsure": _l("Payments to ask Stripe about"),
    "TimedLetterDue": _l("Letters before or after a gathering, whose time has come"),
    "PointLapsed": _l("Points that stayed without an answer"),
}
"""What the clock brings about, for whoever looks before a restored house goes on."""


def waiting_letters(kinds: dict[str, int]) -> dict[str, int]:
    """How many letters of what kind wait, in words."""
    found: dict[str, int] = {}
    for kind, count in kinds.items():
        about = str(LETTERS.get(kind.partition(".")[0], _l("About something else")))
        found[about] = found.get(about, 0) + count
    return found


def fell_due(names: dict[str, int]) -> dict[str, int]:
    """What fell due, in words."""
    found: dict[str, int] = {}
    for name, count in names.items():
        what = str(FELL_DUE.get(name, _l("Something else")))
        found[what] = found.get(what, 0) + count
    return found
