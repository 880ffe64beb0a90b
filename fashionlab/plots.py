"""Pictures of data: every function takes arrays and returns a matplotlib `Figure`.

Nothing here touches pyplot or any global state. A returned figure shows itself at the end of a
notebook cell, and `figure.savefig(file)` saves it.
"""

import io
import math
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from fashionlab.data.arrays import check_range
from fashionlab.errors import DataError
from fashionlab.figures import Figure

LOG_2 = math.log(2)
BLUE, ORANGE, GREY = "#2a6fdb", "#e07b1a", "#8a8a8a"


def mosaic(images: np.ndarray, columns: int | None = None, gap: int = 2) -> np.ndarray:
    """Lay images out as one.

    Args:
        images: float32 `(number, height, width, 1 or 3)` in [-1, 1].
        columns: Images in a row; by default as square as it gets.
        gap: White pixels between neighbours.

    Returns:
        uint8 `(rows * (height + gap) - gap, columns * (width + gap) - gap, 1 or 3)`.

    Raises:
        DataError: The array has another shape, is empty, or leaves [-1, 1].

    Example:
        >>> mosaic(np.zeros((6, 28, 28, 1)), columns=3).shape
        (58, 88, 1)
    """
    images = _checked(images)
    number, height, width, channels = images.shape
    columns = min(columns or math.ceil(math.sqrt(number)), number)
    rows = math.ceil(number / columns)
    canvas = np.full((rows * columns, height + gap, width + gap, channels), 255, np.uint8)
    canvas[:number, :height, :width] = np.round((images + 1) * 127.5)
    canvas = canvas.reshape(rows, columns, height + gap, width + gap, channels)
    canvas = canvas.transpose(0, 2, 1, 3, 4)
    canvas = canvas.reshape(rows * (height + gap), columns * (width + gap), channels)
    return canvas[: rows * (height + gap) - gap, : columns * (width + gap) - gap]


def png(images: np.ndarray, columns: int | None = None, zoom: int = 3, gap: int = 2) -> bytes:
    """A mosaic as the content of a PNG file, every pixel enlarged to `zoom` x `zoom`.

    Args:
        images: float32 `(number, height, width, 1 or 3)` in [-1, 1].
        columns: Images in a row; by default as square as it gets.
        zoom: Enlargement, 1 or more.
        gap: White pixels between neighbours, before the enlargement.
    """
    pixels = mosaic(images, columns, gap).repeat(zoom, axis=0).repeat(zoom, axis=1)
    content = io.BytesIO()
    Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels).save(content, "PNG")
    return content.getvalue()


def image_grid(
    images: np.ndarray,
    columns: int | None = None,
    titles: Sequence[str] = (),
    title: str = "",
    scale: float = 0.7,
) -> Figure:
    """Images side by side, each pixel sharp.

    Args:
        images: float32 `(number, height, width, 1 or 3)` in [-1, 1].
        columns: Images in a row; by default as square as it gets.
        titles: A line above each image.
        title: A line above all.
        scale: Inches that an image is wide.
    """
    images = _checked(images)
    columns = min(columns or math.ceil(math.sqrt(len(images))), len(images))
    rows = math.ceil(len(images) / columns)
    row_height = scale + (0.22 if titles else 0)
    head = 0.35 if title else 0
    figure = Figure(figsize=(columns * scale, rows * row_height + head), layout="compressed")
    if titles:
        for axes, image, text in zip(
            figure.subplots(rows, columns, squeeze=False).flat, images, titles, strict=False
        ):
            _show(axes, mosaic(image[np.newaxis]))
            axes.set_title(text, fontsize=8)
    else:
        _show(figure.subplots(), mosaic(images, columns))
    for axes in figure.axes:
        axes.axis("off")
    if title:
        figure.suptitle(title, fontsize=10)
    return figure


def image_rows(rows: Mapping[str, np.ndarray], scale: float = 0.8) -> Figure:
    """Rows of images that belong together column by column, with the name of each beside it.

    Args:
        rows: Name to float32 `(number, height, width, 1 or 3)` in [-1, 1], all of one shape.
        scale: Inches that an image is wide.

    Raises:
        DataError: The rows differ in shape, or hold no images.

    Example:
        >>> figure = image_rows({"before": np.zeros((3, 8, 8, 1)), "after": np.ones((3, 8, 8, 1))})
        >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
        ['before', 'after']
    """
    images = [_checked(row) for row in rows.values()]
    if len({row.shape for row in images}) != 1:
        shapes = ", ".join(f"{name}: {np.shape(row)}" for name, row in rows.items()) or "none"
        raise DataError(
            f"The shapes of the rows are {shapes}; wanted one or more rows, all of one shape."
        )
    number, _, width, _ = images[0].shape
    tiles = mosaic(np.concatenate(images), columns=number)
    pixel = scale / width
    margin = max(map(len, rows)) * 0.075 + 0.1  # inches, for the names
    size = tiles.shape[1] * pixel + margin, tiles.shape[0] * pixel
    figure = Figure(figsize=size, layout="compressed")
    axes = figure.subplots()
    _show(axes, tiles)
    axes.set_frame_on(False)
    axes.set_xticks([])
    centres = (np.arange(len(images)) + 0.5) * tiles.shape[0] / len(images)
    axes.set_yticks(centres - 0.5, rows, fontsize=8)
    axes.tick_params(length=0)
    return figure


