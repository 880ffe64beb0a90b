"""Paint on canvas: strokes along a flow, dabs of pure colour, slabs from a palette knife."""

import numpy as np

from fashionlab.data.textiles.canvas import centred, length, paint, shade
from fashionlab.data.textiles.palettes import oklab
from fashionlab.data.textiles.strokes import along, flow, hairs, jittered, lay, straight


def impasto(canvas, rng, colours):
    """Thick strokes that follow whirls, with the light on their ridges."""
    whirls = int(rng.integers(2, 5))
    stream = flow(rng, whirls)
    ramp = _ramp(colours)
    image = canvas.flat(ramp[len(ramp) // 2])
    height = np.zeros((canvas.n, canvas.n), np.float32)
    strokes = 0
    for number, reach, width in ((256, 0.10, 0.078), (260, 0.30, 0.050), (420, 0.22, 0.028)):
        starts = jittered(rng, number)
        paths = along(stream, starts, reach)
        middle = stream.at(paths[:, 5] % 1, stream.potential)
        place = 0.5 + 0.27 * middle + rng.normal(0, 0.09, len(paths))
        place = np.where(rng.random(len(paths)) < 0.07, rng.random(len(paths)), place)
        colour = _along(ramp, place) * rng.normal(1, 0.05, (len(paths), 1)).astype(np.float32)
        top = lay(canvas, rng, paths, width)
        load = hairs(rng, len(paths))[top.stroke, top.bristle]
        there = top.stroke >= 0
        tint = np.clip(colour, 0, 1)[top.stroke].transpose(2, 0, 1)
        image = np.where(there, tint * (1 + 0.045 * load), image)
        ridge = np.abs(top.side) ** 4 * 0.8 + 0.42 * load + 0.5 * top.run
        height = np.where(there, np.float32(width) * (0.05 * height / width + 0.12 * ridge), height)
        strokes += len(paths)
    light = canvas.light(height, 0.55)
    shade(image, 0.42 * light)
    return image, {"whirls": whirls, "strokes": strokes}


def palette_knife(canvas, rng, colours):
    """Broad slabs of paint, streaked where two colours met on the blade, with ridges at the rim."""
    main = rng.uniform(0, np.pi)
    image = canvas.flat(colours[0])
    height = np.zeros((canvas.n, canvas.n), np.float32)
    slabs = 0
    hills = flow(rng, 2)
    ramp = _ramp(colours)
    for number, reach, width in ((64, 0.36, 0.22), (49, 0.28, 0.14), (30, 0.18, 0.07)):
        starts = jittered(rng, number)
        angles = main + rng.choice((0, np.pi / 2), len(starts), p=(0.7, 0.3))
        angles = angles + rng.normal(0, 0.22, len(starts))
        paths = straight(starts, angles, reach)
        top = lay(canvas, rng, paths, width, ragged=0.10, round_=0.12, stiff=10)
        place = 0.5 + 0.25 * hills.at(starts, hills.potential) + rng.normal(0, 0.16, len(starts))
        first, second = (_along(ramp, place + rng.normal(0, 0.12, len(starts))) for _ in range(2))
        streak = hairs(rng, len(starts), stiff=6)[top.stroke, top.bristle]
        share = np.clip(0.4 + 0.3 * streak + 0.9 * (top.run - 0.5), 0, 1)
        there = top.stroke >= 0
        tint = first[top.stroke] + share[..., None] * (second - first)[top.stroke]
        image = np.where(there, tint.transpose(2, 0, 1), image)
        rim = np.abs(top.side) ** 14 + np.float32(1.2) * top.run**16
        slab = np.float32(0.0035) * rim + np.float32(0.0007) * streak + np.float32(0.002) * top.run
        height = np.where(there, 0.15 * height + slab + np.float32(0.001), height)
        slabs += len(starts)
    shade(image, 0.5 * canvas.light(height, 0.9))
    return image, {"slabs": slabs, "angle": main}


def pointillism(canvas, rng, colours):
    """Dabs of unmixed colour: close by they are dots, from afar they blend."""
    cells = int(rng.integers(2, 4))
    hills = flow(rng, cells)
    ramp = _ramp(colours)
    image = canvas.flat(colours[0])
    height = np.zeros((canvas.n, canvas.n), np.float32)
    dabs = 0
    size = rng.uniform(0.021, 0.03)
    for number, width in ((1.3, 1.3), (1.1, 1.0), (0.5, 0.8)):
        starts = jittered(rng, number / size**2)
        angles = rng.uniform(0, np.pi, len(starts))
        paths = straight(starts, angles, 1.15 * width * size)
        top = lay(canvas, rng, paths, width * size, ragged=0, round_=1.0)
        place = 0.5 + 0.3 * hills.at(starts, hills.potential) + rng.normal(0, 0.16, len(starts))
        # Only pure colours: the nearest on the way from dark to light, now and then any.
        index = np.clip(np.round(place * (len(ramp) - 1)), 0, len(ramp) - 1).astype(int)
        stray = rng.random(len(starts)) < 0.12
        index = np.where(stray, rng.integers(len(ramp), size=len(starts)), index)
        tone = rng.normal(1, 0.05, (len(starts), 1)).astype(np.float32)
        tint = np.clip(ramp[index] * tone, 0, 1)[top.stroke].transpose(2, 0, 1)
        there = top.stroke >= 0
        image = np.where(there, tint, image)
        dome = 1 - np.square(top.side) - np.square(2 * top.run - 1)
        height = np.where(there, np.float32(0.12 * size) * dome, height)
        dabs += len(starts)
    shade(image, 0.16 * canvas.light(height, 0.8))
    return image, {"dabs": dabs, "size": size}


def _ramp(colours):
    """The colours from dark to light."""
    return colours[np.argsort(oklab(colours)[:, 0])]


def _along(ramp, place):
    """Colours on the way along a ramp, for places from 0 to 1, `(number, 3)`."""
    place = np.clip(place, 0, 1) * (len(ramp) - 1)
    channels = [np.interp(place, np.arange(len(ramp)), channel) for channel in ramp.T]
    return np.stack(channels, axis=-1).astype(np.float32)


def woodcut(canvas, rng, colours):
    """Lines cut along waves, thick in the dark and thin in the light, over a second block."""
    lines = int(rng.integers(22, 36))
    paper, black, second = colours
    lift = 0.10 * canvas.noise(rng, 2, 3) + 0.035 * canvas.noise(rng, 4, 5)
    way = ("lying", "leaning")[rng.integers(2)]
    ground = canvas.y if way == "lying" else canvas.x + canvas.y
    phase = (ground + lift) * np.float32(lines)
    slope = length(*canvas.gradient(lift)) + np.float32(0.4)
    tone = 0.5 + 0.26 * canvas.noise(rng, 3) + 0.10 * canvas.noise(rng, 6)
    # The gouge wanders, and now and then slips out of the wood: lines break off in points.
    slip = canvas.noise(rng, 26, 60)
    wide = np.clip(tone + 0.07 * slip, 0, 0.94)
    wide = np.where(wide < 0.16, wide - 0.2, wide)
    distance = (np.abs(centred(phase, 1)) - wide / 2) / np.float32(lines)
    printed = canvas.inside(distance / np.clip(slope / 0.4, 0.8, 2), 2)
    printed = np.maximum(printed, canvas.cut(tone, 0.93))
    grain = canvas.noise(rng, 8, 120)
    image = canvas.flat(paper)
    sky = canvas.noise(rng, 2)
    block = canvas.cut(sky + 0.04 * slip, 0.35)
    paint(image, second, block * np.clip(0.9 + 0.07 * grain, 0, 1))
    ground_ink = np.clip(0.97 - 0.35 * np.clip(canvas.noise(rng, 110) - 1.7, 0, 1), 0, 1)
    paint(image, black, printed * ground_ink * np.clip(0.97 + 0.03 * grain, 0, 1))
    return image, {"lines": lines, "way": way}
