"""Real images, damaged on purpose: stand-ins for generators whose faults are known.

Every damage is called as `damage(source, strength, seed)` and returns as many images as
`source.clean` has, in the same order wherever it leaves them alone. At strength 0 it changes
nothing; with one seed, what a strength replaces, every greater one replaces, too.
"""

from dataclasses import dataclass

import numpy as np

from fashionlab.data.fashion_mnist import LabelledImages
from fashionlab.errors import ConfigurationError, DataError

BLUR = 2.0  # pixels, the standard deviation at strength 1
NOISE = 0.5  # of pixel values in [-1, 1], the standard deviation at strength 1
DROPPED = 5  # classes that are gone at strength 1
PROTOTYPES = 5
SHINE = 0.1  # a copy of a prototype is darker by up to this share


@dataclass(frozen=True)
class Source:
    """Real images in three parts that share none.

    Attributes:
        clean: The images to damage. Undamaged they are a perfect generator's: real, and new.
        spare: More of the same kind, of all classes, to replace some of them.
        training: Images that a generator would have been trained on, float32
            `(others, 28, 28, 1)`.
    """

    clean: LabelledImages
    spare: LabelledImages
    training: np.ndarray


def split(data: LabelledImages, number: int) -> Source:
    """Share real images out: `number` clean ones, twice as many to spare, the rest for training.

    Args:
        data: Real images in no special order.
        number: Clean images wanted, from 1 to a quarter of all.

    Raises:
        DataError: There are not enough images for that.

    Example:
        >>> from fashionlab.data import load_fashion_mnist
        >>> source = split(load_fashion_mnist(path="sample", verbose=False), 1000)
        >>> len(source.clean), len(source.spare), len(source.training)
        (1000, 2000, 7000)
    """
    if not 1 <= number <= len(data) // 4:
        raise DataError(
            f"number={number} clean images, twice as many to spare and as many for training do not "
            f"fit into {len(data):,}. Use a number from 1 to {len(data) // 4:,}."
        )
    clean, spare = (
        LabelledImages(data.images[part], data.labels[part], data.source, data.class_names)
        for part in (slice(number), slice(number, 3 * number))
    )
    return Source(clean, spare, data.images[3 * number :])


def blur(source: Source, strength: float, seed: int = 0) -> np.ndarray:
    """Every image out of focus: a Gaussian blur of up to 2 pixels.

    Args:
        source: The images, and others to replace some by.
        strength: From 0 to 1.
        seed: Changes nothing, as nothing is drawn.

    Returns:
        float32 in [-1, 1], in the shape of `source.clean.images`.

    Raises:
        ConfigurationError: The strength leaves [0, 1].
    """
    from scipy import ndimage

    _check(strength)
    sigma = (0, BLUR * strength, BLUR * strength, 0)
    blurred = ndimage.gaussian_filter(source.clean.images, sigma, mode="nearest")
    return np.clip(blurred, -1, 1)  # rounding may leave 1.0000001


def noise(source: Source, strength: float, seed: int = 0) -> np.ndarray:
    """Every pixel off by a normal number of standard deviation up to 0.5, kept in [-1, 1].

    Args:
        source: The images, and others to replace some by.
        strength: From 0 to 1.
        seed: Seeds the numbers.

    Returns:
        float32 in [-1, 1], in the shape of `source.clean.images`.

    Raises:
        ConfigurationError: The strength leaves [0, 1].
    """
    _check(strength)
    images = source.clean.images
    grain = np.random.default_rng(seed).standard_normal(images.shape, np.float32)
    return np.clip(images + np.float32(NOISE * strength) * grain, -1, 1)


def drop_classes(source: Source, strength: float, seed: int = 0) -> np.ndarray:
    """Up to five of ten classes gone, their images replaced by unseen ones of those that stay.

    Args:
        source: The images, and others to replace some by.
        strength: From 0 to 1; a fifth more is a class less.
        seed: Decides which classes go, and by which images theirs are replaced.

    Returns:
        float32 in [-1, 1], in the shape of `source.clean.images`.

    Raises:
        ConfigurationError: The strength leaves [0, 1].
        DataError: `source.spare` has too few images of the other classes.
    """
    _check(strength)
    rng = np.random.default_rng(seed)
    gone = rng.permutation(len(source.clean.class_names))[: round(DROPPED * strength)]
    lost = np.isin(source.clean.labels, gone)
    # One order for all strengths, so that a slider does not shuffle what it leaves alone.
    order = rng.permutation(len(source.spare))
    fitting = order[~np.isin(source.spare.labels[order], gone)]
    if len(fitting) < lost.sum():
        raise DataError(
            f"{lost.sum()} images are to be replaced, but only {len(fitting)} spare ones are of "
            f"the classes that stay. Give more of them, or a smaller strength."
        )
    images = source.clean.images.copy()
    images[lost] = source.spare.images[fitting[: lost.sum()]]
    return images


def copies(source: Source, strength: float, seed: int = 0) -> np.ndarray:
    """A share of the images replaced by training images, pixel by pixel.

    Args:
        source: The images, and others to replace some by.
        strength: The share, from 0 to 1.
        seed: Decides which images go, and which training images come.

    Returns:
        float32 in [-1, 1], in the shape of `source.clean.images`.

    Raises:
        ConfigurationError: The strength leaves [0, 1].
        DataError: There are fewer training images than clean ones.
    """
    _check(strength)
    number = len(source.clean)
    if len(source.training) < number:
        raise DataError(
            f"{number} images, but only {len(source.training)} for training: copies of those "
            f"would be copies of each other, too. Give at least {number}."
        )
    rng = np.random.default_rng(seed)
    lost = _share(rng, number, strength)
    copied = source.training[rng.permutation(len(source.training))[:number]]
    return np.where(lost, copied, source.clean.images)


def collapse(source: Source, strength: float, seed: int = 0) -> np.ndarray:
    """A share of the images replaced by five prototypes, again and again, hardly varied.

    Args:
        source: The images, and others to replace some by.
        strength: The share, from 0 to 1.
        seed: Decides which images go, the prototypes, and how much darker each copy is.

    Returns:
        float32 in [-1, 1], in the shape of `source.clean.images`.

    Raises:
        ConfigurationError: The strength leaves [0, 1].
        DataError: `source.spare` has fewer than five images.
    """
    _check(strength)
    rng = np.random.default_rng(seed)
    number = len(source.clean)
    lost = _share(rng, number, strength)
    if len(source.spare) < PROTOTYPES:
        raise DataError(f"{PROTOTYPES} prototypes out of {len(source.spare)} spare images.")
    prototypes = source.spare.images[rng.permutation(len(source.spare))[:PROTOTYPES]]
    brightness = 1 - SHINE * rng.uniform(size=(number, 1, 1, 1)).astype(np.float32)
    crowd = (prototypes[rng.integers(PROTOTYPES, size=number)] + 1) * brightness - 1
    return np.where(lost, crowd, source.clean.images)


BY_NAME = {damage.__name__: damage for damage in (blur, noise, drop_classes, copies, collapse)}


def _check(strength) -> None:
    if not 0 <= strength <= 1:
        raise ConfigurationError(f"strength={strength}: use a number from 0 to 1.")


def _share(rng, number, strength):
    """Which images go, `(number, 1, 1, 1)`: the first ones of an order that the seed decides."""
    return (rng.permutation(number) < round(strength * number))[:, None, None, None]
