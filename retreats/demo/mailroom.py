"""The demonstration's post office: an SMTP server on loopback that keeps every letter as a file.

`python -m retreats.demo.mailroom --port P --folder DIR` writes `<n>.eml`, n rising, each whole or not at all. It imports
nothing else of the house.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Shelf:
    """Where letters are put."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.Lock()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  (aiosmtpd's name)
        """Keep one letter."""
        content = envelope.content or b""
        with self.lock:
            number = max((int(path.stem) for path in self.folder.glob("*.eml")), default=0) + 1
            fresh = self.folder / f"{number}.part"
            fresh.write_bytes(content if isinstance(content, bytes) else content.encode())
            fresh.rename(self.folder / f"{number}.eml")
        return f"250 kept as {number}"


def main() -> None:
    """Serve until told to stop."""
    reader = argparse.ArgumentParser(prog="python -m retreats.demo.mailroom")
    reader.add_argument("--port", type=int, required=True)
    reader.add_argument("--folder", type=Path, required=True)
    asked = reader.parse_args()
    server = Controller(Shelf(asked.folder), hostname="127.0.0.1", port=asked.port)
    server.start()
    sys.stdout.write(f"mailroom ready on 127.0.0.1:{asked.port}, process {os.getpid()}\n")
    sys.stdout.flush()
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_what: stop.set())
    stop.wait()
    server.stop()


if __name__ == "__main__":
    main()
