import numpy as np
import pytest

from fashionlab import losses, nets
from fashionlab.backend import keras, tf
from fashionlab.data import Batches
from fashionlab.errors import ConfigurationError, WeightsError
from fashionlab.train import GAN, Checkpointer

NAMES = ["discriminator_loss", "generator_loss", "real_accuracy", "fake_accuracy"]
DROPOUT = "discriminator/002"  # in the state of a tiny GAN: the random state of its dropout


class NoLoss:
    """A game in which nobody has anything to learn."""

    def discriminator(self, real, fake):
        return 0.0 * tf.reduce_mean(real + fake)

    def generator(self, real, fake):
        return 0.0 * tf.reduce_mean(fake)


class SumOfBias:
    """A penalty with gradient 1 with respect to the last bias of the discriminator."""

    def __init__(self, every):
        self.every = every

    def __call__(self, discriminator, real, fake, seed):
        return tf.reduce_sum(discriminator.trainable_variables[-1])


def weights_of(gan):
    return [
        network.get_weights()
        for network in (gan.generator, gan.discriminator, gan.averaged_generator)
    ]


def changed(before, after):
    return [
        any(not np.array_equal(a, b) for a, b in zip(old, new, strict=True))
        for old, new in zip(before, after, strict=True)
    ]


def changed_gan(tiny_gan, change):
    """A compiled GAN whose discriminator is changed as the GAN family does."""
    plain = tiny_gan()
    gan = GAN(plain.generator, change(plain.discriminator))
    gan.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01), run_eagerly=True)
    return gan


# Whose turn it is.


@pytest.mark.parametrize(
    "change",
    [lambda network: network, nets.with_minibatch_std, nets.with_clipped_weights],
    ids=["plain", "minibatch std", "clipped weights"],
)
def test_each_player_changes_only_itself(tiny_gan, images, change):
    gan = changed_gan(tiny_gan, change)
    start = weights_of(gan)
    gan.train_discriminator(images)
    after_discriminator = weights_of(gan)
    assert changed(start, after_discriminator) == [False, True, False]

    gan.train_generator(images)
    after_generator = weights_of(gan)
    assert changed(after_discriminator, after_generator) == [True, False, False]

    gan.average_generator()
    assert changed(after_generator, weights_of(gan)) == [False, False, True]


def test_in_the_turn_of_the_generator_spectral_norm_divides_kernels_and_changes_nothing_else(
    tiny_gan, images
):
    gan = changed_gan(tiny_gan, nets.with_spectral_norm)
    for weight in gan.discriminator.trainable_weights:
        if weight.name == "kernel":
            weight.assign(3 * weight)  # so that there is something to divide by
    start = weights_of(gan)
    before = {weight.path: weight.numpy() for weight in gan.discriminator.weights}
    gan.train_generator(images)
    assert changed(start, weights_of(gan)) == [True, True, False]
    kinds = []
    for weight in gan.discriminator.weights:
        old, new = before[weight.path], weight.numpy()
        if weight.name == "kernel":
            divisor = np.linalg.norm(old) / np.linalg.norm(new)
            assert divisor > 1.5
            np.testing.assert_allclose(divisor * new, old, rtol=1e-4, atol=1e-6)
        elif weight.name != "vector_u":  # the estimate of the direction that it divides by
            np.testing.assert_array_equal(new, old)
        kinds.append(weight.name)
    assert kinds.count("kernel") == kinds.count("vector_u") == kinds.count("bias") == 2
    assert int(gan.discriminator_optimizer.iterations.numpy()) == 0

    before = weights_of(gan)
    gan.train_discriminator(images)
    assert changed(before, weights_of(gan)) == [False, True, False]


