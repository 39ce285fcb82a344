"""Who may come in, and who has to prove anew that it is they."""

from retreats.accounts.guards.entering import (
    Visitor,
    by_own_link,
    by_signature,
    current_person,
    facilitators_only,
    go_on,
    init_app,
    open_to_everyone,
    organisers_only,
    owners_only,
    sign_in,
    sign_out,
    signed_in,
    visitor,
)
from retreats.accounts.guards.proof import DEMO_CODE, proved_lately, strongly, strongly_if_set_up
from retreats.accounts.guards.turns import by_person, looking_up, one_at_a_time

__all__ = [
    "DEMO_CODE",
    "Visitor",
    "by_own_link",
    "by_person",
    "by_signature",
    "current_person",
    "facilitators_only",
    "go_on",
    "init_app",
    "looking_up",
    "one_at_a_time",
    "open_to_everyone",
    "organisers_only",
    "owners_only",
    "proved_lately",
    "sign_in",
    "sign_out",
    "signed_in",
    "strongly",
    "strongly_if_set_up",
    "visitor",
]
