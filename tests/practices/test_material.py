"""Material opens to those whose place it is, from its moment on, as what it was found to be; and a backup holds it."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from retreats import clock, create_app
from retreats.backup import archive, making, restoring
from retreats.booking.models import Place
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, let_go, new_id, writing
from retreats.practices import files, service
from retreats.practices.models import Material, MaterialPiece, PreparationTick
from retreats.practices.queries.material import content_of
from tests.conftest import settings
from tests.feedback import loop
from tests.house import a_facilitator, a_person, sign_in
from tests.tokens import guessed

pytestmark = pytest.mark.slow

PDF = b"%PDF-1.7\n" + os.urandom(150_000)


@pytest.fixture
def mira(app) -> Facilitator:
    del app
    return a_facilitator()


def give(client, kind: str, *, file: bytes = b"", entry: int = 0, **more: str):
    data = {"kind": kind, "entry": str(entry or new_id()), "title_en": "Body scan", "title_pt": "Ouvir o corpo"} | more
    if kind == "file":
        data["file"] = (BytesIO(file), "harmless.html")
    return client.post("/facilitate/june-retreat/material/new", data=data, content_type="multipart/form-data")


def kept() -> list[Material]:
    db.session.remove()
    return db.session.query(Material).order_by(Material.added_at, Material.id).all()


def a_photograph() -> bytes:
    """With the place where it was taken."""
    written, exif = BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "Rua das Camelias 4"
    Image.new("RGB", (40, 20), "green").save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4 x", "application/pdf"),
        (b"ID3\x04" + b"\0" * 20, "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + b"\0" * 20, "audio/mpeg"),
        (b"\0\0\0\x20ftypM4A \0\0", "audio/mp4"),
        (b"OggS\0\x02", "audio/ogg"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"fLaC\0\0", "audio/flac"),
        (a_photograph(), "image/jpeg"),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"MZ\x90\0", None),
        (b"PK\x03\x04", None),
        (b"\0\0\0\x20ftypisom\0\0\0\0hdlr\0\0\0\0\0\0\0\0vide", None),
        (b"\x89PNG\r\n\x1a\nbroken", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_octets_say(app, content, kind) -> None:
    with app.test_request_context():
        if kind is None:
            with pytest.raises(files.NotTaken):
                files.recognised(content)
        else:
            assert files.recognised(content)[0] == kind


def test_a_picture_loses_where_it_was_taken(app) -> None:
    with app.test_request_context():
        _kind, content = files.recognised(a_photograph())

    assert b"Camelias" in a_photograph()
    assert b"Cam" not in content
    assert dict(Image.open(BytesIO(content)).getexif()) == {}


def test_what_was_given_along_opens_to_who_takes_part_and_to_nobody_else(client, another_client, mira):
    june, _other = (
        loop.a_group(3, facilitator=mira),
        loop.a_group(1, slug="july-circle", facilitator=a_facilitator("milo@x.example")),
    )
    loop.leads(client, mira)
    entry = new_id()
    assert [give(client, "file", file=PDF, entry=entry).status_code for _ in range(2)] == [303, 303]
    [file] = kept()
    with writing() as session:
        session.get_one(Place, loop.place_of(june, "bo").id).presence = "missed"
    ada, bo, elsewhere = loop.token(june, "ada"), loop.token(june, "bo"), loop.token(_other, "ada")

    answer = another_client.get(f"/reflect/{ada}/material/{file.id}")
    who = {"missed": bo, "of another gathering": elsewhere, "with a broken link": guessed(ada)}
    refused = {
        name: another_client.get(f"/reflect/{link}/material/{file.id}").status_code for name, link in who.items()
    }

    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=body-scan.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert set(refused.values()) == {404}
    assert another_client.get(f"/me/material/june-retreat/{file.id}").status_code == 303
    people = [("ada@example.org", None), ("cara@example.org", None), ("bo@example.org", None), ("nell@example.org", None),
              ("otto@example.org", "organiser")]  # fmt: skip
    seen = {}
    for email, role in people:
        sign_in(another_client, a_person(email, role=role))
        seen[email] = another_client.get(f"/me/material/june-retreat/{file.id}").status_code
        assert another_client.get("/me/material/june-retreat").status_code == seen[email]
    assert list(seen.values()) == [200, 200, 404, 404, 404]
    assert "Body scan" in client.get("/facilitate/june-retreat/material").text
    loop.leads(another_client, db.session.query(Facilitator).filter_by(slug="milo").one())
    assert another_client.get(f"/facilitate/june-retreat/material/{file.id}/file").status_code == 404


def test_it_opens_from_its_moment_on(client, another_client, mira):
    june = loop.a_group(1, facilitator=mira)
    loop.leads(client, mira)
    give(client, "file", file=PDF, opens="after")
    give(client, "text", text_en="<script>1</script> *Lie down*", text_pt="Deite-se", title_en="To read")
    file, _text = sorted(kept(), key=lambda each: each.kind)
    ada = loop.token(june, "ada")

    early = another_client.get(f"/reflect/{ada}/material/{file.id}").status_code
    page = another_client.get(f"/reflect/{ada}/material").text
    own = client.get(f"/facilitate/june-retreat/material/{file.id}/file").status_code
    clock.move_to(june.ends_at)

    assert (early, own) == (404, 200)
    assert "It opens on" in page
    assert "<em>Lie down</em>" in page
    assert "<script>1" not in page
    assert another_client.get(f"/reflect/{ada}/material/{file.id}").status_code == 200
    with writing() as session:
        session.get_one(Gathering, june.id).state = "cancelled"
    assert another_client.get(f"/reflect/{ada}/material/{file.id}").status_code == 404


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, mira, monkeypatch):
    loop.a_group(1, facilitator=mira)
    loop.leads(client, mira)

    html = give(client, "file", file=b"<html>")
    nothing = give(client, "file")
    link = give(client, "link", href="javascript:alert(1)")
    one_language = give(client, "text", title_pt="", text_en="x", text_pt="y")
    monkeypatch.setattr(files, "MOST_OCTETS", 1000)
    heavy = give(client, "file", file=PDF)

    assert {each.status_code for each in (html, nothing, link, one_language, heavy)} == {422}
    assert "We take PDF, pictures" in html.text
    assert "Choose a file." in nothing.text
    assert 'value="javascript:alert(1)"' in link.text
    assert "beginning with https://" in link.text
    assert "We take files of up to" in heavy.text
    assert all('value="Body scan"' in each.text for each in (html, nothing, link, one_language))
    assert kept() == []
    too_much = client.post("/facilitate/june-retreat/material/new", content_type="multipart/form-data; boundary=b",
                           environ_overrides={"wsgi.input": BytesIO(), "CONTENT_LENGTH": str(21 * 2**20)})  # fmt: skip
    assert too_much.status_code == 413
    assert "We take files of up to 20 MB" in too_much.text


def test_it_is_changed_and_removed_and_twenty_are_enough(client, mira, statements):
    june = loop.a_group(1, facilitator=mira)
    loop.leads(client, mira)
    ada = loop.token(june, "ada")
    give(client, "link", href="https://example.org/talk")
    [first] = kept()
    here = f"/facilitate/june-retreat/material/{first.id}"
    with statements() as one:
        client.get(f"/reflect/{ada}/material")

    changed = client.post(here, data={"title_en": "A talk", "title_pt": "Conversa", "href": "https://example.org/2"})
    answers = [give(client, "text", text_en=f"{n}", text_pt=f"{n}").status_code for n in range(20)]
    with statements() as many:
        assert "A talk" in client.get(f"/reflect/{ada}/material").text

    assert changed.status_code == 303
    assert answers == [303] * 19 + [409]
    assert len(one) == len(many)
    assert [client.post(f"{here}/remove").status_code for _ in range(2)] == [303, 303]
    assert len(kept()) == 19
    assert client.post(here, data={"title_en": "A"}).status_code == 404


def test_a_backup_holds_the_files_piece_by_piece(client, mira, tmp_path: Path):
    loop.a_group(1, facilitator=mira)
    loop.leads(client, mira)
    give(client, "file", file=PDF)
    [file] = kept()
    assert db.session.query(MaterialPiece).count() == 3
    let_go()
    making.make(tmp_path / "all.zip")
    before = (tmp_path / "all.zip").stat().st_size

    elsewhere = create_app(**settings(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "other"))
    with elsewhere.app_context():
        restoring.restore(archive.opened(tmp_path / "all.zip"))
        found = content_of(file.id)
        db.session.remove()
        db.engine.dispose()

    assert found == PDF
    assert before > len(PDF)


def test_each_ticks_the_list_for_themselves(client, another_client, mira):
    june = loop.a_group(2, facilitator=mira)
    loop.leads(client, mira)
    here = "/facilitate/june-retreat/preparation"
    rows = {"line-rows": "6", "line0-text_en": "A blanket", "line0-text_pt": "Uma manta", "line0-days": "7",
            "line1-text_en": "Warm socks", "line1-text_pt": "Meias quentes"}  # fmt: skip

    half = client.post(here, data=rows | {"line1-text_pt": ""})
    never = client.post(here, data=rows | {"line0-days": "soon"})
    assert client.post(here, data=rows).status_code == 303
    ada, bo = loop.token(june, "ada"), loop.token(june, "bo")
    page = another_client.get(f"/reflect/{ada}/preparation").text
    first, second = [each.id for each in service_items(june)]
    for _ in range(2):
        loop.post(another_client, ada, "/preparation", done=str(first))

    assert (half.status_code, never.status_code) == (422, 422)
    assert 'value="Warm socks"' in half.text
    assert "by Monday 8 March 2027" in page
    assert "checked" not in page
    assert another_client.get(f"/reflect/{ada}/preparation").text.count(" checked") == 1
    assert another_client.get(f"/reflect/{bo}/preparation").text.count(" checked") == 0
    kept_rows = {
        "line-rows": "2",
        "line0-id": str(first),
        "line0-text_en": "A thick blanket",
        "line0-text_pt": "Uma manta",
    }
    assert client.post(here, data=kept_rows).status_code == 303
    assert another_client.get(f"/reflect/{ada}/preparation").text.count(" checked") == 1
    loop.post(another_client, ada, "/preparation", done=str(second))
    db.session.remove()
    assert db.session.query(PreparationTick).count() == 0
    assert clock.now() < june.starts_at - timedelta(days=1)


def service_items(gathering: Gathering):
    db.session.remove()
    return service.preparing.items_of(gathering.id)
