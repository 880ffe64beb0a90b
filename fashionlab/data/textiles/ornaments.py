"""Ornaments with a long history: waves, clouds, window lattices and painted tiles."""

import numpy as np

from fashionlab.data.textiles.canvas import centred, length, paint, shade
from fashionlab.data.textiles.palettes import blended, deeper


def seigaiha(canvas, rng, colours):
    """Concentric arcs like scales: each wave covers the lower half of those behind it."""
    waves = int(rng.integers(3, 7))
    rings = int(rng.integers(3, 5))
    light, dark, *accents = colours
    radius = 0.5 / waves
    # Rows lie half a radius apart, every other one shifted. From the back to the front, the last
    # circle that reaches a pixel owns it: that of the lowest centre.
    row = np.floor(canvas.y * np.float32(4 * waves)).astype(int)
    nearest = np.full((canvas.n, canvas.n), 9, np.float32)
    column = np.zeros(nearest.shape, np.intp)
    owner = np.zeros(nearest.shape, np.intp)
    for ahead in range(-1, 4):
        centre = row + ahead
        shift = 0.5 * (centre % 2)
        index = np.floor(canvas.x * np.float32(waves) - shift.astype(np.float32) + 0.5)
        right = canvas.x - ((index + shift) / waves).astype(np.float32)
        down = canvas.y - (centre / (4 * waves)).astype(np.float32)
        distance = length(right, down)
        reached = distance < radius
        nearest = np.where(reached, distance, nearest)
        owner = np.where(reached, centre % (4 * waves), owner)
        column = np.where(reached, index.astype(int) % waves, column)
    depth = nearest / np.float32(radius)
    style = ("one", "graded", "coloured")[rng.choice(3, p=(0.4, 0.3, 0.3))]
    on_dark = rng.random() < 0.55
    ground, line = (dark, light) if on_dark else (light, dark)
    if style == "coloured":
        tints = np.array([ground, blended(ground, accents[0], 0.75), accents[-1]], np.float32)
        chosen = rng.choice(3, (4 * waves, waves), p=(0.62, 0.22, 0.16))
        image = tints.T[:, chosen[owner, column]]
    else:
        image = canvas.flat(ground)
    if style == "graded":
        paint(image, blended(ground, accents[0], 0.8), np.clip(1.15 - depth, 0, 1))
    share = rng.uniform(0.36, 0.5)  # of a ring's width that its line takes
    away = np.abs(centred(depth - np.float32((share - 1) / 2 / rings), rings))
    paint(image, line, canvas.inside((away - np.float32(share / 2)) * np.float32(radius / rings)))
    shade(image, np.float32(0.012) * canvas.noise(rng, 100))
    return image, {"waves": waves, "rings": rings, "style": style}


def chinese_lattice(canvas, rng, colours):
    """Bars of a window lattice: octagons, hexagons, steps or interlaced circles."""
    style = list(LATTICES)[rng.integers(len(LATTICES))]
    repeats = int(rng.integers(3, 6))
    ground, bar, inner = colours
    bars, fine = LATTICES[style](canvas.x, canvas.y, repeats)
    width = rng.uniform(0.05, 0.075)
    scale = np.float32(1 / repeats)
    image = canvas.flat(ground)
    paint(image, deeper(ground, 0.3), 0.6 * np.clip(1 - 2.2 * bars, 0, 1) ** 2)
    paint(image, inner, canvas.line(fine * scale, 0.5 * width * scale))
    edge = (bars - width / 2) * scale
    paint(image, deeper(ground, 0.6), canvas.inside(edge - 0.013 * scale, 2))
    paint(image, bar, canvas.inside(edge))
    paint(image, deeper(bar, 0.35), canvas.line(bars * scale, 0.2 * width * scale))
    warp, weft = canvas.thread_noise(rng, 160), canvas.thread_noise(rng, 40)
    shade(image, np.float32(0.012) * (warp[None, :] + weft[:, None]))
    return image, {"style": style, "repeats": repeats, "width": width}


def _octagons(x, y, repeats):
    """Octagons with squares between them; inside, a smaller octagon around a diamond."""
    x, y = np.abs(centred(x, repeats)), np.abs(centred(y, repeats))
    high, low, both = np.maximum(x, y), np.minimum(x, y), (x + y) / np.float32(2**0.5)
    walls = length(high - 0.5, np.maximum(low - 0.2, 0))
    bars = np.minimum(walls, np.abs(both - 0.7 / 2**0.5))
    rim = np.maximum(high, both)
    corner = np.abs(1 / 2**0.5 - both - 0.1)  # in the square between four octagons
    return bars, np.minimum(np.minimum(np.abs(rim - 0.34), np.abs(both - 0.13)), corner)


def _hexagons(x, y, repeats):
    """Turtle-back hexagons, one in the other."""
    columns = round(3**0.5 * repeats)  # for every two rows, near enough to be regular

    def reach(shift):
        across = np.abs(centred(x + shift / columns, columns))
        down = np.abs(centred(y + shift / repeats, repeats))
        return np.maximum(across, across / 2 + np.float32(1.5) * down)

    rim = np.minimum(reach(0), reach(0.5)) / np.float32(3**0.5)
    return 0.5 / 3**0.5 - rim, np.abs(rim - 0.15)


