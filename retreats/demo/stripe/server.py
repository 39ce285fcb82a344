"""One stand-in, whole: desk, courier, and the HTTP server on loopback."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from retreats.demo.stripe import contract, paypage
from retreats.demo.stripe.api import Api
from retreats.demo.stripe.control import Control
from retreats.demo.stripe.courier import Courier
from retreats.demo.stripe.desk import Desk, Settings
from retreats.demo.stripe.faults import Faults
from retreats.demo.stripe.ledger import Ledger
from retreats.demo.stripe.refused import Refused
from retreats.demo.stripe.words import WORDS, language

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HERE = "127.0.0.1"
LARGEST = 256 * 1024
"""Bytes of a request."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
QUIET = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
log = logging.getLogger(__name__)


class StandIn:
    """A Stripe of one's own: `start()` it, talk to `base`, `stop()` it. Port 0 takes a free one."""

    def __init__(self, ledger: Path | str, settings: Settings | None = None, *, port: int = 0) -> None:
        self.desk = Desk(Ledger(ledger), settings or Settings())
        self.faults = Faults()
        self.courier = Courier(self.desk)
        self._api = Api(self.desk, self.faults)
        self._control = Control(self.desk, self.faults, self.courier)
        self._server = make_server(HERE, port, self, threaded=True, request_handler=_Handler)
        self.base = f"http://{HERE}:{self._server.server_port}"
        self.desk.settings.public_url = (self.desk.settings.public_url or self.base).rstrip("/")
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="stripe-stand-in", daemon=True)

    def start(self) -> None:
        contract.warm_up()
        self.courier.start()
        self._thread.start()

    def stop(self) -> None:
        """Everything ends; what hangs lets go."""
        self.faults.clear()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
        self.courier.stop()
        self.desk.ledger.close()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = LARGEST
        response = self._answer(request)
        for name, value in QUIET.items():
            response.headers.setdefault(name, value)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            self._refuse_strangers(request)
            return self._routed(request)
        except Refused as refusal:
            return self._refused(request, refusal)
        except RequestEntityTooLarge:
            message = "The request is too large."
            return self._refused(request, Refused(message, status=413))

    def _routed(self, request: Request) -> Response:
        if request.path.startswith("/v1/"):
            return self._api.answer(request)
        if request.path == "/pay/style.css":
            return paypage.style()
        if request.path.startswith("/pay/") and request.method in {"GET", "HEAD", "POST"}:
            button = paypage.press if request.method == "POST" else paypage.show
            return button(self.desk, request, request.path.removeprefix("/pay/"))
        if request.path.startswith("/_/") and request.method in {"GET", "POST"}:
            return self._control.answer(request)
        message = f"Unrecognized request URL ({request.method}: {request.path})."
        raise Refused(message, status=404)

    def _refuse_strangers(self, request: Request) -> None:
        """No page from elsewhere presses buttons here, under this name or another that leads here."""
        known = {*LOOPBACK, urlsplit(self.desk.settings.public_url).hostname}
        if urlsplit(f"//{request.host}").hostname not in known:
            message = "This stand-in answers on loopback only."
            raise Refused(message, status=421)
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
            message = "This form came from another place."
            raise Refused(message, status=403)

    def _refused(self, request: Request, refusal: Refused) -> Response:
        if not request.path.startswith("/pay/"):
            body = json.dumps(refusal.body(), indent=2) + "\n"
            return Response(body, refusal.status, content_type="application/json")
        if refusal.status == 404:
            return paypage.unknown(request)
        tongue = language(request)
        heading = WORDS[tongue]["refused"]
        return paypage.page("said.html", tongue, refusal.status, heading=heading, text=refusal.message, way_back=None)


class _Handler(WSGIRequestHandler):
    """One request for each connection, so that nobody keeps one whose other end was restarted."""

    protocol_version = "HTTP/1.0"
    timeout = 60

    def log_request(self, code: Any = "-", size: Any = "-") -> None:  # as its base has it
        del size
        log.info("%s %s: %s", self.command, self.path.partition("?")[0], code)
