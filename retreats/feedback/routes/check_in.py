"""The check-in as those who lead run it, its sheet for the wall, where the sheet leads, and what organisers read of the rounds."""

from __future__ import annotations

from datetime import datetime

import segno
from flask import Response, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import current_person, facilitators_only, open_to_everyone, organisers_only, signed_in
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback import addresses, service, timeline
from retreats.feedback.models import CheckIn
from retreats.feedback.people import led
from retreats.feedback.queries.rounds import check_in_seen, hindsight, talks_wanted
from retreats.feedback.round_forms import LineForm
from retreats.feedback.routes import bp
from retreats.feedback.service.check_in import check_in_of, check_in_window, is_wanted, own_place
from retreats.feedback.service.rounds import round_takes
from retreats.languages import locale_of, offered, span, t
from retreats.refusals import NotFound
from retreats.web import limiter, page, seen_other

_A_HOUSE_FULL = "60 per hour"
"""Those who scan the sheet are all behind the same address of the house's own network."""


@bp.get("/facilitate/<slug>/check-in")
@facilitators_only
def check_in_of_mine(slug: str) -> Response:
    """When it is, who would like to talk, and what they said once it has closed."""
    return _staff_page(led(slug, current_person().id))


@bp.post("/facilitate/<slug>/check-in")
@facilitators_only
def switch_check_in(slug: str) -> AnyResponse:
    """Have a check-in in something short, or none."""
    gathering = led(slug, current_person().id)
    with writing():
        service.switch_check_in(gathering, wanted=request.form.get("wanted") == "yes")
    return seen_other(addresses.check_in_path(gathering))


@bp.post("/facilitate/<slug>/check-in/line")
@facilitators_only
def answer_check_in(slug: str) -> Response | AnyResponse:
    """Keep what was answered aloud."""
    gathering = led(slug, current_person().id)
    form = LineForm.read(request.form)
    if not form.errors:
        try:
            with writing():
                service.answer_check_in(gathering.id, form.both("heard"), form.both("tomorrow"), by=current_person())
        except service.QuotesSomebody:
            form.errors["heard_en"] = _(
                "Eight words in a row stand in what somebody wrote. Please say it in your own words."
            )
    if form.errors:
        return _staff_page(led(slug, current_person().id), form=form, status=422)
    return seen_other(f"{addresses.check_in_path(gathering)}#line")


@bp.post("/facilitate/<slug>/check-in/talks/<int:wish_id>")
@facilitators_only
def talk_held(slug: str, wish_id: int) -> AnyResponse:
    """I have been there."""
    gathering = led(slug, current_person().id)
    with writing():
        service.say_met(gathering.id, wish_id, by=current_person())
    return seen_other(addresses.check_in_path(gathering))


@bp.get("/facilitate/<slug>/check-in/sheet")
@facilitators_only
def check_in_sheet(slug: str) -> Response:
    """One page for the wall: what it is, until when, and a code that leads there."""
    gathering = led(slug, current_person().id)
    address = addresses.outward(_wall_path(gathering))
    code = segno.make(address, error="m").svg_data_uri(scale=8, border=4, light="#ffffff", dark="#000000")
    return page(
        "feedback/check_in_sheet.html", gathering=gathering, address=address, code=code, spoken=_on_the_wall(gathering)
    )


@bp.get("/gatherings/<slug>/check-in")
@open_to_everyone
def check_in_wall(slug: str) -> Response:
    """Where the sheet leads: by what one is signed in as, or by a letter. The same page for everybody."""
    return _wall_page(_with_check_in(slug))


@bp.get("/gatherings/<slug>/check-in/mine")
@signed_in
def check_in_mine(slug: str) -> AnyResponse:
    """On to one's own form. Nothing is written down of it."""
    gathering = _with_check_in(slug)
    place = own_place(gathering, current_person().id)
    if place is None:
        return seen_other(f"{_wall_path(gathering)}?said=none")
    return seen_other(f"{addresses.reflect_path(place)}/check-in")


@bp.post("/gatherings/<slug>/check-in")
@limiter.limit(_A_HOUSE_FULL)
@open_to_everyone
def send_own_link(slug: str) -> Response | AnyResponse:
    """Have one's own link sent. The answer is the same whether the address has a place here or not."""
    gathering = _with_check_in(slug)
    email = request.form.get("email", "").strip()[:254]
    if not _is_open(gathering):
        return seen_other(_wall_path(gathering))
    if "@" not in email:
        return _wall_page(gathering, email=email, error=_("Write the mail address with which you booked."), status=422)
    with writing():
        service.ask_for_own_link(gathering, email)
    return seen_other(f"{_wall_path(gathering)}?said=sent")


@bp.get("/organise/loop/<slug>/rounds")
@organisers_only
def rounds_of(slug: str) -> Response:
    """What the short rounds said, and what should have been explained before one booked: for the next page's promise."""
    gathering = catalogue.published(slug)
    return page("feedback/rounds_organise.html", gathering=gathering, rounds=hindsight(gathering))


def _with_check_in(slug: str) -> Gathering:
    gathering = catalogue.published(slug)
    if not is_wanted(gathering) or timeline.check_in_times(gathering) is None:
        raise NotFound
    return gathering


def _is_open(gathering: Gathering) -> bool:
    window = check_in_window(gathering)
    return window is not None and round_takes(window)


def _wall_path(gathering: Gathering) -> str:
    return f"/gatherings/{gathering.slug}/check-in"


def _times(gathering: Gathering) -> tuple[datetime | None, datetime | None]:
    return timeline.check_in_times(gathering) or (None, None)


def _on_the_wall(gathering: Gathering) -> list[tuple[str, str, str, str]]:
    """What the sheet says in each language of the house: code, title, question, and until when."""
    times = timeline.check_in_times(gathering)
    if times is None or not is_wanted(gathering):
        raise NotFound
    found = []
    for code in offered():
        with force_locale(locale_of(code)):
            when = _("Two minutes, without a name: %(when)s.", when=span(*times, gathering.zone))
            found.append((code, t(gathering.title), _("How is it so far?"), when))
    return found


def _wall_page(gathering: Gathering, *, email: str = "", error: str = "", status: int = 200) -> Response:
    opens, closes = _times(gathering)
    return page(
        "feedback/check_in_wall.html", status=status, gathering=gathering, opens=opens, closes=closes,
        is_open=_is_open(gathering), said=request.args.get("said", ""), now=clock.now(), email=email, error=error,
    )  # fmt: skip


def _staff_page(gathering: Gathering, *, form: LineForm | None = None, status: int = 200) -> Response:
    opens, closes = _times(gathering)
    line = check_in_of(gathering.id)
    return page(
        "feedback/check_in_staff.html", status=status, gathering=gathering, opens=opens, closes=closes, now=clock.now(),
        long=timeline.is_long(gathering), wanted=is_wanted(gathering), seen=check_in_seen(gathering),
        talks=talks_wanted([gathering.id]), line=line, form=form or _kept(line),
        contact=gathering.care_contact.name if gathering.care_contact else "",
    )  # fmt: skip


def _kept(line: CheckIn | None) -> LineForm:
    """The line as it stands, to be written anew."""
    if line is None:
        return LineForm()
    return LineForm(
        values={f"{name}_{code}": text for name in ("heard", "tomorrow") for code, text in getattr(line, name).items()}
    )
