"""A GAN whose networks are given classes, too."""

import numpy as np
import pytest

from fashionlab.autodiff import R1
from fashionlab.backend import keras, tf
from fashionlab.data import Batches
from fashionlab.errors import ConfigurationError
from fashionlab.train import GAN, Checkpointer

layers = keras.layers
CLASSES = np.eye(2, dtype=np.float32)[np.arange(8) % 2]


@pytest.fixture
def conditional_gan():
    """Builds a compiled GAN with two classes for images 4 x 4, small enough for no time."""

    def build(seed=0, **compiling):
        keras.utils.set_random_seed(seed)
        z, image, classes = keras.Input((3,)), keras.Input((4, 4, 1)), keras.Input((2,))
        fake = layers.Dense(16, activation="tanh")(layers.Concatenate()([z, classes]))
        fake = layers.Reshape((4, 4, 1))(fake)
        features = layers.LeakyReLU(0.2)(layers.Dense(8)(layers.Flatten()(image)))
        match = layers.Dot(axes=1)([features, layers.Dense(8, use_bias=False)(classes)])
        logits = layers.Add()([layers.Dense(1)(features), match])
        gan = GAN(keras.Model([z, classes], fake), keras.Model([image, classes], logits))
        adams = [keras.optimizers.Adam(0.02, beta_1=0.0) for _ in range(2)]
        gan.compile(*adams, **compiling)
        return gan

    return build


def test_fakes_are_asked_for_the_classes_of_the_real_images(conditional_gan, images):
    gan = conditional_gan(run_eagerly=True)
    seen = []
    judge, gan.judge = gan.judge, lambda x, c=None: seen.append((x.shape, c)) or judge(x, c)
    gan.fit(Batches(images, 8, classes=CLASSES), verbose=0)
    order = Batches(images, 8).order(0)[0]
    (both, of_both), (_, of_fake), (_, of_real) = seen
    assert both == (16, 4, 4, 1)
    np.testing.assert_array_equal(of_both, np.concatenate([CLASSES[order]] * 2))
    np.testing.assert_array_equal(of_fake, CLASSES[order])
    np.testing.assert_array_equal(of_real, CLASSES[order])


def test_each_turn_of_the_critic_gets_the_classes_of_its_own_images(conditional_gan, images):
    gan = conditional_gan(run_eagerly=True, critic_steps=2)
    seen = []
    judge, gan.judge = gan.judge, lambda x, c=None: seen.append(c) or judge(x, c)
    gan.fit(Batches(images, 8, classes=CLASSES), verbose=0)
    order = Batches(images, 8).order(0)[0]
    np.testing.assert_array_equal(seen[0][:4], CLASSES[order[:4]])
    np.testing.assert_array_equal(seen[1][:4], CLASSES[order[4:]])


def test_it_learns_which_class_is_which(conditional_gan):
    # Images of class 0 are dark, those of class 1 bright.
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 256)
    shades = (0.8 * labels - 0.4 + rng.uniform(-0.2, 0.2, 256)).astype(np.float32)
    data = np.broadcast_to(shades[:, None, None, None], (256, 4, 4, 1)).copy()
    gan = conditional_gan(penalties=[R1(1.0)])
    batches = Batches(data, 32, classes=np.eye(2, dtype=np.float32)[labels])
    gan.fit(batches, epochs=60, verbose=0)
    z = gan.draw_noise(64)
    of_class = [gan.generate(z, tf.one_hot([label] * 64, 2)).numpy() for label in (0, 1)]
    assert of_class[0].mean() < -0.2
    assert of_class[1].mean() > 0.2


def test_a_penalty_moves_the_images_and_leaves_their_classes(conditional_gan, images):
    gan = conditional_gan(penalties=[R1(2.0)])
    real, classes = tf.constant(images), tf.constant(CLASSES)
    with tf.GradientTape() as tape:
        tape.watch(real)
        logits = gan.judge(real, classes)
    squares = np.square(tape.gradient(logits, real)).sum(axis=(1, 2, 3))
    penalty = gan._penalty(gan._judge_of(classes), real, real)
    assert float(penalty) == pytest.approx(squares.mean(), rel=1e-4)


def test_the_wrong_kind_of_batches_is_refused(conditional_gan, tiny_gan, images):
    with pytest.raises(ConfigurationError, match=r"without classes.*needs.*4, classes=True"):
        conditional_gan().fit(Batches(images, 4), verbose=0)
    with pytest.raises(ConfigurationError, match=r"with classes.*cannot use.*4, classes=False"):
        tiny_gan().fit(Batches(images, 4, classes=CLASSES), verbose=0)
    dataset = tf.data.Dataset.from_tensors((images, CLASSES))
    with pytest.raises(ConfigurationError, match="with classes"):
        tiny_gan().fit(dataset, verbose=0)
    conditional_gan().fit(dataset, verbose=0)


def test_training_that_was_stopped_goes_on_to_the_same_bits(
    conditional_gan, images, tmp_path, assert_same
):
    def batches():
        return Batches(images, 4, classes=CLASSES)

    whole = conditional_gan()
    whole.fit(batches(), epochs=3, verbose=0)
    conditional_gan().fit(batches(), epochs=2, callbacks=[Checkpointer(tmp_path)], verbose=0)
    resumed = conditional_gan(seed=1)
    resumed.fit(batches(), epochs=3, callbacks=[Checkpointer(tmp_path)], verbose=0)
    assert_same(resumed.state(), whole.state())


@pytest.mark.parametrize(("side", "classes"), [(6, 2), (4, 3)])
def test_images_or_classes_that_the_networks_do_not_take_are_refused(
    conditional_gan, side, classes
):
    images = np.zeros((8, side, side, 1), np.float32)
    weights = np.eye(classes, dtype=np.float32)[np.arange(8) % classes]
    with pytest.raises(ConfigurationError, match=r"made for \((4, 4, 1|2,)\), and the batches"):
        conditional_gan().fit(Batches(images, 4, classes=weights))
