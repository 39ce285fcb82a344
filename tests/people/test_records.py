"""The list of everybody, one person's record, and taking roles and doors away."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from retreats.accounts import service as accounts
from retreats.accounts.models import Person
from retreats.accounts.owning import LastOwner
from retreats.db import db, writing
from retreats.mail.models import Letter
from retreats.outbox.models import Event
from tests.house import a_booking, a_facilitator, a_gathering, a_person, sign_in

pytestmark = pytest.mark.slow


@pytest.fixture
def olga(client):
    """Olga owns the house, and is signed in."""
    person = a_person("olga@example.org", role="owner")
    sign_in(client, person)
    return person


def names(page: str) -> list[str]:
    """Whom the list shows, in order."""
    return re.findall(r'<a href="/organise/people/\d+/">([^<]+)</a>', page.partition("Who the house knows")[2])


def the(email: str) -> Person:
    return db.session.scalars(
        select(Person).where(Person.email == email).execution_options(populate_existing=True)
    ).one()


def events() -> list[str]:
    return list(db.session.scalars(select(Event.name).order_by(Event.position)))


def test_the_list_is_by_name_found_without_accents_and_by_address_and_turned_page_by_page(client, olga):
    for number in range(35):
        a_person(f"guest{number:02}@example.org", name=f"Guest {number:02}")
    a_person("ines@example.org", name="Inês Álvares")

    first = client.get("/organise/people/").text
    after = re.search(r'href="([^"]*after=\d+)"', first)[1].replace("&amp;", "&")
    second = client.get(after).text
    before = re.search(r'href="([^"]*before=\d+)"', second)[1].replace("&amp;", "&")

    assert names(first)[:2] == ["Guest 00", "Guest 01"]
    assert len(names(first)) == 30
    assert names(second) == ["Guest 30", "Guest 31", "Guest 32", "Guest 33", "Guest 34", "Inês Álvares", "Olga"]
    assert names(client.get(before).text) == names(first)
    for wanted in ("alvares ines", "INES@", "álv"):
        assert names(client.get("/organise/people/", query_string={"q": wanted}).text) == ["Inês Álvares"]
    assert names(client.get("/organise/people/?role=owner").text) == ["Olga"]
    assert "Nobody fits" in client.get("/organise/people/?q=%25").text


def test_the_list_costs_the_same_for_one_and_for_thirty(client, olga, statements):
    gathering = a_gathering(places=40)

    def books_and_is_invited(number: int) -> None:
        a_booking(gathering, f"guest{number:02}@example.org")
        with writing():
            accounts.send(f"guest{number:02}@example.org", name="", role="facilitator", language="en", by=olga)

    def cost() -> int:
        with statements() as asked:
            assert client.get("/organise/people/").status_code == 200
        return len(asked)

    books_and_is_invited(0)
    few = cost()
    for number in range(1, 30):
        books_and_is_invited(number)

    assert cost() == few


def test_a_record_shows_what_was_booked_and_led_and_which_letters_went_out(client, olga, deliver, post_office):
    gathering = a_gathering(slug="june-retreat", facilitator=a_facilitator("mira@example.org"))
    a_booking(gathering, "ada@example.org", "mira@example.org")
    deliver()

    ada = client.get(f"/organise/people/{the('ada@example.org').id}/").text
    mira = client.get(f"/organise/people/{the('mira@example.org').id}/").text

    assert "June retreat" in ada
    assert "Your booking is confirmed" in ada
    assert "sent" in ada
    assert "Places that others booked for them" in mira
    assert "What they are to gatherings" in mira
    assert "A place was booked for you" in mira


def test_a_record_says_nothing_of_what_somebody_said(client, olga, deliver, post_office):
    gathering = a_gathering()
    a_booking(gathering, "ada@example.org")
    deliver()
    with writing() as session:
        session.execute(update(Letter).values(kind="feedback.replied"))

    page = client.get(f"/organise/people/{the('ada@example.org').id}/").text

    assert "None yet." in page


def test_organisers_look_and_only_owners_change(client):
    ada = a_person("ada@example.org", role="facilitator")
    sign_in(client, a_person("otto@example.org", role="organiser"))

    page = client.get(f"/organise/people/{ada.id}/").text

    assert "Who may do what is for the owners of the house to say." in page
    assert "<form" not in page.partition("<h1")[2].partition("</main")[0]
    assert "Invite somebody" not in client.get("/organise/people/").text


def test_a_role_that_gatherings_ahead_need_stays(client, olga):
    mira = a_facilitator("mira@example.org")
    a_gathering(facilitator=mira)

    refused = client.post(f"/organise/people/{mira.person_id}/roles/facilitator/take")

    assert refused.status_code == 409
    assert "June retreat" in refused.text
    assert the("mira@example.org").has_role("facilitator")


def test_a_role_taken_away_opens_nothing_at_the_very_next_request(client, another_client, olga):
    otto = a_person("otto@example.org", role="organiser")
    sign_in(another_client, otto)
    there = another_client.get("/organise/").status_code

    taken = client.post(f"/organise/people/{otto.id}/roles/organiser/take")

    assert (there, taken.status_code) == (200, 303)
    assert another_client.get("/organise/").status_code == 303
    sign_in(another_client, otto)
    assert another_client.get("/organise/").status_code == 404
    assert "RoleTaken" in events()


def test_whom_the_house_refuses_is_shown_and_chosen_no_more_as_somebody_who_leads(client, another_client, olga):
    june = a_gathering()
    mira, slug = june.leaders[0].facilitator, june.slug
    gil = a_facilitator("gil@example.org")
    for each in (mira, gil):
        client.post(f"/organise/people/{each.person_id}/disable")

    public = (
        another_client.get("/facilitators/").text
        + another_client.get("/").text
        + another_client.get("/sitemap.xml").text
    )
    chosen = client.get(f"/organise/gatherings/{slug}/edit/people").text

    assert [f"/facilitators/{each.slug}/" in public for each in (mira, gil)] == [False, False]
    assert [f'value="{each.id}"' in chosen for each in (mira, gil)] == [True, False]  # Mira leads it already


def test_whom_the_house_refuses_is_out_at_the_very_next_request_and_comes_back_when_let(client, another_client, olga):
    ada = a_person("ada@example.org")
    sign_in(another_client, ada)

    client.post(f"/organise/people/{ada.id}/disable")
    out = another_client.get("/me/").status_code
    refused = client.get(f"/organise/people/{ada.id}/").text
    client.post(f"/organise/people/{ada.id}/enable")
    sign_in(another_client, ada)

    assert out == 303
    assert "The house refuses this person since" in refused
    assert another_client.get("/me/").status_code == 200
    assert [name for name in events() if name.startswith("Person")] == ["PersonDisabled", "PersonEnabled"]


def test_nobody_takes_the_last_owner_away(client, olga):
    own = client.post(f"/organise/people/{olga.id}/roles/owner/take")
    herself = client.post(f"/organise/people/{olga.id}/disable")
    with pytest.raises(LastOwner), writing() as session:
        accounts.disable(session.get_one(Person, olga.id))

    assert (own.status_code, herself.status_code) == (409, 409)
    assert "make somebody else an owner first" in own.text
    assert "Ask another owner" in herself.text
    assert the("olga@example.org").has_role("owner")
    assert the("olga@example.org").disabled_at is None


def test_a_second_owner_can_take_over_and_who_owned_the_house_organises_in_it_still(client, another_client, olga):
    otto = a_person("otto@example.org", role="owner")
    sign_in(another_client, otto)

    taken = another_client.post(f"/organise/people/{olga.id}/roles/owner/take")

    assert taken.status_code == 303
    assert {each.role for each in the("olga@example.org").roles} == {"organiser"}
    assert another_client.post(f"/organise/people/{otto.id}/roles/owner/take").status_code == 409


def test_a_refused_owner_does_not_count_as_one_who_could_come_in(client, olga):
    otto = a_person("otto@example.org", role="owner")
    client.post(f"/organise/people/{otto.id}/disable")

    assert client.post(f"/organise/people/{olga.id}/roles/owner/take").status_code == 409


def test_somebody_at_the_console_makes_the_first_owner(app, deliver, post_office):
    made = app.test_cli_runner().invoke(args=["people", "invite", "olga@example.org", "--owner"])
    deliver()

    assert made.exit_code == 0
    assert the("olga@example.org").has_role("owner")
    assert the("olga@example.org").has_role("organiser")
    assert [letter.to for letter in post_office.letters] == ["olga@example.org"]
