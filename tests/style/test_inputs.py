import numpy as np
import pytest

from fashionlab.errors import DataError
from fashionlab.style.inputs import checked_image, checked_mask


def test_a_good_image_comes_back_as_float32():
    image = np.linspace(-1, 1, 4 * 5 * 3).reshape(4, 5, 3)
    checked = checked_image(image, "content", least=4)
    assert checked.dtype == np.float32
    np.testing.assert_allclose(checked, image, atol=1e-7)


@pytest.mark.parametrize(
    ("image", "says"),
    [
        (np.zeros((1, 8, 8, 3)), r"The content has shape \(1, 8, 8, 3\).*load_image"),
        (np.zeros((8, 8, 1)), r"wanted \(height, width, 3\)"),
        (np.zeros((3, 8, 3)), "4 pixels or more"),
        (np.zeros((8, 8, 3), np.uint8), r"uint8.*p / 127\.5 - 1"),
        (np.full((8, 8, 3), 255.0), "from 255 to 255"),
        (np.full((8, 8, 3), np.nan), "nan"),
    ],
)
def test_what_is_no_image_is_refused_with_what_to_do(image, says):
    with pytest.raises(DataError, match=says):
        checked_image(image, "content", least=4)


def test_no_mask_is_one_of_ones():
    mask = checked_mask(None, (2, 3))
    np.testing.assert_array_equal(mask, np.ones((2, 3), np.float32))
    given = np.float64([[0, 0.5, 1]])
    np.testing.assert_array_equal(checked_mask(given, (1, 3)), given)
    assert checked_mask(given, (1, 3)).dtype == np.float32


@pytest.mark.parametrize(
    ("mask", "says"),
    [
        (np.ones((3, 2)), r"The area 1 has shape \(3, 2\).*\(2, 3\)"),
        (np.zeros((2, 3)), "from 0 to 0"),
        (np.full((2, 3), 255), r"from 255 to 255.*mask / 255"),
        (np.full((2, 3), -0.5), "from -0.5"),
        (np.full((2, 3), np.nan), "nan"),
    ],
)
def test_what_is_no_mask_is_refused_by_its_name(mask, says):
    with pytest.raises(DataError, match=says):
        checked_mask(mask, (2, 3), "area 1")
