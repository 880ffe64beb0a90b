import itertools
import math

import numpy as np
import pytest
from scipy import spatial, stats

from fashionlab import losses, theory
from fashionlab.data import toys
from fashionlab.errors import ConfigurationError, DataError

LOG_2 = math.log(2)
X = np.linspace(-10, 10, 4001)
DX = X[1] - X[0]


def bell(mean=0.0, spread=1.0):
    return toys.gaussian(mean, spread).density(X)


PAIRS = {
    "equal": (bell(), bell()),
    "shifted": (bell(0), bell(1.5)),
    "wider": (bell(0, 1), bell(0, 2)),
    "far": (bell(-4, 0.5), bell(4, 0.5)),
    "mixtures": (toys.mixture().density(X), toys.two_gaussians().density(X)),
}


@pytest.fixture(params=PAIRS.values(), ids=PAIRS)
def pair(request):
    return request.param


# Closed forms


@pytest.mark.parametrize(("mean", "spread"), [(0, 1), (1, 1), (0, 2), (-1, 0.7)])
def test_kl_of_two_bells_is_the_closed_form(mean, spread):
    exact = math.log(spread) + (1 + mean**2) / (2 * spread**2) - 0.5
    assert theory.kl(bell(), bell(mean, spread), DX) == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize("shift", [0, 0.3, 2, 5])
def test_wasserstein_1_of_a_shifted_bell_is_the_shift(shift):
    assert theory.wasserstein_1(bell(), bell(shift), DX) == pytest.approx(shift, abs=1e-4)


def test_total_variation_of_two_bells_is_the_closed_form():
    exact = math.erf(1.5 / (2 * math.sqrt(2)))
    assert theory.total_variation(bell(), bell(1.5), DX) == pytest.approx(exact, abs=1e-5)


def test_two_coins_by_hand():
    fair, loaded = [0.5, 0.5], [0.25, 0.75]
    assert theory.kl(fair, loaded) == pytest.approx(0.5 * math.log(4 / 3), abs=1e-12)
    assert theory.total_variation(fair, loaded) == pytest.approx(0.25, abs=1e-12)
    assert theory.wasserstein_1(fair, loaded) == pytest.approx(0.25, abs=1e-12)
    by_hand = 0.5 * theory.kl(fair, [3 / 8, 5 / 8]) + 0.5 * theory.kl(loaded, [3 / 8, 5 / 8])
    assert theory.js(fair, loaded) == pytest.approx(by_hand, abs=1e-12)


# Other people's code


def test_js_agrees_with_scipy():
    rng = np.random.default_rng(0)
    for shape in ((7,), (5, 6), (2, 3, 4)):
        p, q = (rng.dirichlet(np.ones(math.prod(shape))).reshape(shape) for _ in "pq")
        reference = spatial.distance.jensenshannon(p.ravel(), q.ravel()) ** 2
        assert theory.js(p, q) == pytest.approx(reference, abs=1e-12)
        assert theory.js(p / 0.25, q / 0.25, dx=0.25) == pytest.approx(reference, abs=1e-12)


def test_wasserstein_1_agrees_with_scipy(pair):
    p, q = pair
    reference = stats.wasserstein_distance(X, X, p, q)
    assert theory.wasserstein_1(p, q, DX) == pytest.approx(reference, rel=1e-6, abs=1e-9)


def test_sorting_the_linear_programme_and_the_cumulative_distributions_agree():
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 20, 30), rng.integers(5, 30, 30)
    by_sorting = theory.wasserstein_1_of_samples(x, y)
    equal = np.full(30, 1 / 30)
    by_programme = theory.wasserstein_1_discrete(equal, equal, np.abs(x[:, None] - y))
    p, q = (np.bincount(sample, minlength=30) / 30 for sample in (x, y))
    assert by_programme == pytest.approx(by_sorting, abs=1e-9)
    assert theory.wasserstein_1(p, q) == pytest.approx(by_sorting, abs=1e-9)
    assert stats.wasserstein_distance(x, y) == pytest.approx(by_sorting, abs=1e-9)


def test_the_linear_programme_tries_every_way():
    rng = np.random.default_rng(2)
    cost = rng.uniform(size=(5, 5))  # no order in it: sorting would not do
    ways = itertools.permutations(range(5))
    best = min(cost[range(5), way].mean() for way in ways)
    equal = np.full(5, 0.2)
    assert theory.wasserstein_1_discrete(equal, equal, cost) == pytest.approx(best, abs=1e-9)


# Bounds and identities


def test_distances_are_symmetric_and_within_their_bounds(pair):
    p, q = pair
    js, total_variation = theory.js(p, q, DX), theory.total_variation(p, q, DX)
    assert 0 <= js <= LOG_2
    assert 0 <= total_variation <= 1
    for distance in (theory.js, theory.total_variation, theory.wasserstein_1):
        assert distance(p, q, DX) == pytest.approx(distance(q, p, DX), abs=1e-12)
        assert distance(p, p, DX) == pytest.approx(0, abs=1e-12)
    assert total_variation <= math.sqrt(theory.kl(p, q, DX) / 2) + 1e-12  # Pinsker


