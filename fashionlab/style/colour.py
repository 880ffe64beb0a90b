"""Colours in style transfer: give an image those of another, or keep its own."""

import numpy as np

from fashionlab.data.images import LUMA
from fashionlab.errors import DataError
from fashionlab.style.inputs import checked_image, checked_mask

FAINT = 1e-4  # variance below which colours only differ by noise: about a level of 255, squared


def match_colours(
    image: np.ndarray, reference: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    """Give an image the mean and the covariance of another one's colours.

    Every colour moves by the same linear map. A spread of less than a grey level, such as that of
    the hue of a plain garment, is flattened: stretched to the reference's it would be noise.

    Args:
        image: `(height, width, 3)` in [-1, 1].
        reference: The same, of any size.
        mask: `(height, width)` in [0, 1]: what counts in the image, and changes. None: all.

    Returns:
        float32 of the image's shape, cut to [-1, 1].

    Raises:
        DataError: An image or the mask is not as wanted.

    Reference:
        Hertzmann et al., "Image Analogies", 2001, for brightness; for colours Gatys et al.,
        "Controlling Perceptual Factors in Neural Style Transfer", 2017, section 5.2.

    Example:
        >>> grey = np.zeros((2, 2, 3))
        >>> match_colours(grey, grey + 0.5)[0, 0].tolist()
        [0.5, 0.5, 0.5]
    """
    image, reference = checked_image(image, "image"), checked_image(reference, "reference")
    mask = checked_mask(mask, image.shape[:2])
    mean, covariance = _statistics(image, mask)
    wanted_mean, wanted_covariance = _statistics(reference, checked_mask(None, reference.shape[:2]))
    colour = _power(wanted_covariance, 0.5) @ _power(covariance, -0.5)
    moved = np.clip((image - mean) @ colour.T + wanted_mean, -1, 1)
    weights = mask[..., None]
    return (weights * moved + (1 - weights) * image).astype(np.float32)


def keep_colours(result: np.ndarray, content: np.ndarray) -> np.ndarray:
    """The brightness of one image with the colours of another.

    Args:
        result: `(height, width, 3)` in [-1, 1]: its luminance is kept.
        content: Of the same shape: its chroma is kept, but pales where a colour as bright or as
            dark as that does not exist.

    Returns:
        float32 of the same shape.

    Raises:
        DataError: The images are not as wanted.

    Reference:
        Gatys et al., "Controlling Perceptual Factors in Neural Style Transfer", 2017, section 5.1.

    Example:
        >>> grey, red = np.zeros((1, 1, 3)), np.float32([[[1, -1, -1]]])
        >>> keep_colours(grey, red)[0, 0].astype(float).round(2).tolist()
        [1.0, -0.43, -0.43]
    """
    result, content = checked_image(result, "result"), checked_image(content, "content")
    if result.shape != content.shape:
        raise DataError(f"The images have shapes {result.shape} and {content.shape}; wanted one.")
    luminance = (result @ LUMA)[..., None]
    chroma = content - (content @ LUMA)[..., None]
    room = np.where(chroma > 0, 1 - luminance, 1 + luminance)
    share = np.where(chroma == 0, 1, room / np.maximum(np.abs(chroma), 1e-12))
    share = np.clip(share.min(axis=-1, keepdims=True), 0, 1)
    return np.clip(luminance + share * chroma, -1, 1).astype(np.float32)


def _statistics(image, mask):
    """Mean `(3,)` and covariance `(3, 3)` of the colours, weighted by the mask."""
    colours, weights = image.reshape(-1, 3).astype(float), mask.reshape(-1, 1) / mask.sum()
    mean = (weights * colours).sum(axis=0)
    centred = colours - mean
    return mean, (weights * centred).T @ centred


def _power(covariance, exponent):
    """A symmetric matrix to some power, without the directions of faint spread."""
    values, vectors = np.linalg.eigh(covariance)
    powers = np.where(values < FAINT, 0, np.maximum(values, FAINT) ** exponent)
    return (vectors * powers) @ vectors.T
