import numpy as np
import pytest

from fashionlab import latent
from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError

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


def test_directions_of_a_conditional_generator_leave_the_classes_alone(conditional):
    rows = latent.directions(conditional, 6)
    assert rows.shape == (6, 6)
    stretch = np.linalg.norm(rows @ conditional.weights[0].numpy()[:6], axis=1)
    assert (np.diff(stretch) <= 1e-5).all()


@pytest.mark.parametrize("number", [0, 7])
def test_more_directions_than_there_are_are_refused(generator, number):
    for find in (latent.directions, lambda *given: latent.pca_directions(*given, seed=0)):
        with pytest.raises(ConfigurationError, match=f"number={number} .* from 1 to 6"):
            find(generator, number)


def test_a_first_layer_that_is_not_dense_is_refused():
    network = keras.Sequential(
        [keras.Input((6,)), keras.layers.Reshape((6, 1)), keras.layers.Conv1D(2, 3)]
    )
    with pytest.raises(ConfigurationError, match="dense layer"):
        latent.directions(network, 2)


# Principal components of activations.


def test_principal_directions_are_orthonormal_and_seeded(generator, conditional):
    rows = latent.pca_directions(generator, 4, seed=0, samples=100)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows @ rows.T, np.eye(4), atol=1e-5)
    np.testing.assert_array_equal(rows, latent.pca_directions(generator, 4, seed=0, samples=100))
    given = latent.pca_directions(conditional, 3, seed=0, samples=100, classes=np.eye(3)[0])
    np.testing.assert_allclose(given @ given.T, np.eye(3), atol=1e-5)


def test_principal_directions_are_the_axes_that_the_activations_stretch_most():
    # Each latent goes to a unit of its own, 3, 1 and 0.2 times as strong, then through a ReLU.
    network = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(3, use_bias=False), keras.layers.ReLU()]
    )
    network.set_weights([np.diag([1.0, 0.2, 3.0])])
    rows = latent.pca_directions(network, 3, seed=0)
    np.testing.assert_allclose(rows, np.eye(3)[[2, 0, 1]], atol=0.1)


def test_principal_directions_without_enough_latents_or_activation_are_refused(generator):
    with pytest.raises(ConfigurationError, match="Use 12 or more"):
        latent.pca_directions(generator, 2, seed=0, samples=11)
    linear = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4)])
    with pytest.raises(ConfigurationError, match="no layer with an activation"):
        latent.pca_directions(linear, 2, seed=0)


# Directions of attributes.


@pytest.fixture(scope="module")
def straight():
    """Two latents to an image of two pixels that are 0.01 times the latents."""
    network = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2), keras.layers.Reshape((2, 1, 1))]
    )
    network.set_weights([0.01 * np.eye(2), np.zeros(2)])
    return network


def test_a_linear_attribute_is_found_exactly(straight):
    found = latent.supervised_direction(
        straight, lambda images: 300 * images[:, 0, 0, 0] - 400 * images[:, 1, 0, 0] + 7, seed=0
    )
    np.testing.assert_allclose(found.direction, [0.6, -0.8], atol=1e-5)
    assert found.slope == pytest.approx(5, rel=1e-5)
    assert found.r_squared == pytest.approx(1, abs=1e-6)


def test_half_of_a_half_random_attribute_is_explained(straight):
    chance = np.random.default_rng(5).standard_normal(5000)
    found = latent.supervised_direction(
        straight, lambda images: 100 * images[:, 0, 0, 0] + chance, seed=0
    )
    np.testing.assert_allclose(found.direction, [1, 0], atol=0.1)
    assert found.r_squared == pytest.approx(0.5, abs=0.08)


def test_a_direction_of_chance_explains_nothing(straight):
    chance = np.random.default_rng(5).standard_normal(5000)
    found = latent.supervised_direction(straight, lambda images: chance, seed=0)
    assert found.r_squared == pytest.approx(0, abs=0.02)


def test_classes_reach_the_images_that_the_attribute_sees(conditional):
    seen = []
    latent.supervised_direction(
        conditional,
        lambda images: seen.append(images) or images.mean(axis=(1, 2, 3)),
        seed=0,
        samples=100,
        classes=np.eye(3)[2],
    )
    expected = latent.sample(conditional, 100, seed=0, classes=np.eye(3)[2])
    np.testing.assert_array_equal(seen[0], expected)


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        (lambda images: images, "one finite number for each"),
        (lambda images: images.mean(), "one finite number for each"),
        (lambda images: np.full(len(images), np.nan), "one finite number for each"),
        (lambda images: np.full(len(images), 3.0), "grows in no direction"),
    ],
)
def test_an_attribute_that_cannot_be_followed_is_refused(straight, attribute, message):
    with pytest.raises(ConfigurationError, match=message):
        latent.supervised_direction(straight, attribute, seed=0)


def test_a_regression_on_too_few_latents_is_refused(straight):
    with pytest.raises(ConfigurationError, match="Use 20 or more"):
        latent.supervised_direction(straight, lambda images: images[:, 0, 0, 0], 0, samples=19)


def test_a_narrow_first_layer_has_no_more_directions_than_units():
    z = keras.Input((8,))
    narrow = keras.Model(
        z, keras.layers.Reshape((4, 4, 1))(keras.layers.Dense(16)(keras.layers.Dense(4)(z)))
    )
    assert latent.directions(narrow, 4).shape == (4, 8)
    with pytest.raises(ConfigurationError, match="has 4 units"):
        latent.directions(narrow, 6)
