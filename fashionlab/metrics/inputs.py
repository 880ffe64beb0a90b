"""The door of the metrics: what comes in is looked at once, and refused in one sentence."""

from pathlib import Path

import numpy as np
from PIL import Image

from fashionlab.data.folders import image_files
from fashionlab.errors import DataError

SHAPE = (28, 28, 1)
SUFFIXES = {".png", ".jpg", ".jpeg"}


def checked_images(images: np.ndarray, name: str) -> np.ndarray:
    """Images as the metrics want them.

    Args:
        images: `(number, 28, 28, 1)`, floating point in [-1, 1].
        name: What to call them in an error.

    Returns:
        The same as float32.

    Raises:
        DataError: They are something else. The message says what they look like.
    """
    images = np.asarray(images)
    if images.shape[1:] != SHAPE:
        raise DataError(
            f"The {name} have shape {images.shape}; wanted (number, 28, 28, 1). "
            f"{_way_to_shape(images.shape)}"
        )
    if not len(images):
        raise DataError(f"There are no {name}.")
    if not np.issubdtype(images.dtype, np.floating):
        raise DataError(
            f"The {name} are {images.dtype}; wanted float32 in [-1, 1]. "
            f"uint8 pixels p become p / 127.5 - 1."
        )
    low, high = images.min(), images.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        broken = ~np.isfinite(images).all(axis=(1, 2, 3))
        raise DataError(
            f"{broken.sum():,} of {len(images):,} {name} hold NaN or infinity, the first at "
            f"position {broken.argmax()}. Look for where training broke."
        )
    if low < -1.001 or high > 1.001 or (low >= 0 and high > 0):
        raise DataError(
            f"The {name} run from {low:.3g} to {high:.3g}; wanted [-1, 1], -1 being black. "
            f"{_way_to_range(low, high)}"
        )
    return images.astype(np.float32, copy=False)


def _way_to_shape(shape) -> str:
    match shape:
        case (_, 28, 28):
            return "The channel is missing: images[..., None]."
        case (28, 28, 1):
            return "That is one image: a figure about a distribution needs thousands."
        case (_, 1, 28, 28):
            return "The channel comes first: np.moveaxis(images, 1, -1)."
        case (_, 784):
            return "The pixels are in one row: images.reshape(-1, 28, 28, 1)."
        case (_, 28, 28, 3):
            return "They are in colour; Fashion-MNIST is grey: images.mean(axis=-1, keepdims=True)."
    return "FashionFID is defined for grey images of this size only."


def _way_to_range(low, high) -> str:
    if low >= 0.5 and high <= 1.001:
        return "All pixels of all images are bright: has the generator collapsed?"
    if low >= 0 and high <= 1.001:
        return "They look scaled to [0, 1]: images * 2 - 1."
    if low >= 0 and high <= 255:
        return "They look scaled to [0, 255]: images / 127.5 - 1."
    return "A generator's last layer should be a tanh."


def checked_features(*sets: np.ndarray) -> list[np.ndarray]:
    """Sets of features as float64.

    Args:
        *sets: `(number, width)` each, two or more rows, finite, of one width.

    Raises:
        DataError: They are something else.
    """
    sets = [np.asarray(features, np.float64) for features in sets]
    shapes = ", ".join(str(features.shape) for features in sets)
    if any(features.ndim != 2 or len(features) < 2 for features in sets):
        raise DataError(f"Features of shapes {shapes}: wanted (number, width), 2 rows or more.")
    if len({features.shape[1] for features in sets}) > 1:
        raise DataError(f"Features of shapes {shapes} differ in width: take one network for all.")
    if not all(np.isfinite(features).all() for features in sets):
        raise DataError("Some features are NaN or infinite. Look for such pixels in the images.")
    return sets


def checked_pair(
    x: np.ndarray, y: np.ndarray, name: str, equally_many: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Two sets of points or images that can be compared with each other.

    Args:
        x: `(number, ...)`.
        y: `(others, ...)`, with the same axes after the first.
        name: What to call them in an error.
        equally_many: Whether there have to be as many of y as of x.

    Returns:
        Both as arrays, neither of them empty, all values finite.

    Raises:
        DataError: They are something else.
    """
    x, y = np.asarray(x), np.asarray(y)
    found = f"{name} of shapes {x.shape} and {y.shape}"
    if min(x.ndim, y.ndim) < 2 or not x.size or not y.size:
        raise DataError(f"{found}: wanted one or more of each, (number, ...).")
    if x.shape[1:] != y.shape[1:]:
        raise DataError(f"{found} differ in size: make them alike but for the number.")
    if equally_many and len(x) != len(y):
        raise DataError(f"{found}: give equally many of each.")
    for values in (x, y):
        finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
        if not finite.all():
            raise DataError(
                f"{found}: {(~finite).sum():,} of {len(values):,} hold NaN or infinity, the first "
                f"at position {finite.argmin()}. Look for where they were made."
            )
    return x, y


def read_folder(folder: str | Path) -> np.ndarray:
    """Grey PNG and JPEG images of 28x28 pixels, in the order of their names, `2` before `10`.

    Args:
        folder: Where they lie; hidden files and those of other kinds are passed over.

    Returns:
        float32 `(number, 28, 28, 1)` in [-1, 1].

    Raises:
        DataError: There is no such folder or nothing in it, or an image cannot be read or has
            another size or colours.
    """
    files = [file for file in image_files(folder) if file.suffix.lower() in SUFFIXES]
    if not files:
        raise DataError(
            f"{folder} holds no PNG or JPEG images, nor the generator.json of a finished run."
        )
    pixels = np.stack([_read(file) for file in files])
    return pixels[..., np.newaxis].astype(np.float32) / np.float32(127.5) - np.float32(1)


def _read(file: Path) -> np.ndarray:
    try:
        with Image.open(file) as image:
            if image.size != SHAPE[:2]:
                width, height = image.size
                raise DataError(
                    f"{file} is {width}x{height} pixels; wanted 28x28. FashionFID is defined for "
                    f"that size only."
                )
            if image.mode not in ("L", "RGB"):
                raise DataError(f"{file} has mode {image.mode}; wanted 8-bit grey. Save it so.")
            pixels = np.asarray(image)
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:  # Pillow raises all
        raise DataError(f"{file} cannot be read as an image ({error}).") from error
    if pixels.ndim == 3:
        if (pixels != pixels[..., :1]).any():
            raise DataError(f"{file} is in colour; wanted 8-bit grey, as Fashion-MNIST is.")
        pixels = pixels[..., 0]
    return pixels