def side_by_side(
    groups: Mapping[str, np.ndarray], columns: int | None = None, scale: float = 0.45
) -> Figure:
    """Groups of images beside each other, one title each.

    Args:
        groups: Title to float32 `(number, height, width, 1 or 3)` in [-1, 1].
        columns: Images in a row of each group; by default as square as it gets.
        scale: Inches that an image is wide.
    """
    mosaics = [mosaic(images, columns) for images in groups.values()]
    pixel = scale / next(iter(groups.values())).shape[2]
    width = sum(m.shape[1] for m in mosaics) * pixel + 0.3 * (len(mosaics) - 1)
    height = max(m.shape[0] for m in mosaics) * pixel + 0.35
    figure = Figure(figsize=(width, height), layout="compressed")
    for axes, title, tiles in zip(
        figure.subplots(1, len(groups), squeeze=False).flat, groups, mosaics, strict=True
    ):
        _show(axes, tiles)
        axes.set_title(title, fontsize=10)
        axes.axis("off")
    return figure


def training_curves(
    curves: Mapping[str, Sequence[float]], guides: tuple[float, float] | None = None
) -> Figure:
    """Losses of both players, and how often the discriminator is right.

    Args:
        curves: As `history.history` or `LiveDashboard.curves`: equally long lists under
            `discriminator_loss`, `generator_loss`, `real_accuracy`, `fake_accuracy`, and, if
            present, their place on the x axis under `epoch`.
        guides: Losses of discriminator and generator when the discriminator cannot tell.
    """
    figure = Figure(figsize=(9, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    _plot_losses(left, curves, guides)
    _plot_accuracies(right, curves)
    for axes in (left, right):
        axes.set_xlabel("epoch")
    return figure


def dashboard(
    images: np.ndarray,
    curves: Mapping[str, Sequence[float]],
    headline: str,
    guides: tuple[float, float] | None = None,
) -> Figure:
    """Samples beside the curves of the training that makes them.

    Args:
        images: float32 `(number, height, width, 1 or 3)` in [-1, 1].
        curves: As in `training_curves`.
        headline: A line above all.
        guides: As in `training_curves`.
    """
    figure = Figure(figsize=(10, 4.4), layout="constrained", dpi=80)
    grid = figure.add_gridspec(2, 2, width_ratios=(1, 1.25))
    samples = figure.add_subplot(grid[:, 0])
    _show(samples, mosaic(images))
    samples.axis("off")
    _plot_losses(figure.add_subplot(grid[0, 1]), curves, guides)
    accuracies = figure.add_subplot(grid[1, 1])
    _plot_accuracies(accuracies, curves)
    accuracies.set_xlabel("epoch")
    figure.suptitle(headline, fontsize=10)
    return figure


def reconstruction_dashboard(
    images: np.ndarray, curves: Mapping[str, Sequence[float]], headline: str
) -> Figure:
    """What an autoencoder makes of images beside the curves of its training.

    Args:
        images: float32 `(number, height, width, 1 or 3)` in [-1, 1], a square number of them.
        curves: Equally long lists under `epoch`, their place on the x axis, `pixel_error` and `kl`,
            and with a discriminator also `real_accuracy` and `fake_accuracy`.
        headline: A line above all.
    """
    panels = {"squared pixel error": "pixel_error", "KL divergence in nats": "kl"}
    judged = "real_accuracy" in curves
    rows = len(panels) + judged
    figure = Figure(figsize=(10, 4.9), layout="constrained", dpi=80)
    grid = figure.add_gridspec(rows, 2, width_ratios=(1, 1.1))
    shown = figure.add_subplot(grid[:, 0])
    _show(shown, mosaic(images))
    shown.axis("off")
    for row, (title, name) in enumerate(panels.items()):
        axes = figure.add_subplot(grid[row, 1])
        _plot(axes, curves, {title: name})
        axes.set_title(title, fontsize=9)
        axes.set_ylim(bottom=0)
    if judged:
        axes = figure.add_subplot(grid[-1, 1])
        _plot_accuracies(axes, curves)
    axes.set_xlabel("epoch")
    figure.suptitle(headline, fontsize=10)
    return figure


def nearest(queries: np.ndarray, neighbours: np.ndarray, distances: np.ndarray) -> Figure:
    """Each image above the images nearest to it.

    Args:
        queries: float32 `(number, height, width, 1 or 3)` in [-1, 1].
        neighbours: float32 `(number, k, height, width, 1 or 3)`.
        distances: `(number, k)`, written above the neighbours.
    """
    number, k = distances.shape
    figure = Figure(figsize=(0.8 * number, 0.98 * (k + 1)), layout="compressed")
    axes = figure.subplots(k + 1, number, squeeze=False)
    for column in range(number):
        _show(axes[0, column], mosaic(queries[column : column + 1]))
        axes[0, column].set_title("sample", fontsize=7, color=ORANGE)
        for row in range(k):
            _show(axes[row + 1, column], mosaic(neighbours[column, row : row + 1]))
            axes[row + 1, column].set_title(f"{distances[column, row]:.1f}", fontsize=7)
    for each in axes.flat:
        each.axis("off")
    return figure


def seed_dots(
    panels: Mapping[str, Mapping[str, Sequence[float]]], floors: Mapping[str, float]
) -> Figure:
    """What was measured once a seed: a panel for each figure, a row for each name, a dot a seed.

    A bar marks the mean, a line behind the dots the range from the lowest to the highest.

    Args:
        panels: Title to name to the values; the same names in each panel, in the same order.
        floors: Title to what real images get, a dotted line.
    """
    names = list(next(iter(panels.values())))
    figure = Figure(figsize=(10, 0.6 + 0.24 * len(names)), layout="constrained")
    for axes, (title, rows) in zip(
        figure.subplots(1, len(panels), sharey=True, squeeze=False).flat,
        panels.items(),
        strict=True,
    ):
        for row, values in enumerate(rows.values()):
            axes.plot([min(values), max(values)], [row, row], color=GREY, linewidth=1, zorder=1)
            axes.plot(values, [row] * len(values), "o", color=BLUE, markersize=4, alpha=0.7)
            axes.plot(sum(values) / len(values), row, "|", color=ORANGE, markersize=10, mew=2)
        axes.axvline(floors[title], color=GREY, linestyle=":", linewidth=1)
        axes.set_title(title, fontsize=9)
        axes.set_yticks(range(len(names)), names, fontsize=8)
        axes.tick_params(axis="x", labelsize=7)
        axes.grid(alpha=0.25)
    figure.axes[0].invert_yaxis()  # shared by all panels
    return figure


def point_clouds(
    clouds: Mapping[str, Sequence[np.ndarray]], reach: float = 1.5, columns: int = 4
) -> Figure:
    """Points in the plane, one panel a cloud.

    Args:
        clouds: Under each title one array of real points `(number, 2)`, in blue, and if there is a
            second one, generated points on top of them, in orange.
        reach: Half the side of the plane shown.
        columns: Panels in a row.
    """
    columns = min(columns, len(clouds))
    rows = math.ceil(len(clouds) / columns)
    figure = Figure(figsize=(2.2 * columns, 2.4 * rows), dpi=100, layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).flat
    for axes, (title, points) in zip(panels, clouds.items(), strict=False):
        for cloud, colour in zip(points, (BLUE, ORANGE), strict=False):
            axes.scatter(*cloud.T, s=4, color=colour, linewidths=0)
        axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], aspect="equal")
        axes.set_title(title, fontsize=9)
    for axes in panels:  # those that are left over
        axes.axis("off")
    return figure


