"""The verbs of paying."""

from retreats.payments.service.by_hand import (
    Disputed,
    MoreThanHeld,
    MoreThanOwed,
    can_be_given_back,
    pay_back,
    receive,
    reverse,
    send_back,
)
from retreats.payments.service.checkout import NothingToPay, open_attempt, send_to_checkout
from retreats.payments.service.refunds import (
    book_refunds_of,
    can_go_back,
    refund_cancelled_place,
    refund_everything,
    refund_too_much,
    request_refund,
    send_refund,
)
from retreats.payments.service.settle import settle
from retreats.payments.service.watch import ask_stripe, close_checkout, close_outgrown, heed, look_again

__all__ = [
    "Disputed",
    "MoreThanHeld",
    "MoreThanOwed",
    "NothingToPay",
    "ask_stripe",
    "book_refunds_of",
    "can_be_given_back",
    "can_go_back",
    "close_checkout",
    "close_outgrown",
    "heed",
    "look_again",
    "open_attempt",
    "pay_back",
    "receive",
    "refund_cancelled_place",
    "refund_everything",
    "refund_too_much",
    "request_refund",
    "reverse",
    "send_back",
    "send_refund",
    "send_to_checkout",
    "settle",
]
