"""The VAE and the VAE-GAN: who learns from what, and that training goes on to the same bits."""

import warnings

import numpy as np
import pytest

from fashionlab import latent
from fashionlab.autodiff import R1, R2, GradientPenalty
from fashionlab.backend import keras, tf
from fashionlab.data import Batches
from fashionlab.errors import ConfigurationError, DataError, TrainingDiverged, WeightsError
from fashionlab.train import Checkpointer, HealthMonitor
from fashionlab.train.vaegan import VAE, VAEGAN

layers = keras.layers
NETWORKS = ("encoder", "decoder", "averaged_encoder", "averaged_decoder")
PLAYERS = ("encoder", "decoder", "discriminator")


class NoLoss:
    """A game in which nobody has anything to learn."""

    def discriminator(self, real, fake):
        return 0.0 * tf.reduce_mean(fake)

    def generator(self, real, fake):
        return 0.0 * tf.reduce_mean(fake)


def tiny_networks(hidden=8):
    """For images 4 x 4 and latents of three numbers; the encoder has dropout."""
    image, z = keras.Input((4, 4, 1)), keras.Input((3,))
    x = layers.Dropout(0.2)(layers.Dense(hidden, "relu")(layers.Flatten()(image)))
    encoder = keras.Model(image, [layers.Dense(3)(x), layers.Dense(3)(x)])
    decoder = keras.Model(z, layers.Reshape((4, 4, 1))(layers.Dense(16, "tanh")(z)))
    features = layers.LeakyReLU(0.2)(layers.Dense(hidden)(layers.Flatten()(image)))
    discriminator = keras.Model(image, [features, layers.Dense(1)(features)])
    return encoder, decoder, discriminator


@pytest.fixture
def build():
    """Builds compiled models small enough to train in no time, run without a graph."""

    def build(
        kind, seed=0, hidden=8, averaging=0.999, optimizer=keras.optimizers.Adam, **compiling
    ):
        keras.utils.set_random_seed(seed)
        networks = tiny_networks(hidden)
        compiling = {"run_eagerly": True} | compiling
        if kind == "vae":
            model = VAE(*networks[:2], averaging=averaging)
            model.compile(optimizer(0.01), **compiling)
        else:
            model = VAEGAN(*networks, averaging=averaging)
            model.compile(*(optimizer(0.01) for _ in networks), **compiling)
        return model

    return build


@pytest.fixture(params=["vae", "vaegan"])
def kind(request):
    return request.param


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


def test_a_step_of_the_vae_follows_the_gradient_of_its_loss(build, images):
    model = build("vae", optimizer=keras.optimizers.SGD, variance=0.1, beta=0.5)
    start = model.state()
    with tf.GradientTape() as tape:
        mean, log_variance = model.encoder(images, training=True)
        z = mean + tf.exp(log_variance / 2) * model.draw_noise(len(images))
        squares = tf.reduce_sum((images - model.decoder(z)) ** 2, axis=[1, 2, 3])
        kl = tf.reduce_sum(tf.exp(log_variance) + mean**2 - 1 - log_variance, axis=1) / 2
        loss = tf.reduce_mean(squares / 0.2 + 0.5 * kl)
    variables = model.encoder.trainable_variables + model.decoder.trainable_variables
    wanted = [v - 0.01 * g for v, g in zip(variables, tape.gradient(loss, variables), strict=True)]

    model.load_state(start)  # the same noise and dropout again
    logs = model.train_step(tf.constant(images))
    for variable, value in zip(variables, wanted, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-6)
    assert float(logs["loss"]) == pytest.approx(float(loss), rel=1e-5)
    assert float(logs["kl"]) == pytest.approx(float(tf.reduce_mean(kl)), rel=1e-5)
    assert float(logs["pixel_error"]) == pytest.approx(float(np.mean(squares)) / 16, rel=1e-5)


