"""Who may call what: every route of the house, its methods and its guard. `test_who_may.py` holds the house to it.

everyone     anybody
own link     whoever holds the right key; with a wrong one it is as if there were nothing (404)
signature    a program that signs what it sends (400 otherwise)
signed in    whoever is signed in; others are led to /sign-in
owner        signed in, and it is theirs; for others 404
organiser    organisers; others who are signed in get 404
facilitator  facilitators; others who are signed in get 404
leader       facilitators who lead that gathering; for others 404
"""

from __future__ import annotations

TABLE: dict[str, tuple[str, str]] = {
    # accounts
    "accounts.sign_in": ("GET", "everyone"),
    "accounts.ask": ("POST", "everyone"),
    "accounts.sent": ("GET", "everyone"),
    "accounts.try_code": ("POST", "everyone"),
    "accounts.link": ("GET", "everyone"),
    "accounts.confirm": ("GET", "everyone"),
    "accounts.enter": ("POST", "everyone"),
    "accounts.again": ("POST", "everyone"),
    "accounts.sign_out": ("POST", "everyone"),
    "accounts.sessions": ("GET", "signed in"),
    "accounts.end": ("POST", "owner"),
    "accounts.end_others": ("POST", "signed in"),
    "accounts.speak": ("POST", "signed in"),
    # booking, for those who book
    "booking.register_form": ("GET", "everyone"),
    "booking.register": ("POST", "everyone"),
    "booking.wait_form": ("GET", "everyone"),
    "booking.wait": ("POST", "everyone"),
    "booking.waiting": ("GET", "everyone"),
    "booking_manage.cancel_form": ("GET", "own link"),
    "booking_manage.cancel": ("POST", "own link"),
    "booking_manage.cancel_place_form": ("GET", "own link"),
    "booking_manage.cancel_place": ("POST", "own link"),
    # pages
    "pages.home": ("GET", "everyone"),
    "pages.gatherings": ("GET", "everyone"),
    "pages.gathering": ("GET", "everyone"),
    "pages.series": ("GET", "everyone"),
    "pages.facilitators": ("GET", "everyone"),
    "pages.facilitator": ("GET", "everyone"),
    "pages.privacy": ("GET", "everyone"),
    "pages.terms": ("GET", "everyone"),
    "pages.imprint": ("GET", "everyone"),
    "pages.robots": ("GET", "everyone"),
    "pages.tile": ("GET", "everyone"),
    "pages.wall": ("GET", "everyone"),
    # upkeep
    "upkeep.live": ("GET", "everyone"),
    "upkeep.ready": ("GET", "everyone"),
}
