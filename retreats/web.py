"""What every answer of the house has in common: headers, the form token, and how a refusal becomes a page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request, session
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError
from werkzeug.wrappers import Response as AnyResponse

from retreats import clock, languages, uploads
from retreats.again import came_from_us, send_again
from retreats.db import db
from retreats.house.queries import current
from retreats.refusals import NextStep, NotFound, Refusal

log = structlog.get_logger()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, default_limits=[])

_FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
YEAR = 31_536_000
_A_MINUTE = 60


def stricter_alone(shared: str, alone: str) -> Callable[[], str]:
    """A limit for whoever could guess. `alone` holds while the store of limits is gone: each process then counts for itself."""
    return lambda: shared if limiter.limiter.storage is limiter.storage else alone


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """A page out of a template. It is not kept by any cache unless the caller says so (`cacheable`)."""
    return make_response(render_template(template, **values), status)


def seen_other(address: str) -> AnyResponse:
    """The answer to a form that was taken in: look there (303), so that a reload sends nothing twice."""
    return redirect(address, 303)


def cacheable(answer: Response, *, etag: str, seconds: int = _A_MINUTE) -> Response:
    """Let everyone keep this public answer for a while, and answer 304 to whoever still has it.

    In the demonstration, whose clock jumps, what is kept for a minute only is asked for again each time.
    """
    if current_app.config["DEMO"] and seconds <= _A_MINUTE:
        seconds = 0
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.vary.update(("Accept-Language", "Cookie"))
    answer.set_etag(etag)
    answer.make_conditional(request)
    return answer


def for_ever(answer: Response) -> Response:
    """This address shows everyone the same for ever: whoever keeps it, for themselves or for others, need not ask again."""
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


class RowId(IntegerConverter):
    """A number in an address: one that no row can have leads nowhere (404), and is not asked of the database."""

    def to_python(self, value: str) -> int:
        """Raises ValidationError, which is answered like an unknown page."""
        found = int(super().to_python(value))
        if found >= 2**63:
            raise ValidationError
        return found


def init_app(app: Flask) -> None:
    """Headers on everything, a token in every form, limits, and pages for what goes wrong."""
    uploads.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    app.url_map.converters["int"] = RowId
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(_refuse_impossible_addresses)
    app.before_request(_refuse_foreign_posts)
    app.after_request(_forget_the_cookie)
    app.after_request(_remember_language)
    app.after_request(_headers)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(PoolExhausted, _busy)
    app.register_error_handler(Exception, _fault)
    app.jinja_env.globals["house"] = LocalProxy(current)
    app.jinja_env.globals["demo_mode"] = app.config["DEMO"]
    app.url_defaults(_with_version)


def _with_version(endpoint: str, values: dict[str, object]) -> None:
    """Static files carry a hash of what is in them, and can be kept for ever. A style sheet names its fonts itself: `v=1`."""
    if endpoint == "static" and "filename" in values and "v" not in values:
        folder = current_app.static_folder or ""
        values["v"] = _fingerprint(Path(folder) / str(values["filename"]))


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "0"


def _refuse_impossible_addresses() -> None:
    """U+0000 stands in no address of ours, and PostgreSQL cannot even be asked for it."""
    if "\0" in request.path:
        raise NotFound


def _refuse_foreign_posts() -> None:
    """A form sent from another site is refused by what the browser says of it, besides its token."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.path.startswith("/webhooks/"):
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise CSRFError(_("This form was sent from another site."))


def _remember_language(answer: Response) -> Response:
    chosen = request.args.get("lang") if answer.mimetype == "text/html" else None  # feeds set no cookies
    if chosen in languages.offered() and chosen != request.cookies.get(languages.COOKIE):
        answer.set_cookie(
            languages.COOKIE, chosen, max_age=YEAR, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return answer


def _forget_the_cookie(answer: Response) -> Response:
    """flask-login looks into every session, and Flask would then say that what is the same for ever varies by cookie."""
    if "immutable" in answer.headers.get("Cache-Control", ""):
        session.accessed = False
    return answer


def _headers(answer: Response) -> Response:
    for name, value in _FIXED_HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint == "static":
        return for_ever(answer) if request.args.get("v") else answer
    if current_app.config["SESSION_COOKIE_SECURE"]:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    answer.headers.setdefault("Content-Security-Policy", content_policy())
    if "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-store"
    private = answer.headers["Cache-Control"] == "no-store"
    has_token = "key" in request.args or bool(request.view_args and "token" in request.view_args)
    answer.headers.setdefault("Referrer-Policy", "no-referrer" if has_token else "same-origin")
    if private:
        answer.headers.setdefault("X-Robots-Tag", "noindex")
    return answer


def content_policy() -> str:
    """The content security policy: ourselves and nobody else; forms may lead on to the payment page."""
    base = current_app.config["STRIPE_API_BASE"]
    checkout = f"{urlsplit(base).scheme}://{urlsplit(base).netloc}" if base else "https://checkout.stripe.com"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self' {checkout}; frame-ancestors 'none'; base-uri 'none'; "
        "object-src 'none'; manifest-src 'self'"
    )


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def problem(status: int, code: str, title: str, sentence: str, *, next_step: NextStep | None = None) -> Response:
    """A page that says what went wrong and what to do; JSON for programs."""
    db.session.rollback()
    if _wants_json():
        answer = jsonify(code=code, message=sentence)
        answer.status_code = status
        return answer
    return page("problem.html", status=status, code=code, title=title, sentence=sentence, next_step=next_step)


