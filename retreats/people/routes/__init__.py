"""The pages below /organise/people/."""

from flask import Blueprint, request

from retreats.people.wording import letter_words

bp = Blueprint("people", __name__, url_prefix="/organise/people")
bp.add_app_template_global(letter_words)


def number_in_query(name: str) -> int | None:
    """A person's number in the address, or None."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 20 else None


from retreats.people.routes import inviting, merging, quiet, records  # noqa: E402  (they hang their routes on bp)

__all__ = ["bp", "inviting", "merging", "number_in_query", "quiet", "records"]