@pytest.mark.parametrize("run_eagerly", [True, False])
def test_a_step_draws_noise_once_and_both_players_learn_from_the_same_fakes(
    tiny_gan, images, run_eagerly
):
    gan, twin = tiny_gan(run_eagerly=run_eagerly), tiny_gan()
    drawn = []

    def draw_noise(number):
        drawn.append(number)
        return GAN.draw_noise(gan, number)

    gan.draw_noise = draw_noise
    gan.fit(tf.data.Dataset.from_tensors(images), verbose=0)
    assert len(drawn) == 1
    fakes = twin.make_fakes(len(images))
    twin.train_discriminator(tf.constant(images), fakes)
    twin.train_generator(tf.constant(images), fakes)
    for one, other in zip(weights_of(gan)[:2], weights_of(twin)[:2], strict=True):
        for weight, wanted in zip(one, other, strict=True):
            np.testing.assert_allclose(weight, wanted, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("loss", losses.BY_NAME)
def test_each_player_lowers_its_own_loss(tiny_gan, images, loss):
    gan = tiny_gan(loss=loss, optimizer=keras.optimizers.SGD)
    z = keras.random.normal((64, 3), seed=1)

    def value(player):
        real, fake = gan.discriminator(images), gan.discriminator(gan.generator(z))
        return float(getattr(gan.adversarial_loss, player)(real, fake[:8]))

    for player, turn in [
        ("discriminator", gan.train_discriminator),
        ("generator", gan.train_generator),
    ]:
        before = value(player)
        for _ in range(5):
            turn(images)
        assert value(player) < before - 1e-4


def test_steps_are_counted(tiny_gan, images):
    gan = tiny_gan()
    gan.fit(Batches(images, 4), epochs=3, verbose=0)
    assert int(gan.step.numpy()) == 3 * 2
    assert int(gan.skipped.numpy()) == 0


def test_noise_is_fresh_in_every_draw_and_the_same_with_the_same_seed(tiny_gan):
    gan, twin = (GAN(tiny_gan().generator, tiny_gan().discriminator, seed=5) for _ in range(2))
    first, second = gan.draw_noise(4), gan.draw_noise(4)
    assert first.shape == (4, 3)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(twin.draw_noise(4), first)


@pytest.mark.parametrize("run_eagerly", [True, False])
def test_a_batch_is_divided_among_the_turns_of_the_critic(
    tiny_gan, images, assert_same, run_eagerly
):
    gan = tiny_gan(critic_steps=2, run_eagerly=run_eagerly)
    gan.fit(tf.data.Dataset.from_tensors(images), verbose=0)
    by_hand = tiny_gan()
    by_hand.train_discriminator(tf.constant(images[:4]))
    fakes = by_hand.make_fakes(4)
    by_hand.train_discriminator(tf.constant(images[4:]), fakes)
    by_hand.train_generator(tf.constant(images[4:]), fakes)
    for one, other in zip(weights_of(gan)[:2], weights_of(by_hand)[:2], strict=True):
        for weight, wanted in zip(one, other, strict=True):
            np.testing.assert_allclose(weight, wanted, rtol=1e-4, atol=1e-6)
    assert int(gan.step.numpy()) == 1


def test_a_batch_that_the_turns_of_the_critic_do_not_divide_is_refused(tiny_gan, images):
    with pytest.raises(ConfigurationError, match=r"batch of 4.*the 3 turns.*multiple of 3"):
        tiny_gan(critic_steps=3).fit(Batches(images, 4), verbose=0)


def test_a_critic_without_a_turn_is_refused(tiny_gan):
    with pytest.raises(ConfigurationError, match=r"critic_steps=0.*Use 1 or more"):
        tiny_gan(critic_steps=0)


# Penalties.


@pytest.mark.parametrize(("every", "jit_compile"), [(1, False), (3, False), (3, True)])
def test_a_penalty_acts_on_every_kth_step_only_and_k_times_as_strong(
    tiny_gan, images, every, jit_compile
):
    gan = tiny_gan(
        loss=NoLoss(),
        penalties=[SumOfBias(every)],
        optimizer=keras.optimizers.SGD,  # learning rate 0.01
        run_eagerly=False,
        jit_compile=jit_compile,
    )
    biases = []
    remember = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: biases.append(gan.discriminator.get_weights()[-1][0])
    )
    gan.fit(Batches(images, 4), epochs=4, callbacks=[remember], verbose=0)
    acts = np.arange(1, 9) % every == 0
    expected = -0.01 * every * np.cumsum(acts)
    np.testing.assert_allclose(biases, expected, rtol=1e-5, atol=1e-9)


def test_penalties_add_up_and_are_not_part_of_the_loss_shown(tiny_gan, images):
    gan = tiny_gan(
        loss=NoLoss(), penalties=[SumOfBias(1), SumOfBias(2)], optimizer=keras.optimizers.SGD
    )
    history = gan.fit(Batches(images, 4), epochs=1, verbose=0).history
    # 1 in the first step, 1 + 2 in the second.
    assert gan.discriminator.get_weights()[-1][0] == pytest.approx(-0.01 * (1 + 3))
    assert history["discriminator_loss"] == [0]


