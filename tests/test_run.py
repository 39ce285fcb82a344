"""`make run` as a newcomer meets it: it opens, says where to look, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.visitor import Answer, Unanswered, Visitor

ROOT = Path(__file__).resolve().parent.parent
OURS = {"DEMO", "SITE_URL", "DATABASE_URL", "MAIL_SERVER", "STRIPE_SECRET_KEY", "SECRET_KEY", "LINK_KEY", "DATA_KEYS"}


class Running:
    """One `make run` in a folder of its own."""

    def __init__(self, folder: Path, port: int, **more: str) -> None:
        self.folder, self.port = folder, port
        settings = {key: value for key, value in os.environ.items() if key not in OURS}
        settings |= {"PORT": str(port), "VAR_DIR": str(folder), "LOG_LEVEL": "DEBUG", **more}
        command = [sys.executable, str(ROOT / "bin" / "run.py")]
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            command, env=settings, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_until_it_says(self, word: str) -> str:
        """What it has said up to the line with this word, which has to come."""
        said: list[str] = []
        for line in self.process.stdout:
            said.append(line)
            if word in line:
                return "".join(said)
        raise AssertionError(self.process.stderr.read())

    def end(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Its exit code and its last words."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err

    def children(self) -> set[int]:
        """The ids of its parts."""
        return {each.pid for each in psutil.Process(self.process.pid).children()}

    def parts(self) -> set[int]:
        """The ids of everything it has started, and of what that has started."""
        return {each.pid for each in psutil.Process(self.process.pid).children(recursive=True)}


@pytest.fixture
def port() -> int:
    return a_free_port()


def a_free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def running(tmp_path: Path, port: int) -> Iterator[list[Running]]:
    started: list[Running] = []
    yield started
    for each in started:
        if each.process.poll() is None:
            each.end(signal.SIGTERM)
        each.process.stdout.close()
        each.process.stderr.close()


@pytest.mark.slow
def test_a_newcomer_starts_the_house_ends_it_with_nothing_left_and_finds_it_again(
    tmp_path: Path, port: int, running: list[Running]
):
    house = Running(tmp_path / "var", port)
    running.append(house)

    welcome = house.wait_until_it_says("Ready after")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready") as answer:
        status = answer.status
    parts = house.parts()
    _somebody_books_and_signs_in(port)
    _a_second_one_in_its_folder_is_one_too_many(house)
    _a_command_speaks_to_it(house)
    kept = (house.folder / "keys").read_text(encoding="ascii")
    code, last_words, errors = house.end()

    assert [each for each in _logged(house) if "canary" in each.lower() or "tuesday-circle/register?" in each] == []
    assert f"http://localhost:{port}/" in welcome
    assert status == 200
    assert len(parts) >= 5, "web with its process, worker, mailroom, Stripe"
    assert (code, last_words, errors) == (0, "\nEverything has ended. `make run` starts it again.\n", "")
    assert [pid for pid in parts if psutil.pid_exists(pid)] == []
    assert stat.S_IMODE(house.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((house.folder / "keys").stat().st_mode) == 0o600
    assert not (house.folder / "house.env").exists()
    _started_again_it_has_its_keys_and_ends_whole_when_a_part_dies(house, kept, running)


def _started_again_it_has_its_keys_and_ends_whole_when_a_part_dies(
    before: Running, kept: str, running: list[Running]
) -> None:
    house = Running(before.folder, before.port)
    running.append(house)
    house.wait_until_it_says("Ready after")
    parts = house.parts()

    os.kill(max(house.children()), signal.SIGKILL)
    _, errors = house.process.communicate(timeout=20)

    assert (house.folder / "keys").read_text(encoding="ascii") == kept
    assert house.process.returncode == 1
    assert "ended by itself (code -9)" in errors
    assert [pid for pid in parts if psutil.pid_exists(pid)] == []


def _somebody_books_and_signs_in(port: int) -> None:
    """With a name and an address that are nowhere else, and with mistakes on the way."""
    visitor = Visitor("127.0.0.1", port)
    who = {"name-0": "Canary Bird", "email-0": "canary@example.org", "terms": "1"}
    form = visitor.get("/gatherings/tuesday-circle/register?party=1").hidden
    assert visitor.post("/gatherings/tuesday-circle/register", form | who | {"email-0": "canary"}).status == 422
    assert visitor.post("/gatherings/tuesday-circle/register", form | who).status == 303
    assert visitor.post("/gatherings/tuesday-circle/register", {**who, "csrf_token": "old"}).status == 400
    signing = visitor.get("/sign-in").hidden
    assert visitor.post("/sign-in", signing | {"email": "canary@example.org"}).status == 303
    assert visitor.get("/registrations/CANARY0000?key=canary").status == 404
    visitor.close()


def _logged(house: Running) -> list[str]:
    return [
        line for log in (house.folder / "log").glob("*.log") for line in log.read_text(encoding="utf-8").splitlines()
    ]


def _a_command_speaks_to_it(house: Running) -> None:
    """`bin/flask`, with nothing in its environment but where the house is kept."""
    noted = house.folder / "house.env"
    assert stat.S_IMODE(noted.stat().st_mode) == 0o600
    for words, expected in {
        "doctor": "The house is well.",
        "people invite ella@example.org --facilitator": "ella@example.org",
    }.items():
        environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(house.folder)}
        command = [str(ROOT / "bin" / "flask"), *words.split()]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        assert expected in done.stdout, (words, done.stdout)


@pytest.mark.at_length
@pytest.mark.slow
def test_a_house_of_ones_own_asks_for_its_owner_once_whatever_is_killed_in_between(
    tmp_path: Path, port: int, running: list[Running]
):
    """Killed once before anybody pressed, and once at the press, before or after it was taken down."""
    links, mine = [], {"house_name": "Casa da Olga", "name": "Olga", "email": "olga@example.org", "language": "en"}
    for _killed in range(2):
        house, form = _a_house_of_ones_own(tmp_path, port, running, links)
        pressing = threading.Thread(target=_press, args=(port, links[0], mine), daemon=True)
        if len(links) == 2:
            pressing.start()
        _kill(house)
        if pressing.ident:
            pressing.join(timeout=20)
    house, form = _a_house_of_ones_own(tmp_path, port, running, links)
    if form.status == 200:  # it was killed before the press was taken down
        _press(port, links[0], mine)

    late = Visitor("127.0.0.1", port)
    seen = [late.get(links[0]).status, late.post(links[0], mine | {"email": "nell@example.org"}).status]
    home = late.get("/").text
    late.close()
    assert len(set(links)) == 1
    assert seen[0] == 410
    assert seen[1] in {400, 410}
    assert "Casa da Olga" in home
    asked = subprocess.run(
        [str(ROOT / "bin" / "flask"), "sign-in-link", "olga@example.org"], capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(house.folder)}, check=True,
    )  # fmt: skip
    assert f"http://localhost:{port}/sign-in/link/" in asked.stdout
    assert house.end()[0] == 0


def _a_house_of_ones_own(tmp_path: Path, port: int, running: list[Running], links: list[str]) -> tuple[Running, Answer]:
    """Open it, and look at the link that it prints (the first one, when it prints none)."""
    house = Running(tmp_path / "house", port, DEMO="0")
    running.append(house)
    links += re.findall(r"http://localhost:\d+(/set-up/\S+)", house.wait_until_it_says("Ready after"))
    browser = Visitor("127.0.0.1", port)
    form = browser.get(links[0])
    browser.close()
    return house, form


def _kill(house: Running) -> None:
    """All of it at once, as when the machine goes down."""
    parts = house.parts()
    house.process.kill()
    for each in parts:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    house.process.wait(timeout=20)
    _until_free(house.port)


def _press(port: int, link: str, fields: dict[str, str]) -> None:
    """Open the link and press, whatever becomes of the answer."""
    browser = Visitor("127.0.0.1", port)
    with suppress(Unanswered):
        browser.post(link, browser.get(link).hidden | fields)
    browser.close()


def _until_free(port: int) -> None:
    """Until nobody listens there any more."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
    raise AssertionError(port)