def test_each_network_of_the_vaegan_follows_the_gradient_of_its_own_loss(build, images):
    settings = {"variance": 0.1, "beta": 0.5, "gamma": 0.3}
    model = build("vaegan", optimizer=keras.optimizers.SGD, **settings)
    start = model.state()
    count = len(images)
    with tf.GradientTape(persistent=True) as tape:
        mean, log_variance = model.encoder(images, training=True)
        z = mean + tf.exp(log_variance / 2) * model.draw_noise(count)
        back, samples = model.decoder(z), model.decoder(model.draw_noise(count))
        kl = tf.reduce_sum(tf.exp(log_variance) + mean**2 - 1 - log_variance, axis=1) / 2
        (wanted_features, real), (features, of_back), (_, of_samples) = (
            model.discriminator(x) for x in (images, back, samples)
        )
        error = tf.reduce_mean(tf.reduce_sum((wanted_features - features) ** 2, axis=1) / 0.2)
        prior = tf.reduce_mean(kl)
        fake = tf.concat([of_back, of_samples], axis=0)
        passing = -tf.reduce_mean(tf.math.log_sigmoid(fake))
        telling = -tf.reduce_mean(tf.math.log_sigmoid(real)) - tf.reduce_mean(
            tf.math.log_sigmoid(-fake)
        )
        wanted_losses = (0.5 * prior + error, 0.3 * error + passing, telling)
    changes = [
        [-0.01 * g for g in tape.gradient(loss, getattr(model, name).trainable_variables)]
        for name, loss in zip(PLAYERS, wanted_losses, strict=True)
    ]

    model.load_state(start)
    before = weights_of(model, PLAYERS)
    model.train_step(tf.constant(images))
    for name, wanted in zip(PLAYERS, changes, strict=True):
        network = getattr(model, name)
        old = dict(zip([id(w) for w in network.weights], before[name], strict=True))
        for variable, change in zip(network.trainable_variables, wanted, strict=True):
            difference = variable.numpy() - old[id(variable)]
            np.testing.assert_allclose(difference, change, rtol=1e-3, atol=2e-7)
            assert np.abs(difference).max() > 1e-6


@pytest.mark.parametrize(
    ("game", "settings", "movers"),
    [
        (NoLoss(), {}, {"encoder", "decoder"}),  # nothing to tell apart
        (NoLoss(), {"gamma": 0.0}, {"encoder"}),  # the decoder need not care for features
        (NoLoss(), {"gamma": 0.0, "variance": np.inf}, {"encoder"}),  # the prior alone
        (NoLoss(), {"beta": 0.0, "variance": np.inf}, set()),
        (None, {"beta": 0.0, "variance": np.inf}, {"decoder", "discriminator"}),  # a plain GAN
    ],
)
def test_a_loss_moves_only_the_networks_that_it_is_meant_for(build, images, game, settings, movers):
    model = build("vaegan", optimizer=keras.optimizers.SGD, **settings)
    model.adversarial_loss = game or model.adversarial_loss
    before = weights_of(model, PLAYERS)
    model.train_step(tf.constant(images))
    assert moved(before, model) == movers
    assert int(model.skipped) == 0


def test_penalties_move_the_discriminator_alone_in_their_turn(build, images):
    model = build("vaegan", beta=0.0, variance=np.inf, penalties=[R1(1.0, every=2)])
    model.adversarial_loss = NoLoss()
    start = weights_of(model, PLAYERS)
    model.train_step(tf.constant(images))
    assert moved(start, model) == set()
    model.train_step(tf.constant(images))
    assert moved(start, model) == {"discriminator"}


def test_the_graph_trains_like_the_eager_steps(build, images, kind):
    eager, graph = build(kind), build(kind, run_eagerly=False)
    for model in (eager, graph):
        model.fit(Batches(images, 4), epochs=2, verbose=0)
    for one, other in zip(eager.state().values(), graph.state().values(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_training_brings_the_images_back(build, images, kind):
    model = build(kind, averaging=0.9, run_eagerly=False, variance=0.05)
    before = np.square(model.reconstruct(images) - images).mean()
    model.fit(Batches(images, 8), epochs=150, verbose=0)
    assert np.square(model.reconstruct(images) - images).mean() < 0.4 * before


def test_averages_follow_the_formula(build, images, kind):
    model = build(kind, averaging=0.2)
    wanted = weights_of(model, ("encoder", "decoder"))
    for step in (1, 2, 3):
        model.train_step(tf.constant(images))
        kept = min(0.2, (1 + step) / (10 + step))
        for name, values in weights_of(model, wanted).items():
            pairs = zip(wanted[name], values, strict=True)
            wanted[name] = [kept * average + (1 - kept) * value for average, value in pairs]
    for name, values in wanted.items():
        averages = getattr(model, f"averaged_{name}").get_weights()
        for average, value in zip(averages, values, strict=True):
            np.testing.assert_allclose(average, value, rtol=1e-5, atol=1e-6)


def test_without_averaging_the_networks_stand_for_themselves(build, kind):
    model = build(kind, averaging=None)
    assert model.averaged_encoder is model.encoder
    assert model.averaged_decoder is model.decoder


# Images in and out.


def test_images_are_encoded_to_means_and_decoded_by_the_averaged_networks(build, images, kind):
    model = build(kind)
    for weight in (*model.averaged_encoder.weights, *model.averaged_decoder.weights):
        weight.assign(weight + 0.1)
    z = model.encode(images, batch_size=3)
    np.testing.assert_allclose(z, model.averaged_encoder(images)[0], rtol=1e-5, atol=1e-6)
    back = latent.generate(model.averaged_decoder, z)
    np.testing.assert_allclose(model.reconstruct(images), back, rtol=1e-5, atol=1e-6)
    samples = latent.sample(model.averaged_decoder, 5, seed=2)
    np.testing.assert_array_equal(model.sample(5, seed=2), samples)


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (np.zeros((4, 4, 1)), r"shape \(4, 4, 1\); wanted \(number, 4, 4, 1\).*image\[None\]"),
        (np.zeros((0, 4, 4, 1)), "one or more"),
        (np.full((2, 4, 4, 1), 255.0), "from 255 to 255; wanted"),
        (np.full((2, 4, 4, 1), np.nan), "from nan to nan; wanted"),
    ],
)
def test_other_images_are_not_encoded(build, images, says):
    with pytest.raises(DataError, match=says):
        build("vae").encode(images)


