"""What is in the style studio: a content, swatches, four of them mixed, and the picture."""

import itertools
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from fashionlab import plots
from fashionlab.data import garments, load_image
from fashionlab.errors import ConfigurationError, DataError
from fashionlab.style import Stylized, garment_mask, provenance, stylize
from fashionlab.style.stylize import SIZES, load_mask, load_source, load_style

SWATCHES = (
    *("impasto", "tartan", "batik", "woodcut"),  # they begin in the corners
    *("palette_knife", "pointillism", "watercolour", "ikat"),
    *("floral", "seigaiha", "leopard", "silk"),
)
DRESS, COLOUR = 4, "steelblue"  # seed and colour of the content that is there at first
KEPT = 24  # swatches, those that were uploaded among them
CORNERS = ("top left", "top right", "bottom left", "bottom right")
PLACES = ((-1.0, 1.0), (1.0, 1.0), (-1.0, -1.0), (1.0, -1.0))  # x to the right, y upwards
THUMBNAIL, MAP = 56, 240  # pixels a side
FOLDER = Path("runs")


@dataclass(frozen=True, eq=False)
class Source:
    """An image that takes part.

    Attributes:
        name: What to call it.
        image: float32 `(height, width, 3)` in [-1, 1].
        record: Where it comes from, as a saved picture tells it.
    """

    name: str
    image: np.ndarray = field(repr=False)
    record: dict = field(repr=False)

    def square(self, size: int = THUMBNAIL) -> np.ndarray:
        """The middle of it, `(size, size, 3)`."""
        return load_image(self.image, size=size, fit="cover")


@dataclass(frozen=True, eq=False)
class Scene:
    """All that decides what the picture is.

    Attributes:
        content: What is restyled.
        mask: `(height, width)` in [0, 1], 1 where it may change; None where that is not known.
        mask_record: Where the mask comes from.
        corners: The four styles, in the order of `CORNERS`.
        x: Where the knob is between left and right, from -1 to 1.
        y: The same between below and above.
        alpha: How much of the style, from 0 to 1.
        keep_colours: Whether the content keeps its colours.
        masked: Whether only what the mask shows may change.
    """

    content: Source
    mask: np.ndarray | None
    mask_record: dict | str | None
    corners: tuple[Source, Source, Source, Source]
    x: float = PLACES[0][0]
    y: float = PLACES[0][1]
    alpha: float = 1.0
    keep_colours: bool = False
    masked: bool = True


def shares(x, y) -> np.ndarray:
    """How much each corner counts at a place: bilinear, so that in a corner it is alone.

    Args:
        x: From -1, left, to 1, right; a number or an array.
        y: From -1, below, to 1, above; the same.

    Returns:
        `(4, ...)` in the order of `CORNERS`; they add up to 1.

    Example:
        >>> shares(0.5, 1.0)
        array([0.25, 0.75, 0.  , 0.  ])
    """
    right, up = (1 + np.asarray(x)) / 2, (1 + np.asarray(y)) / 2
    left, down = 1 - right, 1 - up
    return np.stack([left * up, right * up, left * down, right * down])


def paint(scene: Scene, size: int) -> Stylized:
    """The picture of a scene, with where it comes from.

    Args:
        scene: What to paint.
        size: Pixels of the longer side, as in `style.stylize`.
    """
    # A style that does not count is no source of the picture.
    pairs = zip(scene.corners, shares(scene.x, scene.y).tolist(), strict=True)
    styles, weights = zip(*[(style, share) for style, share in pairs if share > 0], strict=True)
    masked = scene.masked and scene.mask is not None
    made = stylize(
        scene.content.image,
        [style.image for style in styles],
        mask=scene.mask if masked else None,
        strength=scene.alpha,
        size=size,
        colour="content" if scene.keep_colours else "style",
        weights=weights,
    )
    known = {
        "content": scene.content.record,
        "styles": [style.record for style in styles],
        "mask": scene.mask_record if masked else None,
    }
    return replace(made, record=made.record | known)


