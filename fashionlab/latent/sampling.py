"""Latents from noise, and the images that a generator makes of them."""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr, ndtri

from fashionlab.data import CLASS_NAMES
from fashionlab.errors import ConfigurationError


def noise(number: int, latent_dim: int, seed: int, truncation: float | None = None) -> np.ndarray:
    """Latents from the standard normal distribution.

    Args:
        number: How many.
        latent_dim: Length of each.
        seed: The same seed, an integer or a list of them, gives the same latents; the first k are
            the same for every `number`.
        truncation: Values beyond this many standard deviations are redrawn until none is; the
            others stay. The smaller, the more usual and the more alike the images. None keeps all.

    Returns:
        float32 `(number, latent_dim)`.

    Raises:
        ConfigurationError: The truncation is not above 0.

    Reference:
        Brock, Donahue & Simonyan, "Large Scale GAN Training for High Fidelity Natural Image
        Synthesis", 2019, section 3.1.

    Example:
        >>> noise(3, 64, seed=0).shape
        (3, 64)
        >>> bool(abs(noise(3, 64, seed=0, truncation=0.5)).max() <= 0.5)
        True
    """
    z = np.random.default_rng(seed).standard_normal((number, latent_dim), dtype=np.float32)
    if truncation is None:
        return z
    if not truncation > 0:
        raise ConfigurationError(
            f"truncation={truncation}: no value is that near to 0. Use a number of standard "
            f"deviations above 0, such as 1.0, or None for all values."
        )
    far = np.abs(z) > truncation
    z[far] = _redrawn(z[far].astype(np.float64), truncation)
    return z


def _redrawn(values, truncation):
    """What lies beyond the truncation, moved within it."""
    # Drawing again and again would come to the same distribution. But how far out a value lies
    # within its tail is a uniform number already, so the quantile function needs no further draw.
    uniform = 1 - ndtr(-np.abs(values)) / ndtr(-truncation)
    return np.sign(values) * ndtri(0.5 + uniform * (ndtr(truncation) - 0.5))


def latent_dim(generator) -> int:
    """Length of the latents that a generator takes.

    Args:
        generator: A `keras.Model` from latents `(batch, latent_dim)`, or from a pair of latents and
            class weights `(batch, classes)`, to images.

    Raises:
        ConfigurationError: It is something else.
    """
    shape = getattr(generator, "input_shape", None)
    first = shape[0] if _takes_a_pair(shape) else shape
    if not isinstance(first, tuple) or len(first) != 2:
        raise ConfigurationError(
            f"Wanted a generator, a keras.Model that takes latents (batch, latent_dim), alone or "
            f"with class weights (batch, classes); {getattr(generator, 'name', generator)!r} is a "
            f"{type(generator).__name__} with input shape {shape}. Of a GAN, give "
            f"gan.averaged_generator."
        )
    return first[1]


def _takes_a_pair(shape) -> bool:
    return isinstance(shape, list) and len(shape) == 2


def class_weights(generator, classes, number: int) -> np.ndarray | None:
    """A row of class weights for each of `number` latents.

    Args:
        generator: As in `latent_dim`.
        classes: Class weights `(number, classes)`, or `(classes,)` or `(1, classes)` for all;
            every row adds up to 1. None asks a conditional generator for each class in turn.
        number: How many latents there are.

    Returns:
        float32 `(number, classes)`, or None.

    Raises:
        ConfigurationError: The weights are of another shape, do not add up to 1, or the generator
            takes none.
    """
    shape = generator.input_shape
    if not _takes_a_pair(shape):
        if classes is not None:
            raise ConfigurationError(
                f"classes are given, but {generator.name!r} takes latents alone. Leave them out, "
                f"or take a conditional generator."
            )
        return None
    width = shape[1][-1]
    if classes is None:
        return np.eye(width, dtype=np.float32)[np.arange(number) % width]
    rows = np.asarray(classes, np.float32)
    fits = rows.shape in ((width,), (1, width), (number, width))
    if not fits or not np.allclose(rows.sum(axis=-1), 1, atol=1e-3):
        sums = f" that add up to {rows.sum(axis=-1).max():.3g} at most" if fits else ""
        raise ConfigurationError(
            f"{generator.name!r} got classes of shape {rows.shape}{sums}. Wanted: class weights "
            f"({number}, {width}), or ({width},) for all, every row adding up to 1, such as "
            f"np.eye({width})[3]."
        )
    return np.broadcast_to(rows, (number, width))


