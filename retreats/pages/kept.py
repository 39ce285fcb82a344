"""Public pages rendered once and kept in the process, under a key that changes with whatever they show."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Response, make_response, request

from retreats.house.queries import current
from retreats.web import cacheable

_MOST = 400
_kept: OrderedDict[Hashable, bytes] = OrderedDict()
_lock = Lock()


def kept_page(key: tuple[Hashable, ...], render: Callable[[], Response]) -> Response:
    """The page under this key, rendered if it is not kept yet; 304 for readers who have it. New when the house changed.

    A request with a query of its own (but for the language) is rendered for itself: its links carry that query.
    """
    if set(request.args) - {"lang"}:
        return render()
    key = (*key, current().version)
    body = kept_body(key, lambda: render().get_data())
    etag = hashlib.sha256(repr(key).encode()).hexdigest()[:24]
    return cacheable(make_response(body), etag=etag)


def kept_body(key: tuple[Hashable, ...], compose: Callable[[], bytes]) -> bytes:
    """The octets under this key, composed if they are not kept yet. The key carries the version of the house."""
    with _lock:
        body = _kept.get(key)
        if body is not None:
            _kept.move_to_end(key)
    if body is None:
        body = compose()
        with _lock:
            _kept[key] = body
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
    return body


def forget() -> None:
    """Let go of every kept page."""
    with _lock:
        _kept.clear()
