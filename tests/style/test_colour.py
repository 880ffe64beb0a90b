import numpy as np
import pytest

from fashionlab.data.images import LUMA
from fashionlab.errors import DataError
from fashionlab.style.colour import keep_colours, match_colours


@pytest.fixture
def image():
    return np.random.default_rng(0).uniform(-0.4, 0.4, (20, 30, 3)).astype(np.float32)


@pytest.fixture
def reference():
    spread = np.array([[1, 0.5, 0.2], [0, 0.6, 0.3], [0, 0, 0.7]])
    mixed = np.random.default_rng(1).normal(0, 0.12, (40, 16, 3)) @ spread
    mean = np.array([0.2, -0.1, 0.1])
    return np.clip(mixed + mean, -1, 1).astype(np.float32)


def statistics(image, inside=slice(None)):
    colours = image.reshape(-1, 3)[inside]
    return colours.mean(axis=0), np.cov(colours.T, bias=True)


# Matching.


def test_mean_and_covariance_become_those_of_the_reference(image, reference):
    matched = match_colours(image, reference)
    for found, wanted, before in zip(*map(statistics, (matched, reference, image)), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-3)
        assert np.abs(before - wanted).max() > 0.01


def test_the_map_is_that_of_image_analogies():
    # Brightness b of mean 0 and deviation 0.5; the reference's mean 0.25 and deviation 0.25.
    grey = np.float32([-0.5, 0.5]).reshape(1, 2, 1).repeat(3, axis=2)
    matched = match_colours(grey, grey / 2 + 0.25)
    np.testing.assert_allclose(matched[0], [[0.0] * 3, [0.5] * 3], atol=1e-6)


def test_an_image_is_its_own_match(image):
    np.testing.assert_allclose(match_colours(image, image), image, atol=1e-5)


def test_grey_stays_grey_beside_a_grey_reference(image):
    grey, other = (x.mean(axis=2, keepdims=True).repeat(3, axis=2) for x in (image, -image / 2))
    matched = match_colours(grey, other)
    np.testing.assert_allclose(matched, matched[..., :1].repeat(3, axis=2), atol=1e-5)


def test_noise_of_a_grey_level_is_not_stretched(reference):
    noise = np.random.default_rng(2).uniform(-1, 1, (20, 30, 3)) / 255
    matched = match_colours(0.3 + noise, reference)
    np.testing.assert_allclose(matched.std(axis=(0, 1)), 0, atol=1e-3)


def test_only_the_inside_of_a_mask_counts_and_changes(image, reference):
    mask = np.zeros((20, 30))
    mask[5:15, 10:20] = 1
    matched = match_colours(image, reference, mask)
    np.testing.assert_array_equal(matched[mask == 0], image[mask == 0])
    found, wanted = statistics(matched, mask.ravel() == 1), statistics(reference)
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-3)
    np.testing.assert_allclose(found[1], wanted[1], atol=1e-3)


def test_matched_colours_stay_in_range(image):
    extremes = np.sign(image)
    matched = match_colours(image, extremes)
    assert np.abs(matched).max() <= 1
    assert matched.dtype == np.float32


# Keeping.


def test_brightness_is_the_results_and_chroma_the_contents():
    # Luminance of the content: 0.5 * 0.299 = 0.1495; chroma is what it lacks of each channel.
    result, content = np.full((1, 1, 3), -0.2), np.float32([[[0.5, 0, 0]]])
    kept = keep_colours(result, content)
    np.testing.assert_allclose(kept[0, 0], [0.1505, -0.3495, -0.3495], atol=1e-6)


def test_luminance_is_kept_even_where_colours_have_to_pale(image):
    result, content = 2.4 * image, np.sign(image)
    kept = keep_colours(result, content)
    np.testing.assert_allclose(kept @ LUMA, result @ LUMA, atol=1e-5)
    assert np.abs(kept).max() <= 1
    assert np.abs(result @ LUMA - content @ LUMA).max() > 0.5


def test_hues_are_the_contents(image):
    kept = keep_colours(image[::-1], image)
    chroma, wanted = (x - (x @ LUMA)[..., None] for x in (kept, image))
    np.testing.assert_allclose(chroma, wanted, atol=1e-5)


def test_a_grey_content_makes_a_grey_result(image):
    kept = keep_colours(image, np.zeros_like(image))
    np.testing.assert_allclose(kept, (image @ LUMA)[..., None].repeat(3, axis=2), atol=1e-6)


def test_an_image_keeps_its_own_colours(image):
    np.testing.assert_allclose(keep_colours(image, image), image, atol=1e-6)


# What is refused.


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (np.zeros((4, 4)), r"image has shape \(4, 4\).*load_image"),
        (np.zeros((1, 4, 4, 3)), r"\(1, 4, 4, 3\)"),
        (np.zeros((0, 4, 3)), r"\(0, 4, 3\)"),
        (np.zeros((4, 4, 3), np.uint8), r"uint8.*p / 127\.5 - 1"),
        (np.full((4, 4, 3), 2.0), "from 2 to 2"),
        (np.full((4, 4, 3), np.nan), "nan"),
    ],
)
def test_no_image_is_refused(broken, message, image):
    with pytest.raises(DataError, match=message):
        match_colours(broken, image)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.ones((30, 20)), r"\(30, 20\).*\(20, 30\)"),
        (np.zeros((20, 30)), "from 0 to 0"),
        (np.full((20, 30), 255), r"from 255 to 255.*mask / 255"),
        (np.full((20, 30), np.nan), "nan"),
    ],
)
def test_no_mask_is_refused(mask, message, image):
    with pytest.raises(DataError, match=message):
        match_colours(image, image, mask)


def test_images_of_two_sizes_share_no_colours(image):
    with pytest.raises(DataError, match=r"\(20, 30, 3\) and \(30, 20, 3\)"):
        keep_colours(image, image.transpose(1, 0, 2))
