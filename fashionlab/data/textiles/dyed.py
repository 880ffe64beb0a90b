"""Patterns made by keeping dye away: from the threads (ikat), or from the cloth (batik)."""

import numpy as np

from fashionlab.data.textiles.canvas import centred, length, paint, shade
from fashionlab.data.textiles.palettes import blended
from fashionlab.data.textiles.scatter import jittered_cells


def ikat(canvas, rng, colours):
    """Medallions whose edges feather along the warp, as its threads were dyed before weaving."""
    from scipy import ndimage

    columns = 2 * int(rng.integers(1, 3))
    rows = int(rng.integers(1, columns))
    ground, dark, *accents = colours
    # Bundles of threads were bound together; in the loom they slipped, each thread a little more.
    slip = 0.010 * canvas.thread_noise(rng, 26) + 0.0075 * canvas.thread_noise(rng, 150)
    y = canvas.y + slip[None, :]
    column = np.floor(canvas.x * columns).astype(int) % 2
    across = np.abs(centred(canvas.x, columns))
    style = ("lozenge", "almond", "hooked")[rng.integers(3)]
    # The medallion of a pixel's own column, and the one beside it, half a repeat lower.
    shape, beside = (
        _medallion(style, side, np.abs(centred(y + 0.5 / rows * lower.astype(np.float32), rows)))
        for side, lower in ((across, column), (1 - across, 1 - column))
    )
    levels = np.cumsum(rng.uniform(0.07, 0.16, 7))
    levels *= rng.uniform(0.74, 0.86) / levels[-1]
    a, b, c = (accents[i] for i in rng.permutation(len(accents))[:3])
    near = np.minimum(shape, beside)
    index = np.searchsorted(levels.astype(np.float32), near.ravel()).reshape(near.shape)
    between = np.abs(beside - shape)
    index = np.where((index == 7) & (between < 0.34), 8, index)
    index = np.where((index == 8) & (between < 0.17), 9, index)
    inner = (a, dark, ground, b, dark, c, ground)
    outer = (dark, b)
    table = np.array([*inner, ground, *outer], np.float32)
    image = np.ascontiguousarray(table.T[:, index])
    bleed = max(0.0035 * canvas.n, 0.5)
    image = ndimage.gaussian_filter1d(image, bleed, axis=1, mode="wrap", truncate=2.5)
    threads = canvas.thread_noise(rng, 128)[None, :]
    ribs = np.sin(np.float32(2 * np.pi * 100) * canvas.y)
    shade(image, 0.045 * threads + 0.02 * ribs)
    return image, {"columns": columns, "rows": rows, "style": style}


def _medallion(style, across, down):
    """How far out in its medallion each pixel lies: 0 in the middle, 1 where others begin."""
    if style == "almond":
        return length(1.5 * across * (1 + 0.9 * down), 2.05 * down)
    teeth = np.abs(centred(2 * down, 5)) if style == "hooked" else 0
    return 1.7 * across + 1.9 * down + np.float32(0.3) * teeth


def batik(canvas, rng, colours):
    """Flowers drawn in wax on a dyed ground, with dots, and cracks where dye seeped through."""
    repeats = int(rng.integers(2, 4))
    cream, dye, second = colours
    cell = canvas.cell(repeats)
    petals = int(rng.integers(6, 11))
    wax, tinted = _flowers(cell, rng, petals)
    wax = canvas.tiled(wax[None], repeats)[0]
    tinted = canvas.tiled(tinted[None], repeats)[0]
    mottle = canvas.noise(rng, 7, octaves=3)
    image = canvas.flat(dye)
    shade(image, 0.1 * mottle)
    paint(image, cream, wax)
    paint(image, second, tinted * np.clip(0.86 + 0.1 * mottle, 0, 1))
    cracks = _crackle(canvas, rng)
    paint(image, blended(cream, dye, 0.8), cracks * np.maximum(wax, tinted) * 0.75)
    shade(image, np.float32(0.015) * canvas.noise(rng, 128))
    return image, {"repeats": repeats, "petals": petals}


def _flowers(cell, rng, petals):
    """Masks of what is waxed and of what gets the second dye, for one repeat."""
    wax, tinted = (np.zeros((cell.n, cell.n), np.float32) for _ in range(2))

    def resist(field, mask=wax):
        np.maximum(mask, cell.inside(field), out=mask)

    def dyed(field, mask=wax):
        mask *= 1 - cell.inside(field)

    for shift, size, number in ((0.5, 0.36, petals), (0.0, 0.22, max(4, petals - 3))):
        right, down = centred(cell.x - shift + 0.5, 1), centred(cell.y - shift + 0.5, 1)
        distance, angle = length(right, down), np.arctan2(down, right)
        wave = np.abs(np.cos(number * angle / 2))
        rim = size * (0.5 + 0.5 * wave ** rng.uniform(0.5, 0.9))
        petal = distance - rim
        resist(petal)
        dyed(np.abs(petal + 0.022) - 0.006)
        # Fine strokes along each petal, between its rim and the heart.
        strokes = np.abs(centred(angle / np.float32(2 * np.pi), 6 * number))
        hatch = np.float32(2 * np.pi / number) * distance * strokes
        body = np.maximum(petal + 0.045, 0.42 * size - distance)
        resist(petal + 0.045, tinted)
        dyed(np.maximum(hatch - 0.02, body), tinted)
        dyed(distance - 0.42 * size, tinted)
        dyed(np.abs(distance - 0.40 * size) - 0.008)
        dyed(distance - 0.3 * size)
        resist(distance - 0.24 * size)
        rings = (0.13, 8, dyed), (1.12, 5 * number, resist), (1.3, 6 * number, resist)
        for ring, beads, lay in rings:
            turn = centred(angle / np.float32(2 * np.pi), beads)
            step = np.float32(2 * np.pi / beads) * distance * turn
            lay(length(distance - ring * size, step) - 0.012)
    return wax, tinted


def _crackle(canvas, rng):
    """A net of fine cracks, some faint and some gone."""
    x, y = (
        place * np.float32(7) + np.float32(0.17) * canvas.noise(rng, 9, octaves=2)
        for place in (canvas.x, canvas.y)
    )
    first, second = jittered_cells(rng, x, y, 7)
    faint = np.clip(0.45 + 0.55 * canvas.noise(rng, 6), 0, 1)
    return canvas.line((second - first) / 7, 0.009) * faint
