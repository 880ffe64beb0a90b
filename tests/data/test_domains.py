"""Two drawn domains: what is in them, that they share no garment, and that the truth is true."""

import numpy as np
import pytest

from fashionlab.data import UnpairedBatches
from fashionlab.data.domains import DYES, KINDS, NAVY, SCALE, WHITE, plain_and_printed, stripes
from fashionlab.data.garments import draw_garment, dress, plain
from fashionlab.errors import ConfigurationError

NUMBER = 6


@pytest.fixture(scope="module")
def domains():
    return plain_and_printed(NUMBER, size=64, seed=3)


def inside(domains):
    return domains.masks == 1


def test_images_are_what_batches_and_networks_take(domains):
    for images in (domains.x, domains.y, domains.truth):
        assert (images.dtype, images.shape) == (np.float32, (NUMBER, 64, 64, 3))
        assert images.min() >= -1
        assert images.max() == 1  # the ground
    x, y = next(UnpairedBatches(domains.x, domains.y, 2).epoch(0))
    assert x.shape == y.shape == (2, 64, 64, 3)


def test_a_plain_garment_has_its_colour_and_its_truth_the_print(domains):
    garment = draw_garment(KINDS[0], 64, [3, 0, 0])
    np.testing.assert_array_equal(domains.masks[0], garment.mask)
    np.testing.assert_array_equal(domains.x[0], plain(garment, domains.colours[0]))
    np.testing.assert_array_equal(domains.truth[0], dress(garment, stripes(), SCALE))
    low, high = DYES
    assert low <= domains.colours.min() < 0.3 < 0.7 < domains.colours.max() <= high


def test_no_garment_is_in_both_domains(domains):
    apart = np.abs(domains.y[:, None] - domains.truth[None]).mean((2, 3, 4))
    assert apart.min() > 0.01
    for images in (domains.x, domains.y):
        assert all((images[0] != other).any() for other in images[1:])


def test_nothing_of_the_colour_is_in_the_truth(domains):
    # Of a row of cloth in the first domain all pixels have one hue; in the second none has it.
    cloth = [(domains.x, 0.1), (domains.truth, 0.02)]
    for images, spread in cloth:
        means = np.array(
            [image[mask].mean(0) for image, mask in zip(images, inside(domains), strict=True)]
        )
        hues = means - means.mean(axis=1, keepdims=True)
        assert (hues.std(axis=0).max() > spread) == (images is domains.x)


def test_the_print_is_upright_in_two_colours():
    pixels = (stripes().pixels + 1) / 2
    assert np.ptp(pixels.mean(axis=1), axis=0).max() < 0.06  # every row holds the same
    columns = pixels.mean(axis=0)
    dark = columns[:, 0] < 0.5
    np.testing.assert_allclose(columns[dark].mean(axis=0), NAVY, atol=0.05)
    np.testing.assert_allclose(columns[~dark].mean(axis=0), WHITE, atol=0.05)
    assert dark.mean() == pytest.approx(0.5, abs=0.02)
    pairs = np.count_nonzero(dark != np.roll(dark, 1)) / 2
    tile = SCALE * 0.5 * 64  # pixels of a picture of 64, as `dress` lays it
    assert tile / pairs == pytest.approx(8)


def test_the_stripes_of_all_bodies_lie_in_the_same_place(domains):
    # So that where they belong can be learned from other garments.
    rows = domains.truth[:, 36:44].mean(axis=(1, 3))
    wave = np.exp(2j * np.pi * np.arange(64) / 8)
    phases = np.angle((rows[:, 24:40] - rows[:, 24:40].mean()) @ wave[24:40])
    assert np.abs(np.exp(1j * phases).mean()) > 0.9


def test_a_seed_decides_and_the_first_ones_stay(domains):
    fewer, other = plain_and_printed(2, seed=3), plain_and_printed(2, seed=4)
    for name in ("x", "y", "truth", "masks", "colours"):
        np.testing.assert_array_equal(getattr(fewer, name), getattr(domains, name)[:2])
        assert np.abs(getattr(other, name) - getattr(fewer, name)).max() > 0.1


def test_the_size_does_not_change_what_is_drawn(domains):
    large = plain_and_printed(2, size=128, seed=3)
    shrunk = large.truth.reshape(2, 64, 2, 64, 2, 3).mean((2, 4))
    assert np.abs(shrunk - domains.truth[:2]).mean() < 0.05
    np.testing.assert_array_equal(large.colours, domains.colours[:2])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"number": 0}, "number=0: use 1 garment or more"),
        ({"number": 1, "size": 16}, "size=16"),
        ({"number": 1, "seed": -1}, "seed="),
    ],
)
def test_what_is_out_of_range_is_refused(wrong, says):
    with pytest.raises(ConfigurationError, match=says):
        plain_and_printed(**wrong)