def test_a_real_house_is_not_opened_as_a_demonstration(tmp_path: Path, port: int):
    for name, value in {"SITE_URL": "https://casa.example", "MAIL_SERVER": "mail.example"}.items():
        house = Running(tmp_path / "var", port, **{name: value})
        out, errors = house.process.communicate(timeout=20)

        assert (house.process.returncode, out) == (1, "")
        assert f"{name} is that of a real house" in errors


def test_an_old_python_gets_one_clear_sentence(tmp_path: Path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *version_info\\[:2\\]*) echo 3.9 ;; *) exit 1 ;; esac\n', encoding="ascii")
    old.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "environment").write_bytes((ROOT / "bin" / "environment").read_bytes())

    command = ["sh", str(tmp_path / "bin" / "environment"), "runtime"]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHON": "python3"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=False)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "This needs Python 3.11 or newer, and here is only 3.9: install a newer one (python.org has it) and run make again."
    )


def _a_second_one_in_its_folder_is_one_too_many(house: Running) -> None:
    second = Running(house.folder, a_free_port())
    _, errors = second.process.communicate(timeout=20)

    assert second.process.returncode == 1
    assert errors == f"It is already running from {house.folder}: end that one first, or choose another VAR_DIR.\n"


def test_a_taken_port_gets_one_clear_sentence(tmp_path: Path, port: int):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        house = Running(tmp_path / "var", port)
        out, errors = house.process.communicate(timeout=20)

    assert (house.process.returncode, out) == (1, "")
    assert errors == (
        f"Port {port} is taken by another program: choose a free one, as in `make run PORT={port + 1}`.\n"
    )
