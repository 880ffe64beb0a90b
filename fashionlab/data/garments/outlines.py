"""Curves, the shapes that they enclose, and how much of each pixel a shape covers.

A curve is a float64 array `(points, 2)` of x to the right and y downwards; a contour is a curve
whose end is joined to its beginning.
"""

import math

import numpy as np


def smooth(*points, steps: int = 10) -> np.ndarray:
    """A smooth curve through the points: a centripetal Catmull-Rom spline.

    Args:
        points: Two or more pairs `(x, y)`, no two neighbours in one place.
        steps: Straight pieces between two neighbours.

    Returns:
        `((points - 1) * steps + 1, 2)`, from the first point to the last.

    Reference:
        Yuksel, Schaefer & Keyser, "On the parameterization of Catmull-Rom curves", 2009.

    Example:
        >>> smooth((0, 0), (1, 0), steps=2).tolist()
        [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0]]
    """
    p = np.array(points, float)
    spans = np.sqrt(np.hypot(*np.diff(p, axis=0).T))[:, None]
    slopes = np.diff(p, axis=0) / spans
    inner = (slopes[:-1] * spans[1:] + slopes[1:] * spans[:-1]) / (spans[:-1] + spans[1:])
    if len(inner):
        # A natural end: no curvature there.
        tangents = [1.5 * slopes[:1] - inner[:1] / 2, inner, 1.5 * slopes[-1:] - inner[-1:] / 2]
        tangents = np.concatenate(tangents)
    else:
        tangents = np.repeat(slopes, 2, axis=0)
    t = np.arange(steps)[:, None, None] / steps
    leave, arrive = t**3 - 2 * t**2 + t, t**3 - t**2
    curve = p[:-1] + (3 * t**2 - 2 * t**3) * (p[1:] - p[:-1])
    curve = curve + spans * (leave * tangents[:-1] + arrive * tangents[1:])
    return np.concatenate([curve.transpose(1, 0, 2).reshape(-1, 2), p[-1:]])


