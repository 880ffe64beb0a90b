"""Which classes a classifier sees in the images, and how evenly."""

import numpy as np

from fashionlab.errors import DataError


def class_histogram(logits: np.ndarray) -> np.ndarray:
    """The share of images that a classifier puts into each class.

    Args:
        logits: `(number, classes)`, finite, of at least one image.

    Returns:
        float64 `(classes,)`, 0 or more, adding up to 1.

    Raises:
        DataError: The logits have another shape or are not finite.

    Example:
        >>> class_histogram(np.array([[3.0, 1.0], [0.0, 2.0], [5.0, 4.0], [1.0, 0.0]]))
        array([0.75, 0.25])
    """
    logits = _checked(logits)
    number, classes = logits.shape
    return np.bincount(logits.argmax(axis=1), minlength=classes) / number


def class_agreement(logits: np.ndarray, labels: np.ndarray) -> float:
    """The share of images in which a classifier sees the class that was asked for.

    Read it between two marks: chance, and what the classifier reaches on real images.

    Args:
        logits: `(number, classes)`, finite, of at least one image.
        labels: The classes asked for, whole numbers `(number,)`.

    Returns:
        From 0 to 1.

    Raises:
        DataError: The logits are not as wanted, or there is not one label for each.

    Example:
        >>> class_agreement(np.array([[3.0, 1.0], [0.0, 2.0]]), np.array([0, 0]))
        0.5
    """
    logits, labels = _checked(logits), np.asarray(labels)
    if labels.shape != logits.shape[:1]:
        raise DataError(f"Labels of shape {labels.shape}: wanted ({len(logits)},), one an image.")
    return float((logits.argmax(axis=1) == labels).mean())


def entropy(shares: np.ndarray) -> float:
    """How evenly shares are spread, -sum p log p.

    Args:
        shares: `(number,)`, 0 or more, adding up to 1.

    Returns:
        Nats, from 0 (one share has it all) to the log of their number (all equal; ten classes:
        2.303). Exp of it is a number of equally frequent classes.

    Raises:
        DataError: The shares are negative or do not add up to 1.

    Reference:
        Shannon, "A Mathematical Theory of Communication", 1948, section 6.

    Example:
        >>> round(entropy([0.5, 0.25, 0.25]), 4)
        1.0397
    """
    shares = np.asarray(shares, float)
    if not (shares.min(initial=0) >= 0 and abs(shares.sum() - 1) <= 1e-6):
        raise DataError(f"Shares that add up to {shares.sum():.4g}: wanted 0 or more, adding to 1.")
    present = shares[shares > 0]
    return float(-(present * np.log(present)).sum()) + 0.0  # without it, one share gives -0


def _checked(logits) -> np.ndarray:
    logits = np.asarray(logits)
    if logits.ndim != 2 or not logits.size or not np.isfinite(logits).all():
        raise DataError(f"Logits of shape {logits.shape}: wanted finite ones, (number, classes).")
    return logits
