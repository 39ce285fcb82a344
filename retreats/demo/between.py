"""Rows for what goes on after a gathering and before the next: practices, a shown note, material, a list, a conversation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from retreats.conversation.models import Conversation, ConversationMessage, Member
from retreats.db import Base, db, new_id
from retreats.demo.content import Table, said
from retreats.demo.house import Community
from retreats.demo.loop import place_of
from retreats.practices.models import (
    Material,
    Practice,
    PracticeComment,
    PracticeNote,
    PracticePlan,
    PracticeVersion,
    PreparationItem,
)


def go_on(community: Community) -> None:
    """Write all of it: what was offered this morning, and what people made of it since."""
    table = said("between")
    practices = {
        each["key"]: _practice(number, each, table, community) for number, each in enumerate(table["practices"], 1)
    }
    _write(list(practices.values()))
    for each in table["plans"]:
        _write(list(_planned(each, practices[each["practice"]], table, community)))
    _write(list(_given(table, community)))
    _talk(table, community)


def _write(rows: list[Base]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _practice(number: int, each: Table, table: Table, community: Community) -> Practice:
    practice = Practice(id=new_id(), gathering_id=community.gatherings[table["gathering"]].id, position=number)
    practice.versions = [
        PracticeVersion(id=new_id(), number=1, title=each["title"], how=each["how"], how_long=each["how_long"],
                        written_at=community.now - timedelta(hours=11))
    ]  # fmt: skip
    return practice


def _planned(each: Table, practice: Practice, table: Table, community: Community) -> Iterator[Base]:
    place = place_of(each["who"], community.gatherings[table["gathering"]], community)
    plan = PracticePlan(id=new_id(), place_id=place.id, practice_id=practice.id, version_id=practice.current.id,
                        state="going")  # fmt: skip
    plan.when, plan.will = each["when"], each["will"]
    yield plan
    for order, written in enumerate(each.get("notes", [])):
        moment = community.now - timedelta(hours=4 - order)
        note = PracticeNote(id=new_id(), plan=plan, shown=written.get("shown", False), written_at=moment)
        note.text = written["text"]
        yield note
        if "comment" in written:
            by = community.people[table["led_by"]]
            comment = PracticeComment(id=new_id(), note=note, person_id=by.id, written_at=moment + timedelta(hours=2))
            comment.text = written["comment"]
            yield comment


def _given(table: Table, community: Community) -> Iterator[Base]:
    for each in table["material"]:
        yield Material(id=new_id(), gathering_id=community.gatherings[table["gathering"]].id, kind=each["kind"],
                       title=each["title"], text=each["text"], added_at=community.now - timedelta(hours=10))  # fmt: skip
    for position, each in enumerate(table["prepare"]):
        yield PreparationItem(id=new_id(), gathering_id=community.gatherings[table["before"]].id, position=position,
                              text=each["text"], days_before=each.get("days"))  # fmt: skip


def _talk(table: Table, community: Community) -> None:
    gathering = community.gatherings[table["gathering"]]
    _write([Conversation(id=new_id(), gathering_id=gathering.id, digests=0)])
    for order, each in enumerate(table["said"]):
        member = Member(id=new_id(), gathering_id=gathering.id, wants_digest=False, left=False)
        if "as" in each:
            member.place_id, member.name = place_of(each["who"], gathering, community).id, each["as"]
        else:
            member.person_id = community.people[each["who"]].id
        message = ConversationMessage(id=new_id(), member=member, topic=each["topic"],
                                      written_at=community.now - timedelta(minutes=240 - 45 * order))  # fmt: skip
        message.text = each["text"]
        _write([member, message])
