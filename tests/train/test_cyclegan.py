"""The CycleGAN: who learns from what, the pool, the learning rate, going on to the same bits."""

import warnings

import numpy as np
import pytest

from fashionlab.backend import keras, tf
from fashionlab.data import Batches, UnpairedBatches
from fashionlab.errors import ConfigurationError, DataError, TrainingDiverged, WeightsError
from fashionlab.nets.translator import patch_critic, resnet_generator
from fashionlab.train import Checkpointer, HealthMonitor
from fashionlab.train.cyclegan import CycleGAN, ImagePool, LinearDecay, translated

layers = keras.layers
RNG = np.random.default_rng(0)
SHAPE = (8, 6, 3)
X = RNG.uniform(-1, 0, (8, *SHAPE)).astype(np.float32)  # dark
Y = RNG.uniform(0, 1, (6, *SHAPE)).astype(np.float32)  # light
GENERATORS, CRITICS = ("x_to_y", "y_to_x"), ("critic_x", "critic_y")


def tiny_networks(hidden=4):
    """Two generators and two critics, of a few weights each."""
    networks = []
    for final in 2 * [layers.Conv2D(3, 1, activation="tanh")] + 2 * [layers.Conv2D(1, 3, 2)]:
        images = keras.Input((None, None, 3))
        x = layers.LeakyReLU(0.2)(layers.Conv2D(hidden, 3, padding="same")(images))
        final = type(final).from_config(final.get_config() | {"name": None})
        networks.append(keras.Model(images, final(x)))
    return networks


@pytest.fixture
def build():
    """Builds compiled models small enough to train in no time, run without a graph."""

    def build(
        seed=0,
        hidden=4,
        averaging=0.999,
        pool=3,
        optimizer=keras.optimizers.Adam,
        **compiling,
    ):
        keras.utils.set_random_seed(seed)
        networks = tiny_networks(hidden)
        model = CycleGAN(*networks, shape=SHAPE, pool=pool, averaging=averaging, seed=seed)
        model.compile(optimizer(0.01), optimizer(0.01), **{"run_eagerly": True} | compiling)
        return model

    return build


@pytest.fixture
def batches():
    return UnpairedBatches(X, Y, batch_size=2, seed=1)


@pytest.fixture
def batch():
    return tf.constant(X[:4]), tf.constant(Y[:4])


def weights_of(model, names):
    return {name: getattr(model, name).get_weights() for name in names}


def moved(before, model):
    """The networks whose weights are no longer what they were."""
    return {
        name
        for name, after in weights_of(model, before).items()
        if any(not np.array_equal(*pair) for pair in zip(before[name], after, strict=True))
    }


# Who learns from what.


def test_the_loss_of_the_generators_is_the_one_of_the_paper(build, batch):
    model = build(cycle=7.0, identity=2.0)
    x, y = (images.numpy() for images in batch)
    g, f, judge_x, judge_y = (
        lambda images, name=name: getattr(model, name)(images).numpy()
        for name in (*GENERATORS, *CRITICS)
    )
    fake_y, fake_x = g(x), f(y)
    passing = [
        0.5 * ((judge(fake) - 1) ** 2).mean()
        for judge, fake in ((judge_x, fake_x), (judge_y, fake_y))
    ]
    cycle = np.abs(f(fake_y) - x).mean() + np.abs(g(fake_x) - y).mean()
    identity = np.abs(g(y) - y).mean() + np.abs(f(x) - x).mean()

    loss, *fakes = model.translate(*batch)
    assert float(loss) == pytest.approx(sum(passing) + 7 * cycle + 2 * identity, rel=1e-5)
    for found, wanted in zip(fakes, (fake_x, fake_y), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-6)
    for name, wanted in (
        ("generator_loss", sum(passing)),
        ("cycle_error", cycle),
        ("identity_error", identity),
    ):
        assert float(model.trackers[name].result()) == pytest.approx(wanted, rel=1e-5)


