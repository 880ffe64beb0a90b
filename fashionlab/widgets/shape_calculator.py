"""See why a convolution's output has the size that it has."""

import io
from dataclasses import dataclass

import ipywidgets as widgets
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba

from fashionlab.errors import ConfigurationError
from fashionlab.figures import Figure
from fashionlab.nets.shapes import conv_size, reach_counts, transposed_size, windows
from fashionlab.plots import BLUE, GREY, ORANGE
from fashionlab.widgets.view import View, in_turn, slider

SIZES, KERNELS, STRIDES = 28, 7, 4  # the largest that the sliders reach
ROOMY = 46  # so many cells in a row leave room for a number in each


def formula(size: int, kernel: int, stride: int, padding: str, transposed: bool) -> str:
    """How the size of the output is worked out, with the numbers put in.

    Args:
        size: Pixels of the input along one side.
        kernel: Pixels of the window along one side.
        stride: Pixels from one window to the next.
        padding: `"valid"` or `"same"`.
        transposed: A transposed convolution instead of a convolution.

    Raises:
        ConfigurationError: The window does not fit.

    Example:
        >>> formula(7, kernel=4, stride=2, padding="same", transposed=True)
        '(7 - 1) × 2 + 4 - 2 = 14'
    """
    if transposed:
        output = transposed_size(size, kernel, stride, padding)
        if kernel < stride:
            return f"{size} × {stride} = {output}"
        cut = f" - {kernel - stride}" if padding == "same" and kernel > stride else ""
        return f"({size} - 1) × {stride} + {kernel}{cut} = {output}"
    output = conv_size(size, kernel, stride, padding)
    if padding == "same":
        return f"⌈{size} / {stride}⌉ = {output}"
    return f"⌊({size} - {kernel}) / {stride}⌋ + 1 = {output}"


