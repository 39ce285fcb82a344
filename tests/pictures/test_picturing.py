"""Choosing a picture for a gathering, serving it, and letting it go."""

from __future__ import annotations

import re
import tracemalloc
from io import BytesIO, RawIOBase
from typing import Any

import pytest

from retreats import clock
from retreats.catalogue import service as catalogue
from retreats.catalogue.models import Facilitator, Gathering
from retreats.db import db, writing
from retreats.events import PictureLetGo
from retreats.outbox.models import Delivery, Event
from retreats.pictures import service as pictures
from retreats.pictures.choosing import MOST_OCTETS
from retreats.pictures.models import Picture, Rendition
from tests.catalogue.organise import a_draft, fields, otto
from tests.house import a_booking, a_facilitator, a_gathering, a_person, both, sign_in
from tests.pictures import files
from tests.pictures.files import BLUE, GREEN, a_file, halves, looks, opened

pytestmark = pytest.mark.slow

ADDRESS = "/organise/gatherings/june-retreat/picture"
WORDS = {"alt_en": "A white house", "alt_pt": "Uma casa branca"}


def send(
    client: Any, address: str = ADDRESS, file: BytesIO | None = None, name: str = "photo.jpg", **changed: str
) -> Any:
    """Open the page, choose a file if there is one, change these fields, and save."""
    values = fields(client.get(address).text) | {"picture": (file or BytesIO(), name if file else "")} | changed
    return client.post(address, data=values, content_type="multipart/form-data")


def a_form(octets: int) -> bytes:
    """A form with nothing but a file of this size."""
    head = b'--b\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'
    return head + b"x" * octets + b"\r\n--b--\r\n"


def the(slug: str = "june-retreat") -> Gathering:
    return db.session.query(Gathering).filter_by(slug=slug).populate_existing().one()


def its_picture(slug: str = "june-retreat") -> Picture:
    picture = the(slug).picture
    assert picture is not None
    return picture


def test_otto_gives_a_gathering_its_picture(client, another_client):
    """INP-14: neither the file's name nor the kind it claims to be leads anywhere."""
    otto(client)
    a_gathering()

    answer = send(client, file=a_file(kind="PNG"), name="../photo.php.svg", **WORDS)

    assert (answer.status_code, answer.location) == (303, f"{ADDRESS}?saved=yes")
    page = another_client.get("/gatherings/june-retreat/").text
    picture = its_picture()
    for kind in ("avif", "webp", "jpg"):
        assert f"/pictures/{picture.name}/480.{kind} 480w, /pictures/{picture.name}/700.{kind} 700w" in page
    assert 'alt="A white house"' in page
    assert f'<meta property="og:image" content="http://127.0.0.1:5999/pictures/{picture.name}/700.jpg">' in page
    assert f'"image": "http://127.0.0.1:5999/pictures/{picture.name}/700.jpg"' in page
    assert f"/pictures/{picture.name}/480.avif" in another_client.get("/gatherings/").text
    assert "Uma casa branca" in another_client.get("/gatherings/june-retreat/?lang=pt").text
    assert re.fullmatch(r"[0-9a-f]{32}", picture.name)


def test_a_picture_is_served_as_what_it_is_and_for_ever(client, another_client):
    otto(client)
    a_gathering()
    send(client, file=a_file(), **WORDS)

    for kind, written in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
        address = f"/pictures/{its_picture().name}/480.{kind}"
        answer = another_client.get(address)

        assert (answer.status_code, opened(answer.data).format) == (200, written)
        assert {name: answer.headers.get(name) for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options",
                                                            "Vary", "Set-Cookie", "X-Robots-Tag")} == {
            "Content-Type": {"jpg": "image/jpeg"}.get(kind, f"image/{kind}"),
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Vary": None,
            "Set-Cookie": None,
            "X-Robots-Tag": None,
        }  # fmt: skip
        again = another_client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "wrong", ["{name}/481.jpg", "{name}/480.gif", "{name}/2400.whole", "{name}/700.whole", "{name}/99999999999999999999.jpg",
              "{name}/480.jpg%00", "%00/480.jpg", "00000000000000000000000000000000/480.jpg", "..%2f..%2fhouse.db/480.jpg",
              "{upper}/480.jpg"],
)  # fmt: skip
def test_other_addresses_are_not_there(client, wrong):
    otto(client)
    a_gathering()
    send(client, file=a_file(), **WORDS)
    name = its_picture().name

    assert client.get("/pictures/" + wrong.format(name=name, upper="A" + name[1:])).status_code == 404


