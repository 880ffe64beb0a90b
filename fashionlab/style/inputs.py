"""The door of style transfer: single images and masks are looked at once."""

import numpy as np

from fashionlab.data.arrays import check_range
from fashionlab.errors import ConfigurationError, DataError

MOST_STYLES = 4
SMALLEST = 32  # pixels that the networks need each way


def checked_image(image, name: str, least: int = 1) -> np.ndarray:
    """One image as style transfer wants it.

    Args:
        image: `(height, width, 3)` in [-1, 1].
        name: What to call it in an error.
        least: Pixels that each side has to have.

    Returns:
        The same as float32.

    Raises:
        DataError: It is something else.
    """
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[2] != 3 or min(image.shape[:2]) < least:
        raise DataError(
            f"The {name} has shape {image.shape}; wanted (height, width, 3), {least} pixels or "
            f"more each way. fl.data.load_image reads a file into such a one."
        )
    if image.dtype.kind != "f":
        raise DataError(
            f"The {name} is {image.dtype}; wanted floats in [-1, 1]. uint8 pixels p become "
            f"p / 127.5 - 1."
        )
    check_range(image)
    return image.astype(np.float32, copy=False)


def checked_mask(mask, shape: tuple, name: str = "mask") -> np.ndarray:
    """One mask, or one of ones in place of None.

    Args:
        mask: `(height, width)` in [0, 1], somewhere above 0; or None.
        shape: Height and width of the image that it is for.
        name: What to call it in an error.

    Returns:
        float32 of this shape.

    Raises:
        DataError: It is something else.
    """
    if mask is None:
        return np.ones(shape, np.float32)
    mask = np.asarray(mask)
    if mask.shape != tuple(shape):
        raise DataError(
            f"The {name} has shape {mask.shape}; wanted the image's height and width, "
            f"{tuple(shape)}."
        )
    mask = mask.astype(np.float32)
    if not (mask.min() >= 0 and 0 < mask.max() <= 1):  # NaN is refused, too
        raise DataError(
            f"The {name} runs from {mask.min():.3g} to {mask.max():.3g}; wanted [0, 1], above 0 "
            f"where the image may change. 0 to 255 become mask / 255."
        )
    return mask


def as_list(styles) -> list:
    """One style, or several, as a list.

    Args:
        styles: A list or tuple of styles, or anything else, which is one style.

    Returns:
        A new list, of 1 to `MOST_STYLES`.

    Raises:
        ConfigurationError: There are none, or more than `MOST_STYLES`.
    """
    styles = list(styles) if isinstance(styles, list | tuple) else [styles]
    if not 1 <= len(styles) <= MOST_STYLES:
        raise ConfigurationError(f"{len(styles)} styles are given; wanted 1 to {MOST_STYLES}.")
    return styles


def checked_styles(styles, weights) -> tuple[list[np.ndarray], np.ndarray]:
    """Styles as style transfer wants them, and how much each counts.

    Args:
        styles: One image as for `checked_image`, or a list of up to four, of any sizes.
        weights: As many numbers of 0 or more, one of them above 0. None: all count alike.

    Returns:
        The images, and float64 shares of the same number, 1 together.

    Raises:
        DataError: A style is not as wanted.
        ConfigurationError: There are too many styles or none, or the weights do not fit them.
    """
    styles = [
        checked_image(style, f"style {i}", SMALLEST) for i, style in enumerate(as_list(styles), 1)
    ]
    try:
        shares = np.ones(len(styles)) if weights is None else np.asarray(weights, float)
    except (TypeError, ValueError):
        shares = np.empty(0)  # no numbers: refused below
    if shares.shape != (len(styles),) or not (shares.min() >= 0 < shares.sum() < np.inf):
        raise ConfigurationError(
            f"weights={weights!r} for {len(styles)} style(s): give each a number of 0 or more, "
            f"one of them above 0."
        )
    return styles, shares / shares.sum()
