"""The three formulas of a variational autoencoder (VAE).

An encoder turns an image x into a normal distribution over latents, q(z|x), given by its mean and
the logarithm of its variance, number by number; a decoder turns a latent back into an image. Both
are trained on an upper bound of -log p(x), in nats and but for a constant: the error of what comes
back, and the distance of q(z|x) from the prior, the standard normal that samples are drawn from.

Reference:
    Kingma & Welling, "Auto-Encoding Variational Bayes", 2014, equation 3.
"""

from fashionlab.backend import keras

ops = keras.ops


def kl_to_standard_normal(mean, log_variance):
    """KL divergence of a normal distribution with independent numbers from the standard normal.

    1/2 sum(exp(log_variance) + mean^2 - 1 - log_variance): 0 where the two are the same.

    Args:
        mean: `(batch, latent_dim)`.
        log_variance: Natural logarithms, `(batch, latent_dim)`.

    Returns:
        Nats, `(batch,)`, each 0 or more.

    Reference:
        Kingma & Welling, "Auto-Encoding Variational Bayes", 2014, appendix B.

    Example:
        >>> float(kl_to_standard_normal(ops.ones((1, 64)), ops.zeros((1, 64)))[0])
        32.0
    """
    # exp(v) - 1 as one function is exact where v is close to 0.
    terms = ops.expm1(log_variance) + ops.square(mean) - log_variance
    return 0.5 * ops.sum(terms, axis=-1)


def reparameterise(mean, log_variance, noise):
    """Draw from a normal distribution in a way that gradients flow to its mean and variance.

    Args:
        mean: `(batch, latent_dim)`.
        log_variance: `(batch, latent_dim)`.
        noise: Standard normal, `(batch, latent_dim)`.

    Returns:
        Latents `(batch, latent_dim)`: mean + standard deviation * noise.

    Reference:
        Kingma & Welling, "Auto-Encoding Variational Bayes", 2014, section 2.4.
    """
    return mean + ops.exp(0.5 * log_variance) * noise


def gaussian_error(target, reconstruction, variance: float = 1.0):
    """-log p(target) under a normal distribution around the reconstruction, without its constant.

    Every number has the same, known variance: |target - reconstruction|^2 / (2 variance).

    Args:
        target: `(batch, ...)`: images, or features of them.
        reconstruction: Of the same shape.
        variance: In squared units of the target. The larger, the less an error weighs against the
            KL divergence.

    Returns:
        Nats, `(batch,)`, each 0 or more.

    Example:
        >>> float(gaussian_error(ops.zeros((1, 2, 2, 1)), ops.ones((1, 2, 2, 1)), 0.5)[0])
        4.0
    """
    axes = tuple(range(1, len(target.shape)))
    return ops.sum(ops.square(target - reconstruction), axis=axes) / (2 * variance)
