"""What failed, in the words of the house."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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


def open_item(item: OpenItem) -> str:
    """What about money needs a person."""
    return str(ITEMS.get(item.kind, item.kind))


AREAS: dict[str, tuple[LazyString, LazyString]] = {
    "database": (_l("Database"), _l("It answers, is at its newest migration, and keeps what it acknowledged.")),
    "worker": (_l("Worker"), _l("It sends letters and lets time pass, and has kept up. Nothing was given up.")),
    "owner": (_l("Owner"), _l("Somebody can come in and set the house up.")),
    "keys": (_l("Keys"), _l("Links open, and what is sealed can be read.")),
    "folder": (_l("Folder"), _l("It can be written to, and nobody else on the machine looks into it.")),
    "mail": (_l("Mail"), _l("The mail server answers.")),
    "money": (_l("Money"), _l("Stripe can be reached, or nothing here costs anything.")),
}
"""What the parts of the house are called, and what is true of each when all is well."""
