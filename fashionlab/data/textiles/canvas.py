"""The cloth to draw on: a square that goes on at its edges, with smooth edges and noise.

Lengths are shares of the square's side, y points down, and images are float32 `(3, n, n)` in
[0, 1] while they are drawn: like this, a mask multiplies all three colours at once.
"""

from functools import lru_cache

import numpy as np

FINEST = 256  # pixels to draw on at least, so that thin threads do not flicker in small swatches
_SPREAD = 151 / 315  # variance that a cubic B-spline leaves of white noise, in each direction


class Canvas:
    """Coordinates of the pixels of a square, more of them than are wanted in the end.

    Args:
        size: Pixels a side of the swatch that is wanted.
        times: Pixels to draw for each of them along a side, by default 2 and more if it is small.

    Attributes:
        n: Pixels a side to draw on, at least twice as many.
        x: Centres of the columns, float32 `(1, n)` in (0, 1).
        y: Centres of the rows, float32 `(n, 1)`.
    """

    def __init__(self, size: int, times: int | None = None):
        self.times = times or max(2, -(-FINEST // size))
        self.n = size * self.times
        centres = ((np.arange(self.n) + 0.5) / self.n).astype(np.float32)
        self.x, self.y = centres[None, :], centres[:, None]

    def flat(self, colour) -> np.ndarray:
        """An image of one colour."""
        return np.repeat(np.float32(colour), self.n * self.n).reshape(3, self.n, self.n)

    def cell(self, repeats: int) -> "Canvas":
        """A canvas for what comes `repeats` times along each side; `tiled` lays it out."""
        return Canvas(-(-self.n // repeats), times=1)

    def tiled(self, image, repeats: int) -> np.ndarray:
        """An image of a cell, side by side."""
        index = (shares(self.x[0] * np.float32(repeats)) * image.shape[1]).astype(int)
        return image[:, index[:, None], index]

    def shrunk(self, image) -> np.ndarray:
        """The swatch, float32 `(size, size, 3)` in [-1, 1]: each pixel the mean of its area."""
        size, times = self.n // self.times, self.times
        rows = image.reshape(3, size, times, self.n).sum(axis=2)
        total = sum(rows[:, :, column::times] for column in range(times))
        small = np.clip(total * np.float32(2 / times**2) - 1, -1, 1)
        return np.ascontiguousarray(small.transpose(1, 2, 0))

    def inside(self, distance, soft: float = 1.0) -> np.ndarray:
        """1 where a signed distance is below 0, with an edge `soft` pixels wide."""
        return np.clip(0.5 - distance * np.float32(self.n / soft), 0, 1)

    def line(self, distance, width: float) -> np.ndarray:
        """1 within half a width of where a distance is 0; finer lines than a pixel turn pale."""
        shown = max(width, 1 / self.n)
        return self.inside(np.abs(distance) - shown / 2) * np.float32(width / shown)

    def bands(self, place, repeats: int, widths, colours) -> np.ndarray:
        """Bands of colour, one after the other, repeated along a place.

        Args:
            place: 0 to 1 across the square, any shape.
            repeats: How often all bands come.
            widths: Of the bands, in any unit.
            colours: `(bands, 3)`.
        """
        edges = np.cumsum(widths) / np.sum(widths)
        fine = 16 * self.n // repeats
        row = np.searchsorted(edges, (np.arange(fine) + 0.5) / fine)
        row = np.asarray(colours, np.float32)[np.minimum(row, len(edges) - 1)].T
        total = np.cumsum(np.concatenate([row, row[:, :16]], axis=1), axis=1, dtype=float)
        row = ((total[:, 16:] - total[:, :-16]) / 16).astype(np.float32)  # the width of a pixel
        index = (shares(place * np.float32(repeats)) * np.float32(fine)).astype(int)
        return row[:, (index - 8) % fine]

    def cut(self, field, level) -> np.ndarray:
        """1 where a smooth field is above a level, with an edge of about one pixel."""
        return self.inside((level - field) / (length(*self.gradient(field)) + np.float32(1e-3)))

    def gradient(self, field) -> tuple[np.ndarray, np.ndarray]:
        """Changes of a field to the right and downwards, for a step of the square's side."""
        half = np.float32(self.n / 2)
        right, down = (np.roll(field, -1, a) - np.roll(field, 1, a) for a in (1, 0))
        return right * half, down * half

    def light(self, height, relief: float = 1.0) -> np.ndarray:
        """Light from the upper left on a height: below 0 in the shade, above 0 lit, in [-1, 1]."""
        right, down = self.gradient(height)
        slope = np.float32(0.7 * relief) * (right + down)
        return slope / np.sqrt(1 + np.square(slope))

    def noise(self, rng, across: int, down: int | None = None, octaves: int = 1) -> np.ndarray:
        """Smooth noise of mean 0 and standard deviation 1 that goes on at the edges, `(n, n)`.

        With fewer than 3 bumps the deviation is larger, as they wrap around and meet themselves.

        Args:
            rng: A NumPy generator; the numbers drawn do not depend on the canvas.
            across: Bumps along x.
            down: Bumps along y, by default as many.
            octaves: Layers, each twice as fine and half as strong as the one before.
        """
        down = down or across
        total, variance = np.zeros((self.n, self.n), np.float32), 0.0
        for octave in range(octaves):
            cells = down << octave, across << octave
            grid = rng.standard_normal(cells, np.float32) * np.float32(0.5**octave / _SPREAD)
            total += smooth(self.n, cells[0]) @ grid @ smooth(self.n, cells[1]).T
            variance += 0.25**octave
        return total / np.float32(variance**0.5)

    def thread_noise(self, rng, cells: int) -> np.ndarray:
        """The same in one dimension, `(n,)`."""
        return smooth(self.n, cells) @ (rng.standard_normal(cells) / _SPREAD**0.5).astype(
            np.float32
        )


@lru_cache(maxsize=32)
def smooth(n: int, cells: int) -> np.ndarray:
    """What `cells` numbers around a circle weigh in each of `n` pixels, float32 `(n, cells)`.

    They are joined by a cubic B-spline. Where there are more numbers than pixels, each pixel gets
    the mean over its width.
    """
    times = -(-2 * cells // n)
    place = (np.arange(n * times) + 0.5) * (cells / (n * times))
    first = np.floor(place).astype(int)
    t = place - first
    weights = (1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, 3 * (t + t**2 - t**3) + 1, t**3
    matrix = np.zeros((n * times, cells))
    rows = np.arange(n * times)
    for offset, weight in enumerate(weights):
        matrix[rows, (first + offset - 1) % cells] += weight / 6
    return matrix.reshape(n, times, cells).mean(axis=1).astype(np.float32)


def paint(image, colour, mask) -> None:
    """Lay a colour over an image, in place.

    Args:
        image: `(3, ...)`.
        colour: `(3,)`, or an image.
        mask: From 0, nothing, to 1, all of it; of the image's other axes.
    """
    colour = np.asarray(colour, np.float32)
    if colour.ndim == 1:
        colour = colour.reshape(3, *[1] * (image.ndim - 1))
    image += (colour - image) * mask


def shade(image, light) -> None:
    """Make an image lighter where `light` is above 0, darker where it is below, in place."""
    image *= 1 + np.minimum(light, 0)
    image += (1 - image) * np.maximum(light, 0)


def length(right, down) -> np.ndarray:
    """Length of a vector; `np.hypot` guards against overflow and takes six times as long."""
    return np.sqrt(right * right + down * down)


def shares(fraction) -> np.ndarray:
    """The part after the point of numbers from 0 up."""
    return fraction - np.floor(fraction)


def centred(place, repeats) -> np.ndarray:
    """Where in its repeat each place lies: -0.5 to 0.5, 0 in the middle of the repeat."""
    return shares(place * np.float32(repeats)) - np.float32(0.5)
