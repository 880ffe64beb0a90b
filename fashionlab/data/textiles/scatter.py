"""Motifs strewn over a square that goes on at its edges."""

import numpy as np

from fashionlab.data.textiles.canvas import length

CANDIDATES = 24


def pack(rng, radii, candidates: int = CANDIDATES) -> np.ndarray:
    """Places for discs, the first ones first, each as far from its neighbours as chance allows.

    Args:
        rng: A NumPy generator.
        radii: Of the discs, `(number,)`, as shares of the square's side.
        candidates: Places that each disc chooses from.

    Returns:
        x and y of the centres, float32 `(number, 2)` in [0, 1).
    """
    radii = np.asarray(radii, np.float32)
    places = np.zeros((len(radii), 2), np.float32)
    offered = rng.random((len(radii), candidates, 2), np.float32)
    places[0] = offered[0, 0]
    for k in range(1, len(radii)):
        apart = np.abs(offered[k][:, None] - places[None, :k])
        apart = np.minimum(apart, 1 - apart)
        clear = length(apart[..., 0], apart[..., 1]) - radii[:k]
        places[k] = offered[k, clear.min(axis=1).argmax()]
    return places


def patch(canvas, place, reach: float):
    """The pixels around a place, across the edges if need be.

    Args:
        canvas: Where to draw.
        place: x and y.
        reach: How far to each side. `2 * ceil(reach * n) + 1` may be `n` at most, as no pixel must
            come twice.

    Returns:
        Indices of rows and columns, for use as `field[where]`; x and y from the place, float32
        `(1, width)` and `(height, 1)`.
    """
    n, half = canvas.n, int(np.ceil(reach * canvas.n))
    offsets = np.arange(-half, half + 1)
    columns, rows = (int(centre * n) + offsets for centre in place)
    right = ((columns + 0.5) / n - place[0]).astype(np.float32)
    down = ((rows + 0.5) / n - place[1]).astype(np.float32)
    return np.ix_(rows % n, columns % n), right[None, :], down[:, None]


def nearest(canvas, places, reach: float, warp=None):
    """Which place is nearest to each pixel, and how far the nearest two are.

    Args:
        canvas: Where to draw.
        places: `(number, 2)`.
        reach: How far to look, as far at most as for `patch`.
        warp: Shifts of each pixel along x and y, two fields.

    Returns:
        Indices, `(n, n)`; the two distances, float32 `(n, n)`, `reach` where there is none.
    """
    owner = np.zeros((canvas.n, canvas.n), np.intp)
    first = np.full(owner.shape, reach, np.float32)
    second = first.copy()
    for k, place in enumerate(places):
        where, right, down = patch(canvas, place, reach)
        if warp is not None:
            right, down = right + warp[0][where], down + warp[1][where]
        distance = length(right, down)
        before = first[where]
        second[where] = np.minimum(second[where], np.maximum(before, distance))
        first[where] = np.minimum(before, distance)
        owner[where] = np.where(distance < before, k, owner[where])
    return owner, first, second


def jittered_cells(rng, x, y, cells):
    """Distances to the nearest two of many points, one in every square of a grid.

    Args:
        rng: Draws where in its square each point lies.
        x: Places in units of squares, `(n, n)`; they go on at the edges.
        y: The same.
        cells: Squares along each side.

    Returns:
        The two distances, in units of squares.
    """
    jitter = rng.uniform(0.1, 0.9, (2, cells, cells)).astype(np.float32)
    column, row = np.floor(x).astype(int), np.floor(y).astype(int)
    x, y = x - column, y - row
    first = np.full(x.shape, 9, np.float32)
    second = first.copy()
    for below in (-1, 0, 1):
        for beside in (-1, 0, 1):
            where = (row + below) % cells, (column + beside) % cells
            squared = np.square(beside + jitter[0][where] - x)
            squared += np.square(below + jitter[1][where] - y)
            second = np.minimum(second, np.maximum(first, squared))
            first = np.minimum(first, squared)
    return np.sqrt(first), np.sqrt(second)


def turned(right, down, angle: float):
    """The same place in axes that are turned by an angle."""
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    return cosine * right + sine * down, cosine * down - sine * right