@dataclass
class ShapeState:
    """A convolution along one side of a picture.

    Attributes:
        size: Pixels of the input.
        kernel: Pixels of the window.
        stride: Pixels from one window to the next.
        padding: `"valid"` or `"same"`.
        transposed: A transposed convolution instead of a convolution.
        window: Which window is marked, from 1; beyond the last one, the last.
    """

    size: int = 28
    kernel: int = 4
    stride: int = 2
    padding: str = "same"
    transposed: bool = False
    window: int = 3

    def text(self) -> tuple[str, str]:
        """The formula, and what it means for the pixels; or why there is no output."""
        setting = (self.size, self.kernel, self.stride, self.padding)
        try:
            numbers = formula(*setting, self.transposed)
        except ConfigurationError as error:
            return "no output", str(error)
        if self.transposed:
            return f"transposed convolution: {numbers}", self._evenness()
        return f"convolution: {numbers}", self._border()

    def png(self) -> bytes:
        """The picture, as the content of a PNG file."""
        figure = Figure(figsize=(9, 3.6), dpi=100)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        headline, remark = self.text()
        figure.text(0.02, 0.92, headline, fontsize=15, weight="bold")
        figure.text(0.02, 0.84, remark, fontsize=10, color="#444444")
        if headline != "no output":
            self._draw(axes)
        content = io.BytesIO()
        figure.savefig(content, format="png", pil_kwargs={"compress_level": 1})
        return content.getvalue()

    def _evenness(self) -> str:
        least, most = self.kernel // self.stride, -(-self.kernel // self.stride)
        if least == most:
            often = "once" if least == 1 else f"{least} times"
            return (
                f"Kernel {self.kernel} is a multiple of stride {self.stride}: but for the border, "
                f"each output pixel is painted {often}."
            )
        if least == 0:
            return (
                f"Kernel {self.kernel} is narrower than stride {self.stride}: some output pixels "
                f"are never painted."
            )
        return (
            f"Kernel {self.kernel} is no multiple of stride {self.stride}: {least} or {most} "
            f"paintings a pixel, in turn. This is the checkerboard."
        )

    def _border(self) -> str:
        if self.kernel < self.stride:
            return (
                f"Kernel {self.kernel} is narrower than stride {self.stride}: some input pixels "
                f"are never read."
            )
        first = windows(self.size, self.kernel, self.stride, self.padding)
        before, behind = max(-first[0], 0), max(first[-1] + self.kernel - self.size, 0)
        if before + behind:
            return f"Zeros are added so that all windows fit: {before} before, {behind} behind."
        left_over = self.size - first[-1] - self.kernel
        if left_over:
            pixels = "pixel" if left_over == 1 else f"{left_over} pixels"
            return f"No window reads the last {pixels} of the input."
        return "The windows fit exactly."

    def _draw(self, axes) -> None:
        """Both rows, their windows, and how often each cell of the long row lies in one.

        A transposed convolution is the picture of a convolution turned upside down: the windows
        lie on its output.
        """
        setting = (self.kernel, self.stride, self.padding)
        long = transposed_size(self.size, *setting) if self.transposed else self.size
        first = windows(long, *setting)
        counts = reach_counts(long, *setting)
        marked = min(self.window, len(first)) - 1
        left, right = min(first[0], 0), max(first[-1] + self.kernel, long)
        centres = first + self.kernel / 2

        up = -1 if self.transposed else 1  # the long row lies above or below the short one
        colours = (ORANGE, BLUE) if self.transposed else (BLUE, ORANGE)
        outside = [x for x in range(left, right) if not 0 <= x < long]
        inside = range(first[marked], first[marked] + self.kernel)
        rows = {
            "long": [_box(x, 1, 1, up) for x in range(long)],
            "padding": [_box(x, 1, 1, up) for x in outside],
            "short": [_box(x - 0.5, 1, -1.4, up) for x in centres],
            "bars": [_box(x, 1, 2.25, up, 0.5 * count) for x, count in enumerate(counts)],
            "fans": [_fan(start, self.kernel, up) for start in first],
        }
        styles = {
            "long": {"facecolor": to_rgba(colours[0], 0.25), "edgecolor": colours[0]},
            "padding": {"facecolor": "white", "edgecolor": GREY, "linestyle": "--"},
            "short": {"facecolor": to_rgba(colours[1], 0.25), "edgecolor": colours[1]},
            "bars": {"facecolor": to_rgba(colours[0], 0.55), "edgecolor": "white"},
            "fans": {"facecolor": "none", "edgecolor": "#bbbbbb"},
        }
        for name, boxes in rows.items():
            axes.add_collection(PolyCollection(boxes, linewidth=0.8, **styles[name]))
        strong = [
            ([_fan(first[marked], self.kernel, up)], "#777777", 0.3),
            ([_box(x, 1, 1, up) for x in inside], colours[0], 0.75),
            ([rows["short"][marked]], colours[1], 1.0),
        ]
        for boxes, colour, alpha in strong:
            axes.add_collection(PolyCollection(boxes, facecolor=colour, alpha=alpha))

        if right - left <= ROOMY:
            for x, count in enumerate(counts):
                y = up * (2.5 + 0.5 * count)
                axes.text(x + 0.5, y, count, ha="center", va="center", fontsize=8)
            for x in outside if not self.transposed else ():
                axes.text(x + 0.5, up * 1.5, "0", ha="center", va="center", fontsize=9, color=GREY)
        self._label(axes, up, long, len(first))
        width = max(right - left, 20)
        axes.set_xlim((left + right - width) / 2 - 0.17 * width, (left + right + width) / 2 + 1)
        tallest = 3 + 0.5 * counts.max()
        low, high = sorted((-1.7 * up, tallest * up))
        axes.set_ylim(low, high + 0.28 * (high - low))  # headline and remark go on top

    def _label(self, axes, up, long, short) -> None:
        if self.transposed:
            texts = (f"output: {long}", f"input: {short}", "times painted")
        else:
            texts = (f"input: {long}", f"output: {short}", "times read")
        for y, text in zip((1.5, -0.9, 2.6), texts, strict=True):
            axes.annotate(
                text, (0.02, up * y), xycoords=("axes fraction", "data"), va="center", fontsize=10
            )


