"""A garment in one colour, or in a textile: what a perfect transfer of the textile would give."""

import numpy as np

from fashionlab.data.garments.drawing import Garment
from fashionlab.errors import ConfigurationError, DataError

TILE = 0.5  # widths of the picture that a tile spans at scale 1
DARKEST = 0.75  # share of the light that a seam of darkness 1 takes
SCALES, DRAPES = (0.05, 20.0), (0.0, 2.0)
KEPT = 0.6  # levels of averaging that are left out, as a whole one blurs what can still be seen
TORN = 4.0  # cloth that seems stretched by more than this is the edge between two parts


def plain(garment: Garment, colour) -> np.ndarray:
    """The garment in one colour, on white.

    Args:
        garment: From `draw_garment`.
        colour: `(red, green, blue)` in [0, 1], or the name of a Matplotlib colour.

    Returns:
        float32 `(size, size, 3)` in [-1, 1], exactly 1 outside the garment.

    Raises:
        ConfigurationError: The colour is none.

    Example:
        >>> from fashionlab.data.garments import draw_garment
        >>> plain(draw_garment("hat", size=32), "teal").shape
        (32, 32, 3)
    """
    from matplotlib.colors import to_rgb

    _check_garment(garment)
    try:
        rgb = to_rgb(colour if isinstance(colour, str) else tuple(colour))
    except (ValueError, TypeError) as error:
        raise ConfigurationError(
            f"colour={colour!r} is none. Use (red, green, blue) in [0, 1], or a name that "
            f"Matplotlib knows, such as 'teal' or '#4477aa'."
        ) from error
    return _finished(garment, np.array(rgb, np.float32))


def dress(garment: Garment, textile, scale: float = 1.0, drape: float = 1.0) -> np.ndarray:
    """The garment made of a textile, on white: the truth for a transfer.

    The textile is repeated like tiles and looked up at `cloth + drape * folds`. It is lit by the
    garment's shading and crossed by its seams; what is `fixed` keeps its own colour. Where the
    textile is too fine for the pixels, it is averaged, so that no moiré appears.

    Args:
        garment: From `draw_garment`.
        textile: A `textiles.Textile`, or `(height, width, 3)` in [-1, 1]; its pixels are square.
        scale: Size of a tile, from 0.05 to 20. At 1, its width is half the picture's.
        drape: How much the textile follows the folds, from 0 to 2: at 0 it looks as if it were
            printed flat, 1 is true.

    Returns:
        float32 `(size, size, 3)` in [-1, 1], exactly 1 outside the garment.

    Raises:
        DataError: The textile has another shape or range.
        ConfigurationError: Scale or drape is out of range.

    Example:
        >>> import numpy as np
        >>> from fashionlab.data.garments import draw_garment
        >>> stripes = np.tile(np.float32([-1, 1])[:, None, None], (4, 8, 3))
        >>> dress(draw_garment("dress", size=32), stripes).shape
        (32, 32, 3)
    """
    _check_garment(garment)
    textile = _checked(textile)
    for name, value, (low, high) in (("scale", scale, SCALES), ("drape", drape, DRAPES)):
        if not low <= value <= high:
            raise ConfigurationError(f"{name}={value}: use a number from {low:g} to {high:g}.")
    size, span = len(garment.mask), scale * TILE
    levels = [_shrunk((textile + 1) / 2, span * size)]
    levels += [_shrunk(levels[0], span * size / 2), _shrunk(levels[0], span * size / 4)]
    places = (garment.cloth + np.float32(drape) * garment.folds) / np.float32(span)
    inside = garment.mask > 0
    cloth = np.ones((size, size, 3), np.float32)
    cloth[inside] = _looked_up(levels, places[inside], _level(places * span * size)[inside])
    return _finished(garment, cloth)


def _check_garment(garment) -> None:
    if not isinstance(garment, Garment):
        raise ConfigurationError(
            f"The garment is of type {type(garment).__name__}; wanted one from draw_garment."
        )


def _checked(textile):
    textile = np.asarray(getattr(textile, "pixels", textile))
    if textile.ndim != 3 or textile.shape[2] != 3 or not textile.size:
        raise DataError(f"The textile has shape {textile.shape}; wanted (height, width, 3).")
    if textile.dtype.kind != "f" or not -1 <= textile.min() <= textile.max() <= 1:
        raise DataError(
            f"The textile holds {textile.dtype} from {textile.min()} to {textile.max()}; wanted "
            f"floats from -1 to 1. For values of 0 to 255 that is textile / 127.5 - 1."
        )
    return textile.astype(np.float32)


def _finished(garment, cloth):
    """Cloth of these colours in [0, 1], lit and laid on white."""
    opacity = garment.fixed[..., 3:]
    lit = cloth + opacity * (garment.fixed[..., :3] - cloth)
    lit = lit * (garment.shading * (1 - DARKEST * garment.seams))[..., None]
    mask = garment.mask[..., None]
    return np.clip(2 * (mask * lit + (1 - mask)) - 1, -1, 1)


def _shrunk(tile, width):
    """The tile, averaged by area to this many pixels if it is wider."""
    share = width / tile.shape[1]
    for axis in (0, 1):
        wanted = max(round(share * tile.shape[axis]), 1)
        if wanted < tile.shape[axis]:
            tile = np.moveaxis(_averaged(np.moveaxis(tile, axis, 0), wanted), 0, axis)
    return tile


def _averaged(rows, wanted):
    """So many averages over equally long stretches of the rows."""
    summed = np.concatenate([np.zeros_like(rows[:1]), np.cumsum(rows, axis=0, dtype=float)])
    ends = np.linspace(0, len(rows), wanted + 1)
    low = np.minimum(ends.astype(int), len(rows) - 1)
    share = (ends - low)[:, None, None]
    at_ends = (1 - share) * summed[low] + share * summed[low + 1]
    return (np.diff(at_ends, axis=0) * (wanted / len(rows))).astype(np.float32)


def _level(places):
    """How often the tile must be halved where each pixel takes in several of the tile's."""
    stretch = np.ones(places.shape[:2], np.float32)
    for axis in (0, 1):
        step = np.abs(np.gradient(places, axis=axis)).max(axis=-1)
        stretch = np.maximum(stretch, np.where(step > TORN, 1, step))
    return np.maximum(np.log2(stretch) - KEPT, 0)


def _looked_up(levels, places, level):
    """Colours between two of the levels, `(pixels, 3)`."""
    colours = _bilinear(levels[0], places)
    for number, tile in enumerate(levels[1:], 1):
        some = level > number - 1
        if some.any():
            share = np.minimum(level[some] - (number - 1), 1)[:, None]
            colours[some] += share * (_bilinear(tile, places[some]) - colours[some])
    return colours


def _bilinear(tile, places):
    """Colours of the endlessly repeated tile; a place of (1, 1) is one width right and down."""
    height, width = tile.shape[:2]
    column, row = (places * width - 0.5).T
    left, top = np.floor(column), np.floor(row)
    across, down = (column - left)[:, None], (row - top)[:, None]
    columns = [(left.astype(int) + step) % width for step in (0, 1)]
    lines = [(top.astype(int) + step) % height * width for step in (0, 1)]
    flat = tile.reshape(-1, 3)
    upper, lower = (
        flat[line + columns[0]] * (1 - across) + flat[line + columns[1]] * across for line in lines
    )
    return upper * (1 - down) + lower * down
