"""A short drill: what is shared fails once each, processes die, and every promise holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drill import redis_server
from tests.drill.crowd import Told
from tests.drill.drill import drill, not_as_told
from tests.drill.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.at_length, pytest.mark.postgres, pytest.mark.xdist_group("kill")]


def test_two_hosts_survive_deaths_of_processes_of_redis_and_of_postgresql(
    tmp_path: Path, limits_as_before: None
) -> None:
    try:
        site = Site(tmp_path)
    except redis_server.Unavailable as reason:
        pytest.skip(str(reason))
    try:
        site.start()
        done = drill(site, seed=7, seconds=10, people=3, every=0.6)
        invented = list(not_as_told(site, [Told("ada@example.org", "NEVERTOLD1", "roomy")]))
    finally:
        site.close()

    assert done.wrong == []
    assert len(invented) == 1, "a lost booking is noticed"
    assert done.said_yes > 5
    assert {"Redis gone for 4 s, and back empty", "PostgreSQL restarted"} <= set(done.failures)
