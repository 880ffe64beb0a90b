"""The front door of style transfer: from files or arrays to a picture that knows its origin."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from scipy import ndimage

from fashionlab.data import load_image
from fashionlab.data.images import LUMA
from fashionlab.data.textiles import KINDS, Textile, draw_textile
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.figures import Figure
from fashionlab.style import provenance
from fashionlab.style.adain import adain
from fashionlab.style.colour import keep_colours
from fashionlab.style.gatys import neural_style
from fashionlab.style.inputs import as_list, checked_image, checked_mask

# Each with the networks that it uses, all of them shipped.
METHODS = {"adain": ("fashion_features", "adain_decoder"), "gatys": ("fashion_features",)}
COLOURS = ("style", "content")
SIZES = (32, 2048)
DRAWN = 1024  # pixels: the largest that a textile is drawn
REPEAT = 1 / 3  # of the picture: on a garment, prints look right, and are small enough for "gatys"

TOLERANCE = 0.05  # of the distance from black to white: as near as that is ground
UNEVEN = 0.2  # a ground whose shades lie farther apart than that is not plain
ROUNDS = 10  # of fitting the ground
TOUCHING = 0.4  # share of the border that a garment may cover
PIECE = 0.05  # of the largest piece's area: a smaller one is no part of the garment
HOLE = 0.02  # of the garment's area: a smaller hole is a white print, a larger one shows the ground
SOFT = 2.0  # pixels from the garment's edge to where all of a pixel is the garment's

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
        for style, source in zip(self.styles, self.record["styles"], strict=True):
            if "textile" in source:  # cut, not scaled, so that its motifs are as large as they were
                titles.append(f"style: {source['textile'].replace('_', ' ')}")
                pictures.append(style[: len(self.image)])
            else:
                titles.append("style")
                pictures.append(style)
        titles, pictures = [*titles, self.record["method"]], [*pictures, self.image]
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
        method: `"adain"`, which takes less than a second, or `"gatys"`, which looks closer and
            takes a minute.
        mask: What may change. None: all. `"garment"`: one garment on a plain ground, found by
            `garment_mask`. Or a path of an image that is white where the picture may change and
            black where it stays, or an array `(height, width)` in [0, 1]; of any size, but with
            the proportions of the content.
        strength: How much of the style, from 0 to 1. At 0, `"adain"` gives the content as its
            decoder remembers it; for `"gatys"` it is a weight, and even at 0 the mean colour is
            the style's.
        size: Pixels of the longer side, from 32 to 2048; every image is scaled down to it and
            keeps its proportions. A smaller image stays as it is.
        style_scale: How large the motifs of a style are: 1 is a style as large as the picture, 0.5
            one of half that size. None: 1 for images, and for the names of textiles a third, so
            that they repeat three times across the picture. What `draw_textile` returns keeps its
            pixels.
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


def garment_mask(image: np.ndarray) -> np.ndarray:
    """Find one garment, or a pair of shoes, on a plain ground.

    What differs from the ground, whose colour is known along the border, is the garment, with the
    small holes in it. Pale cloth on a white ground, and shadows, can deceive it: look at the mask,
    or draw one.

    Args:
        image: float32 `(height, width, 3)` in [-1, 1], 32 pixels or more each way.

    Returns:
        float32 `(height, width)` in [0, 1], exactly 0 outside the garment and soft at its edge.

    Raises:
        DataError: The ground is not plain, no garment stands out from it, or it is no image.

    Example:
        >>> photo = np.ones((40, 40, 3), np.float32)
        >>> photo[10:30, 15:25] = (0.2, -0.5, -0.5)
        >>> int((garment_mask(photo) > 0).sum())
        200
    """
    image = checked_image(image, "image", SIZES[0])
    distances = _distance(image, _ground(image))
    border = _border(distances)
    tolerance = max(TOLERANCE, 3 * np.median(border))
    covered = np.mean(border > tolerance)
    if tolerance > UNEVEN or covered > TOUCHING:
        raise DataError(
            f"The ground is not plain: {covered:.0%} of the picture's border differs from the rest "
            f"of it ({TOUCHING:.0%} at most can be the garment), whose own shades lie "
            f"{tolerance:.2f} apart ({UNEVEN} at most is plain). Photograph the garment on a plain "
            f"wall or sheet, or give a mask of your own."
        )
    garment = _without_specks(distances > tolerance)
    share = garment.mean()
    if not 0.01 <= share <= 0.95:
        raise DataError(
            f"No garment stands out from the ground: {share:.1%} of the picture differs from its "
            f"border. Photograph it on a clearly lighter or darker ground, or give a mask."
        )
    return np.clip(ndimage.distance_transform_edt(garment) / SOFT, 0, 1).astype(np.float32)


def _border(image):
    """The outermost pixels, `(number, ...)`."""
    return np.concatenate([image[0], image[-1], image[1:-1, 0], image[1:-1, -1]])


def _ground(image):
    """The colour that the ground has, or would have, at each pixel: light may fall off across it.

    A plane through the half of the border that fits it best, so that the garment may touch the
    border: Rousseeuw & Van Driessen, "Computing LTS Regression for Large Data Sets", 2006.
    """
    height, width = image.shape[:2]
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    places = np.stack([np.ones_like(down), down, across], axis=2)
    border, where = _border(image), _border(places)
    misfit = _distance(border, np.median(border, axis=0))
    for _ in range(ROUNDS):
        best = np.argsort(misfit, kind="stable")[: len(border) // 2]
        plane, *_ = np.linalg.lstsq(where[best], border[best], rcond=None)
        misfit = _distance(border, where @ plane)
    return places @ plane


def _distance(colours, ground):
    """Distance in RGB, where black and white are 1 apart."""
    return np.linalg.norm(colours - ground, axis=-1) / np.linalg.norm([2, 2, 2])


def _without_specks(garment):
    """The large pieces, with their small holes filled."""
    pieces, areas = _pieces(garment)
    garment = garment & (areas >= PIECE * areas.max())[pieces]
    holes, areas = _pieces(ndimage.binary_fill_holes(garment) & ~garment)
    return garment | (holes > 0) & (areas < HOLE * garment.sum())[holes]


def _pieces(region):
    """Number of the piece that each pixel lies in, 0 for none, and the area of each piece."""
    pieces, _ = ndimage.label(region)
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    return pieces, areas


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
            f"The {name} is {image.shape[1]} x {image.shape[0]} pixels when it is no longer than "
            f"{size}; wanted {SIZES[0]} or more each way. Take a larger image, size or "
            f"style_scale, or crop a long one."
        )
    if isinstance(source, str | os.PathLike):
        return image, provenance.file_source(source)
    return image, provenance.array_source(image)


def load_style(source, size, scale, seed):
    """A style from a file, an array or the name of a textile, and what to note of it."""
    if isinstance(source, str) and source in KINDS:
        wanted = round(size * (REPEAT if scale is None else scale))
        textile = draw_textile(source, min(max(wanted, SIZES[0]), DRAWN), seed)
        repeats = -(-size // len(textile.pixels))
        tiled = np.tile(textile.pixels, (repeats, repeats, 1))[:size, :size]
        return tiled, provenance.textile_source(textile)
    if isinstance(source, Textile):
        return source.pixels, provenance.textile_source(source)
    if isinstance(source, str) and not Path(source).suffix and not Path(source).exists():
        raise ConfigurationError(
            f"{source!r} is neither an image file nor a drawn textile. Textiles are "
            f"{', '.join(KINDS)}."
        )
    return load_source(source, size if scale is None else max(round(size * scale), 1), "style")


def load_mask(mask, image, size):
    """Where the image may change, or None for everywhere, and what to note of that."""
    if mask is None:
        return None, None
    if isinstance(mask, str) and mask == "garment":
        return garment_mask(image), "garment"
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
