"""Ways through latent space, and how evenly the picture changes along them."""

import itertools

import numpy as np

from fashionlab import pretrained
from fashionlab.errors import ConfigurationError
from fashionlab.latent.sampling import generate, in_batches, latent_dim, noise

EPSILON = 1e-4  # of the whole path, as in the paper


def lerp(a: np.ndarray, b: np.ndarray, amount) -> np.ndarray:
    """Walk from one latent to another along the straight line (linear interpolation).

    Args:
        a: float32 `(number, latent_dim)`, the start.
        b: float32 `(number, latent_dim)`, the end.
        amount: How far to go, in [0, 1]; a column `(steps, 1)` walks one pair in many steps.

    Returns:
        float32 `(number or steps, latent_dim)`.

    Example:
        >>> lerp(np.array([[2.0, 0.0]]), np.array([[0.0, 2.0]]), 0.5)
        array([[1., 1.]], dtype=float32)
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return ((1 - amount) * a + amount * b).astype(np.float32)


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


def walk(latents: np.ndarray, steps: int, path=slerp) -> np.ndarray:
    """Walk through several latents, one after the other: the latents of a film strip.

    Args:
        latents: float32 `(number, latent_dim)`, two or more: where the walk comes by.
        steps: Steps from each to the next, 1 or more.
        path: `slerp` or `lerp`.

    Returns:
        float32 `((number - 1) * steps + 1, latent_dim)`: begins with the first latent and ends with
        the last; every one of them comes once.

    Raises:
        ConfigurationError: There are fewer than two latents, or fewer steps than one.

    Example:
        >>> walk(np.array([[0.0], [1.0], [3.0]]), steps=2, path=lerp).ravel()
        array([0. , 0.5, 1. , 2. , 3. ], dtype=float32)
    """
    latents = np.asarray(latents, np.float32)
    if latents.ndim != 2 or len(latents) < 2 or steps < 1:
        raise ConfigurationError(
            f"A walk in {steps} steps through latents of shape {latents.shape}; wanted one step or "
            f"more, through (number, latent_dim) with two latents or more."
        )
    amounts = np.arange(1, steps + 1)[:, None] / steps
    legs = [path(a[None], b[None], amounts) for a, b in itertools.pairwise(latents)]
    return np.concatenate([latents[:1], *legs])


def plane(
    z: np.ndarray, direction_x: np.ndarray, direction_y: np.ndarray, reach: float, size: int
) -> np.ndarray:
    """A square of latents around one of them, spanned by two directions.

    Args:
        z: float32 `(latent_dim,)` or `(1, latent_dim)`, the centre.
        direction_x: `(latent_dim,)`, to the right.
        direction_y: `(latent_dim,)`, upwards.
        reach: How far to either side, in lengths of a direction: standard deviations, if that is 1.
        size: Latents on a side; an odd number has `z` itself in the middle.

    Returns:
        float32 `(size * size, latent_dim)`, row by row, from left to right. The top row comes first
        and is the farthest along `direction_y`.

    Example:
        >>> plane(np.zeros(2), np.array([1, 0]), np.array([0, 1]), reach=3, size=2)
        array([[-3., 3.], [ 3., 3.], [-3., -3.], [ 3., -3.]], dtype=float32)
    """
    offsets = np.linspace(-reach, reach, size)
    right = offsets[None, :, None] * np.asarray(direction_x)
    up = offsets[::-1, None, None] * np.asarray(direction_y)
    return (np.asarray(z) + right + up).reshape(size * size, -1).astype(np.float32)


def perceptual_path_length(
    generator, number: int, seed: int, path=slerp, classes=None
) -> tuple[float, float]:
    """How fast the picture changes on the way from one latent to another.

    At a random place of each path a step of a ten-thousandth of its length is made. The squared
    distance of the two pictures, in the features of `plain_features`, is divided by the step's
    square. Long stretches where nothing happens and sudden changes elsewhere make it large.

    Args:
        generator: A `keras.Model` from latents to images `(batch, 28, 28, 1)`, or from
            `[latents, class weights]`.
        number: Paths, 2 or more; thousands for a steady figure.
        seed: Seeds their ends and the places on them.
        path: `slerp` or `lerp`.
        classes: As in `generate`.

    Returns:
        The mean over the paths, in squared units of the features, and its standard error. Only
        figures of one feature network can be compared, not with those of the paper.

    Reference:
        Karras, Laine & Aila, "A Style-Based Generator Architecture for Generative Adversarial
        Networks", 2019, section 4.1, equation 2 (there slerp, and the features of VGG16).
    """
    starts, ends = np.split(noise(2 * number, latent_dim(generator), seed), 2)
    # [seed, 1]: places that do not go with the latents, which are drawn from the seed itself.
    places = np.random.default_rng([seed, 1]).random((number, 1))
    network = pretrained.features()

    def features(amount):
        images = generate(generator, path(starts, ends, amount), classes=classes)
        return in_batches(lambda images: network(images, training=False)[0], images)

    steps = features(places + EPSILON) - features(places)
    lengths = np.square(steps.astype(np.float64)).sum(axis=1) / EPSILON**2
    return float(lengths.mean()), float(lengths.std(ddof=1) / np.sqrt(number))
