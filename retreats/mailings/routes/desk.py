"""Writing to those of one gathering. The same pages for organisers and for whoever leads it, at two addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts import guards
from retreats.catalogue.models import Gathering
from retreats.db import new_id, writing
from retreats.mail import queries as mail
from retreats.mail import unreachable
from retreats.mailings import forms, queries, service, showing, upcoming, wording
from retreats.mailings.models import Mailing
from retreats.mailings.placeholders import KNOWN
from retreats.mailings.readers import Reader, readers_of
from retreats.mailings.timing import PURPOSES
from retreats.reading import Reading, Values, as_values
from retreats.web import page, seen_other

View = Callable[..., AnyResponse]


@dataclass(frozen=True)
class Desk:
    """At whose desk one writes: where its pages are, who may come, and whether addresses and the waiting list are seen."""

    name: str
    prefix: str
    guard: Callable[[View], View]
    opened: Callable[[str], Gathering]
    is_house: bool

    def to(self, view: str, gathering: Gathering, **more: Any) -> str:
        """The address of one of its pages."""
        return url_for(f"{self.name}.{view}", slug=gathering.slug, **more)


def blueprint(desk: Desk) -> Blueprint:
    """The pages of this desk."""
    bp = Blueprint(desk.name, __name__)
    for rule, method, view in PAGES:
        bp.add_url_rule(desk.prefix + rule, view.__name__, desk.guard(_at(desk, view)), methods=[method])
    return bp


def _at(desk: Desk, view: View) -> View:
    @wraps(view)
    def at_desk(slug: str, **arguments: int) -> AnyResponse:
        return view(desk, desk.opened(slug), **arguments)

    return at_desk


def letters(desk: Desk, gathering: Gathering) -> Response:
    """Every letter to those of this gathering, and how far it has come."""
    found = queries.of_gathering(gathering.id)
    progress = mail.progress_of(service.sending_of(each.id) for each in found if each.sent_at)
    timed = upcoming.letters_of(gathering)
    return page("mailings/letters.html", desk=desk, gathering=gathering, purposes=PURPOSES,
                timed=[(each, due, outcome, wording.moment_words(each)) for each, due, outcome in timed],
                mailings=[(each, _for_whom(gathering, each), progress.get(service.sending_of(each.id)))
                          for each in found])  # fmt: skip


def new(desk: Desk, gathering: Gathering) -> Response:
    """An empty letter."""
    return _form(desk, gathering, forms.fresh(), mailing_id=new_id())


def draft(desk: Desk, gathering: Gathering) -> AnyResponse:
    """Keep it as a draft, and look at it."""
    reading = Reading(request.form)
    words = forms.read(reading, _choices(gathering))
    mailing_id = reading.number_of("mailing_id") or new_id()
    if reading.errors:
        return _form(desk, gathering, as_values(request.form), reading.errors, mailing_id=mailing_id)
    with writing():
        service.draft(mailing_id, gathering.id, words, by=guards.current_person().id)
    return seen_other(desk.to("letter", gathering, mailing_id=mailing_id))


def letter(desk: Desk, gathering: Gathering, mailing_id: int) -> Response:
    """One letter: a draft with who would get it and how it reads, or how far it has come."""
    return _letter(desk, gathering, queries.mailing(gathering.id, mailing_id))


def edit(desk: Desk, gathering: Gathering, mailing_id: int) -> AnyResponse:
    """Change a draft."""
    found = queries.mailing(gathering.id, mailing_id)
    if found.sent_at is not None:
        return seen_other(desk.to("letter", gathering, mailing_id=found.id))
    return _form(desk, gathering, forms.stored(_words(found)), mailing=found)


def revise(desk: Desk, gathering: Gathering, mailing_id: int) -> AnyResponse:
    """Keep what was changed."""
    found, reading = queries.mailing(gathering.id, mailing_id), Reading(request.form)
    words = forms.read(reading, _choices(gathering))
    if reading.errors:
        return _form(desk, gathering, as_values(request.form), reading.errors, mailing=found)
    try:
        with writing():
            service.revise(found.id, words, version=reading.number_of("version") or 0)
    except service.ChangedMeanwhile:
        found = queries.mailing(gathering.id, mailing_id)
        return _form(desk, gathering, as_values(request.form), mailing=found, stands=_words(found))
    except service.AlreadySent:
        return seen_other(desk.to("letter", gathering, mailing_id=found.id, done="sent_meanwhile"))
    return seen_other(desk.to("letter", gathering, mailing_id=found.id))


def send(desk: Desk, gathering: Gathering, mailing_id: int) -> AnyResponse:
    """Let it go out to whoever is in its audience now."""
    found, word = queries.mailing(gathering.id, mailing_id), "sent"
    try:
        with writing():
            service.send_out(found.id, version=Reading(request.form).number_of("version") or 0)
    except service.ChangedMeanwhile:
        word = "changed"
    except service.NobodyToWriteTo:
        word = "nobody"
    return seen_other(desk.to("letter", gathering, mailing_id=found.id, done=word))


def try_out(desk: Desk, gathering: Gathering, mailing_id: int) -> AnyResponse:
    """Send it to oneself only."""
    found = queries.mailing(gathering.id, mailing_id)
    with writing():
        service.try_out(found.id, to=guards.current_person().id)
    return seen_other(desk.to("letter", gathering, mailing_id=found.id, done="tried"))


def stop(desk: Desk, gathering: Gathering, mailing_id: int) -> AnyResponse:
    """Keep back what has not left."""
    found = queries.mailing(gathering.id, mailing_id)
    with writing():
        service.stop(found.id)
    return seen_other(desk.to("letter", gathering, mailing_id=found.id, done="stopped"))


def discard(desk: Desk, gathering: Gathering, mailing_id: int) -> AnyResponse:
    """Delete a draft."""
    found = queries.mailing(gathering.id, mailing_id)
    try:
        with writing():
            service.discard(found.id)
    except service.AlreadySent:
        return seen_other(desk.to("letter", gathering, mailing_id=found.id, done="sent_meanwhile"))
    return seen_other(desk.to("letters", gathering))


PAGES: tuple[tuple[str, str, View], ...] = (
    ("/letters/", "GET", letters),
    ("/letters/new", "GET", new),
    ("/letters/new", "POST", draft),
    ("/letters/<int:mailing_id>/", "GET", letter),
    ("/letters/<int:mailing_id>/edit", "GET", edit),
    ("/letters/<int:mailing_id>/edit", "POST", revise),
    ("/letters/<int:mailing_id>/send", "POST", send),
    ("/letters/<int:mailing_id>/try", "POST", try_out),
    ("/letters/<int:mailing_id>/stop", "POST", stop),
    ("/letters/<int:mailing_id>/discard", "POST", discard),
)


def _letter(desk: Desk, gathering: Gathering, found: Mailing) -> Response:
    readers = readers_of(gathering.id, found.audience, found.ticket_type_id) if found.sent_at is None else []
    shown = readers if desk.is_house or found.audience != "waiting" else []
    chosen = next((each for each in shown if each.shelf == request.args.get("as")), shown[0] if shown else None)
    written = mail.of_sending(service.sending_of(found.id)) if found.sent_at else []
    return page(
        "mailings/letter.html",
        desk=desk,
        gathering=gathering,
        mailing=found,
        for_whom=_for_whom(gathering, found),
        readers=readers,
        shown=shown,
        chosen=chosen,
        preview=showing.preview(
            gathering,
            found.subject,
            found.body,
            chosen,
            looks=guards.current_person(),
            attended=found.audience == "attended",
        ),
        speaks=showing.speaks(found.body, chosen),
        missing=_missing(found, readers),
        unreachable=len(unreachable.among(each.address for each in readers)),
        progress=mail.progress_of([service.sending_of(found.id)]).get(service.sending_of(found.id)),
        not_written=found.sent_at is not None and not written,
    )


def _missing(found: Mailing, readers: list[Reader]) -> list[tuple[str, int]]:
    """Languages in which somebody would read it and it is not written, with how many."""
    counts = {code: sum(each.language == code for each in readers) for code in ("en", "pt") if not found.body.get(code)}
    return [(code, count) for code, count in counts.items() if count]


def _form(desk: Desk, gathering: Gathering, values: Values, errors: dict[str, str] | None = None, *,
          mailing: Mailing | None = None, mailing_id: int | None = None, stands: service.Words | None = None) -> Response:  # fmt: skip
    return page("mailings/write.html", desk=desk, gathering=gathering, mailing=mailing, mailing_id=mailing_id,
                choices=_choices(gathering), values=values, errors=errors or {}, stands=stands, known=KNOWN,
                status=409 if stands else 422 if errors else 200)  # fmt: skip


def _words(found: Mailing) -> service.Words:
    return service.Words(audience=found.audience, ticket_type_id=found.ticket_type_id, subject=found.subject,
                         body=found.body)  # fmt: skip


def _choices(gathering: Gathering) -> list[tuple[str, str]]:
    return forms.audiences(gathering, has_begun=gathering.has_begun(clock.now()))


def _for_whom(gathering: Gathering, found: Mailing) -> str:
    value = str(forms.stored(_words(found))["audience"])
    choices = dict(forms.audiences(gathering, has_begun=True))
    return choices.get(value, _("A kind of place that is no longer there"))
