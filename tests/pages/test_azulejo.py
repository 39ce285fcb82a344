"""The tiles that stand in for photographs."""

from xml.etree import ElementTree as ET

import pytest

from retreats.pages import azulejo

SEEDS = [f"gathering-{n}" for n in range(60)]
PALETTES = sorted(azulejo.PALETTES)


@pytest.mark.parametrize("palette", PALETTES)
def test_one_seed_gives_the_same_octets_every_time(palette):
    assert azulejo.tile("coming-home", palette) == azulejo.tile("coming-home", palette)
    assert azulejo.wall("coming-home", palette) == azulejo.wall("coming-home", palette)


def test_this_tile_does_not_change_from_one_release_to_the_next():
    drawn = azulejo.sha256(azulejo.tile("coming-home", "tejo").encode()).hexdigest()

    assert drawn == "f211e41c4818b9da5483ee0bf87bf545cc01413535c27d4a1522f5e2742c97dc"


def test_sixty_gatherings_have_sixty_different_tiles():
    assert len({azulejo.tile(seed, "tejo") for seed in SEEDS}) == len(SEEDS)


def test_a_palette_colours_the_same_drawing():
    assert len({azulejo.tile("coming-home", palette) for palette in PALETTES}) == len(PALETTES)


@pytest.mark.parametrize("seed", [*SEEDS[:5], "", "<script>&\"'", "ção ã 🜂"])
def test_a_tile_is_well_formed_small_and_needs_no_inline_style(seed):
    for drawing, limit in ((azulejo.tile(seed, "sintra"), 1_600), (azulejo.wall(seed, "sintra"), 4_000)):
        root = ET.fromstring(drawing)

        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(drawing.encode()) < limit
        assert "style" not in drawing
        assert "script" not in drawing
        assert uses_only_what_it_defines(root)


def test_a_tile_has_the_size_it_was_asked_for():
    root = ET.fromstring(azulejo.tile("mira", "tejo", size=40))

    assert (root.get("width"), root.get("height")) == ("40", "40")


def test_an_unknown_palette_is_refused():
    with pytest.raises(KeyError):
        azulejo.tile("coming-home", "nowhere")


def test_a_series_keeps_its_palette_and_the_house_uses_all_of_them():
    assert azulejo.palette_for("coming-home") == azulejo.palette_for("coming-home")
    assert {azulejo.palette_for(slug) for slug in SEEDS} == set(PALETTES)


def uses_only_what_it_defines(root):
    defined = {each.get("id") for each in root.iter() if each.get("id")}
    used = {each.get("href", "#")[1:] for each in root.iter("{http://www.w3.org/2000/svg}use")}
    return used <= defined
