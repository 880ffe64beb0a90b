"""Figures about generated images."""

import numpy as np

from fashionlab.errors import DataError


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
        DataError: There are fewer than `k` reference images, or `k` is below 1.

    Example:
        >>> nearest(np.zeros((1, 2, 2, 1)), np.stack([np.ones((2, 2, 1)), np.zeros((2, 2, 1))]))
        (array([[1]]), array([[0.]], dtype=float32))
    """
    if not 1 <= k <= len(references):
        raise DataError(f"k={k} neighbours of {len(references)} reference images: there are none.")
    references = references.reshape(len(references), -1).astype(np.float32, copy=False)
    norms = np.einsum("ij,ij->i", references, references)
    positions, distances = [], []
    for query in queries.reshape(len(queries), -1).astype(np.float32):
        # |q - r|^2 = |q|^2 - 2 q.r + |r|^2 ranks them; the distances themselves are then taken of
        # the few winners directly, because the difference of large squares is inexact near zero.
        ranked = np.argpartition(norms - 2 * (references @ query), k - 1)[:k]
        exact = np.sqrt(np.square(references[ranked] - query).sum(axis=1))
        order = np.argsort(exact, kind="stable")
        positions.append(ranked[order])
        distances.append(exact[order])
    return np.stack(positions), np.stack(distances)
