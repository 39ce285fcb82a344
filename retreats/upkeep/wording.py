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
