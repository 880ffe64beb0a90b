"""What a run leaves behind: curves, samples, and one measurement that tells."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import NullFormatter

from fashionlab.figures import Figure
from fashionlab.plots import BLUE, GREY, LOG_2, ORANGE, mosaic

PLANE = 1.5  # half the side of the square that the real points fit into
INK, RED = "#333333", "#c4432b"


@dataclass(frozen=True)
class Measurement:
    """A number that tells sick from healthy.

    Attributes:
        name: What is measured.
        unit: Its unit, or what it is counted in.
        threshold: The value that separates sick from healthy.
        sick_above: Whether the sick lie above the threshold; else below.
        log: Whether its curve wants a logarithmic axis.
        running: Whether it counts up; then the last look counts.
    """

    name: str
    unit: str
    threshold: float
    sick_above: bool
    log: bool = False
    running: bool = False

    def is_sick(self, value: float) -> bool:
        """Whether a value lies on the sick side of the threshold."""
        return value > self.threshold if self.sick_above else value < self.threshold


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a run leaves behind; shows itself as a picture.

    Attributes:
        title: Whose it is, such as "patient A".
        updates: Updates of the discriminator up to each look, `(looks,)`.
        curves: `discriminator_loss` and `generator_loss` in nats, and `measurement`, each
            `(looks,)`. NaN where a player had not moved yet or its loss was not finite.
        samples: Title to what was made at that moment: images `(number, h, w, c)` in [-1, 1], or
            a pair of real and generated points `(number, 2)`.
        measurement: What the last curve measures.
    """

    title: str
    updates: np.ndarray
    curves: Mapping[str, np.ndarray]
    samples: Mapping[str, object]
    measurement: Measurement

    @property
    def value(self) -> float:
        """The measurement: its mean over the last quarter of looks, or its last running count."""
        curve = self.curves["measurement"]
        return float(np.mean(curve[-1 if self.measurement.running else -max(1, len(curve) // 4) :]))

    @property
    def sick(self) -> bool:
        """Whether the value lies on the sick side of the threshold."""
        return self.measurement.is_sick(self.value)

    def __repr__(self) -> str:
        return f"{self.title}: {self.updates[-1]} updates of D"  # no more: the notebook asks

    def figure(self) -> Figure:
        """Samples at a few moments and both losses; what was measured, `compare` shows."""
        count = len(self.samples)
        figure = Figure(figsize=(11.5, 2.9), layout="constrained", dpi=72)
        panels = figure.subplots(1, count + 1, width_ratios=[1] * count + [1.6])
        for axes, (title, made) in zip(panels[:-1], self.samples.items(), strict=True):
            _show(axes, title, made)
        self._plot_losses(panels[-1])
        figure.suptitle(self.title, x=0.005, ha="left", fontsize=10, weight="bold")
        return figure

    def _repr_png_(self) -> bytes:
        return self.figure()._repr_png_()

    def _plot_losses(self, axes):
        # G dashed, so that D is seen where both are the same.
        players = (("D", "discriminator_loss", BLUE, "-"), ("G", "generator_loss", ORANGE, "--"))
        for player, name, colour, style in players:
            axes.plot(self.updates, self.curves[name], style, color=colour, label=player, lw=1.4)
        broken = ~np.isfinite(self.curves["discriminator_loss"])
        if broken.any():
            axes.plot(
                self.updates[broken],
                np.full(broken.sum(), 0.03),
                "x",
                color=RED,
                markersize=4,
                transform=axes.get_xaxis_transform(),
                label="D: not finite",
            )
        axes.axhline(2 * LOG_2, color=GREY, linestyle=":", linewidth=1)
        axes.annotate(
            "2 log 2",
            (1, 2 * LOG_2),
            xycoords=("axes fraction", "data"),
            xytext=(3, -2),
            textcoords="offset points",
            fontsize=7,
            color=GREY,
        )
        axes.set_title("losses (nats)", fontsize=8)
        axes.legend(fontsize=7, loc="best")
        _dress(axes)

    def _plot_measurement(self, axes):
        measured = self.measurement
        axes.plot(self.updates, self.curves["measurement"], color=INK, linewidth=1.2)
        axes.axhline(measured.threshold, color=RED, linestyle=":", linewidth=1)
        if measured.log:
            axes.set_yscale("log")
            axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_title(f"{measured.name} ({measured.unit})", fontsize=8)
        _dress(axes)


def compare(sick: Evidence, cured: Evidence) -> Figure:
    """Two runs of a patient, one above the other: last samples, losses, and the measurement.

    The losses share their axes, and so does the measurement; red is its threshold.

    Args:
        sick: The run without the cure.
        cured: The run with it.
    """
    figure = Figure(figsize=(11.5, 5.8), layout="constrained", dpi=72)
    for row, run in zip(figure.subfigures(2, 1), (sick, cured), strict=True):
        panels = row.subplots(1, 3, width_ratios=[1, 1.6, 1.6])
        _show(panels[0], *list(run.samples.items())[-1])
        row.suptitle(run.title, x=0.005, ha="left", fontsize=10, weight="bold")
    for column, plot in ((1, "_plot_losses"), (2, "_plot_measurement")):
        above, below = (row.axes[column] for row in figure.subfigs)
        below.sharey(above)
        for axes, run in ((above, sick), (below, cured)):
            getattr(run, plot)(axes)
    if not sick.measurement.log:
        low, high = above.get_ylim()
        above.set_ylim(min(0, low), high)
    return figure


def ward(patients: Mapping[str, Evidence]) -> Figure:
    """The last samples of several runs, four in a row.

    Args:
        patients: Letter to evidence.
    """
    rows = math.ceil(len(patients) / 4)
    figure = Figure(figsize=(9.2, 2.5 * rows), layout="constrained", dpi=80)
    panels = figure.subplots(rows, 4).flat
    for axes in panels[len(patients) :]:
        axes.axis("off")
    for axes, evidence in zip(panels, patients.values(), strict=False):
        _show(axes, evidence.title, list(evidence.samples.values())[-1])
    return figure


def _show(axes, title, made):
    axes.set(xticks=[], yticks=[])
    axes.set_title(title, fontsize=8)
    if not isinstance(made, tuple):
        axes.imshow(mosaic(made), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.axis("off")
        return
    real, fake = made
    axes.scatter(*fake.T, s=5, color=ORANGE, linewidths=0)
    axes.scatter(*real.T, s=2, color=BLUE, linewidths=0)  # on top, smaller: neither hides the other
    reach = PLANE
    farthest = float(np.quantile(np.abs(fake), 0.9))
    if farthest > PLANE:  # step back until most of the fakes are in the picture
        reach = 1.2 * farthest
        axes.set_xticks([-farthest, farthest], [f"−{farthest:.0f}", f"{farthest:.0f}"], fontsize=7)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")


def _dress(axes):
    axes.set_xlabel("updates of D", fontsize=7)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.25)
