"""`python -m retreats.new_data_key [k002]`: a fresh key for DATA_KEYS. It needs no settings, for it comes before them."""

from __future__ import annotations

import sys

from retreats import crypto


def main(arguments: list[str]) -> int:
    """Print it. Its id has four letters or digits, and is new for each key; k001 where none is given."""
    try:
        key = crypto.new_data_key(arguments[0] if arguments else "k001")
        crypto.KeyRing(key)
    except ValueError as reason:
        print(reason, file=sys.stderr)
        return 1
    print(key)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
