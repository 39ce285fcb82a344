"""Where everybody goes in the furnished house: every page that it has, in the states in which it looks different.

Whoever adds a page says here who looks at it, and where; a page that nobody looks at fails.
"""

from __future__ import annotations

from sqlalchemy import select

from retreats.accounts import service as accounts
from retreats.accounts.models import AddressChange, Invitation, Person, SignIn
from retreats.booking.addresses import pay_path, place_path, registration_path
from retreats.booking.models import BulkAction
from retreats.catalogue.forms import SECTIONS
from retreats.conversation.models import ConversationMessage, Member
from retreats.db import db
from retreats.demo.content import GATHERINGS
from retreats.feedback import own_link
from retreats.feedback.models import (
    CareCase,
    Complaint,
    Decision,
    Development,
    EarlyQuestion,
    Packet,
    Supervision,
    Theme,
)
from retreats.feedback.service import asking, complaints
from retreats.feedback.service.after import takes
from retreats.feedback.supervision_link import packet_path
from retreats.house.models import LEGAL_KINDS
from retreats.mail.models import Letter
from retreats.mailings.models import Mailing
from retreats.practices.models import Material
from retreats.privacy.models import Erasure
from retreats.privacy.queries import erasure_path
from retreats.setting_up.forms import SECTIONS as HOUSE_SECTIONS
from tests.feedback.loop import window
from tests.house import places
from tests.journeys.furnished import (
    CANCELLED,
    DRAFT,
    FREE,
    FULL,
    HEARD,
    MIDST,
    NAMED,
    NAMELESS,
    NEXT,
    PAST,
    booked_by,
    the,
    the_person,
    the_place,
    the_points,
)

NO_PAGES = {
    "accounts.confirm": "where accounts.link leads",
    "accounts.confirm_address": "where accounts.address_link leads",
    "accounts.invitation": "where accounts.invitation_link leads",
    "bookings.invite": "a file",
    "demo.mail_file": "a file",
    "demo.mail_html": "stands in its frame on demo.mail",
    "demo.mails_for_programs": "for programs",
    "feedback.check_in_mine": "leads on to one's own form",
    "feedback.year_table": "a file",
    "led_feed.feed": "for programs",
    "own_feed.feed": "for programs",
    "pictures.rendition": "a picture",
    "pages.look": "a style sheet",
    "pages.logo": "a picture",
    "pages.robots": "for programs",
    "pages.tile": "a picture",
    "pages.wall": "a picture",
    "public_feeds.atom": "for programs",
    "public_feeds.gathering": "for programs",
    "public_feeds.house": "for programs",
    "public_feeds.sitemap": "for programs",
    "payments.come_back": "leads on to bookings.registration",
    "practices.my_file": "a file",
    "practices.signed_file": "a file",
    "practices.given_file": "a file",
    "setting_up.back_from_stripe": "leads on to setting_up.section",
    "setting_up.welcome": "for a house that nobody owns: test_first_start looks at it",
    "static": "a file",
    "upkeep.live": "for programs",
    "upkeep.ready": "for programs",
}
"""What can be asked for and is no page for people, and why."""
NOBODY = ""
NOTHING_CHOSEN = "/organise/registrations/many?action=link"
PROBLEMS = {"/there/is/no/such/page": 404, "/sign-in/link/broken": 400, "/invitation/link/broken": 400,
            "/address/link/broken": 400, NOTHING_CHOSEN: 422}  # fmt: skip


def ways() -> dict[str, list[str]]:
    """Who (nobody: not signed in) looks at which addresses."""
    return {NOBODY: _in_public() + _by_own_link(), **_signed_in()}


