"""Complaints: read by somebody they are not about, acknowledged in three working days, answered in fifteen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from retreats import clock, links
from retreats.accounts import access
from retreats.accounts import queries as people
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.catalogue.queries import is_led_by
from retreats.db import db, new_id
from retreats.events import (
    ComplaintAcknowledged,
    ComplaintAdded,
    ComplaintAnswered,
    ComplaintFiled,
    ComplaintLate,
    ComplaintOpened,
    ComplaintWithdrawn,
    PersonDisabled,
    PersonMerged,
)
from retreats.feedback import working_days
from retreats.feedback.models import Complaint, ComplaintLine
from retreats.feedback.people import leaders_of
from retreats.feedback.service.asking import whose
from retreats.feedback.service.rules import rules_of
from retreats.house.queries import current
from retreats.outbox import emit
from retreats.refusals import NextStep, NotFound, Refusal

ACKNOWLEDGED_IN, ANSWERED_IN = 3, 15
"""Working days, as the Portuguese complaints book has them."""


class NobodyToRead(Refusal):
    """Everybody who could read it here is whom it is about."""

    code = "nobody_to_read"


class NothingSaid(Refusal):
    """There are no words in it yet."""

    code = "nothing_said"
    status = 422


class ComplaintOver(Refusal):
    """It was taken back, or has been answered already."""

    code = "complaint_over"


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A complaint as the form gave it; name and address are the author's choice."""

    form_key: str
    text: str
    about: str
    language: str
    gathering_id: int | None = None
    about_id: int | None = None
    name: str = ""
    email: str = ""


def file(filed: Filed) -> Complaint:
    """Take it in, and give it to somebody it is not about; the same form twice is one. Raises NothingSaid, NobodyToRead."""
    before = db.session.scalar(select(Complaint).where(Complaint.form_key == filed.form_key))
    if before is not None:
        return before
    if not filed.text:
        raise NothingSaid
    gathering = db.session.get(Gathering, filed.gathering_id) if filed.gathering_id else None
    now, zone = clock.now(), current().zone
    found = Complaint(
        id=new_id(), form_key=filed.form_key, gathering_id=gathering.id if gathering else None, about=filed.about,
        about_id=filed.about_id, reader_id=reader_for(gathering, filed.about, filed.about_id).id,
        language=filed.language, filed_at=now, late_told=0, found_by=whose(filed.email) if filed.email else None,
        acknowledge_by=working_days.after(now, ACKNOWLEDGED_IN, zone),
        answer_by=working_days.after(now, ANSWERED_IN, zone),
    )  # fmt: skip
    found.text, found.name, found.email = filed.text, filed.name or None, filed.email or None
    db.session.add(found)
    db.session.flush()
    emit(ComplaintFiled(complaint_id=found.id))
    return found


def reader_for(gathering: Gathering | None, about: str, about_id: int | None) -> Person:
    """The care contact, else her deputy, else who reads complaints here, else an owner: the first it is not about, who
    leads no part of it, and who is not disabled. Raises NobodyToRead.
    """
    rules = rules_of(gathering.id if gathering else None)
    care = gathering.care_contact if gathering else None
    asked = [care, rules.deputy, rules.reader, *people.with_role("owner")]
    excluded = {about_id, *(each.id for each in (leaders_of(gathering) if gathering else []))}
    if about == "care" and care is not None:
        excluded.add(care.id)
    if about == "organiser":
        excluded |= {each.id for each in people.with_role("organiser")}
    for person in asked:
        if person is not None and person.disabled_at is None and person.id not in excluded:
            return person
    raise NobodyToRead(next_step=NextStep("livroreclamacoes.pt", current().complaints_url))


def hand_on(event: PersonDisabled) -> None:
    """Whose reader is disabled gets another one; where there is nobody else, it stays until there is."""
    to_somebody_else(waiting().where(Complaint.reader_id == event.person_id))


def keep_apart(event: PersonMerged) -> None:
    """Two people turned out to be one: what would be read by whom it is about gets another reader."""
    del event
    to_somebody_else(waiting().where(Complaint.reader_id == Complaint.about_id))


def to_somebody_else(which: Select[Complaint]) -> None:
    """Give each of these to whoever may read it now; where there is nobody, it stays."""
    for each in db.session.scalars(which):
        try:
            each.reader_id = reader_for(each.gathering, each.about, each.about_id).id
        except NobodyToRead:
            continue
        emit(ComplaintFiled(complaint_id=each.id))


def open_complaint(complaint_id: int, *, by: Person) -> Complaint:
    """Read it: that she looked is written down. Raises NotFound for anybody else."""
    found = read_by(complaint_id, by)
    access.note_look(by.id, f"complaint:{found.id}")
    if found.opened_at is None:
        found.opened_at = clock.now()
        emit(ComplaintOpened(complaint_id=found.id))
    return found


def acknowledge(complaint_id: int, text: str, *, by: Person) -> None:
    """Say that it has arrived and what happens next; pressed twice it is said once. Raises NotFound, ComplaintOver."""
    found = _open(complaint_id, by)
    if found.acknowledged_at is not None:
        return
    found.acknowledged_at = clock.now()
    _line(found, "acknowledged", text, by=by)
    emit(ComplaintAcknowledged(complaint_id=found.id))