# What is refused.


def test_networks_that_do_not_fit_are_refused():
    encoder, decoder, discriminator = tiny_networks()
    image, z = keras.Input((5, 4, 1)), keras.Input((2,))
    with pytest.raises(ConfigurationError, match=r"outputs have shapes.*\(None, 3\).*\(None, 2\)"):
        VAE(encoder, keras.Model(z, layers.Reshape((4, 4, 1))(layers.Dense(16)(z))))
    with pytest.raises(ConfigurationError, match=r"outputs have shapes \[\(None, 3\)\]"):
        VAE(keras.Model(encoder.input, encoder.outputs[0]), decoder)
    flat = layers.Flatten()(image)
    wide = keras.Model(image, [layers.Dense(3)(flat), layers.Dense(3)(flat)])
    with pytest.raises(ConfigurationError, match=r"takes images \(5, 4, 1\).*makes \(4, 4, 1\)"):
        VAE(wide, decoder)
    plain = keras.Model(discriminator.input, discriminator.outputs[1])
    with pytest.raises(ConfigurationError, match=r"gives 1 output.*nets\.with_features"):
        VAEGAN(encoder, decoder, plain)


def test_one_optimizer_for_two_networks_is_refused():
    model = VAEGAN(*tiny_networks())
    one, other = keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01)
    with pytest.raises(ConfigurationError, match=r"same optimizer object.*Make three"):
        model.compile(one, other, one)


def test_fit_refuses_what_is_no_batches_of_images(build, images, kind):
    with pytest.raises(ConfigurationError, match=r"got a ndarray.*drop_remainder=True"):
        build(kind).fit(images, verbose=0)


# Updates that would spoil the weights.


def test_a_nan_batch_leaves_all_networks_as_they_were_and_is_counted(
    build, images, kind, assert_same
):
    model = build(kind)
    names = PLAYERS if kind == "vaegan" else PLAYERS[:2]
    before = weights_of(model, names)
    broken = images.copy()
    broken[5, 0, 0] = np.nan
    model.train_step(tf.constant(broken))
    assert (
        moved({name: weights for name, weights in before.items() if name != "encoder"}, model)
        == set()
    )
    kept = [weight for weight in model.encoder.get_weights() if weight.dtype == np.float32]
    assert_same(kept, [weight for weight in before["encoder"] if weight.dtype == np.float32])
    assert int(model.skipped) == (3 if kind == "vaegan" else 1)
    assert np.isfinite([float(tracker.result()) for tracker in model.trackers.values()]).all()


def test_a_nan_batch_stays_out_of_the_statistics_of_batch_normalisation(images, kind):
    keras.utils.set_random_seed(0)
    image, z = keras.Input((4, 4, 1)), keras.Input((3,))
    x = layers.BatchNormalization()(layers.Dense(8)(layers.Flatten()(image)))
    encoder = keras.Model(image, [layers.Dense(3)(x), layers.Dense(3)(x)])
    x = layers.BatchNormalization()(layers.Dense(16)(z))
    decoder = keras.Model(z, layers.Reshape((4, 4, 1))(layers.Activation("tanh")(x)))
    networks = encoder, decoder, tiny_networks()[2]
    model = VAE(*networks[:2]) if kind == "vae" else VAEGAN(*networks)
    model.compile(*(keras.optimizers.Adam(0.01) for _ in networks[: 1 if kind == "vae" else 3]))
    model.train_step(tf.constant(images))
    sound = [weight.copy() for weight in encoder.get_weights()]
    model.train_step(tf.constant(np.where(images > 0.5, np.nan, images)))
    for weight, before in zip(encoder.get_weights(), sound, strict=True):
        np.testing.assert_array_equal(weight, before)
    assert all(np.isfinite(array).all() for array in model.state().values())
    model.train_step(tf.constant(images))  # and a sound batch moves them again
    assert any((a != b).any() for a, b in zip(encoder.get_weights(), sound, strict=True))


