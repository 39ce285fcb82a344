"""The setup link: derived from LINK_KEY, stored nowhere; it opens until somebody owns the house."""

from __future__ import annotations

import shlex
from pathlib import Path

from flask import current_app

from retreats import links
from retreats.accounts import owning
from retreats.db import let_go
from retreats.house.queries import current

_PURPOSE = "set up"


def path() -> str:
    """Its path on this house."""
    return f"/set-up/{links.derive(_PURPOSE)}"


def address() -> str:
    """The whole of it."""
    return f"{current().url}{path()}"


def opens(token: str) -> bool:
    """Whether this is the token of the setup link."""
    return links.matches(token, _PURPOSE)


def welcome() -> str:
    """What `make run` prints of a house that is no demonstration."""
    is_owned = owning.has_owner()
    let_go()
    lines = [f"The house is open: {current().url}/"]
    if not is_owned:
        lines += ["", "Nobody owns it yet. Open this link once, and it is yours:", "", f"  {address()}"]
    here = f"{_where()}bin/flask"
    return "\n".join([*lines, "", f"  Is it well?              {here} doctor",
                      f"  In without a letter      {here} sign-in-link YOUR-ADDRESS", ""])  # fmt: skip


def _where() -> str:
    """What `bin/flask` has to be told, where the house is kept elsewhere than it looks."""
    folder = Path(current_app.config["VAR_DIR"])
    return "" if folder == Path("var").resolve() else f"VAR_DIR={shlex.quote(str(folder))} "
