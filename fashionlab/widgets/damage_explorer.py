"""Damage real images with a slider, and see which figures notice."""

import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from fashionlab import metrics, plots
from fashionlab.data import LabelledImages, damage, load_fashion_mnist
from fashionlab.errors import ConfigurationError
from fashionlab.figures import LiveFigure
from fashionlab.metrics.neighbours import share_below
from fashionlab.metrics.report import KINDS
from fashionlab.widgets.view import View, in_turn, slider

NUMBER = 1000  # images that are damaged, and as many real ones that they are measured against
TRAINING = 3000  # images that may have been copied
DRAWS = 16  # sets of undamaged images, which tell what chance does
CHANCE = 3.0  # standard deviations of chance; nearer than that, a figure has noticed nothing
REACH = 1000.0  # standard deviations that the chart shows to either side
STEP = 0.05  # of the slider
SHOWN = (2, 15)  # rows and columns of images in the picture
FIGURES = tuple(name for name in KINDS if name != "fashion_fid_check")  # one network is enough
WORSE = np.array([1 if KINDS[name][0] == "lower" else -1 for name in FIGURES])
INK, PALE = "#333333", "#eeeeee"


class Look(NamedTuple):
    """What the figures need to know about each image of a set.

    Attributes:
        images: float32 `(number, 28, 28, 1)`.
        features: float32 `(number, 128)`.
        logits: float32 `(number, 10)`.
        to_training: Distance to the nearest training image, float32 `(number,)`.
    """

    images: np.ndarray
    features: np.ndarray
    logits: np.ndarray
    to_training: np.ndarray


class Examiner:
    """Figures of damaged images, quickly: only what a damage has changed is looked at again.

    It works on the training images of the sample that the kit ships, so that its numbers are the
    same everywhere, up to rounding. Clean images and reference both come from there: the network
    was trained on all of them.

    Args:
        network: Name as in `pretrained.features`, or a `keras.Model` with the same two outputs.

    Attributes:
        source: The images that are damaged, a `damage.Source`.
        chance: Figures of sets of undamaged images: mean and standard deviation,
            float64 `(2, figures)`.
    """

    def __init__(self, network="plain_features"):
        data = load_fashion_mnist(path="sample", verbose=False)
        reference, rest = data.images[:NUMBER], slice(NUMBER, 4 * NUMBER + TRAINING)
        rest = LabelledImages(data.images[rest], data.labels[rest], data.source)
        self.network = network
        self.source = damage.split(rest, NUMBER)
        self._reference = self._look(reference)
        self._clean = self._look(self.source.clean.images)
        self.chance = self._measure_chance()

    def images(self, name: str, strength: float) -> np.ndarray:
        """The damaged images, float32 `(NUMBER, 28, 28, 1)`."""
        return damage.BY_NAME[name](self.source, strength)

    def figures(self, name: str, strength: float) -> np.ndarray:
        """The figures of the damaged images in the order of `FIGURES`, float64 `(figures,)`."""
        images = self.images(name, strength)
        changed = (images != self._clean.images).any(axis=(1, 2, 3))
        look = Look(*(array.copy() for array in self._clean))
        if changed.any():
            for array, part in zip(look, self._look(images[changed]), strict=True):
                array[changed] = part
        return self._measure(look)

    def away(self, figures: np.ndarray) -> np.ndarray:
        """How far figures are from those of undamaged images, `(figures,)`.

        Returns:
            In standard deviations of chance; above 0 is worse than real, below 0 better.
        """
        mean, deviation = self.chance
        return WORSE * (figures - mean) / np.maximum(deviation, 1e-9)  # it may be the same always

    def _look(self, images) -> Look:
        features, logits = metrics.embed(images, self.network)
        to_training = metrics.nearest(images, self.source.training)[1][:, 0]
        return Look(images, features, logits, to_training)

    def _measure(self, look) -> np.ndarray:
        real = self._reference
        precision, recall = metrics.precision_recall(real.features, look.features)
        density, coverage = metrics.density_coverage(real.features, look.features)
        found = {
            "fashion_fid": metrics.frechet_distance(look.features, real.features),
            "kid": metrics.kid(look.features, real.features, block=NUMBER)[0],
            "precision": precision,
            "recall": recall,
            "density": density,
            "coverage": coverage,
            "class_entropy": metrics.entropy(metrics.class_histogram(look.logits)),
            "near_duplicates": metrics.near_duplicates(real.features, look.features),
            "copied": share_below(look.to_training, real.to_training),
            "patch_distance": metrics.patch_distance(look.images, real.images),
        }
        return np.array([found[name] for name in FIGURES])

    def _measure_chance(self) -> np.ndarray:
        spare = self._look(self.source.spare.images)
        pool = Look(*map(np.concatenate, zip(self._clean, spare, strict=True)))
        total, rng = len(pool.images), np.random.default_rng(0)
        draws = [
            self._measure(Look(*(array[rows] for array in pool)))
            for rows in (rng.permutation(total)[:NUMBER] for _ in range(DRAWS))
        ]
        # Draws out of a small pool share images, and so differ less than fresh ones would.
        deviation = np.std(draws, axis=0, ddof=1) / np.sqrt(1 - NUMBER / total)
        return np.stack([np.mean(draws, axis=0), deviation])


