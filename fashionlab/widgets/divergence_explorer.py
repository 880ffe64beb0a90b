"""Move a generated distribution over the real one; every number of the game follows."""

import math
from dataclasses import dataclass

import ipywidgets as widgets
import numpy as np

from fashionlab import plots, theory
from fashionlab.data import toys
from fashionlab.errors import ConfigurationError
from fashionlab.figures import LiveFigure
from fashionlab.widgets.view import View, in_turn, slider

DATA = {toy.__name__: toy for toy in (toys.gaussian, toys.two_gaussians, toys.mixture)}
AXIS = np.linspace(-9.5, 9.5, 381)
SPACING = AXIS[1] - AXIS[0]
MEANS = np.linspace(-5, 5, 41)
WIDTHS = (0.4, 1.5)
INK, GREEN, PURPLE = "#333333", "#1b8a6b", "#7d4fb3"
# Name, lowest and highest value, how to write these two, unit, colour.
BARS = (
    ("V(D*)", -math.log(4), 0, "−log 4", "0", "nats", plots.BLUE),
    ("JS", 0, math.log(2), "0", "log 2", "nats", GREEN),
    ("TV", 0, 1, "0", "1", "", plots.GREY),
    ("W1", 0, 6, "0", "no bound", "units of x", PURPLE),
)


@dataclass
class DivergenceState:
    """A real and a generated distribution on a line, and all that follows from them.

    Attributes:
        data: The real distribution, a key of `DATA`.
        mean: Where the generated bell stands, in [-5, 5].
        width: Its standard deviation, in [0.4, 1.5].

    Raises:
        ConfigurationError: There is no such distribution, or a number is out of range.
    """

    data: str = "gaussian"
    mean: float = 3.0
    width: float = 1.0

    def __post_init__(self):
        if self.data not in DATA:
            raise ConfigurationError(f"data={self.data!r}: use one of {', '.join(DATA)}.")
        for name, (low, high) in {"mean": MEANS[[0, -1]], "width": WIDTHS}.items():
            if not low <= getattr(self, name) <= high:
                raise ConfigurationError(
                    f"{name}={getattr(self, name)}: use a number from {low:g} to {high:g}."
                )
        self._picture = _Picture()
        self._curves_of = None

    def densities(self) -> tuple[np.ndarray, np.ndarray]:
        """Real and generated density on `AXIS`."""
        return DATA[self.data]().density(AXIS), self._bell(self.mean)

    def numbers(self) -> dict[str, float]:
        """Value of the best discriminator, JS (nats), total variation, W1 (units of x)."""
        p, q = self.densities()
        d = theory.optimal_discriminator(p, q)
        distances = (theory.js, theory.total_variation, theory.wasserstein_1)
        found = [theory.value(d, p, q, SPACING), *(f(p, q, SPACING) for f in distances)]
        return dict(zip((name for name, *_ in BARS), found, strict=True))

    def curves(self) -> tuple[np.ndarray, np.ndarray]:
        """JS and W1 for each of `MEANS`, if the generated bell stood there."""
        p, _ = self.densities()
        bells = [self._bell(mean) for mean in MEANS]
        return tuple(
            np.array([distance(p, q, SPACING) for q in bells])
            for distance in (theory.js, theory.wasserstein_1)
        )

    def pushes(self) -> tuple[tuple[np.ndarray, float], tuple[np.ndarray, float]]:
        """Sizes of the saturating and non-saturating push on `AXIS`, each with its mean over q."""
        p, q = self.densities()
        sizes = (np.abs(push) for push in theory.generator_pushes(p, q, SPACING))
        return tuple((size, float(size @ q) * SPACING) for size in sizes)

    def png(self) -> bytes:
        """The picture, as the content of a PNG file."""
        if self._curves_of != (self.data, self.width):
            self._picture.set_curves(*self.curves())
            self._curves_of = (self.data, self.width)
        self._picture.set_pair(*self.densities())
        self._picture.set_numbers(self.numbers(), self.mean)
        self._picture.set_pushes(*self.pushes())
        return self._picture.figure.png()

    def _bell(self, mean):
        return toys.gaussian(mean, self.width).density(AXIS)


