"""The verbs of paying."""

from retreats.payments.service.checkout import NothingToPay, open_attempt, send_to_checkout
from retreats.payments.service.refunds import (
    book_refunds_of,
    refund_cancelled_place,
    refund_everything,
    refund_too_much,
    request_refund,
    send_refund,
)
from retreats.payments.service.settle import settle
from retreats.payments.service.watch import ask_stripe, close_checkout, close_outgrown, heed, look_again

__all__ = [
    "NothingToPay",
    "ask_stripe",
    "book_refunds_of",
    "close_checkout",
    "close_outgrown",
    "heed",
    "look_again",
    "open_attempt",
    "refund_cancelled_place",
    "refund_everything",
    "refund_too_much",
    "request_refund",
    "send_refund",
    "send_to_checkout",
    "settle",
]
