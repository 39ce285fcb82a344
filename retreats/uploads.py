"""Forms that carry a file: how large each may be, and what becomes of a file that was refused half way."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

View = TypeVar("View", bound=Callable[..., Any])  # Any: views take and give what they like


class Asked(Request):
    """A request that closes every file it has begun to take in, also when it was refused before its end, and in whose fields
    no character stands that PostgreSQL cannot keep (U+0000, which nobody types).
    """

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """What stands behind the `?`."""
        return _without_nul(super().args)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _without_nul(self.__dict__["form"])

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:  # Any: as werkzeug calls it
        stream = super()._get_file_stream(*args, **kwargs)
        self.__dict__.setdefault("begun", []).append(stream)
        return stream

    def close(self) -> None:
        """Called at the end of every request."""
        super().close()
        for stream in self.__dict__.get("begun", ()):
            stream.close()


def _without_nul(fields: MultiDict[str, str]) -> MultiDict[str, str]:
    pairs = fields.items(multi=True)
    return ImmutableMultiDict([(name.replace("\0", ""), said.replace("\0", "")) for name, said in pairs])


def takes_up_to(octets: int) -> Callable[[View], View]:
    """For a view whose form carries a file: how large that form may be. All others stay at MAX_CONTENT_LENGTH."""

    def mark(view: View) -> View:
        view.most_octets = octets  # type: ignore[attr-defined]  # read before the form is
        return view

    return mark


def most_octets() -> int | None:
    """What the view that was asked for takes, where it takes more than others."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "most_octets", None)


def init_app(app: Flask) -> None:
    """Call this before anything looks at forms, as the search for their token does."""
    app.request_class = Asked
    app.before_request(_allow_larger)


def _allow_larger() -> None:
    if (most := most_octets()) is not None:
        request.max_content_length = most
