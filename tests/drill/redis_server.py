"""A Redis of the drill's own: kept nowhere, so it comes back empty, as after a loss."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.kill.house import free_port
from tests.kill.parts import wait_until


class Unavailable(Exception):
    """Redis cannot run here; the sentence says why."""


class Redis:
    """One server on a free port of loopback."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise Unavailable(
                "Redis is missing: install redis-server (apt install redis-server), then the drill can run."
            )
        self._command = [program, "--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--dir", str(folder)]
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen([*self._command, "--port", str(self.port)], stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)  # fmt: skip
        if not wait_until(lambda: self._say("PING") == b"+PONG\r\n", seconds=10):
            raise Unavailable("Redis did not start.")

    def stop(self) -> None:
        """At once, with all it held."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self, *, thaw: bool = False) -> None:
        """It takes connections, and answers nothing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT if thaw else signal.SIGSTOP)

    def flush(self) -> None:
        """All queues and counters are gone."""
        assert self._say("FLUSHALL") == b"+OK\r\n"

    def _say(self, word: str) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"{word}\r\n".encode())
                return connection.recv(64)
        except OSError:
            return b""
