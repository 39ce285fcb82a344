"""What the letters of the facilitators' half speak of."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy.orm import Session

from retreats import clock
from retreats.accounts.models import Person
from retreats.catalogue.models import Gathering
from retreats.feedback.models import FirstReader, GroupLetter, Packet

TEXTS = {
    "en": "## The evenings\nFrom June on, one of them is free.\n\nThank you for saying so.",
    "pt": "## Os serões\nA partir de junho, um deles fica livre.\n\nObrigada por o terem dito.",
}


def spoken_of(session: Session, gathering: Gathering, mira: Person, rita: Person) -> dict[str, int]:
    """A letter to the group that was sent, a packet for Rita, and Rita asked to read first; their numbers."""
    now = clock.now()
    letter = GroupLetter(id=3, gathering_id=gathering.id, written_by_id=mira.id, version=1, sent_at=now)
    letter.texts = json.dumps(TEXTS)
    packet = Packet(id=4, gathering_id=gathering.id, owner_id=mira.id, supervisor_id=rita.id, made_at=now, sent_at=now,
                    expires_at=now + timedelta(days=30))  # fmt: skip
    asked = FirstReader(id=5, gathering_id=gathering.id, person_id=mira.id, reader_id=rita.id, leads_too=False)
    session.add_all([letter, packet, asked])
    session.flush()
    return {"letter_id": 3, "packet_id": 4, "asked_id": 5}
