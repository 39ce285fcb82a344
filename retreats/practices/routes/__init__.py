"""The pages of what goes on between sessions, by who looks at them."""

from flask import Blueprint

from retreats.practices.queries.material import what_there_is, where_something_lies

bp = Blueprint("practices", __name__)
bp.add_app_template_global(what_there_is)
bp.add_app_template_global(where_something_lies)

from retreats.practices.routes import facilitate, material, own, preparation  # noqa: E402  (they hang their routes on bp)

__all__ = ["bp", "facilitate", "material", "own", "preparation"]