def test_penalties_of_the_generator_see_its_latents_and_are_not_part_of_the_loss_shown(
    tiny_gan, images
):
    seen = []

    def penalty(z, fake):
        seen.append((z.shape, fake.shape))
        return 3.0 * tf.reduce_sum(gan.generator.trainable_variables[-1][0])

    gan = tiny_gan(
        loss=NoLoss(), generator_penalties=[penalty, penalty], optimizer=keras.optimizers.SGD
    )
    before = weights_of(gan)
    history = gan.fit(Batches(images, 4), epochs=1, verbose=0).history
    assert seen == 4 * [((4, 3), (4, 4, 4, 1))]  # two penalties, two steps
    # The slope is 2 times 3 in each of two steps; the discriminator has none to follow.
    assert gan.generator.get_weights()[-1][0] == pytest.approx(-0.01 * 6 * 2)
    assert changed(before, weights_of(gan))[1] is False
    assert history["generator_loss"] == [0]


# The moving average.


@pytest.mark.parametrize("averaging", [0.999, 0.2, 0.0])
def test_the_averaged_generator_follows_the_formula(tiny_gan, images, averaging):
    gan = tiny_gan(averaging=averaging)
    expected = gan.generator.get_weights()
    for step in (1, 2, 3):
        gan.train_step(tf.constant(images))
        kept = min(averaging, (1 + step) / (10 + step))
        expected = [
            kept * average + (1 - kept) * current
            for average, current in zip(expected, gan.generator.get_weights(), strict=True)
        ]
    for average, wanted in zip(gan.averaged_generator.get_weights(), expected, strict=True):
        np.testing.assert_allclose(average, wanted, rtol=1e-5, atol=1e-7)


# Updates that would spoil the weights.


@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_nan_batch_leaves_the_players_untouched_and_is_counted(
    tiny_gan, images, assert_same, jit_compile
):
    # The relativistic loss of the generator depends on the real images too.
    gan = tiny_gan(loss="relativistic_pairing")
    train_step = tf.function(gan.train_step, jit_compile=jit_compile)
    train_step(tf.constant(images))
    before = gan.state()
    broken = images.copy()
    broken[5, 0, 0] = np.nan
    train_step(tf.constant(broken))
    after = gan.state()

    players = ("generator/", "discriminator/", "generator_optimizer", "discriminator_optimizer")
    kept = [name for name in before if name.startswith(players) and name != DROPOUT]
    assert_same([before[name] for name in kept], [after[name] for name in kept])
    assert int(gan.skipped.numpy()) == 2  # one update of each player

    train_step(tf.constant(images))
    assert int(gan.skipped.numpy()) == 2
    assert changed(weights_of(gan)[:1], [[before["generator/000"], before["generator/001"]]])[0]


def test_an_infinite_gradient_of_a_finite_loss_is_left_out(tiny_gan, images):
    class Cliff:
        every = 1

        def __call__(self, discriminator, real, fake, seed):
            # The square root has value 0 and infinite slope at the bias's first value, 0.
            return tf.sqrt(tf.abs(discriminator.trainable_variables[-1][0]))

    gan = tiny_gan(penalties=[Cliff()])
    before = gan.discriminator.get_weights()
    gan.train_discriminator(images)
    assert changed([before], [gan.discriminator.get_weights()]) == [False]
    assert int(gan.skipped.numpy()) == 1


def test_a_nan_batch_is_left_out_of_the_epochs_mean_losses(tiny_gan, images):
    gan = tiny_gan(loss="relativistic_pairing")
    gan.discriminator.set_weights([0 * w for w in gan.discriminator.get_weights()])
    gan.discriminator_optimizer.learning_rate = 0.0  # both losses stay log 2
    batches = np.stack([images[:4], np.full_like(images[:4], np.nan), images[4:]])
    history = gan.fit(tf.data.Dataset.from_tensor_slices(batches), verbose=0).history
    assert history["discriminator_loss"] == pytest.approx([np.log(2)], rel=1e-5)
    assert history["generator_loss"] == pytest.approx([np.log(2)], rel=1e-5)
    assert int(gan.skipped.numpy()) == 2


# What Keras is told.


