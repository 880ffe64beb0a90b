"""Stripes and checks: patterns that come from the order of coloured threads or stitches."""

import numpy as np

from fashionlab.data.textiles.canvas import centred, paint, shade, shares


def stripes(canvas, rng, colours):
    """Pencil, even, barred or many-coloured stripes, upright, lying or at 45 degrees."""
    style = ("even", "pencil", "barred", "roman")[rng.integers(4)]
    direction = ("upright", "lying", "diagonal")[rng.choice(3, p=(0.5, 0.25, 0.25))]
    repeats = int(rng.integers(*{"even": (6, 15), "pencil": (8, 17)}.get(style, (2, 5))))
    light, dark, *accents = colours
    first = accents[rng.integers(len(accents))]
    if style == "even":
        widths, order = (1, 1), (light, first if rng.random() < 0.6 else dark)
    elif style == "pencil":
        ground, line = ((light, dark), (dark, light), (light, first))[rng.integers(3)]
        widths, order = (rng.uniform(4, 7), 1), (ground, line)
    elif style == "barred":
        thin, gap, wide = rng.uniform(0.5, 0.8), rng.uniform(0.6, 1), rng.uniform(3, 5)
        second = accents[-1] if first is not accents[-1] else accents[0]
        widths = (wide, thin, gap, wide / 2, gap, thin, wide, thin, gap, thin)
        order = (light, dark, light, first, light, dark, light, second, light, second)
    else:
        number = int(rng.integers(9, 14))
        widths = rng.choice((0.4, 0.7, 1.2, 2.2, 3.5), number)
        picks = [0]
        for _ in range(number - 1):  # no two neighbours alike, round the repeat as well
            free = [c for c in range(len(colours)) if c not in (picks[-1], picks[0])]
            picks.append(int(rng.choice(free)))
        order = colours[picks]
    place = {"upright": canvas.x, "lying": canvas.y, "diagonal": canvas.x + canvas.y}[direction]
    bands = canvas.bands(place, repeats, widths, order)
    image = np.ascontiguousarray(np.broadcast_to(bands, (3, canvas.n, canvas.n)))
    shade(image, _threads(canvas, rng))
    return image, {"style": style, "direction": direction, "repeats": repeats}


