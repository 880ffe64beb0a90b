"""Cloth and leather close by: threads, stitches, folds and grain."""

import numpy as np

from fashionlab.data.textiles.canvas import centred, paint, shade, shares
from fashionlab.data.textiles.palettes import blended, deeper
from fashionlab.data.textiles.scatter import jittered_cells


def denim(canvas, rng, colours):
    """3/1 twill of dyed warp over white weft, the threads uneven, faded here and there."""
    ends, picks = 4 * int(rng.integers(14, 23)), 4 * int(rng.integers(11, 17))
    fade = rng.uniform(0.15, 0.7)
    weft, warp = colours
    across, down = centred(canvas.x, ends), centred(canvas.y, picks)
    end = np.floor(canvas.x * ends).astype(int)
    pick = np.floor(canvas.y * picks).astype(int)
    # Each weft thread shows once in four ends, and one end further with every pick.
    up = (end + pick) % 4
    fleck = 1.1 - np.square(1.9 * across) - np.square(2.5 * down)
    slubs = canvas.noise(rng, ends, 9) + 1.2 * canvas.thread_noise(rng, ends)[None, :]
    worn = canvas.noise(rng, 2, octaves=2)
    image = canvas.flat(warp)
    paint(image, blended(warp, weft, 0.55), np.clip(fade * (0.45 + 0.3 * worn), 0, 0.9))
    # Dye sits on the outside of a thread: its back, and whatever rubs, is pale.
    high = 0.22 - 0.9 * np.square(across) + 0.10 * (up == 2) - 0.10 * (up == 3)
    shade(image, high + 0.06 * slubs)
    shown = np.clip(2.2 * fleck, 0, 1) * (up == 0)
    paint(image, weft, shown * np.clip(0.62 + 0.08 * slubs, 0, 1))
    shade(image, -0.35 * np.clip(1 - 3 * np.abs(fleck), 0, 1) * (up == 0))
    shade(image, np.float32(0.03) * canvas.noise(rng, 128))
    return image, {"ends": ends, "picks": picks, "fade": fade}


def knit(canvas, rng, colours):
    """Stockinette: columns of V stitches, plain, striped or with a coloured pattern."""
    stitches = 8 * int(rng.integers(2, 5))
    rows = stitches * 5 // 4
    light, dark, *accents = colours
    style = ("plain", "striped", "figured")[rng.choice(3, p=(0.3, 0.25, 0.45))]
    side = centred(canvas.x, stitches)
    away = np.abs(side)
    height = canvas.y * np.float32(rows) + np.float32(1.25) * away
    column = np.floor(canvas.x * stitches).astype(int)
    row = np.floor(height).astype(int) % rows
    chart = _chart(rng, style, rows, stitches)
    order = rng.permutation(len(accents))
    first, second = (accents[i] for i in order[:2])
    ground = (light, dark, first)[rng.integers(3)]
    others = [c for c in (light, first, second, dark) if c is not ground]
    table = np.array([ground, *others[:3]], np.float32)
    image = np.ascontiguousarray(table.T[:, chart[row, column]])
    leg, along = 4 * away - 1, 2 * shares(height) - 1  # -1 to 1 across and along half a stitch
    roundness = 1 - np.square(leg) - 0.55 * along**4
    plies = np.sin(np.float32(np.pi) * (2.2 * along + 1.6 * leg + np.sign(side)))
    fuzz = canvas.noise(rng, 128)
    shade(image, 0.30 * np.clip(roundness, -1, 1) - 0.20 + 0.05 * plies + 0.025 * fuzz)
    gap = np.clip(-1.2 * roundness - 0.05, 0, 1)
    shade(image, -0.55 * gap)
    shade(image, 0.015 * canvas.noise(rng, stitches, rows))
    return image, {"stitches": stitches, "rows": rows, "style": style}


