import numpy as np
import pytest

from fashionlab import metrics
from fashionlab.errors import DataError
from fashionlab.metrics import neighbours


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# Nearest images


@pytest.fixture
def images(rng):
    return rng.uniform(-1, 1, (40, 3, 5, 2)).astype(np.float32)


@pytest.mark.parametrize("rows", [4, 256])
@pytest.mark.parametrize("k", [1, 4, 30])
def test_nearest_agrees_with_brute_force(images, k, rows, monkeypatch):
    monkeypatch.setattr(neighbours, "ROWS", rows)
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


def test_a_copy_is_found_among_near_copies(rng):
    image = rng.uniform(0.5, 1, (28, 28, 1)).astype(np.float32)
    # Single precision ranks by squares of about 450, in which 1e-6 is lost to rounding.
    near = np.stack([image] * 8)
    near[range(7), range(7)] -= 2e-4
    far = rng.uniform(-1, 1, (30, 28, 28, 1)).astype(np.float32)
    for shift in range(8):
        references = np.concatenate([np.roll(near, shift, axis=0), far])
        positions, distances = metrics.nearest(image[None], references)
        assert positions.tolist() == [[(7 + shift) % 8]]
        assert distances.tolist() == [[0]]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda x: np.full_like(x, np.nan), "10 of 10 hold NaN or infinity, the first at pos"),
        (lambda x: x[:0], "wanted one or more of each"),
        (lambda x: x[:, 1:], "differ in size"),
    ],
)
def test_images_that_cannot_be_compared_are_refused(images, spoil, says):
    few, others = images[:10], images[10:]
    for pair in [(spoil(few), others), (others, spoil(few))]:
        with pytest.raises(DataError, match=says):
            metrics.nearest(*pair)
        with pytest.raises(DataError, match=says):
            metrics.copied_share(*pair, others)
    with pytest.raises(DataError, match=says):
        metrics.copied_share(others, others, spoil(few))


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


# Precision, recall, density and coverage


def table(a, b):
    return np.sqrt(np.square(a[:, None] - b[None]).sum(axis=2))


def reach(points, k):
    return np.sort(table(points, points), axis=1)[:, k]


@pytest.mark.parametrize("rows", [7, 256])
def test_they_agree_with_brute_force(rng, rows, monkeypatch):
    monkeypatch.setattr(neighbours, "ROWS", rows)
    real, fake = rng.normal(size=(60, 5)), rng.normal(0.3, 0.8, (50, 5))
    between = table(fake, real)
    precision = (between <= reach(real, 3)).any(axis=1).mean()
    recall = (between <= reach(fake, 3)[:, None]).any(axis=0).mean()
    assert metrics.precision_recall(real, fake) == (pytest.approx(precision), pytest.approx(recall))
    assert 0.2 < precision < 1
    assert 0.2 < recall < 1

    inside = between <= reach(real, 5)
    expected = inside.sum() / (5 * 50), inside.any(axis=0).mean()
    assert metrics.density_coverage(real, fake) == pytest.approx(expected)


def test_on_a_line_by_hand():
    real = np.array([[0.0], [1.0], [3.0], [10.0]])
    fake = np.array([[0.5], [3.5], [20.0]])
    # k=1: the real points reach 1, 1, 2 and 7 far, the fakes 3, 3 and 16.5.
    # 0.5 and 3.5 lie in a real ball, 20 in none; 0, 1, 3 and 10 lie in the ball of a fake.
    assert metrics.precision_recall(real, fake, k=1) == (pytest.approx(2 / 3), 1)
    # 0.5 lies in the balls of 0 and 1, 3.5 in those of 3 and 10 (6.5 away): 4 hits of 3 fakes.
    assert metrics.density_coverage(real, fake, k=1) == (pytest.approx(4 / 3), 1)
    # Precision and recall trade places with the sets.
    assert metrics.precision_recall(fake, real, k=1) == (1, pytest.approx(2 / 3))


def test_a_point_on_the_edge_of_a_ball_lies_in_it():
    real, fake = np.array([[0.0], [0.1]]), np.array([[0.2], [0.3]])
    assert metrics.precision_recall(real, fake, k=1)[0] == 0.5


@pytest.mark.parametrize("scale", [1e-3, 1, 1e6])
@pytest.mark.parametrize("offset", [0, 1000])
def test_disjoint_sets_have_nothing_and_equal_sets_everything(rng, scale, offset):
    real = scale * (rng.normal(size=(200, 10)) + offset)
    far = real + 100 * scale
    assert metrics.precision_recall(real, far) == (0, 0)
    assert metrics.density_coverage(real, far) == (0, 0)
    assert metrics.precision_recall(real, real) == (1, 1)
    # Each point lies in its own ball and in those of the points that count it as a neighbour.
    assert metrics.density_coverage(real, real) == (pytest.approx(6 / 5), 1)


