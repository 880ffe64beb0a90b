import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras, tf
from fashionlab.errors import ConfigurationError

layers = keras.layers
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _seed():
    keras.utils.set_random_seed(0)


def images(number=8):
    return RNG.uniform(-1, 1, (number, 28, 28, 1)).astype(np.float32)


def layer_names(network):
    return [type(layer).__name__ for layer in network.layers]


# Minibatch standard deviation.


def test_the_new_channel_holds_the_mean_standard_deviation_of_each_group():
    # One group of two: the pixels differ by 2 and by 0, so their deviations are 1 and 0.
    x = np.array([[[[3.0, 5.0]]], [[[1.0, 5.0]]]], np.float32)  # (2, 1, 1, 2)
    y = nets.MinibatchStdDev(group_size=2)(x).numpy()
    np.testing.assert_array_equal(y[..., :2], x)
    np.testing.assert_allclose(y[..., 2], np.full((2, 1, 1), 0.5), atol=1e-4)


def test_groups_are_neighbours_and_know_nothing_of_one_another():
    layer, x = nets.MinibatchStdDev(), RNG.standard_normal((8, 3, 3, 5)).astype(np.float32)
    expected = [part.std(axis=0).mean() for part in (x[:4], x[4:])]
    channel = layer(x).numpy()[..., 5]
    np.testing.assert_allclose(channel[:4], np.full((4, 3, 3), expected[0]), rtol=1e-5)
    np.testing.assert_allclose(channel[4:], np.full((4, 3, 3), expected[1]), rtol=1e-5)
    np.testing.assert_array_equal(layer(x[:4]).numpy(), layer(x).numpy()[:4])


def test_the_gradient_is_finite_where_all_images_of_a_group_are_the_same():
    x = tf.ones((4, 2, 2, 3))
    with tf.GradientTape() as tape:
        tape.watch(x)
        total = tf.reduce_sum(nets.MinibatchStdDev()(x))
    np.testing.assert_array_equal(tape.gradient(total, x), np.ones(x.shape))


def test_a_batch_that_groups_do_not_divide_is_refused():
    with pytest.raises(ConfigurationError, match=r"groups of 4.*batch of 6.*multiple of 4"):
        nets.MinibatchStdDev()(np.zeros((6, 2, 2, 1), np.float32))


@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_batch_of_unknown_size_that_groups_do_not_divide_fails_when_it_runs(jit_compile):
    any_size = [tf.TensorSpec((None, 2, 2, 1))]
    layer = nets.MinibatchStdDev()
    run = tf.function(layer, input_signature=any_size, jit_compile=jit_compile)
    x = RNG.standard_normal((8, 2, 2, 1)).astype(np.float32)
    np.testing.assert_allclose(run(x), layer(x), rtol=1e-6)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Input to reshape"):
        run(x[:6])


def test_a_discriminator_with_minibatch_std_sees_that_images_repeat():
    plain = nets.dcgan_discriminator()
    seeing = nets.with_minibatch_std(plain)
    one = images(1)
    repeated, varied = np.repeat(one, 4, axis=0), np.concatenate([one, images(3)])

    def first_logits(network):
        return [float(network(batch)[0, 0]) for batch in (repeated, varied)]

    blind, aware = first_logits(plain), first_logits(seeing)
    assert blind[0] == pytest.approx(blind[1], abs=1e-6)
    assert abs(aware[0] - aware[1]) > 1e-4
    # One more channel of 4 x 4 pixels for the last layer; the rest is as it was.
    assert seeing.count_params() == plain.count_params() + 16


# Spectral normalisation.


def spectral_norms(network):
    kernels = [w.numpy() for w in network.trainable_weights if w.name == "kernel"]
    return [np.linalg.norm(k.reshape(-1, k.shape[-1]), ord=2) for k in kernels]


def test_spectral_norm_brings_the_largest_singular_value_of_every_kernel_to_1():
    network = nets.with_spectral_norm(nets.dcgan_discriminator())
    for weight in network.trainable_weights:
        if weight.name == "kernel":
            weight.assign(3 * weight)  # so that none is near 1 by itself
    before = spectral_norms(network)
    assert len(before) == 4
    assert min(abs(norm - 1) for norm in before) > 0.3
    x = images(2)
    for _ in range(60):  # power iterations
        network(x, training=True)
    np.testing.assert_allclose(spectral_norms(network), 1, rtol=0.02)
    after = spectral_norms(network)
    network(x, training=False)
    assert spectral_norms(network) == after


