"""Words for what stands in an export, and for how an erasure stands."""

from __future__ import annotations

from flask_babel import gettext as _

from retreats import periods


def word(name: str) -> str:
    """What an export calls something, as people call it. Raises KeyError for a name that nobody gave a word."""
    return _words()[name]


def _words() -> dict[str, str]:
    return _of_people() | _of_leading() | _of_bookings() | _of_the_loop() | _of_what_follows()


def _of_people() -> dict[str, str]:
    return {
        "made_at": _("Put together on"),
        "language": _("Language"),
        "person": _("You"),
        "name": _("Name"),
        "legal_name": _("Name in your papers"),
        "email": _("Mail address"),
        "also_known_by": _("Other addresses by which you are recognised"),
        "known_since": _("Known to us since"),
        "roles": _("Roles"),
        "address_changes": _("Changes of your mail address"),
        "from": _("From"),
        "to": _("To"),
        "asked_at": _("Asked on"),
        "passkeys": _("Passkeys"),
        "added_at": _("Added on"),
        "sign_ins": _("Where you are signed in"),
        "began": _("Signed in"),
        "last_used": _("Last used"),
        "letters": _("Letters from the house"),
        "kind": _("Kind"),
        "written_at": _("Written on"),
        "sent_at": _("Sent on"),
        "subject": _("Subject"),
        "text": _("Text"),
        "who_looked": _("Who looked at what is confidential"),
        "who": _("Who"),
        "day": _("Day"),
        "why": _("Why"),
        "about_health": _("What you said about your health"),
        "consents": _("What you consented to"),
        "wording": _("Version of the words"),
        "given_at": _("Given on"),
        "withdrawn_at": _("Taken back, or over, on"),
        "readers": _("Who may read it"),
    }


def _of_leading() -> dict[str, str]:
    return {
        "introduction": _("How you introduce yourself"),
        "address": _("Address"),
        "line": _("In one line"),
        "training": _("Training"),
        "approach": _("Approach"),
        "languages": _("Languages"),
        "led": _("What you lead or led"),
    }


def _of_bookings() -> dict[str, str]:
    return {
        "bookings": _("What you booked"),
        "reference": _("Reference"),
        "gathering": _("Gathering"),
        "booked_at": _("Booked on"),
        "state": _("State"),
        "places_booked": _("Places"),
        "agreed_minor": _("Price agreed, in cents"),
        "currency": _("Currency"),
        "terms_version": _("Version of the terms that you accepted"),
        "promise_version": _("Version of the promise on the page"),
        "read_out_at": _("Terms read out to you on"),
        "money": _("Payments"),
        "what": _("What"),
        "amount_minor": _("Amount, in cents"),
        "on": _("When"),
        "places": _("Your places"),
        "starts_at": _("Begins"),
        "presence": _("Were you there"),
        "entry_is_discreet": _("Your calendar entry does not say what it is"),
        "answers": _("Answers"),
        "question": _("Question"),
        "answer": _("Answer"),
        "notes_of_the_house": _("What organisers noted about your bookings"),
        "waiting_lists": _("Waiting lists"),
        "party": _("How many"),
        "note": _("Note"),
        "joined_at": _("Since"),
        "saved_lists": _("Lists that you saved"),
        "saved_at": _("Saved on"),
        "unreachable": _("Your address took no letters"),
        "failure": _("What its mail server said"),
        "history": _("What happened to your bookings"),
    }


def _of_the_loop() -> dict[str, str]:
    return {
        "intentions": _("What you hoped for"),
        "notes_to_oneself": _("What you noted for yourself"),
        "needs": _("What you asked for"),
        "talks": _("When you wished to talk with a facilitator"),
        "met_at": _("When somebody came"),
        "need": _("Question"),
        "mark": _("Answered with"),
        "signed": _("Words with your name"),
        "told_to_care_contact": _("What you told the care contact with your name"),
        "asked_before_booking": _("What you asked before booking"),
        "may_publish": _("May stand on the page"),
        "written_back": _("What you wrote back"),
        "last_answer": _("Answer to that"),
        "complaints": _("Your complaints"),
        "let_know": _("What a care contact let you know"),
        "preparation_notes": _("Preparation notes that you wrote"),
        "reflections": _("Your own reflections on what you led"),
        "replies": _("What you replied to others"),
    }


