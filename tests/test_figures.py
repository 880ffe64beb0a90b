import io

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Rectangle
from PIL import Image

from fashionlab.figures import LiveFigure


@pytest.fixture
def live():
    """A figure of 40 x 30 pixels, white all over, whose axes run from 0 to 1 on both sides."""
    figure = LiveFigure(figsize=(0.4, 0.3), dpi=100, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.axis("off")
    return figure


def patch(figure, left, colour, **kwargs):
    """A patch over the full height, from `left` to 0.5 further right."""
    axes = figure.axes[0]
    style = {"animated": True, "linewidth": 0}
    return axes.add_patch(Rectangle((left, 0), 0.5, 1, color=colour, **(style | kwargs)))


def colours(figure):
    """Of a pixel in the left half, and of one in the right half."""
    with Image.open(io.BytesIO(figure.png())) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "P", (40, 30))
        pixels = picture.convert("RGB")
        return tuple(pixels.getpixel((x, 15)) for x in (10, 30))


RED, GREEN, WHITE = (255, 0, 0), (0, 255, 0), (255, 255, 255)


def test_what_moves_is_drawn_where_it_is_now_and_no_longer_where_it_was(live):
    mover = patch(live, 0, "#ff0000")
    assert colours(live) == (RED, WHITE)
    mover.set_x(0.5)
    assert colours(live) == (WHITE, RED)
    mover.set_color("#00ff00")
    assert colours(live) == (WHITE, GREEN)


def test_what_stands_still_changes_only_after_redraw(live):
    still = patch(live, 0, "#ff0000", animated=False)
    assert colours(live) == (RED, WHITE)
    still.set_x(0.5)
    assert colours(live) == (RED, WHITE)
    live.redraw()
    assert colours(live) == (WHITE, RED)


def test_what_moves_lies_above_what_stands_still(live):
    patch(live, 0, "#ff0000", animated=False, zorder=9)
    patch(live, 0, "#00ff00", zorder=1)
    assert colours(live) == (GREEN, WHITE)


def test_movers_lie_above_each_other_as_their_zorder_says(live):
    first = patch(live, 0, "#ff0000", zorder=4)
    patch(live, 0, "#00ff00", zorder=3)
    assert colours(live) == (RED, WHITE)
    first.set_zorder(2)
    assert colours(live) == (GREEN, WHITE)


def test_what_is_invisible_is_not_drawn(live):
    mover = patch(live, 0, "#ff0000")
    mover.set_visible(False)
    assert colours(live) == (WHITE, WHITE)
    mover.set_visible(True)
    assert colours(live) == (RED, WHITE)


def test_a_part_added_later_is_drawn(live):
    assert colours(live) == (WHITE, WHITE)
    patch(live, 0.5, "#00ff00")
    assert colours(live) == (WHITE, GREEN)


def test_the_same_state_is_the_same_picture_and_unknown_to_pyplot(live):
    patch(live, 0, "#ff0000")
    assert live.png() == live.png()
    assert plt.get_fignums() == []


def test_a_notebook_shows_what_stands_still_of_a_live_figure(live):
    patch(live, 0, "#ff0000", animated=False)
    with Image.open(io.BytesIO(live._repr_png_())) as picture:
        assert picture.format == "PNG"
        assert picture.convert("RGB").getpixel((10, 15)) == RED
