import numpy as np
import pytest

from fashionlab import metrics
from fashionlab.errors import DataError

# Modes covered


MODES = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)


def cloud(counts, spread=0.0):
    """So many points on each of `MODES`."""
    points = np.repeat(MODES, counts, axis=0)
    return points + spread * np.random.default_rng(0).standard_normal(points.shape)


@pytest.mark.parametrize(
    ("counts", "covered"),
    [
        ((25, 25, 25, 25), 4),
        ((100, 0, 0, 0), 1),
        ((99, 1, 0, 0), 1),  # a stray point is not enough
        ((96, 4, 0, 0), 1),  # a fifth of 100 / 4 is 5
        ((95, 5, 0, 0), 2),
        ((85, 5, 5, 5), 4),
    ],
)
def test_a_mode_counts_from_a_fifth_of_its_fair_share(counts, covered):
    assert metrics.modes_covered(cloud(counts), MODES, spread=0.1) == covered


@pytest.mark.parametrize(("distance", "covered"), [(0.29, 1), (0.31, 0)])
def test_points_count_up_to_three_standard_deviations(distance, covered):
    points = np.full((20, 2), [-distance, 0])
    assert metrics.modes_covered(points, MODES, spread=0.1) == covered


def test_points_far_from_all_modes_take_their_share_of_none():
    far = np.full((300, 2), 7.0)
    # 100 near points are a quarter of 400; each mode asks for 400 / 4 / 5 = 20 of them.
    near = cloud((60, 20, 19, 1))
    assert metrics.modes_covered(np.concatenate([near, far]), MODES, spread=0.1) == 2


def test_a_fair_sample_covers_all_modes_and_one_of_half_of_them_covers_half():
    assert metrics.modes_covered(cloud((250,) * 4, spread=0.1), MODES, spread=0.1) == 4
    assert metrics.modes_covered(cloud((500, 500, 0, 0), spread=0.1), MODES, spread=0.1) == 2


def test_without_modes_there_is_none_to_cover():
    assert metrics.modes_covered(cloud((5, 5, 5, 5)), np.empty((0, 2)), spread=0.1) == 0


def test_points_that_are_nan_cover_nothing():
    assert metrics.modes_covered(np.full((20, 2), np.nan), MODES, spread=0.1) == 0


# Sliced Wasserstein distance


@pytest.fixture
def points():
    return np.random.default_rng(1).normal(size=(200, 2))


@pytest.mark.parametrize("angle", [0, 0.3, 1, 2.5])
def test_the_sliced_distance_of_a_shift_is_its_mean_shadow(points, angle):
    shift = 0.5 * np.array([np.cos(angle), np.sin(angle)])
    # Over all directions |cos| has the mean 2 / pi, whichever way the shift goes.
    distance = metrics.sliced_wasserstein(points, points + shift)
    assert distance == pytest.approx(0.5 * 2 / np.pi, rel=0.002)


def test_the_sliced_distance_of_a_shift_in_space_is_its_mean_shadow_on_random_lines():
    points, shift = np.random.default_rng(1).normal(size=(50, 3)), np.array([0.3, -0.4, 0.5])
    lines = np.random.default_rng(5).standard_normal((3, 32))
    expected = np.abs(shift @ lines / np.linalg.norm(lines, axis=0)).mean()
    distance = metrics.sliced_wasserstein(points, points + shift, seed=5)
    assert distance == pytest.approx(expected, rel=1e-9)


def test_the_sliced_distance_of_equal_sets_is_zero_in_any_order(points):
    shuffled = np.random.default_rng(0).permutation(points)
    assert metrics.sliced_wasserstein(points, shuffled) == pytest.approx(0, abs=1e-12)


def test_the_sliced_distance_is_symmetric_and_grows_with_the_points(points):
    others = points**2
    there = metrics.sliced_wasserstein(points, others)
    assert metrics.sliced_wasserstein(others, points) == pytest.approx(there, rel=1e-12)
    assert metrics.sliced_wasserstein(3 * points, 3 * others) == pytest.approx(3 * there)


