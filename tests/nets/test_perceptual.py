import numpy as np
import pytest

from fashionlab.backend import keras
from fashionlab.nets import fashion_features
from fashionlab.nets.perceptual import mirrored

ops = keras.ops
CHANNELS = {"scale_1": 32, "scale_2": 48, "scale_4": 96, "scale_8": 128, "scale_16": 160}


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    return fashion_features()


@pytest.mark.parametrize(("height", "width"), [(32, 32), (48, 80), (50, 33)])
def test_each_scale_halves_the_one_before(network, height, width):
    seen = network(np.zeros((2, height, width, 3), np.float32))
    assert list(seen) == list(CHANNELS)
    for name, activations in seen.items():
        scale = int(name.removeprefix("scale_"))
        assert activations.shape == (2, height // scale, width // scale, CHANNELS[name])
        assert float(ops.min(activations)) >= 0


def test_it_is_small_enough_to_ship(network):
    assert 600_000 < network.count_params() < 1_000_000  # of 4 bytes


def test_a_plain_surface_looks_the_same_at_its_edges(network):
    # With zeros around the image, its edges would be seen.
    for activations in network(np.full((1, 64, 48, 3), 0.3, np.float32)).values():
        np.testing.assert_allclose(
            activations, activations[:, :1, :1] * ops.ones_like(activations), atol=1e-4
        )


def test_what_moves_by_16_pixels_is_seen_one_place_further_on_every_scale(network):
    image = np.random.default_rng(0).uniform(-1, 1, (1, 256, 64, 3)).astype(np.float32)
    here, there = network(image), network(np.roll(image, 16, axis=1))
    for name in CHANNELS:
        step = 16 // int(name.removeprefix("scale_"))
        far = 5 * step  # further from the edges than any filter looks
        middle = slice(far, -far)
        np.testing.assert_allclose(
            np.roll(here[name], step, axis=1)[:, middle], there[name][:, middle], atol=1e-4
        )


def test_mirrored_repeats_no_edge():
    row = np.arange(4, dtype=np.float32).reshape(1, 1, 4, 1) * np.ones((1, 3, 1, 1), np.float32)
    np.testing.assert_array_equal(mirrored(row, 1)[0, 0, :, 0], [1, 0, 1, 2, 3, 2])
    assert mirrored(row, 1).shape == (1, 5, 6, 1)
