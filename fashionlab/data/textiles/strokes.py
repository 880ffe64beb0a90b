"""Brush strokes: paths along a flow, laid over each other as a painter would."""

from dataclasses import dataclass

import numpy as np

from fashionlab.data.textiles.canvas import Canvas, length

FIELD = 64  # pixels a side of a flow; strokes are longer than its pixels
STEPS = 10
DENSE = 1.5  # points for each pixel's side: with fewer than 2 ** 0.5, strokes would have holes
BRISTLES = 48
POINTS = 1 << 20  # laid at once, or one stroke's: all those of a large swatch fill the memory


@dataclass(frozen=True)
class Flow:
    """A potential on a small square, and the direction along its level lines."""

    potential: np.ndarray  # (FIELD, FIELD), mean 0, standard deviation 1
    right: np.ndarray
    down: np.ndarray

    def at(self, places, field) -> np.ndarray:
        """The value of one of its fields at places `(..., 2)`."""
        index = (places * FIELD).astype(int) % FIELD
        return field[index[..., 1], index[..., 0]]


def flow(rng, cells: int) -> Flow:
    """Whirls: about `cells` along each side."""
    ground = Canvas(FIELD, times=1)
    potential = ground.noise(rng, cells, octaves=2)
    potential = (potential - potential.mean()) / potential.std()
    right, down = ground.gradient(potential)
    steep = length(right, down) + np.float32(1e-6)
    return Flow(potential, -down / steep, right / steep)


def along(stream: Flow, starts, reach: float) -> np.ndarray:
    """Paths from places along a flow, `(strokes, STEPS + 1, 2)`, each `reach` long."""
    paths = [starts]
    for _ in range(STEPS):
        step = [stream.at(paths[-1] % 1, part) for part in (stream.right, stream.down)]
        paths.append(paths[-1] + np.float32(reach / STEPS) * np.stack(step, axis=-1))
    return np.stack(paths, axis=1)


def straight(starts, angles, reach: float) -> np.ndarray:
    """Straight paths through places, of the same form."""
    step = np.stack([np.cos(angles), np.sin(angles)], axis=-1)[:, None]
    run = np.linspace(-0.5, 0.5, STEPS + 1)[None, :, None]
    return (starts[:, None] + reach * run * step).astype(np.float32)


@dataclass(frozen=True)
class Layer:
    """What lies on top in each pixel after all strokes.

    Attributes:
        stroke: Index of the stroke, -1 where none is.
        run: How far along it, 0 to 1.
        side: How far across, -1 to 1.
        bristle: Which of `BRISTLES` hairs drew it.
    """

    stroke: np.ndarray
    run: np.ndarray
    side: np.ndarray
    bristle: np.ndarray


def lay(
    canvas,
    rng,
    paths,
    width: float,
    ragged: float = 0.15,
    round_: float = 0.0,
    stiff: int = 3,
) -> Layer:
    """Lay strokes of one width, the later over the earlier.

    Args:
        canvas: Where to draw.
        rng: Draws where each hair of the brush begins and leaves off.
        paths: `(strokes, steps, 2)`.
        width: Of the strokes.
        ragged: Share of the length over which the hairs begin and end.
        round_: From 0, square ends, to 1, an ellipse.
        stiff: How many neighbouring hairs move together.
    """
    strokes, n = len(paths), canvas.n
    reach = float(length(*np.diff(paths[0], axis=0).T).sum())
    long, wide = (max(4, int(np.ceil(DENSE * n * extent))) for extent in (reach, width))
    place = np.linspace(0, paths.shape[1] - 1, long, dtype=np.float32)
    before = np.minimum(place.astype(int), paths.shape[1] - 2)
    share = (place - before).astype(np.float32)[None, :, None]
    run = (np.arange(long, dtype=np.float32) + 0.5) / long
    side = ((np.arange(wide, dtype=np.float32) + 0.5) / wide) * 2 - 1
    hair = ((side + 1) / 2 * BRISTLES).astype(int)
    lifts = np.float32(ragged) * (0.5 + 0.2 * hairs(rng, 2 * strokes, stiff))
    lifts = lifts.reshape(2, strokes, BRISTLES)[:, :, hair]
    half = np.float32(width / 2) * side
    top = np.full(n * n, -1, np.int32)
    together = max(1, POINTS // (long * wide))
    for first in range(0, strokes, together):
        some = slice(first, first + together)
        begin, end = paths[some, before], paths[some, before + 1]
        line, step = begin * (1 - share) + end * share, end - begin
        normal = np.stack([-step[..., 1], step[..., 0]], axis=-1)
        normal = normal / (length(step[..., 0], step[..., 1])[..., None] + np.float32(1e-9))
        x, y = (line[..., axis, None] + half * normal[..., axis, None] for axis in (0, 1))
        start, stop = lifts[:, some, None]
        touched = (run[:, None] > start) & (run[:, None] < 1 - stop)
        if round_:
            touched &= (round_ * np.square(2 * run - 1))[:, None] + np.square(side) < 1
        pixel = np.floor(y * n).astype(np.int32) % n * n + np.floor(x * n).astype(np.int32) % n
        point = np.flatnonzero(touched)
        # Of points in one pixel the last one stays.
        top[pixel.ravel()[point]] = first * long * wide + point
    top = top.reshape(n, n)
    stroke, rest = np.divmod(top, long * wide)
    row, column = np.divmod(rest, wide)
    return Layer(np.where(top < 0, -1, stroke), run[row], side[column], hair[column])


def jittered(rng, number: int) -> np.ndarray:
    """About `number` places, one in each cell of a grid, in random order, float32 `(.., 2)`."""
    cells = max(1, round(number**0.5))
    grid = np.indices((cells, cells)).reshape(2, -1).T
    places = (grid + rng.random((cells * cells, 2))) / cells
    return rng.permutation(places).astype(np.float32)


def hairs(rng, strokes: int, stiff: int = 3) -> np.ndarray:
    """How much paint each hair of each stroke leaves, `(strokes, BRISTLES)`: mean 0, deviation 1.

    Smooth over `stiff` hairs.
    """
    paint = rng.standard_normal((strokes, BRISTLES)).astype(np.float32)
    return sum(np.roll(paint, k, axis=1) for k in range(stiff)) / np.float32(stiff**0.5)
