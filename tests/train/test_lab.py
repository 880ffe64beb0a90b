import gc
from dataclasses import fields, replace

import numpy as np
import pytest

from fashionlab import losses
from fashionlab.backend import keras
from fashionlab.data import toys
from fashionlab.errors import ConfigurationError
from fashionlab.train import lab as training
from fashionlab.train import lab_settings
from fashionlab.train.lab import Lab, LabSettings

layers, ops = keras.layers, keras.ops


def make(generator=None, discriminator=None, **settings):
    """A lab that is small, because every new one compiles its graphs."""
    settings = {"hidden_layers": 1, "units": 8, "batch_size": 16} | settings
    return Lab(LabSettings(**settings), generator, discriminator)


def weights(lab):
    return {
        "generator": lab.gan.generator.get_weights(),
        "discriminator": lab.gan.discriminator.get_weights(),
    }


def moved(before, after):
    """Names of the networks whose weights differ."""
    return {
        name
        for name in before
        if any(not np.array_equal(*pair) for pair in zip(before[name], after[name], strict=True))
    }


def network(inputs, outputs, seed=0, activation="tanh"):
    """One's own, with smooth units."""
    start = keras.initializers.RandomNormal(stddev=0.7, seed=seed)
    hidden = layers.Dense(6, activation, kernel_initializer=start)
    out = layers.Dense(outputs, kernel_initializer=start)
    return keras.Sequential([keras.Input((inputs,)), hidden, out])


class Flat:
    """A loss without a slope anywhere: nobody learns."""

    def discriminator(self, real, fake):
        return 0 * ops.mean(real) + 0 * ops.mean(fake)

    def generator(self, real, fake):
        return 0 * ops.mean(fake)


class Broken(Flat):
    """A loss with a mistake in it."""

    def generator(self, real, fake):
        raise ValueError("a mistake of one's own")


@pytest.fixture(scope="module")
def shared():
    """A lab for tests that train it on and ask what a single call changes."""
    return make()


# Turns


def test_each_player_learns_by_itself(shared):
    before = weights(shared)
    shared.train_discriminator()
    between = weights(shared)
    assert moved(before, between) == {"discriminator"}
    shared.train_generator()
    assert moved(between, weights(shared)) == {"generator"}


def test_only_updates_of_the_generator_count_as_turns(shared):
    turn, step = shared.turn, int(shared.gan.step)
    shared.train_discriminator()
    assert (shared.turn, int(shared.gan.step)) == (turn, step + 1)
    shared.train_generator()
    assert (shared.turn, int(shared.gan.step)) == (turn + 1, step + 1)
    shared.train(5)
    assert (shared.turn, int(shared.gan.step)) == (turn + 6, step + 6)


def test_turns_together_are_the_same_as_one_by_one(assert_same):
    together, one_by_one = make(), make()
    together.train(6)
    for _ in range(2):
        one_by_one.train(2)
        one_by_one.train_discriminator()
        one_by_one.train_generator()
    for name, expected in weights(together).items():
        assert_same(weights(one_by_one)[name], expected)


@pytest.mark.parametrize("updates", [(1, 1), (3, 1), (1, 2)])
def test_each_player_gets_as_many_updates_in_a_turn_as_asked(updates):
    lab = make(discriminator_updates=updates[0], generator_updates=updates[1])
    lab.train(4)
    assert lab.turn == 4
    assert int(lab.gan.step) == 4 * updates[0]
    assert int(lab.gan.discriminator_optimizer.iterations) == 4 * updates[0]
    assert int(lab.gan.generator_optimizer.iterations) == 4 * updates[1]


def test_nothing_is_skipped_in_healthy_training(shared):
    shared.train(20)
    assert int(shared.gan.skipped) == 0


# Seeds


def test_a_seed_decides_every_bit(assert_same):
    labs = [make(seed=seed) for seed in (3, 3, 4)]
    for lab in labs:
        lab.train(30)
    first, same, other = (weights(lab) for lab in labs)
    for name, expected in first.items():
        assert_same(same[name], expected)
    assert moved(first, other) == {"generator", "discriminator"}
    # And with it what there is to see.
    np.testing.assert_array_equal(labs[0].look().fake, labs[1].look().fake)

    # `reset` leads to the same bits as a fresh lab.
    labs[2].record()
    labs[2].reset(3)
    assert (labs[2].turn, labs[2].settings.seed) == (0, 3)
    assert set(map(len, labs[2].history.values())) == {0}
    labs[2].train(30)
    for name, expected in first.items():
        assert_same(weights(labs[2])[name], expected)


