"""Rows for the short rounds of the past retreat: passed on, read, and the check-in answered in a line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from retreats.db import Base, db, new_id
from retreats.demo.content import Table, said
from retreats.demo.house import Community
from retreats.demo.loop import place_of
from retreats.feedback import own_link
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import Batch, CheckIn, FormWindow, GroupAnswer, GroupText
from retreats.feedback.rounds import CHECK_IN, FOLLOW_UPS, Round
from retreats.feedback.service.rounds import closes_at

_AFTER_BREAKFAST = timedelta(hours=14)


def speak_in_between(community: Community) -> None:
    """Write the check-in of the past retreat with its answer, and what was said three weeks later."""
    table = said("rounds")
    for asked in (CHECK_IN, FOLLOW_UPS[21]):
        window, batch = _passed_on(asked, table, community)
        for layer in ([window], [batch], list(_spoken(table[asked.occasion], window, batch, community))):
            db.session.add_all(layer)
            db.session.flush()
    db.session.add(_line(table, community))
    db.session.flush()


def _passed_on(asked: Round, table: Table, community: Community) -> tuple[FormWindow, Batch]:
    gathering = community.gatherings[table["gathering"]]
    window = FormWindow(id=new_id(), gathering_id=gathering.id, occasion=asked.occasion, form_id=house_form(asked.form).id,
                        state="closed", attended=gathering.taken, offers_unnamed=True, digests=0)  # fmt: skip
    return window, Batch(id=new_id(), window_id=window.id, number=1, answered=table[asked.occasion]["answered"],
                         released_at=closes_at(gathering, asked.occasion) or community.now)  # fmt: skip


def _spoken(table: Table, window: FormWindow, batch: Batch, community: Community) -> Iterator[Base]:
    for question, values in table["scales"].items():
        for value in values:
            yield GroupAnswer(id=new_id(), batch_id=batch.id, question=question, value=value)
    gathering = next(each for each in community.gatherings.values() if each.id == window.gathering_id)
    for each in table["texts"]:
        token = own_link.token_of(place_of(each["who"], gathering, community))
        text = GroupText(id=new_id(), batch_id=batch.id, question=each["question"],
                         locator=own_link.released_locator(token, window.id, each["question"]))  # fmt: skip
        text.text = each["text"]
        yield text


def _line(table: Table, community: Community) -> CheckIn:
    gathering, words = community.gatherings[table["gathering"]], table["check_in"]
    closed = closes_at(gathering, CHECK_IN.occasion) or community.now
    return CheckIn(id=new_id(), gathering_id=gathering.id, wanted=False, heard=words["heard"], tomorrow=words["tomorrow"],
                   said_by_id=community.people[table["answered_by"]].id, said_at=closed + _AFTER_BREAKFAST)  # fmt: skip
