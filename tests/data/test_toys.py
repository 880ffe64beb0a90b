import math

import numpy as np
import pytest

from fashionlab.data import toys
from fashionlab.errors import ConfigurationError, DataError

MANY = 200_000
FACE = [[-0.5, 0.5], [0.5, 0.5], [-0.4, -0.4], [0, -0.5], [0.4, -0.4]]
ALL = {name: make() for name, make in toys.BY_NAME.items()} | {
    "gaussian": toys.gaussian(),
    "drawn": toys.drawn(FACE, spread=0.1),
    "drawn on the line": toys.drawn([[-1.0], [0.5], [2.0]], spread=0.3),
}
NO_CLOSED_FORM = ("two_moons", "spiral")
WITH_DENSITY = [name for name in ALL if name not in NO_CLOSED_FORM]
WITH_MODES = ["gaussian", "two_gaussians", "mixture", "ring", "grid"]


def window(toy):
    return 1.5 if toy.dimension == 2 else 4.0


def centres_of_cells(reach, cells, dimension):
    """Points `(cells ** dimension, dimension)` and the size of a cell."""
    width = 2 * reach / cells
    ticks = (np.arange(cells) + 0.5) * width - reach
    axes = np.meshgrid(*[ticks] * dimension, indexing="ij")
    return np.stack(axes, axis=-1).reshape(-1, dimension), width**dimension


def total_variation_from_samples(toy, density, cells=15, fine=10):
    """Between the share of samples in each cell and what a density promises there."""
    reach = window(toy)
    edges = [np.linspace(-reach, reach, cells + 1)] * toy.dimension
    counted, _ = np.histogramdd(toy.sample(MANY, seed=3), bins=edges)
    points, size = centres_of_cells(reach, cells * fine, toy.dimension)
    promised = (density(points) * size).reshape([cells, fine] * toy.dimension)
    promised = promised.sum(axis=tuple(range(1, 2 * toy.dimension, 2)))
    return np.abs(counted / MANY - promised).sum() / 2


# Samples


@pytest.mark.parametrize("name", ALL)
def test_samples_are_float32_points_that_the_seed_decides(name):
    toy = ALL[name]
    points = toy.sample(50, seed=1)
    assert points.dtype == np.float32
    assert points.shape == (50, toy.dimension)
    assert np.isfinite(points).all()
    np.testing.assert_array_equal(points, toy.sample(50, seed=1))
    assert not np.array_equal(points, toy.sample(50, seed=2))
    assert len(np.unique(points, axis=0)) == 50


@pytest.mark.parametrize("name", toys.BY_NAME)
def test_the_window_holds_all_but_one_point_in_a_thousand(name):
    toy = ALL[name]
    points = np.abs(toy.sample(MANY, seed=0))
    assert (points.max(axis=1) < window(toy)).mean() >= 0.999
    assert points.max() > 0.6 * window(toy)  # and the toy fills it


@pytest.mark.parametrize("name", toys.BY_NAME)
def test_names_lead_to_their_toys(name):
    toy = toys.get(name)
    assert toy.name == name
    assert toys.get(toy) is toy


# Densities


@pytest.mark.parametrize("name", WITH_DENSITY)
def test_density_integrates_to_one(name):
    toy = ALL[name]
    # A disc has a hard edge, which a grid meets only roughly.
    points, size = centres_of_cells(6 if toy.dimension == 1 else 1.6, 320, toy.dimension)
    density = toy.density(points)
    assert density.dtype == np.float64
    assert density.min() >= 0
    assert density.sum() * size == pytest.approx(1, abs=2e-3 if name == "disc" else 1e-6)


@pytest.mark.parametrize("name", WITH_DENSITY)
def test_density_says_where_the_samples_lie(name):
    toy = ALL[name]
    assert total_variation_from_samples(toy, toy.density) < 0.02


@pytest.mark.parametrize("name", WITH_DENSITY)
def test_the_comparison_with_samples_notices_a_density_that_is_shifted(name):
    toy = ALL[name]
    shifted = total_variation_from_samples(toy, lambda points: toy.density(points - 0.2))
    assert 0.04 < shifted <= 1


