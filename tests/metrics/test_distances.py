import numpy as np
import pytest
import scipy.linalg
from scipy import ndimage

from fashionlab import metrics
from fashionlab.errors import DataError


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# Fréchet distance


def exactly(mean, covariance, number, rng):
    """Rows that have exactly this mean and covariance."""
    rows = rng.standard_normal((number, len(mean)))
    rows -= rows.mean(axis=0)
    white = rows @ np.linalg.inv(np.linalg.cholesky(np.atleast_2d(np.cov(rows, rowvar=False)))).T
    return white @ np.linalg.cholesky(covariance).T + mean


def test_on_a_line_it_is_the_squared_differences_of_means_and_deviations(rng):
    x, y = exactly([1.0], [[4.0]], 50, rng), exactly([4.0], [[0.25]], 70, rng)
    assert metrics.frechet_distance(x, y) == pytest.approx((1 - 4) ** 2 + (2 - 0.5) ** 2, rel=1e-9)


def test_with_independent_features_it_is_the_sum_over_them(rng):
    deviations = np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 0.5]])
    x, y = (exactly(np.zeros(3), np.diag(d**2), 100, rng) for d in deviations)
    assert metrics.frechet_distance(x, y) == pytest.approx(1 + 0 + 2.5**2, rel=1e-9)


def test_it_agrees_with_scipys_matrix_square_root(rng):
    x, y = rng.normal(size=(300, 12)), rng.normal(0.3, 1, (200, 12)) @ rng.normal(size=(12, 12))
    covariances = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(covariances[0] @ covariances[1]).real
    shift = np.square(x.mean(axis=0) - y.mean(axis=0)).sum()
    expected = shift + np.trace(sum(covariances) - 2 * root)
    assert metrics.frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)
    assert metrics.frechet_distance(y, x) == pytest.approx(expected, rel=1e-9)


def test_equal_sets_are_at_zero_in_any_order(rng):
    x = rng.normal(size=(100, 20))
    assert metrics.frechet_distance(x, rng.permutation(x)) == pytest.approx(0, abs=1e-10)
    assert metrics.frechet_distance(x, x) >= 0


def test_features_without_full_rank_are_no_trouble(rng):
    line = rng.normal(size=(60, 1))
    # Two lines in ten dimensions at a right angle: no overlap, both spreads count in full.
    x, y = np.zeros((60, 10)), np.zeros((60, 10))
    x[:, :1], y[:, 1:2] = line, 2 * line
    variance = line.var(ddof=1)
    expected = 5 * line.mean() ** 2 + 5 * variance
    assert metrics.frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)
    # On one line: the deviations' difference, as in one dimension.
    expected = line.mean() ** 2 + variance
    assert metrics.frechet_distance(x, 2 * x) == pytest.approx(expected, rel=1e-9)


def test_rounding_does_not_pass_for_overlap(rng):
    # The two lines again, but askew, so that no zero in the covariances is exact. Roots of what
    # rounding leaves there would come to 1e-8 each.
    line, directions = rng.normal(size=(60, 1)), np.linalg.qr(rng.normal(size=(128, 2)))[0].T
    x, y = line * directions[:1], 2 * line * directions[1:]
    expected = 5 * line.mean() ** 2 + 5 * line.var(ddof=1)
    assert metrics.frechet_distance(x, y) == pytest.approx(expected, rel=1e-12)
    expected = line.mean() ** 2 + line.var(ddof=1)
    assert metrics.frechet_distance(x, 2 * x) == pytest.approx(expected, rel=1e-12)


def test_fewer_rows_than_features_are_no_trouble(rng):
    x, y = rng.normal(size=(20, 128)), rng.normal(size=(30, 128))
    covariances = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    shift = np.square(x.mean(axis=0) - y.mean(axis=0)).sum()
    roots = np.sqrt(np.abs(np.linalg.eigvals(covariances[0] @ covariances[1])))
    expected = shift + np.trace(sum(covariances)) - 2 * roots.sum()
    assert metrics.frechet_distance(x, y) == pytest.approx(expected, rel=1e-4)


def test_it_is_biased_upwards_where_kid_is_not(rng):
    few = [rng.normal(size=(2, 100, 16)) for _ in range(30)]
    assert np.mean([metrics.frechet_distance(*pair) for pair in few]) > 1
    values = [metrics.kid(*pair, block=100)[0] for pair in few]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(30)


# KID


