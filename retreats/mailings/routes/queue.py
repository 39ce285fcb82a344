"""What goes out in the days to come, and what went out; one letter opened, held back, let go or skipped."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import guards
from retreats.accounts.guards import organisers_only
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.mail import unreachable
from retreats.mailings import queue, service, showing, upcoming, wording
from retreats.mailings.timing import PURPOSES, Timed
from retreats.refusals import NotFound
from retreats.web import page, seen_other

bp = Blueprint("mailings_queue", __name__)
ONE = "/organise/letters/<slug>/<purpose>"


@bp.get("/organise/letters/")
@organisers_only
def letters() -> Response:
    """The next fourteen days, and the last."""
    now = clock.now()
    return page("mailings/queue.html", coming=queue.coming(now), gone=queue.gone(now), purposes=PURPOSES, days=queue.DAYS,
                now=now)  # fmt: skip


@bp.get(ONE)
@organisers_only
def letter(slug: str, purpose: str) -> Response:
    """One of them: who would get it now, and how it reads for each."""
    gathering, timed = _found(slug, purpose)
    readers = queue.readers(gathering, timed)
    chosen = next((each for each in readers if each.shelf == request.args.get("as")), readers[0] if readers else None)
    return page(
        "mailings/queued.html",
        gathering=gathering,
        timed=timed,
        title=PURPOSES[purpose],
        due=timed.due_at(gathering),
        now=clock.now(),
        outcome=upcoming.outcome_of(gathering, purpose),
        moment=wording.moment_words(timed),
        readers=readers,
        chosen=chosen,
        unreachable=len(unreachable.among(each.address for each in readers)),
        speaks=showing.speaks(timed.body, chosen),
        preview=showing.preview(gathering, timed.subject, timed.body, chosen, looks=guards.current_person(),
                                attended=purpose == "thanks"),
    )  # fmt: skip


@bp.post(f"{ONE}/hold")
@organisers_only
def hold_back(slug: str, purpose: str) -> AnyResponse:
    """Keep it back until somebody lets it go."""
    return _decide(slug, purpose, service.hold_back)


@bp.post(f"{ONE}/let-go")
@organisers_only
def let_go(slug: str, purpose: str) -> AnyResponse:
    """Let it go out after all."""
    return _decide(slug, purpose, service.let_go)


@bp.post(f"{ONE}/skip")
@organisers_only
def skip(slug: str, purpose: str) -> AnyResponse:
    """Let nobody get it."""
    return _decide(slug, purpose, service.skip)


def _decide(slug: str, purpose: str, decision: Callable[[int, str], None]) -> AnyResponse:
    gathering, _timed = _found(slug, purpose)
    word = decision.__name__
    try:
        with writing():
            decision(gathering.id, purpose)
    except service.AlreadyGone:
        word = "gone"
    return seen_other(url_for("mailings_queue.letter", slug=slug, purpose=purpose, done=word))


def _found(slug: str, purpose: str) -> tuple[Gathering, Timed]:
    if purpose not in PURPOSES:
        raise NotFound
    gathering = catalogue.opened(slug)
    return gathering, upcoming.letter_of(gathering, purpose)
