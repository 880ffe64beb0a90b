import itertools

import numpy as np
import pytest

from fashionlab.data.textiles import KINDS, colourways
from fashionlab.data.textiles.palettes import (
    blended,
    deeper,
    from_oklch,
    most_chroma,
    oklab,
    palette,
    srgb,
)
from fashionlab.errors import ConfigurationError


def oklch(colours):
    lightness, green_red, blue_yellow = np.moveaxis(oklab(colours), -1, 0)
    hue = np.rad2deg(np.arctan2(blue_yellow, green_red)) % 360
    return lightness, np.hypot(green_red, blue_yellow), hue


def test_oklab_of_known_colours():
    # White, black and sRGB's red as the author of OKLab gives them.
    np.testing.assert_allclose(oklab([1, 1, 1]), [1, 0, 0], atol=1e-4)
    np.testing.assert_allclose(oklab([0, 0, 0]), [0, 0, 0], atol=1e-6)
    np.testing.assert_allclose(oklab([1, 0, 0]), [0.628, 0.2249, 0.1258], atol=1e-3)


def test_srgb_undoes_oklab():
    colours = np.random.default_rng(0).random((100, 3))
    np.testing.assert_allclose(srgb(oklab(colours)), colours, atol=1e-5)


def test_what_no_screen_shows_loses_chroma_only():
    colour = from_oklch(0.7, 0.4, 150)
    lightness, chroma, hue = oklch(colour)
    assert lightness == pytest.approx(0.7, abs=0.005)
    assert hue == pytest.approx(150, abs=1)
    assert chroma == pytest.approx(most_chroma(0.7, 150), abs=0.003)
    assert 0.1 < chroma < 0.3


def test_what_a_screen_shows_stays():
    assert oklch(from_oklch(0.6, 0.1, 30)) == pytest.approx((0.6, 0.1, 30), abs=0.01)


def test_a_blend_of_black_and_white_is_half_as_light():
    assert oklab(blended([0, 0, 0], [1, 1, 1], 0.5))[0] == pytest.approx(0.5, abs=0.01)


def test_a_deeper_shade_keeps_its_hue():
    lightness, _, hue = oklch(deeper([0.9, 0.4, 0.3], 0.5))
    assert lightness == pytest.approx(oklch([0.9, 0.4, 0.3])[0] / 2, rel=0.01)
    assert hue == pytest.approx(oklch([0.9, 0.4, 0.3])[2], abs=1)


@pytest.mark.parametrize(("colours", "floor"), [(2, 0.6), (5, 0.06), (8, 0.03)])
def test_colours_of_a_palette_are_distinct(colours, floor):
    # A difference of 0.02 is just visible.
    apart = []
    for seed in range(100):
        lab = oklab(palette(seed, colours))
        apart.append(min(np.linalg.norm(a - b) for a, b in itertools.combinations(lab, 2)))
    assert min(apart) > floor


def test_a_palette_is_a_light_ground_a_dark_and_clean_accents():
    for seed in range(100):
        lightness, chroma, hue = oklch(palette(seed, 7))
        assert lightness[0] > 0.92
        assert lightness[1] < 0.33
        assert chroma[2:].min() > 0.05  # no greys
        yellow = (hue[2:] > 75) & (hue[2:] < 120)
        assert (lightness[2:][yellow] > 0.7).all()  # no mud


def test_a_palette_has_five_colours_by_default():
    assert palette(0).shape == (5, 3)


def test_the_seed_decides():
    np.testing.assert_array_equal(palette(3), palette(3))
    assert np.abs(palette(3) - palette(4)).max() > 0.1


@pytest.mark.parametrize("colours", [1, 9, 0])
def test_a_number_of_colours_out_of_range_is_refused(colours):
    with pytest.raises(ConfigurationError, match=f"colours={colours}: use a number from 2 to 8"):
        palette(0, colours)


# Colourways


def test_every_shade_is_used_and_no_other():
    ways = itertools.chain(*colourways.COLOURWAYS.values())
    assert set(" ".join(ways).split()) == set(colourways.SHADES)


def test_colourways_have_as_many_colours_as_their_kind_takes():
    for kind, ways in colourways.COLOURWAYS.items():
        assert {len(way.split()) for way in ways} == {KINDS[kind].colours}, kind


@pytest.mark.parametrize("seed", range(5))
def test_denim_is_blue_or_black_and_azulejos_are_blue_on_white(seed):
    rng = np.random.default_rng(seed)
    lightness, chroma, hue = oklch(colourways.colourway("denim", rng, 2))
    assert lightness[1] < 0.62
    assert chroma[1] < 0.03 or 240 < hue[1] < 275
    lightness, _, hue = oklch(colourways.colourway("azulejo", rng, 3))
    assert lightness[0] > 0.9
    assert 250 < hue[1] < 275
