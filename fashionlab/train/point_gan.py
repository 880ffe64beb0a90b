"""The networks of the lab, and how they get their noise."""

import numpy as np

from fashionlab.backend import keras
from fashionlab.train.gan import GAN


class PointGAN(GAN):
    """A `GAN` whose noise may be uniform on [-1, 1] instead of standard normal."""

    def __init__(self, generator, discriminator, *, noise="gaussian"):
        super().__init__(generator, discriminator, averaging=None)
        self.noise = noise

    def draw_noise(self, number):
        if self.noise == "gaussian":
            return super().draw_noise(number)
        return keras.random.uniform((number, self.latent_dim), -1, 1, seed=self.noise_source)


def point_network(inputs, outputs, hidden_layers, units, seed, name):
    """A multilayer perceptron from `(batch, inputs)` to `(batch, outputs)`."""
    seeds = iter(np.random.default_rng(seed).integers(2**31, size=hidden_layers + 1).tolist())

    def dense(units, activation=None):
        start = keras.initializers.GlorotUniform(seed=next(seeds))
        return keras.layers.Dense(units, activation, kernel_initializer=start)

    hidden = [dense(units, "leaky_relu") for _ in range(hidden_layers)]
    return keras.Sequential([keras.Input((inputs,)), *hidden, dense(outputs)], name=name)