def test_the_generators_follow_the_gradient_of_their_loss(build, batch):
    model = build(optimizer=keras.optimizers.SGD)
    variables = model.x_to_y.trainable_variables + model.y_to_x.trainable_variables
    with tf.GradientTape() as tape:
        loss, *_ = model.translate(*batch)
    wanted = [v - 0.01 * g for v, g in zip(variables, tape.gradient(loss, variables), strict=True)]
    model.train_step(batch)
    for variable, value in zip(variables, wanted, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-6)


def test_the_critics_learn_from_what_the_pools_give_back(build, batch):
    model = build(optimizer=keras.optimizers.SGD, pool=2)
    old = RNG.uniform(-1, 1, (2, 2, *SHAPE)).astype(np.float32)
    for pool, images in zip((model.pool_x, model.pool_y), old, strict=True):
        pool(tf.constant(images))
    start = model.state()
    _, fake_x, fake_y = model.translate(*batch)
    fakes = model.pool_x(fake_x), model.pool_y(fake_y)
    assert (fakes[0] != fake_x).numpy().any() or (fakes[1] != fake_y).numpy().any()
    variables = model.critic_x.trainable_variables + model.critic_y.trainable_variables
    with tf.GradientTape() as tape:
        loss = 0.0
        for critic, real, fake in zip((model.critic_x, model.critic_y), batch, fakes, strict=True):
            loss += tf.reduce_mean((critic(real) - 1) ** 2) / 2
            loss += tf.reduce_mean(critic(fake) ** 2) / 2
    wanted = [v - 0.01 * g for v, g in zip(variables, tape.gradient(loss, variables), strict=True)]

    model.load_state(start)  # the same places in the pool again
    model.train_critics(*batch, *fakes)
    for variable, value in zip(variables, wanted, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-6)
    logged = float(model.trackers["discriminator_loss"].result())
    assert logged == pytest.approx(float(loss), rel=1e-5)


def test_each_half_of_a_step_moves_its_own_networks(build, batch):
    model = build()
    before = weights_of(model, (*GENERATORS, *CRITICS))
    model.train_critics(*batch, *(images[::-1] for images in batch))
    assert moved(before, model) == set(CRITICS)
    before = weights_of(model, before)
    model.critic_optimizer.learning_rate = 0.0
    model.train_step(batch)
    assert moved(before, model) == set(GENERATORS)
    assert int(model.skipped) == 0


def test_accuracies_count_logits_beyond_the_middle_of_both_targets(build, batch):
    model = build()
    for critic, logit in ((model.critic_x, 0.6), (model.critic_y, 0.4)):
        kernel, bias = critic.layers[-1].weights
        kernel.assign(tf.zeros_like(kernel))
        bias.assign([logit])
    model.train_critics(*batch, *batch)
    assert float(model.trackers["real_accuracy"].result()) == 0.5  # X is taken for real
    assert float(model.trackers["fake_accuracy"].result()) == 0.5  # Y is not