class _Picture:
    """The artists of the picture. What moves is animated; the rest is drawn once."""

    def __init__(self):
        self.figure = LiveFigure(figsize=(9.6, 5.8), dpi=80)
        edges = {"left": 0.06, "right": 0.94, "top": 0.945, "bottom": 0.085}
        grid = self.figure.add_gridspec(
            3, 2, width_ratios=(1.4, 1), height_ratios=(0.4, 1, 1), hspace=0.45, wspace=0.2, **edges
        )
        self._add_discriminator(self.figure.add_subplot(grid[0, 0]))
        self._add_densities(self.figure.add_subplot(grid[1, 0]))
        self._add_pushes(self.figure.add_subplot(grid[2, 0]))
        self._add_numbers(self.figure.add_subplot(grid[:2, 1]))
        self._add_curves(self.figure.add_subplot(grid[2, 1]))

    def set_pair(self, p, q):
        self._d.set_ydata(theory.optimal_discriminator(p, q))
        _set_area(self._p, p)
        _set_area(self._q, q)
        _set_area(self._points, q / q.max() / 3)

    def set_numbers(self, numbers, mean):
        for (name, low, high, *_), (bar, text) in zip(BARS, self._bars, strict=True):
            bar.set_width((numbers[name] - low) / (high - low))
            text.set_text(f"{numbers[name]:.3f}".replace("-", "−"))
        self._js_dot.set_data([mean], [numbers["JS"]])
        self._w_dot.set_data([mean], [numbers["W1"]])

    def set_curves(self, js, w):
        self._js.set_ydata(js)
        self._w.set_ydata(w)

    def set_pushes(self, *pushes):
        for (line, text), (size, mean) in zip(self._pushes, pushes, strict=True):
            line.set_ydata(size)
            text.set_text(f"mean size over q: {mean:.2g}")

    def _add_discriminator(self, axes):
        _dress(axes, "best discriminator, D*(x) = p / (p + q)")
        axes.set(xlim=(-8, 8), ylim=(-0.08, 1.08), yticks=(0, 0.5, 1), xticklabels=())
        axes.axhline(0.5, color=plots.GREY, linestyle=":", linewidth=1)
        (self._d,) = axes.plot(AXIS, AXIS, color=plots.BLUE, animated=True)

    def _add_densities(self, axes):
        _dress(axes, "densities")
        axes.set(xlim=(-8, 8), ylim=(0, 1.05), xticklabels=())
        self._p, self._q = (_area(axes, colour) for colour in (plots.BLUE, plots.ORANGE))
        axes.legend((self._p, self._q), ("real, p", "generated, q"), fontsize=8, loc="upper left")

    def _add_pushes(self, axes):
        _dress(axes, "how hard each loss pushes a generated point at x (log scale)")
        axes.set(xlim=(-8, 8), yscale="log", ylim=(1e-6, 1e4), xlabel="x")
        axes.set_yticks((1e-6, 1e-4, 1e-2, 1, 100))
        axes.minorticks_off()
        self._points = _area(axes, plots.ORANGE, transform=axes.get_xaxis_transform())
        self._pushes = []
        for name, colour, style, x in (
            ("saturating, log(1 − D)", plots.GREY, "--", 0.02),
            ("non-saturating, −log D", INK, "-", 0.55),
        ):
            (line,) = axes.plot(AXIS, AXIS, style, color=colour, animated=True)
            place = {"transform": axes.transAxes, "color": colour, "fontsize": 8, "va": "center"}
            axes.text(x, 0.93, name, **place)
            self._pushes.append((line, axes.text(x, 0.82, "", animated=True, **place)))

    def _add_numbers(self, axes):
        axes.set(xlim=(0, 1), ylim=(len(BARS) - 0.3, -0.45))
        axes.axis("off")
        self._bars = []
        for row, (name, _, _, lowest, highest, unit, colour) in enumerate(BARS):
            axes.barh(row, 1, 0.3, color="#eeeeee")
            (bar,) = axes.barh(row, 0, 0.3, color=colour, animated=True)
            axes.text(0, row - 0.2, name, color=colour, weight="bold")
            axes.text(1, row - 0.2, unit, color=plots.GREY, fontsize=8, ha="right")
            axes.text(0, row + 0.2, lowest, color=plots.GREY, fontsize=8, va="top")
            axes.text(1, row + 0.2, highest, color=plots.GREY, fontsize=8, va="top", ha="right")
            text = axes.text(0.5, row - 0.2, "", color=colour, ha="center", animated=True)
            self._bars.append((bar, text))

    def _add_curves(self, axes):
        _dress(axes, "JS and W1, were q elsewhere")
        axes.set(xlim=MEANS[[0, -1]], ylim=(0, 0.8), xlabel="mean of q")
        axes.set_yticks((0, math.log(2)), ("0", "log 2"), color=GREEN)
        axes.axhline(math.log(2), color=GREEN, linestyle=":", linewidth=1)
        right = axes.twinx()
        _dress(right)
        right.set(ylim=(0, 6))
        right.tick_params(axis="y", colors=PURPLE)
        (self._js,) = axes.plot(MEANS, MEANS, color=GREEN, animated=True)
        (self._js_dot,) = axes.plot([], [], "o", color=GREEN, animated=True)
        (self._w,) = right.plot(MEANS, MEANS, color=PURPLE, animated=True)
        (self._w_dot,) = right.plot([], [], "o", color=PURPLE, animated=True)


