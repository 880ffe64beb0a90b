"""The networks of a CycleGAN: sizes, edges, the norm, and what a logit of the critic sees."""

import numpy as np
import pytest

from fashionlab.backend import keras, tf
from fashionlab.errors import ConfigurationError
from fashionlab.nets.translator import CutTo, _normalised, patch_critic, resnet_generator

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(-1, 1, (2, 32, 24, 3)).astype("float32")


@pytest.fixture(autouse=True)
def _seed():
    keras.utils.set_random_seed(0)


@pytest.fixture
def norm():
    """The norm alone, for five channels."""
    activations = keras.Input((None, None, 5))
    return keras.Model(activations, _normalised(activations))


# The norm


def test_each_channel_of_each_image_is_normalised_for_itself(norm):
    x = RNG.normal(3, 2, (3, 4, 6, 5)).astype("float32")
    scale, offset = (norm.weights[i].name for i in (0, 1))
    assert (scale, offset) == ("gamma", "beta")
    norm.weights[0].assign([1, 2, 3, 4, 5])
    norm.weights[1].assign([0, 0, 0, 1, -1])
    mean, variance = x.mean((1, 2), keepdims=True), x.var((1, 2), keepdims=True)
    wanted = (x - mean) / np.sqrt(variance + 1e-5) * [1, 2, 3, 4, 5] + [0, 0, 0, 1, -1]
    np.testing.assert_allclose(norm(x), wanted, rtol=1e-4, atol=1e-4)


def test_no_image_of_a_batch_knows_of_the_others():
    network = resnet_generator(4, 1)
    together = network(IMAGES).numpy()
    np.testing.assert_allclose(together[:1], network(IMAGES[:1]), atol=1e-5)
    assert np.abs(together[0] - together[1]).max() > 0.01


def test_a_channel_that_is_the_same_everywhere_stays_finite(norm):
    np.testing.assert_allclose(norm(np.full((1, 4, 4, 5), 7.0)), 0, atol=1e-3)


# The generator


@pytest.mark.parametrize("size", [(8, 8), (64, 64), (17, 30), (33, 19), (18, 23)])
def test_images_keep_their_size_whatever_it_is(size):
    images = RNG.uniform(-1, 1, (2, *size, 3)).astype("float32")
    found = resnet_generator(4, 1)(images).numpy()
    assert found.shape == images.shape
    assert -1 <= found.min() < -0.1 < 0.1 < found.max() <= 1


def test_sizes_are_kept_in_a_graph_that_does_not_know_them():
    network = resnet_generator(4, 1)
    assert network.output_shape == (None, None, None, 3)
    graph = tf.function(network, input_signature=[tf.TensorSpec((None, None, None, 3))])
    assert graph(IMAGES[:, :17, :22]).shape == (2, 17, 22, 3)


def test_the_cut_takes_rows_and_columns_from_the_end():
    x, like = RNG.normal(size=(1, 8, 8, 2)), np.zeros((1, 6, 5, 3))
    np.testing.assert_allclose(CutTo()([x, like]), x[:, :6, :5], rtol=1e-6)


def test_a_copy_has_the_same_layers_and_name():
    network = resnet_generator(4, 1)
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    np.testing.assert_array_equal(copy(IMAGES), network(IMAGES))
    assert copy.name == network.name == resnet_generator.__name__


def test_channels_and_blocks_count():
    def kernels(network):
        return [w.shape for w in network.weights if w.name == "kernel"]

    assert kernels(resnet_generator(2, 3)) == [
        (7, 7, 3, 2),
        (3, 3, 2, 4),
        (3, 3, 4, 8),
        *6 * [(3, 3, 8, 8)],
        (4, 4, 4, 8),
        (4, 4, 2, 4),
        (7, 7, 2, 3),
    ]


# The critic


@pytest.mark.parametrize(("steps", "sees"), [(1, 10), (2, 22), (3, 46), (4, 94)])
def test_a_logit_sees_a_patch_of_the_size_that_is_told(steps, sees):
    # Norms look at the whole image: they are left out here.
    network = patch_critic(2, steps)
    plain = keras.models.clone_model(
        network,
        clone_function=lambda layer: (
            keras.layers.Identity()
            if isinstance(layer, keras.layers.GroupNormalization)
            else layer.from_config(layer.get_config())
        ),
    )
    image = tf.Variable(RNG.uniform(-1, 1, (1, 128, 128, 3)).astype("float32"))
    with tf.GradientTape() as tape:
        logits = plain(image)
        middle = logits.shape[1] // 2
        logit = logits[0, middle, middle, 0]
    seen = np.abs(tape.gradient(logit, image).numpy()[0]).sum(axis=-1) > 0
    assert seen.any(axis=1).sum() == seen.any(axis=0).sum() == sees
    assert logits.shape == (1, 128 // 2**steps, 128 // 2**steps, 1)


@pytest.mark.parametrize(("size", "wanted"), [((64, 64), (8, 8)), ((30, 17), (4, 3))])
def test_there_is_a_logit_of_either_sign_for_each_patch(size, wanted):
    logits = patch_critic(8)(RNG.uniform(-1, 1, (4, *size, 3))).numpy()
    assert logits.shape == (4, *wanted, 1)
    assert logits.min() < 0 < logits.max()


# What is refused


@pytest.mark.parametrize(
    ("build", "sizes", "says"),
    [
        (resnet_generator, (0, 4), "channels=0, blocks=4: use 1 or more"),
        (resnet_generator, (4, 0), "channels=4, blocks=0: use 1 or more"),
        (patch_critic, (0, 3), "channels=0, steps=3: use 1 or more"),
        (patch_critic, (4, 0), "channels=4, steps=0: use 1 or more"),
    ],
)
def test_networks_of_nothing_are_refused(build, sizes, says):
    with pytest.raises(ConfigurationError, match=says):
        build(*sizes)
