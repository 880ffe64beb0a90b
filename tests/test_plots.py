import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from fashionlab import plots
from fashionlab.errors import DataError

CURVES = {
    "discriminator_loss": [1.4, 1.3, 1.2],
    "generator_loss": [0.7, 0.8, 0.9],
    "real_accuracy": [0.5, 0.6, 0.7],
    "fake_accuracy": [0.5, 0.4, 0.6],
}


def images(number, height=28, width=28, channels=1):
    shape = (number, height, width, channels)
    return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)


FIGURES = {
    "image_grid": lambda: plots.image_grid(images(6), title="six"),
    "image_grid with titles": lambda: plots.image_grid(images(3), titles=["a", "b", "c"]),
    "image_rows": lambda: plots.image_rows({"one": images(4), "other": images(4)}),
    "side_by_side": lambda: plots.side_by_side({"one": images(4), "other": images(2, channels=3)}),
    "training_curves": lambda: plots.training_curves(CURVES, (1.4, 0.7)),
    "dashboard": lambda: plots.dashboard(images(4), CURVES, "a headline"),
    "nearest": lambda: plots.nearest(
        images(2), images(6).reshape(2, 3, 28, 28, 1), np.ones((2, 3))
    ),
    "seed_dots": lambda: plots.seed_dots(SEEDS, {"recall": 0.9, "FashionFID": 0.1}),
}
SEEDS = {
    "recall": {"wgan": [0.1, 0.3, 0.8], "r1": [0.5, 0.6, 0.7]},
    "FashionFID": {"wgan": [9, 7, 8], "r1": [4, 5, 6]},
}


# Mosaics, pixel by pixel.


def test_mosaic_of_single_pixels():
    pixels = np.array([-1, 0.2, 1], np.float32).reshape(3, 1, 1, 1)
    # (0.2 + 1) * 127.5 = 153; the fourth place stays white, like the gap.
    expected = [[0, 255, 153], [255, 255, 255], [255, 255, 255]]
    np.testing.assert_array_equal(plots.mosaic(pixels, columns=2, gap=1)[..., 0], expected)


def test_mosaic_keeps_rows_columns_and_colours_in_place():
    # Two images of 2 x 3 in three colours, one above the other without a gap.
    numbers = np.arange(2 * 2 * 3 * 3).reshape(2, 2, 3, 3)
    tiles = plots.mosaic(numbers / 127.5 - 1, columns=1, gap=0)
    assert tiles.dtype == np.uint8
    np.testing.assert_array_equal(tiles, numbers.reshape(4, 3, 3))


@pytest.mark.parametrize(
    ("number", "columns", "shape"),
    [
        (1, None, (4, 5, 1)),
        (4, None, (4 * 2 + 2, 5 * 2 + 2, 1)),
        (5, None, (4 * 2 + 2, 5 * 3 + 4, 1)),  # 3 columns, 2 rows
        (5, 5, (4, 5 * 5 + 8, 1)),
        (2, 10, (4, 5 * 2 + 2, 1)),  # never more columns than images
    ],
)
def test_mosaic_shapes(number, columns, shape):
    assert plots.mosaic(images(number, 4, 5), columns).shape == shape


@pytest.mark.parametrize("channels", [1, 3])
def test_png_holds_the_mosaic_enlarged(channels):
    pictures = images(3, 2, 2, channels)
    with Image.open(io.BytesIO(plots.png(pictures, columns=3, zoom=2, gap=1))) as opened:
        assert opened.format == "PNG"
        pixels = np.asarray(opened).reshape(4, 16, channels)
    np.testing.assert_array_equal(pixels[::2, ::2], plots.mosaic(pictures, columns=3, gap=1))
    np.testing.assert_array_equal(pixels[1::2, 1::2], pixels[::2, ::2])


# Images that cannot be shown.


@pytest.mark.parametrize(
    "wrong",
    [images(2)[0], images(2)[..., 0], images(2, channels=2), images(0), 3.0],
    ids=["one image", "no channels", "two channels", "none", "a number"],
)
@pytest.mark.parametrize("draw", [plots.mosaic, plots.png, plots.image_grid])
def test_another_shape_is_refused(draw, wrong):
    with pytest.raises(DataError, match=r"have shape \(.*wanted \(number, height, width, 1 or 3\)"):
        draw(wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (128 * (images(2) + 1), r"from .* to 25\d.*p / 127.5 - 1"),
        (np.where(images(2) > 0.99, np.nan, images(2)), "nan"),
        (np.where(images(2) > 0.99, -np.inf, images(2)), "-inf"),
    ],
    ids=["uint8 range", "NaN", "infinity"],
)
def test_another_range_is_refused(wrong, message):
    with pytest.raises(DataError, match=message):
        plots.mosaic(wrong)


# Figures.


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_shown_by_jupyter_and_unknown_to_pyplot(name):
    figure = FIGURES[name]()
    with Image.open(io.BytesIO(figure._repr_png_())) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("L").getcolors()) > 2
    assert plt.get_fignums() == []