def _dress(axes, title=""):
    axes.set_title(title, fontsize=9, loc="left")
    axes.tick_params(labelsize=8)
    axes.xaxis.label.set_size(8)
    axes.spines[["top", "right"]].set_visible(False)


def _area(axes, colour, **place):
    (area,) = axes.fill(AXIS, AXIS, color=colour, alpha=0.4, animated=True, **place)
    return area


def _set_area(area, heights):
    ends = ([AXIS[0], *AXIS, AXIS[-1]], [0, *heights, 0])
    area.set_xy(np.stack(ends, axis=1))


class DivergenceExplorer(View):
    """The picture of a `DivergenceState` and a control for everything in it.

    Args:
        state: What to show; the controls start from its values.

    Attributes:
        state: The state that the controls move.
        image: The picture, an `ipywidgets.Image`.
        data: Chooses the real distribution.
        mean: Slider of the generated mean.
        width: Slider of the generated standard deviation.
    """

    def __init__(self, state: DivergenceState):
        self.state = state
        self.data = widgets.Dropdown(
            description="real data",
            options=list(DATA),
            value=state.data,
            style={"description_width": "5em"},
            layout=widgets.Layout(width="13em"),
        )
        self.mean = slider("mean of q", state.mean, *MEANS[[0, -1]], 0.1)
        self.width = slider("width of q", state.width, *WIDTHS, 0.1)
        self.controls = [self.data, self.mean, self.width]
        image = widgets.Image(value=state.png(), format="png")
        row = widgets.HBox(self.controls, layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__(
            image,
            [row, image],
            "Divergence explorer: a generated bell, moved over the real data",
            flex_flow="column",
            align_items="flex-start",
        )
        for control in self.controls:
            control.observe(self.on_change, "value")

    @in_turn
    def on_change(self, change=None) -> None:
        """Show what the controls ask for."""
        self.state.data = self.data.value
        self.state.mean = self.mean.value
        self.state.width = self.width.value
        self.image.value = self.state.png()


def divergence_explorer(
    data: str = "gaussian", mean: float = 3.0, width: float = 1.0
) -> DivergenceExplorer:
    """Move a generated bell q over the real data p.

    The picture follows with the best discriminator, its value, the distances between p and q, and
    how hard each of the two generator losses pushes the generated points.

    Args:
        data: The real distribution at first: `"gaussian"`, `"two_gaussians"` or `"mixture"`.
        mean: Where the generated bell stands at first, in [-5, 5].
        width: Its standard deviation at first, in [0.4, 1.5].

    Returns:
        A view that shows itself at the end of a notebook cell.

    Raises:
        ConfigurationError: There is no such distribution, or a number is out of range.
    """
    return DivergenceExplorer(DivergenceState(data, mean, width))