def test_kl_is_not_symmetric_and_is_infinite_where_q_rules_out_a_point():
    assert theory.kl(bell(0, 1), bell(0, 2), DX) < theory.kl(bell(0, 2), bell(0, 1), DX) / 2
    assert theory.kl([0.5, 0.5], [1, 0]) == math.inf
    assert theory.kl([1, 0], [0.5, 0.5]) == pytest.approx(LOG_2, abs=1e-12)


def test_the_value_of_the_best_discriminator_is_2_js_minus_log_4(pair):
    p, q = pair
    best = theory.value(theory.optimal_discriminator(p, q), p, q, DX)
    assert best == pytest.approx(2 * theory.js(p, q, DX) - math.log(4), abs=1e-9)


def test_no_other_discriminator_scores_as_much(pair):
    p, q = pair
    d = theory.optimal_discriminator(p, q)
    best = theory.value(d, p, q, DX)
    for wave in (0.05 * np.sin(X), 0.05 * np.cos(3 * X), np.full_like(X, 0.02)):
        assert theory.value(np.clip(d + wave, 0.001, 0.999), p, q, DX) < best


def test_equal_distributions_leave_a_coin_toss():
    d = theory.optimal_discriminator(bell(), bell())
    np.testing.assert_array_equal(d, 0.5)
    assert theory.value(d, bell(), bell(), DX) == pytest.approx(-math.log(4), abs=1e-12)


def test_a_place_without_points_costs_nothing():
    d = theory.optimal_discriminator([1, 0, 0], [0, 1, 0])
    np.testing.assert_array_equal(d, [1, 0, 0.5])
    assert theory.value(d, [1, 0, 0], [0, 1, 0]) == 0
    assert theory.value([0, 1, 0.5], [1, 0, 0], [0, 1, 0]) == -math.inf
    assert theory.value([1, 0.5], [1, 0], [1e-18, 1]) == pytest.approx(-LOG_2, abs=1e-9)


def test_js_of_what_parts_is_flat_and_wasserstein_1_grows_in_step():
    block = (np.abs(X) < 0.5) / np.sum((np.abs(X) < 0.5) * DX)
    for cells in (400, 800, 1600):
        moved = np.roll(block, cells)
        assert theory.js(block, moved, DX) == pytest.approx(LOG_2, abs=1e-12)
        assert theory.wasserstein_1(block, moved, DX) == pytest.approx(cells * DX, abs=1e-9)


def test_tails_below_the_smallest_number_do_no_harm():
    x = np.linspace(-60, 60, 6001)
    p, q = toys.gaussian(-20, 0.5).density(x), toys.gaussian(20, 0.5).density(x)
    assert theory.js(p, q, x[1] - x[0]) == pytest.approx(LOG_2, abs=1e-12)
    assert theory.js([1, 0], [1 - 5e-324, 5e-324]) == 0


def test_the_best_guess_is_right_with_probability_half_of_1_plus_total_variation(pair):
    p, q = pair
    right = np.maximum(p, q).sum() * DX / 2
    assert right == pytest.approx((1 + theory.total_variation(p, q, DX)) / 2, abs=1e-6)


# What the generator feels


def test_pushes_between_two_equal_bells_are_the_closed_form():
    saturating, non_saturating = theory.generator_pushes(bell(0), bell(2), DX)
    d = 1 / (1 + np.exp(2 * X - 2))  # log p - log q = 2 - 2 x
    np.testing.assert_allclose(saturating, -2 * d, atol=1e-6)
    np.testing.assert_allclose(non_saturating, -2 * (1 - d), atol=1e-6)


def test_the_saturating_push_is_the_slope_of_the_value_and_vanishes_far_away():
    # With D at its best, only the points' own motion changes the value, not D's (the envelope).
    p, step = toys.gaussian().density(X), 1e-3

    def best(mean):
        q = bell(mean)
        return theory.value(theory.optimal_discriminator(p, q), p, q, DX)

    for mean in (0.5, 2, 4):
        saturating, non_saturating = theory.generator_pushes(p, bell(mean), DX)
        mean_push = (saturating * bell(mean)).sum() * DX
        slope = (best(mean + step) - best(mean - step)) / (2 * step)
        assert -mean_push == pytest.approx(slope, abs=1e-5)
    assert mean_push == pytest.approx(-0.137, abs=1e-3)
    assert (non_saturating * bell(mean)).sum() * DX == pytest.approx(-3.863, abs=1e-3)


# The GAN of two numbers


def test_the_field_of_minimax_is_the_one_of_the_paper():
    theta, psi = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9))
    sigmoid = 1 / (1 + np.exp(-theta * psi))
    by_theta, by_psi = theory.DiracGAN("minimax").field(theta, psi, penalty=0.3)
    np.testing.assert_allclose(by_theta, psi * sigmoid, atol=1e-4)
    np.testing.assert_allclose(by_psi, -theta * sigmoid - 0.3 * psi, atol=1e-4)


