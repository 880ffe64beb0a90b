import numpy as np
import pytest

from fashionlab import latent
from fashionlab.backend import keras


@pytest.fixture(scope="module")
def generator():
    """Latents of length 6 to images 4 x 4, by way of a dense layer."""
    keras.utils.set_random_seed(2)
    return keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(10),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(16, activation="tanh"),
            keras.layers.Reshape((4, 4, 1)),
        ]
    )


# Noise.


def test_noise_is_standard_normal():
    z = latent.noise(500, 40, seed=0)
    assert z.shape == (500, 40)
    assert z.dtype == np.float32
    # 20,000 draws: standard errors 0.007 and 0.005.
    assert z.mean() == pytest.approx(0, abs=0.03)
    assert z.std() == pytest.approx(1, abs=0.02)


def test_noise_is_the_same_with_the_same_seed_and_another_with_another():
    np.testing.assert_array_equal(latent.noise(3, 5, seed=1), latent.noise(3, 5, seed=1))
    assert not np.array_equal(latent.noise(3, 5, seed=1), latent.noise(3, 5, seed=2))


def test_the_first_latents_do_not_depend_on_how_many_are_asked():
    np.testing.assert_array_equal(latent.noise(4, 5, seed=1), latent.noise(9, 5, seed=1)[:4])


# Images.


def test_images_do_not_depend_on_how_many_are_made_at_once(generator):
    z = latent.noise(7, 6, seed=0)
    images = latent.generate(generator, z)
    assert images.shape == (7, 4, 4, 1)
    np.testing.assert_allclose(latent.generate(generator, z, batch_size=3), images, atol=1e-6)


def test_generating_leaves_the_running_averages_of_the_network_alone(generator):
    before = generator.get_weights()
    latent.generate(generator, 5 + latent.noise(7, 6, seed=0))
    for old, new in zip(before, generator.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_sample_makes_the_images_of_seeded_noise(generator):
    images = latent.sample(generator, 5, seed=3)
    expected = latent.generate(generator, latent.noise(5, 6, seed=3))
    np.testing.assert_array_equal(images, expected)


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


# Directions.


def test_directions_are_orthonormal(generator):
    rows = latent.directions(generator, 4)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows @ rows.T, np.eye(4), atol=1e-6)


def test_the_first_directions_are_those_that_the_first_layer_stretches_most(generator):
    kernel = generator.weights[0].numpy()
    stretch = np.linalg.norm(latent.directions(generator, 6) @ kernel, axis=1)
    assert (np.diff(stretch) <= 1e-5).all()

    others = latent.noise(200, 6, seed=0)
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    assert np.linalg.norm(others @ kernel, axis=1).max() <= stretch[0] + 1e-5


def test_directions_point_the_way_of_their_strongest_component(generator):
    rows = latent.directions(generator, 6)
    strongest = np.abs(rows).argmax(axis=1)
    assert (rows[np.arange(6), strongest] > 0).all()


# Spherical interpolation.


def test_slerp_begins_and_ends_where_it_is_told():
    a, b = latent.noise(5, 6, seed=0), latent.noise(5, 6, seed=1)
    np.testing.assert_allclose(latent.slerp(a, b, 0.0), a, rtol=1e-5)
    np.testing.assert_allclose(latent.slerp(a, b, 1.0), b, rtol=1e-5)


def test_slerp_walks_a_circle_at_even_steps():
    # A quarter circle of radius 2 in three steps of 30 degrees: cos 30 = sqrt(3) / 2.
    walk = latent.slerp([[2, 0]], [[0, 2]], np.array([[1 / 3], [2 / 3]]))
    np.testing.assert_allclose(walk, [[3**0.5, 1], [1, 3**0.5]], rtol=1e-6)
    assert walk.dtype == np.float32


def test_slerp_keeps_to_the_shell_that_the_straight_line_leaves():
    a, b = latent.noise(2, 400, seed=0)
    half = np.linalg.norm(latent.slerp(a[None], b[None], 0.5))
    assert half == pytest.approx(400**0.5, rel=0.1)
    assert np.linalg.norm((a + b) / 2) == pytest.approx((400 / 2) ** 0.5, rel=0.1)


def test_slerp_between_equal_directions_is_finite():
    a = latent.noise(3, 6, seed=0)
    np.testing.assert_allclose(latent.slerp(a, a, 0.3), a, rtol=1e-5)
    np.testing.assert_allclose(latent.slerp(a, 2 * a, 0.5), 1.5 * a, rtol=1e-5)