def from_axis(*points) -> np.ndarray:
    """A smooth curve from a first point on the axis x = 0, which it leaves horizontally."""
    left = [(-x, y) for x, y in points[:0:-1]]
    curve = smooth(*left, *points)
    return curve[len(curve) // 2 :]


def join(*curves) -> np.ndarray:
    """Curves and single points, one after the other."""
    return np.concatenate([np.atleast_2d(np.asarray(curve, float)) for curve in curves])


def moved(curve, x: float, y: float) -> np.ndarray:
    """The curve, or point, this far to the right and down."""
    return np.add(curve, (x, y))


def tucked(curve, x: float, y: float) -> np.ndarray:
    """The curve moved, all but its ends: the hidden edge of cloth that lies under other cloth."""
    share = np.sin(np.linspace(0, math.pi, len(curve)))
    return curve + share[:, None] * (x, y)


def mirror(curve) -> np.ndarray:
    """The curve, or each of many, on the other side of x = 0, run through backwards."""
    return (np.asarray(curve, float) * (-1, 1))[..., ::-1, :]


def whole(half) -> np.ndarray:
    """The mirror image of a half curve that starts on the axis x = 0, and then the half curve."""
    return join(mirror(half), half[1:])


def both(half) -> np.ndarray:
    """A half outline from the axis x = 0 back to it, and its mirror image, as one contour."""
    return join(half, mirror(half))


def oval(centre, radii, angle: float = 0.0, corners: float = 2.0, points: int = 40) -> np.ndarray:
    """An ellipse; with `corners` above 2 (a superellipse) nearer to a rectangle.

    Args:
        centre: `(x, y)`.
        radii: Half its width and half its height, before it is turned.
        angle: Clockwise turn in radians.
        corners: The exponent, 2 for an ellipse.
        points: Corners of the polygon.
    """
    turn = np.linspace(0, 2 * math.pi, points, endpoint=False)
    x, y = (
        radius * np.sign(side) * np.abs(side) ** (2 / corners)
        for radius, side in zip(radii, (np.cos(turn), np.sin(turn)), strict=True)
    )
    cos, sin = math.cos(angle), math.sin(angle)
    return np.stack([centre[0] + cos * x - sin * y, centre[1] + sin * x + cos * y], axis=1)


def normals(curve) -> np.ndarray:
    """Unit vectors to the left-hand side of whoever walks along the curve and sees y grow down."""
    tangents = np.gradient(np.asarray(curve, float), axis=0)
    tangents /= np.maximum(np.hypot(*tangents.T)[:, None], 1e-12)
    return tangents[:, ::-1] * (1, -1)


def shift(curve, distance) -> np.ndarray:
    """The curve beside this one.

    Args:
        curve: `(points, 2)`.
        distance: One number, or one for each point; above 0 to the side of `normals`.
    """
    return curve + normals(curve) * np.reshape(distance, (-1, 1))


def stroke(curve, width) -> np.ndarray:
    """The contour of a line of some width: one number, or one for each point of the curve."""
    half = np.asarray(width, float) / 2
    return join(shift(curve, half), shift(curve, -half)[::-1])


def along(curve, shares) -> np.ndarray:
    """Points at these shares of the curve's length, 0 at its beginning and 1 at its end."""
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    at = np.asarray(shares, float) * lengths[-1]
    return np.stack([np.interp(at, lengths, column) for column in np.asarray(curve).T], axis=-1)


def rows(starts, ends, width) -> np.ndarray:
    """Contours of straight strokes, `(number, 4, 2)`, from each of the starts to its end."""
    starts, ends = np.asarray(starts, float), np.asarray(ends, float)
    way = ends - starts
    side = way[:, ::-1] * (1, -1) / np.hypot(*way.T)[:, None] * (width / 2)
    return np.stack([starts + side, ends + side, ends - side, starts - side], axis=1)


def dashes(curve, width: float, period: float, share: float = 0.6) -> np.ndarray:
    """Contours of the stitches of a seam, `(number, 4, 2)`.

    Args:
        curve: `(points, 2)`.
        width: Of the thread.
        period: From one stitch to the next.
        share: Of the period that a stitch takes.
    """
    length = np.hypot(*np.diff(curve, axis=0).T).sum()
    number = max(round(length / period), 1)
    starts = np.arange(number) + (1 - share) / 2
    return rows(along(curve, starts / number), along(curve, (starts + share) / number), width)


def coverage(contours, size: int) -> np.ndarray:
    """The exact share of each pixel that lies inside the contours.

    Every edge is cut where it crosses a line between pixels. A piece then covers what lies to its
    right: a part of its own pixel, and the whole of all further ones in the row.

    Args:
        contours: A list of contours `(points, 2)` or of many alike `(number, points, 2)`, in widths
            of the picture; what lies outside is cut off. They may run either way; where several
            overlap, the shares add up to at most 1.
        size: Pixels along each side.

    Returns:
        float32 `(size, size)` in [0, 1].

    Example:
        >>> square = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.5), (0.25, 0.5)]
        >>> coverage([square], 2).tolist()
        [[0.25, 0.25], [0.0, 0.0]]
    """
    pairs = [_edges(np.asarray(contour, float) * size, size) for contour in contours]
    covered = np.zeros((size, size), np.float32)
    if not pairs:
        return covered
    a, b = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    left, top = np.floor(a.min(axis=0)).astype(int)
    right, low = np.ceil(a.max(axis=0)).astype(int)
    if left < right and top < low:
        corner = np.array((left, top))
        covered[top:low, left:right] = _shares(a - corner, b - corner, low - top, right - left)
    return covered


def _shares(a, b, height, width):
    """The covered share of each pixel, `(height, width)`."""
    edge, t = _cuts(a, b)
    p = a[edge] + t[:, None] * (b - a)[edge]
    same = edge[1:] == edge[:-1]
    middle = (p[1:] + p[:-1])[same] / 2
    rise = (p[1:, 1] - p[:-1, 1])[same]
    column, row = np.minimum(middle, (width - 1e-9, height - 1e-9)).astype(int).T
    cell = row * (width + 1) + column
    right = rise * (middle[:, 0] - column)  # falls into the next pixel's account
    account = np.bincount(cell, rise - right, height * (width + 1) + 1)
    account += np.bincount(cell + 1, right, height * (width + 1) + 1)
    share = np.abs(np.cumsum(account[:-1].reshape(height, width + 1), axis=1)[:, :width])
    # What rounding left of an empty pixel must not tint it.
    return np.where(share < 1e-6, 0, np.minimum(share, 1))


def _edges(contours, size):
    """Where the edges begin and end, so that all contours run the same way round."""
    points = np.clip(contours, 0, size)
    points = points.reshape(-1, *points.shape[-2:])
    following = np.concatenate([points[:, 1:], points[:, :1]], axis=1)
    (x, y), (u, v) = points.T, following.T
    clockwise = (x * v - y * u).sum(axis=0) > 0
    a = np.where(clockwise[:, None, None], points, following)
    b = np.where(clockwise[:, None, None], following, points)
    return a.reshape(-1, 2), b.reshape(-1, 2)


def _cuts(a, b):
    """Numbers of edges and the shares of their length at which they end or cross grid lines."""
    everyone = np.arange(len(a))
    edges, shares = [everyone, everyone], [np.zeros(len(a)), np.ones(len(a))]
    for axis in (0, 1):
        low, high = np.minimum(a, b)[:, axis], np.maximum(a, b)[:, axis]
        first = np.floor(low) + 1
        number = np.maximum(np.ceil(high) - first, 0).astype(int)
        edge = np.repeat(everyone, number)
        line = np.arange(len(edge)) - np.repeat(np.cumsum(number) - number, number) + first[edge]
        edges.append(edge)
        shares.append((line - a[edge, axis]) / (b - a)[edge, axis])
    edge, share = np.concatenate(edges), np.concatenate(shares)
    order = np.lexsort((share, edge))
    return edge[order], share[order]