def test_a_dropped_mode_costs_recall_and_coverage_not_precision(rng):
    def two_modes(first, second):
        points = rng.normal(size=(first + second, 4))
        points[first:] += 50
        return points

    real, both, one = two_modes(300, 300), two_modes(300, 300), two_modes(600, 0)
    whole, dropped = metrics.precision_recall(real, both), metrics.precision_recall(real, one)
    assert dropped[0] == pytest.approx(whole[0], abs=0.05)
    assert dropped[1] == pytest.approx(whole[1] / 2, abs=0.05)
    assert metrics.density_coverage(real, both)[1] == pytest.approx(1 - 2**-5, abs=0.03)
    assert metrics.density_coverage(real, one)[1] == pytest.approx(0.5, abs=0.02)


def test_an_outlier_among_the_real_ones_fools_precision_and_hardly_density(rng):
    real, fake = rng.normal(size=(300, 2)), rng.normal(size=(300, 2)) + 20
    assert metrics.precision_recall(real, fake)[0] == 0
    real[0] = 40  # its nearest others are far away, so its ball holds all in between
    assert metrics.precision_recall(real, fake)[0] == 1
    assert metrics.density_coverage(real, fake)[0] == pytest.approx(1 / 5)


def test_points_all_in_one_place_are_in_each_others_balls():
    same = np.full((20, 6), 0.7)
    assert metrics.precision_recall(same, same) == (1, 1)
    assert metrics.density_coverage(same, same + 1) == (0, 0)


@pytest.mark.parametrize("figure", [metrics.precision_recall, metrics.density_coverage])
@pytest.mark.parametrize("k", [0, 10])
def test_neighbours_that_do_not_exist_are_refused(rng, figure, k):
    with pytest.raises(DataError, match=f"k={k} neighbours of 10 points"):
        figure(rng.normal(size=(10, 2)), rng.normal(size=(10, 2)), k)


# All at once


def test_all_figures_at_once_are_those_of_one_at_a_time(rng):
    real, fake = rng.normal(size=(300, 5)), rng.normal(0.3, 0.8, (300, 5))
    fake[:20] = fake[20:40] + 1e-3
    figures = neighbours.neighbour_figures(real, fake, neighbours.reaches(real))
    expected = (
        *metrics.precision_recall(real, fake),
        *metrics.density_coverage(real, fake),
        metrics.near_duplicates(real, fake),
    )
    names = ["precision", "recall", "density", "coverage", "near_duplicates"]
    assert figures == dict(zip(names, expected, strict=True))
    assert len(set(expected) - {0, 1}) == 5


def test_all_figures_at_once_take_one_table_of_distances_for_each_pair_of_sets(rng, monkeypatch):
    real, fake = rng.normal(size=(20, 2)), rng.normal(size=(20, 2)) + 9
    tables, squared_distances = [], neighbours._squared_distances

    def spy(queries, references):
        tables.append((queries.mean() > 4, references.mean() > 4))
        return squared_distances(queries, references)

    monkeypatch.setattr(neighbours, "_squared_distances", spy)
    neighbours.neighbour_figures(real, fake, neighbours.reaches(real))
    assert tables == [(False, False), (True, True), (True, False)]


# Repetition and copying


def test_real_points_have_one_percent_of_twins_and_others_about_as_many(rng):
    real, others = rng.normal(size=(2, 1000, 6))
    # Twins come in pairs at one distance, which the threshold may cut off together.
    assert metrics.near_duplicates(real, real) == pytest.approx(0.01, abs=0.0011)
    assert metrics.near_duplicates(real, others) == pytest.approx(0.01, abs=0.01)


def test_a_few_prototypes_are_twins_of_each_other(rng):
    real = rng.normal(size=(400, 6))
    fake = real[rng.integers(0, 10, 400)] + 0.001 * rng.normal(size=(400, 6))
    assert metrics.near_duplicates(real, fake) == 1
    half = np.concatenate([fake[:200], rng.normal(size=(200, 6))])
    assert metrics.near_duplicates(real, half) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("outlier", [0, 1000])
def test_exact_twins_count_as_those_of_real_points_do(rng, outlier):
    real, fake = rng.normal(size=(2, 400, 6))
    real[:10], fake[:20] = real[10:20], fake[20:40]
    fake[-1] += outlier  # however far the fakes spread
    assert metrics.near_duplicates(real, real) == 20 / 400
    assert metrics.near_duplicates(real, fake) == 40 / 400


def test_twins_are_looked_for_among_equally_many(rng):
    with pytest.raises(DataError, match="10 real and 12 fake points: give equally many"):
        metrics.near_duplicates(rng.normal(size=(10, 2)), rng.normal(size=(12, 2)))


def test_the_copied_share_is_the_share_of_copies(garments):
    training, unseen, fresh = garments[:1000], garments[1000:1500], garments[1500:]
    assert metrics.copied_share(training[:300], training, unseen) == 1
    half = np.concatenate([training[:500], fresh])
    floor = metrics.copied_share(fresh, training, unseen)
    assert floor == pytest.approx(0.01, abs=0.01)
    assert metrics.copied_share(half, training, unseen) == pytest.approx((1 + floor) / 2)
    assert metrics.copied_share(unseen, training, unseen) == 0.01
