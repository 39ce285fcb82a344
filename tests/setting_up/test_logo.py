"""Olga puts up the house's own sign: whatever she sends is written anew, and what is no picture comes back with a sentence."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from retreats.house import logo
from retreats.house.queries import current
from tests.setting_up.owning import SETTINGS, olga, text_of


def a_picture(kind: str = "PNG", size: tuple[int, int] = (300, 150), **more: Any) -> bytes:
    """A red one, transparent on its right where the kind can be."""
    image = Image.new(
        "RGBA" if kind != "JPEG" else "RGB", size, (200, 30, 30, 255) if kind != "JPEG" else (200, 30, 30)
    )
    written = BytesIO()
    image.save(written, kind, **more)
    return written.getvalue()


def send(client: FlaskClient, content: bytes, name: str = "logo.png") -> Any:
    """Choose a file, and press."""
    return client.post(f"{SETTINGS}/logo", data={"logo": (BytesIO(content), name)}, content_type="multipart/form-data")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_what_she_sends_is_written_anew_and_stands_on_every_page(
    client: FlaskClient, another_client: FlaskClient, kind: str
) -> None:
    olga(client)
    exif = Image.Exif()
    exif[0x010E] = "canary: Rua do Rio 1"

    sent = send(client, a_picture(kind, exif=exif))
    address = current().logo or ""
    picture = another_client.get(address)

    assert sent.status_code == 303
    assert another_client.get("/").text.count(address) == 2, "in the head and in the masthead"
    assert picture.content_type == "image/png"
    assert "immutable" in picture.headers["Cache-Control"]
    seen = Image.open(BytesIO(picture.data))
    assert (seen.format, seen.size, seen.mode, seen.info.get("exif")) == ("PNG", (192, 192), "RGB", None)
    assert b"canary" not in picture.data
    assert seen.getpixel((96, 96))[0] > 150
    assert seen.getpixel((96, 4)) == (255, 253, 248), "a square is made of it"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a picture first"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "could not read this as a picture",
        ),
        (a_picture()[:200], "could not read this as a picture"),
        (a_picture(size=(40, 20)), "too small to look well"),
        (a_picture("PNG", (6000, 5000)), "more pixels than we can take"),
        (b"GIF89a" + bytes(60), "could not read this as a picture"),
    ],
    ids=["nothing", "a program", "torn", "small", "huge", "another kind"],
)
def test_what_is_no_picture_for_this_comes_back_with_a_sentence(
    client: FlaskClient, content: bytes, sentence: str
) -> None:
    olga(client)

    answer = send(client, content, "logo.png" if content else "")

    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert current().logo is None


def test_it_can_be_changed_and_taken_down_and_kept_pages_still_show_the_former(client: FlaskClient) -> None:
    olga(client)
    send(client, a_picture())
    former = current().logo or ""
    send(client, a_picture(size=(150, 300)))
    other = current().logo or ""
    client.post(f"{SETTINGS}/logo", data={"then": "remove"})

    assert former != other
    assert current().logo is None
    assert [client.get(each).status_code for each in (former, other, "/look/never.png")] == [200, 200, 404]


def test_the_same_picture_twice_changes_nothing(client: FlaskClient) -> None:
    olga(client)
    send(client, a_picture())
    version = current().version

    send(client, a_picture())

    assert current().version == version
    assert logo.name_of(logo.prepare(BytesIO(a_picture()))) in (current().logo or "")
