"""The steps, what the mail server said, and where a trial stands, in words."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

STEPS: dict[str, tuple[LazyString, LazyString]] = {
    "name": (_l("Name the house"), _l("What it is called, which languages it speaks, its currency and time zone.")),
    "mail": (_l("Let it send letters"), _l("An address that people can answer to, a mail server, and one letter to yourself that it took.")),
    "money": (_l("Let it take money"), _l("Keys to Stripe, and one small payment that goes back. Or say that everything here is free of charge.")),
    "legal": (_l("Put the legal pages in force"), _l("Privacy notice, terms and imprint, each from a text with blanks to fill.")),
    "help": (_l("Look at the help lines"), _l("Whom people in need can call at any hour. Those of Portugal are there already.")),
    "venue": (_l("Describe a place"), _l("A house with its rooms, how to get there, and what somebody with a wheelchair should know.")),
    "facilitator": (_l("Invite somebody who leads"), _l("They get a letter, and introduce themselves. It may be yourself.")),
    "care": (_l("Find a care contact"), _l("Somebody who does not lead, to whom people can say what is hard to say. Named with each gathering.")),
    "gathering": (_l("Begin a gathering"), _l("A kind and a title are enough; the rest can come piece by piece.")),
    "published": (_l("Publish it"), _l("Its page says what is missing, and has one button once nothing is.")),
}  # fmt: skip
"""What each step is called, and what it takes."""

MAIL_STEPS: dict[str, LazyString] = {
    "connect": _l("It answered"),
    "secure": _l("The connection was encrypted"),
    "sign_in": _l("It accepted name and password"),
    "sender": _l("It accepts letters from the house’s address"),
    "recipient": _l("It accepts letters to your address"),
    "letter": _l("It took the letter"),
}
MAIL_ADVICE: dict[str, LazyString] = {
    "connect": _l(
        "Nobody answered there. Look at the name of the server, at the port, and whether the encryption fits the port."
    ),
    "secure": _l(
        "The connection could not be encrypted, so nothing was sent. Choose another kind of encryption; if the certificate is wrong, ask whoever runs the mail server."
    ),
    "sign_in": _l(
        "It did not accept name and password. Type both again; some providers want a password made for programs only."
    ),
    "sender": _l(
        "It does not let the house write from its address. Use the address that belongs to this user, under “The house”."
    ),
    "recipient": _l(
        "It takes no letters for your address. Look whether your address is right, and whether the server lets you write to others."
    ),
    "letter": _l("It did not take the letter. What it said is the reason; your provider can explain it."),
}
MONEY_STATES: dict[str, tuple[LazyString, str]] = {
    "opened": (_l("not paid yet"), "wait"),
    "unpaid": (_l("not paid"), "quiet"),
    "paid": (_l("paid, and on its way back"), "wait"),
    "pending": (_l("paid, and the bank gives it back in some days"), "wait"),
    "refunded": (_l("paid and given back"), "good"),
    "failed": (_l("paid; giving it back failed"), "problem"),
}
