"""Ask before you book: for everyone, then by the asker's own link, and for those who lead."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock
from retreats.accounts.guards import by_own_link, current_person, facilitators_only, open_to_everyone
from retreats.catalogue import queries as catalogue
from retreats.catalogue.models import Gathering
from retreats.db import writing
from retreats.feedback import addresses
from retreats.feedback.before_forms import Typed, read_question
from retreats.feedback.models import EarlyQuestion
from retreats.feedback.people import led
from retreats.feedback.queries import asking as queries
from retreats.feedback.routes import bp
from retreats.feedback.routes.speaking import speak
from retreats.feedback.service import asking, on_page
from retreats.languages import language
from retreats.reading import Reading
from retreats.web import limiter, page, seen_other

MOST = 4000


@bp.get("/gatherings/<slug>/ask")
@open_to_everyone
def ask_form(slug: str) -> Response:
    """The form, with what was answered on the page already."""
    return _ask_page(catalogue.published(slug), Typed.fresh())


@bp.post("/gatherings/<slug>/ask")
@open_to_everyone
@limiter.limit("10 per minute")
@limiter.limit("20 per hour")
def ask_before(slug: str) -> Response | AnyResponse:
    """Take a question in, and lead to the page that says what happens now."""
    gathering = catalogue.published(slug)
    form, asked = read_question(request.form, language=language())
    if form.errors:
        return _ask_page(gathering, form, status=422)
    try:
        with writing():
            asking.ask(gathering.id, asked)
    except IntegrityError:
        pass  # the same form won a moment ago: it was taken in
    except asking.TooManyWaiting:
        form.errors["text"] = _(
            "Three questions from you wait for an answer here. Once one is answered you can ask again."
        )
        return _ask_page(gathering, form, status=409)
    except asking.NotAskable:
        return _ask_page(catalogue.published(slug), form, status=409)
    return seen_other(f"/gatherings/{slug}/asked")


@bp.get("/gatherings/<slug>/asked")
@open_to_everyone
def asked_page(slug: str) -> Response:
    """It has arrived; what happens next."""
    gathering = catalogue.published(slug)
    return page("feedback/asked_thanks.html", gathering=gathering, asking=queries.asking_at(gathering))


@bp.get("/asked/<token>")
@by_own_link
def my_question(token: str) -> Response:
    """What I asked, what was answered, and what of it stands on the page."""
    return _mine(_asked(token), token)


@bp.post("/asked/<token>/write")
@by_own_link
def write_back_before(token: str) -> Response | AnyResponse:
    """Write back once."""
    found, read = _asked(token), Reading(request.form)
    text = read.text("text", most=MOST)
    if not text:
        read.errors["text"] = _("Write what is still open.")
    if read.errors:
        return _mine(found, token, text=text, errors=read.errors, status=422)
    with writing():
        asking.return_to(found.id, text)
    return seen_other(f"/asked/{token}")


@bp.post("/asked/<token>/withdraw")
@by_own_link
def withdraw_question(token: str) -> AnyResponse:
    """Take it back."""
    found = _asked(token)
    with writing():
        asking.withdraw(found.id)
    return seen_other(f"/asked/{token}")


@bp.get("/facilitate/<slug>/asked")
@facilitators_only
def asked_before(slug: str) -> Response:
    """What people ask before they book."""
    return _led_page(led(slug, current_person().id))


@bp.post("/facilitate/<slug>/asked/<int:question_id>/answer")
@facilitators_only
def answer_before(slug: str, question_id: int) -> Response | AnyResponse:
    """Answer by letter."""
    gathering, read = led(slug, current_person().id), Reading(request.form)
    text = read.text(f"answer_{question_id}", most=MOST)
    if not text:
        read.errors[f"answer_{question_id}"] = _("Write your answer first: it goes to who asked.")
    if read.errors:
        return _led_page(gathering, wrong=(question_id, {"answer": text}, read.errors), status=422)
    with writing():
        asking.answer(gathering.id, question_id, text, by=current_person())
    return seen_other(addresses.asked_path(gathering))


@bp.post("/facilitate/<slug>/asked/<int:question_id>/publish")
@facilitators_only
def put_on_page(slug: str, question_id: int) -> Response | AnyResponse:
    """Let everybody read it, shortened if that is better."""
    gathering, read = led(slug, current_person().id), Reading(request.form)
    fields = {"question": f"question_{question_id}", "text": f"text_{question_id}"}
    words = {"question": read.text(fields["question"], most=600), "text": read.text(fields["text"], most=MOST)}
    read.errors |= {fields[name]: _("Write what everybody may read.") for name, said in words.items() if not said}
    if not read.errors:
        try:
            with writing():
                on_page.put_on_page(gathering.id, question_id, words["question"], words["text"])
        except on_page.NameStands:
            read.errors[fields["question"]] = _(
                "The name of who asked stands in it. Leave it out: everybody reads this."
            )
    if read.errors:
        return _led_page(gathering, wrong=(question_id, words, read.errors), status=422)
    return seen_other(addresses.asked_path(gathering))


@bp.post("/facilitate/<slug>/asked/needs/<int:need_id>/publish")
@facilitators_only
def put_need_on_page(slug: str, need_id: int) -> Response | AnyResponse:
    """The same for a question out of the form before coming."""
    gathering, read = led(slug, current_person().id), Reading(request.form)
    fields = {"question": f"question_{need_id}", "text": f"text_{need_id}"}
    words = {"question": read.text(fields["question"], most=600), "text": read.text(fields["text"], most=MOST)}
    read.errors |= {fields[name]: _("Write what everybody may read.") for name, said in words.items() if not said}
    if not read.errors:
        try:
            with writing():
                on_page.put_need_on_page(gathering.id, need_id, words["question"], words["text"])
        except on_page.NameStands:
            read.errors[fields["question"]] = _(
                "The name of who asked stands in it. Leave it out: everybody reads this."
            )
    if read.errors:
        return _led_page(gathering, wrong=(need_id, words, read.errors), status=422)
    return seen_other(addresses.asked_path(gathering))


@bp.post("/facilitate/<slug>/answers/<int:page_answer_id>/remove")
@facilitators_only
def take_off_page(slug: str, page_answer_id: int) -> AnyResponse:
    """Take it from the page again."""
    gathering = led(slug, current_person().id)
    with writing():
        on_page.take_off_page(gathering.id, page_answer_id)
    return seen_other(addresses.asked_path(gathering))


def _ask_page(gathering: Gathering, form: Typed, *, status: int = 200) -> Response:
    return page("feedback/ask.html", status=status, gathering=gathering, form=form, asking=queries.asking_at(gathering))


def _asked(token: str) -> EarlyQuestion:
    found = asking.of_token(token)
    speak(found.language)
    return found


def _mine(
    found: EarlyQuestion, token: str, *, text: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    return page("feedback/asked_mine.html", status=status, asked=found, gathering=found.gathering, token=token, text=text,
                errors=errors or {})  # fmt: skip


def _led_page(
    gathering: Gathering, *, wrong: tuple[int, dict[str, str], dict[str, str]] | None = None, status: int = 200
) -> Response:
    number, typed, errors = wrong or (0, {}, {})
    return page("feedback/asked_led.html", status=status, gathering=gathering, questions=queries.questions_to(gathering.id),
                needs=queries.needs_for_the_page(gathering.id),
                asking=queries.asking_at(gathering), wrong_id=number, typed=typed, errors=errors, now=clock.now())  # fmt: skip
