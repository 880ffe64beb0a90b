"""The structural similarity of two images."""

import functools

import numpy as np
from scipy import ndimage

STABLE = (0.01**2, 0.03**2)  # C1 and C2 of the SSIM, for values that span 1
WINDOW = 3.5  # standard deviations at which windows end: 11 pixels in all for 1.5, as in the paper
TINY = 1e-9


def ssim_map(
    x: np.ndarray, y: np.ndarray, mask: np.ndarray | None = None, width: float = 1.5
) -> np.ndarray:
    """Structural similarity of two grey images around each pixel.

    (2 m_x m_y + C1) (2 c_xy + C2) / ((m_x^2 + m_y^2 + C1) (v_x + v_y + C2)), with means m,
    variances v and covariance c under a Gaussian window. What the mask leaves out takes no part in
    any window.

    Args:
        x: `(height, width)` in [0, 1].
        y: Of the same shape.
        mask: Weights of the pixels, of the same shape, 0 or more. None: all alike.
        width: Standard deviation of the window in pixels.

    Returns:
        `(height, width)` in [-1, 1]; 1 where both are alike.

    Reference:
        Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity",
        2004, equation 13.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    mask = np.ones_like(x) if mask is None else mask
    mean_x, mean_y, xx, yy, xy = (blurred(z, mask, width) for z in (x, y, x * x, y * y, x * y))
    product, squares = mean_x * mean_y, mean_x**2 + mean_y**2
    first, second = STABLE
    return ((2 * product + first) * (2 * (xy - product) + second)) / (
        (squares + first) * (xx + yy - squares + second)
    )


def blurred(values: np.ndarray, weights: np.ndarray, width: float) -> np.ndarray:
    """Means under a Gaussian window of what has a weight.

    Args:
        values: `(height, width)`.
        weights: Of the same shape, 0 or more.
        width: Standard deviation of the window in pixels.
    """
    blur = functools.partial(ndimage.gaussian_filter, sigma=width, mode="constant", truncate=WINDOW)
    return blur(values * weights) / np.maximum(blur(weights), TINY)
