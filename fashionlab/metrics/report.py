"""What `evaluate` found, as a table, a picture and JSON."""

import base64
import html
from dataclasses import asdict, dataclass

import numpy as np

from fashionlab import plots
from fashionlab.data import CLASS_NAMES
from fashionlab.errors import ConfigurationError

FORMULA = "FashionFID v1"
# Which way is better, decimals to show, and what the figure sees.
KINDS = {
    "fashion_fid": ("lower", 3, f"fidelity and variety in one: {FORMULA}"),
    "fashion_fid_check": ("lower", 3, "the same through another network"),
    "kid": ("lower", 4, "the same without the bias of sample size"),
    "precision": ("higher", 3, "fidelity: samples that lie among real images"),
    "recall": ("higher", 3, "variety: real images that lie among samples"),
    "density": ("higher", 3, "fidelity: how thickly samples lie around real images"),
    "coverage": ("higher", 3, "variety: real images with a sample nearby"),
    "class_entropy": ("higher", 3, "balance of the ten classes, 2.303 nats at most"),
    "near_duplicates": ("lower", 3, "repetition: samples with a near-twin among samples"),
    "copied": ("lower", 3, "memorising: samples suspiciously near a training image"),
    "patch_distance": ("lower", 4, "texture: patches of 7x7 pixels, without a network"),
}
WARNING = (
    f"{FORMULA} measures in 128 features of a classifier of Fashion-MNIST. It is not comparable "
    f"with FID from Inception features, nor with itself at other sizes."
)
HEAD = ("figure", "value", "floor", "better", "what it sees")
ALIGN = ("left", "right", "right", "left", "left")
BAR = 100  # characters for a class that has all images


@dataclass(frozen=True)
class Figure:
    """One figure about samples.

    Attributes:
        value: Of the samples.
        floor: Of other real images, equally many, measured in the same way.
        better: `"lower"` or `"higher"`.
        decimals: How many are worth showing.
        sees: What the figure is about, in a few words.
        error: Standard error of the value, where it is known.
    """

    value: float
    floor: float
    better: str
    decimals: int
    sees: str
    error: float | None = None

    def texts(self) -> tuple[str, str]:
        """Value and floor as they are shown."""
        value, floor = (f"{number:.{self.decimals}f}" for number in (self.value, self.floor))
        return value if self.error is None else f"{value} +- {self.error:.{self.decimals}f}", floor


@dataclass(frozen=True, repr=False, eq=False)  # arrays have no one answer to ==
class Report:
    """All figures about a generator's samples. `print` shows them; so does a notebook, as a table.

    Attributes:
        figures: By name, see `KINDS`. `report["recall"]` is short for `report.figures["recall"]`.
        size: How many samples and how many real images were compared.
        note: Why that is fewer than asked for; else empty.
        source: Where the real images were read from; `"given"` if they were handed over.
        training_images: Among how many training images copies were looked for.
        class_shares: Share of samples in each class, `(10,)`, as the classifier sees them.
        real_class_shares: The same of the reference.
        images: The first 64 samples.
        networks: sha256 of the weights of each feature network.
    """

    figures: dict[str, Figure]
    size: int
    note: str
    source: str
    training_images: int
    class_shares: np.ndarray
    real_class_shares: np.ndarray
    images: np.ndarray
    networks: dict[str, str]

    def __getitem__(self, name: str) -> Figure:
        if name not in self.figures:
            raise ConfigurationError(f"No figure {name!r}. There are {', '.join(self.figures)}.")
        return self.figures[name]

    @property
    def picture(self) -> plots.Figure:
        """The first 64 samples, not picked."""
        return plots.image_grid(self.images, columns=8)

    def to_dict(self) -> dict:
        """Everything but the images, as JSON can hold it."""
        shares = zip(CLASS_NAMES, self.class_shares, self.real_class_shares, strict=True)
        return {
            "formula": FORMULA,
            "size": self.size,
            "note": self.note,
            "source": self.source,
            "training_images": self.training_images,
            "figures": {name: asdict(figure) for name, figure in self.figures.items()},
            "classes": {
                name: {"share": float(share), "real": float(real)} for name, share, real in shares
            },
            "networks": self.networks,
        }

    def _rows(self) -> list[tuple[str, str, str, str, str]]:
        return [
            (name, *figure.texts(), figure.better, figure.sees)
            for name, figure in self.figures.items()
        ]

    def _class_lines(self) -> list[str]:
        """A bar for each class, and what share real images have."""
        shares = zip(CLASS_NAMES, self.class_shares, self.real_class_shares, strict=True)
        return [
            f"{name:<12}{share:6.1%} (real {real:5.1%}) {'#' * round(share * BAR)}".rstrip()
            for name, share, real in shares
        ]

    def __str__(self) -> str:
        rows = [HEAD, *self._rows()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD) - 1)]
        table = [
            f"{name:<{widths[0]}}  {value:>{widths[1]}}  {floor:>{widths[2]}}  "
            f"{better:<{widths[3]}}  {sees}"
            for name, value, floor, better, sees in rows
        ]
        parts = [self._caption(), *table, "", *self._class_lines(), "", WARNING]
        return "\n".join(parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        # No colours and no backgrounds: the theme, light or dark, has its own.
        table = "".join(
            "<tr>"
            + "".join(
                f"<{tag} style='text-align: {align}'>{html.escape(cell)}</{tag}>"
                for cell, align in zip(row, ALIGN, strict=True)
            )
            + "</tr>"
            for tag, row in [("th", HEAD), *(("td", row) for row in self._rows())]
        )
        png = base64.b64encode(plots.png(self.images, columns=8, zoom=2)).decode()
        classes = html.escape("\n".join(self._class_lines()))
        return (
            f"<p>{html.escape(self._caption())}</p>"
            f"<table>{table}</table>"
            f"<div style='display: flex; flex-wrap: wrap; gap: 2em; align-items: center'>"
            f"<img src='data:image/png;base64,{png}' alt='The first 64 samples, not picked'>"
            f"<pre>{classes}</pre></div><p>{html.escape(WARNING)}</p>"
        )

    def _caption(self) -> str:
        caption = (
            f"{self.size:,} samples against {self.size:,} real images. Floor: what {self.size:,} "
            f"other real images get. Real images: {self.source}; copies were looked for among "
            f"{self.training_images:,} training images."
        )
        return f"{caption} {self.note}".rstrip()
