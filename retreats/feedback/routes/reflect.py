"""My reflection & replies: everything a person says and hears, by their own link.

No session, no cookie, no limiter and no log line here: the link is the only thing that these pages know. Looking changes
nothing, and every form carries a proof derived from the link instead of a token of a session.
"""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from retreats.accounts.guards import by_own_link
from retreats.booking.models import Place
from retreats.db import writing
from retreats.feedback import service, timeline
from retreats.feedback.forms import AfterForm, BeforeForm
from retreats.feedback.house_forms import known_form
from retreats.feedback.models import FormWindow, PreparationNote
from retreats.feedback.own_page import opened as _place
from retreats.feedback.own_page import page_of, proved, way_back
from retreats.feedback.own_page import posted as _posted
from retreats.feedback.own_questions import labelled, own_questions
from retreats.feedback.queries import correspondence, pooled, you_said_we_changed
from retreats.feedback.queries.asking import asked_by_those
from retreats.feedback.queries.group_letters import shown_letter, taken_to_supervision
from retreats.feedback.queries.public import changes_since
from retreats.feedback.queries.rounds import my_round_cases, my_rounds
from retreats.feedback.routes import bp
from retreats.feedback.service import form_choices, intention, preparing
from retreats.feedback.service.addressing import to_choose
from retreats.feedback.service.after import FormRests, given, takes, window_of
from retreats.feedback.service.check_in import check_in_of
from retreats.feedback.service.group_letter import pieces
from retreats.feedback.service.private_note import note_of, note_rests
from retreats.feedback.service.talks import wish_of
from retreats.questions.models import Question
from retreats.refusals import NotFound
from retreats.web import seen_other


@bp.get("/reflect/<token>")
@by_own_link
def reflect(token: str) -> Response:
    """What I came for, what I said, what was answered, and what became of it."""
    return own_page(_place(token), token)


def own_page(
    place: Place, token: str, *, status: int = 200, noted: str | None = None, wrong: str | None = None
) -> Response:
    """The whole of it; with what was noted just now and why it is not kept, if so."""
    window = window_of(place)
    words = correspondence.my_words(place, token, window) if window else []
    before = known_form("intention")
    return page_of(
        "feedback/reflect.html",
        place,
        token,
        status=status,
        **_note(place, noted, wrong),
        **_sending(place, token, window),
        window=window,
        words=words,
        preparation=_preparation(place),
        asked=asked_by_those([place]).get(place.id, []),
        kept_back=correspondence.kept_back(place, words),
        scales=given(token, window).scales if window else {},
        hopes=correspondence.my_hopes(place),
        needs=correspondence.my_needs(place),
        questions={question.key: question for question in before.questions} if before else {},
        need_words=correspondence.need_words,
        intention_open=intention.is_open(place.gathering),
        intention_closes=timeline.INTENTION_CLOSES.due_at(place.gathering),
        cases=[*correspondence.my_care_cases(place, token, window), *my_round_cases(place, token)],
        rounds=my_rounds(place, token),
        talk=wish_of(place.id),
        line=check_in_of(place.gathering_id),
        readings_of=correspondence.readings_of,
        changes=changes_since(place.gathering),
        pooled=pooled.my_pooled(token, window),
        pooled_from=pooled.pooled_from(window),
        held_until=form_choices.held_until(place.gathering),
        is_asked=form_choices.is_asked_after(place.gathering_id),
        group_letter=shown_letter(place.gathering_id, window),
        letter_pieces=pieces,
        themes_taken=taken_to_supervision(place.gathering_id),
    )


@bp.get("/reflect/<token>/before")
@by_own_link
def before_form(token: str) -> Response:
    """The intention form, with what was written before, but for what was told about health: a link can be passed on."""
    place = _place(token)
    if not intention.is_open(place.gathering):
        raise service.IntentionClosed(
            _("This form closed two days before the start. What you wrote stands on your page."),
            next_step=way_back(place),
        )
    values = correspondence.my_hopes(place) | correspondence.my_ticks(place)
    told = correspondence.my_health_note(place)
    if told is not None:
        values["A6_share"] = "yes" if told.shared else ""
    return _before_page(place, token, BeforeForm(values=values))


@bp.post("/reflect/<token>/before")
@proved
@by_own_link
def before(token: str) -> Response | AnyResponse:
    """Keep it."""
    place = _posted(token)
    form = BeforeForm.read(request.form, _questions("intention"))
    if form.errors:
        return _before_page(place, token, form, status=422)
    with writing():
        service.give_intention(place.id, form.intention())
    return seen_other(f"/reflect/{token}#before")


@bp.get("/reflect/<token>/after")
@by_own_link
def after_form(token: str) -> Response:
    """The form after a gathering, with what lies sealed under this link; what was told only to the care contact stays there."""
    place = _place(token)
    window = _open_window(place, token)
    return _after_page(place, token, window, AfterForm.fresh(given(token, window)))


