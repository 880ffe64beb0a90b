"""What each choice of the `dcgan` recipe is worth: the recipe with one thing changed, side by side.

    python tests/benchmarks/ablations.py [--seeds 0] [--only dcgan fresh_fakes ...] [--marks 16 50]

Trains each variant on the 60,000 images for so many CPU seconds and judges 10,000 samples. The
results are in `ABLATIONS.md` beside this file. A run takes half a minute more than its seconds.
"""

import argparse
from dataclasses import replace

from contest import HEAD, Judge, line, train_and_judge

import fashionlab as fl
from fashionlab import nets
from fashionlab.autodiff import R1, R2
from fashionlab.backend import keras, tf

layers = keras.layers


class FreshFakes(fl.train.GAN):
    """New fakes for the generator's turn, instead of those that the discriminator has seen."""

    def train_generator(self, real, fakes=None):
        return super().train_generator(real)


class Translation(layers.Layer):
    """Each image moved by up to two pixels, with a gradient: part of DiffAugment (Zhao 2020)."""

    def call(self, images, training=False):
        if not training:
            return images
        padded = tf.pad(images, [[0, 0], [2, 2], [2, 2], [0, 0]], constant_values=-1.0)
        corners = tf.random.uniform((2, tf.shape(images)[0], 1), 0, 5, tf.int32)
        rows, columns = tf.unstack(corners + tf.range(28))  # (B, 28) each
        moved = tf.gather(
            tf.gather(padded, rows, axis=1, batch_dims=1), columns, axis=2, batch_dims=1
        )
        return tf.ensure_shape(moved, images.shape)


def resize_generator():
    """Nearest-neighbour enlargement and a 3 x 3 convolution for each transposed convolution."""
    z = keras.Input((64,))  # (B, 64)
    x = layers.Dense(7 * 7 * 128, use_bias=False)(z)
    x = layers.Reshape((7, 7, 128))(x)  # (B, 7, 7, 128)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(32, 1, use_bias=False)(x)  # before enlarging: a quarter of the work
    x = layers.UpSampling2D()(x)  # (B, 14, 14, 32)
    x = layers.Conv2D(32, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.UpSampling2D()(x)  # (B, 28, 28, 32)
    return keras.Model(z, layers.Conv2D(1, 3, padding="same", activation="tanh")(x))


def projected_discriminator():
    """Judges frozen features at two scales (Sauer et al., "Projected GANs", 2021)."""
    features = fl.pretrained.features("plain_features")
    pooled = [layer.output for layer in features.layers if isinstance(layer, layers.MaxPooling2D)]
    trunk = keras.Model(features.input, pooled)
    trunk.trainable = False
    images = keras.Input((28, 28, 1))
    fine, coarse = trunk(images, training=False)  # (B, 14, 14, 32), (B, 7, 7, 64)
    fine = layers.LeakyReLU(0.2)(layers.Conv2D(32, 4, 2, "same")(fine))  # (B, 7, 7, 32)
    logits = []
    for x in (fine, coarse):
        x = layers.LeakyReLU(0.2)(layers.Conv2D(64, 4, 2, "same")(x))  # (B, 4, 4, 64)
        logits.append(layers.Dense(1)(layers.Flatten()(x)))
    return keras.Model(images, layers.Add()(logits))


def translated_discriminator():
    images = keras.Input((28, 28, 1))
    return keras.Model(images, nets.dcgan_discriminator()(Translation()(images)))


RECIPE = fl.recipes.get("dcgan")
LAZY = {"every": 16}
# What is changed, for `dataclasses.replace`; `gan` and the learning rates are for `build`.
VARIANTS = {
    "dcgan": {},
    "fresh_fakes": {"gan": FreshFakes},
    "relativistic_r1_r2": {
        "loss": "relativistic_pairing",
        "penalties": (R1(1.5, **LAZY), R2(1.5, **LAZY)),
    },
    "r1_1": {"penalties": (R1(1.0, **LAZY),)},
    "r1_6": {"penalties": (R1(6.0, **LAZY),)},
    "batch_16": {"batch_size": 16, "learning_rate": 1.4e-3},
    "batch_64": {"batch_size": 64, "learning_rate": 2.8e-3},
    "generator_96_24": {"generator": lambda: nets.dcgan_generator(channels=(96, 24))},
    "generator_64_32": {"generator": lambda: nets.dcgan_generator(channels=(64, 32))},
    "generator_192_64": {"generator": lambda: nets.dcgan_generator(channels=(192, 64))},
    "generator_resize": {"generator": resize_generator},
    "discriminator_32_64_128": {
        "discriminator": lambda: nets.dcgan_discriminator(channels=(32, 64, 128))
    },
    "minibatch_std": {"discriminator": lambda: nets.with_minibatch_std(nets.dcgan_discriminator())},
    "translation": {"discriminator": translated_discriminator},
    "classes_by_projection": {
        "generator": nets.conditional_generator,
        "discriminator": nets.projection_discriminator,
    },
    "classes_by_concatenation": {
        "generator": nets.conditional_generator,
        "discriminator": nets.concatenation_discriminator,
    },
    "projected": {"discriminator": projected_discriminator},
    "rate_3e-3": {"learning_rate": 3e-3},
    "rate_1e-3": {"learning_rate": 1e-3},
    "constant_rate": {"half_after": None},
    "average_0.999": {"averaging": 0.999},
}


def build(name, seed):
    """A compiled GAN and its batch size."""
    fl.seed(seed)
    changes = dict(VARIANTS[name])
    gan_class = changes.pop("gan", fl.train.GAN)
    recipe = replace(RECIPE, **changes)
    gan = gan_class(recipe.generator(), recipe.discriminator(), averaging=recipe.averaging)
    gan.compile(recipe.adam(), recipe.adam(), loss=recipe.loss, penalties=recipe.penalties)
    return gan, recipe.batch_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=VARIANTS, nargs="+", default=VARIANTS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--marks", type=float, nargs="+", default=[16, 50])
    arguments = parser.parse_args()
    judge = Judge()
    data = fl.data.load_fashion_mnist("train", verbose=False)
    print(HEAD)
    for seed in arguments.seeds:
        for name in arguments.only:
            gan, batch_size = build(name, seed)
            for row in train_and_judge(gan, batch_size, data, judge, arguments.marks, seed):
                print(line(name, row), flush=True)


if __name__ == "__main__":
    main()