def answer(complaint_id: int, text: str, *, by: Person) -> None:
    """Answer it; that acknowledges it too. Raises NotFound, NothingSaid, ComplaintOver when it was answered and nothing
    was added since.
    """
    found = _open(complaint_id, by)
    if not text:
        raise NothingSaid
    told = [each.kind for each in found.lines if each.kind in {"answered", "more"}]
    if told and told[-1] == "answered":
        raise ComplaintOver
    now = clock.now()
    found.acknowledged_at, found.answered_at = found.acknowledged_at or now, found.answered_at or now
    line = _line(found, "answered", text, by=by)
    emit(ComplaintAnswered(complaint_id=found.id, line_id=line.id))


def note(complaint_id: int, text: str, *, by: Person) -> None:
    """Keep a line for the reader alone; the same line twice in a row is one. Raises NotFound, NothingSaid."""
    db.session.get(Complaint, complaint_id, with_for_update=True)
    found = read_by(complaint_id, by)
    if not text:
        raise NothingSaid
    if not _was_just_said(found, "note", text):
        _line(found, "note", text, by=by)


def add(complaint_id: int, text: str) -> None:
    """Its author writes more; the same words twice in a row are written once. Raises NothingSaid, ComplaintOver."""
    found = db.session.get_one(Complaint, complaint_id, with_for_update=True)
    if found.withdrawn_at is not None:
        raise ComplaintOver
    if not text:
        raise NothingSaid
    if _was_just_said(found, "more", text):
        return
    line = _line(found, "more", text)
    emit(ComplaintAdded(complaint_id=found.id, line_id=line.id))


def withdraw(complaint_id: int) -> None:
    """Its author takes it back: the words go, that there was one is still counted. Twice is once."""
    found = db.session.get_one(Complaint, complaint_id, with_for_update=True)
    if found.withdrawn_at is not None:
        return
    found.withdrawn_at = clock.now()
    empty([found])
    emit(ComplaintWithdrawn(complaint_id=found.id))


def empty(complaints: list[Complaint]) -> None:
    """Let go of what is somebody's in them; when they came and were answered stays, to be counted."""
    for each in complaints:
        each.text = each.name = each.email = each.found_by = None
        each.lines.clear()
    db.session.flush()


def late_due(now: datetime) -> None:
    """Each of the two dates that passes is told once."""
    for found, which in _late(now):
        found.late_told = which
        emit(ComplaintLate(complaint_id=found.id, which=which))
    db.session.flush()


def next_late() -> datetime | None:
    """The next of these dates."""
    open_ = waiting().subquery()
    dates = [
        db.session.scalar(select(func.min(open_.c[column])).where(open_.c.late_told < which, *unmet))
        for column, which, unmet in (
            ("acknowledge_by", 1, [open_.c.acknowledged_at.is_(None)]),
            ("answer_by", 2, []),
        )
    ]
    return min((each for each in dates if each is not None), default=None)


def token_of(complaint: Complaint) -> str:
    """The last part of `/complaint/<token>`."""
    return f"{complaint.id:x}-{links.derive('complaint', complaint.id)}"


def of_token(token: str) -> Complaint:
    """Whose link this is. Raises NotFound."""
    row, _, key = token.partition("-")
    if not re.fullmatch(r"[0-9a-f]{1,16}", row) or not links.matches(key, "complaint", int(row, 16) % 2**63):
        raise NotFound
    wanted = select(Complaint).where(Complaint.id == int(row, 16) % 2**63)
    found = db.session.scalar(
        wanted.options(joinedload(Complaint.gathering), joinedload(Complaint.reader), selectinload(Complaint.lines))
    )
    if found is None:
        raise NotFound
    return found


def read_by(complaint_id: int, person: Person) -> Complaint:
    """A complaint that this person reads. Raises NotFound for whom it is about, for who leads there, and for all others."""
    found = db.session.get(Complaint, complaint_id)
    if found is None or found.reader_id != person.id or found.about_id == person.id:
        raise NotFound
    if found.gathering is not None and is_led_by(found.gathering, person.id):
        raise NotFound
    return found


def _open(complaint_id: int, by: Person) -> Complaint:
    db.session.get(Complaint, complaint_id, with_for_update=True)
    found = read_by(complaint_id, by)
    if found.withdrawn_at is not None:
        raise ComplaintOver
    return found


def _line(complaint: Complaint, kind: str, text: str, *, by: Person | None = None) -> ComplaintLine:
    line = ComplaintLine(id=new_id(), complaint_id=complaint.id, kind=kind, position=len(complaint.lines), person_id=by.id if by else None,
                         written_at=clock.now())  # fmt: skip
    line.text = text or None
    complaint.lines.append(line)
    db.session.flush()
    return line


def _was_just_said(complaint: Complaint, kind: str, text: str) -> bool:
    same = [each.text for each in complaint.lines if each.kind == kind]
    return bool(same) and same[-1] == text


def waiting() -> Select[Complaint]:
    """Complaints that have no answer yet."""
    return select(Complaint).where(Complaint.answered_at.is_(None), Complaint.withdrawn_at.is_(None))


def _late(now: datetime) -> list[tuple[Complaint, int]]:
    found = []
    for each in db.session.scalars(waiting().where(Complaint.late_told < 2, Complaint.acknowledge_by <= now)):
        if each.answer_by <= now:
            found.append((each, 2))
        elif each.acknowledged_at is None and each.late_told < 1:
            found.append((each, 1))
    return found
