import numpy as np
import pytest

from fashionlab.backend import keras
from fashionlab.train import GAN

layers = keras.layers


@pytest.fixture
def images():
    """Eight images 4 x 4, bright above and dark below, no two the same."""
    bright = np.random.default_rng(0).uniform(0.1, 0.9, (8, 4, 4, 1)).astype(np.float32)
    return bright * np.array([1, 1, -1, -1], np.float32)[:, None, None]


@pytest.fixture
def tiny_gan():
    """Builds compiled GANs small enough to train in no time, run step by step, without a graph.

    The discriminator has dropout, whose random state belongs to what training changes.
    """

    def build(seed=0, hidden=8, averaging=0.999, optimizer=keras.optimizers.Adam, **compiling):
        keras.utils.set_random_seed(seed)
        z, image = keras.Input((3,)), keras.Input((4, 4, 1))
        fake = layers.Reshape((4, 4, 1))(layers.Dense(16, activation="tanh")(z))
        features = layers.LeakyReLU(0.2)(layers.Dense(hidden)(layers.Flatten()(image)))
        logits = layers.Dense(1)(layers.Dropout(0.2)(features))
        gan = GAN(keras.Model(z, fake), keras.Model(image, logits), averaging=averaging)
        compiling = {"run_eagerly": True} | compiling
        gan.compile(optimizer(0.01), optimizer(0.01), **compiling)
        return gan

    return build


@pytest.fixture
def assert_same():
    """Fails unless two lists or dicts of arrays are the same to the bit."""

    def check(first, second):
        if isinstance(first, dict):
            assert first.keys() == second.keys()
            first, second = first.values(), second.values()
        for one, other in zip(first, second, strict=True):
            np.testing.assert_array_equal(one, other)

    return check