def test_without_identity_there_is_no_such_loss(build, batch):
    model = build(identity=0.0, cycle=1.0)
    with_identity = build(identity=1e-9, cycle=1.0)
    losses = [float(each.translate(*batch)[0]) for each in (model, with_identity)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert "identity_error" in with_identity.trackers
    assert "identity_error" not in model.train_step(batch)


def test_the_graph_trains_like_the_eager_steps(build, batches):
    eager, graph = build(), build(run_eagerly=False)
    for model in (eager, graph):
        model.fit(batches, epochs=2, verbose=0)
    for one, other in zip(eager.state().values(), graph.state().values(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def test_averages_follow_the_formula(build, batch):
    model = build(averaging=0.2)
    wanted = weights_of(model, GENERATORS)
    for step in (1, 2, 3):
        model.train_step(batch)
        kept = min(0.2, (1 + step) / (10 + step))
        for name, values in weights_of(model, wanted).items():
            pairs = zip(wanted[name], values, strict=True)
            wanted[name] = [kept * average + (1 - kept) * value for average, value in pairs]
    for name, values in wanted.items():
        averages = getattr(model, f"averaged_{name}").get_weights()
        for average, value in zip(averages, values, strict=True):
            np.testing.assert_allclose(average, value, rtol=1e-5, atol=1e-6)


def test_training_makes_dark_images_light_and_brings_them_back(batches):
    keras.utils.set_random_seed(0)
    generators = [resnet_generator(4, 1) for _ in range(2)]
    critics = [patch_critic(8, 1) for _ in range(2)]
    model = CycleGAN(*generators, *critics, shape=SHAPE, averaging=0.9, seed=0)
    optimizers = [keras.optimizers.Adam(LinearDecay(5e-3, 160), beta_1=0.5) for _ in range(2)]
    model.compile(*optimizers)
    before = np.abs(model.to_x(model.to_y(X)) - X).mean()
    model.fit(batches, epochs=40, verbose=0)
    light = model.to_y(X)
    assert X.mean() < -0.4
    assert light.mean() > 0.3
    assert model.to_x(Y).mean() < -0.3
    assert np.abs(model.to_x(light) - X).mean() < 0.7 * before


# The learning rate.


@pytest.mark.parametrize(
    ("constant", "wanted"),
    [
        (0.5, {0: 2.0, 50: 2.0, 60: 1.6, 75: 1.0, 99: 0.04, 100: 0.0, 500: 0.0}),
        (0.0, {0: 2.0, 25: 1.5, 100: 0.0}),
        (0.9, {90: 2.0, 95: 1.0}),
    ],
)
def test_the_learning_rate_stays_and_falls_to_nothing(constant, wanted):
    rate = LinearDecay(2.0, 100, constant)
    for step, value in wanted.items():
        assert float(rate(step)) == pytest.approx(value, abs=1e-5)
    again = LinearDecay(**rate.get_config())
    assert float(again(95)) == float(rate(95))


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"constant": 1.0}, {"constant": -0.1}])
def test_a_learning_rate_without_an_end_is_refused(wrong):
    with pytest.raises(ConfigurationError, match=r"use 1 step or more, and a share"):
        LinearDecay(1.0, **{"steps": 10} | wrong)


def test_an_optimizer_falls_with_it(build, batch):
    model = build(optimizer=lambda _: keras.optimizers.SGD(LinearDecay(0.01, 2)))
    for _ in range(2):
        before = weights_of(model, (*GENERATORS, *CRITICS))
        model.train_step(batch)
        assert moved(before, model) == set(before)
    before = weights_of(model, before)
    model.train_step(batch)  # the rate is 0 now
    assert moved(before, model) == set()


# The pool.


def numbered(first, number):
    """Images that hold their number."""
    numbers = np.arange(first, first + number, dtype=np.float32)
    return tf.constant(np.tile(numbers[:, None, None, None], (1, 2, 2, 3)))


def numbers(images):
    return [int(image[0, 0, 0]) for image in np.asarray(images)]


def test_the_first_images_are_kept_and_given_back():
    pool = ImagePool(50, (2, 2, 3), seed=0)
    for first in range(0, 50, 10):
        assert numbers(pool(numbered(first, 10))) == list(range(first, first + 10))
    assert numbers(pool.images) == list(range(50))
    assert int(pool.count) == 50


def test_a_full_pool_swaps_half_of_the_images_and_loses_none():
    pool = ImagePool(50, (2, 2, 3), seed=0)
    pool(numbered(0, 50))
    given, at_once = [], 0
    for first in range(50, 450, 10):
        found = numbers(pool(numbered(first, 10)))
        at_once += sum(n == first + i for i, n in enumerate(found))
        given += found
    # What went in came out or is kept, once each.
    assert sorted(given + numbers(pool.images)) == list(range(450))
    assert 150 < at_once < 250  # of 400; four standard deviations are 40


