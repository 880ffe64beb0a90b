import numpy as np
import pytest

from fashionlab import metrics
from fashionlab.errors import DataError


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(-1, 1, (40, 3, 5, 2)).astype(np.float32)


@pytest.mark.parametrize("k", [1, 4, 30])
def test_nearest_agrees_with_brute_force(images, k):
    queries, references = images[:10], images[10:]
    positions, distances = metrics.nearest(queries, references, k)

    differences = queries[:, None].astype(np.float64) - references[None]
    everything = np.sqrt(np.square(differences).sum(axis=(2, 3, 4)))
    np.testing.assert_array_equal(positions, everything.argsort(axis=1)[:, :k])
    np.testing.assert_allclose(distances, np.sort(everything, axis=1)[:, :k], rtol=1e-5)


def test_a_copy_is_found_at_distance_exactly_zero(images):
    positions, distances = metrics.nearest(images[[7, 31]], images)
    np.testing.assert_array_equal(positions, [[7], [31]])
    np.testing.assert_array_equal(distances, 0)


def test_distance_is_euclidean_over_all_pixels():
    black, white = np.full((1, 2, 3, 1), -1.0), np.full((1, 2, 3, 1), 1.0)
    assert metrics.nearest(black, white)[1] == pytest.approx(np.sqrt(6 * 2**2))


@pytest.mark.parametrize("k", [-1, 0, 41])
def test_more_neighbours_than_there_are_and_fewer_than_one_are_refused(images, k):
    with pytest.raises(DataError, match=f"k={k} neighbours of 40 reference images"):
        metrics.nearest(images[:2], images, k)


def test_all_references_can_be_asked_for(images):
    positions, _ = metrics.nearest(images[:1], images, k=40)
    assert sorted(positions[0].tolist()) == list(range(40))
