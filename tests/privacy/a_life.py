"""Ada, of whom the house holds something in every column that can hold something of a person.

Every such value has CANARY in it. A new personal column fails `test_columns.py` until a row of Ada's is added here.
"""

from __future__ import annotations

from datetime import timedelta

from retreats import clock
from retreats.accounts.access import AccessNote
from retreats.accounts.models import AddressChange, Authenticator, Passkey, Person
from retreats.booking.models import Answer, HouseNote, LedgerEntry, Place, Registration, SavedList, WaitingEntry
from retreats.catalogue.models import Facilitator, Gathering
from retreats.conversation.models import ConversationMessage, Member
from retreats.db import Base, db, new_id, writing
from retreats.feedback.models import (
    Batch,
    CareCase,
    CareNote,
    CareRelease,
    Complaint,
    ComplaintLine,
    Development,
    EarlyQuestion,
    FirstReading,
    FormWindow,
    IntentionAnswer,
    Message,
    Need,
    Packet,
    PacketText,
    PageAnswer,
    Point,
    Pool,
    PooledWords,
    PreparationNote,
    PrivateNote,
    Reflection,
    Supervision,
    TalkWish,
    Verdict,
)
from retreats.feedback.service.asking import whose
from retreats.health.models import Consent, HealthAnswer, Reader
from retreats.mail.models import UnreachableAddress
from retreats.pictures.models import Picture, Rendition
from retreats.practices.models import Practice, PracticeComment, PracticeNote, PracticePlan, PracticeVersion, Reminding
from retreats.questions.models import Form, Question
from tests.house import a_booking, a_gathering, a_person, both, sign_in

CANARY = "canary"
EMAIL = f"{CANARY}@example.org"


def live(client) -> Person:
    """Ada was at a gathering, wrote and was answered, led another one, and is signed in."""
    ada = a_person(EMAIL, name=f"Ada {CANARY}", role="facilitator")
    sign_in(client, ada)
    past = a_gathering(slug="past", price=480_00, starts_at=clock.now() + timedelta(days=2))
    registration = a_booking(past, EMAIL, "bo@example.org")
    with writing() as session:
        portrait = Picture(
            id=new_id(), shape="square", focus="centre", widths=[80], alt=both(CANARY), kept_at=clock.now()
        )
        portrait.renditions = [Rendition(id=new_id(), kind="webp", width=80, content=CANARY.encode())]
        session.add(portrait)
        session.flush()
        session.add(Facilitator(id=new_id(), person_id=ada.id, slug=CANARY, line=both(CANARY), training=both(CANARY),
                                approach=both(CANARY), picture_id=portrait.id))  # fmt: skip
        _prove(session, session.get_one(Person, ada.id))
        session.add(LedgerEntry(id=new_id(), registration_id=registration.id, kind="captured", amount_minor=960_00,
                                currency="EUR", provider_ref="capture:1", entered_at=clock.now()))  # fmt: skip
        for place in session.get_one(Registration, registration.id).places:
            place.state = "confirmed"
        session.get_one(Registration, registration.id).state = "confirmed"
    clock.move_to(clock.now() + timedelta(days=10))
    with writing() as session:
        session.get_one(Gathering, past.id).state = "over"
        _write(session, past, session.get_one(Registration, registration.id), ada)
    return ada


def _prove(session, ada: Person) -> None:
    """What she is called in her papers, what proves who she is, and an address that was hers once."""
    ada.legal_name = CANARY
    app = Authenticator(
        id=new_id(), person_id=ada.id, secret=CANARY, added_at=clock.real_now(), confirmed_at=clock.real_now()
    )
    key = Passkey(
        id=new_id(), person_id=ada.id, name=CANARY, credential_id=b"key", public_key=b"key", added_at=clock.real_now()
    )
    session.add_all([
        app,
        key,
        AddressChange(id=new_id(), person_id=ada.id, old_email=f"old-{EMAIL}", new_email=EMAIL, asked_at=clock.real_now()),
        Person(id=new_id(), email=f"second-{EMAIL}", name="", language="en", created_at=clock.now(), merged_into_id=ada.id),
    ])  # fmt: skip