def test_a_batch_may_fill_the_pool_half_way():
    pool = ImagePool(5, (2, 2, 3), seed=0)
    found = numbers(pool(numbered(0, 3))) + numbers(pool(numbered(3, 4)))
    assert found[:5] == [0, 1, 2, 3, 4]
    assert sorted(found + numbers(pool.images)) == sorted([*range(7), *range(5)])


def test_the_seed_decides():
    def run(seed):
        pool = ImagePool(4, (2, 2, 3), seed)
        return [numbers(pool(numbered(first, 5))) for first in range(0, 30, 5)]

    assert run(1) == run(1) != run(2)


def test_a_pool_of_nothing_gives_all_back():
    pool = ImagePool(0, (2, 2, 3), seed=0)
    assert numbers(pool(numbered(0, 5))) == [0, 1, 2, 3, 4]


def test_what_is_not_finite_is_never_kept():
    pool = ImagePool(2, (2, 2, 3), seed=0)
    broken = np.full((1, 2, 2, 3), np.nan, np.float32)
    assert np.isnan(pool(tf.constant(broken))).all()
    assert int(pool.count) == 0
    pool(numbered(0, 2))
    for _ in range(10):
        assert np.isnan(pool(tf.constant(broken))).all()
    assert numbers(pool.images) == [0, 1]


# Images in and out.


def test_images_are_translated_by_the_averaged_generators(build):
    model = build()
    for weight in (*model.averaged_x_to_y.weights, *model.averaged_y_to_x.weights):
        weight.assign(weight + 0.1)
    np.testing.assert_allclose(model.to_y(X, batch_size=3), model.averaged_x_to_y(X), atol=1e-6)
    np.testing.assert_allclose(model.to_x(Y, batch_size=3), model.averaged_y_to_x(Y), atol=1e-6)
    wide = RNG.uniform(-1, 1, (2, 9, 31, 3))
    assert model.to_y(wide).shape == wide.shape
    assert model.to_y(wide).dtype == np.float32


def test_without_averaging_the_networks_stand_for_themselves(build):
    model = build(averaging=None)
    assert model.averaged_x_to_y is model.x_to_y
    assert model.averaged_y_to_x is model.y_to_x


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (X[0], r"shape \(8, 6, 3\); wanted \(number, 8, 6, 3\).*image\[None\]"),
        (X[..., :1], r"shape \(8, 8, 6, 1\); wanted \(number, 8, 6, 3\)"),
        (X[:0], "one or more"),
        (127.5 * (X + 1), r"wanted \[-1, 1\]"),
    ],
)
def test_other_images_are_not_translated(build, images, says):
    with pytest.raises(DataError, match=says):
        translated(build().x_to_y, images)


# What is refused.


@pytest.mark.parametrize("data", [Batches(X, 2), X, tf.data.Dataset.from_tensors((X, X))])
def test_one_domain_is_not_enough(build, data):
    with pytest.raises(ConfigurationError, match=r"wants two domains and got a .*UnpairedBatches"):
        build().fit(data)


@pytest.mark.parametrize(
    ("x", "y", "says"),
    [
        (X[:, :6], Y, r"Images of x have the shape \(6, 6, 3\).*made for \(8, 6, 3\)"),
        (X, Y[:, :, :4], r"Images of y have the shape \(8, 4, 3\)"),
        (X[..., :1], Y[..., :1], r"Images of x have the shape \(8, 6, 1\).*three channels"),
    ],
)
def test_domains_of_other_sizes_are_refused(build, x, y, says):
    with pytest.raises(ConfigurationError, match=says):
        build().fit(UnpairedBatches(x, y, 2))


def test_one_optimizer_for_both_sides_is_refused():
    model = CycleGAN(*tiny_networks(), shape=SHAPE)
    one = keras.optimizers.Adam(0.01)
    with pytest.raises(ConfigurationError, match=r"same optimizer object.*Make two"):
        model.compile(one, one)


# Updates that would spoil the weights.