def gingham(canvas, rng, colours):
    """Equal checks: full colour where both threads have it, half where one of them is white."""
    checks = int(rng.integers(4, 13))
    light, colour = colours
    warp = canvas.bands(canvas.x, checks, (1, 1), (light, colour))
    weft = canvas.bands(canvas.y, checks, (1, 1), (light, colour))
    threads = 12 * checks  # six of each colour
    over = _plain_weave(canvas, min(threads, 96 // checks * checks))
    image = weft + over * (warp - weft)
    shade(image, _threads(canvas, rng))
    return image, {"checks": checks}


def houndstooth(canvas, rng, colours):
    """Four dark and four light threads in both directions, woven as 2/2 twill."""
    repeats = int(rng.integers(3, 9))
    threads = 8 * repeats
    column = np.floor(canvas.x * threads).astype(int)
    row = np.floor(canvas.y * threads).astype(int)
    warp_on_top = (column + row) % 4 < 2
    dark = np.where(warp_on_top, column % 8 < 4, row % 8 < 4).astype(np.float32)
    light, deep = colours
    image = canvas.flat(light)
    paint(image, deep, dark)
    along = np.where(warp_on_top, centred(canvas.x, threads), centred(canvas.y, threads))
    shade(image, 0.10 - 0.9 * np.square(along) + 0.5 * _threads(canvas, rng))
    return image, {"repeats": repeats, "threads": threads}


def tartan(canvas, rng, colours):
    """A sett of coloured threads, mirrored at its two pivots, in warp and weft alike; 2/2 twill."""
    sett = _sett(rng)
    # A sett is read to its pivot and back: the threads of the two pivots come once.
    order = sett + sett[-2:0:-1]
    widths, picks = zip(*order, strict=True)
    repeats = 2 if sum(widths) < 110 else 1
    if rng.random() < 0.25:
        repeats += 1
    colour = np.asarray(colours)[list(picks)]
    shift = rng.random()
    warp = canvas.bands(canvas.x + np.float32(shift), repeats, widths, colour)
    weft = canvas.bands(canvas.y + np.float32(shift), repeats, widths, colour)
    threads = int(4 * round(min(sum(widths) * repeats, 200) / 4))
    diagonal = shares((canvas.x + canvas.y) * np.float32(threads / 4))
    over = np.clip(0.5 + 2.5 * (0.25 - np.abs(diagonal - 0.5)), 0, 1)
    image = weft + over * (warp - weft)
    shade(image, 0.06 * (over - 0.5) + _threads(canvas, rng))
    return image, {"sett": tuple(sett), "repeats": repeats, "threads": threads}


def _sett(rng):
    """Threads and colours (ground, dark, line, second ground, second line) from pivot to pivot."""

    def even(low, high):
        return 2 * int(rng.integers(low, high))

    guard, line = even(1, 3), even(1, 3)
    layout = rng.integers(3)
    if layout == 0:  # two broad grounds; a line in each
        return [
            (line, 2), (even(4, 7), 0), (guard, 1), (even(3, 6), 0), (even(5, 9), 1),
            (even(5, 9), 3), (guard, 1), (line, 4),
        ]  # fmt: skip
    if layout == 1:  # a broad ground, then a ladder of guards
        step = even(2, 4)
        return [
            (even(9, 14), 0), (step, 3), (step, 0), (step, 3), (even(5, 8), 1), (even(4, 6), 3),
            (line, 2),
        ]  # fmt: skip
    return [
        (even(6, 10), 0), (guard, 1), (guard, 0), (guard, 1), (even(5, 9), 3), (line, 4),
        (even(5, 8), 1), (line, 2), (even(2, 4), 1),
    ]  # fmt: skip


def argyle(canvas, rng, colours):
    """Lozenges in columns, with a thin lattice of lines through their middles, knitted."""
    columns = 2 * int(rng.integers(2, 4))  # an even number, as two colours take turns
    rows = round(columns * rng.uniform(0.5, 0.85))
    light, dark, *accents = colours
    ground = (light, dark, accents[0])[rng.choice(3, p=(0.45, 0.35, 0.2))]
    others = [c for c in (light, dark, *accents) if c is not ground]
    first, second, line = (others[i] for i in rng.permutation(len(others))[:3])
    stitches = 14 * columns
    x, y = canvas.x * np.float32(columns), canvas.y * np.float32(rows)
    u, v = x + y, x - y
    side = np.floor(u).astype(int) + np.floor(v).astype(int)
    edge = np.minimum(np.abs(centred(u + 0.5, 1)), np.abs(centred(v + 0.5, 1)))
    scale = np.float32(1 / (columns**2 + rows**2) ** 0.5)
    lozenge = np.where(side % 2 == 0, -edge, edge) * scale
    mask = canvas.inside(lozenge)
    which = np.floor((side // 2) % 2)
    image = canvas.flat(ground)
    paint(image, first, mask * (which == 0))
    paint(image, second, mask * (which == 1))
    across = np.minimum(np.abs(centred(u, 1)), np.abs(centred(v, 1))) * scale
    paint(image, line, canvas.line(across, 0.018 / columns**0.5))
    shade(image, knitted(canvas, stitches) + 0.5 * _threads(canvas, rng))
    return image, {"columns": columns, "rows": rows}


def knitted(canvas, columns: int) -> np.ndarray:
    """Faint light of fine stockinette stitches."""
    across = centred(canvas.x, columns)
    rows = round(1.3 * columns)
    up = shares(canvas.y * np.float32(rows) + np.abs(across) * 1.2)
    return 0.10 * np.sin(np.float32(2 * np.pi) * up) - 0.10 * np.square(2 * across)


def _threads(canvas, rng):
    """No thread is like another: faint streaks along warp and weft."""
    warp, weft = canvas.thread_noise(rng, 128), canvas.thread_noise(rng, 128)
    return np.float32(0.012) * (warp[None, :] + weft[:, None])


def _plain_weave(canvas, threads):
    """How far the warp lies on top, 0 to 1, where threads go over and under in turn."""
    turn = np.float32(np.pi * threads)
    return 0.5 + 0.42 * np.sin(turn * canvas.x) * np.sin(turn * canvas.y)


def strip_weave(canvas, rng, colours):
    """Narrow strips sewn side by side: blocks of warp stripes and of woven figures in turn."""
    strips, blocks = ((4, 4), (8, 4), (8, 8))[rng.choice(3, p=(0.4, 0.3, 0.3))]
    side = 18  # figures are drawn on 18 by 18 picks of the weft
    across = _strip_stripes(rng, side, len(colours))
    figures = [FIGURES[i] for i in rng.permutation(len(FIGURES))[:2]]
    row, column = np.indices((side, side))
    middle = np.abs(row - (side - 1) / 2), np.abs(column - (side - 1) / 2)
    ways = [rng.permutation(len(colours)) for _ in figures]
    cloth = np.empty((blocks * side, strips * side), int)
    for strip in range(strips):
        for block in range(blocks):
            place = slice(block * side, (block + 1) * side), slice(strip * side, (strip + 1) * side)
            if (strip + block) % 2:
                cloth[place] = across[None, :]
            else:
                which = (strip + block) // 2 % 2
                cloth[place] = ways[which][figures[which](*middle, row, column)]
    index = [
        np.floor(place * number).astype(int)
        for place, number in zip((canvas.y[:, 0], canvas.x[0]), cloth.shape, strict=True)
    ]
    image = np.ascontiguousarray(np.asarray(colours, np.float32).T[:, cloth[np.ix_(*index)]])
    seam = np.abs(centred(canvas.x + 0.5 / strips, strips)) / strips
    ribs = np.sin(np.float32(2 * np.pi) * canvas.y * cloth.shape[0])
    fine = np.sin(np.float32(2 * np.pi) * canvas.x * cloth.shape[1])
    shade(image, 0.05 * ribs + 0.02 * fine - 0.3 * np.clip(1 - seam / 0.004, 0, 1))
    shade(image, 1.6 * _threads(canvas, rng))
    return image, {"strips": strips, "blocks": blocks}


def _strip_stripes(rng, side, colours):
    """Colours of the warp across a strip, mirrored at its middle."""
    half = np.zeros(side // 2, int)
    start = int(rng.integers(1, 3))
    for line in range(2):
        half[start : start + 1 + line] = rng.integers(1, colours)
        start += 3 + line
    return np.concatenate([half, half[::-1]])


# Figures, as the number of a colour for every pick: from the distances to the middle, the row and
# the column.
FIGURES = (
    lambda down, across, row, column: ((down + across) // 3).astype(int) % 3,  # lozenges
    lambda down, across, row, column: (row // 3 + column // 3) % 2,  # a chequer
    lambda down, across, row, column: ((row + np.abs(column - 9)) // 3) % 3,  # zigzags
    lambda down, across, row, column: np.where(across < 2 * (down // 2) + 1, row // 9 + 1, 0),
    lambda down, across, row, column: np.maximum(down, across).astype(int) // 2 % 3,  # squares
    lambda down, across, row, column: row // 3 % 2 * (1 + row // 9),  # bars
)
