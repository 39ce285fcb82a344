"""`python -m retreats.translations` compiles what is stale; with `check` it says what is not translated, or wrongly."""

from __future__ import annotations

import sys

from retreats.translations import compile_if_stale
from retreats.translations.check import complaints


def main(words: list[str]) -> int:
    if words == ["check"]:
        found = complaints()
        print("\n".join(found) or "Every sentence is translated.")
        return bool(found)
    if words:
        print("Say nothing, to compile, or `check`.", file=sys.stderr)
        return 2
    compile_if_stale()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