def test_reset_without_a_seed_keeps_it(assert_same):
    lab = make(seed=5)
    start = weights(lab)
    lab.train(3)
    lab.reset()
    assert lab.settings.seed == 5
    for name, expected in start.items():
        assert_same(weights(lab)[name], expected)


# Changes in mid-run


@pytest.fixture(scope="module")
def trained():
    """A lab that has learned for some turns; changes between tests do not matter."""
    lab = make()
    lab.train(20)
    return lab


CHANGES = [
    {"generator_lr": 1e-4},
    {"discriminator_lr": 1e-4},
    {"penalty_weight": 1.0},
    {"toy": "grid"},
    {"loss": "hinge"},
    {"loss": Flat()},
    {"penalty": "wgan_gp"},
    {"penalty": "none"},
    {"noise": "uniform"},
    {"optimizer": "rmsprop"},
    {"optimizer": "sgd"},
    {"batch_size": 8},
    {"discriminator_updates": 2},
    {"generator_updates": 2},
]


@pytest.mark.parametrize(
    "change",
    CHANGES,
    ids=lambda change: "-".join(map(str, *change.items())),
)
def test_a_change_is_what_a_lab_made_with_it_does(change, assert_same):
    changed, made = make(), make(**change)
    changed.change(**change)
    changed.reset()
    for lab in (changed, made):
        lab.train(3)
        lab.record()
    for name, expected in weights(made).items():
        assert_same(weights(changed)[name], expected)
    assert changed.history == made.history
    assert_same([changed.look().pull], [made.look().pull])


@pytest.mark.parametrize(
    "change",
    CHANGES,
    ids=lambda change: "-".join(map(str, *change.items())),
)
def test_a_change_in_mid_run_keeps_what_was_learned(trained, change):
    before, turn = weights(trained), trained.turn
    assert trained.change(**change) is False
    assert moved(before, weights(trained)) == set()
    assert trained.turn == turn
    (name,) = change
    assert repr(getattr(trained.settings, name)) == repr(getattr(LabSettings(**change), name))
    trained.train(2)
    assert trained.turn == turn + 2
    assert int(trained.gan.skipped) == 0


@pytest.mark.parametrize(
    ("change", "kernels"),
    [
        ({"units": 4}, [(2, 4), (4, 2)]),
        ({"latent_dim": 1}, [(1, 8), (8, 2)]),
        ({"hidden_layers": 2}, [(2, 8), (8, 8), (8, 2)]),
    ],
)
def test_a_network_of_another_size_starts_over(change, kernels):
    lab = make()
    lab.train(3)
    lab.record()
    assert lab.change(**change) is True
    assert lab.turn == 0
    assert lab.history["turn"] == []
    assert [w.shape for w in weights(lab)["generator"][::2]] == kernels


def test_setting_a_size_to_what_it_is_changes_nothing(shared):
    before = weights(shared)
    assert shared.change(units=8, latent_dim=2, hidden_layers=1) is False
    assert moved(before, weights(shared)) == set()


def test_learning_rates_hold_for_the_player_that_they_name():
    lab = make(optimizer="sgd")
    lab.change(generator_lr=0.0)
    before = weights(lab)
    lab.train(2)
    assert moved(before, weights(lab)) == {"discriminator"}
    lab.change(generator_lr=0.01, discriminator_lr=0.0)
    before = weights(lab)
    lab.train(2)
    assert moved(before, weights(lab)) == {"generator"}


def test_a_penalty_holds_the_discriminator_down_by_its_weight():
    steepness = {}
    lab = make(penalty="r1", penalty_weight=0.3)
    for weight in (0.0, 10.0):
        lab.change(penalty_weight=weight)
        lab.train(300)
        steepness[weight] = np.ptp(lab.look().verdict)
    assert 0 < steepness[10.0] < 0.5 * steepness[0.0]