def test_a_drafts_picture_is_as_hidden_as_its_page(client, app):
    """AUTZ-13: what one knows the address of is no more open than the page that shows it."""
    otto(client)
    slug = a_draft(client)
    send(client, f"/organise/gatherings/{slug}/picture", file=a_file(), **WORDS)
    path = f"/pictures/{its_picture(slug).name}/480.jpg"
    ada, mira, nobody = app.test_client(), app.test_client(), app.test_client()
    sign_in(ada, a_person("ada@example.org"))
    sign_in(mira, a_facilitator().person)

    before = [each.get(path) for each in (ada, mira, nobody)]
    never = nobody.get(f"/pictures/{'0' * 32}/480.jpg")
    shown = client.get(path)
    with writing():
        pictures.show(its_picture(slug).id)  # as publishing does, below
    after = [each.get(path).status_code for each in (ada, mira, nobody)]

    assert [(each.status_code, each.text) for each in before] == [
        (404, never.text.replace("0" * 32, its_picture(slug).name))
    ] * 3
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert after == [200, 200, 200]


def test_publishing_a_gathering_publishes_its_picture(client):
    otto(client)
    gathering = a_gathering()
    with writing() as session:
        row = session.get_one(Gathering, gathering.id)
        row.state, row.published_at = "draft", None
    send(client, file=a_file(), **WORDS)
    assert its_picture().public is False

    assert client.post("/organise/gatherings/june-retreat/publish").status_code == 303

    assert its_picture().public is True


def test_another_cut_needs_no_other_file_and_has_another_address(client, another_client):
    otto(client)
    a_gathering()
    send(client, file=a_file(halves((700, 1400))), focus="top", **WORDS)
    first = its_picture().name

    answer = send(client, focus="bottom")

    picture = its_picture()
    content = another_client.get(f"/pictures/{picture.name}/700.jpg").data
    assert answer.status_code == 303
    assert picture.name != first
    assert looks(opened(content), BLUE, at=(0.5, 0.05))
    assert picture.alt == {"en": "A white house", "pt": "Uma casa branca"}


def test_other_words_leave_the_picture_where_it_is(client, another_client):
    otto(client)
    a_gathering()
    send(client, file=a_file(), **WORDS)
    name, version = its_picture().name, the().version
    another_client.get("/gatherings/june-retreat/")

    send(client, alt_en="The house by the river")

    assert (its_picture().name, the().version) == (name, version + 1)
    assert "The house by the river" in another_client.get("/gatherings/june-retreat/").text
    assert db.session.query(Event).filter_by(name="PictureLetGo").count() == 0


def test_saved_unchanged_it_stays_as_it_is(client):
    otto(client)
    a_gathering()
    send(client, file=a_file(), **WORDS)
    stood = (its_picture().name, the().version)

    send(client)

    assert (its_picture().name, the().version) == stood


def test_what_was_replaced_is_removed_only_after_a_while_and_only_if_nobody_shows_it(client, deliver):
    otto(client)
    a_gathering()
    send(client, file=a_file(), **WORDS)
    first, address = its_picture().id, f"/pictures/{its_picture().name}/480.jpg"
    send(client, file=a_file(halves(first=GREEN)))
    deliver()
    still = client.get(address).status_code

    with clock.standing_still(clock.real_now()):
        db.session.query(Delivery).filter_by(reaction="pictures.service.remove").update({"due_at": clock.real_now()})
        db.session.commit()
    deliver()
    with writing():
        pictures.remove(PictureLetGo(picture_id=first))  # a second time
        pictures.remove(PictureLetGo(picture_id=its_picture().id))  # somebody shows this one

    assert still == 200
    assert client.get(address).status_code == 404
    assert [each.id for each in db.session.query(Picture)] == [its_picture().id]
    assert {each.picture_id for each in db.session.query(Rendition)} == {its_picture().id}
    assert looks(opened(client.get(its_picture().address("jpg")).data), GREEN, at=(0.5, 0.05))


def test_taken_away_its_tiles_stand_there_again(client, another_client):
    otto(client)
    a_gathering()
    send(client, file=a_file(), **WORDS)

    for _press in range(2):
        values = {"base": re.findall(r'name="base" value="(\w+)"', client.get(ADDRESS).text)[0]}
        assert client.post(f"{ADDRESS}/remove", data=values).status_code == 303

    assert the().picture_id is None
    assert "/tiles/" in another_client.get("/gatherings/june-retreat/").text
    assert db.session.query(Event).filter_by(name="PictureLetGo").count() == 1


def test_of_two_who_change_it_at_once_the_slower_is_told(client):
    otto(client)
    a_gathering()
    slow = fields(client.get(ADDRESS).text) | {"picture": (a_file(halves(first=GREEN)), "a.jpg"), **WORDS}
    send(client, file=a_file(), **WORDS)
    name = its_picture().name

    answer = client.post(ADDRESS, data=slow, content_type="multipart/form-data")
    removed = client.post(f"{ADDRESS}/remove", data={"base": slow["base"]})

    assert (answer.status_code, removed.status_code, its_picture().name) == (409, 409, name)
    assert "Somebody else changed the picture meanwhile" in answer.text


