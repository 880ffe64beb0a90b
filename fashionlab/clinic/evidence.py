"""What a run leaves behind: curves, samples, and one measurement that tells."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import NullFormatter

from fashionlab.plots import BLUE, GREY, LOG_2, ORANGE, Figure, mosaic

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
    """

    name: str
    unit: str
    threshold: float
    sick_above: bool
    log: bool = False

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
        """The measurement, in the mean over the last quarter of the run."""
        curve = self.curves["measurement"]
        return float(np.mean(curve[-max(1, len(curve) // 4) :]))

    @property
    def sick(self) -> bool:
        """Whether the value lies on the sick side of the threshold."""
        return self.measurement.is_sick(self.value)

    def __repr__(self) -> str:
        measured = self.measurement
        return f"{self.title}: {measured.name} {self.value:.3g} {measured.unit}"

    def figure(self) -> Figure:
        """Samples at a few moments, both losses, and the measurement with its threshold."""
        figure = Figure(figsize=(11.5, 2.5), layout="constrained", dpi=72)
        panels = figure.subplots(
            1, len(self.samples) + 2, width_ratios=[1] * len(self.samples) + [1.5, 1.5]
        )
        for axes, (title, made) in zip(panels, self.samples.items(), strict=False):
            _show(axes, made)
            axes.set_title(title, fontsize=8)
        self._plot_losses(panels[-2])
        self._plot_measurement(panels[-1])
        figure.suptitle(self.title, x=0.005, ha="left", fontsize=10, weight="bold")
        return figure

    def _repr_png_(self) -> bytes:
        return self.figure()._repr_png_()

    def _plot_losses(self, axes):
        players = (("D", "discriminator_loss", BLUE), ("G", "generator_loss", ORANGE))
        for player, name, colour in players:
            axes.plot(self.updates, self.curves[name], color=colour, label=player, linewidth=1.2)
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
        else:
            axes.set_ylim(min(0, axes.get_ylim()[0]), 1.25 * max(axes.get_ylim()[1], 1e-3))
        axes.set_title(f"{measured.name} ({measured.unit})", fontsize=8)
        _dress(axes)


def ward(patients: Mapping[str, Evidence]) -> Figure:
    """The last samples of several runs side by side.

    Args:
        patients: Letter to evidence.
    """
    figure = Figure(figsize=(1.65 * len(patients), 2.0), layout="constrained", dpi=80)
    panels = figure.subplots(1, len(patients), squeeze=False).flat
    for axes, evidence in zip(panels, patients.values(), strict=True):
        _show(axes, list(evidence.samples.values())[-1])
        axes.set_title(evidence.title, fontsize=9)
    return figure


def _show(axes, made):
    axes.set(xticks=[], yticks=[])
    if not isinstance(made, tuple):
        axes.imshow(mosaic(made), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.axis("off")
        return
    for points, colour in zip(made, (BLUE, ORANGE), strict=True):
        axes.scatter(*points.T, s=3, color=colour, linewidths=0)
    reach = PLANE
    farthest = float(np.quantile(np.abs(made[1]), 0.9))
    if farthest > PLANE:  # step back until most of the fakes are in the picture
        reach = 1.2 * farthest
        axes.set_xticks([-farthest, farthest], [f"−{farthest:.0f}", f"{farthest:.0f}"], fontsize=7)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")


def _dress(axes):
    axes.set_xlabel("updates of D", fontsize=7)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.25)