def test_another_toy_is_what_there_is_to_learn():
    lab = make(toy="ring")
    before = lab.look().real
    lab.change(toy="disc")
    real = lab.look().real
    assert not np.array_equal(before, real)
    assert np.abs(np.linalg.norm(real, axis=1)).min() < 0.2  # the ring is empty there
    np.testing.assert_array_equal(real, toys.disc().sample(len(real), seed=1))
    np.testing.assert_array_equal(lab._pool.numpy(), toys.disc().sample(training.POOL, seed=0))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"noise": "pink"}, "noise='pink' is unknown. Use one of gaussian, uniform"),
        ({"optimizer": "lion"}, "optimizer='lion' is unknown. Use one of adam, rmsprop, sgd"),
        ({"penalty": "gp"}, "penalty='gp' is unknown. Use one of none, r1, "),
        ({"latent_dim": 0}, "latent_dim=0: wanted a whole number, 1 or more"),
        ({"hidden_layers": 0}, "hidden_layers=0: wanted a whole number"),
        ({"units": -1}, "units=-1: wanted a whole number"),
        ({"discriminator_updates": 0}, "discriminator_updates=0: wanted a whole number"),
        ({"generator_updates": 0}, "generator_updates=0: wanted a whole number"),
        ({"batch_size": 0}, "batch_size=0: wanted a whole number"),
        ({"toy": "rings"}, "'rings' is no distribution"),
        ({"toy": "mixture"}, "mixture lies on a line; the lab wants points in a plane"),
        ({"loss": "bce"}, "loss='bce' is unknown"),
        ({"loss": Flat}, "An instance is wanted, not a class"),
        ({"loss": "hinge", "units": 0}, "units=0"),
        ({"units": 8.5}, "units=8.5: wanted a whole number"),
        ({"units": "8"}, "units='8': wanted a whole number"),
        ({"toy": [1]}, "is no distribution"),
        ({"optimizer": []}, "optimizer=\\[\\] is unknown"),
        ({"generator_lr": "fast"}, "generator_lr='fast': wanted a number"),
        ({"seed": -1}, "seed=-1: wanted a whole number from 0 to 2147483645"),
        ({"seed": 2**31}, "seed=2147483648: wanted a whole number"),
        ({"seed": None}, "seed=None: wanted a whole number"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused_and_changes_nothing(shared, wrong, message):
    with pytest.raises(ConfigurationError, match=message):
        LabSettings(**wrong)
    before, settings, turn = weights(shared), shared.settings, shared.turn
    with pytest.raises(ConfigurationError, match=message):
        shared.change(**wrong)
    assert shared.settings is settings
    assert shared.turn == turn
    assert moved(before, weights(shared)) == set()


def test_a_loss_with_a_mistake_changes_nothing(shared):
    settings = shared.settings
    with pytest.raises(ConfigurationError, match="a mistake of one's own"):
        shared.change(loss=Broken())
    assert shared.settings is settings


def test_a_setting_that_there_is_not_is_refused(shared):
    with pytest.raises(ConfigurationError, match="learning_rate"):
        shared.change(learning_rate=0.1)


@pytest.mark.parametrize(
    "wrong",
    [{"penalty_weight": -1.0}, {"generator_lr": -0.1}, {"discriminator_lr": np.nan}],
    ids=str,
)
def test_a_number_out_of_range_is_refused(wrong):
    with pytest.raises(ConfigurationError, match=next(iter(wrong))):
        LabSettings(**wrong)


def test_settings_say_what_they_are(shared):
    assert isinstance(shared.settings.toy, toys.Toy)
    assert shared.settings.loss == losses.NonSaturating()
    assert shared.fixed == set()
    assert all(field.name in LabSettings.__doc__ for field in fields(LabSettings))


# One's own losses


def test_an_own_loss_without_slope_leaves_all_weights_as_they_are():
    lab = make(loss=Flat(), penalty="none")
    before = weights(lab)
    lab.train(5)
    assert moved(before, weights(lab)) == set()
    np.testing.assert_array_equal(lab.look().pull, 0)


class PerPoint(Flat):
    """The mean is forgotten."""

    def generator(self, real, fake):
        return ops.softplus(-fake)


class Deaf(Flat):
    """The generator's loss never looks at its fakes."""

    def generator(self, real, fake):
        return ops.mean(real)


class WithoutTape(Flat):
    """NumPy instead of keras.ops."""

    def discriminator(self, real, fake):
        return np.mean(np.asarray(fake) - np.asarray(real))


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (Broken(), r"generator\(real, fake\) fails .* ValueError: a mistake of one's own"),
        (PerPoint(), r"generator\(real, fake\) has shape \(3, 1\); .* Take the mean"),
        (Deaf(), r"generator\(real, fake\) does not depend on fake"),
        (WithoutTape(), r"discriminator\(real, fake\) fails .* keras\.ops in them, not NumPy"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_mistake_in_an_own_loss_shows_up_where_it_is_handed_in(loss, message):
    with pytest.raises(ConfigurationError, match=message):
        LabSettings(loss=loss)


# Memory: TensorFlow never lets go of a graph in which a Keras optimizer works


def test_what_was_compiled_once_is_not_compiled_again():
    lab = make()
    choices = [
        {"loss": "hinge"},
        {"loss": "non_saturating"},
        {"noise": "uniform"},
        {"noise": "gaussian"},
    ]
    for choice in choices:
        lab.change(**choice)
    before = graphs_alive()
    for choice in choices * 3:
        lab.change(**choice)
        lab.reset()
        lab.train(1)
    assert graphs_alive() == before
    lab.change(penalty="none")  # the count can rise
    assert graphs_alive() > before


def graphs_alive():
    gc.collect()
    return sum(type(thing).__name__ == "FuncGraph" for thing in gc.get_objects())


class OnlyEager(Flat):
    """Works on numbers; fails when it is compiled."""

    def generator(self, real, fake):
        return ops.mean(fake) * np.abs(np.asarray(real)).mean()


class BadBoundary(losses.Hinge):
    """The means are forgotten."""

    def boundary(self, real, fake):
        return (real + fake) / 2


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (OnlyEager(), r"generator\(real, fake\) fails.*not NumPy"),
        (BadBoundary(), r"boundary.*\(3, 1\)"),
    ],
)
def test_a_loss_that_cannot_be_compiled_is_refused(loss, message):
    with pytest.raises(ConfigurationError, match=message):
        LabSettings(loss=loss)