def brute_force_mmd(x, y):
    def kernel(a, b):
        return (np.dot(a, b) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    xx = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    xy = sum(kernel(a, b) for a in x for b in y) / (n * m)
    return xx + yy - 2 * xy


def test_kid_of_one_block_agrees_with_a_double_loop(rng):
    x, y = rng.normal(size=(25, 6)), rng.normal(0.5, 1, (25, 6))
    value, error = metrics.kid(x, y, block=25)
    assert value == pytest.approx(brute_force_mmd(x, y), rel=1e-9)
    assert np.isnan(error)


def test_kid_is_the_mean_over_blocks_with_its_standard_error(rng):
    x, y = rng.normal(size=(65, 4)), rng.normal(0.5, 1, (43, 4))
    shuffle = np.random.default_rng(5)
    x_blocks, y_blocks = (
        rows[shuffle.permutation(len(rows))[:40]].reshape(2, 20, 4) for rows in (x, y)
    )
    values = [brute_force_mmd(*pair) for pair in zip(x_blocks, y_blocks, strict=True)]
    expected = np.mean(values), abs(values[0] - values[1]) / 2
    assert metrics.kid(x, y, block=20, seed=5) == pytest.approx(expected, rel=1e-9)


def test_kid_of_one_distribution_is_zero_on_average_and_falls_on_both_sides(rng):
    values = np.array([metrics.kid(*rng.normal(size=(2, 50, 8)), block=50)[0] for _ in range(100)])
    assert abs(values.mean()) < 3 * values.std() / 10
    assert 20 < (values < 0).sum() < 80


def test_kid_sees_a_shift(rng):
    x = rng.normal(size=(500, 8))
    value, error = metrics.kid(x, rng.normal(0.5, 1, (500, 8)), block=100)
    assert value > 5 * error > 0


@pytest.mark.parametrize("block", [0, 1, 51])
def test_blocks_that_do_not_exist_are_refused(rng, block):
    with pytest.raises(DataError, match=f"Blocks of {block} out of 60 and 50 rows.*block=50 or"):
        metrics.kid(rng.normal(size=(60, 3)), rng.normal(size=(50, 3)), block=block)


WRONG = {
    "wanted .number, width.": np.zeros(5),
    "2 rows or more": np.zeros((1, 3)),
    "differ in width": np.zeros((5, 4)),
    "NaN or infinite": np.full((5, 3), np.nan),
}


@pytest.mark.parametrize("says", WRONG)
@pytest.mark.parametrize(
    "figure",
    [
        metrics.frechet_distance,
        metrics.kid,
        metrics.precision_recall,
        metrics.density_coverage,
        metrics.near_duplicates,
    ],
)
def test_what_is_no_set_of_features_is_refused(figure, says):
    good = np.zeros((5, 3))
    for pair in [(good, WRONG[says]), (WRONG[says], good)]:
        with pytest.raises(DataError, match=says):
            figure(*pair)


# Patches


@pytest.fixture
def images(rng):
    return rng.uniform(-1, 1, (100, 28, 28, 1)).astype(np.float32)


def test_patches_of_equal_sets_are_at_zero(images):
    assert metrics.patch_distance(images, images) == 0


def test_brighter_images_are_as_far_as_the_docstring_says(images):
    distance = metrics.patch_distance(images, images + 0.5)
    # Only the coarse level moves. A direction's sum over 49 pixels has the mean size
    # sqrt(2 / pi) = 0.8; over both levels, half of that.
    assert distance == pytest.approx(0.4 * 0.5, rel=0.15)


def test_lost_detail_is_seen_at_the_fine_level(images):
    smooth = (
        images.reshape(100, 14, 2, 14, 2).mean(axis=(2, 4)).repeat(2, 1).repeat(2, 2)[..., None]
    )
    # The coarse level is equal; of the fine one, noise of deviation s becomes 0: a shadow's mean
    # size is sqrt(2 / pi) s, and half of it counts.
    deviation = (images - smooth).std()
    expected = np.sqrt(2 / np.pi) * deviation / 2
    assert metrics.patch_distance(images, smooth) == pytest.approx(expected, rel=0.05)


def test_patches_see_blur_in_garments(garments):
    real, others = garments[:1000], garments[1000:]
    blurred = ndimage.gaussian_filter(others, (0, 0.7, 0.7, 0))
    floor = metrics.patch_distance(real, others)
    assert metrics.patch_distance(real, blurred) > 3 * floor > 0


def test_the_seed_decides_places_and_directions(images):
    others = images**3
    distances = [metrics.patch_distance(images, others, seed) for seed in (0, 0, 1)]
    assert distances[0] == distances[1] != distances[2]
    assert distances[2] == pytest.approx(distances[0], rel=0.2)


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ((100, 28, 28), "differ in size"),
        ((99, 28, 28, 1), "equally many"),
        ((100, 28, 28, 3), "differ in size"),
    ],
)
def test_patches_of_unlike_sets_are_refused(images, shape, says):
    with pytest.raises(DataError, match=says):
        metrics.patch_distance(images, np.zeros(shape, np.float32))


def test_patches_of_what_is_not_grey_or_not_finite_are_refused(images):
    colour = images.repeat(3, axis=-1)
    with pytest.raises(DataError, match=r"wanted \(number, height, width, 1\)"):
        metrics.patch_distance(colour, colour)
    broken = images.copy()
    broken[[4, 9], 2] = np.nan
    for pair in [(images, broken), (broken, images)]:
        with pytest.raises(
            DataError, match="2 of 100 hold NaN or infinity, the first at position 4"
        ):
            metrics.patch_distance(*pair)


@pytest.mark.parametrize("pixels", [12, 27])
def test_images_too_small_or_odd_for_patches_are_refused(pixels):
    images = np.zeros((3, pixels, pixels, 1), np.float32)
    with pytest.raises(DataError, match="even numbers from 14 up"):
        metrics.patch_distance(images, images)
