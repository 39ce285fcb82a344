"""Comparing as people do who look for somebody: `Inês` is found by `ines`, in both stores.

`folded(column)` is the same in SQL as `fold(text)` is here: lower case, letters without their accents.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_WITH = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
_WITHOUT = "aaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuyy"
_TABLE = str.maketrans(_WITH, _WITHOUT)


def fold(text: str | None) -> str | None:
    """For comparing; None stays None, as SQL wants it."""
    return None if text is None else text.translate(_TABLE).lower()


class folded(FunctionElement[str]):  # noqa: N801  (read like a function of SQL, which it becomes)
    """The same of a column, asked of the database."""

    type = String()
    name = "folded"
    inherit_cache = True


@compiles(folded)
def _by_ourselves(element: Any, compiler: Any, **more: Any) -> str:  # Any: SQLAlchemy's compilers carry no types
    """SQLite calls `fold`, which `install` gave it."""
    return f"folded({compiler.process(element.clauses, **more)})"


@compiles(folded, "postgresql")
def _by_postgres(element: Any, compiler: Any, **more: Any) -> str:  # Any: as above
    text = compiler.process(element.clauses, **more)
    plain = f"octet_length({text}) = length({text})"  # most are, and translating takes time
    return f"lower(CASE WHEN {plain} THEN {text} ELSE translate({text}, '{_WITH}', '{_WITHOUT}') END)"


def install(connection: Any) -> None:  # Any: sqlite3's connection, seen through the pool
    """Let SQLite fold."""
    connection.create_function("folded", 1, fold, deterministic=True)
