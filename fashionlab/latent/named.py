"""Directions as people give them: with names or without, or none at all."""

from collections.abc import Mapping

import numpy as np

from fashionlab.errors import ConfigurationError
from fashionlab.latent.axes import directions as strongest
from fashionlab.latent.sampling import latent_dim

USUAL = 6  # directions, when nobody names others


def named_directions(generator, given=None, least: int = 1) -> dict[str, np.ndarray]:
    """Directions by name, such as the sliders of an explorer go along.

    Args:
        generator: A `keras.Model` from latents `(batch, latent_dim)`, alone or with class weights,
            to images.
        given: A mapping from names to vectors `(latent_dim,)` or to what `supervised_direction`
            found; or an array `(number, latent_dim)`, whose rows become "direction 1" and so on.
            None takes the first six of `directions`.
        least: How many there have to be.

    Returns:
        From each name to a vector, float32 `(latent_dim,)`.

    Raises:
        ConfigurationError: There are too few, or one is no finite vector of this length.

    Example:
        >>> from fashionlab import pretrained
        >>> list(named_directions(pretrained.generator("dcgan"), np.eye(64)[:2]))
        ['direction 1', 'direction 2']
    """
    width = latent_dim(generator)
    if given is None:
        given = strongest(generator, min(USUAL, width))
    if not np.iterable(given):
        raise ConfigurationError(
            f"directions={given!r}: wanted a mapping from names to vectors ({width},), or an array "
            f"(number, {width})."
        )
    if not isinstance(given, Mapping):
        given = {f"direction {i}": vector for i, vector in enumerate(given, start=1)}
    given = {str(name): vector for name, vector in given.items()}
    if len(given) < least:
        raise ConfigurationError(
            f"directions holds {len(given)}. Give {least} or more, or None for those of the first "
            f"layer."
        )
    return {name: _vector(name, vector, width) for name, vector in given.items()}


def _vector(name, vector, width) -> np.ndarray:
    wanted = (
        f"Wanted: ({width},), all finite, such as a row of `latent.directions` or what "
        f"`latent.supervised_direction` finds."
    )
    try:
        vector = np.asarray(getattr(vector, "direction", vector), np.float32)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{name!r} is no direction: {error}. {wanted}") from error
    if vector.shape != (width,) or not np.isfinite(vector).all():
        raise ConfigurationError(
            f"{name!r} is no direction: it has shape {vector.shape} and "
            f"{np.isfinite(vector).sum()} finite numbers. {wanted}"
        )
    return vector
