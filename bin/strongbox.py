"""VAR_DIR, where the house on this machine keeps what is its own: readable by its user only."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parts import CannotRun


@contextmanager
def keep_to_ourselves(folder: Path) -> Iterator[None]:
    """Make the folder for one `make run` at a time. Raises CannotRun."""
    with (folder / "run.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"It is already running from {folder}: end that one first, or choose another VAR_DIR."
            raise CannotRun(message) from None
        yield


def secrets_of(folder: Path) -> dict[str, str]:
    """The keys of this house, made once and kept in <folder>/keys (mode 600). Also makes the folder (mode 700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / "log").mkdir(mode=0o700, exist_ok=True)
    keys = folder / "keys"
    if not keys.exists():
        fresh = folder / f"keys.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{name}={value}\n" for name, value in _new_secrets().items()), encoding="ascii")
        fresh.replace(keys)
    return dict(line.split("=", 1) for line in keys.read_text(encoding="ascii").splitlines())


def note_down(folder: Path, settings: dict[str, str]) -> None:
    """What the open house runs with, in <folder>/house.env (mode 600), so that `bin/flask` can speak to it."""
    file = folder / "house.env"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(
        "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items())), encoding="utf-8"
    )


def forget(folder: Path) -> None:
    """The house is closed."""
    (folder / "house.env").unlink(missing_ok=True)


def _new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_hex(32),
        "LINK_KEY": secrets.token_hex(32),
        "DATA_KEYS": f"k001:{base64.b64encode(secrets.token_bytes(32)).decode('ascii')}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(24)}",
    }
