"""The picture of the GAN lab: the plane with both players on it, and four charts."""

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from fashionlab.figures import LiveFigure
from fashionlab.plots import BLUE, GREY, ORANGE

LAYERS = {
    "verdict": "discriminator",
    "manifold": "generator's sheet",
    "real": "real points (blue)",
    "fake": "fakes (orange)",
    "pull": "gradient arrows",
}
# Twenty shades, so that their edges are contour lines; they change quickest around one half.
VERDICT = LinearSegmentedColormap.from_list(
    "verdict",
    [
        *((0, "#dd8833"), (0.3, "#f2b981"), (0.45, "#fae6d2"), (0.5, "#fdfcfa")),
        *((0.55, "#dde9fc"), (0.7, "#9cc0f6"), (1, "#5189ea")),
    ],
    N=20,
)
BROWN = "#6b3500"
DOTS = 500  # points shown of each kind
LONGEST = 0.3  # of an arrow, in units of the plane
INK = 0.004  # each fold of the sheet carries the same amount: small ones are dark
FIRST_TURNS = 200  # on the charts' axis, which doubles when it is full
# Title, curves with their colours, and what a chart's axis shows at least.
CHARTS = (
    ("loss", {"discriminator_loss": ("D", BLUE), "generator_loss": ("G", ORANGE)}, (0, 2)),
    ("D is right on", {"real_accuracy": ("real", BLUE), "fake_accuracy": ("fake", ORANGE)}, (0, 1)),
    (
        "distance to the data",
        {"js": ("JS", GREY), "sliced_wasserstein": ("sliced W1", BROWN)},
        (0, 0.7),
    ),
    ("modes covered", {"modes": ("", ORANGE)}, (0, 1)),
)


class LabPicture:
    """Draws what `train.Lab` lets one see.

    Args:
        reach: Half the side of the plane shown.
        modes: How many modes there are to cover; 0 for none.
        floor: What the distances are for fresh real points, as `train.Lab.floor`.
    """

    def __init__(self, reach: float, modes: int, floor: dict):
        self.figure = LiveFigure(figsize=(8.8, 4.4), dpi=100, facecolor="white")
        self._plane = _Plane(self.figure.add_axes((0.006, 0.012, 0.488, 0.976)), reach)
        self._charts = []
        for number, (title, curves, limits) in enumerate(CHARTS):
            if "modes" in curves and not modes:
                continue
            row, column = divmod(number, 2)
            axes = self.figure.add_axes((0.538 + 0.247 * column, 0.6 - 0.49 * row, 0.2, 0.305))
            chart = _Chart(axes, title, curves, limits)
            if row:
                axes.set_xlabel("turns", fontsize=7, labelpad=1)
            for name in curves:
                if name == "modes":
                    chart.guide(modes, ORANGE)
                elif name in floor:
                    chart.guide(floor[name], curves[name][1])
            self._charts.append(chart)

    def png(self, look, history, shown) -> bytes:
        """The picture as the content of a PNG file.

        Args:
            look: What `train.Lab.look` returns.
            history: `train.Lab.history`.
            shown: The layers to show, keys of `LAYERS`.
        """
        self._plane.move(look, shown)
        # Limits that had to grow are part of what stands still.
        if sum(chart.move(history) for chart in self._charts):
            self.figure.redraw()
        return self.figure.png()


