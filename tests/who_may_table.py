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
    # booking, for those who run the house and those who lead
    "booking_organise.registrations": ("GET", "organiser"),
    "booking_organise.registration": ("GET", "organiser"),
    "booking_organise.send_link": ("POST", "organiser"),
    "booking_questions.questions": ("GET", "organiser"),
    "booking_questions.ask": ("POST", "organiser"),
    "booking_facilitate.who_comes": ("GET", "leader"),
    "booking_facilitate.attendance": ("POST", "leader"),
    # catalogue
    "catalogue.gatherings": ("GET", "organiser"),
    "catalogue.new": ("GET", "organiser"),
    "catalogue.begin": ("POST", "organiser"),
    "catalogue.gathering": ("GET", "organiser"),
    "catalogue.section": ("GET", "organiser"),
    "catalogue.save": ("POST", "organiser"),
    "catalogue.publish": ("POST", "organiser"),
    "catalogue.cancel_form": ("GET", "organiser"),
    "catalogue.cancel": ("POST", "organiser"),
    # payments
    "payments.checkout": ("GET", "own link"),
    "payments.open_checkout": ("POST", "own link"),
    "payments.come_back": ("GET", "own link"),
    "payments.webhook": ("POST", "signature"),
    # one's own bookings
    "bookings.registration": ("GET", "own link"),
    "bookings.registration_letter": ("GET", "own link"),
    "bookings.place": ("GET", "own link"),
    "bookings.place_letter": ("GET", "own link"),
    "bookings.invite": ("GET", "own link"),
    "me.me": ("GET", "signed in"),
    "me.my_letters": ("GET", "signed in"),
    "me.my_letter": ("GET", "owner"),
    "accounts.send_reflections": ("POST", "signed in"),
    "accounts.renew_feed": ("POST", "signed in"),
    "own_feed.feed": ("GET", "own link"),
    "day.day": ("GET", "organiser"),
    # the loop
    "feedback.how_we_listen": ("GET", "everyone"),
    "feedback.reflect": ("GET", "own link"),
    "feedback.before_form": ("GET", "own link"),
    "feedback.before": ("POST", "own link"),
    "feedback.after_form": ("GET", "own link"),
    "feedback.after": ("POST", "own link"),
    "feedback.withdraw": ("POST", "own link"),
    "feedback.held": ("POST", "own link"),
    "feedback.write": ("POST", "own link"),
    "feedback.verdict": ("POST", "own link"),
    "feedback.facilitate": ("GET", "facilitator"),
    "feedback.needs": ("GET", "leader"),
    "feedback.mark_needs": ("POST", "leader"),
    "feedback.reflection": ("GET", "leader"),
    "feedback.reflect_on": ("POST", "leader"),
    "feedback.after_gathering": ("GET", "leader"),
    "feedback.open_results": ("POST", "leader"),
    "feedback.point": ("GET", "leader"),
    "feedback.heard": ("POST", "leader"),
    "feedback.reply": ("POST", "leader"),
    "feedback.decide": ("POST", "leader"),
    "feedback.made": ("POST", "leader"),
    "feedback.promise": ("GET", "leader"),
    "feedback.care": ("GET", "owner"),
    "feedback.care_case": ("GET", "owner"),
    "feedback.open_case": ("POST", "owner"),
    "feedback.move_case": ("POST", "owner"),
    "feedback.note_down": ("POST", "owner"),
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
    "upkeep.deliveries": ("GET", "organiser"),
    "upkeep.retry": ("POST", "organiser"),
    "upkeep.drop": ("POST", "organiser"),
    "upkeep.close_item": ("POST", "organiser"),
}
