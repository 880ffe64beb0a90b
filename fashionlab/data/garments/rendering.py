"""Layers of cloth seen as a picture: coverage, shading, and how folds shift what is printed."""

import math
from dataclasses import dataclass

import numpy as np

from fashionlab.data.garments.layers import Fold, Layer
from fashionlab.data.garments.outlines import coverage

FILL = 0.88  # of the picture, the longer side of a garment
FINEST, COARSEST = 128, 256  # pixels along a side of the grid for all that is smooth
LIGHT = (0.26, 0.40)  # how much brighter a slope is that faces the left, or the top
HOLLOW = 9.0  # how much brighter a ridge is, for each width of the picture of its height
SHIFT = 0.009  # widths of the picture that a slope of 1 shifts the cloth
SAG = 1.3  # how far down a ridge carries the cloth, for each width of the picture of its height
ROUND, TURN = 0.03, 0.3  # how near to the outline it gets darker, in widths, and how much
BRIGHTNESS = (0.4, 1.15)


@dataclass(frozen=True)
class View:
    """Where the metres of a garment lie in the picture."""

    zoom: float  # widths of the picture for a metre
    centre: tuple[float, float]
    size: int

    def place(self, contours) -> list[np.ndarray]:
        return [(contour - self.centre) * self.zoom + 0.5 for contour in contours]

    def metres(self, pixels: int):
        """The x of each column and the y of each row of a grid over the picture."""
        steps = (((np.arange(pixels) + 0.5) / pixels - 0.5) / self.zoom).astype(np.float32)
        x, y = (steps + np.float32(c) for c in self.centre)
        return x[None, :], y[:, None]

    @property
    def grid(self) -> int:
        """Pixels along a side of the grid for all that is smooth."""
        if self.size > COARSEST:
            return COARSEST
        return self.size * math.ceil(FINEST / self.size)

    def fit(self, values) -> np.ndarray:
        """A smooth grid brought to the size of the picture."""
        if self.grid == self.size:
            return values
        if self.grid > self.size:
            k = self.grid // self.size
            return values.reshape(self.size, k, self.size, k).mean(axis=(1, 3))
        from scipy import ndimage

        zoom = self.size / self.grid
        return ndimage.zoom(values, zoom, order=1, mode="nearest", grid_mode=True)

    def window(self, layer: Layer, pixels: int, margin: float):
        """Rows and columns of a grid that hold the layer with a margin in metres."""
        points = np.concatenate(self.place(layer.contours)) * pixels
        reach = margin * self.zoom * pixels + 1
        low = np.maximum(points.min(axis=0) - reach, 0).astype(int)
        high = np.minimum(points.max(axis=0) + reach + 1, pixels).astype(int)
        return slice(low[1], high[1]), slice(low[0], high[0])


def view_of(layers, size: int) -> View:
    """The view that shows all parts, in the middle and as large as fits."""
    parts = [layer for layer in layers if layer.part and not layer.within]
    points = np.concatenate([contour for layer in parts for contour in layer.contours])
    low, high = points.min(axis=0), points.max(axis=0)
    return View(FILL / (high - low).max(), tuple((low + high) / 2), size)


def render(layers: list[Layer], size: int, rng) -> dict:
    """The fields of a `Garment`, by name, of layers from the lowest to the topmost."""
    view = view_of(layers, size)
    covers = _covers(layers, view, size)
    smooth_covers = covers if view.grid == size else _covers(layers, view, view.grid)
    shading = np.ones((size, size), np.float32)
    seams = np.zeros((size, size), np.float32)
    fixed = np.zeros((size, size, 4), np.float32)
    shifts = []
    for layer, cover, smooth_cover in zip(layers, covers, smooth_covers, strict=True):
        if layer.shadow:
            shading *= 1 - layer.shadow * view.fit(_shade(layer, smooth_cover, view)) * (1 - cover)
        light, shift = _relief(layer, view, smooth_cover, rng)
        shifts.append(shift)
        here = view.window(layer, size, 0)
        share, light = cover[here], light[here]
        if layer.part or layer.colour:
            shading[here] += share * (light - shading[here])
        else:
            shading[here] *= 1 + share * (light - 1)
        seams[here] *= 1 - share
        for line in layer.lines:
            drawn = coverage(view.place(line.contours), size)[here] * share * line.darkness
            seams[here] += drawn * (1 - seams[here])
        own = np.array([*layer.colour, 1] if layer.colour else [0, 0, 0, 0], np.float32)
        # Colours weighted by opacity, until the end.
        fixed[here] += share[..., None] * (own - fixed[here])
    fixed[..., :3] /= np.maximum(fixed[..., 3:], 1e-6)
    mask, top = _visible(layers, covers)
    shading *= view.fit(_volume(smooth_covers))
    part_names = ("ground", *dict.fromkeys(layer.part for layer in layers if layer.part))
    numbers = [part_names.index(layer.part or "ground") for layer in layers]
    cloth, folds = _printed(layers, view, top, mask, shifts)
    return {
        "mask": mask,
        "parts": np.where(mask > 0.5, np.array(numbers, np.uint8)[top], 0).astype(np.uint8),
        "part_names": part_names,
        "shading": np.where(mask > 0, np.clip(shading, *BRIGHTNESS), 1),
        "seams": seams,
        "cloth": cloth,
        "folds": folds,
        "fixed": fixed,
    }