@pytest.mark.parametrize("change", [{"loss": "wasserstein"}, {"units": 4}], ids=str)
def test_an_interrupt_while_it_compiles_changes_nothing(change, monkeypatch):
    lab = make()
    lab.train(2)
    settings, gan, before = lab.settings, lab.gan, weights(lab)

    def interrupted(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Lab, "_compile", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lab.change(**change)
    assert lab.settings is settings
    assert lab.gan is gan
    assert moved(before, weights(lab)) == set()
    assert lab.turn == 2
    lab.train(1)
    assert moved(before, weights(lab)) == {"generator", "discriminator"}
    lab.change(**change)
    assert lab.settings != settings


@pytest.mark.parametrize("turns", [-5, 2.5, "3"])
def test_turns_that_cannot_be_taken_are_refused(shared, turns):
    before = shared.turn
    with pytest.raises(ConfigurationError, match="turns: wanted a whole number, 0 or more"):
        shared.train(turns)
    assert shared.turn == before


def test_no_turns_change_nothing(shared):
    before, turn = weights(shared), shared.turn
    shared.train(0)
    assert moved(before, weights(shared)) == set()
    assert shared.turn == turn


def test_points_beyond_the_window_are_refused():
    pixels = toys.drawn([[0, 0], [300, 200]], spread=1)
    with pytest.raises(ConfigurationError, match=r"reach 30\d; .* -1.5 to 1.5. Divide them by 30"):
        LabSettings(toy=pixels)


# One's own networks


def test_a_discriminator_that_ends_in_a_sigmoid_is_refused():
    ends = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")])
    with pytest.raises(ConfigurationError, match="ends in a sigmoid, but losses take logits"):
        make(discriminator=ends)


def test_a_reset_begins_a_network_with_dropout_anew_to_the_bit(assert_same):
    own = keras.Sequential(
        [keras.Input((2,)), layers.Dense(8), layers.Dropout(0.5, seed=1), layers.Dense(1)]
    )
    lab, ends = make(discriminator=own), []
    for _ in range(2):
        lab.reset()
        lab.train(5)
        ends.append(lab.gan.discriminator.get_weights())
    assert_same(*ends)


def test_own_networks_are_trained_in_place_and_get_their_weights_back(assert_same):
    generator, discriminator = network(3, 2, seed=1), network(2, 1, seed=2)
    start = generator.get_weights(), discriminator.get_weights()
    lab = make(generator, discriminator)
    assert lab.gan.generator is generator
    assert lab.gan.discriminator is discriminator
    assert lab.settings.latent_dim == 3
    assert lab.fixed == {"latent_dim", "hidden_layers", "units"}
    before = weights(lab)
    lab.train(5)
    assert moved(before, weights(lab)) == {"generator", "discriminator"}
    once = weights(lab)
    lab.reset()
    assert_same(generator.get_weights(), start[0])
    assert_same(discriminator.get_weights(), start[1])
    lab.train(5)
    for name, expected in once.items():
        assert_same(weights(lab)[name], expected)


@pytest.mark.parametrize("latent_dim", [1, 5])
def test_an_own_generator_brings_its_own_latent_size(latent_dim):
    lab = make(network(latent_dim, 2), latent_dim=2)
    assert lab.settings.latent_dim == latent_dim
    assert lab.fixed == {"latent_dim"}
    lab.train(2)
    assert lab.look().fake.shape == (training.EVALUATED, 2)


def test_a_latent_size_that_an_own_generator_cannot_take_is_refused():
    lab = make(network(3, 2))
    with pytest.raises(ConfigurationError, match="latent_dim"):
        lab.change(latent_dim=8)
    assert lab.settings.latent_dim == 3


@pytest.mark.parametrize(
    ("who", "wrong", "message"),
    [
        ("generator", network(2, 3), r"generator maps \(None, 2\) to \(None, 3\).*\(None, any\)"),
        ("discriminator", network(3, 1), r"discriminator maps \(None, 3\) to .*\(None, 2\)"),
        ("discriminator", network(2, 2), r"discriminator maps .* to \(None, 2\); wanted"),
        ("generator", "mine", "generator maps None to None; wanted a keras.Model"),
        ("discriminator", keras.Sequential([layers.Dense(1)]), "discriminator maps None"),
    ],
)
def test_networks_of_another_shape_are_refused(who, wrong, message):
    with pytest.raises(ConfigurationError, match=message):
        make(**{who: wrong})


# Looks


@pytest.mark.parametrize("latent_dim", [1, 5])
def test_a_look_has_its_shapes(latent_dim):
    lab = make(latent_dim=latent_dim, noise="uniform")
    lab.train(10)
    look = lab.look()
    many = training.EVALUATED
    assert look.real.shape == look.fake.shape == (many, 2)
    assert look.verdict.shape == (training.SIDE, training.SIDE)
    folds = training.FOLDS
    assert look.manifold.shape == ((1, folds**2, 2) if latent_dim == 1 else (folds, folds, 2))
    assert look.pull.shape == (training.PULLED, 2)
    for part in vars(look).values():
        assert part.dtype == np.float32
        assert np.isfinite(part).all()
    assert 0 <= look.verdict.min() < look.verdict.max() <= 1


def test_looking_changes_nothing(shared):
    before, one = weights(shared), shared.look()
    for name, part in vars(shared.look()).items():
        np.testing.assert_array_equal(part, getattr(one, name))
    assert moved(before, weights(shared)) == set()


def linear(kernel):
    """A network without bias that multiplies by a matrix."""
    kernel = np.array(kernel, np.float32)
    dense = layers.Dense(kernel.shape[1], use_bias=False)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), dense])
    dense.set_weights([kernel])
    return model


