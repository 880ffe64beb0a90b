"""What holds for every kind of swatch. Whether each is true to its kind is tested elsewhere."""

import re

import numpy as np
import pytest

from fashionlab.data import textiles
from fashionlab.data.textiles import KINDS, draw_textile, draw_textiles
from fashionlab.errors import ConfigurationError, DataError

# Kinds whose own lines outdo a seam: test_weaves moves them along their lattice instead.
LINED = (
    *("azulejo", "chinese_lattice", "gingham", "houndstooth"),
    *("polka_dots", "seigaiha", "strip_weave", "stripes"),
)
# Kinds of which a part cut out of a swatch shows a seam: no lattice hides it, and no grain.
SMOOTH = ("argyle", "camouflage", "floral", "impasto", "leopard", "palette_knife", "watercolour")


def shrunk(pixels, times):
    size = len(pixels) // times
    return pixels.reshape(size, times, size, times, 3).mean(axis=(1, 3))


def without_mean(pixels):
    return (pixels - pixels.mean(axis=(0, 1))).ravel()


def seam(pixels):
    """Jump from the last to the first row and column, in steps between rows or columns inside."""
    jumps = []
    for rows in (pixels, pixels.transpose(1, 0, 2)):
        inside = np.abs(np.diff(rows, axis=0)).mean(axis=(1, 2))
        jumps.append(np.abs(rows[0] - rows[-1]).mean() / np.percentile(inside, 90))
    return jumps


# Every kind


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [32, 128])
def test_a_swatch_is_an_image_with_contrast(kind, size):
    swatch = draw_textile(kind, size, seed=5)
    assert swatch.pixels.shape == (size, size, 3)
    assert swatch.pixels.dtype == np.float32
    assert np.abs(swatch.pixels).max() <= 1  # false for NaN, too
    assert swatch.pixels.std() > 0.08
    assert swatch.family == KINDS[kind].family
    assert swatch.palette.shape == (KINDS[kind].colours, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_the_seed_decides(kind):
    first, again, other = (draw_textile(kind, 64, seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.pixels, again.pixels)
    assert first.parameters == again.parameters
    assert np.abs(first.pixels - other.pixels).mean() > 0.03


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_gives_the_same_design_at_every_size(kind):
    small, large, other = (draw_textile(kind, *what) for what in ((64, 2), (256, 2), (64, 3)))
    alike, unlike = (
        np.corrcoef(without_mean(shrunk(large.pixels, 4)), without_mean(swatch.pixels))[0, 1]
        for swatch in (small, other)
    )
    assert alike > 0.95
    assert unlike < 0.8
    assert small.parameters == large.parameters


@pytest.mark.parametrize("kind", KINDS)
def test_other_colours_do_not_change_the_design(kind):
    own = draw_textile(kind, 32, seed=1)
    given = draw_textile(kind, 32, seed=1, palette=textiles.palette(8, 8))
    assert own.parameters == given.parameters
    np.testing.assert_array_equal(given.palette, textiles.palette(8, 8)[: KINDS[kind].colours])
    assert np.abs(own.pixels - given.pixels).mean() > 0.01


# Seams


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in LINED])
def test_no_seam_shows(kind):
    assert all(max(seam(draw_textile(kind, 128, seed).pixels)) < 1.5 for seed in range(2))


@pytest.mark.parametrize("kind", SMOOTH)
def test_a_part_of_a_swatch_has_a_seam(kind):
    parts = (draw_textile(kind, 128, seed).pixels[:91, :91] for seed in range(3))
    assert np.median([max(seam(part)) for part in parts]) > 1.7


def test_motifs_say_where_they_come_from():
    borrowed = ("tartan", "ikat", "batik", "seigaiha", "xiangyun", "chinese_lattice", "azulejo")
    for kind in (*borrowed, "strip_weave"):
        sentences = re.findall(r"\.(?: |$)", KINDS[kind].note)
        assert 1 <= len(sentences) <= 2, kind


# Many


