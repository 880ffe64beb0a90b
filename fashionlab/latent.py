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


def slerp(a: np.ndarray, b: np.ndarray, amount) -> np.ndarray:
    """Walk from one latent to another along the arc between them (spherical interpolation).

    Why not along the straight line: nearly all latents of a standard normal have a norm close to
    sqrt(latent_dim), so the generator has learned on a thin shell. The midpoint of a line between
    two of them has a norm of about sqrt(latent_dim / 2), where it has hardly seen any.

    Args:
        a: float32 `(number, latent_dim)`, the start; neither zero nor opposite to `b`.
        b: float32 `(number, latent_dim)`, the end.
        amount: How far to go, in [0, 1]; a column `(steps, 1)` walks one pair in many steps.

    Returns:
        float32 `(number or steps, latent_dim)`.

    Reference:
        Shoemake, "Animating Rotation with Quaternion Curves", 1985, section 3.3.

    Example:
        >>> slerp(np.array([[2.0, 0.0]]), np.array([[0.0, 2.0]]), 0.5).round(3)
        array([[1.414, 1.414]], dtype=float32)
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    cosine = (a * b).sum(axis=-1) / lengths
    turns = (np.arccos(np.clip(cosine, -1, 1)) / np.pi)[..., None]
    # sin(t angle) / sin(angle) written with sinc, which is also right where the angle is 0.
    weight_a = (1 - amount) * np.sinc((1 - amount) * turns) / np.sinc(turns)
    weight_b = amount * np.sinc(amount * turns) / np.sinc(turns)
    return (weight_a * a + weight_b * b).astype(np.float32)


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
