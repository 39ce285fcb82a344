"""`make run`: the whole house on this machine, with its demonstration, until Ctrl-C.

Web, worker, and the stand-ins for Stripe and for a mail server are processes of their own. Their words go to
VAR_DIR/log/<part>.log; here is only said what a person needs. If one of them ends, all do. It stands outside the
application, so that it need not wait until that is loaded.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import NoReturn

from dotenv import dotenv_values

from strongbox import Busy, keep_to_ourselves, secrets_of

HERE = "127.0.0.1"
PATIENCE = 60.0
"""Seconds within which every part has to be ready."""
FAREWELL = 10.0
"""Seconds that a part has for finishing what it is doing."""
STAND_INS = ("stripe-stand-in", "mailroom")


class CannotRun(Exception):
    """Something stands in the way; the sentence says what, and what to do."""


class Part:
    """One process of the house, in a process group of its own so that Ctrl-C reaches it only through us."""

    def __init__(self, name: str, command: list[str], settings: dict[str, str], *, port: int | None = None) -> None:
        self.name, self.port = name, port
        self.log = Path(settings["VAR_DIR"]) / "log" / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = Popen(  # noqa: S603  (our own modules, under this Python)
                [sys.executable, "-m", *command],
                env=settings,
                stdin=DEVNULL,
                stdout=PIPE if name == "prepare" else log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def last_words(self) -> str:
        """The end of its log, indented."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:]
        return "".join(f"\n  {line}" for line in lines)

    def ask_to_end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until it has ended; after the deadline it is ended, with whatever it started."""
        with suppress(Exception):
            self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class House:
    """The parts that are running."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.parts: list[Part] = []

    def start(self, name: str, *command: str, port: int | None = None) -> Part:
        self.parts.append(Part(name, list(command), self.settings, port=port))
        return self.parts[-1]

    def look_after(self) -> None:
        """Raises CannotRun as soon as a part has ended by itself."""
        for part in self.parts:
            if part.has_ended:
                message = f"The {part.name} ended by itself (code {part.process.returncode}). {_log(part)}"
                raise CannotRun(message)

    def close(self) -> None:
        """Web and worker first, the stand-ins they talk to last."""
        deadline = time.monotonic() + FAREWELL
        ours = [part for part in self.parts if part.name not in STAND_INS]
        for group in (ours, [part for part in self.parts if part not in ours]):
            for part in group:
                part.ask_to_end()
            for part in group:
                part.end(deadline)


