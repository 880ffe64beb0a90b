"""Patients that are small GANs on Fashion-MNIST."""

from functools import cache

import numpy as np

from fashionlab import nets
from fashionlab.backend import keras
from fashionlab.budgets import budget
from fashionlab.data import Batches, load_fashion_mnist
from fashionlab.train import GAN

layers = keras.layers

LATENT_DIM = 32
BATCH = 32
JUDGED = 256  # images of each kind that a probe looks at


def observe(settings, seed, *, probe, steps=400, looks=5, shown=16):
    """Train a small DCGAN and look at it from time to time.

    Args:
        settings: `images`, how many to train on; `augmented`, whether the discriminator sees them,
            and the fakes, shifted and mirrored; `upsampling`, `"transposed"` (with stride 2) or
            `"resize"` (enlarge, then convolve) and the kernel's size, such as `"resize 3"`.
        seed: Seeds the choice of images, weights and noise.
        probe: Takes the GAN, its training images and its samples, and returns a number.
        steps: Training steps (one a look at the smoke budget).
        looks: How often to look.
        shown: Samples kept of a look.

    Returns:
        Updates of the discriminator, curves and samples, as in `Evidence`.
    """
    every = budget(smoke=1, laptop=steps // looks, gpu=steps // looks)
    train, _ = _garments()
    chosen = np.random.default_rng(seed).permutation(len(train))[: settings["images"]]
    images = train[chosen]
    gan = build(settings["upsampling"], settings["augmented"], seed)
    measured, samples = [], {}

    def look(epoch, logs):
        made = gan.sample(JUDGED, seed=0)
        measured.append(probe(gan, images, made))
        if epoch in (looks // 3, 2 * looks // 3, looks - 1):
            samples[f"{(epoch + 1) * every} updates"] = made[:shown]

    history = gan.fit(
        Batches(images, BATCH, seed).dataset(),
        epochs=looks,
        steps_per_epoch=every,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=look)],
        verbose=0,
    ).history
    curves = {name: np.array(history[name]) for name in ("discriminator_loss", "generator_loss")}
    updates = every * np.arange(1, looks + 1)
    return updates, curves | {"measurement": np.array(measured)}, samples


def build(upsampling: str, augmented: bool, seed: int) -> GAN:
    """A compiled GAN without penalty, small enough to train in seconds."""
    keras.utils.set_random_seed(seed)
    discriminator = nets.dcgan_discriminator()
    if augmented:
        discriminator = augmented_discriminator(discriminator)
    gan = GAN(generator(upsampling), discriminator, averaging=None)
    gan.compile(*(keras.optimizers.Adam(2e-3, beta_1=0.0, beta_2=0.99) for _ in "gd"))
    return gan


def generator(upsampling: str):
    """Latents `(batch, 32)` to images `(batch, 28, 28, 1)`, doubling twice in the way named."""

    kind, kernel = upsampling.split()

    def double(x, channels, **settings):
        if kind == "transposed":
            return layers.Conv2DTranspose(channels, int(kernel), 2, "same", **settings)(x)
        x = layers.UpSampling2D()(x)
        return layers.Conv2D(channels, int(kernel), padding="same", **settings)(x)

    z = keras.Input((LATENT_DIM,))  # (B, 32)
    x = layers.Dense(7 * 7 * 32, use_bias=False)(z)  # (B, 1568)
    x = layers.Reshape((7, 7, 32))(x)  # (B, 7, 7, 32)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = double(x, 16, use_bias=False)  # (B, 14, 14, 16)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = double(x, 1, activation="tanh")  # (B, 28, 28, 1)
    return keras.Model(z, x)


def augmented_discriminator(discriminator):
    """A discriminator that only ever trains on shifted and mirrored images, real and fake alike.

    The generator learns through the same shifts, so that they do not leak into its images.

    Reference:
        Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020, section 3.
    """
    images = keras.Input((28, 28, 1))
    x = layers.RandomFlip("horizontal")(images)
    x = layers.RandomTranslation(0.2, 0.2, fill_mode="constant", fill_value=-1.0)(x)
    return keras.Model(images, discriminator(x))


def memorised(gan, images, made) -> float:
    """How far the discriminator tells held-out real images from those it was trained on.

    0: held-out images get the logits of training images. 1: they get those of fakes.
    """
    _, held_out = _garments()
    seen, unseen, fake = (
        float(np.mean(gan.discriminator(some[:JUDGED], training=False)))
        for some in (images, held_out, made)
    )
    return (seen - unseen) / (seen - fake)


def finest_waves(images: np.ndarray) -> float:
    """Power of the waves with a period of 2 pixels, relative to those a little longer (7/3).

    A pattern on every second pixel stands out as a peak; images without one fall off smoothly.

    Args:
        images: `(number, 28, 28, 1)`.

    Reference:
        Durall, Keuper & Keuper, "Watch your Up-Convolution", 2020, section 3 (spectra of fakes).
    """
    power = np.square(np.abs(np.fft.fft2(images[..., 0]))).mean(axis=0)

    def band(waves):  # `waves` across the image, in either direction
        return power[waves, 1:].sum() + power[1:, waves].sum()

    return float(band(14) / band(12))


def finest_waves_of_samples(gan, images, made) -> float:
    """`finest_waves` of the samples."""
    return finest_waves(made)


@cache
def _garments():
    """Training and held-out images: the shipped sample, the same for everybody."""
    return tuple(
        load_fashion_mnist(split, path="sample", verbose=False).images
        for split in ("train", "test")
    )