def _steps(x, y, repeats):
    """Bars that end on each other around squares."""
    x, y = np.abs(centred(x, repeats)), np.abs(centred(y, repeats))
    high, low = np.maximum(x, y), np.minimum(x, y)
    beyond = np.maximum(0.24 - high, 0)
    rails = length(low - 0.12, beyond)
    square = length(high - 0.24, np.maximum(low - 0.24, 0))
    frame = length(high - 0.37, np.maximum(low - 0.12, 0))
    bars = np.minimum(np.minimum(np.abs(0.5 - high), rails), np.minimum(square, frame))
    return bars, np.minimum(np.abs(high - 0.1), np.abs(x + y - 0.82) + 9 * (low < 0.33))


def _coins(x, y, repeats):
    """Interlaced circles, like rows of old coins; a square in the middle of each."""
    x, y = np.abs(centred(x, repeats)), np.abs(centred(y, repeats))
    bars = np.minimum(np.abs(length(x, y) - 0.5), np.abs(length(0.5 - x, 0.5 - y) - 0.5))
    middle = np.minimum(np.maximum(x, y), np.maximum(0.5 - x, 0.5 - y))
    return bars, np.abs(middle - 0.1)


LATTICES = {"octagons": _octagons, "hexagons": _hexagons, "steps": _steps, "coins": _coins}


def azulejo(canvas, rng, colours):
    """Painted tiles, each mirrored along its axes and diagonals, on a milky glaze."""
    tiles = 2 * int(rng.integers(1, 3))
    style = ("arches", "lozenge", "leaves")[rng.integers(3)]
    petals = int(rng.choice((4, 8)))
    image = canvas.tiled(_tile(canvas.cell(tiles), rng, colours, style, petals), tiles)
    # Cobalt runs thin and thick under the brush, and no tile leaves the kiln like another.
    wash = canvas.noise(rng, 18, octaves=2)
    paint(image, colours[0], np.clip(0.13 + 0.1 * wash, 0, 0.5))
    tone = rng.uniform(-1, 1, (tiles, tiles)).astype(np.float32)
    row, column = (np.floor(c * tiles).astype(int) for c in (canvas.y, canvas.x))
    shade(image, 0.035 * tone[row, column])
    return image, {"tiles": tiles, "style": style, "petals": petals}


def _tile(cell, rng, colours, style, petals):
    """One tile: a flower in the middle, and what meets the neighbours at corners and sides."""
    white, blue, second = colours
    deep, pale = deeper(blue, 0.3), blended(white, blue, 0.45)
    x, y = cell.x - np.float32(0.5), cell.y - np.float32(0.5)
    high, low = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    # One eighth of the tile stands for all of it: 0 <= low <= high.
    distance, angle = length(high, low), np.arctan2(low, high)
    corner, turn = length(0.5 - high, 0.5 - low), np.arctan2(0.5 - low, 0.5 - high)
    side, fan = length(0.5 - high, low), np.arctan2(low, 0.5 - high)
    diagonal = np.abs(high - low) / np.float32(2**0.5)
    image = cell.flat(white)

    def stroke(field, colour):
        paint(image, colour, cell.inside(field, 2))

    def outlined(field, colour):
        stroke(field - 0.011, deep)
        stroke(field + 0.006, colour)

    arch = rng.uniform(0.2, 0.3)
    if style == "arches":
        outlined(np.abs(corner - arch) - 0.035, second)
        outlined(corner - 0.55 * arch * (0.6 + 0.4 * np.cos(4 * turn)), blue)
        stroke(np.abs(side - 0.085) - 0.014, blue)
    elif style == "lozenge":
        outlined(np.abs(high + low - 0.5) / 2**0.5 - 0.03, blue)
        outlined(corner - arch * (0.55 + 0.45 * np.cos(4 * turn) ** 2), second)
        stroke(corner - 0.25 * arch, white)
    else:
        outlined(diagonal - 0.3 * corner * (0.62 - corner), pale)
        stroke(diagonal - 0.008, deep)
        outlined(np.abs(corner - 0.13) - 0.028, second)
        outlined(side - 0.09 * (0.7 + 0.3 * np.cos(6 * fan)), blue)
    long, pointed = rng.uniform(0.26, 0.36), rng.uniform(0.5, 1.4)
    star = distance - long * (0.42 + 0.58 * np.abs(np.cos(petals * angle / 2)) ** pointed)
    outlined(star, pale if style == "lozenge" else blue)
    stroke(star + 0.055, white)
    outlined(star + 0.095, blue if style == "arches" else second)
    outlined(distance - 0.07, white)
    stroke(distance - 0.035, blue)
    stroke(length(high - rng.uniform(0.36, 0.4), low - rng.uniform(0.12, 0.17)) - 0.02, deep)
    rim = 0.5 - high
    shade(image, -0.16 * np.clip(1 - rim / 0.03, 0, 1))
    shade(image, 0.2 * np.clip(1 - np.abs(x + 0.47) / 0.012, 0, 1) * (np.abs(y) < 0.47))
    paint(image, blended(white, deep, 0.35), cell.inside(rim - 0.008))
    return image