def mistakes() -> dict[str, list[str]]:
    """Forms that come back when they are sent with nothing in them, or with words where a number should stand."""
    [point] = the_points(NAMED)
    return {
        NOBODY: [
            "/sign-in",
            "/sign-in/sent",
            f"/gatherings/{NEXT}/register?party=2",
            f"/gatherings/{FULL}/wait",
            f"/gatherings/{MIDST}/check-in",
            f"/gatherings/{NEXT}/ask",
            "/complaint/",
            _into(registration_path(booked_by("lidia")), "cancel"),
            _into(place_path(the_place(NEXT, "leonor")), "health"),
            f"/reflect/{own_link.token_of(the_place(HEARD, 'lidia'))}/conversation",
        ],
        "ada": ["/me/data/erase", "/me/details", "/me/address", "/me/second-factor/app", "/me/confirm"],
        "ines": [f"/facilitate/{HEARD}/reflection"],
        "tomas": [f"/facilitate/{PAST}/check-in"],
        "mira": [
            f"/facilitate/{NEXT}/needs",
            f"/facilitate/{NEXT}/preparation-note",
            f"/facilitate/{HEARD}/points/{point}",
            f"/facilitate/{HEARD}/promises/{_promise()}",
            f"/facilitate/{HEARD}/material/new?kind=link",
            f"/facilitate/{HEARD}/read-first",
            f"/facilitate/{HEARD}/supervision",
            "/facilitate/learning/new",
            "/facilitate/learning/supervision/new",
        ],
        "otto": [
            *(f"/organise/setting-up/{section}" for section in ("house", "help")),
            "/organise/registrations/many?action=keep&scope=all",
            "/organise/people/invite",
            f"{_record('lidia')}address",
            "/organise/gatherings/new",
            "/organise/facilitators/new",
            "/organise/venues/new",
            "/organise/venues/casa-do-rio/picture",
            f"/organise/gatherings/{NEXT}/cancel",
            f"/organise/gatherings/{NEXT}/postpone",
            f"/organise/gatherings/{NEXT}/copy",
            "/organise/series/new",
            "/organise/series/slow-weekend/",
            f"/organise/gatherings/{NEXT}/book",
            f"/organise/gatherings/{NEXT}/letters/new",
            f"/organise/gatherings/{NEXT}/letters/timed/reminder",
            f"/organise/gatherings/{NEXT}/picture",
            *(
                f"/organise/gatherings/{NEXT}/registrations/{booked_by('lidia').reference}{each}"
                for each in ("", "/money")
            ),
            *(f"/organise/gatherings/{NEXT}/edit/{section}" for section in SECTIONS if section != "programme"),
        ],
    }


def _in_public() -> list[str]:
    return [
        "/",
        "/gatherings/",
        "/gatherings/?q=nothing+like+it",
        *(f"/gatherings/{slug}/" for slug in GATHERINGS if slug != DRAFT),
        f"/gatherings/{NEXT}/register?party=2",
        f"/gatherings/{FULL}/register",
        f"/gatherings/{CANCELLED}/register",
        f"/gatherings/{FULL}/wait",
        f"/gatherings/{NEXT}/wait",
        f"/gatherings/{FULL}/waiting",
        "/series/slow-weekend/",
        "/facilitators/",
        "/facilitators/mira-valadares/",
        *(f"/gatherings/{slug}/check-in" for slug in (MIDST, NEXT, PAST)),
        "/how-we-listen/",
        f"/gatherings/{NEXT}/ask",
        f"/gatherings/{NEXT}/asked",
        f"/complaint/?gathering={NEXT}",
        *(f"/asked/{asking.token_of(each)}" for each in db.session.scalars(select(EarlyQuestion))),
        *(f"/complaint/{complaints.token_of(each)}" for each in db.session.scalars(select(Complaint))),
        "/how-we-listen/2026/",
        "/privacy/",
        "/terms/",
        "/imprint/",
        "/sign-in",
        "/sign-in/sent",
        f"/sign-in/link/{accounts.link_token(_asked())}",
        *(each for each in PROBLEMS if each != NOTHING_CHOSEN),
        f"/invitation/link/{accounts.invitation_token(_invited())}",
        "/invitation/link/broken",
        *(f"/address/link/{accounts.change_token(_moves(), side)}" for side in ("old", "new")),
        "/address/link/broken",
        *(each for each in PROBLEMS if each != NOTHING_CHOSEN),
        "/demo/",
        "/demo/?wrong=step",
        "/demo/mailbox",
        "/demo/mailbox/1",
    ]


