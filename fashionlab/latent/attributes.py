"""What can be read off a picture of a garment, as one number.

Each takes images, float32 `(number, 28, 28, 1)` in [-1, 1] with the garment bright on black, and
returns float64 `(number,)`. `supervised_direction` finds the direction in which it grows.
"""

from collections.abc import Callable

import numpy as np

from fashionlab import pretrained
from fashionlab.data.fashion_mnist import CLASS_NAMES
from fashionlab.errors import ConfigurationError
from fashionlab.latent.sampling import in_batches

LIT = -0.8  # pixels above this belong to the garment; the background is -1
SIDE = 7  # columns at either side that the sleeves of a top hang in
ARMS = slice(14, 26)  # rows that short sleeves end above


def brightness(images: np.ndarray) -> np.ndarray:
    """Mean value of the garment's pixels, in [-1, 1]; -1 where there is no garment.

    The background does not count, so a larger garment is not a brighter one.

    Example:
        >>> image = np.full((1, 28, 28, 1), -1.0)
        >>> image[0, 5:20, 10:18] = 0.5
        >>> brightness(image)
        array([0.5])
    """
    images = np.asarray(images, np.float64)
    lit = images > LIT
    pixels = lit.sum(axis=(1, 2, 3))
    return np.where(lit, images + 1, 0).sum(axis=(1, 2, 3)) / np.maximum(pixels, 1) - 1


def height(images: np.ndarray) -> np.ndarray:
    """Rows from the garment's top to its bottom, 0 to 28."""
    return _extent(_lit(images).any(axis=2))


def width(images: np.ndarray) -> np.ndarray:
    """Columns from the garment's left to its right, 0 to 28."""
    return _extent(_lit(images).any(axis=1))


def sleeve_length(images: np.ndarray) -> np.ndarray:
    """How much of the room where long sleeves hang is filled, 0 to 1.

    That room is the outer seven columns at either side, from the fifteenth row to the twenty-sixth.
    Shoes and bags fill it too: it means something on tops only, so look for its direction with a
    conditional generator, among the pictures of one class.
    """
    rows = _lit(images)[:, ARMS]
    return np.concatenate([rows[:, :, :SIDE], rows[:, :, -SIDE:]], axis=2).mean(axis=(1, 2))


def class_logit(name: str) -> Callable[[np.ndarray], np.ndarray]:
    """An attribute: how sure a classifier is that the garment is of one class.

    Args:
        name: Name of a class of Fashion-MNIST, such as "sandal".

    Returns:
        A function from images to logits `(number,)` of `plain_features`.

    Raises:
        ConfigurationError: There is no such class.
    """
    if name not in CLASS_NAMES:
        raise ConfigurationError(
            f"There is no class {name!r} in Fashion-MNIST. Use one of {', '.join(CLASS_NAMES)}."
        )
    network, column = pretrained.features(), CLASS_NAMES.index(name)

    def logit(images: np.ndarray) -> np.ndarray:
        logits = in_batches(lambda images: network(images, training=False)[1], images)
        return logits[:, column].astype(np.float64)

    return logit


def _lit(images):
    return np.asarray(images)[..., 0] > LIT


def _extent(lit):
    """From the first to the last lit position, both included, of each row."""
    first, after = lit.argmax(axis=1), lit.shape[1] - lit[:, ::-1].argmax(axis=1)
    return np.where(lit.any(axis=1), after - first, 0).astype(np.float64)