def _covers(layers, view, pixels):
    """What each layer covers, `(pixels, pixels)` each."""
    whole, parts, covers = np.zeros((pixels, pixels), np.float32), {}, []
    for layer in layers:
        cover = coverage(view.place(layer.contours), pixels)
        if layer.within:
            cover *= parts[layer.within]
        elif not layer.part:
            cover *= whole
        if layer.part:
            whole = np.maximum(whole, cover)
            parts[layer.part] = np.maximum(parts.get(layer.part, cover), cover)
        covers.append(cover)
    return covers


def _visible(layers, covers):
    """How much of each pixel the parts cover, and the number of the layer most seen there."""
    rest = np.ones_like(covers[0])
    most, top = np.zeros_like(rest), np.zeros(rest.shape, np.intp)
    for number in reversed(range(len(layers))):
        if layers[number].part:
            seen = rest * covers[number]
            top[seen > most] = number
            most = np.maximum(most, seen)
            rest -= seen
    return 1 - rest, top


def _shade(layer, cover, view):
    """The soft shadow around and a little below a layer, on the smooth grid."""
    from scipy import ndimage

    shade, here = np.zeros_like(cover), view.window(layer, view.grid, 3 * layer.reach)
    sigma = layer.reach * view.zoom * view.grid
    shade[here] = ndimage.shift(_blurred(cover[here], sigma), (0.5 * sigma, 0.25 * sigma), order=1)
    return shade


def _volume(covers):
    """The darkness towards the outline of what is round as a whole, on the smooth grid."""
    whole = np.maximum.reduce(covers)
    return 1 - TURN * (1 - _blurred(whole, ROUND * len(whole)))


def _blurred(values, sigma):
    from scipy import ndimage

    return ndimage.gaussian_filter(values, sigma, truncate=2.5, mode="constant")


def _relief(layer, view, cover, rng):
    """Brightness of a layer by its slopes, and the shift of its cloth, if it has any slopes."""
    if not (layer.puff or layer.folds or layer.rumple):
        return np.full((view.size, view.size), layer.tone, np.float32), None
    here = view.window(layer, view.grid, layer.round)
    x, y = view.metres(view.grid)
    x, y = x[:, here[1]], y[here[0]]
    folds = np.zeros((y.size, x.size), np.float32)
    for fold in layer.folds:
        _raise(folds, fold, x[0], y[:, 0], view)
    if layer.rumple:
        folds += _rumple(x * view.zoom, y * view.zoom, layer.rumple * view.zoom, rng)
    height = folds
    if layer.puff:
        sigma = layer.round * view.zoom * view.grid / 2
        height = folds + 2 * layer.puff * view.zoom * _blurred(cover[here], sigma)
    down, right = np.gradient(height, 1 / view.grid)
    bright = (1 + LIGHT[0] * right + LIGHT[1] * down) / np.sqrt(1 + right**2 + down**2)
    fields = np.zeros((3, view.grid, view.grid), np.float32)
    fields[0] = layer.tone
    fields[0, *here] *= (1 + HOLLOW * folds) * bright
    fields[1, *here] = -SHIFT * right
    fields[2, *here] = SAG * folds - SHIFT * down
    light, *shift = (view.fit(field) for field in fields)
    return light, shift


def _raise(heights, fold: Fold, x, y, view) -> None:
    """Add a fold to the heights, where it is not negligible."""
    (x0, y0), (x1, y1) = fold.start, fold.end
    length = math.hypot(x1 - x0, y1 - y0)
    margin = 2.2 * fold.width + abs(fold.bend) * length
    columns = slice(*np.searchsorted(x, (min(x0, x1) - margin, max(x0, x1) + margin)))
    rows = slice(*np.searchsorted(y, (min(y0, y1) - margin, max(y0, y1) + margin)))
    dx, dy = x[None, columns] - x0, y[rows, None] - y0
    cos, sin = (x1 - x0) / length, (y1 - y0) / length
    s = np.clip((cos * dx + sin * dy) / length, 0, 1)
    n = cos * dy - sin * dx - fold.bend * length * 4 * s * (1 - s)
    if fold.flowing:
        width, rise = fold.width * (0.3 + 0.7 * s), s * (2 - s)
    else:
        width, rise = fold.width, (4 * s * (1 - s)) ** 1.5
    n = n / width
    n = n / (1 + fold.skew * n / np.sqrt(1 + n * n))
    heights[rows, columns] += fold.height * view.zoom * rise * np.exp(-n * n)


def _rumple(x, y, height, rng):
    """Slight unevenness: slow waves in all directions."""
    waves = 7
    angles, phases = rng.uniform(0, 2 * math.pi, (2, waves, 1))
    numbers = rng.uniform(8, 34, (waves, 1))
    across = (numbers * np.cos(angles)) * x + phases
    down = (numbers * np.sin(angles)) * y.T
    # sin(a + b) of each wave, summed: two products of matrices instead of a grid for each wave.
    weight = height * 8 / numbers
    total = (weight * np.cos(down)).T @ np.sin(across) + (weight * np.sin(down)).T @ np.cos(across)
    return total.astype(np.float32)


def _printed(layers, view, top, mask, shifts):
    """Where each pixel lies on the cloth, and how far the folds shift that."""
    x, y = view.metres(view.size)
    cloth = np.zeros((*top.shape, 2), np.float32)
    folds = np.zeros_like(cloth)
    for number, (layer, shift) in enumerate(zip(layers, shifts, strict=True)):
        rows, columns = np.nonzero((top == number) & (mask > 0))
        if layer.part and len(rows):
            place = np.stack(layer.cloth(x[0, columns], y[rows, 0]), axis=-1)
            cloth[rows, columns] = place * view.zoom + 0.5
            if shift is not None:
                folds[rows, columns] = np.stack([axis[rows, columns] for axis in shift], axis=-1)
    return cloth, folds
