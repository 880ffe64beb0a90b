"""Figures about generated points."""

import numpy as np

from fashionlab import theory
from fashionlab.errors import DataError
from fashionlab.metrics.inputs import checked_pair


def modes_covered(points: np.ndarray, modes: np.ndarray, spread: float) -> int:
    """How many modes of a distribution the points reach.

    A mode counts when at least a fifth of an equal share of the points lies within three standard
    deviations of its centre; one stray point is not enough.

    Args:
        points: `(number, dimension)`.
        modes: Their centres, `(modes, dimension)`.
        spread: Standard deviation of each mode.

    Returns:
        From 0 to the number of modes.

    Reference:
        Srivastava et al., "VEEGAN: Reducing Mode Collapse in GANs using Implicit Variational
        Learning", 2017, section 5.1 (three standard deviations; there one point is enough).

    Example:
        >>> modes_covered(np.zeros((10, 2)), np.array([[0, 0], [1, 1]]), spread=0.05)
        1
    """
    if not len(modes):
        return 0
    distances = np.linalg.norm(points[:, None] - modes[None], axis=2)  # (number, modes)
    close = distances.min(axis=1) <= 3 * spread
    counts = np.bincount(distances.argmin(axis=1)[close], minlength=len(modes))
    return int(((counts > 0) & (counts >= len(points) / len(modes) / 5)).sum())


def sliced_wasserstein(x: np.ndarray, y: np.ndarray, directions: int = 32, seed: int = 0) -> float:
    """Mean Wasserstein-1 distance of the points' shadows on lines in many directions.

    Two clouds a distance d apart in the plane get 2/pi d = 0.64 d: the mean over all directions.

    Args:
        x: `(number, dimension)`.
        y: As many points of the same dimension.
        directions: How many lines: at even angles in the plane, at random in more dimensions.
        seed: Seeds the random ones.

    Returns:
        A distance in the units of the points, 0 or more.

    Raises:
        DataError: The two have different shapes, no points, or points that are not finite.

    Reference:
        Bonneel et al., "Sliced and Radon Wasserstein Barycenters of Measures", 2015, section 3.
    """
    x, y = checked_pair(x, y, "Points", equally_many=True)
    if x.shape[1] == 2:
        angles = np.pi * (np.arange(directions) + 0.5) / directions
        lines = np.stack([np.cos(angles), np.sin(angles)])
    else:
        lines = np.random.default_rng(seed).standard_normal((x.shape[1], directions))
        lines /= np.linalg.norm(lines, axis=0)
    shadows = [np.sort(points @ lines, axis=0) for points in (x, y)]
    return float(np.abs(shadows[0] - shadows[1]).mean())


def grid_js(x: np.ndarray, y: np.ndarray, reach: float = 1.5, bins: int = 30) -> float:
    """Jensen-Shannon divergence of two clouds of points in the plane, by counting them in cells.

    Two finite clouds of one distribution differ by chance: compare with what fresh real points get.

    Args:
        x: `(number, 2)`.
        y: `(others, 2)`.
        reach: The grid covers [-reach, reach] on both axes; points beyond it count in cells at its
            edge.
        bins: Cells along each axis.

    Returns:
        Nats, from 0 to log 2.

    Raises:
        DataError: The points are not in the plane, not finite, or there are none.
    """
    x, y = checked_pair(x, y, "Points")
    if x.shape[1:] != (2,):
        raise DataError(f"Points of shape {x.shape}: wanted points in the plane, (number, 2).")
    edges = np.linspace(-reach, reach, bins + 1)
    inside = reach * (1 - 1e-6)
    shares = []
    for points in (x, y):
        counts, _, _ = np.histogram2d(*np.clip(points, -inside, inside).T, bins=(edges, edges))
        shares.append(counts / len(points))
    return theory.js(*shares, dx=1)
