import numpy as np
import pytest

from fashionlab.autodiff import R1, R2, GradientPenalty, squared_gradient_norms
from fashionlab.backend import tf

REAL = tf.constant(np.linspace(-1, 0.8, 12), tf.float32, shape=(3, 2, 2, 1))
FAKE = tf.constant(np.linspace(0.5, -0.5, 12), tf.float32, shape=(3, 2, 2, 1))


def linear(w):
    """D(x) = w . x, whose gradient with respect to any image is w."""
    return lambda images, training: tf.reshape(images, (-1, 4)) @ w[:, None]


def quadratic(images, training):
    """D(x) = |x|^2 / 2, whose gradient with respect to an image is that image."""
    return 0.5 * tf.reduce_sum(tf.square(images), axis=(1, 2, 3))[:, None]


def value_and_gradient(penalty, w):
    w = tf.Variable(w, dtype=tf.float32)
    with tf.GradientTape() as tape:
        value = penalty(linear(w), REAL, FAKE, seed=1)
    return float(value), tape.gradient(value, w).numpy()


# A linear discriminator with |w| = 5.


@pytest.mark.parametrize("penalty", [R1(weight=0.4), R2(weight=0.4)])
def test_r1_and_r2_of_a_linear_discriminator(penalty):
    value, gradient = value_and_gradient(penalty, [3, 0, -4, 0])
    assert value == pytest.approx(0.4 / 2 * 5**2)  # weight / 2 |w|^2
    np.testing.assert_allclose(gradient, [0.4 * 3, 0, 0.4 * -4, 0], rtol=1e-5)  # weight w


def test_gradient_penalty_of_a_linear_discriminator():
    value, gradient = value_and_gradient(GradientPenalty(weight=10), [3, 0, -4, 0])
    assert value == pytest.approx(10 * (5 - 1) ** 2)  # weight (|w| - 1)^2
    # 2 weight (|w| - 1) w / |w|
    np.testing.assert_allclose(gradient, [80 * 3 / 5, 0, 80 * -4 / 5, 0], rtol=1e-5)


def test_gradient_penalty_of_slope_one_is_zero():
    value, gradient = value_and_gradient(GradientPenalty(), [0.6, 0, 0, 0.8])
    assert value == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(gradient, 0, atol=1e-4)


@pytest.mark.parametrize(
    ("penalty", "expected"), [(R1(weight=1), 0), (R2(weight=1), 0), (GradientPenalty(10), 10)]
)
def test_a_flat_discriminator_has_finite_penalty_and_gradient(penalty, expected):
    # The derivative of a bare square root at 0 is infinite, and infinity times 0 is NaN.
    value, gradient = value_and_gradient(penalty, [0, 0, 0, 0])
    assert value == pytest.approx(expected, rel=1e-4)
    np.testing.assert_array_equal(gradient, 0)


# Which images are looked at.


def test_gradient_norms_are_each_images_own():
    norms = squared_gradient_norms(quadratic, REAL).numpy()
    np.testing.assert_allclose(norms, np.square(REAL).sum(axis=(1, 2, 3)), rtol=1e-6)
    assert len(set(norms.round(3))) == 3  # else mixing them up would pass


def test_r1_looks_at_real_images_and_r2_at_fakes():
    for penalty, images in [(R1(weight=3), REAL), (R2(weight=3), FAKE)]:
        expected = 3 / 2 * np.square(images).sum(axis=(1, 2, 3)).mean()
        assert float(penalty(quadratic, REAL, FAKE)) == pytest.approx(expected, rel=1e-5)


def test_gradient_penalty_mixes_each_pair_with_a_factor_of_its_own_uniform_on_0_1():
    seen = []

    def remember(images, training):
        seen.append(images.numpy())
        return quadratic(images, training)

    real, fake = tf.ones((2000, 2, 2, 1)), tf.zeros((2000, 2, 2, 1))
    GradientPenalty()(remember, real, fake, seed=3)
    factors = seen[0][:, 0, 0, 0]
    np.testing.assert_array_equal(
        seen[0], np.broadcast_to(factors[:, None, None, None], real.shape)
    )
    assert factors.min() >= 0
    assert factors.max() <= 1
    # Standard error of a quantile of 2,000 draws: at most 0.011.
    np.testing.assert_allclose(np.quantile(factors, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.045)


def test_gradient_penalty_mixes_the_same_with_the_same_seed():
    def value(seed):
        return float(GradientPenalty()(quadratic, REAL, FAKE, seed=seed))

    assert value(1) == value(1) != value(2)
