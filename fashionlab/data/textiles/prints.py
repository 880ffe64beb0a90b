"""Spots: dots in rows, the leopard's coat, camouflage."""

import numpy as np

from fashionlab.data.textiles.canvas import centred, length, paint, shade
from fashionlab.data.textiles.scatter import nearest, pack

COVER = 0.42, 0.3, 0.17  # shares of the cloth that each colour of camouflage is printed on


def polka_dots(canvas, rng, colours):
    """Dots on a staggered lattice, plain or many-coloured, with pin dots between, or as rings."""
    rows = int(rng.integers(3, 9))
    radius = rng.uniform(0.12, 0.21) / rows
    style = ("plain", "coloured", "pins", "rings")[rng.integers(4)]
    background = (0, 1, 2, len(colours) - 1)[rng.choice(4, p=(0.4, 0.2, 0.2, 0.2))]
    ground, others = colours[background], np.delete(colours, background, axis=0)
    # On a light ground strong dots, on a strong ground light ones.
    first = others[-1] if background == 0 else others[0]
    image = canvas.flat(ground)
    for half in (0, 1):
        place = (0.25 + 0.5 * half) / rows  # whole dots only: none lies across the edge
        right, down = (centred(c - place + 0.5 / rows, rows) / rows for c in (canvas.x, canvas.y))
        distance = length(right, down)
        mask = canvas.inside(distance - radius)
        if style == "coloured":
            chosen = others[rng.integers(len(others), size=(rows, rows))]
            row, column = (
                np.floor((c - place) * rows + 0.5).astype(int) % rows for c in (canvas.y, canvas.x)
            )
            paint(image, chosen[row, column].transpose(2, 0, 1), mask)
        else:
            paint(image, first, mask)
        if style == "rings":
            paint(image, ground, canvas.inside(distance - 0.55 * radius))
            paint(image, others[1], canvas.inside(distance - 0.32 * radius))
    dots = 2 * rows**2
    if style == "pins":
        for across, down in ((0.25, 0.75), (0.75, 0.25)):
            distance = length(
                centred(canvas.x - across / rows + 0.5 / rows, rows),
                centred(canvas.y - down / rows + 0.5 / rows, rows),
            )
            paint(image, others[1], canvas.inside(distance / rows - 0.25 * radius))
        dots *= 2
    return image, {"style": style, "rows": rows, "radius": radius, "dots": dots}


def leopard(canvas, rng, colours):
    """Rosettes: dark rings, broken in places, around a middle that is browner than the coat."""
    rosettes, spots = int(rng.integers(24, 46)), int(rng.integers(14, 24))
    sand, dark, brown, tawny = colours
    size = (1 / rosettes) ** 0.5  # from rosette to rosette
    radii = rng.uniform(0.31, 0.41, rosettes + spots).astype(np.float32) * np.float32(size)
    radii[rosettes:] *= 0.4
    places = pack(rng, radii)
    warp = [np.float32(0.1 * size) * canvas.noise(rng, round(1.8 / size)) for _ in range(2)]
    owner, first, second = nearest(canvas, places, 0.8 * size, warp)
    radius = radii[owner]
    gap = np.float32(0.055 * size)
    outside = np.maximum(first - radius, gap - (second - first) / 2)
    breaks = canvas.noise(rng, round(3.4 / size))
    ring = np.float32(0.36) * radius * np.clip(1.1 + 1.3 * breaks, -0.3, 1.25)
    ring = np.where(owner < rosettes, ring, radius)  # small spots are dark all over
    image = canvas.flat(sand)
    paint(image, tawny, np.clip(0.5 + 0.4 * canvas.noise(rng, 3, 2), 0, 1))
    middle = 0.6 + 0.4 * rng.random(len(places), np.float32)[owner]
    paint(image, brown, canvas.inside(outside + 0.06 * radius, 8) * middle)
    paint(image, dark, canvas.inside(np.maximum(outside, -ring - outside), 2.5))
    shade(image, np.float32(0.04) * canvas.noise(rng, 110, 40))
    return image, {"rosettes": rosettes, "spots": spots}


def camouflage(canvas, rng, colours):
    """Smooth blobs of four colours, one printed over the other."""
    scale = int(rng.integers(4, 7))
    image = canvas.flat(colours[0])
    for colour, share in zip(colours[1:], COVER, strict=True):
        field = canvas.noise(rng, scale, scale + 1) + 0.55 * canvas.noise(rng, 2 * scale + 1)
        field += 0.22 * canvas.noise(rng, 5 * scale)
        paint(image, colour, canvas.cut(field, np.quantile(field[::8, ::8], 1 - share)))
    shade(image, np.float32(0.015) * canvas.noise(rng, 128))
    return image, {"scale": scale}