def test_a_textile_of_many_does_not_depend_on_how_many():
    kinds = ("stripes", "knit", "silk")
    few, many = (draw_textiles(number, 32, seed=7, kinds=kinds) for number in (2, 5))
    assert [swatch.kind for swatch in many] == ["stripes", "knit", "silk", "stripes", "knit"]
    for first, second in zip(few, many, strict=False):
        np.testing.assert_array_equal(first.pixels, second.pixels)
    again = draw_textile(many[-1].kind, 32, many[-1].seed)
    np.testing.assert_array_equal(again.pixels, many[-1].pixels)


def test_kinds_may_be_anything_with_an_order():
    for kinds in (["silk", "knit"], {"silk": 0, "knit": 1}, iter(("silk", "knit"))):
        found = [swatch.kind for swatch in draw_textiles(3, 32, kinds=kinds)]
        assert found == ["silk", "knit", "silk"]
    assert [swatch.kind for swatch in draw_textiles(2, 32, kinds=KINDS)] == list(KINDS)[:2]


def test_each_of_many_has_a_seed_of_its_own():
    assert [swatch.kind for swatch in draw_textiles(3, 32)] == list(KINDS)[:3]
    seeds = [swatch.seed for seed in (0, 1) for swatch in draw_textiles(4, 32, seed, ["stripes"])]
    assert len(set(seeds)) == 8


# Wrong input


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(ConfigurationError, match=r"'paisley' is no textile. Use one of stripes, "):
        draw_textile("paisley")


@pytest.mark.parametrize("size", [31, 1025, 0, -64, 64.0, "64", True, None])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(ConfigurationError, match=f"size={size!r}: use .* pixels from 32 to 1024"):
        draw_textile("stripes", size)


@pytest.mark.parametrize("seed", [-1, 1.0, "1", True, None, [1, 2]])
def test_a_seed_out_of_range_is_refused(seed):
    message = re.escape(f"seed={seed!r}: use a whole number, 0 or more")
    with pytest.raises(ConfigurationError, match=message):
        draw_textile("stripes", 32, seed)
    with pytest.raises(ConfigurationError, match=message):
        draw_textiles(1, 32, seed)


def test_numbers_may_be_those_of_numpy():
    swatch = draw_textile("silk", np.int64(32), np.uint32(1))
    np.testing.assert_array_equal(swatch.pixels, draw_textile("silk", 32, 1).pixels)


@pytest.mark.parametrize(
    ("palette", "message"),
    [
        (np.zeros((5, 4)), r"shape \(5, 4\); wanted \(colours, 3\)"),
        (np.zeros(3), r"shape \(3,\); wanted"),
        (np.zeros((4, 3)), "has 4 colours; stripes takes 5"),
        (np.full((5, 3), 200), r"from 200.0 to 200.0; wanted sRGB in \[0, 1\]. Divide"),
        (np.full((5, 3), np.nan), "from nan to nan"),
        (np.full((5, 3), -0.1), "from -0.1"),
        ("red", "'red' is no array of numbers"),
    ],
)
def test_a_palette_that_does_not_fit_is_refused(palette, message):
    with pytest.raises(DataError, match=message):
        draw_textile("stripes", 32, palette=palette)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"number": 0}, "number=0: use a whole number of textiles, 1 or more"),
        ({"number": 2.0}, "number=2.0: use"),
        ({"number": "3"}, "number='3': use"),
        ({"number": True}, "number=True: use"),
        ({"number": 1, "kinds": []}, "kinds is empty. Leave it out, or name some: stripes, "),
        ({"number": 1, "kinds": ""}, "kinds='': name some in a list"),
        ({"number": 1, "kinds": "silk"}, "kinds='silk': name some in a list"),
        ({"number": 1, "kinds": {"silk"}}, "kinds={'silk'}: name some in a list"),
        ({"number": 1, "kinds": ["paisley"]}, "'paisley' is no textile"),
    ],
)
def test_many_of_nothing_are_refused(arguments, message):
    with pytest.raises(ConfigurationError, match=message):
        draw_textiles(**arguments, size=32)
