"""The mail server, and the keys to Stripe."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from retreats.house.keeping import Said
from retreats.house.models import HouseSettings
from retreats.reading import Reading, Values
from retreats.setting_up.forms.section import Section, kept_or_new

SECURITY = {
    "starttls": _l("STARTTLS, mostly with port 587"),
    "tls": _l("TLS from the first moment, mostly with port 465"),
    "none": _l("None: only for a server on this same machine"),
}
_HERE = {"localhost", "127.0.0.1", "::1"}
_SHOWN = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:")


def _stored_mail(said: Said | HouseSettings) -> Values:
    return {
        "mail_server": said.mail_server,
        "mail_port": str(said.mail_port),
        "mail_security": said.mail_security,
        "mail_username": said.mail_username,
    }


def _read_mail(reading: Reading) -> dict[str, Any]:
    server, username = reading.line("mail_server"), reading.line("mail_username")
    security = reading.one_of("mail_security", SECURITY, fallback="starttls")
    if server and not set(server) <= _SHOWN:
        reading.errors["mail_server"] = _("Write the name of the server alone, like smtp.example.org.")
    if security == "none" and username and server not in _HERE:
        reading.errors["mail_security"] = _(
            "The password would travel in clear. Choose STARTTLS or TLS, or leave name and password empty."
        )
    return {
        "mail_server": server,
        "mail_port": reading.whole("mail_port", least=1, most=65535) or 587,
        "mail_security": security,
        "mail_username": username,
        **kept_or_new(reading, "mail_password"),
    }


MAIL = Section(
    "mail",
    _l("Mail"),
    _l("The server that takes the house’s letters, and a letter to try it"),
    _stored_mail,
    _read_mail,
    {
        "mail_server": _l("Mail server"),
        "mail_port": _l("Port"),
        "mail_security": _l("Encryption"),
        "mail_username": _l("User name"),
        "mail_password": _l("Password"),
    },
)


def _stored_money(said: Said | HouseSettings) -> Values:
    return {"takes_money": "yes" if said.takes_money else "no"}


def _read_money(reading: Reading) -> dict[str, Any]:
    key, webhook = kept_or_new(reading, "stripe_key"), kept_or_new(reading, "stripe_webhook")
    if not (key.get("stripe_key") or "sk_").startswith(("sk_", "rk_")):
        reading.errors["stripe_key"] = _(
            "A secret key begins with sk_ or rk_. Keys that begin with pk_ are for other uses."
        )
    if not (webhook.get("stripe_webhook") or "whsec_").startswith("whsec_"):
        reading.errors["stripe_webhook"] = _(
            "The signing secret begins with whsec_. Stripe shows it on the page of the endpoint."
        )
    return {"takes_money": reading.one_of("takes_money", ("yes", "no"), fallback="yes") == "yes", **key, **webhook}


MONEY = Section(
    "money",
    _l("Money"),
    _l("The keys to Stripe, and a small payment to try them"),
    _stored_money,
    _read_money,
    {
        "takes_money": _l("Does anything here cost something?"),
        "stripe_key": _l("Secret key"),
        "stripe_webhook": _l("Signing secret of the webhook"),
    },
)
