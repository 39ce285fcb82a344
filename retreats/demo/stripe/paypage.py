"""The page on which people pay, and the look of the stand-in's pages. It works without script."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from werkzeug.wrappers import Request, Response

from retreats.demo.stripe import payments, sessions
from retreats.demo.stripe.decoding import Thing
from retreats.demo.stripe.desk import WAYS, Desk, Way
from retreats.demo.stripe.refused import Refused
from retreats.demo.stripe.words import WORDS, language, spoken

FOLDER = Path(__file__).parent / "pages"
LISBON = ZoneInfo("Europe/Lisbon")
HOW = {"pay": payments.pay, "slow": payments.pay_slowly, "decline": payments.decline}
_pages = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True)


def page(name: str, tongue: str, status: int = 200, *, onward: tuple[str | None, ...] = (), **values: Any) -> Response:
    """One page. `onward` are the addresses to which its forms may lead: a policy for forms also judges redirects."""
    values.setdefault("money", partial(spoken, tongue=tongue))
    body = _pages.get_template(name).render(tongue=tongue, words=WORDS[tongue], **values)
    response = Response(body, status, content_type="text/html; charset=utf-8")
    places = " ".join(sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, filter(None, onward))}))
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; form-action 'self' {places}".rstrip()
        + "; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Content-Language"] = tongue
    return response


def style() -> Response:
    return Response((FOLDER / "style.css").read_bytes(), content_type="text/css; charset=utf-8")


def unknown(request: Request) -> Response:
    tongue = language(request)
    words = WORDS[tongue]
    return page("said.html", tongue, 404, heading=words["unknown"], text=words["unknown_more"], way_back=None)


def show(desk: Desk, request: Request, identifier: str) -> Response:
    """The page of a session in the state it is in. Raises Refused for an unknown one."""
    sessions.let_time_pass(desk)
    session = desk.get("checkout.session", identifier)
    tongue = language(request, session["locale"])
    if session["status"] != "open":
        return _closed(session, tongue)
    intent = desk.ledger.find(session["payment_intent"] or "") or {}
    money = partial(spoken, currency=session["currency"], tongue=tongue)
    return page(
        *("pay.html", tongue),
        onward=(session["success_url"], session["cancel_url"]),
        session=session,
        amount=money(session["amount_total"]),
        money=money,
        declined=bool(intent.get("last_payment_error")),
        until=datetime.fromtimestamp(session["expires_at"], UTC).astimezone(LISBON).strftime("%H:%M"),
        ways=WAYS,
    )


def press(desk: Desk, request: Request, identifier: str) -> Response:
    """One of the page's buttons, then back to the house (303). Pressed again, it leads there again."""
    sessions.let_time_pass(desk)
    how = HOW.get(request.form.get("how", ""))
    if how is None:
        message = "Unknown button."
        raise Refused(message)
    way = Way.read(request.form.get("delivery", "normal"), request.form.get("seconds"))
    with desk.action(way):
        session = desk.get("checkout.session", identifier)
        if session["status"] == "open":
            how(desk, session)
    if session["status"] == "complete":
        return _see(success_url(session))
    return _see(f"/pay/{identifier}?lang={language(request, session['locale'])}")


def success_url(session: Thing) -> str:
    """https://docs.stripe.com/payments/checkout/custom-success-page"""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def state_of(session: Thing) -> str:
    """open, expired, paid, waiting (for the bank), failed or free."""
    if session["status"] != "complete":
        return str(session["status"])
    if session["payment_status"] != "unpaid":
        return "paid" if session["payment_status"] == "paid" else "free"
    return "waiting" if session.get("_waiting") else "failed"


def _closed(session: Thing, tongue: str) -> Response:
    words = WORDS[tongue]
    if session["status"] == "expired":
        back = session["cancel_url"]
        return page("said.html", tongue, 410, heading=words["expired"], text=words["expired_more"], way_back=back)
    text = words[f"done_{state_of(session)}"]
    return page("said.html", tongue, heading=words["done"], text=text, way_back=success_url(session))


def _see(url: str) -> Response:
    return Response(status=303, headers={"Location": url})