def guided(classes: np.ndarray, strength: float) -> np.ndarray:
    """Class weights that ask more or less firmly for the same classes.

    They lie on the line from the mean, which asks for all classes alike, through the weights given:
    mean + strength (classes - mean). Above 1 they go beyond what training has shown: images become
    surer of their class and more alike.

    Args:
        classes: Class weights `(classes,)` or `(number, classes)`; every row adds up to 1.
        strength: 0 asks for no class, 1 changes nothing; 0 or more.

    Returns:
        float32 of the same shape; every row adds up to 1, single weights may be negative.

    Raises:
        ConfigurationError: A row does not add up to 1, or the strength is negative or NaN.

    Reference:
        Ho & Salimans, "Classifier-Free Diffusion Guidance", 2022, equation 6, goes beyond a
        condition along the same line, with the scores of a diffusion model.

    Example:
        >>> guided([1, 0, 0, 0], 2.0).tolist()
        [1.75, -0.25, -0.25, -0.25]
    """
    classes = np.asarray(classes, np.float32)
    if classes.ndim not in (1, 2) or not np.allclose(classes.sum(axis=-1), 1, atol=1e-3):
        raise ConfigurationError(
            f"Class weights of shape {classes.shape}, with rows that add up to "
            f"{classes.sum(axis=-1)}. Wanted: (classes,) or (number, classes), every row adding up "
            f"to 1, such as np.eye(10)[3]."
        )
    if not 0 <= strength < np.inf:
        raise ConfigurationError(f"strength={strength}; wanted a number from 0 up, such as 1.5.")
    mean = classes.mean(axis=-1, keepdims=True)
    return mean + np.float32(strength) * (classes - mean)


def generate(generator, z: np.ndarray, batch_size: int = 250, classes=None) -> np.ndarray:
    """Images of given latents, with the generator in inference mode.

    Args:
        generator: A `keras.Model` from latents to images, or from `[latents, class weights]`.
        z: float32 `(number, latent_dim)`.
        batch_size: Images made at once; bounds the memory.
        classes: Class weights for a conditional generator, `(number, classes)`, or `(classes,)` for
            all; every row adds up to 1. Several classes at once make a mixture. None asks for each
            class in turn.

    Returns:
        float32 `(number, height, width, channels)` in [-1, 1].

    Raises:
        ConfigurationError: The latents or the class weights are not what the generator takes.
    """
    length, shape = latent_dim(generator), np.shape(z)
    if len(shape) != 2 or shape[1] != length or not shape[0]:
        raise ConfigurationError(
            f"Latents of shape {shape}; {generator.name!r} takes (number, {length}), one or more. "
            f"A single latent goes in as z[None]."
        )
    return run(generator, z, class_weights(generator, classes, len(z)), batch_size)


def run(network, z: np.ndarray, classes: np.ndarray | None, batch_size: int = 250) -> np.ndarray:
    """What a network makes of latents, and of class weights if there are any."""
    if classes is None:
        return in_batches(lambda z: network(z, training=False), z, batch_size=batch_size)
    return in_batches(
        lambda *batch: network(list(batch), training=False), z, classes, batch_size=batch_size
    )


def in_batches(compute: Callable, *arrays: np.ndarray, batch_size: int = 250) -> np.ndarray:
    """What `compute` makes of arrays, so many rows at once; bounds the memory."""
    parts = [
        np.asarray(compute(*(array[start : start + batch_size] for array in arrays)))
        for start in range(0, len(arrays[0]), batch_size)
    ]
    return np.concatenate(parts)


def sample(
    generator, number: int, seed: int, truncation: float | None = None, classes=None
) -> np.ndarray:
    """Images of `number` random latents.

    Args:
        generator: As in `generate`.
        number: How many images, 1 or more.
        seed: Seeds the latents.
        truncation: As in `noise`.
        classes: As in `generate`.

    Returns:
        float32 `(number, height, width, channels)` in [-1, 1].

    Raises:
        ConfigurationError: The truncation is not above 0, or the class weights are not what the
            generator takes.
    """
    z = noise(number, latent_dim(generator), seed, truncation)
    return generate(generator, z, classes=classes)


def class_names(number: int) -> list[str]:
    """Names of the classes that a conditional generator takes; those of Fashion-MNIST if ten."""
    if number == len(CLASS_NAMES):
        return list(CLASS_NAMES)
    return [f"class {i}" for i in range(number)]