def test_on_a_line_the_sliced_distance_is_the_mean_way_of_the_sorted_points():
    x, y = np.array([[0.0], [1.0], [5.0]]), np.array([[7.0], [2.0], [0.0]])
    # 0 stays, 1 goes to 2, 5 goes to 7; every direction on a line is 1 or -1.
    assert metrics.sliced_wasserstein(x, y) == pytest.approx(1)


def test_the_seed_decides_the_directions_in_space():
    points = np.random.default_rng(1).normal(size=(200, 3))
    others = points * [1, 2, 1]
    distances = [metrics.sliced_wasserstein(points, others, seed=seed) for seed in (0, 0, 1)]
    assert distances[0] == distances[1]
    assert distances[0] != distances[2]


@pytest.mark.parametrize("figure", [metrics.grid_js, metrics.sliced_wasserstein])
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (np.zeros((200, 3)), "differ in size"),
        (np.full((200, 2), np.nan), "200 of 200 hold NaN or infinity"),
        (np.zeros((0, 2)), "wanted one or more of each"),
        (np.zeros(200), "wanted one or more of each"),
    ],
)
def test_points_that_cannot_be_compared_are_refused(points, figure, wrong, says):
    for pair in [(wrong, points), (points, wrong)]:
        with pytest.raises(DataError, match=says):
            figure(*pair)


def test_points_in_space_cannot_be_counted_in_the_plane(points):
    space = points.repeat(2, axis=1)
    with pytest.raises(DataError, match=r"shape \(200, 4\): wanted points in the plane"):
        metrics.grid_js(space, space)


def test_different_numbers_of_points_are_refused(points):
    with pytest.raises(DataError, match=r"shapes \(200, 2\) and \(199, 2\).*equally many"):
        metrics.sliced_wasserstein(points, points[1:])


# Jensen-Shannon divergence on a grid


def test_grid_js_of_one_cloud_with_itself_is_zero(points):
    assert metrics.grid_js(points, points) == 0


def test_grid_js_of_disjoint_clouds_is_log_2(points):
    left, right = points.clip(-1.4, -0.1), -points.clip(-1.4, -0.1)
    assert metrics.grid_js(left, right) == pytest.approx(np.log(2), rel=1e-9)


def test_grid_js_by_hand():
    here, there = [-0.5, -0.5], [0.5, 0.5]
    # Shares (1/2, 1/2) and (1/4, 3/4) of two cells, with (3/8, 5/8) half way between.
    expected = (
        *(0.5 * np.log(4 / 3), 0.5 * np.log(4 / 5)),
        *(0.25 * np.log(2 / 3), 0.75 * np.log(6 / 5)),
    )
    js = metrics.grid_js(np.array([here, there]), np.array([here] + 3 * [there]), bins=2)
    assert js == pytest.approx(sum(expected) / 2, rel=1e-9)


def test_grid_js_is_symmetric_and_takes_clouds_of_different_sizes(points):
    few = points[:50] / 2
    assert metrics.grid_js(points, few) == pytest.approx(metrics.grid_js(few, points), rel=1e-12)
    assert 0 < metrics.grid_js(points, few) < np.log(2)


def test_grid_js_does_not_tell_places_within_a_cell_apart():
    x = np.full((4, 2), 0.11)
    assert metrics.grid_js(x, x + 0.08, reach=1, bins=10) == 0
    assert metrics.grid_js(x, x + 0.1, reach=1, bins=10) == pytest.approx(np.log(2))


def test_points_beyond_the_window_count_at_its_edge():
    edge = np.array([[1.49, 0.01], [-1.49, -1.49]])
    beyond = np.array([[40.0, 0.01], [-1.6, -1e6]])
    assert metrics.grid_js(edge, beyond) == 0
    assert metrics.grid_js(edge, -beyond) == pytest.approx(np.log(2))