@functools.cache
def examiner() -> Examiner:
    """The examiner with the network that defines FashionFID; made once, which takes seconds."""
    return Examiner()


class DamageState:
    """A damage, its strength, and the figures of what it leaves.

    A change of either shows its images at once. The figures take longer and follow from a thread
    of their own; what has been overtaken by a later change is not measured.

    Args:
        examiner: Damages and measures, an `Examiner`.
        name: The damage, a key of `damage.BY_NAME`.
        strength: From 0 to 1, in steps of 0.05.

    Attributes:
        picture: The latest picture, as the content of a PNG file.
        on_picture: Called without arguments when there is a new one.

    Raises:
        ConfigurationError: There is no such damage, or the strength is out of range.
    """

    def __init__(self, examiner: Examiner, name: str = "blur", strength: float = 0.5):
        if name not in damage.BY_NAME:
            raise ConfigurationError(f"name={name!r}: use one of {', '.join(damage.BY_NAME)}.")
        if not 0 <= strength <= 1:
            raise ConfigurationError(f"strength={strength}: use a number from 0 to 1.")
        self.examiner = examiner
        self.on_picture = lambda: None
        self._canvas = _Picture(examiner)
        self._found = {}  # at most one entry for each damage and step of the slider
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="damage-explorer")
        self.change(name, strength)
        self.wait()

    def change(self, name: str, strength: float) -> None:
        """Show another damage or strength; returns before its figures are there."""
        self.name, self.strength = name, round(round(strength / STEP) * STEP, 2)
        wanted = (self.name, self.strength)
        self._draw()
        self._job = self._worker.submit(self._measure, wanted)

    def wait(self) -> None:
        """Wait until the picture shows the figures of the latest change."""
        self._job.result()

    def stop(self) -> None:
        """End the thread."""
        self._worker.shutdown(cancel_futures=True)

    def _measure(self, wanted):
        if wanted != (self.name, self.strength) or wanted in self._found:
            return
        self._found[wanted] = self.examiner.figures(*wanted)
        self._draw()

    def _draw(self):
        with self._lock:
            wanted = (self.name, self.strength)
            self._canvas.set_images(*wanted)
            self._canvas.set_figures(self._found.get(wanted))
            self.picture = self._canvas.figure.png()
        self.on_picture()


