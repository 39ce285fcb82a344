"""The terms of booking, version by version."""

from __future__ import annotations

from sqlalchemy import func, select

from retreats import clock
from retreats.catalogue.models import Terms
from retreats.db import Localised, db, new_id


def put_terms_in_force(text: Localised) -> Terms:
    """The next version, in force from now on; what was accepted before stays with each booking."""
    newest = db.session.scalar(select(func.max(Terms.version))) or 0
    terms = Terms(id=new_id(), version=newest + 1, text=text, valid_from=clock.now())
    db.session.add(terms)
    db.session.flush()
    return terms
