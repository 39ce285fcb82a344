"""The files for running it for real fit the code: systemd, nginx and this repository find nothing wrong with them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

DEPLOY = ROOT / "deploy"


@pytest.mark.parametrize("unit", sorted(path.name for path in DEPLOY.glob("retreats-*")))
def test_systemd_understands_every_unit(unit: str, tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("systemd-analyze is not here (apt install systemd)")
    for path in DEPLOY.glob("retreats-*"):
        text = re.sub(r"/opt/retreats/\.venv/bin/\w+", "/bin/true", path.read_text(encoding="utf-8"))
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    done = subprocess.run([analyse, "verify", str(tmp_path / unit)], capture_output=True, text=True, check=False)

    assert [line for line in done.stderr.splitlines() if "retreats" in line] == []


def test_nginx_understands_the_site(tmp_path: Path) -> None:
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is not here (apt install nginx-light openssl)")
    subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=casa.example", "-days", "1", "-keyout",
                    tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"], check=True, capture_output=True)  # fmt: skip
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for there, here in (("/etc/ssl/retreats", tmp_path), ("/var/log/nginx", tmp_path), ("/opt/retreats", ROOT)):
        assert there in site
        site = site.replace(there, str(here))
    (tmp_path / "site.conf").write_text(site, encoding="utf-8")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ include {DEPLOY}/nginx-log.conf; include {tmp_path}/site.conf; }}\n",
        encoding="utf-8",
    )

    done = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)

    assert "test is successful" in done.stderr, done.stderr


def test_the_containerfile_takes_in_what_is_there_and_starts_what_the_procfile_starts() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    ignored = (DEPLOY / "Containerfile.containerignore").read_text(encoding="utf-8")
    taken = re.findall(r"^COPY (\S+) ", text, re.MULTILINE)

    assert [each for each in taken if not (ROOT / each).exists() or f"!{each}" not in ignored] == []
    web = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()[0]
    for word in re.findall(r"--[a-z-]+", web):
        assert word in text
        assert word in (DEPLOY / "retreats-web@.service").read_text(encoding="utf-8")
