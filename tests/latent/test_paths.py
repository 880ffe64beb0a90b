import numpy as np
import pytest

from fashionlab import latent, nets
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError

# Spherical interpolation.


def test_slerp_starts_at_one_latent_and_ends_at_the_other():
    a, b = latent.noise(3, 40, seed=0), latent.noise(3, 40, seed=1)
    np.testing.assert_allclose(latent.slerp(a, b, 0), a, rtol=1e-6)
    np.testing.assert_allclose(latent.slerp(a, b, 1), b, rtol=1e-6)


def test_slerp_goes_at_a_steady_pace_along_the_circle():
    path = latent.slerp([[1, 0]], [[0, 1]], np.array([[0], [1 / 3], [2 / 3], [1]]))
    angles = np.radians([0, 30, 60, 90])
    expected = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    np.testing.assert_allclose(path, expected, atol=1e-6)
    assert path.dtype == np.float32


def test_slerp_between_latents_of_one_norm_keeps_it():
    a, b = latent.noise(5, 64, seed=0), latent.noise(5, 64, seed=1)
    b *= np.linalg.norm(a, axis=1, keepdims=True) / np.linalg.norm(b, axis=1, keepdims=True)
    for amount in (0.1, 0.5, 0.8):
        middle = latent.slerp(a, b, amount)
        np.testing.assert_allclose(
            np.linalg.norm(middle, axis=1), np.linalg.norm(a, axis=1), rtol=1e-5
        )


def test_halfway_slerp_stays_among_normal_latents_and_a_straight_line_leaves_them():
    a, b = latent.noise(400, 64, seed=0), latent.noise(400, 64, seed=1)
    # Norms of 64 normals are 8 on average, with standard deviation 0.7; over 400 pairs, 0.04.
    assert np.linalg.norm(latent.slerp(a, b, 0.5), axis=1).mean() == pytest.approx(8, abs=0.2)
    assert np.linalg.norm((a + b) / 2, axis=1).mean() == pytest.approx(8 / 2**0.5, abs=0.2)


def test_slerp_between_parallel_latents_is_a_straight_line():
    a = latent.noise(2, 6, seed=0)
    np.testing.assert_allclose(latent.slerp(a, a, 0.3), a, rtol=1e-6)
    np.testing.assert_allclose(latent.slerp(a, 3 * a, 0.5), 2 * a, rtol=1e-3)


def test_a_line_goes_at_a_steady_pace():
    line = latent.lerp([[0, 8]], [[4, 0]], np.array([[0], [0.25], [1]]))
    np.testing.assert_array_equal(line, [[0, 8], [1, 6], [4, 0]])
    assert line.dtype == np.float32


@pytest.mark.parametrize("path", [latent.slerp, latent.lerp])
def test_a_walk_comes_by_every_latent_once(path):
    stops = latent.noise(4, 6, seed=0)
    walk = latent.walk(stops, steps=5, path=path)
    assert walk.shape == (16, 6)
    np.testing.assert_array_equal(walk[::5], stops)
    np.testing.assert_allclose(walk[7:8], path(stops[1:2], stops[2:3], 0.4), atol=1e-6)


@pytest.mark.parametrize(("number", "steps"), [(1, 3), (2, 0)])
def test_a_walk_to_nowhere_is_refused(number, steps):
    with pytest.raises(ConfigurationError, match="two latents or more"):
        latent.walk(latent.noise(number, 6, 0), steps)


def test_a_plane_goes_right_in_x_and_up_in_y():
    z = np.array([10.0, 20.0, 30.0])
    square = latent.plane(z, np.array([1, 0, 0]), np.array([0, 1, 0]), reach=2, size=3)
    assert square.dtype == np.float32
    np.testing.assert_array_equal(square[0], [8, 22, 30])  # top left
    np.testing.assert_array_equal(square[2], [12, 22, 30])  # top right
    np.testing.assert_array_equal(square[4], z)
    np.testing.assert_array_equal(square[6], [8, 18, 30])  # bottom left
    again = latent.plane(z[None], np.array([1, 0, 0]), np.array([0, 1, 0]), reach=2, size=3)
    np.testing.assert_array_equal(again, square)


# Perceptual path length.


def bright(change):
    """A generator whose picture is grey, brighter by the tanh of `change` times the latent."""
    z = keras.Input((1,))
    x = keras.layers.Dense(
        1, activation="tanh", use_bias=False, kernel_initializer=keras.initializers.Constant(change)
    )(z)
    return keras.Model(z, keras.layers.UpSampling2D(28)(keras.layers.Reshape((1, 1, 1))(x)))


def brightest_as_features(monkeypatch):
    """Features that are twice the mean pixel, in place of the classifier's."""
    images = keras.Input((28, 28, 1))
    mean = keras.layers.GlobalAveragePooling2D()(images)
    network = keras.Model(images, [2 * mean, mean])
    monkeypatch.setattr("fashionlab.pretrained.features", lambda: network)


def test_path_length_is_the_mean_squared_speed_of_the_features(monkeypatch):
    brightest_as_features(monkeypatch)
    # With so small a change tanh is the identity: the features run at 2 * 0.02 * (b - a), whose
    # squared mean over standard normal a and b is 0.04^2 * 2.
    mean, error = latent.perceptual_path_length(bright(0.02), 1000, seed=0, path=latent.lerp)
    assert mean == pytest.approx(0.0032, abs=4 * error)
    # The square of a normal has a standard deviation of sqrt(2) times its mean.
    assert error == pytest.approx(0.0032 * 2**0.5 / 1000**0.5, rel=0.3)


def test_a_generator_that_always_makes_the_same_has_no_path_length():
    assert latent.perceptual_path_length(bright(0.0), 3, seed=0, path=latent.lerp) == (0, 0)


def test_path_length_is_seeded_and_goes_along_the_path_given():
    keras.utils.set_random_seed(0)
    generator = nets.dcgan_generator(8, (4, 2))
    first, again, line = (
        latent.perceptual_path_length(generator, 4, seed=1, path=path)
        for path in (latent.slerp, latent.slerp, latent.lerp)
    )
    assert first == again
    assert first != line
