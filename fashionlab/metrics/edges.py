"""Edges in a grey image, and whether one edge is another."""

import numpy as np
from scipy import ndimage

WIDTH = 1.0  # pixels: standard deviation of the blur under which slopes are taken
STRONG, WEAK = 0.03, 0.015  # slopes at which an edge starts, and to which it is followed
PARALLEL = np.cos(np.pi / 6)


def canny(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges one pixel wide: ridges of the slope that are steep somewhere.

    Args:
        image: `(height, width)` in [0, 1].

    Returns:
        Where the edges are, bool `(height, width)`; and for every pixel the direction of the slope,
        which lies across an edge: `(2, height, width)`, down and right, of length 1, or 0 where
        there is no slope.

    Reference:
        Canny, "A Computational Approach to Edge Detection", 1986.

    Example:
        >>> edges, across = canny(np.repeat([[0.0, 0.0, 1.0, 1.0]], 4, axis=0))
        >>> edges[0].tolist(), across[:, 0, 1].tolist()
        ([False, True, False, False], [0.0, 1.0])
    """
    down, right = (
        ndimage.gaussian_filter(image, WIDTH, order, mode="nearest") for order in ((1, 0), (0, 1))
    )
    steepness = np.hypot(down, right)
    across = np.stack([down, right]) / np.maximum(steepness, 1e-12)
    places = np.indices(image.shape)
    before, after = (
        ndimage.map_coordinates(steepness, places + step * across, order=1, mode="nearest")
        for step in (-1, 1)
    )
    ridges = (steepness > before) & (steepness >= after) & (steepness > WEAK)
    lines, _ = ndimage.label(ridges, np.ones((3, 3)))
    return np.isin(lines, np.unique(lines[ridges & (steepness > STRONG)])), across


def beside(across: np.ndarray, edges: np.ndarray, edges_across: np.ndarray) -> np.ndarray:
    """Where an edge lies on a pixel or next to it that runs the same way, to 30 degrees.

    Args:
        across: Directions of slope that are looked for, `(2, height, width)`, as `canny` has them.
        edges: Edges of another image, bool `(height, width)`.
        edges_across: Their directions.

    Returns:
        bool `(height, width)`.
    """
    directions = np.pad(edges * edges_across, ((0, 0), (1, 1), (1, 1)))  # 0 where no edge is
    around = np.lib.stride_tricks.sliding_window_view(directions, (3, 3), axis=(1, 2))
    cosines = np.abs(np.einsum("cij,cijkl->ijkl", across, around))
    return (cosines > PARALLEL).any(axis=(2, 3))
