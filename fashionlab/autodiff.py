"""Penalties on the discriminator's gradient with respect to its input images.

A penalty is called as `penalty(discriminator, real, fake, seed)` and returns a scalar to be added
to the discriminator's loss. `every` makes it lazy: it is computed on every `every`-th step only,
and `every` times as strong, which keeps its mean effect (Karras et al., "Analyzing and Improving
the Image Quality of StyleGAN", 2020, section 3.1).
"""

from dataclasses import dataclass

from fashionlab.backend import keras, tf


def squared_gradient_norms(network, images):
    """Squared Euclidean norm of the gradient of each image's logit with respect to that image.

    Args:
        network: Maps images to logits `(batch, 1)`, each image by itself (no batch normalisation).
        images: float32 `(batch, height, width, channels)`.

    Returns:
        float32 `(batch,)`: sum over pixels of (d logit / d pixel)^2.
    """
    with tf.GradientTape() as tape:
        tape.watch(images)
        # No image touches another's logit, so the gradient of the sum holds every image's own.
        logits = tf.reduce_sum(network(images, training=True))
    gradients = tape.gradient(logits, images)
    return tf.reduce_sum(tf.square(gradients), axis=list(range(1, len(gradients.shape))))


@dataclass(frozen=True)
class R1:
    """(weight / 2) E[|grad D(x)|^2] over real images.

    Reference:
        Mescheder, Geiger & Nowozin, "Which Training Methods for GANs do actually Converge?", 2018,
        equation 9.
    """

    weight: float
    every: int = 1

    def __call__(self, discriminator, real, fake, seed=None):
        return _half_mean(self.weight, discriminator, real)


@dataclass(frozen=True)
class R2:
    """(weight / 2) E[|grad D(x)|^2] over generated images.

    Reference:
        Mescheder, Geiger & Nowozin, "Which Training Methods for GANs do actually Converge?", 2018,
        equation 10.
    """

    weight: float
    every: int = 1

    def __call__(self, discriminator, real, fake, seed=None):
        return _half_mean(self.weight, discriminator, fake)


@dataclass(frozen=True)
class GradientPenalty:
    """weight E[(|grad D(x)| - 1)^2] over points drawn uniformly between a real and a fake image.

    Reference:
        Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, equation 3; the mixing
        factor is uniform on [0, 1] (algorithm 1), not normal.
    """

    weight: float = 10.0
    every: int = 1

    def __call__(self, discriminator, real, fake, seed=None):
        shape = (tf.shape(real)[0], *[1] * (len(real.shape) - 1))
        mix = keras.random.uniform(shape, seed=seed)
        between = mix * real + (1 - mix) * fake
        # The derivative of the square root is infinite at 0; the epsilon keeps it finite.
        norms = tf.sqrt(squared_gradient_norms(discriminator, between) + 1e-12)
        return self.weight * tf.reduce_mean(tf.square(norms - 1))


def _half_mean(weight, discriminator, images):
    return 0.5 * weight * tf.reduce_mean(squared_gradient_norms(discriminator, images))
