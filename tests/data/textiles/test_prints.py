"""Are dots, spots, tiles and waves true to what they say of themselves?"""

import numpy as np
import pytest
from scipy import ndimage

from fashionlab.data.textiles import draw_textile
from fashionlab.data.textiles.prints import COVER

COLOURS = np.array([[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], float)


def nearest_colour(swatch):
    """The number of the nearest colour of its palette for each pixel."""
    apart = np.abs(swatch.pixels[..., None, :] - (2 * swatch.palette - 1)).sum(axis=-1)
    return apart.argmin(axis=-1)


def polka_dots(style):
    found = (draw_textile("polka_dots", 256, seed, palette=COLOURS) for seed in range(24))
    found = [swatch for swatch in found if swatch.parameters["style"] == style]
    assert len(found) > 1
    return found


@pytest.mark.parametrize("style", ["plain", "coloured", "pins"])
def test_dots_are_as_many_as_they_say(style):
    for swatch in polka_dots(style):
        colour = nearest_colour(swatch)
        _, number = ndimage.label(colour != colour[0, 0])  # no dot lies in the corner
        assert number == swatch.parameters["dots"]


def test_dots_are_as_large_as_they_say():
    for swatch in polka_dots("plain"):
        colour, parameters = nearest_colour(swatch), swatch.parameters
        area = parameters["dots"] * np.pi * parameters["radius"] ** 2
        assert (colour != colour[0, 0]).mean() == pytest.approx(area, rel=0.04)


def test_camouflage_covers_what_it_says():
    for seed in range(4):
        swatch = draw_textile("camouflage", 128, seed, palette=COLOURS)
        share = np.bincount(nearest_colour(swatch).ravel(), minlength=4) / 128**2
        _, before, last = COVER
        assert share[3] == pytest.approx(last, abs=0.02)
        assert before * (1 - last) * 0.5 < share[2] <= before + 0.02  # some of it is overprinted
        assert share[0] > 0.1


def test_rosettes_have_dark_rings_around_a_browner_middle():
    sand, dark, brown = 0, 1, 2
    for seed in range(3):
        palette = [[0.9, 0.8, 0.6], [0, 0, 0], [1, 0, 0], [0.9, 0.8, 0.6]]
        swatch = draw_textile("leopard", 256, seed, palette=palette)
        colour = nearest_colour(swatch)
        colour[colour == 3] = sand
        wide = np.tile(colour, (2, 2))
        middles, number = ndimage.label(wide == brown)
        sizes = ndimage.sum_labels(wide == brown, middles, np.arange(1, number + 1))
        rosettes = (sizes > 60).sum() / 4
        assert 0.3 * swatch.parameters["rosettes"] < rosettes < 2 * swatch.parameters["rosettes"]
        # Around a middle there is more of the dark than elsewhere.
        rim = ndimage.binary_dilation(colour == brown, iterations=6) & (colour != brown)
        assert (colour[rim] == dark).mean() > 1.8 * (colour == dark).mean()


def test_tiles_are_mirrored_along_axes_and_diagonals():
    for seed in range(4):
        tiles = draw_textile("azulejo", 32, seed).parameters["tiles"]
        swatch = draw_textile("azulejo", 64 * tiles, seed)
        tile = swatch.pixels.reshape(tiles, 64, tiles, 64, 3).mean(axis=(0, 2))
        for mirrored in (tile[::-1], tile[:, ::-1], tile.transpose(1, 0, 2)):
            assert np.abs(mirrored - tile).mean() < 0.2 * tile.std()
        moved = np.roll(tile, 16, axis=0)
        assert np.abs(moved - tile).mean() > 0.4 * tile.std()


def test_waves_have_as_many_rings_as_they_say():
    for seed in range(6):
        if draw_textile("seigaiha", 32, seed).parameters["style"] != "one":
            continue
        swatch = draw_textile("seigaiha", 256, seed, palette=COLOURS)
        waves, rings = swatch.parameters["waves"], swatch.parameters["rings"]
        # From the top of a circle down to where the next ones cover it, along its axis.
        grey = swatch.pixels.mean(axis=2)
        line = (grey > 0).astype(int)
        column = line[:, 0]
        changes = np.count_nonzero(np.diff(column, append=column[0]))
        assert changes == 4 * waves * rings  # 2 rows of waves, 2 edges a ring


def test_clouds_have_no_dark_fringes():
    for seed in range(2):
        white = draw_textile("xiangyun", 128, seed, palette=np.ones((4, 3))).pixels
        assert white.min() > 0.9  # threads differ a little


def test_batik_has_as_many_petals_as_it_says():
    for seed in range(2):
        repeats = draw_textile("batik", 32, seed).parameters["repeats"]
        swatch = draw_textile("batik", 96 * repeats, seed)
        flower = swatch.pixels[:96, :96]
        angle = np.linspace(0, 2 * np.pi, 360, endpoint=False)
        radius = 0.3 * 96
        x, y = (np.round(48 + radius * part(angle)).astype(int) for part in (np.cos, np.sin))
        spectrum = np.abs(np.fft.rfft(flower.mean(axis=2)[y, x]))[1:40]
        assert spectrum.argmax() + 1 == swatch.parameters["petals"]


def test_ikat_is_ragged_along_the_warp_only():
    for seed in range(4):
        pixels = draw_textile("ikat", 256, seed).pixels
        across, along = (np.abs(np.diff(pixels, axis=axis)).mean() for axis in (1, 0))
        assert across > 1.15 * along  # neighbouring threads are out of step


def test_woodcut_has_only_its_inks():
    palette = [[1, 1, 1], [0, 0, 0], [1, 0, 0]]
    for seed in range(3):
        pixels = draw_textile("woodcut", 384, seed, palette=palette).pixels
        apart = np.abs(pixels[..., None, :] - (2 * np.array(palette) - 1)).max(axis=-1).min(axis=-1)
        assert (apart < 0.35).mean() > 0.75  # the rest are edges
