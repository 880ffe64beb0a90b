"""The formulas of the VAE, against values worked out by hand and against chance."""

import numpy as np
import pytest

from fashionlab.backend import tf
from fashionlab.variational import gaussian_error, kl_to_standard_normal, reparameterise


def test_kl_of_the_standard_normal_from_itself_is_zero():
    zeros = np.zeros((3, 5), "float32")
    np.testing.assert_array_equal(kl_to_standard_normal(zeros, zeros), np.zeros(3))


def test_kl_is_the_value_worked_out_by_hand():
    mean = np.array([[1.0, -2.0], [0.0, 0.0]], "float32")
    log_variance = np.log(np.array([[4.0, 1.0], [0.25, 1.0]], "float32"))
    # (4 + 1 - 1 - log 4) / 2 + (1 + 4 - 1 - 0) / 2 and (1/4 - 1 + log 4) / 2
    wanted = [4 - np.log(2), np.log(2) - 3 / 8]
    np.testing.assert_allclose(kl_to_standard_normal(mean, log_variance), wanted, rtol=1e-6)


def test_kl_is_what_the_mean_log_ratio_of_the_densities_comes_to():
    rng = np.random.default_rng(0)
    mean, log_variance = rng.normal(0, 1, (2, 4)).astype("float32")
    z = mean + np.exp(log_variance / 2) * rng.standard_normal((400_000, 4))
    log_q = -0.5 * (np.square(z - mean) / np.exp(log_variance) + log_variance).sum(axis=1)
    log_p = -0.5 * np.square(z).sum(axis=1)
    ratios = log_q - log_p
    error = ratios.std() / np.sqrt(len(ratios))
    estimate = float(kl_to_standard_normal(mean[None], log_variance[None])[0])
    assert estimate == pytest.approx(ratios.mean(), abs=4 * error)
    assert 4 * error < 0.02 * estimate  # close enough to find a wrong formula


def test_kl_keeps_its_digits_where_it_nearly_vanishes():
    tiny = np.full((1, 1), 1e-3, "float32")
    # exp(v) - 1 - v = v^2 / 2 + v^3 / 6
    wanted = 0.5 * (1e-6 / 2 + 1e-9 / 6)
    assert float(kl_to_standard_normal(0 * tiny, tiny)[0]) == pytest.approx(wanted, rel=1e-3)


def test_drawn_latents_have_the_mean_and_the_variance_asked_for():
    noise = np.random.default_rng(1).standard_normal((200_000, 2)).astype("float32")
    mean, variance = np.array([3.0, -1.0], "float32"), np.array([4.0, 0.25], "float32")
    z = np.asarray(reparameterise(mean, np.log(variance), noise))
    np.testing.assert_allclose(z.mean(axis=0), mean, atol=0.02)
    np.testing.assert_allclose(z.var(axis=0), variance, rtol=0.02)


def test_gradients_flow_through_a_drawn_latent():
    mean, log_variance = tf.constant([[1.0]]), tf.constant([[np.log(4.0)]], tf.float32)
    with tf.GradientTape() as tape:
        tape.watch([mean, log_variance])
        z = reparameterise(mean, log_variance, tf.constant([[3.0]]))
    to_mean, to_log_variance = tape.gradient(z, [mean, log_variance])
    assert float(z[0, 0]) == pytest.approx(1 + 2 * 3)
    assert float(to_mean[0, 0]) == 1
    assert float(to_log_variance[0, 0]) == pytest.approx(2 * 3 / 2)


def test_gaussian_error_sums_over_each_image_and_divides_by_twice_the_variance():
    target = np.zeros((2, 2, 3, 1), "float32")
    reconstruction = target.copy()
    reconstruction[1, 0, 0], reconstruction[1, 1, 2] = 0.3, -0.4
    errors = gaussian_error(target, reconstruction, variance=0.05)
    np.testing.assert_allclose(errors, [0, (0.09 + 0.16) / 0.1], rtol=1e-6)


def test_the_most_likely_variance_is_the_mean_squared_error():
    rng = np.random.default_rng(2)
    target, reconstruction = rng.normal(0, 0.3, (2, 8, 50)).astype("float32")
    best = float(np.square(target - reconstruction).mean())

    def negative_log_likelihood(variance):
        error = float(np.mean(gaussian_error(target, reconstruction, variance)))
        return error + 50 / 2 * np.log(variance)

    for factor in (0.9, 1.1):
        assert negative_log_likelihood(best) < negative_log_likelihood(factor * best)