def _by_own_link() -> list[str]:
    held, lapsed, paid, cancelled = *map(booked_by, ("held", "lapsed", "lidia")), booked_by("amelia", CANCELLED)
    place = the_place(FREE, "companion")
    return [
        *(registration_path(each) for each in (held, lapsed, paid, cancelled)),
        *(pay_path(each) for each in (held, lapsed)),
        _into(registration_path(paid), "cancel"),
        _into(registration_path(paid), f"letters/{_letter(f'registration:{paid.id}')}"),
        place_path(place),
        _into(place_path(place), "cancel"),
        *(_into(place_path(the_place(NEXT, name)), "health") for name in ("lidia", "leonor")),
        _into(place_path(place), f"letters/{_letter(f'place:{place.id}')}"),
        *(erasure_path(each) for each in db.session.scalars(select(Erasure))),
        *_reflecting(),
        packet_path(db.session.get_one(Packet, 1)),
    ]


def _reflecting() -> list[str]:
    """Words answered and held, a form to fill in after and before, needs marked and unmarked, a place given back."""
    answered, hoping, met = (
        own_link.token_of(the_place(slug, name))
        for slug, name in ((HEARD, "ada"), (NEXT, "lidia"), ("slow-weekend-listening", "priya"))
    )
    heard = [own_link.token_of(place) for place in places(the(HEARD)) if place.state == "confirmed"]
    silent = next(token for token in heard if takes(window(the(HEARD)), token))
    return [
        *(f"/reflect/{token}" for token in (answered, silent, hoping, met)),
        *(
            f"/reflect/{silent}/{page}"
            for page in ("practices", "practices/reminders/stop", "material", "conversation")
        ),
        *(
            f"/reflect/{_practising()}/{page}"
            for page in ("practices", "conversation", f"conversation/report/{_said()}")
        ),
        f"/reflect/{hoping}/preparation",
        f"/reflect/{silent}/after",
        f"/reflect/{hoping}/before",
        *_in_between(),
    ]


def _in_between() -> list[str]:
    """The check-in and a follow-up that are open, and a page on which both were heard."""
    inside, past = own_link.token_of(the_place(MIDST, "gil")), own_link.token_of(the_place(PAST, "yara"))
    return [f"/reflect/{inside}", f"/reflect/{inside}/check-in", f"/reflect/{past}", f"/reflect/{past}/later/21"]


def _practising() -> str:
    """Marta, who chose a practice, shows a note and takes part in the conversation."""
    return own_link.token_of(the_place(HEARD, "marta"))


def _said() -> int:
    """Something that somebody else said in the conversation."""
    bo = the_place(HEARD, "bo")
    mine = Member.place_id == bo.id
    return db.session.scalars(select(ConversationMessage.id).join(Member).where(mine)).one()


def _material() -> int:
    return db.session.scalars(select(Material.id)).first() or 0


