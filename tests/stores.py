"""For what is told once: a way through many pages, or a table of who gets in where, is walked on one of the two stores.

Each verb and each query on that way is tried on both where it is at home.
"""

from __future__ import annotations

import pytest

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize("store", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
