import numpy as np
import pytest

from fashionlab.metrics.edges import beside, canny


def step(column, height=1.0, size=24):
    """Dark on the left, `height` brighter from a column on."""
    return np.repeat(height * (np.arange(size)[None] >= column), size, axis=0).astype(float)


@pytest.fixture
def upright():
    return canny(step(12))


def test_a_step_has_one_edge_of_one_pixel_and_a_slope_across_it(upright):
    edges, across = upright
    assert (edges.sum(axis=1) == 1).all()
    assert edges[:, 11].all() or edges[:, 12].all()
    np.testing.assert_allclose(across[:, :, 12], np.repeat([[0.0], [1.0]], 24, axis=1), atol=1e-12)
    lying, down = canny(step(12).T)
    np.testing.assert_array_equal(lying, edges.T)
    np.testing.assert_allclose(down[:, 12], np.repeat([[1.0], [0.0]], 24, axis=1), atol=1e-12)


def test_a_plain_surface_has_none():
    edges, across = canny(np.full((10, 12), 0.5))
    assert not edges.any()
    assert (across == 0).all()


def test_a_faint_edge_is_followed_from_a_strong_one_and_else_passed_over():
    # Under a blur of 1 pixel the slope of a step of h is 0.4 h: 0.06 gives 0.024, between the two.
    assert canny(step(12, 0.2))[0].sum() == 24
    assert not canny(step(12, 0.06))[0].any()
    fading = step(12) * np.linspace(0.2, 0.06, 24)[:, None]
    assert canny(fading)[0].any(axis=1).all()
    fading = step(12) * np.linspace(0.2, 0.0, 24)[:, None]  # 0.0376 is WEAK, after 18.7 rows
    rows = canny(fading)[0].any(axis=1)
    assert rows[:18].all()
    assert not rows[20:].any()


@pytest.mark.parametrize(("column", "found"), [(11, 1), (12, 1), (13, 1), (10, 0), (14, 0)])
def test_an_edge_is_beside_another_up_to_one_pixel_away(upright, column, found):
    edges, across = upright
    assert beside(across, *canny(step(column)))[edges].mean() == found


def test_from_bright_to_dark_is_the_same_way_but_upright_and_lying_are_not(upright):
    edges, across = upright
    assert beside(across, *canny(1 - step(12)))[edges].all()
    assert not beside(across, *canny(step(12).T))[edges].any()


@pytest.mark.parametrize(("degrees", "found"), [(25, True), (35, False)])
def test_the_same_way_is_up_to_30_degrees(degrees, found):
    turn = np.deg2rad(degrees)
    edges = np.zeros((5, 5), bool)
    edges[2, 2] = True
    across = np.zeros((2, 5, 5))
    across[1] = 1
    turned = np.stack([np.full((5, 5), f(turn)) for f in (np.sin, np.cos)])
    hits = beside(across, edges, turned)
    assert hits[1:4, 1:4].all() == found
    assert hits.sum() == 9 * found  # nothing farther away
