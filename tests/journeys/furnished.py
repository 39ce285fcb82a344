"""A house in which every page has something on it: the demonstration, some days on, with much left open.

The workshop on breath has just been heard: Mira has read what was said, Inês has not; Ada is owed a change.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import delete, select, update

from retreats import clock
from retreats.accounts import service as accounts
from retreats.accounts.models import Authenticator, Passkey, Person
from retreats.booking.models import BulkAction, BulkItem, Place, Registration
from retreats.catalogue.models import Gathering
from retreats.db import db, new_id, writing
from retreats.demo.answers import answer_for_others
from retreats.demo.beginning import mail_folder
from retreats.demo.load import load
from retreats.feedback import own_link, service
from retreats.feedback.house_forms import house_form
from retreats.feedback.models import CheckIn, Complaint, FormWindow, Point, YearReport
from retreats.feedback.queries import yearly
from retreats.feedback.service import complaints, group_letter, packets, preparing, protection, themes
from retreats.health import queries as health
from retreats.health.service import give, open_to
from retreats.mail import unreachable
from retreats.mail.models import Letter
from retreats.mailings import service as mailings
from retreats.outbox.models import Delivery, Event
from retreats.outbox.worker import run_everything
from retreats.payments.models import OpenItem
from retreats.privacy.erasing import STEPS
from retreats.privacy.models import Erasure
from retreats.setting_up.models import MailTrial, MoneyTrial
from tests.house import a_booking
from tests.smtp_server import PostOffice

HEARD, NEXT, DRAFT = "body-and-word-breath", "slow-weekend-beginning-again", "body-and-word-voice"
MIDST, PAST = "holding-a-group", "slow-weekend-listening"
FULL, CANCELLED, FREE = "hands-in-clay", "five-days-by-the-sea", "tuesday-circle"
NAMELESS, NAMED = "The afternoon was too full for me", "Will there be another one?"


def furnish(post_office: PostOffice) -> None:
    """Live some days in an empty house."""
    post_office.empty()
    with writing() as session:
        load(session)
    run_everything()
    a_booking(the(NEXT), "lapsed@example.org")
    a_booking(the(FREE), "eva@example.org", "companion@example.org")
    _speak()
    _listen()
    _lead()
    _come_in()
    a_booking(the(NEXT), "held@example.org", "companion@example.org")
    with writing():
        accounts.ask_to_sign_in("ada@example.org", browser="ada's", next_path=None)
    _write()
    run_everything()
    _ask_for_many()
    _go_wrong()
    _try()
    _forget()
    _about_health()
    _in_the_middle()
    _prepare()
    _keep(post_office, mail_folder())
    db.session.remove()


def _prepare() -> None:
    """Mira drafts a note to the group with what three of them let go back to it; the care contact reads a complaint."""
    gathering, complaint = the(NEXT), db.session.scalars(select(Complaint)).one()
    with writing():
        chosen = {each.id for each in preparing.offered(gathering.id)}
        preparing.draft(gathering.id, "The first evening stays free.", chosen, by=the_person("mira"))
        complaints.open_complaint(complaint.id, by=the_person("celeste"))
        complaints.acknowledge(complaint.id, "", by=the_person("celeste"))


def the(slug: str) -> Gathering:
    """A gathering of the demonstration."""
    return db.session.scalars(select(Gathering).where(Gathering.slug == slug)).one()


def the_person(name: str) -> Person:
    """Somebody in it."""
    return db.session.scalars(select(Person).where(Person.email == f"{name}@example.org")).one()


def the_place(slug: str, name: str) -> Place:
    """Their place at a gathering."""
    wanted = select(Place).where(Place.gathering_id == the(slug).id, Place.email == f"{name}@example.org")
    return db.session.scalars(wanted).one()


def booked_by(name: str, slug: str = NEXT) -> Registration:
    """What they booked there."""
    return the_place(slug, name).registration


def the_points(*words: str) -> list[int]:
    """The points with these words (they are sealed, so each is looked at)."""
    return [point.id for point in db.session.scalars(select(Point)) if point.text in words]


def _speak() -> None:
    """Ada says much, one part of it only to Celeste; seven others say something too."""
    with writing():
        service.give(own_link.token_of(the_place(HEARD, "ada")), service.Submission(
            scales={"C1": "2", "C4": "1", "C6": "yes"},
            texts={"C8": service.Words(text=NAMELESS, kind="change", wants_reply=True),
                   "C9": service.Words(text=NAMED, kind="question", mode="named")},
            care=service.Care(choice="talk", text="I would rather say this to you", way="ada@example.org"),
        ))  # fmt: skip
    answer_for_others(the(HEARD).id, at_most=7)


def _listen() -> None:
    """Mira looks back and promises something; three days after the end she reads, answers Ada and decides."""
    with writing():
        service.reflect(the(HEARD), {"E1": "7", "E5": "A chair for everybody"}, by=the_person("mira"))
    end = the(HEARD).ends_at
    assert end is not None
    clock.move_to(end + timedelta(hours=73))
    run_everything()
    [nameless] = the_points(NAMELESS)
    with writing():
        service.open_batches(the(HEARD).id, by=the_person("mira"))
        service.reply(the(HEARD).id, nameless, "I hear that you were tired.", by=the_person("mira"))
        decided = service.Decided(kind="will_change", about={"en": "Longer breaks"}, due_at=clock.now())
        service.decide(the(HEARD).id, nameless, decided, by=the_person("mira"))
    with writing() as session:
        frozen = yearly.counted_now(2027).frozen()
        session.add(YearReport(id=new_id(), year=2026, frozen=frozen, published_at=clock.now()))


def _in_the_middle() -> None:
    """The training is asked how it is so far, the past weekend how it is three weeks later, and Gil would like to talk."""
    now = clock.now()
    with writing() as session:
        training, past = session.get_one(Gathering, the(MIDST).id), session.get_one(Gathering, the(PAST).id)
        training.starts_at, training.ends_at = now - timedelta(hours=1), now + timedelta(minutes=30)
        past.starts_at, past.ends_at = now - timedelta(days=24), now - timedelta(days=22)
        session.add(CheckIn(id=new_id(), gathering_id=training.id, wanted=True, heard={}, tomorrow={}))
        session.execute(delete(FormWindow).where(FormWindow.gathering_id == training.id))
        session.add(FormWindow(id=new_id(), gathering_id=training.id, occasion="check_in", state="collecting", attended=7,
                               form_id=house_form("check_in").id, offers_unnamed=True, digests=0))  # fmt: skip
        session.execute(update(FormWindow).where(FormWindow.occasion == "day_21").values(state="collecting"))
    with writing():
        service.ask_to_talk(own_link.token_of(the_place(MIDST, "gil")), "facilitator")


def _lead() -> None:
    """Mira has named a theme, begun a letter, sent one packet and begun another, and Inês asked Nell to read first."""
    mira, heard = the_person("mira"), the(HEARD)
    points = [point.id for point in db.session.scalars(select(Point)) if point.batch.window.gathering_id == heard.id]
    for point in points[:4]:
        with writing():
            theme = themes.add_to_theme(heard.id, point, title="The afternoons")
    with writing() as session:
        session.execute(update(Point).where(Point.id.in_(points[:3])).values(may_supervise=True))
        group_letter.keep_letter(heard.id, {"en": "## The afternoons\nThey will be shorter."}, version=0, by=mira)
        for number in (1, 2):
            packets.begin_packet(
                number, heard.id, themes=[theme.id], scales=["C1"], question="What do I not see?", by=mira
            )
    with writing():
        packets.send_packet(1, heard.id, name="Rita", email="rita@example.org", language="en", by=mira)
        protection.name_first_reader(the(HEARD), by=the_person("ines"), name="Nell", email="nell@example.org")


def _come_in() -> None:
    """Gil is invited to lead; Ada wants another address and begins with an app; Inês has all that proves who she is.

    Lídia stands in the books twice.
    """
    ada, ines, otto = the_person("ada"), the_person("ines"), the_person("otto")
    lidia = the_person("lidia")
    with writing() as session:
        accounts.send("gil@example.org", name="Gil Faria", role="facilitator", language="en", by=otto)
        accounts.ask_for_address(ada.id, "ada@home.example")
        accounts.call(ada.id, name=ada.name, legal_name="Ada Maria Figueiredo")
        accounts.recognise(name=lidia.name, email="lidia@home.example", language="pt")
        for person in (ada, ines):
            accounts.begin_authenticator(person.id)
        session.execute(
            update(Authenticator)
            .where(Authenticator.person_id == ines.id)
            .values(confirmed_at=clock.real_now(), last_step=0)
        )
        session.add(Passkey(id=new_id(), person_id=ines.id, credential_id=b"telephone", public_key=b"", sign_count=0,
                            name="Telephone", added_at=clock.real_now()))  # fmt: skip
        accounts.renew_codes(ines.id)


def _write() -> None:
    """Otto writes to everybody of the next gathering, and begins another letter."""
    with writing():
        for number, subject in ((1, "What to bring"), (2, "One thing more")):
            words = mailings.Words(
                audience="booked",
                ticket_type_id=None,
                subject={"en": subject},
                body={"en": "Dear {name},\n\nbring **warm** things, and come to {where}."},
            )
            mailings.draft(number, the(NEXT).id, words, by=the_person("otto").id)
        mailings.send_out(1, version=1)


def _ask_for_many() -> None:
    """Otto wants something for many: one had its turn in vain, one still waits."""
    action = BulkAction(
        id=new_id(), kind="cancel", refund="agreed", asked_by_id=the_person("otto").id, asked_at=clock.now()
    )
    with writing() as session:
        session.add(action)
        session.flush()
        for position, (name, outcome) in enumerate((("lidia", "quote_changed"), ("held", ""))):
            session.add(BulkItem(bulk_id=action.id, registration_id=booked_by(name).id, position=position,
                                 outcome=outcome, done_at=clock.now() if outcome else None))  # fmt: skip


def _forget() -> None:
    """Somebody has been forgotten, and somebody else waits for their money first."""
    with writing() as session:
        for name, steps, waits in (("gone", STEPS, None), ("going", STEPS[:3], "refund")):
            person = accounts.recognise(name=name, email=f"{name}@example.org", language="en")
            done = clock.now() if waits is None else None
            session.add(Erasure(id=new_id(), person_id=person.id, asked_at=clock.now(), waits_for=waits, done_at=done,
                                steps=[step.name for step in steps]))  # fmt: skip


def _about_health() -> None:
    """Lidia and Ivo told Mira something about their health; she has read what Lidia said."""
    [question] = health.questions_about_health(the(NEXT).id)
    for name in ("lidia", "ivo"):
        with writing():
            give(
                the_place(NEXT, name).id, {question.id: "I walk slowly"}, readers={the_person("mira").id}, language="en"
            )
    with writing():
        open_to(the(NEXT), the_place(NEXT, "lidia").reference, reader_id=the_person("mira").id, why="prepare")


def _go_wrong() -> None:
    """A consequence rests after its last attempt, a letter reached nobody, some money waits for a person."""
    with writing() as session:
        letter = session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1)).one()
        letter.failed_at, letter.failure = clock.now(), "550 nobody of that name lives here"
        booked = booked_by("ivo")
        unreachable.mark(booked.booker.email, "address_refused: 550 5.1.1 nobody of that name", is_soft=False)
        session.add(OpenItem(id=new_id(), registration_id=booked.id, occasion="dispute:1", kind="dispute",
                             amount_minor=booked.agreed_minor, raised_at=clock.now()))  # fmt: skip
        happened = Event(name="LetterWritten", payload={"letter_id": letter.id, "lane": "x"}, happened_at=clock.now())
        session.add(Delivery(event=happened, reaction="mail.deliver", errand="letters", due_at=clock.real_now(),
                             rests_at=clock.real_now(), attempts=12, last_error="MailFailure: nobody answers"))  # fmt: skip


def _try() -> None:
    """Otto has tried mail, in vain, and money, twice."""
    otto = the_person("otto")
    heard = [{"step": "connect", "answer": "250 casa", "is_good": True},
             {"step": "recipient", "answer": "550 nobody of that name lives here", "is_good": False}]  # fmt: skip
    with writing() as session:
        session.add(MailTrial(id=new_id(), person_id=otto.id, server="x", heard=heard, is_taken=False,
                              tried_at=clock.now()))  # fmt: skip
        for state in ("refunded", "pending"):
            session.add(MoneyTrial(id=new_id(), person_id=otto.id, till="x", state=state, parameters={},
                                   amount_minor=1_00, currency="EUR", tried_at=clock.now()))  # fmt: skip


def _keep(post_office: PostOffice, folder: Path) -> None:
    """Lay what arrived where the demonstration's mailbox looks: a letter with an invite, and some without."""
    folder.mkdir(exist_ok=True)
    for number, letter in enumerate(post_office.letters[-5:], start=1):
        (folder / f"{number}.eml").write_bytes(letter.raw)