@pytest.mark.parametrize("name", WITH_MODES)
def test_density_peaks_at_the_modes(name):
    toy = ALL[name]
    assert toy.modes.dtype == np.float32
    peaks = toy.density(toy.modes)
    for angle in np.arange(8) * np.pi / 4:
        aside = 0.5 * toy.spread * np.array([np.cos(angle), np.sin(angle)])[: toy.dimension]
        if np.linalg.norm(aside) > 0.01 * toy.spread:
            assert (toy.density(toy.modes + aside) < peaks).all()


@pytest.mark.parametrize(
    ("name", "heights"),
    [
        ("gaussian", [1 / math.sqrt(2 * math.pi)]),
        ("two_gaussians", [0.5 / (0.5 * math.sqrt(2 * math.pi))] * 2),
        ("mixture", np.array([0.3, 0.6, 0.1]) / (0.4 * math.sqrt(2 * math.pi))),
        ("ring", [1 / 8 / (2 * math.pi * 0.05**2)] * 8),
        ("grid", [1 / 25 / (2 * math.pi * 0.05**2)] * 25),
    ],
)
def test_heights_of_the_peaks(name, heights):
    # Bells stand so far apart that each has its top for itself; those of the mixture come closest.
    np.testing.assert_allclose(ALL[name].density(ALL[name].modes), heights, rtol=1e-4)


def test_the_bells_of_the_mixture_have_unequal_shares():
    toy = toys.mixture()
    points = toy.sample(MANY, seed=0)
    nearest = np.abs(points - toy.modes.T).argmin(axis=1)
    shares = np.bincount(nearest, minlength=3) / MANY
    np.testing.assert_allclose(shares, [0.3, 0.6, 0.1], atol=0.005)


def test_the_bells_of_ring_and_grid_have_equal_shares():
    for toy in (toys.ring(), toys.grid(), toys.ring(3), toys.grid(2)):
        points = toy.sample(20_000, seed=0)
        distances = np.linalg.norm(points[:, None] - toy.modes, axis=2)
        shares = np.bincount(distances.argmin(axis=1), minlength=len(toy.modes)) / 20_000
        np.testing.assert_allclose(shares, 1 / len(toy.modes), atol=0.015)


def test_the_line_is_as_dense_in_its_middle_as_its_length_and_its_spread_say():
    # Length sqrt(5); across it a bell of 0.05.
    height = 1 / math.sqrt(5) / (0.05 * math.sqrt(2 * math.pi))
    middle, end, beside = toys.line().density([[0, 0], [1, 0.5], [0.5, -0.5]])
    assert middle == pytest.approx(height, rel=1e-9)
    assert end == pytest.approx(height / 2, rel=1e-9)  # half the blur is beyond the end
    assert 0 <= beside < 1e-12


def test_the_disc_is_flat_and_ends_at_radius_one():
    density = toys.disc().density([[0, 0], [0.7, 0.7], [0.8, 0.8], [0, 1.01]])
    np.testing.assert_allclose(density, [1 / math.pi, 1 / math.pi, 0, 0])


def test_the_line_takes_points_in_a_row_too():
    toy = toys.mixture()
    np.testing.assert_array_equal(toy.density([0, 1]), toy.density([[0], [1]]))


# The two that are known by their samples only


def test_each_moon_is_half_a_circle():
    points = toys.two_moons().sample(MANY, seed=0)
    upper, lower = (
        np.linalg.norm(points - c, axis=1) for c in ([-0.375, -0.1875], [0.375, 0.1875])
    )
    # Both circles have radius 0.75, and noise of 0.05 around them.
    off = np.minimum(np.abs(upper - 0.75), np.abs(lower - 0.75))
    assert (off < 0.2).mean() > 0.999
    assert np.mean(off) == pytest.approx(0.05 * math.sqrt(2 / math.pi), rel=0.1)
    assert np.mean(np.abs(upper - 0.75) < np.abs(lower - 0.75)) == pytest.approx(0.5, abs=0.02)