class _Plane:
    def __init__(self, axes, reach):
        self._axes = axes
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_color(GREY)
        verdict = axes.imshow(
            np.full((2, 2), 0.5),
            cmap=VERDICT,
            vmin=0,
            vmax=1,
            extent=axes.get_xlim() + axes.get_ylim(),
            origin="lower",
            interpolation="bilinear",
            interpolation_stage="data",
            animated=True,
        )
        sheet = PolyCollection([], edgecolors=(*to_rgb(BROWN), 0.3), linewidths=0.4, animated=True)
        thread = LineCollection([], colors=ORANGE, linewidths=1.5, animated=True)
        axes.add_collection(sheet)
        axes.add_collection(thread)
        dots = {"s": 11, "linewidths": 0.4, "edgecolors": "white", "animated": True}
        self._layers = {
            "verdict": [verdict],
            "manifold": [sheet, thread],
            "real": [axes.scatter([], [], color=BLUE, zorder=3, **dots)],
            "fake": [axes.scatter([], [], color=ORANGE, zorder=4, **dots)],
            "pull": [],  # arrows know their number from the start: made at the first look
        }

    def move(self, look, shown):
        layers = self._layers
        layers["verdict"][0].set_data(look.verdict)
        layers["real"][0].set_offsets(look.real[:DOTS])
        layers["fake"][0].set_offsets(look.fake[:DOTS])
        self._move_manifold(look.manifold)
        self._move_arrows(look)
        for name, artists in layers.items():
            for artist in artists:
                artist.set_visible(name in shown)

    def _move_manifold(self, manifold):
        sheet, thread = self._layers["manifold"]
        thread.set_segments(manifold if len(manifold) == 1 else [])
        corners = [manifold[:-1, :-1], manifold[:-1, 1:], manifold[1:, 1:], manifold[1:, :-1]]
        folds = np.stack(corners, axis=2).reshape(-1, 4, 2)
        (x1, y1), (x2, y2) = (folds[:, 2] - folds[:, 0]).T, (folds[:, 3] - folds[:, 1]).T
        area = np.abs(x1 * y2 - x2 * y1) / 2  # half the cross product of the diagonals
        ink = np.clip(INK / np.maximum(area, 1e-9), 0.02, 0.75)
        sheet.set_verts(folds)
        sheet.set_facecolors([(*to_rgb(ORANGE), alpha) for alpha in ink])

    def _move_arrows(self, look):
        starts = look.fake[: len(look.pull)]
        # Weak pulls are in proportion, strong ones end at the same length.
        arrows = look.pull / (1 + np.linalg.norm(look.pull, axis=1, keepdims=True))
        if not self._layers["pull"]:
            style = {"angles": "xy", "scale_units": "xy", "scale": 1 / LONGEST, "width": 0.0035}
            quiver = self._axes.quiver(
                *starts.T, *arrows.T, color=BROWN, animated=True, zorder=5, **style
            )
            self._layers["pull"].append(quiver)
        self._layers["pull"][0].set_offsets(starts)
        self._layers["pull"][0].set_UVC(*arrows.T)


class _Chart:
    def __init__(self, axes, title, curves, limits):
        self._axes = axes
        axes.set(xlim=(0, FIRST_TURNS), ylim=_rounded(limits))
        axes.set_title(title, fontsize=9, loc="left", pad=14)
        axes.tick_params(labelsize=7, length=2)
        axes.locator_params(axis="x", nbins=3)
        axes.locator_params(axis="y", nbins=5, integer="modes" in curves)
        axes.grid(alpha=0.25)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        self._curves = {}
        for column, (name, (label, colour)) in enumerate(curves.items()):
            (curve,) = axes.plot([], [], color=colour, linewidth=1.3, animated=True)
            value = axes.text(
                0.5 * column,
                1.03,
                "",
                color=colour,
                fontsize=8,
                transform=axes.transAxes,
                animated=True,
            )
            self._curves[name] = curve, label, value

    def guide(self, height, colour):
        """A dotted line to compare with."""
        self._axes.axhline(height, color=colour, linestyle=":", linewidth=1)
        low, high = self._axes.get_ylim()
        self._axes.set_ylim(low, max(high, 1.08 * height))

    def move(self, history):
        """Move the curves; tells whether the axes had to grow."""
        turns = history["turn"]
        before = self._axes.get_xlim(), self._axes.get_ylim()
        while turns and turns[-1] > self._axes.get_xlim()[1]:
            self._axes.set_xlim(0, 2 * self._axes.get_xlim()[1])
        for name, (curve, label, value) in self._curves.items():
            heights = np.array(history[name])
            curve.set_data(turns, heights)
            if len(heights) and np.isfinite(heights[-1]):
                value.set_text(f"{label} {heights[-1]:.3g}".strip())
            low, high = self._axes.get_ylim()
            finite = heights[np.isfinite(heights)]
            if len(finite) and (finite.min() < low or finite.max() > high):
                self._axes.set_ylim(_rounded((min(finite.min(), low), max(finite.max(), high))))
        return before != (self._axes.get_xlim(), self._axes.get_ylim())


def _rounded(limits):
    """Limits of an axis, from 0 or below, that seldom have to grow."""
    low, high = limits
    step = 2.0 ** np.ceil(np.log2(max(high, -low) / 2))
    return np.floor(low / step) * step * 1.04, np.ceil(high / step) * step * 1.04
