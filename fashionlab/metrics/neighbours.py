"""Figures that count neighbours: fidelity, variety, repetition and copying."""

from collections.abc import Iterator

import numpy as np

from fashionlab.errors import DataError
from fashionlab.metrics.inputs import checked_features, checked_pair

RARE = 0.01  # nearer than all but this share of real images are: suspicious
SPARE = 8  # candidates beyond the wanted neighbours, because they are ranked inexactly
ROWS = 256  # rows of a table of distances that are in memory at once
BALL = 3  # neighbours that the balls of precision and recall reach to
WIDE_BALL = 5  # those that the balls of density and coverage reach to


def nearest(
    queries: np.ndarray, references: np.ndarray, k: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """For each image the `k` nearest reference images by Euclidean distance of their pixels.

    A generator that copies its training set shows distances near zero; compare with the distances
    of real images that it has never seen.

    Args:
        queries: float32 `(number, height, width, channels)`.
        references: float32 `(others, height, width, channels)`, at least `k`.
        k: Neighbours wanted, 1 or more.

    Returns:
        Positions in `references`, int64 `(number, k)`, nearest first, and their distances, float32
        `(number, k)`, in units of pixel values (images in [-1, 1]).

    Raises:
        DataError: There are fewer than `k` reference images, or `k` is below 1; the images differ
            in size, or hold NaN or infinity.

    Example:
        >>> nearest(np.zeros((1, 2, 2, 1)), np.stack([np.ones((2, 2, 1)), np.zeros((2, 2, 1))]))
        (array([[1]]), array([[0.]], dtype=float32))
    """
    queries, references = checked_pair(queries, references, "Images")
    if not 1 <= k <= len(references):
        raise DataError(f"k={k} neighbours of {len(references)} reference images: there are none.")
    queries, references = (
        images.reshape(len(images), -1).astype(np.float32, copy=False)
        for images in (queries, references)
    )
    norms = np.einsum("ij,ij->i", references, references)
    candidates = min(k + SPARE, len(references))
    positions, distances = [], []
    for start in range(0, len(queries), ROWS):
        block = queries[start : start + ROWS]
        # |q - r|^2 = |q|^2 - 2 q.r + |r|^2 ranks them; the distances themselves are then taken of
        # the few best directly, because the difference of large squares is inexact near zero.
        scores = block @ references.T
        scores *= -2
        scores += norms
        ranked = np.stack([np.argpartition(row, candidates - 1)[:candidates] for row in scores])
        exact = np.sqrt(np.square(references[ranked] - block[:, None]).sum(axis=2))
        order = exact.argsort(axis=1, kind="stable")[:, :k]
        positions.append(np.take_along_axis(ranked, order, axis=1))
        distances.append(np.take_along_axis(exact, order, axis=1))
    return np.concatenate(positions), np.concatenate(distances)


def precision_recall(real: np.ndarray, fake: np.ndarray, k: int = BALL) -> tuple[float, float]:
    """How many fakes lie among the real ones, and how many real ones lie among the fakes.

    A set is thought of as the union of balls, one around each of its points, that reach to the
    `k`-th nearest other point of the set. Precision is the share of fakes within the balls of the
    real points (fidelity), recall the share of real points within those of the fakes (variety).

    Args:
        real: Features `(number, width)`.
        fake: Features `(others, width)`; as many, for a fair comparison.
        k: Neighbours, 1 or more.

    Returns:
        Precision and recall, from 0 to 1. For two sets of one distribution both are below 1.

    Raises:
        DataError: The features are not finite, not of one width, or `k` or fewer.

    Reference:
        Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models",
        2019, equations 1 and 2.
    """
    real, fake = checked_features(real, fake)
    (real_reach,), (fake_reach,) = _squared_reach(real, k), _squared_reach(fake, k)
    (precision, _, _), (_, recall, _) = _within_balls(
        fake, real, _squared_radii(real, real_reach), _squared_radii(fake, fake_reach)[:, None]
    )
    return precision, recall


def density_coverage(real: np.ndarray, fake: np.ndarray, k: int = WIDE_BALL) -> tuple[float, float]:
    """How thickly fakes lie around the real points, and how many real points have a fake near.

    Only real points get balls, again up to the `k`-th nearest other, so one stray fake cannot
    spread over everything as it can for recall. Density counts how many balls a fake lies in, over
    `k`; coverage is the share of balls with a fake in them.

    Args:
        real: Features `(number, width)`.
        fake: Features `(others, width)`.
        k: Neighbours, 1 or more.

    Returns:
        Density, 0 or more, about 1 for two sets of one distribution; and coverage, from 0 to 1,
        about 1 - 2^-k for those, if equally many.

    Raises:
        DataError: The features are not finite, not of one width, or `k` or fewer.

    Reference:
        Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models", 2020,
        equations 5 and 6.
    """
    real, fake = checked_features(real, fake)
    (reach,) = _squared_reach(real, k)
    ((_, coverage, pairs),) = _within_balls(fake, real, _squared_radii(real, reach))
    return pairs / (k * len(fake)), coverage


def near_duplicates(real: np.ndarray, fake: np.ndarray) -> float:
    """The share of fakes that have a near-twin among the fakes.

    Near is: nearer than 99 % of the real points are to their nearest other, so real points get
    0.01 by definition and other real points about as much. A generator that makes few different
    images gets more. Arora & Zhang look at the closest pairs by eye instead: by the birthday
    paradox, a generator of N different images shows a pair of twins among about sqrt(N).

    Args:
        real: Features `(number, width)`.
        fake: Features of as many: with more points, the nearest other is nearer.

    Returns:
        From 0 to 1.

    Raises:
        DataError: The features are not finite, not of one shape, or fewer than two.

    Reference:
        Arora & Zhang, "Do GANs actually learn the distribution? An empirical study", 2017.
    """
    real, fake = checked_features(real, fake)
    if len(real) != len(fake):
        raise DataError(f"{len(real)} real and {len(fake)} fake points: give equally many.")
    (real_reach,), (fake_reach,) = _squared_reach(real, 1), _squared_reach(fake, 1)
    return _share_of_twins(real, real_reach, fake_reach)


def reaches(points: np.ndarray) -> np.ndarray:
    """How far it is from each point to the neighbours that `neighbour_figures` asks for.

    Args:
        points: Features `(number, width)`.

    Returns:
        Squared distances to the nearest, the `BALL`-th and the `WIDE_BALL`-th nearest other point:
        `(3, number)`.
    """
    (points,) = checked_features(points)
    return _squared_reach(points, 1, BALL, WIDE_BALL)


def neighbour_figures(
    real: np.ndarray, fake: np.ndarray, real_reaches: np.ndarray
) -> dict[str, float]:
    """`precision_recall`, `density_coverage` and `near_duplicates` by name, in less time.

    What takes the time are tables of distances; here none is computed twice.

    Args:
        real: Features `(number, width)`.
        fake: Features of as many.
        real_reaches: `reaches(real)`, which other fakes need not compute again.
    """
    real, fake = checked_features(real, fake)
    real_next, real_ball, real_wide = real_reaches
    fake_next, fake_ball, _ = reaches(fake)
    (precision, _, _), (_, recall, _), (_, coverage, pairs) = _within_balls(
        fake,
        real,
        _squared_radii(real, real_ball),
        _squared_radii(fake, fake_ball)[:, None],
        _squared_radii(real, real_wide),
    )
    return {
        "precision": precision,
        "recall": recall,
        "density": pairs / (WIDE_BALL * len(fake)),
        "coverage": coverage,
        "near_duplicates": _share_of_twins(real, real_next, fake_next),
    }


def _share_of_twins(real, real_next, fake_next) -> float:
    near = np.quantile(real_next, RARE) + _hair(real)  # real twins may be at 0
    return float((fake_next <= near).mean())


def _within_balls(fake, real, *radii) -> list[tuple[float, float, int]]:
    """Which pairs of a fake and a real point are no further apart than the radius of a ball.

    Args:
        fake: The fakes.
        real: The real points.
        *radii: Squared radii, `(real,)` of balls around those or `(fake, 1)` of balls around these.

    Returns:
        For each set of radii the share of fakes in such a pair, the share of real points in one,
        and the number of pairs.
    """
    fakes, reals = np.zeros((len(radii), len(fake)), bool), np.zeros((len(radii), len(real)), bool)
    pairs = np.zeros(len(radii), int)
    for rows, squares in _squared_distances(fake, real):
        for i, of_balls in enumerate(radii):
            inside = squares <= np.broadcast_to(of_balls, (len(fake), len(real)))[rows]
            fakes[i, rows] = inside.any(axis=1)
            reals[i] |= inside.any(axis=0)
            pairs[i] += np.count_nonzero(inside)
    return list(
        zip(fakes.mean(axis=1).tolist(), reals.mean(axis=1).tolist(), pairs.tolist(), strict=True)
    )


def _squared_reach(points, *ks) -> np.ndarray:
    """Squared distance of each point to the `k`-th nearest other one, `(ks, number)`."""
    for k in ks:
        if not 1 <= k < len(points):
            raise DataError(f"k={k} neighbours of {len(points)} points: there are none.")
    reach = np.empty((len(ks), len(points)))
    for rows, squares in _squared_distances(points, points):
        # In its own row each point, or a twin of it, comes first, at distance 0.
        squares.partition(ks, axis=1)
        reach[:, rows] = squares[:, ks].T
    return reach


def _squared_radii(points, reach) -> np.ndarray:
    # Without the hair, rounding would decide whether a point on the edge of a ball lies in it, and
    # between equal points every ball has the radius 0.
    return reach + _hair(points)


def _hair(points) -> float:
    """More than rounding does to the squared distances between points."""
    return 1e-12 * np.square(points - points.mean(axis=0)).sum(axis=1).max()


def _squared_distances(queries, references) -> Iterator[tuple[slice, np.ndarray]]:
    """Some rows at a time, as a slice, their squared distances `(rows, references)`."""
    centre = references.mean(axis=0)  # the smaller the norms, the less is lost to rounding
    queries, references = queries - centre, references - centre
    query_norms, norms = (np.square(points).sum(axis=1) for points in (queries, references))
    # |q - r|^2 = |q|^2 - 2 q.r + |r|^2, as one matrix product.
    left = np.column_stack([-2 * queries, query_norms, np.ones(len(queries))])
    right = np.column_stack([references, np.ones(len(references)), norms]).T
    for start in range(0, len(queries), ROWS):
        rows = slice(start, start + ROWS)
        yield rows, left[rows] @ right


def copied_share(samples: np.ndarray, training: np.ndarray, unseen: np.ndarray) -> float:
    """The share of images that are suspiciously near to a training image.

    Suspicious is: nearer to its nearest training image than 99 % of the unseen real images are to
    theirs, Euclidean over the pixels. A generator that has learned the distribution gets about
    0.01, one that recites gets up to 1. Blurred images are nearer to everything, so read it beside
    the other figures.

    Args:
        samples: Images `(number, height, width, channels)`.
        training: All images that the generator was trained on.
        unseen: Real images that it was not trained on, at least a few hundred.

    Returns:
        From 0 to 1.

    Raises:
        DataError: There are no images of one kind; they differ in size, or hold NaN or infinity.
    """
    return share_below(nearest(samples, training)[1], nearest(unseen, training)[1])


def share_below(distances: np.ndarray, real: np.ndarray) -> float:
    """The share of distances below the 1st percentile of what real images have."""
    return float((distances < np.quantile(real, RARE)).mean())
