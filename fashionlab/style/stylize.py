"""The front door of style transfer: from files or arrays to a picture that knows its origin."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from fashionlab.data import load_image
from fashionlab.data.images import LUMA
from fashionlab.data.textiles import KINDS, Textile, draw_textile
from fashionlab.data.textiles.drawing import LARGEST, SMALLEST
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.figures import Figure
from fashionlab.style import provenance
from fashionlab.style.adain import adain
from fashionlab.style.colour import keep_colours
from fashionlab.style.gatys import neural_style
from fashionlab.style.inputs import as_list, checked_mask
from fashionlab.style.masks import garment_mask

# Each with the networks that it uses, all of them shipped.
METHODS = {"adain": ("fashion_features", "adain_decoder"), "gatys": ("fashion_features",)}
COLOURS = ("style", "content")
SIZES = (32, 2048)
TEXTILE_SCALE = 1 / 4  # prints look right on a garment, and are small enough for "gatys"

HEIGHT = 256  # pixels that a sheet's pictures have at least
HEAD, GAP = 24, 8  # pixels of a sheet above and between its pictures
DPI = 100


@dataclass(frozen=True, eq=False)
class Stylized:
    """A picture in the style of others, with what it was made of. Jupyter shows its sheet.

    Attributes:
        image: float32 `(height, width, 3)` in [-1, 1].
        content: The same shape, what it was made from.
        styles: One image `(height, width, 3)` a style.
        record: Where it comes from, as `read_provenance` gives it back from a saved file.
    """

    image: np.ndarray = field(repr=False)
    content: np.ndarray = field(repr=False)
    styles: tuple[np.ndarray, ...] = field(repr=False)
    record: dict

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Save the picture, with its record inside the file.

        Args:
            path: Ending in .png, .jpg or .jpeg. Folders are made if need be.
            overwrite: Whether to replace a file that is there already.

        Returns:
            The path.

        Raises:
            ConfigurationError: The name ends otherwise.
            StorageError: There is a file already, or it cannot be written.
        """
        pixels = np.round((self.image + 1) * 127.5).astype(np.uint8)
        record = {"picture": "result", **self.record}
        return provenance.save_picture(path, pixels, record, overwrite=overwrite)

    def save_sheet(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Save content, styles and result side by side, as `save` does it."""
        canvas = FigureCanvasAgg(self.sheet())
        canvas.draw()
        pixels = np.array(canvas.buffer_rgba())[..., :3]
        record = {"picture": "sheet", **self.record}
        return provenance.save_picture(path, pixels, record, overwrite=overwrite)

    def sheet(self) -> Figure:
        """Content, styles and result side by side, equally high."""
        titles, pictures = ["content"], [self.content]
        finer = self.record["parameters"]["style_scale"] is not None
        for style, source in zip(self.styles, self.record["styles"], strict=True):
            textile = source.get("textile")
            titles.append(f"style: {textile.replace('_', ' ')}" if textile else "style")
            # A swatch is not scaled again: its motifs are shown as large as the method saw them.
            swatch = textile or finer
            pictures.append(_repeated(style, self.image.shape[:2]) if swatch else style)
        titles.append(self.record["method"])
        pictures.append(self.image)
        height = len(self.image) * max(1, round(HEIGHT / len(self.image)))
        widths = [round(height * image.shape[1] / image.shape[0]) for image in pictures]
        across, down = sum(widths) + GAP * (len(widths) - 1), height + HEAD
        figure = Figure(figsize=(across / DPI, down / DPI), dpi=DPI)
        left = 0
        for title, image, width in zip(titles, pictures, widths, strict=True):
            place = (left / across, 0, width / across, height / down)
            axes = figure.add_axes(place)
            axes.imshow((image + 1) / 2, aspect="auto")
            axes.set_title(title, fontsize=9, pad=4)
            axes.axis("off")
            left += width + GAP
        return figure

    def _repr_png_(self) -> bytes:
        return self.sheet()._repr_png_()


def stylize(
    content,
    style,
    *,
    method: str = "adain",
    mask=None,
    strength: float = 1.0,
    size: int = 256,
    style_scale: float | None = None,
    colour: str = "style",
    weights: Sequence[float] | None = None,
    seed: int = 0,
    licence: str = "not stated",
    steps: int | None = None,
    progress: bool = True,
    on_step: Callable | None = None,
) -> Stylized:
    """Give an image the style of another one, or of several.

    Args:
        content: A path, or anything else that `data.load_image` takes.
        style: The same; or a drawn textile: a name out of `data.textiles.KINDS`, such as
            `"tartan"`, or what `draw_textile` returns; or a list of up to four of these. A file
            that is named like a textile is given as a `Path`.
        method: `"adain"`, which brings colours and texture in less than a second, or `"gatys"`,
            which draws the motif, too, in about a minute at 512 pixels.
        mask: What may change. None: all. `"garment"`: one garment on a plain ground, found by
            `garment_mask`. Or a path of an image that is white where the picture may change and
            black where it stays, or an array `(height, width)` in [0, 1]; of any size, but with
            the proportions of the content.
        strength: How much of the style, from 0 to 1. At 0, `"adain"` gives the content as its
            decoder remembers it; for `"gatys"` it is a weight, and even at 0 the mean colour is
            the style's.
        size: Pixels of the longer side, from 32 to 2048; a larger image is scaled down to it and
            keeps its proportions. A smaller one stays as it is.
        style_scale: The longer side of a style as a share of `size`, above 0 and up to 1. None: 1
            for images, and a quarter for the names of textiles, which are repeated until they fill
            `size`: less makes a motif finer. A smaller image stays as it is, and what
            `draw_textile` returns keeps its pixels.
        colour: `"style"` takes the colours of the style, `"content"` keeps those of the content and
            changes the brightness alone.
        weights: How much each of several styles counts, 0 or more. By default all count alike.
        seed: Seeds what the method draws, and the drawn textiles.
        licence: Under what terms the images may be used, in your words. It goes into the record.
        steps: Of `"gatys"`, as in `neural_style`. None: as many as that takes by itself.
        progress: Whether `"gatys"` shows a bar. An interruption (the stop button, Ctrl+C) ends it
            with the picture so far; the record tells how many steps were taken.
        on_step: Of `"gatys"`, as in `neural_style`.

    Returns:
        The picture, which can be saved with where it comes from.

    Raises:
        ConfigurationError: An argument is unknown or out of range.
        DataError: An image cannot be read or is too small, the mask has other proportions than the
            content, or no garment is found.
    """
    _check(method, strength, size, style_scale, colour, seed)
    provenance.check_licence(licence)
    networks = provenance.networks(*METHODS[method])
    image, content_source = load_source(content, size, "content")
    loaded = [load_style(one, size, style_scale, seed) for one in as_list(style)]
    styles, sources = zip(*loaded, strict=True)
    area, mask_source = load_mask(mask, image, size)
    taken = {}
    if method == "adain":
        made = adain(
            image, list(styles), weights=weights, alpha=strength, mask=area, seed=int(seed)
        )
    else:
        settings = {"weights": weights, "strength": strength, "mask": area, "seed": seed}
        settings |= {"progress": progress, "on_step": _counting(taken, on_step)}
        if steps is not None:
            settings["steps"] = steps
        made = neural_style(image, list(styles), **settings)
    if colour == "content":
        made = keep_colours(made, image)
    if area is not None:
        made = np.where(area[..., None] > 0, made, image)
    record = {
        "content": content_source,
        "styles": list(sources),
        "mask": mask_source,
        "licence": licence,
        "method": method,
        "networks": networks,
        "parameters": {
            "strength": float(strength),
            "size": int(size),
            "style_scale": None if style_scale is None else float(style_scale),
            "colour": colour,
            "weights": None if weights is None else [float(weight) for weight in weights],
            **taken,
        },
        "seed": int(seed),
        **provenance.circumstances(),
    }
    return Stylized(made, image, styles, record)


def _counting(taken, on_step):
    """`on_step`, but that the number of each step is noted, and of how many it is one."""

    def step_taken(step, steps, *seen):
        taken["steps"], taken["steps_taken"] = steps, step
        if on_step is not None:
            on_step(step, steps, *seen)

    return step_taken


def _check(method, strength, size, style_scale, colour, seed):
    if method not in METHODS:
        raise ConfigurationError(f"method={method!r} is unknown. Use {' or '.join(METHODS)}.")
    if colour not in COLOURS:
        raise ConfigurationError(f"colour={colour!r} is unknown. Use {' or '.join(COLOURS)}.")
    if not isinstance(strength, Real) or not 0 <= strength <= 1:
        raise ConfigurationError(f"strength={strength!r}: use a number from 0 to 1.")
    if not isinstance(size, Integral) or not SIZES[0] <= size <= SIZES[1]:
        raise ConfigurationError(
            f"size={size!r}: use a whole number of pixels from {SIZES[0]} to {SIZES[1]}."
        )
    if style_scale is not None and not (isinstance(style_scale, Real) and 0 < style_scale <= 1):
        raise ConfigurationError(f"style_scale={style_scale!r}: use a number above 0, up to 1.")
    if not isinstance(seed, Integral) or not 0 <= seed < 2**32:
        raise ConfigurationError(f"seed={seed!r}: use a whole number from 0 to 2**32 - 1.")


def load_source(source, size, name):
    """An image `(height, width, 3)` in [-1, 1], and what to note of it."""
    image = load_image(source, size=size)
    if min(image.shape[:2]) < SIZES[0]:
        raise DataError(
            f"The {name} is {image.shape[1]} x {image.shape[0]} pixels, its longer side at most "
            f"{size}; wanted {SIZES[0]} or more each way. Have it scaled down less, take a larger "
            f"image, or crop a long one."
        )
    if isinstance(source, str | os.PathLike):
        return image, provenance.file_source(source)
    return image, provenance.array_source(image)


def load_style(source, size, style_scale, seed):
    """A style from a file, an array or the name of a textile, and what to note of it."""
    if isinstance(source, str) and source in KINDS:
        if style_scale is None:
            tile = max(round(size * TEXTILE_SCALE), SMALLEST)
        else:
            tile = min(round(size * style_scale), LARGEST)
        if tile < SMALLEST:
            raise ConfigurationError(
                f"style_scale={style_scale} leaves {tile} pixels of {source} at size={size}; "
                f"wanted {SMALLEST} or more. Take a larger style_scale or size."
            )
        textile = draw_textile(source, tile, seed)
        return _repeated(textile.pixels, (size, size)), provenance.textile_source(textile)
    if isinstance(source, Textile):
        return source.pixels, provenance.textile_source(source)
    if isinstance(source, str) and not Path(source).suffix and not Path(source).exists():
        near = get_close_matches(source, KINDS, n=1)
        guess = f" Did you mean {near[0]}?" if near else ""
        raise ConfigurationError(
            f"{source!r} is neither an image file nor a drawn textile.{guess} Textiles are "
            f"{', '.join(KINDS)}."
        )
    if style_scale is None:
        return load_source(source, size, "style")
    longest = max(round(size * style_scale), 1)
    return load_source(source, longest, f"style at style_scale={style_scale}")


def _repeated(pixels, shape):
    """A seamless swatch, laid side by side until it fills a shape."""
    rows, columns = (-(-wanted // side) for wanted, side in zip(shape, pixels.shape, strict=False))
    return np.tile(pixels, (rows, columns, 1))[: shape[0], : shape[1]]


def load_mask(mask, image, size):
    """Where the image may change, or None for everywhere, and what to note of that."""
    if mask is None:
        return None, None
    if isinstance(mask, str) and mask == "garment":
        return garment_mask(image), "garment"
    if isinstance(mask, str) and not Path(mask).suffix and not Path(mask).exists():
        raise DataError(
            f"mask={mask!r} is no image file. Give one, or the word 'garment' to have it found."
        )
    if isinstance(mask, str | os.PathLike):
        loaded = load_image(mask, size=size)
        area, source = (loaded @ LUMA + 1) / 2, provenance.file_source(mask)
    else:
        area = np.asarray(mask)
        if area.ndim != 2 or area.dtype.kind not in "bfiu":
            raise DataError(
                f"The mask is {area.dtype} of shape {area.shape}; wanted (height, width) in "
                f"[0, 1], a path, or 'garment'."
            )
        area = checked_mask(area, area.shape)
        source = provenance.array_source(area[..., None])
    return checked_mask(_fitted(area, image.shape[:2]), image.shape[:2]), source


def _fitted(area, shape):
    """A mask of the content's proportions, in the content's size."""
    if area.shape == shape:
        return np.clip(area, 0, 1)
    height, width = shape
    # Half a pixel to and fro, which is what rounding to whole pixels costs.
    if abs(area.shape[1] * height - area.shape[0] * width) > (sum(area.shape) + sum(shape)) / 2:
        raise DataError(
            f"The mask is {area.shape[1]} x {area.shape[0]} pixels, the content {width} x "
            f"{height}; wanted the same proportions. Draw the mask over the content itself."
        )
    picture = Image.fromarray(area.astype(np.float32))
    return np.clip(picture.resize((width, height), Image.Resampling.BILINEAR), 0, 1)