def test_the_spiral_is_equally_dense_along_its_length():
    points = toys.spiral().sample(MANY, seed=0)
    radius = np.linalg.norm(points, axis=1) / 1.2
    # Its length grows with the square of the radius: half of it lies beyond sqrt(0.5).
    assert np.mean(radius > math.sqrt(0.51)) == pytest.approx(0.5, abs=0.01)
    turned = np.angle(np.exp(1j * (np.arctan2(points[:, 1], points[:, 0]) - 4 * np.pi * radius)))
    outer = radius > 0.4  # further in, the noise turns a point by a lot
    assert np.abs(turned[outer]).mean() < 0.35  # two turns: any other number is far off
    assert np.abs(np.angle(np.exp(1j * (turned + 4 * np.pi * radius)))[outer]).mean() > 1


# Your own


def test_a_drawing_has_a_bell_on_every_point_and_no_modes():
    toy = toys.drawn([[-0.5, 0], [0.5, 0]], spread=0.1)
    assert len(toy.modes) == 0
    assert toy.spread == 0.1
    assert toy.density([[0.5, 0]])[0] == pytest.approx(0.5 / (2 * math.pi * 0.01), rel=1e-6)
    points = toy.sample(MANY, seed=0)
    np.testing.assert_allclose(np.abs(points[:, 0]).mean(), 0.5, atol=0.002)
    np.testing.assert_allclose(points[:, 1].std(), 0.1, rtol=0.01)


def test_shares_of_your_own_bells():
    toy = toys.gaussians("two", [[-1, 0], [1, 0]], 0.1, [0.25, 0.75])
    heights = toy.density([[-1, 0], [1, 0]])
    assert heights[1] / heights[0] == pytest.approx(3)
    assert (toy.sample(MANY, seed=0)[:, 0] > 0).mean() == pytest.approx(0.75, abs=0.005)


# What cannot be


@pytest.mark.parametrize(
    "centres",
    [[1.0, 2.0], 3.0, np.zeros((4, 3)), np.zeros((0, 2)), np.zeros((2, 2, 2))],
    ids=["a row", "a number", "three dimensions", "none", "too deep"],
)
def test_centres_of_another_shape_are_refused(centres):
    for make in (toys.drawn, lambda c: toys.gaussians("mine", c, 0.1)):
        with pytest.raises(DataError, match=r"Centres have shape \(.*wanted \(number, 1 or 2\)"):
            make(centres)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_centres_that_are_not_finite_are_refused(wrong):
    with pytest.raises(DataError, match=r"NaN or infinite\. Leave those points out"):
        toys.drawn([[0, 0], [0, wrong]])


@pytest.mark.parametrize("spread", [0, -0.1, np.nan])
def test_a_bell_without_width_is_refused(spread):
    with pytest.raises(ConfigurationError, match=f"spread={spread}: a bell needs a width above 0"):
        toys.drawn([[0, 0]], spread=spread)


@pytest.mark.parametrize("name", ["ring", "mixture", "disc"])
def test_density_at_points_of_another_shape_is_refused(name):
    toy = ALL[name]
    for points in (np.zeros((4, 3)), np.zeros((4, 3 - toy.dimension)), 0.0, np.zeros((2, 2, 2))):
        with pytest.raises(DataError, match=rf"{name} wants \(number, {toy.dimension}\)"):
            toy.density(points)
    if toy.dimension == 2:
        with pytest.raises(DataError, match=r"shape \(2,\)"):
            toy.density([0, 0])


@pytest.mark.parametrize("name", NO_CLOSED_FORM)
def test_a_density_without_closed_form_is_refused(name):
    with pytest.raises(DataError, match=f"density of {name} has no closed form. Draw with"):
        ALL[name].density([[0, 0]])


@pytest.mark.parametrize("wrong", ["rings", "", None, 3])
def test_an_unknown_name_is_told_what_there_is(wrong):
    with pytest.raises(
        ConfigurationError, match=r"is no distribution\. Use one of gaussian, two_gaussians, "
    ):
        toys.get(wrong)
