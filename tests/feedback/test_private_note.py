"""A note to oneself, beside what one came for: for its author alone, and at rest while people send words without a name."""

from __future__ import annotations

from retreats import clock
from retreats.db import db
from retreats.feedback.models import PrivateNote
from tests.feedback import loop
from tests.house import a_facilitator, a_person, sign_in

KEPT = "Remember the river."


def notes() -> list[str | None]:
    db.session.remove()
    return [each.text for each in db.session.query(PrivateNote)]


def test_a_note_is_ones_own_and_rests_from_the_opening_of_the_form_until_it_has_closed(
    client, another_client, deliver
) -> None:
    mira = a_facilitator()
    june = loop.a_group(6, facilitator=mira)
    deliver()
    links = loop.tokens(june)
    loop.post(client, links["ada"], "/before", A1="To sleep")
    for _click in range(2):
        assert loop.post(client, links["ada"], "/note", note=f"{KEPT}\r\n").status_code == 303
    assert loop.post(client, links["bo"], "/note", note="").status_code == 303
    assert client.post(f"/reflect/{links['ada']}/note", data={"note": "forged"}).status_code == 400
    too_long = loop.post(client, links["ada"], "/note", note="Far and " + "x" * 4000)
    assert (too_long.status_code, "Please shorten this" in too_long.text, "Far and x" in too_long.text) == (
        422,
        True,
        True,
    )
    assert notes() == [KEPT]
    stored = db.session.query(PrivateNote).one()
    assert KEPT.encode() not in (stored.text_sealed or b"")
    assert {column.name for column in PrivateNote.__table__.columns} == {"id", "place_id", "text_sealed"}  # and no time
    loop.leads(another_client, mira)
    staff = [another_client.get(f"/facilitate/june-retreat/{page}").text for page in ("", "needs")]
    sign_in(another_client, a_person("otto@example.org", role="organiser"))
    staff += [another_client.get(path).text for path in ("/organise/loop", "/organise/june-retreat/")]
    staff.append(client.get(f"/reflect/{links['bo']}").text)
    assert not any(KEPT in text for text in staff)

    loop.after_the_end(june, deliver)
    for hours, state in ((2, "collecting"), (24 * 8, "held")):
        loop.after_the_end(june, deliver, hours=hours)
        assert loop.window(june).state == state
        page = client.get(f"/reflect/{links['ada']}").text
        assert KEPT in page
        assert "A note to yourself rests" in page
        assert "Change my note" not in page
        refused = loop.post(client, links["ada"], "/note", note="Meanwhile I thought")
        assert (refused.status_code, "Meanwhile I thought" in refused.text) == (409, True)
        assert "not while a form about this gathering is open" in client.get(f"/reflect/{links['bo']}").text
        assert notes() == [KEPT]

    loop.after_the_end(june, deliver, days=15)
    assert loop.window(june).state == "closed"
    came_for = client.get(f"/reflect/{links['ada']}").text.split('id="came-for"')[1].split("</section>")[0]
    assert (KEPT in came_for, "To sleep" in came_for, "Change my note" in came_for) == (True, True, True)
    assert loop.post(client, links["ada"], "/note", note="Rivers").status_code == 303
    assert notes() == ["Rivers"]
    assert "Só para mim" in client.get(f"/reflect/{links['ada']}?lang=pt").text
    assert loop.post(client, links["ada"], "/note", note=" ").status_code == 303
    assert notes() == []
    end = june.ends_at
    assert end is not None
    loop.after_the_end(june, deliver, days=21, hours=1)  # a follow-up is open
    assert clock.now() > end
    assert loop.post(client, links["ada"], "/note", note="Now").status_code == 409
