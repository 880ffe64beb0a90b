import math

import numpy as np
import pytest

from fashionlab.data.garments import outlines

SQUARE = np.array([(0.25, 0.25), (0.75, 0.25), (0.75, 0.5), (0.25, 0.5)])


def area(contour):
    x, y = contour.T
    return abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2


# Curves


def test_a_smooth_curve_goes_through_its_points_and_a_straight_one_stays_straight():
    points = [(0, 0), (1, 2), (3, 1), (4, 4)]
    curve = outlines.smooth(*points, steps=7)
    np.testing.assert_allclose(curve[::7], points, atol=1e-12)
    straight = outlines.smooth((0, 0), (1, 1), (2, 2), (4, 4))
    np.testing.assert_allclose(straight[:, 0], straight[:, 1], atol=1e-12)


def test_a_smooth_curve_has_no_corner_at_its_points():
    curve = outlines.smooth((0, 0), (1, 2), (3, 1), steps=1000)
    before, after = curve[1000] - curve[999], curve[1001] - curve[1000]
    angles = [math.atan2(*step) for step in (before, after)]
    assert abs(angles[0] - angles[1]) < 0.01


def test_a_curve_from_the_axis_leaves_it_horizontally():
    curve = outlines.from_axis((0, 1), (1, 2), (2, 5))
    np.testing.assert_allclose(curve[0], (0, 1), atol=1e-12)
    np.testing.assert_allclose(curve[-1], (2, 5), atol=1e-12)
    slope = (curve[1] - curve[0])[1] / (curve[1] - curve[0])[0]
    assert abs(slope) < 0.2  # the straight way to the next point has 1


def test_the_mirror_image_of_many_curves_is_that_of_each():
    curves = np.random.default_rng(0).normal(size=(3, 5, 2))
    for one, image in zip(curves, outlines.mirror(curves), strict=True):
        np.testing.assert_array_equal(image, outlines.mirror(one))
        np.testing.assert_array_equal(image[0], one[-1] * (-1, 1))


def test_a_stroke_has_its_width():
    line = np.array([(0.0, 0.0), (3.0, 4.0)])
    assert area(outlines.stroke(line, 0.2)) == pytest.approx(5 * 0.2)
    assert outlines.shift(line, 1.0)[0] == pytest.approx((0.8, -0.6))


def test_stitches_take_their_share_of_a_seam():
    stitches = outlines.dashes(np.array([(0, 0), (0, 1.0)]), 0.1, period=0.25, share=0.6)
    assert stitches.shape == (4, 4, 2)
    np.testing.assert_allclose(stitches.mean(axis=1)[:, 1], [0.125, 0.375, 0.625, 0.875])
    assert sum(area(stitch) for stitch in stitches) == pytest.approx(0.6 * 0.1)


# Coverage


def test_an_edge_through_pixels_covers_its_share_of_them():
    expected = np.zeros((4, 4))
    expected[1, 1:3] = 1
    np.testing.assert_allclose(outlines.coverage([SQUARE], 4), expected, atol=1e-6)
    triangle = np.array([(0, 0), (1, 0), (0, 1.0)])
    np.testing.assert_allclose(outlines.coverage([triangle], 2), [[1, 0.5], [0.5, 0]], atol=1e-6)


@pytest.mark.parametrize("size", [32, 33, 128])
def test_the_shares_add_up_to_the_area(size):
    contour = outlines.oval((0.47, 0.52), (0.3, 0.4), angle=0.3, points=400)
    shares = outlines.coverage([contour], size)
    assert 0 <= shares.min() <= shares.max() <= 1
    assert shares.mean() == pytest.approx(area(contour), abs=1e-6)


def test_either_way_round_and_all_at_once_is_the_same():
    other = SQUARE * 0.5 + (0.1, 0.55)
    both = outlines.coverage([SQUARE, other], 16)
    np.testing.assert_array_equal(outlines.coverage([SQUARE[::-1], other], 16), both)
    np.testing.assert_array_equal(outlines.coverage([np.stack([SQUARE, other])], 16), both)


def test_overlaps_count_once_and_what_lies_outside_is_cut_off():
    np.testing.assert_array_equal(
        outlines.coverage([SQUARE, SQUARE], 16), outlines.coverage([SQUARE], 16)
    )
    assert outlines.coverage([SQUARE + np.array((0.5, 0))], 16).mean() == pytest.approx(0.0625)
    assert not outlines.coverage([SQUARE + 2], 16).any()
    assert not outlines.coverage([], 16).any()
