"""The tables of people."""

from retreats.accounts.models.entering import SignedIn, SignIn
from retreats.accounts.models.people import ROLES, AddressChange, Invitation, Person, Role, filed
from retreats.accounts.models.proof import Authenticator, Guess, Passkey, RecoveryCode

__all__ = [
    "ROLES",
    "AddressChange",
    "Authenticator",
    "Guess",
    "Invitation",
    "Passkey",
    "Person",
    "RecoveryCode",
    "Role",
    "SignIn",
    "SignedIn",
    "filed",
]
