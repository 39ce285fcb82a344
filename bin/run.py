"""`make run`: the whole house on this machine, with its demonstration (DEMO=0: without, empty), until Ctrl-C.

Web, worker, and the stand-ins for Stripe and for a mail server are processes of their own. Their words go to
VAR_DIR/log/<part>.log; here is only said what a person needs. If one of them ends, all do.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from dotenv import dotenv_values

from parts import HERE, CannotRun, Part, answers, any_port, free_port, load_the_house
from strongbox import forget, keep_to_ourselves, note_down, secrets_of

PATIENCE = 60.0
"""Seconds within which every part has to be ready."""
FAREWELL = 10.0
"""Seconds that the parts have for finishing what they are doing."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GUNICORN = ["--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "5", "--no-control-socket"]


class House:
    """The parts that are running."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.parts: list[Part] = []

    def start(self, name: str, *command: str, ready_at: str = "") -> Part:
        """Start a part; `ready_at` is the address that answers when it is ready."""
        self.parts.append(Part(name, list(command), self.settings, ready_at=ready_at))
        return self.parts[-1]

    def look_after(self) -> None:
        """Raises CannotRun as soon as a part has ended by itself."""
        for part in self.parts:
            if part.exit_code is not None:
                message = f"The {part.name} ended by itself (code {part.exit_code}). {part.last_words()}"
                raise CannotRun(message)

    def close(self) -> None:
        """Whoever was started last ends first: web and worker before the stand-ins that they talk to."""
        deadline = time.monotonic() + FAREWELL
        for group in (self.parts[-2:], self.parts[:-2]):
            for part in group:
                part.ask_to_end()
            for part in group:
                part.end(deadline)


def main() -> int:
    """Run until a signal or the end of a part. The exit code is 0 after a signal."""
    for each in SIGNALS:
        signal.signal(each, _interrupt)
    began = time.monotonic()
    with ExitStack() as stack:
        try:
            settings = _settings()
            stack.enter_context(keep_to_ourselves(Path(settings["VAR_DIR"])))
            load_the_house()
            house = House(settings)
            stack.callback(_say_goodbye, house)
            _open(house)
            _say(f"{_welcome(settings)}\nReady after {time.monotonic() - began:.1f} seconds.")
            while True:
                house.look_after()
                time.sleep(0.3)
        except KeyboardInterrupt:
            return 0
        except CannotRun as reason:
            print(reason, file=sys.stderr, flush=True)
            return 1


def _settings() -> dict[str, str]:
    """The environment (and .env) with what is missing for a house on this machine."""
    written = {key: value for key, value in dotenv_values(".env").items() if value}
    given = written | {key: value for key, value in os.environ.items() if value}
    port = free_port(given.get("PORT", "8000"))
    if "DEMO" not in given and (real := _real_things(given)):
        message = (f"`make run` opens a demonstration, and {real} is that of a real house. Open that one as the README says, "
                   "or take the line out of .env.")  # fmt: skip
        raise CannotRun(message)
    folder = Path(given.get("VAR_DIR", "var")).resolve()
    hosts = ",".join(filter(None, (given.get("TRUSTED_HOSTS"), "localhost", HERE)))
    demo = {"DEMO": "1", "HOUSE_EMAIL": "casa@casadorio.example"} if _is_yes(given.get("DEMO", "1")) else {}
    keys = secrets_of(folder)
    if not demo:
        keys.pop("STRIPE_WEBHOOK_SECRET", None)  # it is the stand-in's; a real one is Stripe's
    return (
        {"SITE_URL": f"http://localhost:{port}"}
        | demo
        | keys
        | given
        | {"PORT": str(port), "VAR_DIR": str(folder), "TRUSTED_HOSTS": hosts}
    )


def _is_yes(spelled: str) -> bool:
    """As the settings read it."""
    return spelled.lower() in {"1", "true", "t", "yes", "y", "on"}


def _real_things(given: dict[str, str]) -> str:
    """The setting that says that this is no demonstration, if there is one."""
    here = {"", HERE, "localhost", "::1"}
    if (urlsplit(given.get("SITE_URL", "")).hostname or "") not in here:
        return "SITE_URL"
    if given.get("MAIL_SERVER", "") not in here:
        return "MAIL_SERVER"
    return "STRIPE_SECRET_KEY" if "_live_" in given.get("STRIPE_SECRET_KEY", "") else ""


def _open(house: House) -> None:
    """Start everything, in an order in which each part finds what it needs."""
    if _is_yes(house.settings.get("DEMO", "")):
        _start_stand_ins(house)
    _wait(house)  # what the demonstration's people have paid is told to the stand-in while the database is prepared
    _prepare(house)
    address = f"{HERE}:{house.settings['PORT']}"
    house.start("web", "gunicorn", "wsgi:app", "--bind", address, *GUNICORN, ready_at=f"http://{address}/health/ready")
    house.start("worker", "flask", "--app", "wsgi", "worker")
    _wait(house)
    note_down(Path(house.settings["VAR_DIR"]), house.settings)


def _wait(house: House) -> None:
    """Until every part is ready. Raises CannotRun."""
    deadline = time.monotonic() + PATIENCE
    while waiting := [part for part in house.parts if not _is_ready(part)]:
        house.look_after()
        if time.monotonic() > deadline:
            message = f"The {waiting[0].name} was not ready within {PATIENCE:.0f} seconds. {waiting[0].last_words()}"
            raise CannotRun(message)
        time.sleep(0.05)


def _start_stand_ins(house: House) -> None:
    """Stripe and the mail server, where the settings name no real ones."""
    settings = house.settings
    folder = Path(settings["VAR_DIR"])
    if not settings.get("STRIPE_SECRET_KEY"):
        port = any_port()
        settings |= {"STRIPE_SECRET_KEY": "sk_test_stand_in", "STRIPE_API_BASE": f"http://{HERE}:{port}"}
        house.start(
            *("stripe", "retreats.demo.stripe", "--port", str(port), "--ledger", str(folder / "stripe.db")),
            *("--webhook-url", f"http://{HERE}:{settings['PORT']}/webhooks/stripe"),
            *("--webhook-secret", settings["STRIPE_WEBHOOK_SECRET"], "--site-url", settings["SITE_URL"]),
            ready_at=f"http://{HERE}:{port}/_/ready",
        )
    if not settings.get("MAIL_SERVER"):
        port = any_port()
        settings |= {"MAIL_SERVER": HERE, "MAIL_PORT": str(port)}
        command = ("retreats.demo.mailroom", "--port", str(port), "--folder", str(folder / "mailroom"))
        house.start("mailroom", *command, ready_at=f"smtp://{HERE}:{port}")


def _prepare(house: House) -> None:
    """Bring the database up to date before anybody uses it."""
    prepare = house.start("prepare", "retreats.prepare")
    prepare.wait()
    house.parts.remove(prepare)
    if prepare.exit_code:
        message = f"The database could not be prepared. {prepare.last_words()}"
        raise CannotRun(message)


def _is_ready(part: Part) -> bool:
    """What speaks HTTP says so itself; of a mail server it is enough that it answers; the worker needs no one."""
    scheme, _, rest = part.ready_at.partition("://")
    host, _, path = rest.partition("/")
    if scheme != "http":
        return not scheme or answers(int(host.rpartition(":")[2]))
    asked = HTTPConnection(host, timeout=5)
    try:
        asked.request("GET", f"/{path}")
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def _welcome(settings: dict[str, str]) -> str:
    """Whom one can be in the demonstration; of a real house, where it is, and its setup link while nobody owns it."""
    if _is_yes(settings.get("DEMO", "")):
        from retreats.demo.people import welcome  # noqa: PLC0415  (only when everything runs: the house is slow to load)

        return welcome(settings["SITE_URL"]).strip("\n")
    from retreats import create_app  # noqa: PLC0415  (as above)
    from retreats.setting_up import door  # noqa: PLC0415  (as above)

    with create_app(**settings).app_context():
        return door.welcome()


def _say(text: str) -> None:
    print(text, flush=True)


def _say_goodbye(house: House) -> None:
    """Whatever is pressed now, everything is brought to its end."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    forget(Path(house.settings["VAR_DIR"]))
    house.close()
    _say("\nEverything has ended. `make run` starts it again.")


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
