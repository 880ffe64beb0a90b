"""The decoder of AdaIN: what it learns from, and that training goes on to the same bits."""

import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras, tf
from fashionlab.data import Batches, UnpairedBatches
from fashionlab.errors import ConfigurationError, DataError, TrainingDiverged, WeightsError
from fashionlab.style import gram, style_loss
from fashionlab.style.adain import LAYERS, restyled
from fashionlab.train import Checkpointer, HealthMonitor
from fashionlab.train.adain import AdaIN

layers = keras.layers


def tiny_networks(channels=5):
    """An encoder of four layers, and a decoder for them."""
    images = keras.Input((None, None, 3))
    fine = layers.Conv2D(4, 1, activation="relu")(images)
    seen = {f"scale_{scale}": layers.Conv2D(4, scale, scale)(fine) for scale in (1, 2, 4)}
    seen["scale_8"] = layers.Conv2D(channels, 8, 8)(fine)
    encoder = keras.Model(images, seen, name="encoder")
    features = {name: keras.Input((None, None, x.shape[-1]), name=name) for name, x in seen.items()}
    x = layers.Concatenate()(
        [layers.UpSampling2D(int(name.removeprefix("scale_")))(x) for name, x in features.items()]
    )
    x = layers.Conv2D(6, 1, activation="relu")(x)
    x = layers.Conv2D(3, 3, padding="same", activation="tanh")(x)
    return encoder, keras.Model(features, x, name="decoder")


@pytest.fixture
def build():
    """Builds compiled models small enough to train in no time, run without a graph."""

    def build(seed=0, averaging=0.9, optimizer=keras.optimizers.Adam, **compiling):
        keras.utils.set_random_seed(3)
        encoder, _ = tiny_networks()
        keras.utils.set_random_seed(seed)
        model = AdaIN(encoder, tiny_networks()[1], averaging=averaging, seed=seed)
        model.compile(optimizer(0.01), **{"run_eagerly": True} | compiling)
        return model

    return build


@pytest.fixture
def domains():
    """Eight contents that are bright above, eight styles that are dark to the left."""
    rng = np.random.default_rng(0)
    contents, styles = rng.uniform(0.1, 0.9, (2, 8, 32, 32, 3)).astype(np.float32)
    contents[:, 16:] *= -1
    styles[:, :, :16] *= -1
    return contents, styles


def batches(domains, size=4):
    return UnpairedBatches(*domains, batch_size=size)


# What it learns from.


def test_a_step_follows_the_gradient_of_the_loss(build, domains):
    model = build(optimizer=keras.optimizers.SGD, style_weight=0.7, pixel_weight=3.0)
    model._grain = lambda shape, known: 0.0  # tested below
    contents, styles = domains
    mixed = np.concatenate([contents[:2], styles[2:]])  # a quarter is its own style
    seen, wanted = model.encoder(contents), model.encoder(mixed)
    target = restyled(seen, wanted)
    with tf.GradientTape() as tape:
        images = model.decoder(target)
        found = model.encoder(images)
        content = tf.reduce_mean((found["scale_8"] - target["scale_8"]) ** 2)
        style = 0.0
        for name in LAYERS:
            of_style = gram(wanted[name])
            unlike = style_loss(gram(found[name]), of_style)
            style += tf.reduce_mean(unlike / style_loss(of_style, 0 * of_style))
        pixels = tf.reduce_mean(tf.abs(images[:2] - contents[:2]))
        loss = content + 0.7 * style + 3.0 * pixels
    variables = model.decoder.trainable_variables
    wanted = [v - 0.01 * g for v, g in zip(variables, tape.gradient(loss, variables), strict=True)]

    logs = model.train_step((tf.constant(contents), tf.constant(styles)))
    for variable, value in zip(variables, wanted, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-6)
    for name, value in (
        ("loss", loss),
        ("content_loss", content),
        ("style_loss", style),
        ("pixel_error", pixels),
    ):
        assert float(logs[name]) == pytest.approx(float(value), rel=1e-4)


@pytest.mark.parametrize("which", [0, 1])
def test_contents_and_styles_both_count(build, domains, which):
    model = build()
    before = model.state()
    model.train_step(domains)
    one = model.state()
    model.load_state(before)
    domains[which][3] *= -1
    model.train_step(domains)
    assert any((one[name] != array).any() for name, array in model.state().items())


def test_grain_is_on_all_but_those_that_are_their_own_style(build):
    noise = np.asarray(build()._grain((8, 32, 32, 3), 2))
    strengths = noise.std(axis=(1, 2, 3))
    assert (strengths[:2] == 0).all()
    assert 0 < strengths[2:].min() < strengths[2:].max() < 0.5
    assert strengths[2:].std() > 0.02


def test_only_the_decoder_learns(build, domains):
    model = build()
    before = model.encoder.get_weights(), model.decoder.get_weights()
    model.train_step(domains)
    after = model.encoder.get_weights(), model.decoder.get_weights()
    assert all((a == b).all() for a, b in zip(before[0], after[0], strict=True))
    assert any((a != b).any() for a, b in zip(before[1], after[1], strict=True))


def test_training_lowers_the_loss(build, domains):
    model = build(run_eagerly=False)
    curves = model.fit(batches(domains), epochs=60, verbose=0).history
    assert np.mean(curves["loss"][-5:]) < 0.8 * np.mean(curves["loss"][:5])
    assert np.mean(curves["pixel_error"][-5:]) < 0.9 * np.mean(curves["pixel_error"][:5])


