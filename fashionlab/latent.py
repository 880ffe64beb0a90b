"""Latent vectors, and the images that a generator makes of them."""

import numpy as np


def noise(number: int, latent_dim: int, seed: int) -> np.ndarray:
    """Latents from the standard normal distribution.

    Args:
        number: How many.
        latent_dim: Length of each.
        seed: The same seed gives the same latents; the first k are the same for every `number`.

    Returns:
        float32 `(number, latent_dim)`.

    Example:
        >>> noise(3, 64, seed=0).shape
        (3, 64)
    """
    return np.random.default_rng(seed).standard_normal((number, latent_dim), dtype=np.float32)


def generate(generator, z: np.ndarray, batch_size: int = 250) -> np.ndarray:
    """Images of given latents, with the generator in inference mode.

    Args:
        generator: A `keras.Model` from latents to images.
        z: float32 `(number, latent_dim)`.
        batch_size: Images made at once; bounds the memory.

    Returns:
        float32 `(number, height, width, channels)` in [-1, 1].
    """
    parts = [
        np.asarray(generator(z[start : start + batch_size], training=False))
        for start in range(0, len(z), batch_size)
    ]
    return np.concatenate(parts)


def sample(generator, number: int, seed: int) -> np.ndarray:
    """Images of `number` random latents.

    Args:
        generator: A `keras.Model` from latents `(batch, latent_dim)` to images.
        number: How many images, 1 or more.
        seed: Seeds the latents.

    Returns:
        float32 `(number, height, width, channels)` in [-1, 1].
    """
    return generate(generator, noise(number, generator.input_shape[-1], seed))


def directions(generator, number: int) -> np.ndarray:
    """Directions in latent space that change the picture most, found without any training.

    The first layer multiplies the latent by its kernel, so the latent directions that the kernel
    stretches most are its leading singular vectors.

    Args:
        generator: A `keras.Model` whose first layer with weights is dense.
        number: How many directions, at most `latent_dim`.

    Returns:
        float32 `(number, latent_dim)`: orthonormal rows, the strongest first. One unit along a row
        is one standard deviation of the latents.

    Reference:
        Shen & Zhou, "Closed-Form Factorization of Latent Semantics in GANs", 2021, equation 5.
    """
    kernel = np.asarray(generator.weights[0])  # (latent_dim, units)
    left, _, _ = np.linalg.svd(kernel, full_matrices=False)
    rows = left.T[:number]
    # A singular vector is known up to its sign; fix it, so that sliders keep their sense.
    strongest = np.abs(rows).argmax(axis=1)
    return (rows * np.sign(rows[np.arange(len(rows)), strongest])[:, None]).astype(np.float32)
