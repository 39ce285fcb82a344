"""Reading what the mailroom keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from icalendar import Calendar


@dataclass(frozen=True)
class Mail:
    """One letter as it arrived."""

    number: int
    to: str
    subject: str
    sent_at: datetime | None
    message: EmailMessage

    def body(self, kind: str) -> str:
        """Its text (`plain`) or its HTML (`html`)."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""

    def invite(self) -> list[tuple[str, str]]:
        """What its calendar entry says, as pairs of a property and its value; empty when it brings none."""
        parts = [part for part in self.message.walk() if part.get_content_type() == "text/calendar"]
        if not parts:
            return []
        calendar = Calendar.from_ical(cast("bytes", parts[0].get_payload(decode=True)))
        event = calendar.events[0]
        wanted = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "STATUS", "SEQUENCE", "UID")
        found = [(name, _spoken(event[name])) for name in wanted if name in event]
        return [("METHOD", str(calendar["METHOD"])), *found]


def _spoken(value: object) -> str:
    moment = getattr(value, "dt", value)
    return moment.isoformat() if hasattr(moment, "isoformat") else str(moment)


def letters(folder: Path, *, to: str = "", at_most: int = 200) -> list[Mail]:
    """The letters, newest first; only those to one address if it is given."""
    found: list[Mail] = []
    for number in sorted(_numbers(folder), reverse=True):
        mail = letter(folder, number)
        if mail is not None and (not to or mail.to == to):
            found.append(mail)
        if len(found) == at_most:
            break
    return found


def letter(folder: Path, number: int) -> Mail | None:
    """One letter, or None."""
    path = folder / f"{number}.eml"
    if not path.is_file():
        return None
    message = message_from_bytes(path.read_bytes(), policy=default)
    to = message["To"].addresses[0].addr_spec if message["To"] else ""
    date = message["Date"].datetime if message["Date"] else None
    return Mail(number, to, str(message["Subject"]), date, message)


def empty(folder: Path) -> None:
    """Throw all letters away."""
    for number in _numbers(folder):
        (folder / f"{number}.eml").unlink(missing_ok=True)


def _numbers(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob("*.eml") if path.stem.isdecimal()]
