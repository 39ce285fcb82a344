"""`make lint`, after ruff and mypy: templates, translations, migrations. One line for each thing that is wrong."""

from __future__ import annotations

import sys

from retreats.translations import check
from tests import lint_migrations, lint_templates


def main() -> int:
    found = [*lint_templates.complaints(), *check.complaints(), *lint_migrations.complaints()]
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
