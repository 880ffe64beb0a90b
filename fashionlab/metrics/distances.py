"""How far one set of images, or of their features, is from another: a single number each."""

import numpy as np

from fashionlab.errors import DataError
from fashionlab.metrics.inputs import checked_features, checked_pair
from fashionlab.metrics.points import sliced_wasserstein

PATCH = 7  # pixels on each side
PATCHES = 4  # of each image


def frechet_distance(x: np.ndarray, y: np.ndarray) -> float:
    """Fréchet distance of the Gaussians that have the means and covariances of two sets.

    |m_x - m_y|^2 + tr(C_x + C_y - 2 (C_x C_y)^(1/2)), the squared Wasserstein-2 distance of the
    two. It falls with the number of rows even where nothing else changes, so compare sets of one
    size only, and with what real features get against other real ones.

    Args:
        x: Features `(number, width)`.
        y: Features `(others, width)`.

    Returns:
        0 or more, in squared units of the features.

    Raises:
        DataError: The features are not finite, not of one width, or fewer than two.

    Reference:
        Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
        Equilibrium", 2017, equation 6.

    Example:
        >>> round(frechet_distance([[-1.0], [1.0]], [[0.0], [6.0]]), 6)
        17.0
    """
    x, y = checked_features(x, y)
    shift = np.square(x.mean(axis=0) - y.mean(axis=0)).sum()
    covariance_x, covariance_y = (np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (x, y))
    # With C_x = A A', the eigenvalues of C_x C_y are those of the symmetric A' C_y A. Unlike a
    # matrix square root that needs no full rank and never turns complex. QR and singular values
    # of the features would do as well, but beside busy cores LAPACK waits there for its threads
    # at every single column, for seconds.
    values, vectors = np.linalg.eigh(covariance_x)
    root = vectors * np.sqrt(_without_rounding(values))
    overlaps = _without_rounding(np.linalg.eigvalsh(root.T @ covariance_y @ root))
    spread = covariance_x.trace() + covariance_y.trace()
    # Rounding may leave less than 0.
    return max(0.0, float(shift + spread - 2 * np.sqrt(overlaps).sum()))


def _without_rounding(eigenvalues) -> np.ndarray:
    """Eigenvalues that are 0 or more, in rising order, with 0 for those that rounding hides.

    Left in, 1e-16 that stands for 0 would count as its root, 1e-8.
    """
    hidden = len(eigenvalues) * np.finfo(np.float64).eps * eigenvalues[-1]
    return np.where(eigenvalues > hidden, eigenvalues, 0)


def kid(x: np.ndarray, y: np.ndarray, block: int = 1000, seed: int = 0) -> tuple[float, float]:
    """Kernel distance: the unbiased squared MMD under the kernel (x.y / width + 1)^3.

    Unbiased means that its expectation does not depend on the number of rows, and that two sets of
    one distribution get 0 on average: single values fall on either side of it.

    Args:
        x: Features `(number, width)`.
        y: Features `(others, width)`.
        block: Both sets are shuffled and cut into blocks of so many rows, two at least. Those of x
            meet those of y one to one; what is left over is not used.
        seed: Seeds the shuffling.

    Returns:
        The mean over the blocks, and its standard error; that is NaN for a single block.

    Raises:
        DataError: The features are not finite, not of one width, or fewer than `block`.

    Reference:
        Binkowski et al., "Demystifying MMD GANs", 2018, section 4 and equation 4.
    """
    x, y = checked_features(x, y)
    blocks = min(len(x), len(y)) // block if block >= 2 else 0
    if not blocks:
        raise DataError(
            f"Blocks of {block} out of {len(x)} and {len(y)} rows: there are none. "
            f"Use block={min(len(x), len(y))} or fewer, at least 2."
        )
    rng = np.random.default_rng(seed)
    x, y = (
        rows[rng.permutation(len(rows))[: blocks * block]].reshape(blocks, block, -1)
        for rows in (x, y)
    )
    values = [_squared_mmd(*pair) for pair in zip(x, y, strict=True)]
    error = np.std(values, ddof=1) / np.sqrt(blocks) if blocks > 1 else np.nan
    return float(np.mean(values)), float(error)


def _squared_mmd(x, y) -> float:
    number, width = x.shape
    within_x, within_y, between = ((a @ b.T / width + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    # A row is no pair with itself: leaving those out is what makes the estimate unbiased.
    pairs = number * (number - 1)
    within = within_x.sum() - within_x.trace() + within_y.sum() - within_y.trace()
    return within / pairs - 2 * between.mean()


def patch_distance(x: np.ndarray, y: np.ndarray, seed: int = 0) -> float:
    """Sliced Wasserstein-1 distance of small patches of the images; no network takes part.

    Four patches of 7x7 pixels are cut out of each image at random places, at two levels of a
    Laplacian pyramid: the fine detail (what 2x2 means take away), and the image of those means at
    half the resolution. The distances of the two levels are averaged.

    Args:
        x: Images `(number, height, width, 1)` in [-1, 1], 14 pixels or more each way, of even
            height and width.
        y: As many images of that size.
        seed: Seeds the places and the directions; the places are the same in x and y.

    Returns:
        0 or more, in units of pixel values: making all pixels brighter by c adds about 0.4 c.

    Raises:
        DataError: The two have different shapes, too few pixels, or NaN or infinite ones.

    Reference:
        Rabin et al., "Wasserstein Barycenter and its Application to Texture Mixing", 2011; Karras
        et al., "Progressive Growing of GANs", 2018, section 5 (there on three colours, normalised).
    """
    x, y = checked_pair(x, y, "Images", equally_many=True)
    if x.ndim != 4 or x.shape[-1] != 1:
        raise DataError(f"Images of shape {x.shape}: wanted (number, height, width, 1).")
    if min(x.shape[1:3]) < 2 * PATCH or x.shape[1] % 2 or x.shape[2] % 2:
        raise DataError(
            f"Images of {x.shape[1:3]} pixels: wanted even numbers from {2 * PATCH} up."
        )
    levels = zip(_pyramid(x), _pyramid(y), strict=True)
    return float(
        np.mean(
            [sliced_wasserstein(*(_patches(i, seed) for i in pair), 64, seed) for pair in levels]
        )
    )


def _pyramid(images) -> tuple[np.ndarray, np.ndarray]:
    """Fine detail `(number, height, width)`, and the image at half the resolution."""
    number, height, width, _ = images.shape
    half = images.reshape(number, height // 2, 2, width // 2, 2).mean(axis=(2, 4))
    detail = images[..., 0] - half.repeat(2, axis=1).repeat(2, axis=2)
    return detail, half


def _patches(images, seed) -> np.ndarray:
    """`PATCHES` patches of each image at random places, `(patches, PATCH * PATCH)`."""
    number, height, width = images.shape
    rng = np.random.default_rng(seed)
    top, left = (rng.integers(0, size - PATCH + 1, (number, PATCHES)) for size in (height, width))
    windows = np.lib.stride_tricks.sliding_window_view(images, (PATCH, PATCH), axis=(1, 2))
    return windows[np.arange(number)[:, None], top, left].reshape(-1, PATCH * PATCH)
