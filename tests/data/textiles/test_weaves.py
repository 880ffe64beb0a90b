"""Are stripes, checks and fabrics true to their kind, and is their lattice what they say?"""

import itertools
import math

import numpy as np
import pytest

from fashionlab.data.textiles import draw_textile

BLACK_ON_WHITE = np.array([[1, 1, 1], [0, 0, 0]], float)
# One repeat of houndstooth, thread by thread: 2/2 twill of four dark and four light threads.
HOUNDSTOOTH = np.array(
    [
        [1, 1, 1, 1, 0, 0, 1, 1],
        [1, 1, 1, 1, 0, 1, 1, 0],
        [1, 1, 1, 1, 1, 1, 0, 0],
        [1, 1, 1, 1, 1, 0, 0, 1],
        [1, 1, 0, 0, 0, 0, 0, 0],
        [1, 0, 0, 1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0, 0, 0],
        [0, 1, 1, 0, 0, 0, 0, 0],
    ]
)


def swatches(kind, number=12, wanted=None, size=128, **arguments):
    """Swatches of the first seeds whose parameters are as wanted."""
    found = (draw_textile(kind, size, seed, **arguments) for seed in range(number))
    return [t for t in found if (wanted or {}).items() <= t.parameters.items()]


def beat(profile):
    """How often a signal repeats: what its frequencies have in common."""
    spectrum = np.abs(np.fft.rfft(profile - profile.mean()))
    return math.gcd(*np.flatnonzero(spectrum > 0.15 * spectrum.max()).tolist())


