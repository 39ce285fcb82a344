"""The demonstration's own pages: people, mailbox, clock, beginning again. They exist only in demo mode."""

from __future__ import annotations

import math
from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.guards import open_to_everyone, sign_in
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.db import db, writing
from retreats.demo import beginning, clockwork, mailbox
from retreats.demo.people import PERSONA, PERSONAS
from retreats.feedback import timeline
from retreats.feedback.queries import caring
from retreats.languages import language
from retreats.refusals import NotFound
from retreats.web import content_policy, csrf, page, seen_other

bp = Blueprint("demo", __name__)


@bp.get("/demo/")
@open_to_everyone
def index() -> Response:
    """As whom to look around, what to try, and the clock."""
    next_moment = clockwork.next_moment()
    just_over = select(Gathering).where(Gathering.state == "over", Gathering.ends_at > clock.now() - _A_WEEK)
    heard, after = _gathering("body-and-word-breath"), db.session.scalars(just_over).all()
    return page(
        "demo/index.html",
        personas=PERSONAS,
        now=clock.now(),
        next_moment=next_moment,
        speaker=PERSONA["marta" if language() == "pt" else "ada"],
        heard=heard,
        has_just_ended=heard in after,
        following=_gathering("body-and-word-voice"),
        coming=_gathering("slow-weekend-beginning-again"),
        past=_gathering("slow-weekend-listening"),
        steps=_steps_to_the_middle(),
        after=after,
        answered=request.args.get("answered", type=int),
        answered_at="besides" if request.args.get("at") == "besides" else "walk",
        wrong=request.args.get("wrong"),
    )


def _steps_to_the_middle() -> dict[str, str]:
    """How far the clock has to go until the coming weekend is asked in its middle, and until that closes; while it is ahead."""
    coming = _gathering("slow-weekend-beginning-again")
    times = timeline.check_in_times(coming) if coming is not None else None
    if times is None:
        return {}
    return {
        name: f"{math.ceil((moment - clock.now()) / timedelta(minutes=1))}m"
        for name, moment in zip(("opens", "closes"), times, strict=True)
        if moment > clock.now()
    }


def _gathering(slug: str) -> Gathering | None:
    return db.session.scalar(select(Gathering).where(Gathering.slug == slug))


@bp.post("/demo/sign-in")
@open_to_everyone
def become() -> Response | AnyResponse:
    """Be one of the people here (`email`). The second factor counts as shown for a while."""
    beginning.refuse_unless_invented()
    person = db.session.scalar(select(Person).where(Person.email == request.form.get("email", "").strip().lower()))
    if person is None:
        raise NotFound
    home = _home_of(person)
    with writing():
        token = accounts.begin_session(person, proved_for=accounts.FRESH)
    sign_in(token)
    return _done({"signed_in": person.email}, home)


def _home_of(person: Person) -> str:
    if person.has_role("organiser"):
        return "/organise/"
    if person.has_role("facilitator"):
        return "/facilitate/"
    return "/care/" if caring.is_care_contact(person.id) else "/me/"


@bp.post("/demo/clock")
@open_to_everyone
def move() -> Response | AnyResponse:
    """Let time pass (`advance=90m`, `3d`, or `next`): answers once everything that became due is delivered."""
    beginning.refuse_unless_invented()
    asked = request.form.get("advance", "")
    try:
        length = _to_the_next() if asked == "next" else clockwork.read(asked)
    except clockwork.NoSuchStep:
        if _is_program():
            return _json({"error": "Say how far: 90m, 12h, 3d or 1w, at most 366d."}, 422)
        return seen_other("/demo/?wrong=step#clock")
    stops = clockwork.advance(length)
    asked_from = request.form.get("back", "")
    back = asked_from if asked_from in {"walk", "besides"} else "clock"
    return _done({"now": clock.now().isoformat(), "stops": stops}, f"/demo/#{back}")


def _to_the_next() -> timedelta:
    moment = clockwork.next_moment()
    if moment is None:
        raise clockwork.NoSuchStep
    return max(moment - clock.now(), timedelta(seconds=1)) + timedelta(seconds=1)


@bp.post("/demo/reset")
@open_to_everyone
def reset() -> Response | AnyResponse:
    """Begin again: answers once the first letters are in the mailbox."""
    beginning.begin_again()
    clockwork.settle()
    return _done({"reset": True}, "/demo/")


@bp.get("/demo/mailbox")
@open_to_everyone
def mails() -> Response:
    """Every letter, newest first; of one reader with `to`."""
    to = request.args.get("to", "")
    everything = mailbox.letters(beginning.mail_folder())
    shown = [mail for mail in everything if not to or mail.to == to]
    return page("demo/mailbox.html", mails=shown, to=to, readers=sorted({mail.to for mail in everything}))


@bp.get("/demo/mailbox.json")
@open_to_everyone
def mails_for_programs() -> Response:
    """The same for programs."""
    found = mailbox.letters(beginning.mail_folder())
    return jsonify([{"to": mail.to, "subject": mail.subject, "date": mail.sent_at.isoformat() if mail.sent_at else "",
                     "eml": f"/demo/mailbox/{mail.number}.eml"}
                    for mail in found])  # fmt: skip


@bp.get("/demo/mailbox/<int:number>")
@open_to_everyone
def mail(number: int) -> Response:
    """One letter: how it looks, its text, and its calendar entry."""
    found = _mail(number)
    answer = page("demo/mail.html", mail=found, text=found.body("plain"), invite=found.invite())
    answer.headers["Content-Security-Policy"] = f"{content_policy()}; frame-src 'self'"
    return answer


@bp.get("/demo/mailbox/<int:number>/html")
@open_to_everyone
def mail_html(number: int) -> Response:
    """The HTML part alone, for a frame without rights. Its own styles are allowed here, scripts are not.

    Its links lead out of the frame: no page of the house lets itself be shown in one.
    """
    answer = make_response(_mail(number).body("html").replace("<head>", '<head><base target="_top">', 1))
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox allow-popups "
        "allow-top-navigation-by-user-activation; frame-ancestors 'self'; base-uri 'self'"
    )
    return answer


@bp.get("/demo/mailbox/<int:number>.eml")
@open_to_everyone
def mail_file(number: int) -> Response:
    """The letter as it arrived."""
    _mail(number)
    answer = make_response((beginning.mail_folder() / f"{number}.eml").read_bytes())
    answer.content_type = "message/rfc822"
    return answer


def _mail(number: int) -> mailbox.Mail:
    found = mailbox.letter(beginning.mail_folder(), number)
    if found is None:
        raise NotFound
    return found


def _is_program() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _done(facts: dict[str, object], address: str) -> Response | AnyResponse:
    return _json(facts, 200) if _is_program() else seen_other(address)


def _json(facts: dict[str, object], status: int) -> Response:
    answer = jsonify(facts)
    answer.status_code = status
    return answer


for _for_programs_too in (become, move, reset):
    csrf.exempt(_for_programs_too)
_A_WEEK = timedelta(days=8)
