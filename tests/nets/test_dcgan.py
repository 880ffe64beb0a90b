import numpy as np
import pytest

from fashionlab import nets
from fashionlab.backend import keras, tf

GENERATORS = [nets.dcgan_generator, nets.quality_generator, nets.classic_generator]
DISCRIMINATORS = [
    nets.dcgan_discriminator,
    nets.quality_discriminator,
    nets.classic_discriminator,
]
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def _seed():
    keras.utils.set_random_seed(0)


# Generators.


@pytest.mark.parametrize("build", GENERATORS)
@pytest.mark.parametrize("latent_dim", [2, 100])
def test_generators_make_images_in_range_of_any_latent(build, latent_dim):
    generator = build(latent_dim)
    assert generator.input_shape == (None, latent_dim)
    # Far-out latents drive the output into its limits, -1 and 1, and no further.
    images = generator(1e4 * RNG.standard_normal((3, latent_dim))).numpy()
    assert images.shape == (3, 28, 28, 1)
    assert np.abs(images).max() == pytest.approx(1, abs=1e-6)
    assert images.min() < -0.9
    assert images.max() > 0.9


@pytest.mark.parametrize("build", GENERATORS)
def test_generators_make_another_image_of_another_latent(build):
    one, other = build(8)(RNG.standard_normal((2, 8))).numpy()
    assert np.abs(one - other).max() > 1e-3


def interior_after_upsampling_ones(network):
    """What the strided transposed convolutions make of a constant, far from the border."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2DTranspose) and layer.strides == (2, 2):
            size = layer.kernel_size
            ones = keras.layers.Conv2DTranspose(1, size, 2, "same", kernel_initializer="ones")
            yield ones(np.ones((1, 14, 14, 1), np.float32)).numpy()[0, 6:-6, 6:-6, 0]


def test_the_kits_generator_leaves_no_checkerboard_and_the_classic_one_does():
    for interior in interior_after_upsampling_ones(nets.dcgan_generator()):
        assert np.ptp(interior) == 0
    for interior in interior_after_upsampling_ones(nets.classic_generator()):
        # A 5 x 5 kernel at stride 2 reaches a pixel in 2 or 3 places along each side.
        assert set(np.unique(interior)) == {4, 6, 9}


# Discriminators.


@pytest.mark.parametrize("build", DISCRIMINATORS)
def test_discriminators_give_a_logit_that_no_sigmoid_has_squashed(build):
    images = 1e4 * RNG.standard_normal((8, 28, 28, 1)).astype(np.float32)
    logits = build()(images).numpy()
    assert logits.shape == (8, 1)
    assert np.abs(logits).max() > 1


def test_the_logit_of_an_image_does_not_depend_on_its_batch_even_in_training():
    # The gradient penalties rely on it.
    discriminator = nets.dcgan_discriminator()
    images = RNG.uniform(-1, 1, (4, 28, 28, 1)).astype(np.float32)
    together = discriminator(images, training=True).numpy()
    alone = [discriminator(image[None], training=True).numpy()[0] for image in images]
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("build", DISCRIMINATORS)
def test_discriminators_see_every_pixel(build):
    discriminator = build()
    images = tf.constant(RNG.uniform(-1, 1, (16, 28, 28, 1)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(images)
        logits = discriminator(images)
    gradient = np.abs(tape.gradient(logits, images)).sum(axis=(0, 3))
    assert (gradient > 0).all()


@pytest.mark.parametrize("build", [*GENERATORS, *DISCRIMINATORS])
def test_networks_are_named_after_their_builders(build):
    assert build().name == build.__name__


# With classes.

JUDGES = [nets.projection_discriminator, nets.concatenation_discriminator]
CLASSES = np.eye(10, dtype=np.float32)


def test_the_conditional_generator_is_the_plain_one_on_latents_with_class_weights_appended():
    z = RNG.standard_normal((3, 64)).astype(np.float32)
    conditional, plain = nets.conditional_generator(), nets.dcgan_generator(74)
    plain.set_weights(conditional.get_weights())
    together = np.concatenate([z, CLASSES[:3]], axis=1)
    np.testing.assert_array_equal(conditional([z, CLASSES[:3]]), plain(together))


def test_the_projection_discriminator_adds_the_projection_on_the_direction_of_the_class():
    network = nets.projection_discriminator()
    images = RNG.uniform(-1, 1, (10, 28, 28, 1)).astype(np.float32)
    features = keras.Model(network.inputs[0], features_of(network))(images).numpy()
    (directions,) = [w.numpy() for w in network.weights if tuple(w.shape) == (10, 1024)]
    (direction,) = [w.numpy() for w in network.weights if tuple(w.shape) == (1024, 1)]
    expected = features @ direction + (features * directions).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(network([images, CLASSES]), expected, rtol=1e-3, atol=1e-4)


def features_of(network):
    return next(layer.output for layer in network.layers if isinstance(layer, keras.layers.Flatten))


@pytest.mark.parametrize("build", JUDGES)
def test_conditional_discriminators_judge_an_image_beside_its_class(build):
    network = build()
    image = RNG.uniform(-1, 1, (28, 28, 1)).astype(np.float32)
    logits = network([np.stack([image] * 10), CLASSES]).numpy()
    assert logits.shape == (10, 1)
    assert len(np.unique(logits)) == 10
    # Images of a batch do not touch one another, which the gradient penalties rely on.
    alone = network([image[None], CLASSES[3:4]]).numpy()
    np.testing.assert_allclose(alone[0], logits[3], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("build", [nets.conditional_generator, *JUDGES])
def test_conditional_networks_are_named_after_their_builders(build):
    assert build().name == build.__name__