def test_a_nan_batch_leaves_all_networks_and_pools_as_they_were(build, batch, assert_same):
    model = build()
    model.train_step(batch)
    names = (*GENERATORS, *CRITICS, "pool_x", "pool_y")
    before = weights_of(model, names)
    model.train_step((tf.fill((3, *SHAPE), np.nan), batch[1][:3]))
    assert moved(before, model) <= {"pool_x", "pool_y"}
    assert int(model.skipped) == 2
    assert all(np.isfinite(array).all() for array in model.state().values())
    assert np.isfinite([float(tracker.result()) for tracker in model.trackers.values()]).all()


def test_the_health_monitor_stops_a_run_of_nan_and_says_nothing_of_a_sound_one(build, batches):
    monitor = HealthMonitor(Y, patience=2)
    monitor.WARM_UP, monitor.COLLAPSE, monitor.SATURATION = 0, 0.0, 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build().fit(batches, epochs=2, callbacks=[monitor], verbose=0)
    model = build(optimizer=lambda _: keras.optimizers.SGD(1e30))
    with pytest.raises(TrainingDiverged, match="NaN or infinite"):
        model.fit(batches, epochs=30, callbacks=[HealthMonitor(Y, patience=2)], verbose=0)


def test_samples_are_translations_of_what_it_trains_on(build, batches):
    model = build()
    model.fit(batches, verbose=0)
    found = model.sample(20, seed=3)
    assert found.shape == (20, *SHAPE)
    all_of_them = model.to_y(X)
    apart = np.abs(found[:, None] - all_of_them[None]).max(axis=(2, 3, 4))
    assert apart.min(axis=1).max() < 1e-5
    assert len(set(apart.argmin(axis=1))) > 4


# Going on.


def test_a_resumed_run_ends_with_the_bits_of_an_unbroken_one(build, batches, tmp_path, assert_same):
    def falling(rate):
        return keras.optimizers.Adam(LinearDecay(rate, 12))

    def run(epochs, seed=0, **kwargs):
        model = build(seed=seed, optimizer=falling, run_eagerly=False)
        model.fit(batches, epochs=epochs, verbose=0, **kwargs)
        return model

    unbroken = run(3)
    assert int(unbroken.pool_x.count) == 3  # and more have gone through it
    run(1, callbacks=[Checkpointer(tmp_path)])
    resumed = run(3, seed=9, callbacks=[Checkpointer(tmp_path)])
    assert_same(resumed.state(), unbroken.state())


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"cycle": 1.0}, r"cycle: 5\.0, now 1\.0"),
        ({"identity": 1.0}, r"identity: 2\.5, now 1\.0"),
        ({"pool": 2}, r"pool: 3, now 2"),
        (
            {"optimizer": lambda rate: keras.optimizers.Adam(LinearDecay(rate, 9))},
            r"critic optimizer: .*LinearDecay",
        ),
    ],
)
def test_a_folder_of_a_run_with_other_settings_is_refused(build, batches, other, says, tmp_path):
    build().fit(batches, callbacks=[Checkpointer(tmp_path)], verbose=0)
    with pytest.raises(WeightsError, match=f"holds another run: {says}"):
        build(**other).fit(batches, epochs=2, callbacks=[Checkpointer(tmp_path)], verbose=0)


def test_the_state_holds_every_part_and_goes_into_another_model(build, batches, assert_same):
    model, other = build(seed=1), build(seed=2)
    model.fit(batches, verbose=0)
    parts = {name.partition("/")[0] for name in model.state()}
    assert parts == {
        *GENERATORS,
        *CRITICS,
        *(f"averaged_{name}" for name in GENERATORS),
        "pool_x",
        "pool_y",
        "generator_optimizer",
        "critic_optimizer",
        "training",
    }
    trained, fresh = model.state(), other.state()
    for part in parts:  # nothing that a run without the state would have by itself
        names = [name for name in trained if name.startswith(f"{part}/")]
        assert any(not np.array_equal(trained[name], fresh[name]) for name in names), part
    other.load_state(model.state())
    for each in (model, other):
        each.fit(batches, verbose=0)
    assert_same(other.state(), model.state())
