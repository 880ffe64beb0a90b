import numpy as np
import pytest

from fashionlab import style
from fashionlab.backend import tf
from fashionlab.errors import DataError


@pytest.fixture
def features():
    return np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype(np.float32)


def by_finite_differences(function, x, step=1e-3):
    """The gradient of a scalar function, number by number."""
    gradient = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        ahead, back = x.copy(), x.copy()
        ahead[place] += step
        back[place] -= step
        gradient[place] = (function(ahead) - function(back)) / (2 * step)
    return gradient


# Content.


def test_content_is_half_the_mean_squared_difference():
    one, other = np.zeros((2, 1, 2, 2), np.float32), np.ones((2, 1, 2, 2), np.float32)
    other[1, 0, 0] = 3
    # Second image: differences 3, 3, 1, 1; squares 9, 9, 1, 1; half their mean 2.5.
    np.testing.assert_allclose(style.content_loss(one, other), [0.5, 2.5])


def test_content_sees_places(features):
    moved = np.roll(features, 1, axis=1)
    assert (np.asarray(style.content_loss(features, moved)) > 0.1).all()


# Style.


def test_a_gram_matrix_by_hand():
    places = [[1.0, 0.0], [1.0, 2.0], [0.0, -3.0], [2.0, 1.0]]
    gram = style.gram(np.float32(places).reshape(1, 2, 2, 2))
    np.testing.assert_allclose(gram, [[[6 / 4, 4 / 4], [4 / 4, 14 / 4]]])


def test_a_gram_matrix_is_symmetric_and_has_no_negative_eigenvalue(features):
    grams = np.asarray(style.gram(features))
    np.testing.assert_allclose(grams, grams.transpose(0, 2, 1), atol=1e-6)
    assert np.linalg.eigvalsh(grams).min() > -1e-6


def test_a_gram_matrix_does_not_know_the_places(features):
    places = features.reshape(2, 20, 3)[:, np.random.default_rng(1).permutation(20)]
    shuffled = style.gram(places.reshape(2, 4, 5, 3))
    np.testing.assert_allclose(shuffled, style.gram(features), rtol=1e-5, atol=1e-6)


def test_weights_leave_out_the_places_of_weight_0(features):
    weights = np.zeros((1, 5, 4, 1), np.float32)
    weights[:, 1:3] = 0.7
    found = style.gram(features, weights)
    np.testing.assert_allclose(found, style.gram(features[:, 1:3]), rtol=1e-5, atol=1e-6)
    everywhere = style.gram(features, np.full((1, 5, 4, 1), 0.2, np.float32))
    np.testing.assert_allclose(everywhere, style.gram(features), rtol=1e-5, atol=1e-6)


def test_style_is_equation_4_of_the_paper(features):
    # Written as there: F is channels x places, G = F F^T, E = sum (G - A)^2 / (4 N^2 M^2).
    one, other = (f.reshape(20, 3).T for f in features)
    sums = np.square(one @ one.T - other @ other.T).sum()
    expected = sums / (4 * 3**2 * 20**2)
    grams = style.gram(features)
    np.testing.assert_allclose(style.style_loss(grams[:1], grams[1:]), [expected], rtol=1e-5)


# Total variation.


def test_total_variation_by_hand():
    image = np.float32([[0, 1], [3, 1]]).reshape(1, 2, 2, 1)
    # Across 1 and -2, along 3 and 0: (1 + 4) / 2 + (9 + 0) / 2.
    np.testing.assert_allclose(style.total_variation(image), [7.0])


def test_a_plain_surface_has_no_total_variation():
    np.testing.assert_array_equal(style.total_variation(np.full((2, 3, 4, 3), 0.3)), [0, 0])


@pytest.mark.parametrize("shape", [(1, 1, 4, 3), (1, 4, 1, 3)])
def test_an_image_without_neighbours_has_no_total_variation(shape):
    with pytest.raises(DataError, match="2 pixels or more"):
        style.total_variation(np.zeros(shape, np.float32))


def test_total_variation_takes_images_whose_size_is_not_known_yet():
    unknown = tf.TensorSpec((None, None, None, 3))
    traced = tf.function(style.total_variation, input_signature=[unknown])
    np.testing.assert_array_equal(traced(np.zeros((2, 3, 4, 3), np.float32)), [0, 0])


# Gradients.


@pytest.mark.parametrize(
    "loss",
    [
        lambda x: style.content_loss(x, np.float32(0.3)),
        lambda x: style.style_loss(style.gram(x), np.eye(3, dtype=np.float32)),
        lambda x: style.style_loss(style.gram(x, np.float32(WEIGHTS)), np.float32(0.1)),
        style.total_variation,
    ],
)
def test_gradients_agree_with_finite_differences(features, loss):
    x = tf.constant(features)
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(loss(x))
    expected = by_finite_differences(lambda x: float(tf.reduce_sum(loss(x))), features, step=1e-2)
    found = tape.gradient(total, x)
    np.testing.assert_allclose(found, expected, rtol=0.02, atol=1e-4)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(0.8 * found, expected, rtol=0.02, atol=1e-4)


WEIGHTS = np.arange(20.0).reshape(1, 5, 4, 1)


# What is refused.


@pytest.mark.parametrize(
    ("loss", "shape"),
    [
        (style.gram, (4, 4, 3)),
        (style.total_variation, (4, 4, 3)),
        (lambda x: style.style_loss(x, x), (1, 4, 4, 3)),
    ],
)
def test_another_number_of_axes_is_refused(loss, shape):
    with pytest.raises(DataError, match=r"wanted \(batch, .*image\[None\]"):
        loss(np.zeros(shape, np.float32))