def _write(session, past: Gathering, registration: Registration, ada: Person) -> None:
    """Her words, in every place that keeps some."""
    place = next(each for each in registration.places if each.email == EMAIL)
    form = Form(id=new_id(), gathering_id=past.id, occasion="intake")
    question = Question(id=new_id(), form=form, key="diet", position=0, kind="text", label=both("What do you eat?"))
    window = FormWindow(id=new_id(), gathering_id=past.id, occasion="after", form=form, attended=2, offers_unnamed=True)
    batch = Batch(id=new_id(), window=window, number=1, answered=5, released_at=clock.now())
    point = Point(id=new_id(), batch=batch, question="C7", kind="change", place_id=place.id, text=CANARY)
    case = CareCase(id=new_id(), gathering_id=past.id, place_id=place.id, source="A6", raised_at=clock.now(),
                    text=CANARY, way=CANARY)  # fmt: skip
    pool = Pool(id=new_id(), year=2026, gatherings=2, counts={}, released_at=clock.now())
    session.add_all([question, window, batch, point, case, pool])
    session.flush()
    before_and_beside(session, past, case, ada)
    session.add_all([
        Answer(id=new_id(), place_id=place.id, question_id=question.id, text=CANARY),
        HealthAnswer(id=new_id(), place_id=place.id, question_id=question.id, text=CANARY),
        Consent(id=new_id(), place_id=place.id, wording=1, language="en", given_at=clock.now(),
                readers=[Reader(id=new_id(), person_id=ada.id)]),
        AccessNote(id=new_id(), actor_id=ada.id, what=f"health:{place.id}", day="2027-03-12", why="prepare"),
        IntentionAnswer(id=new_id(), place_id=place.id, question_id=question.id, value=CANARY),
        PrivateNote(id=new_id(), place_id=place.id, text=CANARY),
        Need(id=new_id(), place_id=place.id, key="A4", text=CANARY, note=CANARY),
        TalkWish(id=new_id(), place_id=place.id, asked_at=clock.now(), met_at=clock.now(), met_by_id=ada.id),
        HouseNote(id=new_id(), registration_id=registration.id, written_by_id=ada.id, written_at=clock.now(), text=CANARY),
        WaitingEntry(id=new_id(), gathering_id=past.id, name=CANARY, email=EMAIL, note=CANARY, language="en",
                     joined_at=clock.now()),
        UnreachableAddress(id=new_id(), address=EMAIL, since=clock.now(), failure="550", is_soft=False),
        SavedList(id=new_id(), person_id=ada.id, name=CANARY, query={}, saved_at=clock.now()),
        Message(id=new_id(), point_id=point.id, side="author", text=CANARY, visible_after=clock.now()),
        Verdict(id=new_id(), point_id=point.id, round=0, met="not", text=CANARY, visible_after=clock.now()),
        PooledWords(id=new_id(), pool_id=pool.id, question="C8", kind="change", place_id=place.id, text=CANARY),
        CareNote(id=new_id(), case_id=case.id, person_id=past.care_contact_id, text=CANARY, written_at=clock.now()),
        *_between(session, past, place),
        AccessNote(id=new_id(), actor_id=past.care_contact_id, what=f"care_case:{case.id}", day="2027-03-11"),
        Reflection(id=new_id(), gathering_id=past.id, person_id=ada.id, form_id=form.id, answers=CANARY,
                   written_at=clock.now()),
    ])  # fmt: skip
    _lead(session, past, ada, point)


def _lead(session, past: Gathering, ada: Person, point: Point) -> None:
    """What she learned, asked in supervision, and had read first."""
    packet = Packet(id=new_id(), gathering_id=past.id, owner_id=ada.id, question=CANARY, made_at=clock.now())
    session.add(packet)
    session.flush()
    session.add_all([
        Development(id=new_id(), person_id=ada.id, kind="reading", day="2027-03-01", minutes=60, gathering_id=past.id,
                    noticed=CANARY, learned=CANARY, tries=CANARY, came_back=CANARY, public=both(CANARY)),
        Supervision(id=new_id(), person_id=ada.id, kind="peer", day="2027-03-01", minutes=60, supervisor=CANARY, agreed=CANARY),
        PacketText(id=new_id(), packet_id=packet.id, point_id=point.id, struck=CANARY),
        FirstReading(id=new_id(), point_id=point.id, person_id=ada.id, reader_id=past.care_contact_id, note=CANARY,
                     passed_at=clock.now()),
    ])  # fmt: skip


def _between(session, past: Gathering, place: Place) -> list[Base]:
    """What she planned, noted and said after it."""
    practice = Practice(id=new_id(), gathering_id=past.id, position=1)
    version = PracticeVersion(id=new_id(), practice=practice, title=both("Sit"), how=both("Sit"), how_long=both("A minute"),
                              written_at=clock.now())  # fmt: skip
    session.add_all([practice, version])
    session.flush()
    plan = PracticePlan(id=new_id(), place_id=place.id, practice_id=practice.id, version_id=version.id, when=CANARY,
                        will=CANARY)  # fmt: skip
    note = PracticeNote(id=new_id(), plan=plan, text=CANARY, word=CANARY, written_at=clock.now(), shown=True)
    member = Member(id=new_id(), gathering_id=past.id, place_id=place.id, name=CANARY)
    return [
        plan,
        note,
        PracticeComment(id=new_id(), note=note, person_id=past.care_contact_id, text=CANARY, written_at=clock.now()),
        Reminding(id=new_id(), place_id=place.id),
        member,
        ConversationMessage(id=new_id(), member=member, topic="keep", text=CANARY, written_at=clock.now()),
    ]


def before_and_beside(session, past: Gathering, case: CareCase, ada: Person) -> None:
    """What she asked before booking, wrote to a group, was let know, and complained about."""
    now = clock.now()
    asked = EarlyQuestion(id=new_id(), gathering_id=past.id, form_key="k", found_by=whose(EMAIL), language="en", name=CANARY,
                          email=EMAIL, text=CANARY, answer=CANARY, back=CANARY, last=CANARY, asked_at=now, due_at=now,
                          answered_at=now, back_at=now, last_at=now, answered_by_id=past.care_contact_id)  # fmt: skip
    complaint = Complaint(id=new_id(), form_key="k", found_by=whose(EMAIL), about="house", reader_id=past.care_contact_id,
                          language="en", name=CANARY, email=EMAIL, text=CANARY, filed_at=now, acknowledge_by=now,
                          answer_by=now)  # fmt: skip
    session.add_all([asked, complaint])
    session.flush()
    session.add_all([
        PageAnswer(id=new_id(), gathering_id=past.id, early_question_id=asked.id, question=CANARY, answer=CANARY,
                   language="en", put_at=now),
        ComplaintLine(id=new_id(), complaint_id=complaint.id, kind="more", text=CANARY, written_at=now),
        PreparationNote(id=new_id(), gathering_id=past.id, plan=CANARY, written_by_id=ada.id, written_at=now),
        CareRelease(id=new_id(), case_id=case.id, by_id=past.care_contact_id, to_id=ada.id, text=CANARY, written_at=now),
    ])  # fmt: skip


def ledger_total() -> int:
    """What the books say."""
    return sum(each.amount_minor for each in db.session.query(LedgerEntry))
