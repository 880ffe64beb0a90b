"""Clouds of good fortune: curls that wind into themselves, over long drawn-out feet."""

import numpy as np

from fashionlab.data.textiles.canvas import centred, length, paint, shade
from fashionlab.data.textiles.palettes import blended

# Curls of a cloud from the back to the front: x, y, radius, and which way they wind. The foot of
# the cloud is at y = 0, y points down.
CURLS = (
    (0.02, -0.40, 0.24, 1),
    (-0.30, -0.26, 0.20, -1),
    (0.33, -0.25, 0.19, 1),
    (-0.54, -0.12, 0.13, -1),
    (0.57, -0.11, 0.12, 1),
    (-0.10, -0.16, 0.17, -1),
    (0.16, -0.14, 0.14, 1),
)
SMALL = ((-0.14, -0.17, 0.16, -1), (0.12, -0.13, 0.13, 1))
# The feet: x from, x to, y and half the thickness.
FEET = ((-0.86, 0.50, 0.0, 0.05), (-0.42, 0.92, 0.09, 0.045), (-0.60, 0.30, 0.175, 0.04))
SMALL_FEET = ((-0.50, 0.26, 0.0, 0.045), (-0.18, 0.50, 0.085, 0.04))


def xiangyun(canvas, rng, colours):
    """Clouds in staggered rows, every other one mirrored, with small ones between."""
    columns = int(rng.integers(1, 3))
    rows = 2 * columns
    ground, line, *_ = colours
    image = canvas.flat(ground)
    diaper = np.abs(centred(canvas.x, 12)) + np.abs(centred(canvas.y, 12)) - 0.5
    paint(image, blended(ground, line, 0.3), canvas.line(diaper / 12, 0.003))
    scale = 0.44 / columns
    curls = np.array(CURLS)
    curls[:, 2] *= rng.uniform(0.88, 1.14, len(curls))
    large = _cloud(canvas.n, scale, curls, FEET, colours)
    small = _cloud(canvas.n, 0.62 * scale, SMALL, SMALL_FEET, colours)
    start = rng.random(2)
    for row in range(rows):
        for column in range(columns):
            x, y = start[0] + (column + 0.5 * (row % 2)) / columns, start[1] + row / rows
            _lay(canvas, image, large, x, y, row % 2)
            _lay(canvas, image, small, x + 0.5 / columns, y + 0.02 / columns, 1 - row % 2)
    shade(image, np.float32(0.012) * canvas.thread_noise(rng, 160)[None, :])
    return image, {"columns": columns, "rows": rows, "clouds": 2 * rows * columns}


def _lay(canvas, image, cloud, x, y, mirrored):
    picture, mask = cloud
    if mirrored:
        picture, mask = picture[:, :, ::-1], mask[:, ::-1]
    height, width = mask.shape
    rows = (round(y * canvas.n) - height // 2 + np.arange(height)) % canvas.n
    columns = (round(x * canvas.n) - width // 2 + np.arange(width)) % canvas.n
    where = (slice(None), rows[:, None], columns)
    part = image[where]
    paint(part, picture, mask)
    image[where] = part


def _cloud(n, scale, curls, feet, colours):
    """A picture of a cloud `(3, height, width)`, and its mask; `scale` is half its width or so."""
    _, line, fill, accent = colours
    unit = scale * n  # pixels
    half_width, half_height = int(1.02 * unit), int(0.62 * unit)
    x = (np.arange(-half_width, half_width + 1, dtype=np.float32) / np.float32(unit))[None, :]
    y = (np.arange(-half_height, half_height + 1, dtype=np.float32) / np.float32(unit))[:, None]
    y = y - np.float32(0.18)
    # Of the outline's colour all over: at its soft edge `_lay` mixes it with the ground, once.
    picture = np.zeros((3, y.size, x.size), np.float32) + np.float32(line)[:, None, None]
    mask = np.zeros(picture.shape[1:], np.float32)

    def inside(distance):
        return np.clip(0.5 - distance * np.float32(unit / 1.5), 0, 1)

    def lay(colour, shape):
        paint(picture, colour, shape)
        np.maximum(mask, shape, out=mask)

    stroke = 0.022
    for start, end, height, thick in feet:
        nearest = np.clip(x, start + thick, end - thick)
        distance = length(x - nearest, y - height)
        lay(line, inside(distance - thick))
        lay(fill, inside(distance - thick + 1.1 * stroke))
        along = np.clip((x - start) / (end - start), 0, 1)
        paint(picture, accent, inside(distance - 0.3 * thick) * (0.25 + 0.5 * along))
    for centre_x, centre_y, radius, way in curls:
        right, down = x - np.float32(centre_x), y - np.float32(centre_y)
        distance = length(right, down)
        lay(line, inside(distance - radius))
        lay(fill, inside(distance - radius + stroke))
        glow = np.clip(distance / np.float32(radius), 0, 1) ** 2
        paint(picture, accent, inside(distance - radius + stroke) * 0.55 * (1 - glow))
        spiral = _spiral(right, down, radius - 0.4 * stroke, way)
        lay(line, inside(np.maximum(spiral - 0.5 * stroke, distance - radius)))
        lay(line, inside(distance - 0.13 * radius))
    return picture, mask


def _spiral(right, down, radius, way, turns=1.9):
    """Distance to a spiral that winds inwards from its circle, starting at the foot."""
    distance = length(right, down)
    turn = np.arctan2(way * right, down) / np.float32(2 * np.pi) % 1
    pitch = 0.9 * radius / turns
    circle = np.round((radius - distance) / np.float32(pitch) - turn)
    circle = np.clip(circle, 0, np.floor(np.float32(turns) - turn))
    return np.abs(distance - (radius - np.float32(pitch) * (turn + circle)))
