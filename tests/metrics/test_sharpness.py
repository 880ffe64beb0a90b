"""Sharpness falls with blur, and is what one works out by hand."""

import numpy as np
import pytest

from fashionlab import data
from fashionlab.errors import DataError
from fashionlab.metrics.sharpness import sharpness


def test_a_plane_has_none_and_a_checkerboard_the_most_there_is():
    row, column = np.mgrid[:6, :8]
    slope = (0.1 * row - 0.05 * column)[None, ..., None]
    assert sharpness(slope) == pytest.approx(0, abs=1e-12)
    checkerboard = (2.0 * ((row + column) % 2) - 1)[None, ..., None]
    assert sharpness(checkerboard) == pytest.approx(2)  # 1 amid four of -1


def test_an_edge_counts_on_both_of_its_sides():
    edge = np.full((1, 5, 6, 1), -1.0)
    edge[:, :, 3:] = 1
    # In 2 of the 4 inner columns one neighbour of four is 2 away.
    assert sharpness(edge) == pytest.approx(0.5 * 2 / 4)


def test_blur_lowers_it_and_noise_raises_it():
    garments = data.load_fashion_mnist("test", path="sample", verbose=False).images[:100]
    blurred = (garments + np.roll(garments, 1, axis=1) + np.roll(garments, 1, axis=2)) / 3
    noise = np.random.default_rng(0).normal(0, 0.2, garments.shape)
    assert sharpness(blurred) < 0.7 * sharpness(garments)
    assert sharpness(garments + noise) > 1.3 * sharpness(garments)


@pytest.mark.parametrize("shape", [(28, 28, 1), (0, 28, 28, 1), (3, 2, 28, 1)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(DataError, match=r"wanted \(number, height, width, channels\)"):
        sharpness(np.zeros(shape))


def test_nan_is_refused():
    images = np.zeros((2, 5, 5, 1))
    images[1, 2, 2] = np.nan
    with pytest.raises(DataError, match="NaN or infinity"):
        sharpness(images)


def test_whole_numbers_are_refused_because_their_sums_would_wrap():
    with pytest.raises(DataError, match="uint8; wanted floats"):
        sharpness(np.full((2, 5, 5, 1), 200, np.uint8))
