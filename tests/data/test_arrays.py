import numpy as np
import pytest

from fashionlab.data.arrays import check_range, checked_images
from fashionlab.errors import DataError


def test_images_of_the_right_shape_and_range_come_back_as_float32():
    images = np.linspace(-1, 1, 24).reshape(2, 3, 4, 1)
    checked = checked_images(images, (3, 4, 1))
    assert checked.dtype == np.float32
    np.testing.assert_allclose(checked, images, atol=1e-7)


@pytest.mark.parametrize("shape", [(3, 4, 1), (0, 3, 4, 1), (2, 4, 3, 1), (2, 3, 4), (2, 3, 4, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(DataError, match=r"wanted \(number, 3, 4, 1\), one or more.*image\[None\]"):
        checked_images(np.zeros(shape), (3, 4, 1))


@pytest.mark.parametrize("value", [-1.01, 1.01, 255, np.nan, np.inf])
def test_other_ranges_are_refused(value):
    images = np.zeros((2, 3, 4, 1))
    check_range(images)
    images[1, 2, 3] = value
    with pytest.raises(DataError, match=r"Pixel values run from .*p / 127\.5 - 1"):
        check_range(images)
