"""A form that came too late: nothing of it is stored, and nothing of it is lost. It comes back, to be sent once more."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request

_PROTECTION = {"csrf_token"}


def came_from_us() -> bool:
    """Whether the browser itself says that this form was ours (Fetch Metadata, or the Origin header)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    ours = urlsplit(str(current_app.config["SITE_URL"]))
    return (origin.scheme, origin.netloc) == (ours.scheme, ours.netloc)


def kept_fields(*, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """What was written in this form, to be sent once more."""
    left_out = _PROTECTION.union(without)
    return [(name, value) for name, value in request.form.items(multi=True) if name not in left_out]


def send_again(*, title: str, sentence: str, status: int, first: tuple[str, str] | None = None) -> Response:
    """A page that holds what was written and a fresh token, with one button. Only for forms that came from us.

    `first` is an address to go to before, in another tab, and what the way there is called.
    """
    return make_response(
        render_template("again.html", title=title, sentence=sentence, fields=kept_fields(), address=request.full_path,
                        first=first),
        status,
    )  # fmt: skip
