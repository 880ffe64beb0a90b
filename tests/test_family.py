import itertools
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from fashionlab import data, family, losses
from fashionlab.autodiff import R1, R2, GradientPenalty
from fashionlab.backend import tf
from fashionlab.errors import ConfigurationError
from fashionlab.family import Spread


@pytest.fixture(scope="module")
def real():
    return data.load_fashion_mnist("train", path="sample", verbose=False).images[:160]


# The table.


@pytest.mark.parametrize("name", family.MEMBERS)
def test_a_member_is_built_as_it_is_written(name):
    member, gan = family.get(name), family.build(name)
    assert gan.name == name
    assert gan.adversarial_loss == losses.get(member.loss)
    assert gan.penalties == member.penalties
    assert gan.generator_penalties == member.generator_penalties
    assert gan.critic_steps == member.critic_steps
    assert member.learning_rate in family.LEARNING_RATES
    for adam in (gan.generator_optimizer, gan.discriminator_optimizer):
        settings = adam.get_config()
        assert float(adam.learning_rate) == pytest.approx(member.learning_rate)
        assert (settings["beta_1"], settings["beta_2"], settings["epsilon"]) == (0, 0.99, 1e-8)


def test_all_members_share_one_generator_and_nearly_one_discriminator():
    plain = family.build("non_saturating")
    discriminator = plain.discriminator.count_params()
    extra = {"hinge_spectral": 16 + 32 + 64 + 1, "minibatch_std": 16}  # vectors u; one channel
    for name in family.MEMBERS:
        gan = family.build(name)
        assert gan.generator.get_config()["name"] == plain.generator.name
        assert gan.generator.count_params() == plain.generator.count_params()
        assert gan.discriminator.count_params() - discriminator == extra.get(name, 0)


def test_the_constants_are_those_of_the_papers():
    members = family.MEMBERS
    assert members["wgan"].critic_steps == members["wgan_gp"].critic_steps == 5
    assert members["wgan_gp"].penalties == (GradientPenalty(10.0),)
    assert members["r1"].penalties == (R1(10.0, every=16),)
    assert members["relativistic"].penalties == (R1(1.0), R2(1.0))
    assert members["mode_seeking"].generator_penalties == (losses.ModeSeeking(1.0),)
    (limit,) = {w.constraint.limit for w in family.build("wgan").discriminator.trainable_weights}
    assert limit == 0.01


def test_the_two_against_collapse_change_the_non_saturating_game_in_one_thing_only():
    plain = family.get("non_saturating")
    described = {"idea": plain.idea, "paper": plain.paper, "learning_rate": plain.learning_rate}
    assert replace(family.get("mode_seeking"), generator_penalties=(), **described) == plain
    assert replace(family.get("minibatch_std"), change=None, **described) == plain


def test_members_cannot_be_changed_by_accident():
    with pytest.raises(FrozenInstanceError):
        family.get("wgan").critic_steps = 1


@pytest.mark.parametrize("ask", [family.get, family.build])
def test_an_unknown_member_is_refused_with_the_known_ones(ask):
    with pytest.raises(ConfigurationError, match=r"'uncle' is unknown.*minimax, non_saturating"):
        ask("uncle")


def test_a_member_of_ones_own_can_be_built():
    gan = family.build(replace(family.get("wgan"), critic_steps=2, learning_rate=5e-5))
    assert gan.critic_steps == 2
    assert float(gan.generator_optimizer.learning_rate) == pytest.approx(5e-5)


def test_the_same_seed_gives_the_same_weights_and_noise():
    def start(seed):
        gan = family.build("hinge_spectral", seed=seed)
        return [*gan.generator.get_weights(), *gan.discriminator.get_weights(), gan.draw_noise(2)]

    first, again, other = start(1), start(1), start(2)
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert not np.allclose(first[0], other[0])
    assert not np.allclose(first[-1], other[-1])


# Training.


@pytest.mark.parametrize("name", family.MEMBERS)
def test_a_member_trains_both_players_to_finite_weights(name, real):
    gan = family.build(name, seed=0)
    before = gan.generator.get_weights()[0], gan.discriminator.get_weights()[0]
    batch = tf.constant(real[: family.get(name).images_per_step])
    for _ in range(2):
        gan.train_step(batch)
    after = gan.generator.get_weights()[0], gan.discriminator.get_weights()[0]
    assert int(gan.skipped.numpy()) == 0
    for old, new in zip(before, after, strict=True):
        assert np.abs(old - new).max() > 1e-5
    assert np.isfinite(gan.sample(4, seed=0)).all()
    # The critic has had its turns, the generator one a step.
    assert int(gan.discriminator_optimizer.iterations) == 2 * gan.critic_steps
    assert int(gan.generator_optimizer.iterations) == 2


def test_the_clipped_critic_stays_within_its_limit_in_training(real):
    gan = family.build("wgan", seed=0)
    gan.train_step(tf.constant(real))
    largest = max(np.abs(weight).max() for weight in gan.discriminator.get_weights())
    assert largest == pytest.approx(0.01)


