"""What a function that takes images refuses, in one sentence each."""

import numpy as np

from fashionlab.errors import DataError


def checked_images(images, shape: tuple) -> np.ndarray:
    """Images of a shape that a network takes or makes.

    Args:
        images: `(number, *shape)` in [-1, 1], one or more.
        shape: Height, width and channels.

    Returns:
        float32 of the same shape.

    Raises:
        DataError: They have another shape or range.
    """
    images = np.asarray(images)
    if images.shape[1:] != tuple(shape) or not len(images):
        raise DataError(
            f"The images have shape {images.shape}; wanted (number, "
            f"{', '.join(map(str, shape))}), one or more. A single image goes in as image[None]."
        )
    check_range(images)
    return images.astype(np.float32, copy=False)


def check_range(images: np.ndarray) -> None:
    """Refuse pixel values outside [-1, 1].

    Raises:
        DataError: There are some, or NaN.
    """
    low, high = images.min(), images.max()
    if not -1.001 <= low <= high <= 1.001:  # NaN is refused, too
        raise DataError(
            f"Pixel values run from {low:.3g} to {high:.3g}; wanted [-1, 1]. "
            f"uint8 pixels p become p / 127.5 - 1."
        )
