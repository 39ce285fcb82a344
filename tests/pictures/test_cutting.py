"""Whatever is sent, what comes out was made by the house: cases INP-13 to INP-15 and ANON-20 of the design."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

import pytest
from PIL import Image, ImageFile, PngImagePlugin

from retreats.pictures.cutting import NotAPicture, TooManyPixels, TooSmall, prepare
from retreats.pictures.shapes import Prepared
from retreats.refusals import Refusal
from tests.pictures import files
from tests.pictures.files import BLUE, GREEN, RED, WHITE, a_file, halves, looks, opened

pytestmark = pytest.mark.slow


def wide(file: BytesIO, focus: str = "centre") -> Prepared:
    return prepare(file, shape="wide", focus=focus)


def only(prepared: Prepared, kind: str = "jpg") -> Image.Image:
    """The largest of this kind."""
    return opened(max((cut for cut in prepared.cuts if cut.kind == kind), key=lambda cut: cut.width).content)


def test_a_photograph_comes_out_in_three_formats_and_three_widths() -> None:
    cuts = wide(a_file(halves((1600, 1200)))).cuts

    found = {(cut.kind, opened(cut.content).format, opened(cut.content).size) for cut in cuts}

    assert found == {
        (kind, written, size)
        for kind, written in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG"))
        for size in ((480, 270), (800, 450), (1312, 738))
    }


def test_nothing_is_enlarged() -> None:
    found = {cut.width for cut in wide(a_file(halves((700, 500)))).cuts}

    assert found == {480, 700}


GREY16 = Image.new("I;16", (1000, 800), 128 * 257)


@pytest.mark.parametrize(
    ("file", "above", "below"),
    [
        (a_file(), RED, BLUE),
        (a_file(kind="PNG"), RED, BLUE),
        (a_file(kind="WEBP"), RED, BLUE),
        (a_file(kind="AVIF"), RED, BLUE),
        (a_file(kind="MPO", save_all=True, append_images=[halves(first=GREEN)]), RED, BLUE),
        (a_file(halves().convert("P", palette=Image.Palette.ADAPTIVE), "PNG"), RED, BLUE),
        (a_file(halves().convert("CMYK")), RED, BLUE),
        (a_file(Image.new("L", (900, 900), 90)), (90, 90, 90), (90, 90, 90)),
        (a_file(GREY16, "PNG"), (128, 128, 128), (128, 128, 128)),
        (a_file(Image.new("RGBA", (900, 900), (*RED, 0)), "PNG"), WHITE, WHITE),
        (a_file(Image.new("LA", (900, 900), (0, 0)), "PNG"), WHITE, WHITE),
        (a_file(kind="WEBP", save_all=True, append_images=[halves(first=GREEN)]), RED, BLUE),
    ],
    ids=["jpeg", "png", "webp", "avif", "mpo", "palette", "cmyk", "grey", "grey16", "clear", "clear-grey", "moving"],
)  # fmt: skip
def test_every_kind_of_file_keeps_its_colours(file: BytesIO, above: files.Colour, below: files.Colour) -> None:
    for kind in ("avif", "webp", "jpg"):
        image = only(wide(file), kind)

        assert looks(image, above, at=(0.5, 0.1))
        assert looks(image, below, at=(0.5, 0.9))


def test_colours_are_those_that_its_profile_means() -> None:
    file = a_file(halves(first=(255, 0, 0), second=(255, 0, 0)), icc_profile=files.a_profile_that_swaps_red_and_green())

    assert looks(only(wide(file)), (0, 255, 0), at=(0.5, 0.5))


def test_a_broken_profile_does_not_matter() -> None:
    assert looks(only(wide(a_file(icc_profile=b"not a profile"))), RED, at=(0.5, 0.1))


@pytest.mark.parametrize(
    ("side_by_side", "size", "focus", "seen"),
    [
        (False, (650, 1300), "centre", (RED, BLUE)),
        (False, (650, 1300), "top", (RED, RED)),
        (False, (650, 1300), "bottom", (BLUE, BLUE)),
        (True, (1500, 380), "left", (RED, RED)),
        (True, (1500, 380), "right", (BLUE, BLUE)),
        (True, (1500, 380), "top", (RED, BLUE)),
    ],
)
def test_what_matters_stays_when_it_is_cut(
    side_by_side: bool, size: tuple[int, int], focus: str, seen: tuple[files.Colour, files.Colour]
) -> None:
    image = only(wide(a_file(halves(size, side_by_side=side_by_side)), focus))
    first, last = ((0.02, 0.5), (0.98, 0.5)) if side_by_side else ((0.5, 0.02), (0.5, 0.98))

    assert (looks(image, seen[0], at=first), looks(image, seen[1], at=last)) == (True, True)


def test_a_portrait_is_square() -> None:
    cuts = prepare(a_file(halves((900, 1600))), shape="square", focus="top").cuts

    assert {opened(cut.content).size for cut in cuts} == {(160, 160), (320, 320), (640, 640)}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_stands_upright_and_tells_nothing_of_where_it_was_taken(kind: str) -> None:
    """ANON-20: a telephone's picture lies on its side and knows where it was taken, when, and by whom."""
    lying = halves((480, 640)).transpose(Image.Transpose.ROTATE_90)
    more = {"comment": b"Canary comment"} if kind == "JPEG" else {}
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Canary</x:xmpmeta>"
    sent = a_file(lying, kind, exif=files.with_gps(), xmp=xmp, **more)
    assert b"Canary" in sent.getvalue()

    made = prepare(sent, shape="square", focus="centre")

    assert looks(only(made), RED, at=(0.5, 0.05))
    assert looks(only(made), BLUE, at=(0.5, 0.95))
    for cut in (*made.cuts, made.whole):
        image = opened(cut.content)
        assert not image.getexif()
        assert image.info.keys() & {"exif", "xmp", "icc_profile", "comment", "photoshop", "adobe"} == set()
        assert b"Canary" not in cut.content


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.TiffImagePlugin")  # it says that the EXIF is broken
def test_a_picture_whose_exif_is_broken_is_taken_as_it_lies() -> None:
    broken = a_file(exif=b"Exif\0\0MM\0\x2a\0\0\0\x08\xff\xff" + b"\x01\x12\0\x03" * 9)

    assert looks(only(wide(broken)), RED, at=(0.5, 0.1))