def test_the_verdict_is_the_sigmoid_of_the_logit_with_rows_from_bottom_to_top():
    lab = make(discriminator=linear([[1.0], [2.0]]))
    ticks = np.linspace(-training.REACH, training.REACH, training.SIDE)
    logits = ticks[None, :] + 2 * ticks[:, None]
    np.testing.assert_allclose(lab.look().verdict, 1 / (1 + np.exp(-logits)), atol=1e-6)


def test_the_verdict_turns_where_the_loss_says():
    lab = make(discriminator=linear([[1.0], [0.0]]), loss="least_squares")
    ticks = np.linspace(-training.REACH, training.REACH, training.SIDE)
    np.testing.assert_allclose(lab.look().verdict[7], 1 / (1 + np.exp(0.5 - ticks)), atol=1e-6)


@pytest.mark.parametrize("noise", lab_settings.NOISES)
def test_the_sheet_is_as_dense_as_the_noise(noise):
    # A generator that hands its latents on shows the latents themselves.
    lab = make(linear(np.eye(2)), noise=noise)
    look = lab.look()
    deviation = {"gaussian": 1, "uniform": 1 / np.sqrt(3)}[noise]
    np.testing.assert_allclose(look.fake.std(axis=0), deviation, rtol=0.1)
    np.testing.assert_allclose(look.manifold.std(axis=(0, 1)), deviation, rtol=0.05)
    np.testing.assert_allclose(look.manifold.mean(axis=(0, 1)), 0, atol=1e-6)
    assert (np.diff(look.manifold[:, :, 0], axis=1) > 0).all()
    assert (np.diff(look.manifold[:, :, 1], axis=0) > 0).all()
    # Training draws from the same noise.
    drawn = lab.gan.draw_noise(4000).numpy()
    np.testing.assert_allclose(drawn.std(axis=0), deviation, rtol=0.05)
    assert (np.abs(drawn).max() <= 1) == (noise == "uniform")