def _signed_in() -> dict[str, list[str]]:
    ahead, adas = f"/organise/gatherings/{NEXT}", _letter(f"registration:{booked_by('ada', HEARD).id}")
    return {
        "ada": [
            "/me/",
            f"/me/material/{HEARD}",
            "/me/data/",
            "/me/data/erase",
            "/me/letters/",
            f"/me/letters/{adas}",
            "/me/sessions",
            "/me/details",
            "/me/address",
            "/me/second-factor",
            "/me/second-factor/app",
            "/me/confirm",
        ],
        "nell": ["/me/", "/me/letters/", f"/read-first/{HEARD}/{the_person('ines').id}"],
        "ines": [
            "/me/second-factor",
            "/me/confirm",
            f"/facilitate/{HEARD}/after",
            f"/facilitate/{HEARD}/reflection",
            f"/facilitate/{HEARD}/read-first",
        ],
        "mira": [
            "/facilitate/",
            "/facilitate/profile",
            "/facilitate/profile/picture",
            "/facilitate/over-time",
            f"/facilitate/{HEARD}/reflection",
            f"/facilitate/{NEXT}/",
            f"/facilitate/{NEXT}/needs",
            f"/facilitate/{NEXT}/asked",
            f"/facilitate/{NEXT}/preparation-note",
            "/facilitate/from-care",
            f"/facilitate/{NEXT}/letters/",
            f"/facilitate/{NEXT}/letters/new",
            *(f"/facilitate/{NEXT}/letters/{each}" for each in _mailings()),
            f"/facilitate/{NEXT}/health",
            f"/facilitate/{HEARD}/",
            f"/facilitate/{HEARD}/after",
            *(f"/facilitate/{HEARD}/{page}" for page in ("practices", "material", "preparation", "conversation")),
            *(f"/facilitate/{HEARD}/material/new?kind={kind}" for kind in ("text", "link", "file")),
            f"/facilitate/{HEARD}/material/{_material()}",
            f"/facilitate/{HEARD}/conversation/report/{_said()}",
            f"/facilitate/{NEXT}/preparation",
            f"/facilitate/{NEXT}/own-questions",
            f"/facilitate/{HEARD}/own-questions",
            *(f"/facilitate/{HEARD}/points/{point}" for point in the_points(NAMELESS, NAMED)),
            f"/facilitate/{HEARD}/promises/{_promise()}",
            *_leading(),
        ],
        "rafael": [f"/facilitate/{MIDST}/check-in", f"/facilitate/{MIDST}/check-in/sheet"],
        "tomas": [f"/facilitate/{PAST}/check-in", f"/facilitate/{PAST}/after"],
        "celeste": [
            "/care/",
            f"/care/answered/{PAST}",
            *(f"/complaints/{each}" for each in db.session.scalars(select(Complaint.id))),
            *(f"/care/{case}" for case in db.session.scalars(select(CareCase.id))),
        ],
        "otto": [
            "/organise/",
            "/organise/loop",
            f"/organise/loop/{PAST}/rounds",
            f"/organise/loop/{PAST}/answered",
            "/organise/loop/rules",
            f"/organise/loop/rules/{NEXT}",
            f"{ahead}/promises",
            f"/organise/gatherings/{DRAFT}/promises",
            "/organise/loop/years/2026",
            "/organise/loop/years/2027",
            f"/organise/loop/{HEARD}/threshold",
            f"/organise/loop/{NEXT}/own-questions",
            f"/organise/loop/{NEXT}/form",
            f"/organise/loop/{HEARD}/form",
            "/organise/deliveries",
            "/organise/health",
            *_setting_up(),
            "/organise/letters/",
            f"/organise/letters/{NEXT}/practical",
            "/organise/retention",
            "/organise/people/",
            "/organise/people/?q=nothing+like+it",
            "/organise/people/quiet",
            "/organise/people/invite",
            *map(_record, ("lidia", "mira", "celeste", "gil", "otto")),
            *(f"{_record('lidia')}{each}" for each in ("address", "merge", f"merge/{_double()}")),
            f"{_record('ada')}legal-name",
            "/organise/open-again",
            "/organise/gatherings/",
            "/organise/gatherings/new",
            f"/organise/gatherings/{DRAFT}/",
            f"{ahead}/",
            f"{ahead}/cancel",
            f"{ahead}/postpone",
            f"{ahead}/copy",
            "/organise/series/",
            "/organise/series/new",
            "/organise/series/slow-weekend/",
            f"{ahead}/questions",
            *(f"/organise/search{each}" for each in ("", "?q=a", "?q=nothing+like+it")),
            f"{ahead}/picture",
            "/organise/facilitators/",
            "/organise/facilitators/new",
            "/organise/facilitators/mira-valadares/",
            "/organise/facilitators/mira-valadares/picture",
            "/organise/venues/",
            "/organise/venues/new",
            "/organise/venues/casa-do-rio/",
            "/organise/venues/casa-do-rio/picture",
            "/organise/registrations",
            f"/organise/registrations?gathering={NEXT}&money=owing&state=held&column=owed&column=address",
            "/organise/registrations?q=nothing+like+it",
            *(f"/organise/registrations/many?action={each}&scope=all" for each in ("confirmation", "keep", "missed")),
            NOTHING_CHOSEN,
            "/organise/registrations/many/cancel?action=cancel&scope=all",
            f"/organise/registrations/many/cancel?action=cancel&refund=full&chosen={booked_by('lidia').reference}",
            f"/organise/registrations/many/{_many()}",
            f"{ahead}/registrations",
            f"{ahead}/print/participants",
            f"{ahead}/print/badges",
            f"{ahead}/book",
            f"{ahead}/letters/",
            f"{ahead}/letters/new",
            f"{ahead}/letters/timed/practical",
            *(f"{ahead}/letters/{each}" for each in _mailings()),
            f"{ahead}/registrations/{booked_by('lidia').reference}",
            *(
                f"{ahead}/registrations/{booked_by('lidia').reference}/{each}"
                for each in ("money", "correct", "cancel")
            ),
            f"{ahead}/registrations/{booked_by('lidia').reference}/cancel?place={booked_by('lidia').places[0].reference}&refund=full",
            f"{ahead}/registrations/{booked_by('ivo').reference}",
            *(f"{ahead}/registrations/{booked_by('held').reference}{each}" for each in ("", "/keep")),
            *(f"{ahead}/edit/{section}" for section in SECTIONS),
        ],
    }


