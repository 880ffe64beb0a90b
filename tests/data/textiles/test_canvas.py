import numpy as np
import pytest
from scipy import ndimage

from fashionlab.data.textiles import strokes
from fashionlab.data.textiles.canvas import Canvas, centred, paint, shade, smooth
from fashionlab.data.textiles.scatter import jittered_cells, nearest, pack, patch, turned
from fashionlab.data.textiles.strokes import Flow, along, flow, lay, straight


def test_small_swatches_are_drawn_on_256_pixels_at_least():
    assert [Canvas(size).n for size in (32, 100, 128, 200, 512)] == [256, 300, 256, 400, 1024]


def test_each_pixel_is_the_mean_of_its_area():
    canvas = Canvas(2, times=2)
    image = np.zeros((3, 4, 4), np.float32)
    image[0, :2, :2] = [[1, 0], [0.5, 0.5]]
    image[1, 3, 2] = 1
    expected = np.full((2, 2, 3), -1.0)
    expected[0, 0, 0], expected[1, 1, 1] = 0, -0.5
    np.testing.assert_allclose(canvas.shrunk(image), expected)


def test_an_edge_is_where_the_distance_is_0():
    canvas = Canvas(50, times=2)
    mask = canvas.inside(canvas.x - np.float32(0.3))
    assert mask.mean() == pytest.approx(0.3, abs=1e-3)
    assert ((mask > 0) & (mask < 1)).sum() <= 2


@pytest.mark.parametrize("width", [0.001, 0.004, 0.05])
def test_a_line_has_its_width_on_average_however_fine(width):
    canvas = Canvas(100, times=2)
    assert canvas.line(canvas.x - 0.5, width).mean() == pytest.approx(width, rel=0.02)


def test_a_cut_covers_the_share_above_its_level():
    canvas = Canvas(64, times=2)
    field = canvas.noise(np.random.default_rng(0), 3)
    assert canvas.cut(field, np.quantile(field, 0.7)).mean() == pytest.approx(0.3, abs=0.005)


def test_bands_take_their_shares():
    canvas = Canvas(80, times=2)
    bands = canvas.bands(canvas.x, 4, (1, 3), [(0, 0, 0), (1, 0.5, 0)])[:, 0]
    np.testing.assert_allclose(bands.mean(axis=-1), [0.75, 0.375, 0], atol=0.005)
    np.testing.assert_allclose(bands, np.roll(bands, 40, axis=-1), atol=0.07)
    assert bands[0, 5] == 0
    assert bands[0, 25] == 1


def test_light_falls_from_the_upper_left():
    canvas = Canvas(50, times=2)
    hill = np.exp(-(np.square(canvas.x - 0.5) + np.square(canvas.y - 0.5)) / 0.02)
    light = canvas.light(0.1 * hill)
    assert light[40, 40] > 0.3
    assert light[60, 60] < -0.3
    assert light[49, 49] == pytest.approx(-light[50, 50])
    assert light[0, 0] == pytest.approx(0, abs=1e-3)


def test_a_cell_is_laid_out_as_often_as_asked():
    canvas = Canvas(60, times=2)
    cell = canvas.cell(3)
    row = np.arange(40, dtype=np.float32)[None, None] + np.zeros((1, 40, 1), np.float32)
    assert cell.n == 40
    np.testing.assert_array_equal(canvas.tiled(row, 3)[0, 7], np.tile(np.arange(40), 3))


def test_paint_and_shade():
    image = np.full((3, 1, 2), 0.5, np.float32)
    paint(image, (1, 0, 0.5), np.array([[0, 0.5]], np.float32))
    np.testing.assert_allclose(image[:, 0], [[0.5, 0.75], [0.5, 0.25], [0.5, 0.5]])
    shade(image, np.array([[0.5, -0.5]], np.float32))
    np.testing.assert_allclose(image[:, 0], [[0.75, 0.375], [0.75, 0.125], [0.75, 0.25]])


def test_a_place_is_counted_from_the_middle_of_its_repeat():
    np.testing.assert_allclose(centred(np.array([0, 0.1, 0.125, 0.3]), 4), [-0.5, -0.1, 0, -0.3])


# Noise