class StudioState:
    """What there is to see in the style studio, and what can be done there.

    Whatever is done either succeeds, picture included, or leaves everything as it was.

    Args:
        content: As in `style_studio`.
        styles: The same.
        mask: The same.
        size: The same.

    Attributes:
        swatches: The styles to choose from.
        scene: What the picture is of, a `Scene`.
        made: The picture, a `style.Stylized`.

    Raises:
        ConfigurationError: There are no styles or too many, one is unknown, or the size is out of
            range.
        DataError: An image cannot be read, or the mask does not fit.
    """

    def __init__(self, content=None, styles=None, mask=None, size: int = 192):
        self.size = size
        if content is None:
            content, own_mask = _dress(size)
            mask = own_mask if mask is None else mask
        else:
            content = _source("content", *load_source(content, size, "content"))
        mask, mask_record = load_mask(mask, content.image, size)
        self.swatches = [
            # A size beyond the largest is refused when the picture is painted, below.
            _source(f"style {number}", *load_style(one, min(size, SIZES[1]), None, 0))
            for number, one in enumerate(_listed(styles), 1)
        ]
        corners = tuple(itertools.islice(itertools.cycle(self.swatches), len(CORNERS)))
        self._show(Scene(content, mask, mask_record, corners, masked=mask is not None))

    # What is to be seen

    @property
    def target(self) -> int:
        """The corner that counts most: it takes the next swatch, so that one sees it."""
        return int(shares(self.scene.x, self.scene.y).argmax())

    @property
    def chosen(self) -> int:
        """Number of the swatch that is in this corner."""
        return self.swatches.index(self.scene.corners[self.target])

    def png(self) -> bytes:
        """The picture as the content of a PNG file."""
        return plots.png(self.made.image[None], zoom=1)

    def map(self) -> bytes:
        """The four styles, one fading into the other, as the content of a PNG file."""
        across = np.linspace(-1, 1, MAP)
        weights = shares(*np.meshgrid(across, across[::-1]))
        images = [corner.square(MAP) for corner in self.scene.corners]
        mixed = sum(
            weight[..., None] * image for weight, image in zip(weights, images, strict=True)
        )
        return plots.png(np.clip(mixed, -1, 1)[None], zoom=1)

    def mixture(self) -> str:
        """Which styles count, and how much."""
        scene = self.scene
        pairs = zip(scene.corners, shares(scene.x, scene.y), strict=True)
        return ", ".join(f"{style.name} {share:.0%}" for style, share in pairs if share > 0)

    # What can be done

    def change(self, **changes) -> None:
        """Move the knob or the slider, or tick a box.

        Args:
            changes: New values of `x`, `y`, `alpha`, `keep_colours` or `masked` of the scene.

        Raises:
            ConfigurationError: The slider is out of range.
        """
        self._show(replace(self.scene, **changes))

    def go(self, corner: int) -> None:
        """Move the knob into a corner."""
        self.change(**dict(zip("xy", PLACES[corner], strict=True)))

    def take(self, number: int) -> None:
        """Put a swatch into the corner that counts most."""
        self._take(self.swatches[number])

    def add_style(self, source, name: str = "upload") -> str:
        """Add a swatch, and put it into the corner that counts most.

        Args:
            source: Whatever `data.load_image` takes.
            name: What to call it.

        Returns:
            What became of it.

        Raises:
            DataError: It cannot be read, or is too small.
            ConfigurationError: There are too many swatches already.
        """
        if len(self.swatches) == KEPT:
            raise ConfigurationError(
                f"{name} was not added: the studio holds {KEPT} swatches. Open a new one with "
                f"those that you want."
            )
        image, record = load_source(source, self.size, "style")
        style = Source(name, image, record | {"upload": name})
        self._take(style)
        self.swatches.append(style)
        return f"{name} is in the {CORNERS[self.target]} corner."

    def set_content(self, source, name: str = "upload") -> str:
        """Restyle another image; only its garment if it has one on a plain ground.

        Args:
            source: Whatever `data.load_image` takes.
            name: What to call it.

        Returns:
            What became of it.

        Raises:
            DataError: It cannot be read, or is too small.
        """
        image, record = load_source(source, self.size, "content")
        content = Source(name, image, record | {"upload": name})
        try:
            mask, mask_record = garment_mask(image), "garment"
            told = f"{name}: its garment was found and is what changes."
        except DataError:
            mask, mask_record = None, None
            told = f"{name}: all of it changes, as no garment on a plain ground was found."
        news = {"content": content, "mask": mask, "mask_record": mask_record}
        self._show(replace(self.scene, **news, masked=mask is not None))
        return told

    def save(self, licence: str = "") -> Path:
        """Save the picture under the next free name.

        Args:
            licence: Under what terms the images may be used.

        Returns:
            The path of the PNG file, which tells where the picture comes from.

        Raises:
            ConfigurationError: The licence is too long.
            StorageError: The file cannot be written.
        """
        licence = licence or "not stated"
        provenance.check_licence(licence)
        names = (FOLDER / f"style-{number}.png" for number in itertools.count(1))
        free = next(file for file in names if not file.exists())
        return replace(self.made, record=self.made.record | {"licence": licence}).save(free)

    def _take(self, style):
        corners = list(self.scene.corners)
        corners[self.target] = style
        self._show(replace(self.scene, corners=tuple(corners)))

    def _show(self, scene):
        self.made = paint(scene, self.size)
        self.scene = scene


def _dress(size):
    """A drawn dress, and its mask."""
    garment = garments.draw_garment("dress", size, DRESS)
    image = garments.plain(garment, COLOUR)
    record = provenance.array_source(image) | {"garment": garment.kind, "seed": DRESS}
    return Source("drawn dress", image, record), garment.mask


def _listed(styles) -> list:
    if styles is None:
        return list(SWATCHES)
    styles = list(styles) if isinstance(styles, list | tuple) else [styles]
    if not 1 <= len(styles) <= len(SWATCHES):
        raise ConfigurationError(
            f"{len(styles)} styles are given; wanted 1 to {len(SWATCHES)}. More can be uploaded."
        )
    return styles


def _source(name, image, record):
    """A `Source` that is named after its file or textile, if it is one."""
    name = record.get("textile", record.get("file", name)).replace("_", " ")
    return Source(name, image, record)