def _of_what_follows() -> dict[str, str]:
    return {
        "practices": _("Practices that you chose"),
        "practice": _("Practice"),
        "plan_when": _("When"),
        "plan_will": _("I will"),
        "notes": _("Notes for yourself"),
        "shown": _("Shown to those who led"),
        "word": _("How much of it was with you"),
        "comments": _("What they wrote to it"),
        "practice_comments": _("What you wrote to notes that others showed you"),
        "conversations": _("Conversations after a gathering"),
        "appears_as": _("Your name in it"),
        "said_there": _("What you said in it"),
        "development": _("Your development log"),
        "minutes": _("Minutes"),
        "noticed": _("What I noticed"),
        "learned": _("What I learned or trained"),
        "tries": _("What I will try"),
        "came_back": _("What came back"),
        "public": _("What this group taught us"),
        "supervision": _("Your supervision log"),
        "supervisor": _("With whom"),
        "agreed": _("What we agreed"),
        "asked_in_supervision": _("What you asked in supervision"),
        "read_first": _("What you added as first reader"),
    }


def waiting_words(reason: str) -> str:
    """What an erasure waits for."""
    return {
        "running": _("You have a place in something that has begun. We go on when it is over."),
        "refund": _("Money is on its way to you. We go on when it has arrived, because the bank may ask whose it is."),
        "dispute": _("Your bank is deciding about a payment. We go on when it has decided, because it may ask us."),
        "letters": _("The last letters to you are still on their way. We go on when they have left."),
    }[reason]


def kept_words() -> dict[str, str]:
    """What is kept for a time only."""
    return {
        "answers": _("Answers to a gathering’s own questions"),
        "health": _("What was said about health"),
        "hopes": _("What people hoped for and needed"),
        "waiting": _("Waiting lists"),
        "notes": _("What organisers noted about bookings"),
        "care": _("Told to a care contact, and closed"),
        "asked": _("Questions before booking"),
        "complaints": _("Complaints"),
        "held_words": _("Words without a name that too few accompanied"),
        "practices": _("What people planned and noted about practices"),
        "conversations": _("Conversations after a gathering"),
        "letters": _("That letters were sent"),
        "strangers": _("Names and addresses of people who never booked"),
        "sign_ins": _("Where people signed in"),
    }


def periods_in_words() -> list[tuple[str, str]]:
    """How long each is kept, for people."""
    words = kept_words()
    after_end = {
        "health": periods.HEALTH, "waiting": periods.WAITING, "hopes": periods.HOPES, "notes": periods.NOTES,
        "asked": periods.ASKED, "care": periods.CARE, "held_words": periods.HELD_WORDS, "practices": periods.PRACTICES,
        "conversations": periods.CONVERSATION,
    }  # fmt: skip
    return [
        (words["answers"], _("as long as stands beside each question, after the end of the gathering")),
        *(
            (words[what], _("%(days)s days after the end of the gathering", days=long.days))
            for what, long in after_end.items()
        ),
        (words["complaints"], _("%(days)s days after they were answered", days=periods.COMPLAINTS.days)),
        (words["letters"], _("%(days)s days after they were written", days=periods.LETTERS.days)),
        (words["strangers"], _("%(days)s days after we came to know them", days=periods.STRANGERS.days)),
        (words["sign_ins"], _("thirty days after signing out")),
    ]


def step_words() -> dict[str, tuple[str, str]]:
    """Each step of an erasure, by name: what will be done, and what was done."""
    return {
        "places": (_("Places to come are given back"), _("Places to come were given back")),
        "answers": (
            _("Answers, notes and waiting lists are deleted"),
            _("Answers, notes and waiting lists were deleted"),
        ),
        "words": (_("What you wrote with your name is deleted"), _("What you wrote with your name was deleted")),
        "names": (_("Your name leaves your bookings"), _("Your name left your bookings")),
        "person": (_("Your address and your name are deleted"), _("Your address and your name were deleted")),
    }
