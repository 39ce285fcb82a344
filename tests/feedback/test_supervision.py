"""What goes to supervision: the group's, without persons, for a time, and everybody who looks is seen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from retreats import clock
from retreats.db import db, new_id, writing
from retreats.feedback import own_link
from retreats.feedback.models import Packet, PacketText, PacketView, Point
from retreats.feedback.service import themes
from retreats.feedback.striking import offers, struck
from retreats.feedback.supervision_link import packet_path
from retreats.feedback.timeline import later
from tests.feedback import loop
from tests.feedback.heard import Saying, heard, would_change
from tests.house import a_facilitator
from tests.tokens import guessed

pytestmark = pytest.mark.slow

TELLING = "On Friday Bo left at 10:30 and Mira, like Hélène, said two words in Sintra"


@pytest.fixture
def june(another_client):
    """Seven answered, two of them let their words be used in supervision; Mira has read and made a theme."""
    mira = a_facilitator()
    gathering = heard(8, [
        *would_change("ada", "bo", "cara", "duarte"),
        Saying("eva", "C8", TELLING, may="supervise"),
        Saying("filipe", "C8", "Too few breaks", named=True, may="supervise"),
        Saying("gil", "C8", "Nobody may use this"),
    ], facilitator=mira, scales={"C1": "4444544", "C4": "1111111"})  # fmt: skip
    loop.leads(another_client, mira)
    with writing():
        for words in (TELLING, "Too few breaks", "Nobody may use this"):
            themes.add_to_theme(gathering.id, _saying(gathering, words), title="Mira on Friday")
        themes.add_to_theme(gathering.id, _saying(gathering, "ada would"), title="Small")
    return gathering


def _saying(_gathering, words: str) -> int:
    return next(point.id for point in db.session.query(Point) if words in (point.text or ""))


def press(client, path: str, **fields: object):
    return client.post(f"/facilitate/june-retreat/supervision{path}", data=fields)


def the_packet() -> Packet:
    db.session.remove()
    return db.session.scalars(select(Packet)).one()


def begin(client, **fields: object) -> Packet:
    """A draft with the theme and how much room there was."""
    page = client.get("/facilitate/june-retreat/supervision").text
    themes = re.findall(r'name="themes" type="checkbox" value="(\d+)"', page)
    chosen = {"packet_id": str(new_id()), "themes": themes, "scales": ["C1", "C4"]} | fields
    for _press in range(2):
        assert press(client, "", **chosen).status_code == 303
    return the_packet()


def take(client, packet: Packet, gathering, words: str, *out: str, more: str = ""):
    point = loop.point_saying(gathering, words)
    return press(client, f"/{packet.id}/texts/{point.id}",
                 **{"what": "take", f"out-{point.id}": list(out), f"more-{point.id}": more})  # fmt: skip


def send(client, packet: Packet, email: str = "rita@example.com"):
    return press(client, f"/{packet.id}/send", name="Rita", email=email, language="en")


def opened(client) -> str:
    """What the supervisor reads."""
    token = packet_path(the_packet()).rpartition("/")[2]
    return client.post(f"/supervision/{token}", data={"proof": own_link.proof(token)}).text


def test_what_could_tell_is_offered_and_struck_out_wherever_it_stands():
    found = offers(f"{TELLING}. May I? In May we may.", ["Bo Alves", "Mira", "Casa da Serra", "Helene"])

    assert [(each.word, each.why) for each in found] == [
        ("Friday", "date"), ("Bo", "name"), ("10", "number"), ("30", "number"), ("Mira", "name"),
        ("Hélène", "name"), ("two", "number"), ("Sintra", "capital"), ("May", "date")]  # fmt: skip
    assert struck("BO, bo e Bó: não o bolo, às 10:30", ["Bo", "10", "30"]) == ("[…], […] e […]: não o bolo, às […]")


def test_only_what_is_the_groups_and_was_allowed_and_looked_at_reaches_the_supervisor(
    june, client, another_client, deliver, sent
):
    desk = another_client.get("/facilitate/june-retreat/supervision").text
    packet = begin(another_client, question="What do I not see in Bo?")
    page = another_client.get(f"/facilitate/june-retreat/supervision/{packet.id}").text
    refused = take(another_client, packet, june, "Nobody may use this")
    take(
        another_client, packet, june, TELLING, "Friday", "Bo", "10", "30", "Mira", "Hélène", "Sintra", more="two, left"
    )

    sending = [send(another_client, packet).status_code for _press in range(2)]
    deliver()

    assert "Mira on Friday" in desk
    assert "Small" not in desk
    assert "it cost me nothing" not in desk
    assert "Nobody may use this" not in page
    assert set(re.findall(r'value="(Friday|Bo|Mira|Sintra|two|10|30)" checked', page)) == {
        "Friday", "Bo", "Mira", "Sintra", "two", "10", "30"}  # fmt: skip
    assert refused.status_code == 404
    assert sending == [303, 303]
    [letter] = loop.letters(sent, "For supervision")
    assert letter[0] == "rita@example.com"
    link = packet_path(the_packet())
    assert link in letter[1]
    assert "June" not in letter[1]

    cover = client.get(link).text
    assert "[…]" not in cover
    assert db.session.query(PacketView).count() == 0
    read = opened(client)
    main = read.partition("</h1>")[2].partition("</main>")[0]
    assert re.findall(r"Friday|Bo\b|Mira|Hélène|Sintra|10:30|June|Too few|Nobody may|Eva|Filipe|cost me", main) == []
    assert "On […] at […] and […], like […], said […] words in […]" in main
    assert "What do I not see in […]?" in read
    assert "7 of 7 said mostly or entirely" in read
    page = another_client.get(f"/facilitate/june-retreat/supervision/{packet.id}").text
    assert page.count("Opened on") == 1
    assert "One theme from this gathering was taken to supervision." in client.get(
        f"/reflect/{loop.token(june, 'bo')}").text  # fmt: skip


def test_withdrawn_words_vanish_and_a_theme_that_grew_small_with_them(june, client, another_client):
    packet = begin(another_client)
    for words in (TELLING, "Too few breaks"):
        take(another_client, packet, june, words)
    send(another_client, packet)
    assert "Too few breaks" in opened(client)

    loop.post(client, loop.token(june, "filipe"), "/words/C8/withdraw")

    read = opened(client)
    assert "Too few breaks" not in read
    assert "left at" not in read
    assert db.session.query(PacketText).count() == 1
    assert "7 of 7" in read


def test_the_link_ends_after_thirty_days_and_when_it_is_taken_back_and_a_wrong_one_opens_nothing(
    june, client, another_client
):
    packet = begin(another_client)
    path = packet_path(packet)
    assert client.get(path).status_code == 404
    assert press(another_client, f"/{packet.id}/revoke").status_code == 404
    send(another_client, packet)
    path, start = packet_path(the_packet()), clock.now()
    token = path.rpartition("/")[2]

    wrong = [client.get(f"/supervision/{each}").status_code
             for each in (guessed(token), "x", f"{packet.id + 2:x}-{token[-32:]}", f"é-{'é' * 32}", f"{'f' * 40}-{'a' * 32}")]  # fmt: skip
    unproved = client.post(path, data={"proof": "x"})
    until = later(start, "Europe/Lisbon", days=30)  # across the change of the clocks in March
    clock.move_to(until - timedelta(seconds=1))
    there = client.get(path).status_code
    clock.move_to(until)
    over = client.get(path).status_code

    assert wrong == [404] * 5
    assert unproved.status_code == 400
    assert (there, over) == (200, 410)
    for _press in range(2):
        assert press(another_client, f"/{packet.id}/revoke").status_code == 303
    assert client.get(path).status_code == 410
    assert "You took it back" in another_client.get(f"/facilitate/june-retreat/supervision/{packet.id}").text
    assert db.session.query(PacketView).count() == 0


@pytest.mark.parametrize("email", ["ada@example.org", "mira@example.org", "nobody"])
def test_whoever_was_there_or_led_is_no_supervisor_and_nothing_chosen_is_no_packet(june, another_client, email):
    nothing = press(another_client, "", packet_id="5", scales=["C4", "C10"], question="Kept")
    packet = begin(another_client)

    answer = send(another_client, packet, email)

    assert nothing.status_code == 422
    assert "Kept" in nothing.text
    assert answer.status_code == 422
    assert f'value="{email}"' in answer.text
    assert the_packet().sent_at is None


def test_another_facilitator_finds_nothing_of_it(june, client, another_client):
    packet = begin(another_client)
    theme = packet.parts[0].theme_id
    loop.leads(client, a_facilitator("rui@example.org"))

    assert client.get("/facilitate/june-retreat/supervision").status_code == 404
    assert client.get(f"/facilitate/june-retreat/supervision/{packet.id}").status_code == 404
    assert send(client, packet).status_code == 404
    assert press(another_client, "", packet_id="6", themes=[str(theme), "77"]).status_code == 404
    assert the_packet().id == packet.id, "with one theme of elsewhere among those chosen there is no packet"