@pytest.mark.parametrize(
    ("loss", "value"),
    [
        ("non_saturating", lambda real, fake: np.logaddexp(0, -fake).mean()),
        ("relativistic_pairing", lambda real, fake: np.logaddexp(0, real - fake).mean()),
        ("least_squares", lambda real, fake: 0.5 * np.square(fake - 1).mean()),
    ],
)
def test_the_pull_is_minus_the_gradient_that_each_fake_feels(loss, value):
    lab = make(discriminator=network(2, 1, seed=4), loss=loss)
    look, number = lab.look(), training.PULLED
    kernel, bias, out, last = (w.astype(np.float64) for w in weights(lab)["discriminator"])

    def logits(points):
        return (np.tanh(points @ kernel + bias) @ out + last)[:, 0]

    real, fake = look.real[:number].astype(float), look.fake[:number].astype(float)
    expected = np.zeros((number, 2))
    for point in range(number):
        for axis in range(2):
            losses_beside = []
            for aside in (1e-4, -1e-4):
                there = fake.copy()
                there[point, axis] += aside
                losses_beside.append(value(logits(real), logits(there)))
            slope = (losses_beside[0] - losses_beside[1]) / 2e-4
            expected[point, axis] = -number * slope
    np.testing.assert_allclose(look.pull, expected, rtol=1e-3, atol=1e-4)
    assert np.abs(expected).max() > 0.1  # or the comparison would say nothing


# History


def test_a_record_is_one_entry_in_every_list(assert_same):
    lab = make()
    for turns in (2, 3):
        lab.train(turns)
        lab.record()
    assert set(lab.history) == {"turn", *training.MEASURES}
    assert lab.history["turn"] == [2, 5]
    assert set(map(len, lab.history.values())) == {2}
    values = {name: column[-1] for name, column in lab.history.items()}
    assert all(isinstance(value, int | float) for value in values.values())
    assert np.isfinite(list(values.values())).all()
    assert 0 <= values["real_accuracy"] <= 1
    assert 0 <= values["fake_accuracy"] <= 1
    assert 0.5 < values["discriminator_loss"] < 3  # 2 log 2 = 1.386 of one that cannot tell
    assert 0 < values["js"] <= np.log(2)


def test_who_has_not_moved_keeps_the_figure_from_before():
    lab = make()
    lab.record()
    assert np.isnan([lab.history[name][0] for name in training.MEASURES[:4]]).all()
    lab.train_discriminator()
    lab.record()
    assert np.isfinite([lab.history[name][1] for name in training.MEASURES[:3]]).all()
    assert np.isnan(lab.history["generator_loss"][1])
    lab.train_generator()
    lab.record()
    assert np.isfinite(lab.history["generator_loss"][2])
    for name in training.MEASURES[:3]:
        assert lab.history[name][2] == lab.history[name][1]