@pytest.mark.parametrize(("n", "cells"), [(64, 5), (64, 64), (32, 100)])
def test_weights_of_noise_add_up_to_1(n, cells):
    np.testing.assert_allclose(smooth(n, cells).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(("bumps", "deviation"), [((8, 6, 2), 1), ((3, 3), 1), ((2, 2), 1.09)])
def test_noise_has_mean_0_and_from_3_bumps_up_standard_deviation_1(bumps, deviation):
    rng = np.random.default_rng(0)
    fields = [Canvas(64, times=1).noise(rng, *bumps) for _ in range(1000)]
    assert np.mean(fields) == pytest.approx(0, abs=0.05)
    assert np.std(fields) == pytest.approx(deviation, abs=0.03)


def test_noise_goes_on_at_the_edges():
    field = Canvas(100, times=2).noise(np.random.default_rng(1), 4)
    inside = np.abs(np.diff(field, axis=0)).mean(axis=1)
    assert np.abs(field[0] - field[-1]).mean() < 1.2 * inside.max()


def test_noise_is_the_same_at_every_size_but_for_what_pixels_blur():
    small, large = (Canvas(n, times=1).noise(np.random.default_rng(2), 6) for n in (64, 256))
    shrunk = large.reshape(64, 4, 64, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(shrunk, small, atol=0.02)


# Scattered places


def test_packed_places_keep_apart():
    places = pack(np.random.default_rng(0), np.full(60, 0.05))
    chance = np.random.default_rng(1).random((60, 2))
    assert closest(places) > 2 * closest(chance)


def closest(places):
    apart = np.abs(places[:, None] - places[None])
    apart = np.linalg.norm(np.minimum(apart, 1 - apart), axis=-1)
    return apart[~np.eye(len(places), dtype=bool)].min()


def test_nearest_places_are_found_across_the_edges():
    canvas = Canvas(40, times=1)
    places = pack(np.random.default_rng(3), np.full(30, 0.05))
    owner, first, second = nearest(canvas, places, 0.47)  # 39 of 40 pixels
    right = np.abs(canvas.x[..., None] - places[:, 0])
    down = np.abs(canvas.y[..., None] - places[:, 1])
    apart = np.hypot(np.minimum(right, 1 - right), np.minimum(down, 1 - down))
    np.testing.assert_array_equal(owner, apart.argmin(axis=-1))
    np.testing.assert_allclose(np.sort(apart)[..., 0], first, atol=1e-6)
    np.testing.assert_allclose(np.sort(apart)[..., 1], second, atol=1e-6)


def test_cells_are_about_a_square_apart_and_go_on_at_the_edges():
    canvas = Canvas(100, times=1)
    x, y = np.broadcast_arrays(6 * canvas.x, 6 * canvas.y)
    first, second = jittered_cells(np.random.default_rng(0), x, y, 6)
    assert (first <= second).all()
    assert 0.2 < first.mean() < 0.6
    beyond = jittered_cells(np.random.default_rng(0), x + 6, y - 6, 6)
    np.testing.assert_allclose(beyond, (first, second), atol=1e-4)


def test_a_patch_lies_around_its_place():
    canvas = Canvas(50, times=1)
    where, right, down = patch(canvas, (0.01, 0.99), 0.1)
    field = np.zeros((50, 50))
    field[where] = np.hypot(right, down) < 0.1
    assert field.sum() == pytest.approx(np.pi * 25, rel=0.1)
    assert field[0, 49] == field[49, 49] == field[49, 0] == field[0, 0] == 1


def test_a_patch_as_wide_as_it_may_be_has_each_pixel_once():
    rows, columns = patch(Canvas(41, times=1), (0.3, 0.8), 20 / 41)[0]
    assert sorted(rows.ravel()) == sorted(columns.ravel()) == list(range(41))


def test_turned_axes():
    assert turned(1.0, 0.0, np.pi / 2) == pytest.approx((0, -1), abs=1e-6)


# Strokes


def test_a_stroke_covers_its_area_without_holes_and_the_later_one_lies_on_top():
    canvas = Canvas(100, times=2)
    starts = np.full((2, 2), 0.5, np.float32)
    paths = straight(starts, np.array([0.0, 1.0]), 0.4)
    rng = np.random.default_rng(0)
    one, both = (lay(canvas, rng, paths[:number], 0.1, ragged=0) for number in (1, 2))
    covered = one.stroke >= 0
    assert covered.mean() == pytest.approx(0.4 * 0.1, rel=0.05)
    np.testing.assert_array_equal(covered, ndimage.binary_fill_holes(covered))
    assert both.stroke[100, 100] == 1
    assert (both.stroke == 1).mean() == pytest.approx(0.4 * 0.1, rel=0.05)


@pytest.mark.parametrize("points", [1, 10_000])
def test_strokes_laid_a_few_at_once_lie_as_if_laid_together(monkeypatch, points):
    canvas = Canvas(50, times=2)
    rng = np.random.default_rng(0)
    paths = straight(rng.random((20, 2)), rng.uniform(0, 3, 20), 0.395)  # 60 * 23 points each
    sizes = []

    def laid(points):
        monkeypatch.setattr(strokes, "POINTS", points)
        sizes.clear()
        return lay(canvas, np.random.default_rng(1), paths, 0.15, round_=0.5)

    def flatnonzero(touched, find=np.flatnonzero):
        sizes.append(touched.size)
        return find(touched)

    monkeypatch.setattr(np, "flatnonzero", flatnonzero)
    together = laid(10**6)
    assert len(sizes) == 1
    apart = laid(points)
    assert max(sizes) <= max(points, 60 * 23)
    assert len(sizes) > 1
    for name in ("stroke", "run", "side", "bristle"):
        np.testing.assert_array_equal(getattr(apart, name), getattr(together, name))


def test_strokes_go_on_across_the_edges():
    canvas = Canvas(50, times=2)
    paths = straight(np.zeros((1, 2), np.float32), np.zeros(1), 0.4)
    covered = lay(canvas, np.random.default_rng(0), paths, 0.2, ragged=0).stroke >= 0
    assert covered[0, 0]
    assert covered[-1, -1]
    assert not covered[50, 50]


def test_paths_follow_the_level_lines():
    stream = flow(np.random.default_rng(0), 2)
    starts = np.random.default_rng(1).random((40, 2)).astype(np.float32)
    paths = along(stream, starts, 0.1)
    begin, end = (stream.at(paths[:, step] % 1, stream.potential) for step in (0, -1))
    assert np.median(np.abs(end - begin)) < 0.25  # of a standard deviation
    across = Flow(stream.potential, -stream.down, stream.right)
    paths = along(across, starts, 0.1)
    begin, end = (stream.at(paths[:, step] % 1, stream.potential) for step in (0, -1))
    assert np.median(np.abs(end - begin)) > 0.5