def test_minibatch_std_never_mixes_real_and_generated_images(real):
    gan = family.build("minibatch_std", seed=0)
    fake = gan.sample(32, seed=0)
    together = gan.discriminator(tf.concat([real[:32], fake], axis=0), training=True)
    apart = [gan.discriminator(images, training=True) for images in (real[:32], fake)]
    np.testing.assert_allclose(together, np.concatenate(apart), rtol=1e-4, atol=1e-6)


# The shipped results.


@pytest.fixture(scope="module")
def results():
    return family.results()


def test_the_rates_are_those_that_the_tuning_found_best(results):
    assert results["learning_rates"].keys() == family.MEMBERS.keys()
    for name, member in family.MEMBERS.items():
        tried = [row for row in results["tuning"] if row["member"] == name]
        assert {row["learning_rate"] for row in tried} == set(family.LEARNING_RATES)
        best = min(tried, key=lambda row: row["fashion_fid"])["learning_rate"]
        assert member.learning_rate == results["learning_rates"][name] == best


def test_every_member_has_run_on_every_seed_for_the_same_time(results):
    seeds = sorted({row["seed"] for row in results["runs"]})
    assert seeds == [0, 1, 2]
    assert results["facts"]["tuning_seed"] not in seeds
    found = [(row["member"], row["seed"]) for row in results["runs"]]
    assert found == list(itertools.product(family.MEMBERS, seeds))
    for row in results["runs"]:
        assert row["cpu_seconds"] == pytest.approx(results["facts"]["seconds"], rel=0.01)
        assert row["learning_rate"] == family.get(row["member"]).learning_rate
        assert row["real_images"] == row["steps"] * family.get(row["member"]).images_per_step
        assert row["skipped"] == 0


def test_every_course_ends_in_the_figure_of_its_row_and_every_curve_at_its_last_step(results):
    for row in results["runs"]:
        assert row["course"]["fashion_fid"][-1] == pytest.approx(row["fashion_fid"], rel=1e-3)
        assert row["course"]["cpu_seconds"][-1] == row["cpu_seconds"]
        assert row["curves"]["steps"][-1] == row["steps"]
        assert {len(curve) for curve in row["curves"].values()} == {100}


def test_no_member_is_better_than_real_images(results):
    for row in results["runs"]:
        assert row["fashion_fid"] > results["floor"]["fashion_fid"]
        assert row["fashion_fid_check"] > results["floor"]["fashion_fid_check"]


def test_the_shipped_samples_are_images_of_each_member():
    samples = family.samples()
    assert list(samples) == list(family.MEMBERS)
    for images in samples.values():
        assert (images.shape, images.dtype) == ((32, 28, 28, 1), np.float32)
        assert images.min() == pytest.approx(-1, abs=0.01)
        assert 0.5 < images.max() <= 1


# Error bars.


def test_a_spread_has_the_mean_and_the_deviation_of_its_values():
    spread = Spread((1.0, 2.0, 6.0))
    assert spread.mean == 3
    assert spread.deviation == pytest.approx(7**0.5)  # (4 + 1 + 9) / 2


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((1.0, 3.0), (2.0, 4.0), True),
        ((1.0, 4.0), (2.0, 3.0), True),  # one within the other
        ((1.0, 2.0), (2.0, 3.0), True),  # a common border is no gap
        ((1.0, 2.0), (2.1, 3.0), False),
    ],
)
def test_ranges_overlap_or_not_whoever_asks(one, other, overlap):
    assert Spread(one).overlaps(Spread(other)) is overlap
    assert Spread(other).overlaps(Spread(one)) is overlap


def test_figures_are_collected_by_member_in_the_order_of_the_runs():
    runs = [
        {"member": name, "seed": seed, "recall": recall}
        for name, seed, recall in [("b", 0, 0.1), ("a", 0, 0.2), ("b", 1, 0.3), ("a", 1, 0.4)]
    ]
    spreads = family.over_seeds(runs, "recall")
    assert list(spreads.items()) == [("b", Spread((0.1, 0.3))), ("a", Spread((0.2, 0.4)))]


def test_pairs_apart_name_the_lower_one_first_and_leave_out_what_overlaps():
    spreads = {
        "high": Spread((8.0, 9.0)),
        "low": Spread((1.0, 2.0)),
        "wide": Spread((1.5, 7.0)),
    }
    assert family.pairs_apart(spreads) == [("low", "high"), ("wide", "high")]
    assert family.pairs_apart({"a": Spread((1.0, 2.0)), "b": Spread((1.0, 2.0))}) == []


def test_luck_keeps_three_seeds_of_two_equal_members_apart_in_one_case_of_ten():
    apart = [
        not Spread(tuple(map(float, first))).overlaps(
            Spread(tuple(float(place) for place in range(6) if place not in first))
        )
        for first in itertools.combinations(range(6), 3)
    ]
    assert (sum(apart), len(apart)) == (2, 20)