@pytest.mark.parametrize(
    ("file", "words", "field", "sentence"),
    [
        (None, WORDS, "picture", "Choose a picture."),
        (BytesIO(files.SVG), WORDS, "picture", "Send a JPEG, PNG, WebP or AVIF file."),
        (files.a_png_that_declares(50_000, 50_000), WORDS, "picture", "more pixels than we can take"),
        (a_file(halves((300, 300))), WORDS, "picture", "it has to be 640 pixels wide"),
        (a_file(), WORDS | {"alt_pt": ""}, "alt_pt", "Say what one sees"),
        (a_file(), WORDS | {"alt_pt": ""}, "picture", "Choose the file once more"),
        (a_file(), WORDS | {"alt_en": "x" * 301}, "alt_en", "shorten this to 300"),
    ],
    ids=["nothing", "svg", "bomb", "small", "words-missing", "file-again", "words-long"],
)  # fmt: skip
def test_what_is_wrong_comes_back_with_a_sentence_and_what_was_written(client, file, words, field, sentence):
    otto(client)
    a_gathering()

    answer = send(client, file=BytesIO(file.getvalue()) if file else None, focus="left", **words)

    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"[^>]*>(<[^>]*>[^<]*</[^>]*>)?[^<]*{re.escape(sentence)}', answer.text)
    assert fields(answer.text)["alt_en"] == [words["alt_en"]]
    assert fields(answer.text)["focus"] == ["left"]
    assert (the().picture_id, db.session.query(Rendition).count()) == (None, 0)


def test_only_this_form_takes_more_than_others_and_not_much_more(client):
    otto(client)
    a_gathering()

    large, too_large = (
        client.post(ADDRESS, data=a_form(octets), content_type="multipart/form-data; boundary=b")
        for octets in (3_000_000, MOST_OCTETS)
    )
    elsewhere = client.post("/organise/gatherings/june-retreat/edit/words", data=a_form(3_000_000),
                            content_type="multipart/form-data; boundary=b")  # fmt: skip

    assert (large.status_code, too_large.status_code, elsewhere.status_code) == (422, 413, 413)
    assert "files of up to 20 MB" in too_large.text
    assert "20 MB" not in elsewhere.text


class TwoGigabytes(RawIOBase):
    """A form with a file that does not end for a long time; `read_so_far` counts its octets."""

    def __init__(self) -> None:
        self.rest = BytesIO(a_form(0)[:-9])
        self.read_so_far = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self.rest.read(len(buffer)) or b"x" * min(len(buffer), 2**31 - self.read_so_far)
        buffer[: len(piece)] = piece
        self.read_so_far += len(piece)
        return len(piece)


@pytest.mark.parametrize("says_its_length", [True, False])
def test_two_gigabytes_are_refused_early(client, says_its_length):
    """INP-16, whether their length is said or not."""
    otto(client)
    a_gathering()
    body = TwoGigabytes()
    length = {"CONTENT_LENGTH": str(2**31)}
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}  # as a server says of a body in chunks

    tracemalloc.start()
    answer = client.post(ADDRESS, content_type="multipart/form-data; boundary=b",
                         environ_overrides={"wsgi.input": body} | (length if says_its_length else chunked))  # fmt: skip
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status_code == 413
    assert body.read_so_far <= (0 if says_its_length else MOST_OCTETS + 2**16)
    assert peak < 5 * 2**20


def test_a_facilitators_portrait_is_on_every_page_that_shows_them(client):
    gathering = a_gathering()
    mira = gathering.leaders[0].facilitator
    before = client.get("/gatherings/june-retreat/").text

    with writing():
        catalogue.portray(Facilitator, mira.id, files.prepared(shape="square"), alt=both("Mira by the window"))

    name = db.session.query(Picture).one().name
    for path in ("/", "/facilitators/", f"/facilitators/{mira.slug}/", "/gatherings/june-retreat/"):
        assert f"/pictures/{name}/160.avif 160w" in client.get(path).text
    assert 'alt="Mira by the window"' in client.get(f"/facilitators/{mira.slug}/").text
    with writing():
        catalogue.unportray(Facilitator, mira.id)
        catalogue.unportray(Facilitator, mira.id)
    assert client.get("/gatherings/june-retreat/").text == before


def test_lists_cost_the_same_with_pictures(client, statements):
    otto(client)
    ada = a_person("ada@example.org")
    for number in range(3):
        a_booking(a_gathering(slug=f"g{number}"), "ada@example.org")
    sign_in(client, ada)
    paths = ("/", "/gatherings/", "/facilitators/", "/me/")

    def asked() -> list[int]:
        counts = []
        for path in paths:
            with statements() as seen:
                client.get(path)
            counts.append(len(seen))
        return counts

    without = asked()
    with writing() as session:
        for gathering in session.query(Gathering):
            gathering.picture = pictures.keep(files.prepared(), alt=both("A house"), public=True)
            catalogue.portray(
                Facilitator, gathering.leaders[0].facilitator_id, files.prepared(shape="square"), alt=both("Mira")
            )

    assert asked() == without