def test_spectral_norm_wraps_the_layers_with_kernels_and_no_others():
    plain = nets.dcgan_discriminator()
    wrapped = nets.with_spectral_norm(plain)
    expected = [
        "SpectralNormalization" if name in ("Conv2D", "Dense") else name
        for name in layer_names(plain)
    ]
    assert layer_names(wrapped) == expected
    assert expected.count("SpectralNormalization") == 4


# Weight clipping.


def test_an_update_leaves_clipped_weights_within_the_limit():
    critic = nets.with_clipped_weights(nets.dcgan_discriminator(), limit=0.02)
    optimizer = keras.optimizers.SGD(1.0)
    gradients = [tf.random.normal(w.shape, seed=1) for w in critic.trainable_weights]
    gradients[0] = 0 * gradients[0]
    first = critic.trainable_weights[0].numpy()
    optimizer.apply(gradients, critic.trainable_weights)
    for weight in critic.get_weights():
        assert np.abs(weight).max() == pytest.approx(0.02)
    # What lies within the limit is left alone.
    np.testing.assert_array_equal(critic.get_weights()[0], np.clip(first, -0.02, 0.02))


def test_without_clipping_the_same_update_leaves_the_limit():
    critic = nets.dcgan_discriminator()
    gradients = [tf.ones(w.shape) for w in critic.trainable_weights]
    keras.optimizers.SGD(1.0).apply(gradients, critic.trainable_weights)
    assert min(np.abs(weight).max() for weight in critic.get_weights()) > 0.5


# All of them.


@pytest.mark.parametrize(
    "change", [nets.with_minibatch_std, nets.with_spectral_norm, nets.with_clipped_weights]
)
def test_a_changed_discriminator_is_a_new_one_of_the_same_shape(change):
    plain = nets.dcgan_discriminator()
    before = plain.get_weights()
    changed = change(plain)
    assert changed.name == plain.name
    assert changed.output_shape == (None, 1)
    keras.optimizers.SGD(1.0).apply(
        [tf.ones(w.shape) for w in changed.trainable_weights], changed.trainable_weights
    )
    changed(images(4), training=True)
    for old, new in zip(before, plain.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


# Networks that they would leave as they are.


def one_layer(layer, name):
    image = keras.Input((4, 4, 1))
    return keras.Model(image, layer(image), name=name)


@pytest.mark.parametrize(
    ("change", "layer", "says"),
    [
        (nets.with_minibatch_std, layers.GlobalAveragePooling2D(), "'flat' has no Flatten layer"),
        (nets.with_spectral_norm, layers.Flatten(), "'flat' has no Conv2D or Dense layer"),
        (nets.with_clipped_weights, layers.Flatten(), "'flat' has no trainable weights"),
    ],
)
def test_a_network_without_the_layers_looked_for_is_refused(change, layer, says):
    with pytest.raises(ConfigurationError, match=f"{says}, which {change.__name__} looks for"):
        change(one_layer(layer, "flat"))


def nested(layer):
    """A network which has the layer in a sub-model of a sub-model, and one of its kind outside."""
    inner = one_layer(layer, "inner")
    middle = keras.Sequential([keras.Input((4, 4, 1)), inner], name="middle")
    image = keras.Input((4, 4, 1))
    logits = layers.Dense(1)(layers.Flatten()(middle(image)))
    return keras.Model(image, logits, name="outer")


@pytest.mark.parametrize(
    ("change", "layer", "wanted"),
    [
        (nets.with_minibatch_std, layers.Flatten(), "Flatten"),
        (nets.with_spectral_norm, layers.Conv2D(2, 3), "Conv2D or Dense"),
    ],
)
def test_layers_inside_a_sub_model_are_not_passed_over(change, layer, wanted):
    says = f"'outer' has a {wanted} layer inside its sub-model 'middle', where {change.__name__}"
    with pytest.raises(ConfigurationError, match=says):
        change(nested(layer))


def test_weights_inside_a_sub_model_are_clipped():
    critic = nets.with_clipped_weights(nested(layers.Conv2D(2, 3)), limit=0.02)
    keras.optimizers.SGD(1.0).apply(
        [tf.ones(w.shape) for w in critic.trainable_weights], critic.trainable_weights
    )
    assert len(critic.trainable_weights) == 4
    for weight in critic.get_weights():
        np.testing.assert_allclose(weight, -0.02)


def test_changes_that_look_for_different_layers_go_together():
    network = nets.with_spectral_norm(nets.with_minibatch_std(nets.dcgan_discriminator()))
    assert layer_names(network).count("SpectralNormalization") == 4
    assert network(images(4)).shape == (4, 1)
    with pytest.raises(ConfigurationError, match="no Conv2D or Dense layer"):  # all are wrapped
        nets.with_spectral_norm(network)