def _box(x, width, y, up, height=1.0):
    """Corners of a rectangle that begins at height `y`, away from the axis between the rows."""
    return [
        (x, up * y),
        (x + width, up * y),
        (x + width, up * (y + height)),
        (x, up * (y + height)),
    ]


def _fan(start, kernel, up):
    """Corners of the area between a window and the cell of the short row that belongs to it."""
    centre = start + kernel / 2
    return [
        (start, up),
        (start + kernel, up),
        (centre + 0.5, up * -0.4),
        (centre - 0.5, up * -0.4),
    ]


class ShapeCalculator(View):
    """The picture of a `ShapeState`, and a control for everything in it.

    Args:
        state: What to show; the controls start from its values.

    Attributes:
        state: The state that the controls change.
        image: The picture, an `ipywidgets.Image`.
        operation: Buttons: convolution or transposed convolution.
        padding: Buttons: same or valid.
        size: Slider of the input's size.
        kernel: Slider of the kernel's size.
        stride: Slider of the stride.
        window: Slider that marks a window.
        controls: All of them.
    """

    def __init__(self, state: ShapeState):
        self.state = state
        self.operation = _buttons(
            "operation",
            [("convolution", False), ("transposed convolution", True)],
            state.transposed,
        )
        self.padding = _buttons("padding", ["same", "valid"], state.padding)
        self.size = slider("input size", state.size, 1, SIZES, 1)
        self.kernel = slider("kernel", state.kernel, 1, KERNELS, 1)
        self.stride = slider("stride", state.stride, 1, STRIDES, 1)
        self.window = slider("window", state.window, 1, SIZES, 1)
        sliders = [self.size, self.kernel, self.stride, self.window]
        self.controls = [self.operation, self.padding, *sliders]
        image = widgets.Image(
            value=state.png(), format="png", layout=widgets.Layout(max_width="100%")
        )
        wrap = {"flex_flow": "row wrap"}
        super().__init__(
            image,
            [
                widgets.HBox(self.controls[:2], layout=widgets.Layout(**wrap)),
                widgets.HBox(sliders, layout=widgets.Layout(**wrap)),
                image,
            ],
            f"Shape calculator: {state.text()[0]}",
            flex_flow="column",
            align_items="flex-start",
        )
        for control in self.controls:
            control.observe(self.on_change, "value")

    @in_turn
    def on_change(self, change=None) -> None:
        """Show what the controls ask for."""
        self.state.size = self.size.value
        self.state.kernel = self.kernel.value
        self.state.stride = self.stride.value
        self.state.padding = self.padding.value
        self.state.transposed = self.operation.value
        self.state.window = self.window.value
        self.image.value = self.state.png()


def _buttons(label, options, value):
    return widgets.ToggleButtons(
        description=label,
        options=options,
        value=value,
        style={"button_width": "auto"},
        layout=widgets.Layout(margin="2px 2em 2px 2px"),
    )


def shape_calculator(size: int = 28, *, transposed: bool = False) -> ShapeCalculator:
    """Sizes of convolutions and transposed convolutions, drawn pixel by pixel along one side.

    Sliders choose input, kernel and stride; the picture shows the windows, the padding, the
    formula with the numbers put in, and how often each pixel lies in a window.

    Args:
        size: Pixels of the input to begin with, from 1 to 28.
        transposed: Begin with a transposed convolution.

    Returns:
        A view that shows itself at the end of a notebook cell.

    Raises:
        ConfigurationError: The size is beyond the slider.
    """
    if not 1 <= size <= SIZES:
        raise ConfigurationError(f"size={size}, but the slider goes from 1 to {SIZES} pixels.")
    return ShapeCalculator(ShapeState(size, transposed=transposed))