@pytest.mark.parametrize("run_eagerly", [True, False])
def test_history_holds_the_four_curves_and_no_phantom_loss(tiny_gan, images, run_eagerly):
    gan = tiny_gan(run_eagerly=run_eagerly)
    history = gan.fit(Batches(images, 4), epochs=2, verbose=0).history
    assert sorted(history) == sorted(NAMES)
    assert np.isfinite(list(history.values())).all()
    assert {len(values) for values in history.values()} == {2}


def test_accuracies_and_losses_of_a_discriminator_that_takes_all_for_real(tiny_gan, images):
    gan = tiny_gan(loss="hinge")
    gan.discriminator.set_weights([np.zeros_like(w) for w in gan.discriminator.get_weights()])
    gan.discriminator.layers[-1].bias.assign([0.7])
    gan.discriminator_optimizer.learning_rate = 0.0
    history = gan.fit(Batches(images, 4), epochs=1, verbose=0).history
    assert history["real_accuracy"] == [1]
    assert history["fake_accuracy"] == [0]
    assert history["discriminator_loss"] == pytest.approx([0.3 + 1.7], rel=1e-5)
    assert history["generator_loss"] == pytest.approx([-0.7], rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "real", "fake"),
    [
        ("minimax", 2, -2),
        ("non_saturating", 2, -2),
        ("least_squares", 1, 0),
        ("hinge", 1, -1),
        ("wasserstein", 7, 3),
        ("wasserstein", -3, -7),
        ("relativistic_pairing", 7, 3),
        ("relativistic_pairing", -3, -7),
        (NoLoss(), 2, -2),  # an object with the two methods only
    ],
)
def test_a_discriminator_that_is_always_right_has_both_accuracies_1(
    tiny_gan, images, loss, real, fake
):
    gan = tiny_gan(loss=loss)
    gan.generator.set_weights([np.zeros((3, 16)), np.full(16, 10)])  # white images
    # One feature, the brightness of the lower half: 1 if it is white, a little below 0 in `images`.
    hidden, slope = np.zeros((16, 8)), np.zeros((8, 1))
    hidden[8:, 0], slope[0] = 1 / 8, fake - real
    gan.discriminator.set_weights([hidden, np.zeros(8), slope, np.array([real])])
    gan.discriminator.layers[-2].rate = 0.0  # no dropout
    for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer):
        optimizer.learning_rate = 0.0
    history = gan.fit(Batches(images, 4), epochs=1, verbose=0).history
    assert history["real_accuracy"] == [1]
    assert history["fake_accuracy"] == [1]


def test_compile_builds_both_optimizers_and_no_hidden_one(tiny_gan):
    gan = tiny_gan()
    assert gan.optimizer is None
    for player in (gan.generator, gan.discriminator):
        is_generator = player is gan.generator
        adam = gan.generator_optimizer if is_generator else gan.discriminator_optimizer
        # Steps, learning rate, and two moments for each trainable variable.
        assert len(adam.variables) == 2 + 2 * len(player.trainable_variables)


def test_compile_refuses_an_unknown_loss(tiny_gan):
    with pytest.raises(ConfigurationError, match="'sharp' is unknown"):
        tiny_gan(loss="sharp")


def test_compile_refuses_one_optimizer_for_both_players(tiny_gan):
    shared = keras.optimizers.Adam(0.01)
    with pytest.raises(ConfigurationError, match=r"same optimizer object.*Make two"):
        tiny_gan(optimizer=lambda _: shared)


@pytest.mark.parametrize(
    ("wrap", "kind"),
    [
        (lambda images: images, "ndarray"),
        (lambda images: [images], "list"),
        (lambda images: tf.data.Dataset.from_tensor_slices(images).batch(3), "BatchDataset"),
        (lambda images: tf.data.Dataset.from_tensor_slices((images, images)).batch(4), "Batch"),
    ],
    ids=["array", "list", "last batch smaller", "pairs"],
)
def test_fit_refuses_all_but_batches_of_one_size_and_leaves_the_folder_alone(
    tiny_gan, images, wrap, kind, tmp_path
):
    with pytest.raises(ConfigurationError, match=f"got a .*{kind}.*drop_remainder=True"):
        tiny_gan().fit(wrap(images), callbacks=[Checkpointer(tmp_path)], verbose=0)
    assert list(tmp_path.iterdir()) == []