@pytest.mark.parametrize("name", ["minimax", "non_saturating", "hinge", "wasserstein"])
def test_the_field_follows_the_loss(name):
    game, loss, step = theory.DiracGAN(name), losses.get(name), 1e-3

    def at(play, theta, psi):
        return float(play(np.zeros((1, 1)), np.full((1, 1), psi * theta)))

    for theta, psi in ((1.0, 0.3), (-0.6, 1.9), (0.2, -1.1)):
        by_theta, by_psi = game.field(theta, psi)
        generator = [at(loss.generator, theta + h, psi) for h in (-step, step)]
        discriminator = [at(loss.discriminator, theta, psi + h) for h in (-step, step)]
        assert by_theta == pytest.approx(-np.diff(generator)[0] / (2 * step), abs=1e-3)
        assert by_psi == pytest.approx(-np.diff(discriminator)[0] / (2 * step), abs=1e-3)


def radii(**options):
    return np.linalg.norm(theory.DiracGAN("minimax").path(**options), axis=1)


def test_the_players_circle_without_a_penalty():
    small_steps = radii(learning_rate=0.01, steps=2000, alternating=True)
    assert np.ptp(small_steps) < 0.02
    assert np.all(np.diff(radii(learning_rate=0.1, steps=100)) > 0)  # together: outwards


def test_the_players_meet_with_r1():
    for alternating in (False, True):
        assert radii(penalty=1.0, alternating=alternating)[-1] < 1e-3
    assert radii(penalty=0.0, alternating=True)[-1] > 1


def test_the_first_steps_by_hand():
    game = theory.DiracGAN("wasserstein")  # slopes 1 and -1, whatever the logit
    together = game.path(start=(1.0, 0.0), learning_rate=0.5, steps=2)
    np.testing.assert_allclose(together, [(1, 0), (1, -0.5), (0.75, -1)], atol=1e-9)
    in_turn = game.path(start=(1.0, 0.0), learning_rate=0.5, steps=1, alternating=True)
    np.testing.assert_allclose(in_turn, [(1, 0), (0.75, -0.5)], atol=1e-9)


def test_a_path_that_leaves_the_picture_ends_there():
    path = theory.DiracGAN("wasserstein").path(learning_rate=1.0)
    assert len(path) < 10
    assert np.abs(path[-1]).max() > 3 >= np.abs(path[:-1]).max()


def test_a_loss_that_is_no_number_is_refused():
    class ForgotTheMean(losses.Minimax):
        def generator(self, real, fake):
            return np.concatenate([real, fake])

    class Infinite(losses.Minimax):
        def discriminator(self, real, fake):
            return np.inf * np.ones(())

    for loss in (ForgotTheMean(), Infinite()):
        with pytest.raises(ConfigurationError, match="wanted one finite number"):
            theory.DiracGAN(loss)
    with pytest.raises(ConfigurationError, match="unknown"):
        theory.DiracGAN("manimax")


# Errors


@pytest.mark.parametrize(
    "distance", [theory.kl, theory.js, theory.total_variation, theory.wasserstein_1]
)
def test_what_is_no_distribution_is_refused(distance):
    good = [0.5, 0.5]
    for bad in ([0.5, math.nan], [1.5, -0.5], [], [math.inf, 0]):
        with pytest.raises(DataError, match="none below 0"):
            distance(good, bad)
    with pytest.raises(DataError, match=r"p adds up to 200 with dx=1"):
        distance(bell(), bell())
    with pytest.raises(DataError, match=r"q has shape \(3,\), p has \(2,\)"):
        distance(good, [0.5, 0.25, 0.25])


def test_discriminators_that_are_no_probabilities_are_refused():
    good = [0.5, 0.5]
    with pytest.raises(DataError, match="take sigmoid"):
        theory.value([3.0, 0.0], good, good)
    with pytest.raises(DataError, match=r"d has shape \(1,\)"):
        theory.value([0.5], good, good)
    with pytest.raises(DataError, match="q has shape"):
        theory.optimal_discriminator(good, [1.0])


def test_wasserstein_1_says_which_arrays_do_not_fit():
    square = np.full((2, 2), 0.25)
    with pytest.raises(DataError, match="wasserstein_1_discrete"):
        theory.wasserstein_1(square, square)
    with pytest.raises(DataError, match=r"\(2,\) and \(3,\)"):
        theory.wasserstein_1_of_samples([1, 2], [1, 2, 3])
    with pytest.raises(DataError, match="NaN"):
        theory.wasserstein_1_of_samples([1, math.nan], [1, 2])
    with pytest.raises(DataError, match=r"wanted \(len\(p\), len\(q\)\)"):
        theory.wasserstein_1_discrete([0.5, 0.5], [1.0], np.ones((1, 2)))
    with pytest.raises(DataError, match="above 0 on the whole line"):
        theory.generator_pushes([0.5, 0.5, 0.0], [0.2, 0.4, 0.4], 1.0)


def test_samples_of_toys_fit_as_they_come():
    x, y = toys.gaussian(0).sample(2000, seed=0), toys.gaussian(3).sample(2000, seed=1)
    assert theory.wasserstein_1_of_samples(x, y) == pytest.approx(3, abs=0.15)