@pytest.mark.parametrize(
    "file",
    [
        BytesIO(),
        BytesIO(files.SVG),
        BytesIO(b"\xef\xbb\xbf" + files.SVG),
        BytesIO(b"GIF89a" + files.SCRIPT),
        a_file(halves((900, 700)), "GIF"),
        a_file(halves((900, 700)), "TIFF"),
        a_file(halves((900, 700)), "BMP"),
        a_file(halves((900, 700)), "ICO"),
        a_file(halves((900, 700)), "PDF"),
        BytesIO(a_file().getvalue()[:2000]),
        BytesIO(a_file(kind="PNG").getvalue()[:-2000]),
        BytesIO(a_file(kind="WEBP").getvalue()[:900]),
        BytesIO(a_file(kind="AVIF").getvalue()[:400]),
        BytesIO(random.Random(7).randbytes(50_000)),
    ],
    ids=["nothing", "svg", "svg-bom", "gif-script", "gif", "tiff", "bmp", "ico", "pdf", "cut-jpeg", "cut-png", "cut-webp", "cut-avif", "noise"],
)  # fmt: skip
def test_what_is_no_picture_of_ours_is_refused(file: BytesIO) -> None:
    """INP-13: a drawing that runs scripts is none; nor is what other programs would open besides."""
    with pytest.raises(NotAPicture, match="Send a JPEG"):
        wide(file)


def test_a_telephones_own_format_is_refused_with_a_way_out() -> None:
    with pytest.raises(NotAPicture, match="share it as JPEG"):
        wide(BytesIO(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 400))


def test_nothing_that_hides_in_a_picture_survives() -> None:
    """INP-14: a page, a program or an archive behind, before or inside the pixels."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("canary.html", files.SCRIPT)
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", files.SCRIPT.decode())
    hiding = [
        a_file(comment=files.SCRIPT),
        BytesIO(a_file().getvalue() + files.SCRIPT + archive.getvalue()),
        a_file(kind="PNG", pnginfo=texts),
        a_file(kind="WEBP", exif=b"Exif\0\0" + files.SCRIPT),
    ]

    for file in hiding:
        assert b"canary" in file.getvalue()
        made = wide(file)

        assert not any(b"canary" in cut.content for cut in (*made.cuts, made.whole))
        assert not any(zipfile.is_zipfile(BytesIO(cut.content)) for cut in made.cuts)


@pytest.mark.parametrize("size", [(50_000, 50_000), (12_000, 12_000), (5001, 5000)])
def test_too_many_pixels_are_refused_before_they_are_decoded(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """INP-15."""

    def decode(_image: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    with pytest.raises(TooManyPixels, match="Make it smaller"):
        wide(files.a_png_that_declares(*size))


@pytest.mark.parametrize("size", [(639, 2000), (4000, 300), (16, 16)])
def test_what_would_look_blurred_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(TooSmall, match="640 pixels"):
        wide(a_file(halves(size)))


def test_octets_changed_at_random_never_do_more_than_refuse() -> None:
    chance = random.Random(2027)
    sources = [a_file(halves((320, 240)), kind, exif=files.with_gps()) for kind in ("JPEG", "PNG", "WEBP", "AVIF")]
    refused = 0
    for number in range(400):
        octets = bytearray(sources[number % 4].getvalue())
        for _change in range(chance.randint(1, 12)):
            octets[chance.randrange(len(octets))] = chance.randrange(256)
        try:
            wide(BytesIO(bytes(octets)))  # too small even where it can be read, so that nothing is encoded
        except Refusal:
            refused += 1

    assert refused == 400