def shifted(pixels, across, down):
    """The same, moved by a share of the side."""
    size = len(pixels)
    assert size % across == size % down == 0
    return np.roll(pixels, (size // down, size // across), axis=(0, 1))


# Lattices: a repeat further everything is the same, also beyond the edge


LATTICES = {
    "stripes": lambda p: (p["repeats"], p["repeats"]),
    "gingham": lambda p: (p["checks"], p["checks"]),
    "houndstooth": lambda p: (p["repeats"], p["repeats"]),
    "tartan": lambda p: (p["repeats"], p["repeats"]),
    "argyle": lambda p: (p["columns"] // 2, p["rows"]),
    "seigaiha": lambda p: (p["waves"], 2 * p["waves"]),
    "chinese_lattice": lambda p: (1 if p["style"] == "hexagons" else p["repeats"], p["repeats"]),
    "azulejo": lambda p: (p["tiles"], p["tiles"]),
    "batik": lambda p: (p["repeats"], p["repeats"]),
    "strip_weave": lambda p: (p["strips"] // 4, p["blocks"] // 4),
    "xiangyun": lambda p: (p["columns"], p["columns"]),
    "knit": lambda p: (1, 1) if p["style"] == "plain" else (p["stitches"] // 8, p["rows"] // 10),
    "polka_dots": lambda p: (p["rows"], p["rows"]),
}
COLOURED = {"style": "coloured"}  # dots and waves of colours drawn by lot are on no lattice


@pytest.mark.parametrize("kind", LATTICES)
def test_lattices_go_on_across_the_edges(kind):
    compared = 0
    for seed in range(6):
        parameters = draw_textile(kind, 32, seed).parameters
        repeats = LATTICES[kind](parameters)
        if COLOURED.items() <= parameters.items() or repeats == (1, 1):
            continue
        compared += 1
        size = math.lcm(*repeats) * max(2, 96 // math.lcm(*repeats))
        pixels = draw_textile(kind, size, seed).pixels
        difference = np.abs(shifted(pixels, *repeats) - pixels).mean() / pixels.std()
        assert difference < 0.25  # threads differ, and tiles; patterns do not
        part = pixels[: -size // 16, : -size // 16]
        step = [size // number if number > 1 else 0 for number in repeats]
        moved = np.roll(part, (step[1], step[0]), axis=(0, 1))
        assert np.abs(moved - part).mean() / pixels.std() > difference
    assert compared >= 2


# Stripes and checks


@pytest.mark.parametrize("direction", ["upright", "lying", "diagonal"])
def test_stripes_repeat_as_often_as_they_say(direction):
    found = swatches("stripes", 24, {"direction": direction}, size=32)
    assert len(found) > 2
    for swatch in found[:4]:
        repeats = swatch.parameters["repeats"]
        size = repeats * -(-160 // repeats)  # whole pixels a repeat
        grey = draw_textile("stripes", size, swatch.seed).pixels.mean(axis=2)
        across, down = grey[5], grey[:, 5]
        assert direction == "lying" or beat(across) == repeats
        assert direction == "upright" or beat(down) == repeats


def test_gingham_has_three_tones():
    for swatch in swatches("gingham", 4, size=192, palette=BLACK_ON_WHITE):
        checks = swatch.parameters["checks"]
        edges = np.round(np.arange(2 * checks + 1) * 192 / (2 * checks)).astype(int)
        tones = [
            [
                swatch.pixels[a + 2 : b - 2, c + 2 : d - 2].mean()
                for c, d in itertools.pairwise(edges)
            ]
            for a, b in itertools.pairwise(edges)
        ]
        light, mixed, dark = tones[0][0], (tones[0][1], tones[1][0]), tones[1][1]
        assert light == pytest.approx(1, abs=0.08)
        assert dark == pytest.approx(-1, abs=0.08)
        assert mixed == pytest.approx((0, 0), abs=0.12)
        every_other = np.array(tones)[::2, ::2]
        np.testing.assert_allclose(every_other, light, atol=0.08)


def test_houndstooth_is_the_twill_of_four_dark_and_four_light_threads():
    for seed in range(4):
        threads = draw_textile("houndstooth", 32, seed).parameters["threads"]
        swatch = draw_textile("houndstooth", 5 * threads, seed, palette=BLACK_ON_WHITE)
        dark = swatch.pixels[2::5, 2::5, 0] < 0
        np.testing.assert_array_equal(dark, np.tile(HOUNDSTOOTH, (threads // 8,) * 2))


def test_houndstooth_moved_by_half_a_repeat_is_its_negative():
    for swatch in swatches("houndstooth", 4, size=240, palette=BLACK_ON_WHITE):
        half = 2 * swatch.parameters["repeats"]
        if 240 % half:
            continue
        dark = swatch.pixels[..., 0] < 0
        assert (dark ^ shifted(dark, half, half)).mean() > 0.97
        assert (dark ^ np.roll(dark, 240 // half, axis=0)).mean() < 0.8  # in one direction only


def test_tartan_is_the_same_in_warp_and_weft_and_mirrored_at_its_pivots():
    for swatch in swatches("tartan", 6, size=256):
        across, down = (swatch.pixels.mean(axis=axis).T for axis in (0, 1))
        assert np.corrcoef(across.ravel(), down.ravel())[0, 1] > 0.97
        backwards = across[:, ::-1]
        alike = [
            np.corrcoef(across.ravel(), np.roll(backwards, step, axis=1).ravel())[0, 1]
            for step in range(256)
        ]
        assert max(alike) > 0.95
        assert np.median(alike) < 0.6
        assert all(threads % 2 == 0 for threads, _ in swatch.parameters["sett"])


def test_argyle_has_lozenges_of_two_colours_on_a_ground():
    colours = np.array([[1, 1, 1], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    for swatch in swatches("argyle", 4, size=160, palette=colours):
        nearest = np.abs(swatch.pixels[..., None, :] - (2 * colours - 1)).sum(axis=-1).argmin(-1)
        share = np.sort(np.bincount(nearest.ravel(), minlength=5) / nearest.size)
        assert share[4] == pytest.approx(0.5, abs=0.1)  # the ground; lines take a little
        assert share[2:4] == pytest.approx([0.25, 0.25], abs=0.06)
        assert 0.01 < share[1] < 0.12  # the lines


def test_strips_are_as_many_as_they_say():
    for swatch in swatches("strip_weave", 4):
        seams = np.abs(np.diff(swatch.pixels, axis=1, append=swatch.pixels[:, :1]))
        strength = np.fft.rfft(seams.mean(axis=(0, 2)))
        assert np.abs(strength[swatch.parameters["strips"]]) > 4 * np.median(np.abs(strength))


# Fabrics


def test_denim_is_a_right_hand_twill_of_four_ends():
    for swatch in swatches("denim", 4, size=256):
        ends, picks = swatch.parameters["ends"], swatch.parameters["picks"]
        spectrum = np.abs(np.fft.fft2(swatch.pixels.mean(axis=2)))
        # Waves of which columns and rows rise together have crests that lean to the right.
        right = spectrum[picks // 4, ends // 4]
        left = spectrum[-(picks // 4), ends // 4]
        assert right > 3 * left
        around = spectrum[picks // 4 - 3 : picks // 4 + 4, ends // 4 - 3 : ends // 4 + 4]
        assert right == around.max()


def test_knitted_columns_are_as_many_as_they_say():
    for swatch in swatches("knit", 12, {"style": "plain"}, size=256):
        # Both legs of a stitch are alike, seen from above.
        spectrum = np.abs(np.fft.rfft(swatch.pixels.mean(axis=(0, 2))))
        assert spectrum[1:].argmax() + 1 == 2 * swatch.parameters["stitches"]
        spectrum = np.abs(np.fft.rfft(swatch.pixels.mean(axis=2), axis=0)).mean(axis=1)
        assert spectrum[5:].argmax() + 5 == swatch.parameters["rows"]
