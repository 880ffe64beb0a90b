import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras
from fashionlab.nets.adain import adain_decoder


@pytest.fixture(scope="module")
def decoder():
    keras.utils.set_random_seed(0)
    return adain_decoder()


def features(height, width, seed=0):
    """Of two images, by scale; the size is that of the coarsest."""
    rng = np.random.default_rng(seed)
    return {
        f"scale_{scale}": rng.normal(size=(2, *size, channels)).astype(np.float32)
        for scale, channels in ((8, 128), (4, 96), (2, 48), (1, 32))
        for size in [(height * 8 // scale, width * 8 // scale)]
    }


def changed(features, change, names=("scale_8", "scale_4", "scale_2", "scale_1")):
    return {name: change(x) if name in names else x for name, x in features.items()}


def test_images_are_eight_times_as_large_and_within_the_range(decoder):
    images = np.asarray(decoder(features(4, 6)))
    assert images.shape == (2, 32, 48, 3)
    assert -1 <= images.min() < images.max() <= 1


def test_it_takes_what_the_encoder_gives(decoder):
    output = nets.fashion_features().output
    assert len(decoder.input) == 4
    for name, wanted in decoder.input.items():
        assert output[name].shape[-1] == wanted.shape[-1]


def test_it_is_small_enough_to_ship(decoder):
    assert 4 * decoder.count_params() < 4e6  # bytes


def test_an_even_surface_has_no_border(decoder):
    even = changed(features(4, 5), lambda x: np.broadcast_to(x[:, :1, :1], x.shape))
    images = np.asarray(decoder(even))
    np.testing.assert_allclose(images, np.broadcast_to(images[:, :1, :1], images.shape), atol=1e-5)
    uneven = np.asarray(decoder(features(4, 5)))
    assert np.abs(uneven - uneven[:, :1, :1]).max() > 0.01


def test_a_style_is_not_normalised_away(decoder):
    assert not any(isinstance(x, keras.layers.BatchNormalization) for x in decoder.layers)
    bright, dark = decoder(features(4, 4)), decoder(changed(features(4, 4), lambda x: x + 1))
    assert np.abs(np.mean(bright - dark, axis=(1, 2))).max() > 0.01


@pytest.mark.parametrize(("name", "reach"), [("scale_8", 64), ("scale_4", 32), ("scale_1", 6)])
def test_a_place_of_the_features_reaches_the_pixels_around_it_alone(decoder, name, reach):
    def brighter_in_the_corner(x):
        x = x.copy()
        x[:, 0, 0] += 1
        return x

    one = features(16, 16)
    other = changed(one, brighter_in_the_corner, [name])
    change = np.abs(np.asarray(decoder(one) - decoder(other))).max(axis=(0, 3))
    assert change[:reach, :reach].max() > 1e-4
    assert change[reach:].max() == change[:, reach:].max() == 0
