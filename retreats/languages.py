"""English and Portuguese: which one the reader wants, and how the house writes dates, times and amounts in it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import nh3
from babel.dates import format_date
from babel.numbers import format_currency
from flask import Flask, Request, g, has_request_context, request
from flask_babel import Babel, get_locale, get_translations
from flask_babel import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from retreats import clock
from retreats.db import Localised
from retreats.house.queries import current

LANGUAGES = {"en": "English", "pt": "Português"}
_LOCALES = {"en": "en_GB", "pt": "pt_PT"}
COOKIE = "language"
babel = Babel()
_markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
_ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "hr", "code"}


def offered() -> dict[str, str]:
    """The languages that this house speaks, with their names."""
    return {code: LANGUAGES[code] for code in current().languages}


def spoken_to(preferred: str) -> str:
    """In which language the house speaks to somebody who would like this one."""
    spoken = current().languages
    return preferred if preferred in spoken else spoken[0]


def locale_of(language: str) -> str:
    """The locale in which dates and amounts are written for `en` or `pt`."""
    return _LOCALES.get(language, _LOCALES["en"])


def language() -> str:
    """`en` or `pt`: the language of this page or letter."""
    locale = get_locale()
    return "pt" if locale is not None and locale.language == "pt" else "en"


def wanted(asked: Request) -> str:
    """What the reader wants: `?lang=`, else what they chose before, else what their browser says."""
    spoken = current().languages
    for choice in (asked.args.get("lang"), asked.cookies.get(COOKIE)):
        if choice in spoken:
            return choice
    return asked.accept_languages.best_match(spoken) or spoken[0]


def t(text: Localised | None) -> str:
    """The text in the reader's language, or in the other one when it was not written in this."""
    if not text:
        return ""
    return text.get(language()) or next((each for each in text.values() if each), "")


def money(minor: int, currency: str | None = None) -> str:
    """An amount of minor units, written with the currency (the house's if none is said): `480 €` where there are no cents, `12.50 €` where there are."""
    whole = minor % 100 == 0
    shape = "#,##0 ¤" if whole else "#,##0.00 ¤"
    return format_currency(
        minor / 100, currency or current().currency, format=shape, locale=locale_of(language()), currency_digits=False
    )


def local(moment: datetime, zone: str | None = None) -> datetime:
    """The wall-clock time of a moment in a zone; in the house's own if none is said."""
    return moment.astimezone(ZoneInfo(zone or current().zone))


def day(moment: datetime, zone: str | None = None, *, year: bool = True) -> str:
    """`Friday 12 June 2027`, `sexta-feira, 12 de junho de 2027`."""
    shape = ("EEEE d MMMM y" if year else "EEEE d MMMM", "EEEE, d 'de' MMMM 'de' y" if year else "EEEE, d 'de' MMMM")
    return format_date(local(moment, zone), shape[language() == "pt"], locale=locale_of(language()))


def clock_time(moment: datetime, zone: str | None = None) -> str:
    """`15:40`, at the place of the gathering."""
    return f"{local(moment, zone):%H:%M}"


def day_and_time(moment: datetime, zone: str | None = None) -> str:
    """`Friday 12 June 2027, 18:00`."""
    return f"{day(moment, zone)}, {clock_time(moment, zone)}"


def until(moment: datetime, zone: str | None = None) -> str:
    """`15:40` for today, and the day with it for any other."""
    is_today = local(moment, zone).date() == local(clock.now(), zone).date()
    return clock_time(moment, zone) if is_today else day_and_time(moment, zone)


def span(start: datetime, end: datetime, zone: str | None = None) -> str:
    """`Friday 12 to Sunday 14 June 2027`, or one day with its hours."""
    first, last = local(start, zone), local(end, zone)
    if first.date() == last.date():
        return _("%(day)s, %(start)s to %(end)s", day=day(start, zone), start=f"{first:%H:%M}", end=f"{last:%H:%M}")
    same_month, same_year = (first.month, first.year) == (last.month, last.year), first.year == last.year
    locale = locale_of(language())
    if language() == "pt":
        shape = "EEEE, d" if same_month else ("EEEE, d 'de' MMMM" if same_year else "EEEE, d 'de' MMMM 'de' y")
    else:
        shape = "EEEE d" if same_month else ("EEEE d MMMM" if same_year else "EEEE d MMMM y")
    return _("%(first)s to %(last)s", first=format_date(first, shape, locale=locale), last=day(end, zone))


def markdown(text: str | None) -> Markup:
    """What people wrote as Markdown, as safe HTML: no raw HTML, no pictures, no script, links marked as foreign."""
    rendered = _markdown.render(text or "")
    clean = nh3.clean(rendered, tags=_ALLOWED, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"},
                      link_rel="nofollow noopener noreferrer")  # fmt: skip
    return Markup(clean)  # noqa: S704  (cleaned one line above)


def parsed(text: str) -> list[Token]:
    """What people wrote as Markdown, in pieces: by the same rules as `markdown`."""
    return _markdown.parse(text)


def language_links() -> list[tuple[str, str, str]]:
    """For the switch in the layout: code, name and the address of this page in that language."""
    spoken = offered() if has_request_context() else {}
    if len(spoken) < 2:
        return []
    path = request.path if request.method in {"GET", "HEAD"} else "/"
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return [(code, name, f"{path}?{urlencode([('lang', code), *kept])}") for code, name in spoken.items()]


def init_app(app: Flask) -> None:
    """Teach the templates to speak."""
    babel.init_app(app, locale_selector=_select)
    app.jinja_env.globals.update(t=t, money=money, day=day, clock_time=clock_time, day_and_time=day_and_time, until=until, span=span,
                                 markdown=markdown, language_links=language_links, offered_languages=offered)  # fmt: skip
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _in_template
    app.context_processor(lambda: {"language": language()})


@pass_context
def _in_template(context: Context, words: str, /, **values: object) -> str:
    """A sentence of a template: as Jinja's own gettext has it, which takes three calls for each and is most of a long table."""
    said = get_translations().ugettext(words)
    return (Markup(said) if context.eval_ctx.autoescape else said) % values  # noqa: S704  (the house's own words)


def _select() -> str | None:
    if not has_request_context():
        return None
    if "language" not in g:
        g.language = wanted(request)
    return locale_of(g.language)