def _leading() -> list[str]:
    """The facilitators' half: a theme, the letter, supervision with a draft and what was sent, and the two logs."""
    log = "/facilitate/learning"
    theme = db.session.scalars(select(Theme.id).where(Theme.gathering_id == the(HEARD).id)).one()
    return [
        f"/facilitate/{HEARD}/themes/{theme}",
        f"/facilitate/{HEARD}/letter",
        f"/facilitate/{HEARD}/letter/preview",
        f"/facilitate/{HEARD}/supervision",
        *(f"/facilitate/{HEARD}/supervision/{number}" for number in (1, 2)),
        f"/facilitate/{HEARD}/read-first",
        f"{log}/",
        f"{log}/new",
        f"{log}/{db.session.scalars(select(Development.id)).one()}",
        f"{log}/supervision/new",
        f"{log}/supervision/{db.session.scalars(select(Supervision.id)).one()}",
        f"{log}/year/{db.session.scalars(select(Development.day)).one()[:4]}",
    ]


def _setting_up() -> list[str]:
    """Every form of the settings, and the legal texts: one as we offer it, one in force."""
    above = "/organise/setting-up"
    return [
        above,
        *(f"{above}/{section}" for section in HOUSE_SECTIONS),
        f"{above}/legal/",
        *(f"{above}/legal/{kind}" for kind in LEGAL_KINDS),
    ]


def _into(path: str, below: str) -> str:
    """A page below an own link's page, with the same key."""
    page, _, key = path.partition("?")
    return f"{page}/{below}?{key}"


def _asked() -> SignIn:
    return db.session.scalars(select(SignIn).where(SignIn.person_id.is_not(None))).one()


def _invited() -> Invitation:
    return db.session.scalars(select(Invitation)).one()


def _moves() -> AddressChange:
    return db.session.scalars(select(AddressChange)).one()


def _record(name: str) -> str:
    return f"/organise/people/{the_person(name).id}/"


def _double() -> int:
    return db.session.scalars(select(Person.id).where(Person.email == "lidia@home.example")).one()


def _letter(shelf: str) -> int:
    return db.session.scalars(select(Letter.id).where(Letter.shelf == shelf)).first() or 0


def _mailings() -> list[str]:
    """A letter to those of the next gathering that has gone out, and a draft with its form."""
    found = {each.sent_at is None: each.id for each in db.session.scalars(select(Mailing))}
    return [f"{found[False]}/", f"{found[True]}/", f"{found[True]}/edit"]


def _many() -> int:
    return db.session.scalars(select(BulkAction.id)).one()


def _promise() -> int:
    return db.session.scalars(select(Decision.id).where(Decision.point_id.is_(None))).one()
