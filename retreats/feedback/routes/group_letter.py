"""The letter to the group: write it under the themes as headings, look at it, send it once."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import current_person, facilitators_only
from retreats.catalogue.models import Gathering
from retreats.db import Localised, writing
from retreats.feedback import service
from retreats.feedback.people import attended, led
from retreats.feedback.queries.group_letters import group_picture
from retreats.feedback.queries.looked_back import own_look_back
from retreats.feedback.queries.readable import has_read, window_after
from retreats.feedback.queries.themes import themes_of
from retreats.feedback.routes import bp
from retreats.feedback.service import group_letter
from retreats.feedback.service.group_letter import HEADING
from retreats.languages import offered
from retreats.refusals import NotFound
from retreats.web import page, seen_other

LONGEST = 12_000


@bp.get("/facilitate/<slug>/letter")
@facilitators_only
def letter_form(slug: str) -> Response:
    """Write it, or read what was sent."""
    gathering = _read_by_me(slug)
    kept = group_letter.letter_of(gathering.id)
    if kept is not None and kept.sent_at is not None:
        return _look(gathering)
    return _form(gathering, group_letter.texts_of(kept) if kept else _headings(gathering), kept.version if kept else 0)


@bp.post("/facilitate/<slug>/letter")
@facilitators_only
def keep_letter(slug: str) -> Response | AnyResponse:
    """Keep the draft, and look at it."""
    gathering = _read_by_me(slug)
    texts = {
        code: request.form.get(f"text_{code}", "").replace("\r\n", "\n").replace("\x00", "") for code in ("en", "pt")
    }
    version, errors, runs = _version(), {}, []
    for code, text in texts.items():
        if len(text) > LONGEST:
            errors[f"text_{code}"] = _("Please shorten this to %(number)s characters.", number=LONGEST)
    if not errors:
        try:
            with writing():
                group_letter.keep_letter(gathering.id, texts, version=version, by=current_person())
            return seen_other(f"/facilitate/{gathering.slug}/letter/preview")
        except service.QuotesSomebody as refusal:
            runs = refusal.runs
            errors["text_en"] = _quoted()
        except group_letter.SomebodyElseWrote:
            kept = group_letter.letter_of(gathering.id)
            version = kept.version if kept else 0
            errors["text_en"] = _("Somebody who leads with you changed the letter meanwhile. Yours stands below: look at "
                                  "theirs beside it, and keep yours once more if it is to hold.")  # fmt: skip
    return _form(gathering, texts, version, errors=errors, runs=runs, status=422)


@bp.get("/facilitate/<slug>/letter/preview")
@facilitators_only
def preview_letter(slug: str) -> Response:
    """As everybody will read it."""
    return _look(_read_by_me(slug))


@bp.post("/facilitate/<slug>/letter/send")
@facilitators_only
def send_letter(slug: str) -> Response | AnyResponse:
    """Send it to everybody who was there: what was looked at, once."""
    gathering = _read_by_me(slug)
    try:
        with writing():
            group_letter.send_letter(gathering.id, version=_version(), by=current_person())
    except group_letter.LetterEmpty:
        return _look(gathering, wrong=_("Headings alone are no letter: write something under them first."), status=422)
    except group_letter.SomebodyElseWrote:
        return _look(gathering, wrong=_("The letter has changed since you looked at it. This is how it reads now."),
                     status=409)  # fmt: skip
    except service.QuotesSomebody as refusal:
        return _form_of_kept(gathering, refusal.runs)
    return seen_other(f"/facilitate/{gathering.slug}/letter/preview")


def _read_by_me(slug: str) -> Gathering:
    """A gathering of which this facilitator has read what was said. Raises NotFound."""
    gathering = led(slug, current_person().id)
    if not has_read(gathering.id, current_person().id):
        raise NotFound
    return gathering


def _headings(gathering: Gathering) -> Localised:
    """The themes as headings, never prose."""
    titles = [f"{HEADING}{each.title}\n" for each in themes_of(gathering.id, current_person().id)]
    return dict.fromkeys(offered(), "\n".join(titles))


def _version() -> int:
    sent = request.form.get("version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else 0


def _quoted() -> str:
    return _(
        "Eight words in a row are somebody’s own, and they did not allow to be quoted. They are shown below; "
        "please say it in your words."
    )


def _form_of_kept(gathering: Gathering, runs: list[str]) -> Response:
    """Somebody spoke after the draft was kept, and it holds words of theirs."""
    kept = group_letter.letter_of(gathering.id)
    errors = {"text_en": _quoted()}
    texts = group_letter.texts_of(kept) if kept else {}
    return _form(gathering, texts, kept.version if kept else 0, errors=errors, runs=runs, status=422)


def _form(
    gathering: Gathering, texts: Localised, version: int, *, errors: dict[str, str] | None = None,
    runs: list[str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    kept, mine = group_letter.letter_of(gathering.id), own_look_back(gathering.id, current_person().id)
    return page(
        "feedback/letter.html",
        status=status,
        gathering=gathering,
        texts=texts,
        version=version,
        errors=errors or {},
        runs=runs or [],
        stands=group_letter.texts_of(kept) if kept and errors and not runs else {},
        themes=themes_of(gathering.id, current_person().id),
        given=mine.given if mine else "",
    )


def _look(gathering: Gathering, *, wrong: str = "", status: int = 200) -> Response:
    kept = group_letter.letter_of(gathering.id)
    if kept is None:
        raise NotFound
    return page(
        "feedback/letter_preview.html",
        status=status,
        gathering=gathering,
        letter=kept,
        texts=group_letter.texts_of(kept),
        pieces=group_letter.pieces,
        rows=group_picture(window_after(gathering.id)),
        readers=len(attended(gathering.id)),
        wrong=wrong,
    )