def _checked(images: np.ndarray) -> np.ndarray:
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] not in (1, 3) or len(images) == 0:
        raise DataError(
            f"Images have shape {images.shape}; wanted (number, height, width, 1 or 3) with at "
            f"least one image. A single image goes in as image[None]."
        )
    check_range(images)
    return images


def _show(axes, tiles: np.ndarray) -> None:
    axes.imshow(tiles, cmap="gray", vmin=0, vmax=255, interpolation="nearest")


def _plot_losses(axes, curves, guides) -> None:
    _plot(axes, curves, {"discriminator": "discriminator_loss", "generator": "generator_loss"})
    if guides:
        for value, colour in zip(guides, (BLUE, ORANGE), strict=True):
            axes.axhline(value, color=colour, linestyle=":", linewidth=1)
            axes.annotate(
                f"{value / LOG_2:.0f} log 2".replace("1 ", ""),
                (1, value),
                xycoords=("axes fraction", "data"),
                xytext=(3, -2),
                textcoords="offset points",
                fontsize=7,
                color=colour,
            )
    axes.set_title("loss", fontsize=9)
    axes.legend(fontsize=7, loc="upper right")


def _plot_accuracies(axes, curves) -> None:
    _plot(axes, curves, {"on real images": "real_accuracy", "on fakes": "fake_accuracy"})
    axes.axhline(0.5, color=GREY, linestyle=":", linewidth=1)
    axes.set_ylim(-0.02, 1.02)
    axes.set_title("discriminator is right", fontsize=9)
    axes.legend(fontsize=7, loc="lower right")


def _plot(axes, curves, names) -> None:
    count = len(next(iter(curves.values())))
    x = curves.get("epoch", range(1, count + 1))
    for (label, name), colour in zip(names.items(), (BLUE, ORANGE), strict=False):
        marker = "o" if count == 1 else ""
        axes.plot(x, curves[name], color=colour, label=label, linewidth=1.2, marker=marker)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.25)