def test_fit_takes_any_dataset_of_batches(tiny_gan, images):
    gan = tiny_gan()
    gan.fit(tf.data.Dataset.from_tensor_slices(images).batch(2, drop_remainder=True), verbose=0)
    assert int(gan.step.numpy()) == 4
    assert gan.batch_size == 2


def test_the_graph_trains_like_the_eager_steps(tiny_gan, images):
    eager, graph = tiny_gan(), tiny_gan(run_eagerly=False)
    for gan in (eager, graph):
        gan.fit(Batches(images, 4), epochs=2, verbose=0)
    for one, other in zip(eager.state().values(), graph.state().values(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


# Weights and state.


# Keras itself trips over a deprecation of NumPy here.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy")
def test_keras_saves_and_loads_all_but_the_random_states(tiny_gan, images, tmp_path, assert_same):
    gan, other = tiny_gan(seed=1), tiny_gan(seed=2)
    gan.fit(Batches(images, 4), verbose=0)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other.load_weights(tmp_path / "gan.weights.h5")
    saved, loaded = gan.state(), other.state()
    for state in (saved, loaded):  # Keras leaves these out; a Checkpointer keeps them
        del state[DROPOUT], state["training/000"]
    assert_same(loaded, saved)


def test_state_goes_into_another_gan_which_then_trains_on_alike(tiny_gan, images, assert_same):
    gan = tiny_gan(seed=1)
    gan.fit(Batches(images, 4), verbose=0)
    other = tiny_gan(seed=2)  # built later in the same process, so its layers have other numbers
    other.load_state(gan.state())
    assert_same(other.state(), gan.state())
    for each in (gan, other):
        each.fit(Batches(images, 4), verbose=0)
    assert_same(other.state(), gan.state())


@pytest.mark.parametrize("part", ["generator_optimizer", "training/000", DROPOUT])
def test_every_part_of_the_state_matters_for_going_on_alike(tiny_gan, images, part):
    gan, other = tiny_gan(seed=1), tiny_gan(seed=2)
    gan.fit(Batches(images, 4), verbose=0)
    own = {name: array for name, array in other.state().items() if name.startswith(part)}
    other.load_state(gan.state() | own)
    for each in (gan, other):
        each.fit(Batches(images, 4), verbose=0)
    assert changed(weights_of(gan)[:1], weights_of(other)[:1]) == [True]


def test_state_is_a_copy(tiny_gan, images):
    gan = tiny_gan()
    state = gan.state()
    before = state["generator/000"].copy()
    gan.fit(Batches(images, 4), verbose=0)
    np.testing.assert_array_equal(state["generator/000"], before)


def test_the_state_of_other_networks_is_refused_and_changes_nothing(tiny_gan, assert_same):
    gan = tiny_gan(seed=1)
    before = gan.state()
    with pytest.raises(WeightsError, match=r"discriminator/000 has shape \(16, 5\)"):
        gan.load_state(tiny_gan(hidden=5).state())
    assert_same(gan.state(), before)


# Samples.


def test_samples_depend_on_the_seed_alone(tiny_gan):
    gan = tiny_gan()
    first = gan.sample(5, seed=1)
    assert first.shape == (5, 4, 4, 1)
    np.testing.assert_array_equal(gan.sample(5, seed=1), first)
    np.testing.assert_allclose(gan.sample(3, seed=1), first[:3], atol=1e-6)
    assert not np.allclose(gan.sample(5, seed=2), first, atol=0.01)


def test_sampling_does_not_disturb_training(tiny_gan, assert_same):
    gan = tiny_gan()
    before = gan.state()
    gan.sample(5, seed=1)
    assert_same(gan.state(), before)


def test_samples_come_from_the_averaged_generator(tiny_gan):
    gan = tiny_gan()
    gan.averaged_generator.set_weights([0 * w for w in gan.averaged_generator.get_weights()])
    np.testing.assert_array_equal(gan.sample(2, seed=0), 0)


def test_an_epoch_of_unknown_length_is_refused(tiny_gan, images):
    endless = tf.data.Dataset.from_tensors(images).repeat()
    with pytest.raises(ConfigurationError, match="how many batches an epoch has"):
        tiny_gan().fit(endless.filter(lambda _: True), verbose=0)
    tiny_gan().fit(endless, steps_per_epoch=2, verbose=0)