def shown(axes):
    """The grey values that a pair of axes shows."""
    return np.asarray(axes.get_images()[0].get_array())


def greys(pictures, columns=None):
    return plots.mosaic(pictures, columns)[..., 0]


def test_image_grid_shows_the_mosaic_in_its_true_greys():
    figure = plots.image_grid(images(6), columns=3, title="six garments")
    (axes,) = figure.axes
    np.testing.assert_array_equal(shown(axes), greys(images(6), 3))
    assert axes.get_images()[0].get_clim() == (0, 255)  # a dim image stays dim
    assert figure.get_suptitle() == "six garments"


def test_image_grid_puts_each_title_above_its_image():
    figure = plots.image_grid(images(3), columns=2, titles=["a", "b", "c"])
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "c", ""]
    np.testing.assert_array_equal(shown(figure.axes[2]), greys(images(3)[2:]))


def test_image_rows_have_their_names_at_their_middles():
    figure = plots.image_rows({"before": images(3), "after": -images(3)})
    (axes,) = figure.axes
    both = np.concatenate([images(3), -images(3)])
    np.testing.assert_array_equal(shown(axes), plots.mosaic(both, columns=3)[..., 0])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["before", "after"]
    np.testing.assert_allclose(axes.get_yticks(), [14, 43], atol=1)  # 28 pixels, 2 between them


@pytest.mark.parametrize("other", [images(4), images(3)[:, :20]])
def test_rows_that_do_not_belong_together_are_refused(other):
    with pytest.raises(DataError, match=r"one: \(3, 28, 28, 1\), other: .*all of one shape"):
        plots.image_rows({"one": images(3), "other": other})


def test_no_rows_are_refused():
    with pytest.raises(DataError, match="rows are none; wanted one or more"):
        plots.image_rows({})


def test_side_by_side_titles_each_group():
    figure = plots.side_by_side({"real": images(4), "fake": images(9)})
    assert [axes.get_title() for axes in figure.axes] == ["real", "fake"]
    np.testing.assert_array_equal(shown(figure.axes[1]), greys(images(9)))


def test_nearest_shows_each_query_above_its_neighbours():
    neighbours = images(6).reshape(3, 2, 28, 28, 1)
    figure = plots.nearest(images(3), neighbours, np.arange(6.0).reshape(3, 2))
    axes = np.reshape(figure.axes, (3, 3))  # a row of samples, two rows of neighbours
    assert [each.get_title() for each in axes[0]] == ["sample"] * 3
    assert [each.get_title() for each in axes[2]] == ["1.0", "3.0", "5.0"]
    np.testing.assert_array_equal(shown(axes[2, 1]), greys(neighbours[1, 1:]))


def test_seed_dots_has_a_dot_for_each_seed_between_range_and_mean():
    recall, distance = plots.seed_dots(SEEDS, {"recall": 0.9, "FashionFID": 0.1}).axes
    assert [label.get_text() for label in recall.get_yticklabels()] == ["wgan", "r1"]
    assert [axes.get_title() for axes in (recall, distance)] == ["recall", "FashionFID"]
    across, dots, mean, *_, floor = recall.get_lines()
    np.testing.assert_array_equal(across.get_xydata(), [[0.1, 0], [0.8, 0]])
    np.testing.assert_array_equal(dots.get_xydata(), [[0.1, 0], [0.3, 0], [0.8, 0]])
    np.testing.assert_allclose(mean.get_xydata(), [[0.4, 0]])
    assert floor.get_xdata()[0] == 0.9
    np.testing.assert_array_equal(distance.get_lines()[4].get_xydata(), [[4, 1], [5, 1], [6, 1]])
    assert recall.yaxis_inverted()  # the first row on top


def test_curves_lie_where_the_numbers_say():
    epochs = [0.5, 1, 1.5]
    left, right = plots.training_curves(CURVES | {"epoch": epochs}).axes
    for axes, names in [(left, list(CURVES)[:2]), (right, list(CURVES)[2:])]:
        for line, name in zip(axes.get_lines(), names, strict=False):
            np.testing.assert_array_equal(line.get_xdata(), epochs)
            np.testing.assert_array_equal(line.get_ydata(), CURVES[name])


def test_curves_without_epochs_count_from_one():
    assert list(plots.training_curves(CURVES).axes[0].get_lines()[0].get_xdata()) == [1, 2, 3]


def test_a_single_epoch_is_visible_as_a_point():
    figure = plots.training_curves({name: values[:1] for name, values in CURVES.items()})
    assert figure.axes[0].get_lines()[0].get_marker() == "o"


@pytest.mark.parametrize(
    ("factors", "labels"), [((2, 1), ["2 log 2", "log 2"]), ((2, -1), ["2 log 2", "-log 2"])]
)
def test_guides_are_drawn_and_named(factors, labels):
    guides = tuple(factor * plots.LOG_2 for factor in factors)
    axes = plots.training_curves(CURVES, guides).axes[0]
    assert [line.get_ydata()[0] for line in axes.get_lines()[2:]] == pytest.approx(guides)
    assert [text.get_text() for text in axes.texts] == labels
