"""The money of one registration, for the organiser: every movement, and what is noted by hand or sent back.

What gives money back has routes of its own, so that more can be asked of whoever does it.
"""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import organisers_only, strongly
from retreats.booking import organising
from retreats.booking import service as booking
from retreats.booking.models import BY_HAND, Registration
from retreats.db import writing
from retreats.languages import money as as_money
from retreats.payments import queries, service
from retreats.reading import Reading, Values, as_values
from retreats.web import page, seen_other

bp = Blueprint("payments_organise", __name__)
ONE = "/organise/gatherings/<slug>/registrations/<reference>/money"
RECEIVED, PAID_BACK, REFUND = "received", "paid_back", "refund"
"""The three forms; a field's name begins with the form's."""


@bp.get(ONE)
@organisers_only
def money(slug: str, reference: str) -> Response:
    """What was agreed, came in, went back and is owed."""
    return _page(organising.registration_in(slug, reference))


def _page(found: Registration, values: Values | None = None, errors: dict[str, str] | None = None, *,
          asks: int | None = None) -> Response:  # fmt: skip
    under_way, stuck = queries.on_their_way_back(found.id)
    reversed_ids = {entry.reverses for entry in found.ledger}
    return page(
        "payments/organise/money.html",
        status=422 if errors else 200,
        registration=found,
        gathering=found.gathering,
        balance=booking.balance(found),
        owed=booking.owed(found),
        under_way=under_way,
        stuck=stuck,
        by_hand_most=service.can_be_given_back(found),
        refund_most=min(service.can_be_given_back(found), service.can_go_back(found.id)),
        can_reverse={e.id for e in found.ledger if e.by_hand and e.reverses is None and e.id not in reversed_ids},
        values=values or {},
        errors=errors or {},
        asks=asks,
        key=secrets.token_hex(12),
    )


@bp.post(f"{ONE}/received")
@organisers_only
def receive(slug: str, reference: str) -> Response | AnyResponse:
    """Note money that came in, in cash or on the account."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    amount, way, key = _read(reading, RECEIVED)
    if reading.errors:
        return _page(found, as_values(request.form), reading.errors)
    try:
        with writing():
            service.receive(found.id, amount, way=way, key=key, knowingly=reading.ticked("received_knowingly"))
    except service.MoreThanOwed as more:
        wrong = _("Only %(amount)s is owed. If it is right, say so below.",
                  amount=as_money(more.owed_minor, found.currency))  # fmt: skip
        again = organising.registration_in(slug, reference)
        return _page(again, as_values(request.form), {"received_amount": wrong}, asks=amount)
    return _done(slug, reference, "received")


@bp.post(f"{ONE}/paid-back")
@organisers_only
@strongly
def pay_back(slug: str, reference: str) -> Response | AnyResponse:
    """Note money that somebody of the house has given back."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    amount, way, key = _read(reading, PAID_BACK)
    if reading.errors:
        return _page(found, as_values(request.form), reading.errors)
    try:
        with writing():
            service.pay_back(found.id, amount, way=way, key=key)
    except service.MoreThanHeld as more:
        return _too_much(slug, reference, PAID_BACK, more.held_minor)
    return _done(slug, reference, "paid_back")


@bp.post(f"{ONE}/refund")
@organisers_only
@strongly
def refund(slug: str, reference: str) -> Response | AnyResponse:
    """Let the payment provider give money back, the way it came."""
    found, reading = organising.registration_in(slug, reference), Reading(request.form)
    amount, _way, key = _read(reading, REFUND)
    if reading.errors:
        return _page(found, as_values(request.form), reading.errors)
    try:
        with writing():
            service.send_back(found.id, amount, key=key)
    except service.MoreThanHeld as more:
        return _too_much(slug, reference, REFUND, more.held_minor)
    except service.Disputed:
        again = organising.registration_in(slug, reference)
        return _page(again, as_values(request.form), {
            "refund_amount": _("A bank is asked to take this payment back. Until that is decided nothing can go back besides."),
        })  # fmt: skip
    return _done(slug, reference, "refunded")


@bp.post(f"{ONE}/entries/<int:entry_id>/reverse")
@organisers_only
@strongly
def reverse(slug: str, reference: str, entry_id: int) -> AnyResponse:
    """Take back what was noted by hand, by a counter-entry: nothing is deleted."""
    found = organising.registration_in(slug, reference)
    try:
        with writing():
            service.reverse(found.id, entry_id)
    except service.MoreThanHeld:
        return _done(slug, reference, "gone_back")
    return _done(slug, reference, "reversed")


def _read(reading: Reading, form: str) -> tuple[int, str, str]:
    """The amount, how it moved, and the key of the form, which enters it once."""
    field = f"{form}_amount"
    amount = reading.amount(field)
    if not amount:
        reading.errors.setdefault(field, _("Write an amount like 480 or 480.50."))
    key = reading.line("key", most=64)
    key = f"{form}-{key if re.fullmatch(r'[0-9a-f]{8,64}', key) else secrets.token_hex(12)}"
    way = reading.one_of(f"{form}_way", BY_HAND)
    if not way and form != REFUND:
        reading.errors[f"{form}_way"] = _("Say whether it was cash or a transfer.")
    return amount or 0, way, key


def _too_much(slug: str, reference: str, form: str, held_minor: int) -> Response:
    found = organising.registration_in(slug, reference)
    wrong = _("At most %(amount)s can go back this way.", amount=as_money(held_minor, found.currency))
    return _page(found, as_values(request.form), {f"{form}_amount": wrong})


def _done(slug: str, reference: str, word: str) -> AnyResponse:
    return seen_other(url_for("payments_organise.money", slug=slug, reference=reference, done=word))