class _Picture:
    """The artists of the picture. What moves is animated; the rest is drawn once."""

    def __init__(self, examiner):
        self._examiner = examiner
        self.figure = LiveFigure(figsize=(9.6, 5.8), dpi=80)
        self._add_images(self.figure.add_axes((0.01, 0.7, 0.98, 0.25)))
        self._add_chart(self.figure.add_axes((0.14, 0.09, 0.64, 0.57)))

    def set_images(self, name, strength):
        images = self._examiner.images(name, strength)[: SHOWN[0] * SHOWN[1]]
        self._strip.set_data(plots.mosaic(images, SHOWN[1]))
        what, *_ = damage.BY_NAME[name].__doc__.splitlines()
        self._title.set_text(f"{name} {strength:.2f}: {what}")

    def set_figures(self, figures):
        """Bars and numbers; without figures the old bars grow pale."""
        if figures is None:
            for bar, text in self._bars:
                bar.set_alpha(0.25)
                text.set_text("…")
            return
        away = np.clip(self._examiner.away(figures), -REACH, REACH)
        for name, value, far, (bar, text) in zip(FIGURES, figures, away, self._bars, strict=True):
            bar.set_width(far)
            bar.set_alpha(1)
            bar.set_color(INK if abs(far) <= CHANCE else plots.ORANGE if far > 0 else plots.BLUE)
            text.set_text(_written(name, value))

    def _add_images(self, axes):
        axes.axis("off")
        rows, columns = SHOWN
        blank = plots.mosaic(np.zeros((rows * columns, 28, 28, 1)), columns)
        self._strip = axes.imshow(blank, cmap="gray", vmin=0, vmax=255, animated=True)
        place = {"transform": axes.transAxes, "fontsize": 9, "va": "bottom"}
        self._title = axes.text(0, 1.04, "", animated=True, **place)
        text = f"{rows * columns} of {NUMBER:,} images"
        axes.text(1, 1.04, text, ha="right", color=plots.GREY, **place)

    def _add_chart(self, axes):
        axes.set_xscale("symlog", linthresh=CHANCE)
        axes.set(xlim=(-REACH, REACH), ylim=(len(FIGURES) - 0.4, -1.1))
        axes.set_yticks(range(len(FIGURES)), FIGURES)
        ticks = (-100, -10, -CHANCE, 0, CHANCE, 10, 100)
        axes.set_xticks(ticks, [f"{abs(tick):g}" for tick in ticks])
        axes.minorticks_off()
        axes.tick_params(labelsize=8, length=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.axvspan(-CHANCE, CHANCE, color=PALE, zorder=0)
        axes.axvline(0, color=plots.GREY, linewidth=1, zorder=1)
        axes.set_xlabel("distance from undamaged images, in standard deviations", fontsize=8)
        head = {"y": -0.75, "fontsize": 8, "color": plots.GREY, "va": "center"}
        axes.text(-REACH, s="looks better than real", ha="left", **head)
        axes.text(0, s="chance", ha="center", **head)
        axes.text(REACH, s="looks worse", ha="right", **head)
        self._bars = []
        to_the_right = axes.get_yaxis_transform()
        for x, word, colour in ((1.15, "value", INK), (1.32, "undamaged", plots.GREY)):
            place = head | {"color": colour, "ha": "right", "transform": to_the_right}
            axes.text(x, s=word, **place)
        for row, (name, mean) in enumerate(zip(FIGURES, self._examiner.chance[0], strict=True)):
            (bar,) = axes.barh(row, 0, 0.5, animated=True, zorder=2)
            place = {"transform": to_the_right, "fontsize": 8, "va": "center", "ha": "right"}
            axes.text(1.32, row, _written(name, mean), color=plots.GREY, **place)
            text = axes.text(1.15, row, "", color=INK, animated=True, **place)
            self._bars.append((bar, text))


def _written(name, value) -> str:
    return f"{value:.{KINDS[name][1]}f}"


class DamageExplorer(View):
    """The picture of a `DamageState` and a control for everything in it.

    Args:
        state: What to show; the controls start from its values.

    Attributes:
        state: The state that the controls move.
        image: The picture, an `ipywidgets.Image`.
        damage: Chooses the damage.
        strength: Slider of its strength.
    """

    def __init__(self, state: DamageState):
        self.state = state
        self.damage = widgets.Dropdown(
            description="damage",
            options=list(damage.BY_NAME),
            value=state.name,
            style={"description_width": "5em"},
            layout=widgets.Layout(width="14em"),
        )
        self.strength = slider("strength", state.strength, 0.0, 1.0, STEP)
        self.controls = [self.damage, self.strength]
        image = widgets.Image(value=state.picture, format="png")
        row = widgets.HBox(self.controls, layout=widgets.Layout(flex_flow="row wrap"))
        super().__init__(
            image,
            [row, image],
            "Damage explorer: real images, damaged, and the figures that notice",
            flex_flow="column",
            align_items="flex-start",
        )
        state.on_picture = self._update
        for control in self.controls:
            control.observe(self.on_change, "value")

    @in_turn
    def on_change(self, change=None) -> None:
        """Show what the controls ask for."""
        self.state.change(self.damage.value, self.strength.value)

    def close(self) -> None:
        """End the thread, and close every widget."""
        self.state.on_picture = lambda: None
        self.state.stop()
        super().close()

    def _update(self):
        self.image.value = self.state.picture


def damage_explorer(name: str = "blur", strength: float = 0.5) -> DamageExplorer:
    """Damage a thousand real images, and see which figures notice.

    Args:
        name: The damage at first, a key of `data.damage.BY_NAME`: `"blur"`, `"noise"`,
            `"drop_classes"`, `"copies"` or `"collapse"`.
        strength: Its strength at first, from 0 to 1.

    Returns:
        A view that shows itself at the end of a notebook cell.

    Raises:
        ConfigurationError: There is no such damage, or the strength is out of range.
    """
    return DamageExplorer(DamageState(examiner(), name, strength))