def test_figures_are_means_over_the_turns_since():
    together, one_by_one = make(), make()
    together.train(3)
    together.record()
    for _ in range(3):
        one_by_one.train(1)
        one_by_one.record()
    for name in training.MEASURES[:4]:
        mean = np.mean(one_by_one.history[name])
        assert together.history[name][0] == pytest.approx(mean, rel=1e-5)


def test_a_long_history_is_thinned_and_keeps_first_and_last(monkeypatch):
    monkeypatch.setattr(training, "KEPT", 10)
    lab = make()
    for turn in range(1, 36):
        lab.train(1)
        lab.record()
        turns = lab.history["turn"]
        assert len(turns) <= 10
        assert (turns[0], turns[-1]) == (1, turn)
        assert set(map(len, lab.history.values())) == {len(turns)}
        assert turns == sorted(set(turns))


@pytest.mark.parametrize("toy", ["two_moons", "spiral", "line", "disc"])
def test_without_modes_none_are_covered(shared, toy):
    shared.change(toy=toy)
    shared.record()
    assert shared.history["modes"][-1] == 0


@pytest.mark.parametrize("toy", ["ring", "spiral"])
def test_fresh_real_points_are_nearer_than_an_untrained_generator(toy):
    lab = make(toy=toy)
    lab.record()
    assert set(lab.floor) == {"js", "sliced_wasserstein"}
    for name, floor in lab.floor.items():
        assert 0 < 3 * floor < lab.history[name][0]


# Settings that break


REFUSES_TO_LEARN = {"optimizer": "sgd", "loss": "wasserstein", "penalty": "none"}


@pytest.mark.parametrize("who", ["generator_lr", "discriminator_lr"])
def test_a_learning_rate_that_ends_in_nan_never_gets_it_into_the_weights(who):
    lab = make(**REFUSES_TO_LEARN, **{who: 1e30})
    lab.train(50)
    assert int(lab.gan.skipped) > 0
    for network_weights in weights(lab).values():
        assert all(np.isfinite(w).all() for w in network_weights)


def test_fakes_that_overflow_can_be_recorded():
    lab = make(**REFUSES_TO_LEARN, generator_lr=1e30)
    lab.train(50)
    lab.record()
    assert lab.history["modes"] == [0]


def test_learning_rates_of_the_sliders_at_their_wildest_are_recorded():
    lab = make(**REFUSES_TO_LEARN, generator_lr=0.3, discriminator_lr=0.3)
    for _ in range(3):
        lab.train(300)
        lab.record()
    assert all(np.isfinite(column).all() for column in lab.history.values())


# What the lab is for


def covered(turns=2000, **settings):
    """Modes of the ring that are covered in the end, for each of three seeds."""
    counts = []
    for seed in range(3):
        lab = Lab(LabSettings(seed=seed, **settings))
        lab.train(turns)
        lab.record()
        counts.append(lab.history["modes"][-1])
    return counts


def test_the_settings_that_the_lab_begins_with_cover_the_ring():
    assert np.median(covered()) >= 7


def test_a_quick_generator_without_penalty_collapses():
    assert np.median(covered(generator_lr=0.01, discriminator_lr=0.001, penalty="none")) <= 4


def test_an_untrained_generator_covers_few_modes():
    lab = make()
    lab.record()
    assert lab.history["modes"][0] <= 4


def test_settings_cannot_be_altered_behind_the_labs_back(shared):
    with pytest.raises(AttributeError):
        shared.settings.units = 3
    assert replace(shared.settings, units=3).units == 3


# What takes long is done once.


def test_a_loss_is_compiled_and_a_toy_drawn_only_when_they_change(monkeypatch):
    settings, seen = LabSettings(), []
    monkeypatch.setattr(lab_settings, "_check_loss", seen.append)
    monkeypatch.setattr(lab_settings, "_check_toy", seen.append)
    changed = settings.changed(generator_lr=0.01, penalty="none")
    assert seen == []
    assert changed == replace(settings, generator_lr=0.01, penalty="none")
    seen.clear()
    assert settings.changed(loss="hinge").loss == losses.Hinge()
    assert settings.changed(toy="two_moons").toy.name == "two_moons"
    assert [getattr(what, "name", what) for what in seen] == [losses.Hinge(), "two_moons"]
    assert settings.loss == LabSettings().loss  # as it was