def main() -> int:
    """Run until a signal or the end of a part. The exit code is 0 after a signal."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, _interrupt)
    began = time.monotonic()
    with ExitStack() as stack:
        try:
            settings = _settings()
            stack.enter_context(keep_to_ourselves(Path(settings["VAR_DIR"])))
            house = House(settings)
            stack.callback(_say_goodbye, house)
            welcome = _open(house)
            _say(f"{welcome}\n\nReady after {time.monotonic() - began:.1f} s. Ctrl-C ends all of it.")
            while True:
                house.look_after()
                time.sleep(0.3)
        except KeyboardInterrupt:
            return 0
        except (CannotRun, Busy) as reason:
            _say(str(reason), to=sys.stderr)
            return 1


def _settings() -> dict[str, str]:
    """The environment (and .env) with what is missing for a house on this machine."""
    given = {key: value for key, value in dotenv_values(".env").items() if value is not None} | dict(os.environ)
    port = _free(given.get("PORT") or "8000")
    given |= {"PORT": str(port), "VAR_DIR": str(Path(given.get("VAR_DIR") or "var").resolve())}
    given["TRUSTED_HOSTS"] = ",".join(filter(None, (given.get("TRUSTED_HOSTS"), "localhost", HERE)))
    defaults = {"DEMO": "1", "SITE_URL": f"http://localhost:{port}", "PYTHONUNBUFFERED": "1"}
    return defaults | secrets_of(Path(given["VAR_DIR"])) | {key: value for key, value in given.items() if value}


def _free(spelled: str) -> int:
    """The port, if it is one and nobody has it. Raises CannotRun."""
    if not spelled.isdecimal() or not 0 < int(spelled) < 65536:
        message = f"PORT is {spelled!r}: it has to be a number between 1 and 65535."
        raise CannotRun(message)
    port = int(spelled)
    try:
        _take(port)
    except PermissionError:
        message = f"Port {port} is only for the administrator of this machine: choose one above 1023, as in PORT=8001."
        raise CannotRun(message) from None
    except OSError:
        message = f"Port {port} is taken by another program: choose a free one, as in `make run PORT={port + 1}`."
        raise CannotRun(message) from None
    return port


def _take(port: int) -> None:
    """Raises OSError where the port cannot be had."""
    with socket.socket() as asking, socket.socket() as taking:
        # macOS lets one bind what another process answers on, so ask first.
        if asking.connect_ex((HERE, port)) == 0:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        taking.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taking.bind((HERE, port))


def _open(house: House) -> str:
    """Start everything in an order in which each finds what it needs; give back the welcome."""
    _start_stand_ins(house)
    prepare = Part("prepare", ["retreats.prepare"], house.settings)
    house.parts.append(prepare)
    spoken, _ = prepare.process.communicate()
    house.parts.remove(prepare)
    if prepare.process.returncode:
        message = f"The database could not be prepared. {_log(prepare)}"
        raise CannotRun(message)
    port = house.settings["PORT"]
    serving = ["--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "5", "--no-control-socket"]
    house.start("web", "gunicorn", "wsgi:app", "--bind", f"{HERE}:{port}", *serving, port=int(port))
    house.start("worker", "flask", "--app", "wsgi", "worker")
    _wait_until_ready(house)
    return str(spoken.decode()).strip()


def _start_stand_ins(house: House) -> None:
    """Stripe and the mail server, where the settings name no real ones."""
    settings = house.settings
    folder = Path(settings["VAR_DIR"])
    if not settings.get("STRIPE_SECRET_KEY"):
        port = _any_port()
        settings |= {"STRIPE_SECRET_KEY": "sk_test_stand_in", "STRIPE_API_BASE": f"http://{HERE}:{port}"}
        hook = f"http://{HERE}:{settings['PORT']}/webhooks/stripe"
        house.start(
            *("stripe-stand-in", "retreats.demo.stripe", "--port", str(port), "--ledger", str(folder / "stripe.db")),
            *("--webhook-url", hook, "--webhook-secret", settings["STRIPE_WEBHOOK_SECRET"]),
            *("--site-url", settings["SITE_URL"]),
            port=port,
        )
    if not settings.get("MAIL_SERVER"):
        port = _any_port()
        settings |= {"MAIL_SERVER": HERE, "MAIL_PORT": str(port)}
        command = ("retreats.demo.mailroom", "--port", str(port), "--folder", str(folder / "mailroom"))
        house.start("mailroom", *command, port=port)


def _any_port() -> int:
    with socket.socket() as asked:
        asked.bind((HERE, 0))
        return int(asked.getsockname()[1])


def _wait_until_ready(house: House) -> None:
    deadline = time.monotonic() + PATIENCE
    waiting = [part for part in house.parts if part.port]
    while waiting:
        house.look_after()
        waiting = [part for part in waiting if not _is_ready(part)]
        if waiting and time.monotonic() > deadline:
            message = f"The {waiting[0].name} was not ready within {PATIENCE:.0f} seconds. {_log(waiting[0])}"
            raise CannotRun(message)
        time.sleep(0.05)


def _is_ready(part: Part) -> bool:
    """Web and Stripe are asked over HTTP, the mailroom is ready when it answers at all."""
    path = {"web": "/health/ready", "stripe-stand-in": "/_/ready"}.get(part.name)
    if path is None:
        with socket.socket() as asking:
            return asking.connect_ex((HERE, part.port)) == 0
    asked = HTTPConnection(HERE, part.port, timeout=5)
    try:
        asked.request("GET", path)
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _log(part: Part) -> str:
    return f"Its last words, in {part.log}:{part.last_words()}"


def _say(text: str, to: object = None) -> None:
    print(text, file=to or sys.stdout, flush=True)  # type: ignore[arg-type]  # stdout or stderr


def _say_goodbye(house: House) -> None:
    """Whatever is pressed now, everything is brought to its end."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    house.close()
    _say("\nEverything has ended. Start again with `make run`.")


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
