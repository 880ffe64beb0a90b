"""How crisp images are: the mean of their absolute Laplacian."""

import numpy as np

from fashionlab.errors import DataError


def sharpness(images: np.ndarray) -> float:
    """Mean absolute Laplacian: how much a pixel differs from the mean of its four neighbours.

    Blur lowers it, and so does a plain surface; noise raises it. So it says nothing by itself:
    compare with real images of the same kind.

    Args:
        images: `(number, height, width, channels)` in [-1, 1], 3 pixels or more each way.

    Returns:
        0 or more, in units of pixel values: |p - (left + right + above + below) / 4|, averaged over
        all pixels but those at the border.

    Raises:
        DataError: The images have another shape, or hold NaN or infinity.

    Example:
        >>> dot = np.zeros((1, 3, 3, 1))
        >>> dot[0, 1, 1] = 0.8
        >>> sharpness(dot)
        0.8
    """
    images = np.asarray(images)
    if images.ndim != 4 or not len(images) or min(images.shape[1:3]) < 3:
        raise DataError(
            f"Images of shape {images.shape}: wanted (number, height, width, channels), at least "
            f"one image, 3 pixels or more each way."
        )
    if not np.issubdtype(images.dtype, np.floating):
        raise DataError(
            f"Images are {images.dtype}; wanted floats in [-1, 1]. uint8 pixels p become "
            f"p / 127.5 - 1."
        )
    if not np.isfinite(images).all():
        raise DataError("The images hold NaN or infinity. Look for where training broke.")
    across = images[:, 1:-1, :-2] + images[:, 1:-1, 2:]
    along = images[:, :-2, 1:-1] + images[:, 2:, 1:-1]
    return float(np.abs(images[:, 1:-1, 1:-1] - (across + along) / 4).mean(dtype=np.float64))