def _refused(refusal: Refusal) -> Response:
    if refusal.status == 404:
        return _not_found()
    title = _("A moment, please") if refusal.retry_after else _("That is not possible")
    answer = problem(refusal.status, refusal.code, title, refusal.sentence, next_step=refusal.next_step)
    if refusal.retry_after:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def _not_found() -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "guard", "") == "own link":
        return problem(
            404,
            "not_found",
            _("This link opens nothing"),
            _("Part of it may be missing, or a newer one has taken its place. Sign in with your mail address: your bookings "
              "are there, and we send you the links to your reflections again."),
            next_step=NextStep(_("Sign in"), "/sign-in"),
        )  # fmt: skip
    return problem(
        404,
        "not_found",
        _("We cannot find this page"),
        _("The address may be mistyped, or the page may no longer be there. From the list of gatherings everything "
          "that is open can be reached."),
    )  # fmt: skip


def _stale_form(error: CSRFError) -> Response:
    log.info("form token refused", reason=error.description)
    if came_from_us() and request.form:
        return send_again(
            title=_("This form has grown old"),
            sentence=_("It was open for too long. What you wrote is kept on this page: send it once more."),
            status=400,
        )
    return problem(
        400,
        "stale_form",
        _("This form has grown old"),
        _("It was open for too long, or cookies are switched off. Go back, reload the page and send it again: most "
          "browsers keep what you wrote."),
    )  # fmt: skip


def _http_error(error: HTTPException) -> AnyResponse:
    if isinstance(error, SecurityError):
        return Response("This host is not served here.\n", 400, content_type="text/plain; charset=utf-8")
    if error.code is not None and error.code < 400:
        return error.get_response()
    if error.code == 404:
        return _not_found()
    title, sentence = _words_for(error)
    if error.code == 429 and came_from_us() and request.form:
        db.session.rollback()
        answer = send_again(title=title, sentence=sentence, status=429)
    else:
        answer = problem(error.code or 500, f"http_{error.code}", title, sentence)
    if error.code == 405 and (allowed := error.get_response().headers.get("Allow")):
        answer.headers["Allow"] = allowed
    if error.code == 429:
        answer.headers["Retry-After"] = str(_seconds_to_wait())
    return answer


def _seconds_to_wait() -> int:
    """Until the limit that was reached lets somebody in again."""
    reached = limiter.current_limit
    return max(1, round(reached.reset_at - clock.real_now().timestamp())) if reached else _A_MINUTE


def _words_for(error: HTTPException) -> tuple[str, str]:
    if isinstance(error, RequestEntityTooLarge) and (most := uploads.most_octets()) is not None:
        return _("This file is too large"), _(
            "We take files of up to %(most)s MB. Make it smaller, or choose another; nothing was changed.",
            most=most // 2**20,
        )
    if isinstance(error, RequestEntityTooLarge):
        return _("That was too much at once"), _("What you sent is larger than we can take. Please shorten it.")
    if error.code == 429:
        minutes = -(-_seconds_to_wait() // _A_MINUTE)
        return _("A moment, please"), ngettext(
            "That was more often than we allow. Wait a minute and try again.",
            "That was more often than we allow. Wait %(num)d minutes and try again.",
            minutes,
        )
    if error.code == 405:
        return _("That does not work here"), _(
            "This address cannot be used in that way. Go back and use the page's buttons."
        )
    if error.code == 403:
        return _("This is not open to you"), _("If you think it should be, write to us.")
    return _("We could not read that"), _("Something in the request was not as we expected. Go back and try again.")


def _busy(error: Exception) -> Response:
    log.warning("database busy", error=type(error).__name__)
    answer = problem(
        503,
        "busy",
        _("One moment"),
        _("Very many people are here just now, and nothing of yours was changed. Please try again in a few seconds."),
    )
    answer.headers["Retry-After"] = "3"
    return answer


def _fault(error: Exception) -> Response:
    log.error("unhandled", error=type(error).__name__, path=request.url_rule.rule if request.url_rule else None,
              exc_info=error)  # fmt: skip
    g.pop("language", None)
    return problem(
        500,
        "fault",
        _("Something went wrong on our side"),
        _("It is not your doing, and it has been noted. Please try again; if it stays, write to us."),
    )
