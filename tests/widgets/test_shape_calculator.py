import base64
import io
import itertools
import re

import ipywidgets
import matplotlib.figure
import numpy as np
import pytest
from PIL import Image

from fashionlab.errors import ConfigurationError
from fashionlab.nets import conv_size, transposed_size
from fashionlab.widgets import shape_calculator
from fashionlab.widgets.shape_calculator import ShapeState, formula

GRID = list(itertools.product((1, 6, 7), (1, 3, 4), (1, 2, 4), ("same", "valid"), (True, False)))


@pytest.fixture
def calculator():
    view = shape_calculator(7, transposed=True)
    yield view
    view.close()


# The formula


@pytest.mark.parametrize(("size", "kernel", "stride", "padding", "transposed"), GRID)
def test_the_formula_is_right_on_both_sides_of_its_sign(size, kernel, stride, padding, transposed):
    setting = (size, kernel, stride, padding)
    if not transposed and padding == "valid" and kernel > size:
        with pytest.raises(ConfigurationError, match="does not fit"):
            formula(*setting, transposed)
        return
    left, right = formula(*setting, transposed).split(" = ")
    assert int(right) == (transposed_size if transposed else conv_size)(*setting)
    python = re.sub("⌊(.*)⌋", r"((\1) // 1)", left.replace("×", "*"))
    python = re.sub("⌈(.*)⌉", r"(-(-(\1) // 1))", python)
    assert eval(python) == int(right)


def test_formulas_are_written_as_the_notebook_writes_them():
    assert formula(7, 4, 2, "same", transposed=True) == "(7 - 1) × 2 + 4 - 2 = 14"
    assert formula(28, 4, 2, "same", transposed=False) == "⌈28 / 2⌉ = 14"
    assert formula(28, 5, 1, "valid", transposed=False) == "⌊(28 - 5) / 1⌋ + 1 = 24"


# The state


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({}, "multiple of stride 2: but for the border, each output pixel is painted 2 times"),
        ({"kernel": 2}, "painted once"),
        ({"kernel": 3}, "1 or 2 paintings a pixel, in turn. This is the checkerboard"),
        ({"kernel": 1}, "some output pixels are never painted"),
        ({"transposed": False}, "1 before, 2 behind"),
        ({"transposed": False, "padding": "valid"}, "No window reads the last pixel of"),
        ({"transposed": False, "padding": "valid", "size": 8}, "fit exactly"),
        ({"transposed": False, "kernel": 5, "stride": 4, "padding": "valid"}, "last 2 pixels"),
        ({"transposed": False, "kernel": 1}, "some input pixels are never read"),
        ({"transposed": False, "padding": "valid", "size": 3}, "window of 4 does not fit"),
    ],
)
def test_the_remark_says_what_happens_to_the_pixels(changes, remark):
    assert remark in ShapeState(**{"size": 7, "transposed": True, **changes}).text()[1]


def pixels(state):
    with Image.open(io.BytesIO(state.png())) as picture:
        return np.asarray(picture.convert("RGB"))


def test_each_part_of_the_state_changes_the_picture():
    before = pixels(ShapeState())
    assert before.shape == (360, 900, 3)
    for changes in (
        {"size": 27},
        {"kernel": 3},
        {"stride": 3},
        {"padding": "valid"},
        {"transposed": True},
        {"window": 4},
    ):
        assert (pixels(ShapeState(**changes)) != before).any()


def test_a_window_beyond_the_last_is_the_last():
    np.testing.assert_array_equal(pixels(ShapeState(window=28)), pixels(ShapeState(window=14)))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("transposed", [True, False])
@pytest.mark.parametrize(("size", "kernel", "stride"), [(1, 1, 1), (1, 7, 4), (28, 7, 4)])
def test_nothing_is_cut_off_at_the_edges_of_the_picture(size, kernel, stride, padding, transposed):
    picture = pixels(ShapeState(size, kernel, stride, padding, transposed))
    for edge in (picture[:2], picture[-2:], picture[:, :2], picture[:, -2:]):
        assert (edge == 255).all()


# The view, without a browser


def test_the_view_begins_with_the_picture_of_a_new_state(calculator):
    assert calculator.image.value == ShapeState(7, transposed=True).png()
    assert [control.value for control in calculator.controls] == [True, "same", 7, 4, 2, 3]


@pytest.mark.parametrize("size", [0, 29])
def test_a_size_beyond_the_slider_is_refused(size):
    with pytest.raises(ConfigurationError, match=f"size={size}, .* from 1 to 28"):
        shape_calculator(size)


def test_controls_change_the_state_and_the_picture(calculator):
    calculator.operation.value = False
    calculator.padding.value = "valid"
    calculator.size.value = 12
    calculator.kernel.value = 5
    calculator.stride.value = 3
    calculator.window.value = 2
    state = ShapeState(12, 5, 3, "valid", transposed=False, window=2)
    assert calculator.state == state
    assert calculator.image.value == state.png()


def test_a_window_that_does_not_fit_is_told_and_not_raised(calculator):
    calculator.operation.value = False
    calculator.padding.value = "valid"
    calculator.size.value = 2
    assert calculator.state.text()[0] == "no output"
    calculator.size.value = 4
    assert calculator.state.text()[0].endswith("= 1")


def test_every_change_draws_once(calculator, monkeypatch):
    drawn = []
    monkeypatch.setattr(calculator.state, "png", lambda: drawn.append(1) or b"")
    for number, control in enumerate(calculator.controls, start=1):
        control.value = {True: False, "same": "valid"}.get(control.value, 1)
        assert len(drawn) == number


def test_every_control_has_a_label_and_follows_the_hand(calculator):
    assert [control.description for control in calculator.controls] == [
        *("operation", "padding"),
        *("input size", "kernel", "stride", "window"),
    ]
    assert all(slider.continuous_update for slider in calculator.controls[2:])


def test_a_thousand_events_make_no_widget_and_close_leaves_none(live_widgets, monkeypatch):
    before = live_widgets()
    view = shape_calculator()
    shown = live_widgets()
    assert shown > before
    # The picture has no widgets to leak and takes most of the time.
    monkeypatch.setattr(view.state, "png", lambda: repr(view.state).encode())
    for i in range(1000):
        view.controls[2 + i % 4].value = 1 + i % 3
    assert view.image.value == repr(view.state).encode()
    assert live_widgets() == shown
    view.close()
    assert live_widgets() == before


def test_figures_are_drawn_without_pyplot_and_let_go(calculator):
    import gc

    def figures():
        gc.collect()
        return sum(isinstance(each, matplotlib.figure.Figure) for each in gc.get_objects())

    before = figures()
    for size in range(1, 11):
        calculator.size.value = size
    assert figures() == before


# For readers without a kernel


def test_its_text_says_what_would_be_there(calculator):
    assert repr(calculator) == (
        "Shape calculator: transposed convolution: (7 - 1) × 2 + 4 - 2 = 14 "
        "(run this cell to use it)"
    )


@pytest.mark.skipif(
    not hasattr(ipywidgets.Widget, "_repr_mimebundle_"), reason="ipywidgets 7 shows text only"
)
def test_the_picture_is_saved_beside_the_view(calculator):
    bundle = calculator._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert base64.b64decode(bundle["image/png"]) == calculator.image.value