def test_every_penalty_takes_the_fakes_of_a_vaegan(build, images):
    for penalty in (R1(1.0), R2(1.0), GradientPenalty(1.0)):
        model = build("vaegan", penalties=[penalty])
        model.train_step(tf.constant(images))
        assert int(model.skipped) == 0


def test_the_health_monitor_stops_a_run_of_nan_and_says_nothing_of_a_sound_one(build, images, kind):
    model = build(kind)
    monitor = HealthMonitor(images, patience=2)
    monitor.WARM_UP, monitor.COLLAPSE, monitor.SATURATION = 0, 0.0, 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(Batches(images, 4), epochs=2, callbacks=[monitor], verbose=0)
    broken = tf.data.Dataset.from_tensors(np.full_like(images, np.nan)).repeat(3)
    with pytest.raises(TrainingDiverged, match="NaN or infinite"):
        model.fit(broken, callbacks=[HealthMonitor(images, patience=2)], verbose=0)


# Going on.


def test_a_resumed_run_ends_with_the_bits_of_an_unbroken_one(
    build, images, kind, tmp_path, assert_same
):
    unbroken = build(kind)
    unbroken.fit(Batches(images, 4), epochs=3, verbose=0)
    begun = build(kind)
    begun.fit(Batches(images, 4), epochs=1, callbacks=[Checkpointer(tmp_path)], verbose=0)
    resumed = build(kind, seed=9)
    resumed.fit(Batches(images, 4), epochs=3, callbacks=[Checkpointer(tmp_path)], verbose=0)
    assert_same(resumed.state(), unbroken.state())


@pytest.mark.parametrize(
    ("kind", "other", "says"),
    [
        ("vae", {"beta": 0.5}, r"beta: 1\.0, now 0\.5"),
        ("vaegan", {"gamma": 0.5}, r"gamma: 1\.0, now 0\.5"),
        ("vaegan", {"penalties": [R1(2.0)]}, r"penalties: \[\], now \['R1\(weight=2\.0"),
        ("vaegan", {"averaging": 0.5}, r"averaging: 0\.999, now 0\.5"),
    ],
)
def test_a_folder_of_a_run_with_other_settings_is_refused(
    build, images, kind, other, says, tmp_path
):
    build(kind).fit(Batches(images, 4), callbacks=[Checkpointer(tmp_path)], verbose=0)
    with pytest.raises(WeightsError, match=f"holds another run: {says}"):
        build(kind, **other).fit(
            Batches(images, 4), epochs=2, callbacks=[Checkpointer(tmp_path)], verbose=0
        )


def test_the_state_holds_every_part_and_goes_into_another_model(build, images, kind, assert_same):
    model, other = build(kind, seed=1), build(kind, seed=2)
    model.fit(Batches(images, 4), verbose=0)
    parts = {name.partition("/")[0] for name in model.state()}
    optimizers = {"optimizer"} if kind == "vae" else {f"{name}_optimizer" for name in PLAYERS}
    judged = set() if kind == "vae" else {"discriminator"}
    assert parts == {*NETWORKS, *judged, *optimizers, "training"}
    trained, fresh = model.state(), other.state()
    for part in parts:  # nothing that a run without the state would have by itself
        names = [name for name in trained if name.startswith(f"{part}/")]
        assert any(not np.array_equal(trained[name], fresh[name]) for name in names), part
    other.load_state(model.state())
    for each in (model, other):
        each.fit(Batches(images, 4), verbose=0)
    assert_same(other.state(), model.state())


# Keras itself trips over a deprecation of NumPy here.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy")
def test_keras_saves_and_loads_the_weights(build, images, kind, tmp_path, assert_same):
    model, other = build(kind, seed=1), build(kind, seed=2)
    model.fit(Batches(images, 4), verbose=0)
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    # Keras leaves random states out; a Checkpointer keeps them.
    floats = {name for name, value in model.state().items() if value.dtype == np.float32}
    assert_same(*({name: each.state()[name] for name in floats} for each in (other, model)))