def test_the_networks_of_the_kit_fit_and_learn(domains):
    keras.utils.set_random_seed(0)
    model = AdaIN(nets.fashion_features(), nets.adain.adain_decoder(), averaging=None)
    model.compile(keras.optimizers.Adam(1e-3))
    assert model.averaged_decoder is model.decoder
    loss = model.fit(batches(domains), epochs=6, verbose=0).history["loss"]
    assert loss[-1] < 0.9 * loss[0]


def test_the_average_follows_the_decoder(build, domains):
    model = build(averaging=0.2)
    wanted = model.decoder.get_weights()
    for step in (1, 2, 3):
        model.train_step(domains)
        kept = min(0.2, (1 + step) / (10 + step))
        pairs = zip(wanted, model.decoder.get_weights(), strict=True)
        wanted = [kept * average + (1 - kept) * value for average, value in pairs]
    for average, value in zip(model.averaged_decoder.get_weights(), wanted, strict=True):
        np.testing.assert_allclose(average, value, rtol=1e-5, atol=1e-6)


# What is refused.


@pytest.mark.parametrize("channels", [4, 6])
def test_networks_that_do_not_fit_are_refused(channels):
    encoder, _ = tiny_networks()
    with pytest.raises(ConfigurationError, match=rf"takes {channels} channels.*'scale_8'"):
        AdaIN(encoder, tiny_networks(channels)[1])


def test_an_encoder_without_that_layer_is_refused():
    encoder, decoder = tiny_networks()
    for output in (encoder.output["scale_8"], {"scale_1": encoder.output["scale_1"]}):
        with pytest.raises(ConfigurationError, match=r"does not give.*style\.perceptual"):
            AdaIN(keras.Model(encoder.input, output), decoder)


def test_fit_refuses_what_is_no_pairs_of_contents_and_styles(build, domains):
    for other in (domains, Batches(domains[0], 4)):
        with pytest.raises(ConfigurationError, match=r"contents and styles.*UnpairedBatches"):
            build().fit(other, verbose=0)


@pytest.mark.parametrize(
    ("shape", "says"),
    [((30, 32, 3), "multiples of 8"), ((24, 32, 3), "from 32"), ((32, 32, 1), "three channels")],
)
@pytest.mark.parametrize(("which", "name"), [(0, "contents"), (1, "styles")])
def test_images_of_a_shape_that_cannot_be_used_are_refused(
    build, domains, shape, says, which, name
):
    pair = list(domains)
    pair[which] = np.zeros((4, *shape), np.float32)
    with pytest.raises(ConfigurationError, match=f"The {name} are of shape.*{says}"):
        build().fit(batches(pair), verbose=0)


def test_a_single_content_is_refused(build, domains):
    with pytest.raises(ConfigurationError, match=r"batch of one.*2 or more"):
        build().fit(batches(domains, 1), verbose=0)


def test_images_out_of_range_are_refused(domains):
    with pytest.raises(DataError, match="wanted"):
        batches([255 * domains[0], domains[1]])


# Updates that would spoil the weights.


def test_a_nan_batch_leaves_the_decoder_as_it_was_and_is_counted(build, domains, assert_same):
    model = build()
    before = model.decoder.get_weights()
    domains[0][3, 0, 0] = np.nan
    model.train_step(domains)
    assert_same(model.decoder.get_weights(), before)
    assert int(model.skipped) == 1


def test_the_health_monitor_stops_a_run_of_nan(build, domains):
    model = build()
    monitor = HealthMonitor(domains[0], patience=2)
    monitor.CHECK_EVERY = 1
    before = model.decoder.get_weights()
    nan = batches(domains)
    nan.images = np.full_like(domains[0], np.nan)
    with pytest.raises(TrainingDiverged, match="NaN or infinite"):
        model.fit(nan, callbacks=[monitor], verbose=0)
    for weight, old in zip(model.decoder.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)


# Going on.


def test_a_resumed_run_ends_with_the_bits_of_an_unbroken_one(build, domains, tmp_path, assert_same):
    unbroken = build()
    unbroken.fit(batches(domains), epochs=3, verbose=0)
    begun = build()
    begun.fit(batches(domains), epochs=1, callbacks=[Checkpointer(tmp_path)], verbose=0)
    resumed = build(seed=9)
    resumed.fit(batches(domains), epochs=3, callbacks=[Checkpointer(tmp_path)], verbose=0)
    assert_same(resumed.state(), unbroken.state())
    other = build(seed=9)
    other.fit(batches(domains), epochs=3, verbose=0)
    assert any((a != unbroken.state()[name]).any() for name, a in other.state().items())


def test_the_state_holds_every_part(build):
    parts = {name.partition("/")[0] for name in build().state()}
    assert parts == {"decoder", "averaged_decoder", "optimizer", "training"}


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"style_weight": 0.5}, r"style weight: 20\.0, now 0\.5"),
        ({"pixel_weight": 0.5}, r"pixel weight: 10\.0, now 0\.5"),
        ({"averaging": 0.5}, r"averaging: 0\.9, now 0\.5"),
    ],
)
def test_a_folder_of_a_run_with_other_settings_is_refused(build, domains, other, says, tmp_path):
    build().fit(batches(domains), callbacks=[Checkpointer(tmp_path)], verbose=0)
    with pytest.raises(WeightsError, match=f"holds another run: {says}"):
        build(**other).fit(batches(domains), callbacks=[Checkpointer(tmp_path)], verbose=0)


def test_a_folder_of_a_run_with_another_encoder_is_refused(build, domains, tmp_path):
    build().fit(batches(domains), callbacks=[Checkpointer(tmp_path)], verbose=0)
    model = build()
    weight = model.encoder.weights[0]
    weight.assign(weight + 0.1)
    with pytest.raises(WeightsError, match="holds another run: encoder"):
        model.fit(batches(domains), epochs=2, callbacks=[Checkpointer(tmp_path)], verbose=0)
