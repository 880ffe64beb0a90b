import numpy as np
import pytest

from fashionlab.backend import tf
from fashionlab.metrics.ssim import blurred, ssim_map


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_it_is_the_one_of_the_paper(rng):
    wave = np.sin(np.pi * np.arange(64) / 4)
    x = 0.5 + 0.2 * (wave[:, None] + wave)
    y = np.clip(0.8 * x + rng.normal(0.1, 0.1, x.shape), 0, 1)
    whole = ssim_map(x, y)
    images = [tf.constant(image[..., None], tf.float32) for image in (x, y)]
    expected = float(tf.image.ssim(*images, max_val=1.0))  # leaves out windows that are cut off
    assert 0.3 < expected < 0.9
    assert whole[5:-5, 5:-5].mean() == pytest.approx(expected, abs=1e-4)
    np.testing.assert_allclose(ssim_map(y, x), whole, atol=1e-12)


def test_of_plain_images_it_only_compares_the_means():
    similar = ssim_map(np.full((9, 9), 0.2), np.full((9, 9), 0.6))
    expected = (2 * 0.2 * 0.6 + 1e-4) / (0.2**2 + 0.6**2 + 1e-4)
    np.testing.assert_allclose(similar, expected, atol=1e-9)


def test_what_the_mask_leaves_out_does_not_reach_in(rng):
    x, y = rng.uniform(size=(2, 40, 40))
    inside = np.repeat((np.arange(40) < 20)[None], 40, axis=0)
    mask = inside.astype(float)
    other = np.where(inside, y, 1 - y)
    np.testing.assert_allclose(ssim_map(x, y, mask)[inside], ssim_map(x, other, mask)[inside])
    assert np.abs(ssim_map(x, y) - ssim_map(x, other))[inside].max() > 0.01


def test_means_are_those_of_what_has_a_weight():
    values, weights = np.zeros((1, 40)), np.ones((1, 40))
    values[:, 20:] = 8.0
    weights[:, 20:] = 0
    np.testing.assert_allclose(blurred(values, weights, 3.0)[:, :20], 0, atol=1e-9)
    assert 3.9 < blurred(values, np.ones((1, 40)), 3.0)[0, 19:21].mean() < 4.1
