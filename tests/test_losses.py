from math import log

import numpy as np
import pytest

from fashionlab import losses
from fashionlab.backend import tf
from fashionlab.errors import ConfigurationError


def logits(*values):
    return tf.constant(values, tf.float32, shape=(len(values), 1))


def gradients(loss, real, fake):
    """d discriminator loss / d real, the same / d fake, d generator loss / d fake."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([real, fake])
        discriminator, generator = loss.discriminator(real, fake), loss.generator(real, fake)
    return (
        tape.gradient(discriminator, real).numpy(),
        tape.gradient(discriminator, fake).numpy(),
        tape.gradient(generator, fake).numpy(),
    )


# Values worked by hand. softplus(x) = log(1 + e^x), so softplus(log 3) = log 4,
# softplus(-log 3) = log 4/3, softplus(log 7) = log 8, softplus(-log 7) = log 8/7.


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        ("minimax", 2 * log(2), -log(2)),
        ("non_saturating", 2 * log(2), log(2)),
        ("least_squares", 0.5 * 1 + 0.5 * 0, 0.5 * 1),
        ("hinge", 1 + 1, 0),
        ("wasserstein", 0, 0),
        ("relativistic_pairing", log(2), log(2)),
    ],
)
def test_values_when_the_discriminator_cannot_tell(name, discriminator, generator):
    loss, zeros = losses.get(name), logits(0, 0)
    assert float(loss.discriminator(zeros, zeros)) == pytest.approx(discriminator, abs=1e-6)
    assert float(loss.generator(zeros, zeros)) == pytest.approx(generator, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        (
            "minimax",
            (log(4 / 3) + log(2)) / 2 + (log(4 / 3) + log(8)) / 2,
            -(log(4 / 3) + log(8)) / 2,
        ),
        (
            "non_saturating",
            (log(4 / 3) + log(2)) / 2 + (log(4 / 3) + log(8)) / 2,
            (log(4) + log(8 / 7)) / 2,
        ),
        # fake - real is -log 3 - log 3 = -log 9 in the first pair and log 7 - 0 in the second.
        (
            "relativistic_pairing",
            (log(1 + 1 / 9) + log(8)) / 2,
            (log(1 + 9) + log(8 / 7)) / 2,
        ),
    ],
)
def test_logarithmic_losses_of_uneven_logits(name, discriminator, generator):
    real, fake, loss = logits(log(3), 0), logits(-log(3), log(7)), losses.get(name)
    assert float(loss.discriminator(real, fake)) == pytest.approx(discriminator, rel=1e-6)
    assert float(loss.generator(real, fake)) == pytest.approx(generator, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        (
            "least_squares",
            0.5 * (1**2 + 0.5**2) / 2 + 0.5 * (3**2 + 0.5**2) / 2,
            0.5 * (4**2 + 0.5**2) / 2,
        ),
        ("hinge", (0 + 0.5) / 2 + (0 + 1.5) / 2, -(-3 + 0.5) / 2),
        ("wasserstein", (-3 + 0.5) / 2 - (2 + 0.5) / 2, -(-3 + 0.5) / 2),
    ],
)
def test_polynomial_losses_of_uneven_logits(name, discriminator, generator):
    real, fake, loss = logits(2, 0.5), logits(-3, 0.5), losses.get(name)
    assert float(loss.discriminator(real, fake)) == pytest.approx(discriminator, rel=1e-6)
    assert float(loss.generator(real, fake)) == pytest.approx(generator, rel=1e-6)


# The direction of the game.


@pytest.mark.parametrize("name", losses.BY_NAME)
def test_players_pull_the_logits_in_opposite_directions(name):
    d_real, d_fake, g_fake = gradients(losses.get(name), logits(0.5), logits(0.5))
    assert d_real < 0  # descending raises the logits of real images
    assert d_fake > 0
    assert g_fake < 0


# Where the verdict turns.


@pytest.mark.parametrize(
    ("name", "boundary"),
    # The mean logits are 4 and -1.
    [("least_squares", 0.5), ("wasserstein", 1.5), ("relativistic_pairing", 1.5)],
)
def test_the_boundary_lies_between_the_logits_of_a_discriminator_that_is_right(name, boundary):
    assert float(losses.get(name).boundary(logits(5, 3), logits(-4, 2))) == pytest.approx(boundary)


@pytest.mark.parametrize("name", ["minimax", "non_saturating", "hinge"])
def test_losses_whose_verdict_turns_at_0_name_no_boundary(name):
    assert not hasattr(losses.get(name), "boundary")


# Extreme logits.


@pytest.mark.parametrize("real", [-1e4, 1e4])
@pytest.mark.parametrize("fake", [-1e4, 1e4])
@pytest.mark.parametrize("name", losses.BY_NAME)
def test_losses_and_gradients_stay_finite_at_extreme_logits(name, real, fake):
    loss, real, fake = losses.get(name), logits(real), logits(fake)
    values = [loss.discriminator(real, fake), loss.generator(real, fake)]
    assert np.isfinite([*values, *np.ravel(gradients(loss, real, fake))]).all()


@pytest.mark.parametrize("name", losses.BY_NAME)
def test_a_discriminator_that_is_utterly_wrong_still_learns(name):
    d_real, d_fake, _ = gradients(losses.get(name), logits(-1e4), logits(1e4))
    assert d_real <= -0.99
    assert d_fake >= 0.99


@pytest.mark.parametrize("name", [name for name in losses.BY_NAME if name != "minimax"])
def test_a_generator_that_is_utterly_beaten_still_learns(name):
    assert gradients(losses.get(name), logits(1e4), logits(-1e4))[2] <= -0.99


def test_minimax_generator_gradient_vanishes_where_the_non_saturating_one_does_not():
    real, fake = logits(0), logits(-30)
    # -sigmoid(-30) = -e^-30 against sigmoid(-30) - 1.
    minimax = gradients(losses.Minimax(), real, fake)[2]
    np.testing.assert_allclose(minimax, -np.exp(-30), rtol=1e-3)
    np.testing.assert_allclose(gradients(losses.NonSaturating(), real, fake)[2], -1, rtol=1e-6)


# Mode seeking.


def test_mode_seeking_is_the_ratio_of_distances_of_latents_and_images():
    # Neighbours, the last and the first among them. Latents differ by 0, 1, 1 + 3 and 3 in two
    # numbers: 8 / 8 on average. Images of one pixel differ by 0.5, 1, 1 and 0.5: 0.75 on average.
    z = tf.constant([[0, 0], [0, 0], [1, 0], [0, 3]], tf.float32)
    fake = tf.reshape(tf.constant([0.5, 1, 0, 1]), (4, 1, 1, 1))
    assert float(losses.ModeSeeking()(z, fake)) == pytest.approx(1 / 0.75, rel=1e-3)
    assert float(losses.ModeSeeking(weight=3.0)(z, fake)) == pytest.approx(3 / 0.75, rel=1e-3)


def test_mode_seeking_takes_batches_that_cannot_be_halved():
    # Three latents differ by 1, 2 and 3: 2 on average. Images of two pixels differ by 0.2 in one
    # of them, by 0.4 in the other, and by both: (0.2 + 0.4 + 0.6) / 6 = 0.2 on average.
    z = tf.constant([[0.0], [1.0], [3.0]])
    fake = tf.reshape(tf.constant([0, 0, 0.2, 0, 0.2, 0.4]), (3, 2, 1, 1))
    assert float(losses.ModeSeeking()(z, fake)) == pytest.approx(2 / 0.2, rel=1e-3)


def test_mode_seeking_drives_like_images_of_unlike_latents_apart():
    z = tf.constant([[0.0], [1.0]])
    fake = tf.Variable(tf.reshape(tf.constant([0.4, 0.3]), (2, 1, 1, 1)))
    with tf.GradientTape() as tape:
        penalty = losses.ModeSeeking()(z, fake)
    slope = tape.gradient(penalty, fake).numpy().ravel()
    # d / d(distance) of 1 / distance is -1 / distance^2 = -100; descending raises the brighter one.
    np.testing.assert_allclose(slope, [-100, 100], rtol=1e-3)


def test_mode_seeking_is_bounded_where_all_images_are_the_same():
    z = tf.random.normal((4, 2), seed=0)
    assert float(losses.ModeSeeking()(z, tf.ones((4, 2, 2, 1)))) == pytest.approx(1e5, rel=1e-3)


# Names and objects.


@pytest.mark.parametrize(("name", "kind"), losses.BY_NAME.items())
def test_a_loss_is_found_by_name(name, kind):
    assert losses.get(name) == kind()


def test_an_object_with_both_methods_is_taken_as_it_is():
    loss = losses.Hinge()
    assert losses.get(loss) is loss


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ConfigurationError, match=r"'hinged' is unknown.*hinge.*wasserstein"):
        losses.get("hinged")


@pytest.mark.parametrize("wrong", [losses.Hinge, object(), None, tf.nn.softplus])
def test_a_class_or_an_object_without_the_methods_is_refused(wrong):
    with pytest.raises(ConfigurationError, match="instance is wanted, not a class"):
        losses.get(wrong)