@bp.post("/reflect/<token>/after")
@proved
@by_own_link
def after(token: str) -> Response | AnyResponse:
    """Seal it, in place of what was sealed before."""
    place = _posted(token)
    window = _open_window(place, token)
    form = AfterForm.read(request.form, window.form.questions, offers_unnamed=window.offers_unnamed,
                          own=own_questions(window), to=[each.id for each in to_choose(place.gathering)])  # fmt: skip
    if form.errors:
        return _after_page(place, token, window, form, status=422)
    try:
        with writing():
            service.give(token, form.submission())
    except FormRests:
        place = _posted(token)
        return _after_page(place, token, _open_window(place, token), form, status=409)
    return seen_other(f"/reflect/{token}")


@bp.post("/reflect/<token>/words/<question>/withdraw")
@proved
@by_own_link
def withdraw(token: str, question: str) -> AnyResponse:
    """Take words back, sealed or released."""
    place = _posted(token)
    window = window_of(place)
    sealed = window is not None and question in {*given(token, window).texts, "scales"}
    with writing():
        if sealed:
            service.withdraw_sealed(token, question)
        else:
            service.withdraw_point(token, question)
    return seen_other(f"/reflect/{token}")


@bp.post("/reflect/<token>/words/<question>/held")
@proved
@by_own_link
def held(token: str, question: str) -> AnyResponse:
    """Too few answered: what is to become of these words."""
    _posted(token)
    wish = request.form.get("wish", "")
    if wish not in {"release", "keep"}:
        raise NotFound
    with writing():
        service.decide_on_held(token, question, "release" if wish == "release" else "keep")
    return seen_other(f"/reflect/{token}")


@bp.post("/reflect/<token>/words/<question>/write")
@proved
@by_own_link
def write(token: str, question: str) -> AnyResponse:
    """Write back to the facilitators."""
    _posted(token)
    text = request.form.get("text", "").strip()[:4000]
    if text:
        with writing():
            service.write_back(token, question, text)
    return seen_other(f"/reflect/{token}#{question}")


@bp.post("/reflect/<token>/words/<question>/verdict")
@proved
@by_own_link
def verdict(token: str, question: str) -> AnyResponse:
    """Say whether it met the point."""
    _posted(token)
    with writing():
        service.say_whether_it_met(token, question, request.form.get("met", ""), request.form.get("text", "")[:4000])
    return seen_other(f"/reflect/{token}#{question}")


def _preparation(place: Place) -> tuple[PreparationNote, list[tuple[str, list[str]]]] | None:
    note = preparing.note_of(place.gathering_id)
    return (note, preparing.words_of(note)) if note is not None and note.sent_at is not None and note.plan else None


def _open_window(place: Place, token: str) -> FormWindow:
    window = window_of(place)
    if window is None and not form_choices.is_asked_after(place.gathering_id):
        raise service.FormClosed(
            _("After this gathering nobody is asked how it was: the house has switched its form off."),
            next_step=way_back(place),
        )
    if window is None:
        raise service.FormClosed(
            _("This form opens two hours after the end of the gathering."), next_step=way_back(place)
        )
    if not _may_answer(place, token, window):
        raise service.FormClosed(
            _("This form no longer takes anything in: it has closed, or what you said was passed on."),
            next_step=way_back(place),
        )
    return window


def _note(place: Place, noted: str | None, wrong: str | None) -> dict[str, object]:
    return {"note": note_of(place.id), "note_rests": note_rests(place.gathering_id), "noted": noted, "wrong": wrong}


def _sending(place: Place, token: str, window: FormWindow | None) -> dict[str, object]:
    """Whether they can send the form now, or since when it rests where they could otherwise."""
    may = _may_answer(place, token, window)
    rests_since = window.rests_since if window and may else None
    return {"may_answer": may and rests_since is None, "rests_since": rests_since}


def _may_answer(place: Place, token: str, window: FormWindow | None) -> bool:
    return window is not None and place.presence != "missed" and takes(window, token)


def _questions(occasion: str) -> list[Question]:
    form = known_form(occasion)
    return list(form.questions) if form else []


def _before_page(place: Place, token: str, form: BeforeForm, *, status: int = 200) -> Response:
    closes = timeline.INTENTION_CLOSES.due_at(place.gathering)
    return page_of("feedback/before.html", place, token, status=status, form=form, questions=_questions("intention"),
                 closes=closes, told_health=correspondence.my_health_note(place) is not None)  # fmt: skip


def _after_page(place: Place, token: str, window: FormWindow, form: AfterForm, *, status: int = 200) -> Response:
    sent_to_care = {case.source for case in correspondence.my_care_cases(place, token, window) if case.place_id is None}
    return page_of(
        "feedback/after.html", place, token, status=status, form=form, window=window,
        questions={question.key: question for question in window.form.questions},
        a1=correspondence.my_hopes(place).get("A1", ""), sent_to_care=sent_to_care,
        closes=form_choices.closes_at(place.gathering), given_back=status != 200,
        readable_from=form_choices.step_due(timeline.RELEASE_1, place.gathering),
        changes=you_said_we_changed(place.gathering), own=[(each, labelled(each)) for each in own_questions(window)],
        addressees=[(each.id, each.name) for each in to_choose(place.gathering)],
    )  # fmt: skip
