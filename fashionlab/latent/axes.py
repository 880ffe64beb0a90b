"""Directions in latent space along which the picture changes in one way.

In every direction one unit is one standard deviation of the latents.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.sparse.linalg import eigsh

from fashionlab.backend import keras
from fashionlab.errors import ConfigurationError
from fashionlab.latent.sampling import class_weights, generate, latent_dim, noise, run

HELD_OUT = 5  # every fifth latent says how well a direction fits


class Direction(NamedTuple):
    """A direction along which an attribute of the picture grows.

    Attributes:
        direction: float32 `(latent_dim,)`, of length 1.
        r_squared: Share of the attribute's variance that the place along the direction explains, on
            latents that were not fitted. 1: the attribute is a straight line. About 0: the
            direction means nothing.
        slope: How much the attribute grows per standard deviation, in its own units.
    """

    direction: np.ndarray
    r_squared: float
    slope: float


def directions(generator, number: int) -> np.ndarray:
    """Directions in latent space that change the picture most, found without any training.

    The first layer multiplies the latent by its kernel, so the latent directions that the kernel
    stretches most are its leading singular vectors.

    Args:
        generator: A `keras.Model` whose first layer with weights is dense. It may take class
            weights too, joined to the end of the latents.
        number: How many directions, at most `latent_dim`.

    Returns:
        float32 `(number, latent_dim)`: orthonormal rows, the strongest first. One unit along a row
        is one standard deviation of the latents.

    Raises:
        ConfigurationError: There are not so many, or the first layer is another one.

    Reference:
        Shen & Zhou, "Closed-Form Factorization of Latent Semantics in GANs", 2021, equation 5.
    """
    width = _checked_width(generator, number)
    kernel = np.asarray(generator.weights[0])  # (latent_dim, units)
    if kernel.ndim != 2 or len(kernel) < width:
        raise ConfigurationError(
            f"The first weights of {generator.name!r} have shape {kernel.shape}; wanted those of a "
            f"dense layer that takes the latents, ({width}, units). `pca_directions` needs none."
        )
    left, _, _ = np.linalg.svd(kernel[:width], full_matrices=False)
    if left.shape[1] < number:
        raise ConfigurationError(
            f"number={number} directions, but the first layer of {generator.name!r} has "
            f"{left.shape[1]} units, and so no more directions."
        )
    return _with_fixed_signs(left.T[:number])


def pca_directions(
    generator, number: int, seed: int, samples: int = 2000, classes=None
) -> np.ndarray:
    """Directions along which what the first layers compute varies most.

    The activations behind the first nonlinearity are taken of many latents. Their principal
    components say how they vary together; a linear regression of the latents on each component
    gives the way there in latent space. In front of the nonlinearity everything is linear, and
    the result would be that of `directions`.

    Args:
        generator: A `keras.Model` from latents to images, or from `[latents, class weights]`.
        number: How many directions, at most `latent_dim`.
        seed: Seeds the latents.
        samples: How many latents, well above `latent_dim`.
        classes: As in `generate`.

    Returns:
        float32 `(number, latent_dim)`: orthonormal rows, the strongest first. Each is what the
        regression gave without its share of the rows before. One unit along a row is one standard
        deviation of the latents.

    Raises:
        ConfigurationError: There are not so many, the latents are fewer, or there is no
            nonlinearity.

    Reference:
        Härkönen et al., "GANSpace: Discovering Interpretable GAN Controls", 2020, as for BigGAN
        (there the rows are not made orthogonal).
    """
    width = _checked_width(generator, number)
    if samples < 2 * width:
        raise ConfigurationError(
            f"samples={samples} latents of length {width} are too few to tell the directions from "
            f"chance. Use {2 * width} or more; 2,000 is usual."
        )
    z = noise(samples, width, seed)
    inputs = generator.inputs if len(generator.inputs) > 1 else generator.inputs[0]
    network = keras.Model(inputs, _first_activation(generator))
    weights = class_weights(generator, classes, samples)
    activations = run(network, z, weights).reshape(samples, -1)
    if weights is None:
        activations -= activations.mean(axis=0)
    else:  # what the class alone explains is no direction of the latents
        activations -= weights @ np.linalg.lstsq(weights, activations, rcond=None)[0]
    # (samples, samples) is smaller than a covariance of thousands of activations, and has the same
    # components: its eigenvectors are the latents' coordinates in them, but for a factor.
    gram = activations @ activations.T
    # Only a few are wanted, so an iteration finds them sooner than a full decomposition. It is told
    # where to begin, or else it would begin at random.
    strengths, coordinates = eigsh(gram, k=number, which="LA", v0=z.sum(axis=1))
    strongest_first = coordinates[:, np.argsort(-strengths)]
    regressed = strongest_first.T @ z  # the coordinates are orthonormal: least squares
    orthonormal, _ = np.linalg.qr(regressed.T)
    return _with_fixed_signs(orthonormal.T)


def supervised_direction(
    generator,
    attribute: Callable[[np.ndarray], np.ndarray],
    seed: int,
    samples: int = 5000,
    classes=None,
) -> Direction:
    """The direction in which an attribute of the picture grows, by linear regression on latents.

    Args:
        generator: A `keras.Model` from latents to images, or from `[latents, class weights]`.
        attribute: A function from images `(number, height, width, channels)` in [-1, 1] to numbers
            `(number,)`; `fashionlab.latent.attributes` has some.
        seed: Seeds the latents.
        samples: How many latents, ten times `latent_dim` or more. A fifth of them is kept for
            `r_squared`.
        classes: As in `generate`.

    Returns:
        The direction, and how much it means: look at `r_squared` before you use it.

    Raises:
        ConfigurationError: The attribute gives something else, or the same number for all images;
            or the latents are too few.

    Example:
        >>> from fashionlab import pretrained
        >>> from fashionlab.latent.attributes import brightness
        >>> found = supervised_direction(pretrained.generator("dcgan"), brightness, 0, samples=700)
        >>> found.direction.shape
        (64,)
    """
    width = latent_dim(generator)
    if samples < 10 * width:
        raise ConfigurationError(
            f"samples={samples} latents of length {width} are too few for a regression. Use "
            f"{10 * width} or more."
        )
    z = noise(samples, width, seed)
    values = _checked_values(attribute(generate(generator, z, classes=classes)), samples)
    unseen = np.arange(samples) % HELD_OUT == 0
    inputs = np.column_stack([z, np.ones(samples)]).astype(np.float64)
    weights = np.linalg.lstsq(inputs[~unseen], values[~unseen], rcond=None)[0]
    errors = values[unseen] - inputs[unseen] @ weights
    slope = np.linalg.norm(weights[:-1])
    return Direction(
        direction=(weights[:-1] / slope).astype(np.float32),
        r_squared=float(1 - errors.var() / values[unseen].var()),
        slope=float(slope),
    )


def _checked_width(generator, number: int) -> int:
    width = latent_dim(generator)
    if not 1 <= number <= width:
        raise ConfigurationError(
            f"number={number} directions, but the latents of {generator.name!r} have {width}. "
            f"Use a number from 1 to {width}."
        )
    return width


def _checked_values(values, samples):
    values = np.asarray(values, np.float64)
    if values.shape != (samples,) or not np.isfinite(values).all():
        raise ConfigurationError(
            f"The attribute gave an array of shape {values.shape} for {samples} images; wanted one "
            f"finite number for each, ({samples},)."
        )
    if np.ptp(values) == 0:
        raise ConfigurationError(
            f"The attribute is {values[0]:.4g} for all {samples} images, so it grows in no "
            f"direction. Has the generator collapsed?"
        )
    return values


def _first_activation(generator):
    """What the first layer that is not linear gives."""
    kinds = (keras.layers.ReLU, keras.layers.LeakyReLU)
    linear = (None, keras.activations.linear)
    for layer in generator.layers:
        if isinstance(layer, kinds) or getattr(layer, "activation", None) not in linear:
            return layer.output
    raise ConfigurationError(
        f"{generator.name!r} has no layer with an activation, so there is nothing that PCA could "
        f"find beyond `directions`. Use that."
    )


def _with_fixed_signs(rows):
    # A singular vector is known up to its sign; fix it, so that sliders keep their sense.
    strongest = np.abs(rows).argmax(axis=1)
    return (rows * np.sign(rows[np.arange(len(rows)), strongest])[:, None]).astype(np.float32)