# Patterns for two-coloured rows, ten rows by eight stitches: ground, and three more colours.
CHARTS = {
    "diamonds": "........ ...1.... ..111... .11.11.. 11.2.11. "
    ".11.11.. ..111... ...1.... ........ 3.3.3.3.",
    "hearts": "........ .11.11.. 1111111. 1111111. .11111.. "
    "..111... ...1.... ........ 2.2.2.2. ........",
    "snow": "...1.... .1.1.1.. ..111... 1111111. ..111... "
    ".1.1.1.. ...1.... ........ 22222222 3.3.3.3.",
    "waves": "1....... .1.....1 ..1...1. ...1.1.. ....1... "
    "........ 2.2.2.2. 33333333 .2.2.2.2 ........",
}


def _chart(rng, style, rows, stitches):
    """The number of a colour for every stitch."""
    if style == "plain":
        return np.zeros((rows, stitches), int)
    if style == "striped":
        bands = np.repeat(rng.permutation([0, 1, 0, 2, 0]), 2)
        return np.tile(bands[:, None], (rows // 10, stitches))
    lines = CHARTS[list(CHARTS)[rng.integers(len(CHARTS))]].replace(".", "0").split()
    chart = np.array([[int(stitch) for stitch in line] for line in lines])
    return np.tile(chart, (rows // 10, stitches // 8))


def silk(canvas, rng, colours):
    """Satin in soft folds: it shines in narrow bands where it turns to the light."""
    base, sheen = colours
    folds = int(rng.integers(2, 5))
    lean = int(rng.integers(-2, 3))
    bend = canvas.noise(rng, 2, 2, octaves=2)
    phase = folds * canvas.x + lean * canvas.y + 0.22 * bend
    turn = np.float32(2 * np.pi) * phase
    swell = canvas.noise(rng, 2, 3)
    height = np.sin(turn) * (1 + 0.35 * swell) + 0.35 * np.sin(2 * turn + 1.7 * bend)
    height = height + 0.3 * canvas.noise(rng, 3)
    right, down = canvas.gradient(height)
    tilt = (0.8 * right + 0.45 * down) / np.float32(5 * folds)
    bright = np.exp(-np.square((tilt - 0.75) / 0.5)) + 0.35 * np.exp(
        -np.square((tilt + 0.9) / 0.25)
    )
    image = canvas.flat(base)
    paint(image, deeper(base, 0.62), np.clip(0.4 - 0.42 * tilt, 0, 0.92))
    paint(image, sheen, np.clip(0.85 * bright, 0, 1))
    paint(image, blended(sheen, (1, 1, 1), 0.75), 0.7 * np.exp(-np.square((tilt - 0.8) / 0.2)))
    shade(image, np.float32(0.02) * canvas.noise(rng, 200, 6))
    return image, {"folds": folds, "lean": lean}


def leather(canvas, rng, colours):
    """Grain: pebbles of all sizes between fine creases, rubbed paler on top."""
    from scipy import ndimage

    pebbles = int(rng.integers(28, 42))
    base, pale = colours
    warp = [np.float32(0.25) * canvas.noise(rng, 14) for _ in range(2)]
    first, second = jittered_cells(
        rng, canvas.x * pebbles + warp[0], canvas.y * pebbles + warp[1], pebbles
    )
    border = second - first
    # Creases round off: the leather was soft when they formed.
    dome = 1 - (1 - np.clip(border * 1.5, 0, 1)) ** 3
    dome = ndimage.gaussian_filter(dome, 0.0022 * canvas.n, mode="wrap", truncate=2)
    soft = canvas.noise(rng, 5, octaves=2)
    height = (dome * (0.75 + 0.2 * soft) + 0.05 * canvas.noise(rng, 128)) / np.float32(pebbles)
    image = canvas.flat(base)
    paint(image, pale, np.clip(0.16 * dome + 0.13 * soft, 0, 0.8))
    paint(image, deeper(base, 0.5), 0.6 * (1 - dome) ** 2)
    shade(image, 0.28 * canvas.light(height, 0.5))
    return image, {"pebbles": pebbles**2}
