"""Flowers: large blossoms with leaves, and a close scatter of small ones."""

import numpy as np

from fashionlab.data.textiles.canvas import length, paint, shade
from fashionlab.data.textiles.palettes import blended, deeper
from fashionlab.data.textiles.scatter import pack, patch, turned


def floral(canvas, rng, colours):
    """Large blossoms, each with its leaves, and small ones between, over faint foliage."""
    light, dark, *accents = colours
    is_dark = rng.random() < 0.4
    ground, far = (dark, light) if is_dark else (light, dark)
    leaf = accents.pop(_greenest(accents)) if len(accents) > 2 else dark
    radii = np.sort(rng.uniform(0.1, 0.17, rng.integers(5, 8)))[::-1]
    small = rng.uniform(0.03, 0.05, rng.integers(10, 16))
    places = pack(rng, np.concatenate([1.1 * radii, 1.6 * small]), 60)
    image = canvas.flat(ground)
    faint = blended(ground, leaf, 0.28)
    for place in pack(rng, np.full(26, 0.1)):
        _leaf(canvas, image, place, rng.uniform(0, 7), rng.uniform(0.1, 0.16), faint, faint)
    for place, radius in zip(places, (*radii, *small), strict=True):
        angle = rng.uniform(0, 7)
        for k in range(3 if radius > 0.06 else 2):
            turn = angle + (2.1 * k if radius > 0.06 else 3.1 * k) + rng.normal(0, 0.25)
            reach = radius * rng.uniform(1.6, 1.9)
            _leaf(canvas, image, place, turn, reach, leaf, blended(leaf, far, 0.45))
    for k, (place, radius) in enumerate(zip(places, (*radii, *small), strict=True)):
        colour = accents[k % len(accents)]
        heart = accents[(k + 1) % len(accents)] if len(accents) > 1 else light
        layers = int(rng.integers(3, 5)) if radius > 0.06 else 1
        _blossom(canvas, image, rng, place, radius, layers, colour, light, dark, heart)
    return image, {
        "blossoms": len(radii),
        "small": len(small),
        "ground": "dark" if is_dark else "light",
    }


def _greenest(colours):
    return int(np.argmax([colour[1] - (colour[0] + colour[2]) / 2 for colour in colours]))


def _leaf(canvas, image, place, angle, reach, colour, vein):
    """A pointed leaf that starts at a place, with a midrib and side veins."""
    # The patch lies around the leaf's middle: four times smaller than one around its foot.
    middle = (place + 0.5 * reach * np.array([np.cos(angle), np.sin(angle)])) % 1
    where, right, down = patch(canvas, middle, 0.52 * reach)
    along, across = turned(right, down, angle)
    along = along / np.float32(reach) + np.float32(0.5)
    bent = across - np.float32(0.1 * reach) * np.sin(np.float32(np.pi) * along)
    inner = np.clip(along, 0, 1)
    width = np.float32(0.62 * reach) * inner * (1 - inner) * (1.35 - 0.7 * inner)
    body = canvas.inside(np.abs(bent) - width + 0.75 / canvas.n, 1.5)
    part = image[(slice(None), *where)]
    paint(part, colour, body)
    if vein is not colour:
        half = np.clip(0.5 + bent * np.float32(canvas.n / 3), 0, 1)
        side = np.sin(np.float32(2 * np.pi * 7) * (along - np.abs(bent) / np.float32(reach) * 1.2))
        shine = 0.16 * half + 0.18 * np.clip(side - 0.55, 0, 1)
        paint(part, vein, body * (shine + 0.5 * canvas.line(bent, 0.012 * reach)))
    image[(slice(None), *where)] = part


def _blossom(canvas, image, rng, place, radius, layers, colour, light, dark, heart):
    """Rings of petals, the inner ones over the outer ones, around a heart of dots."""
    where, right, down = patch(canvas, place, 1.08 * radius)
    distance, angle = length(right, down), np.arctan2(down, right)
    part = image[(slice(None), *where)]
    petals = int(rng.integers(5, 9)) if layers > 1 else 5
    roundness, wobble = rng.uniform(0.35, 0.8), rng.uniform(0, 7)
    deep = deeper(colour, 0.42)
    for layer in range(layers):
        size = radius * (1 - 0.23 * layer)
        turn = petals * angle / 2 + wobble + layer * 1.7
        wave = np.abs(np.cos(turn))
        rim = np.float32(size) * (0.7 + 0.3 * wave**roundness)
        rim = rim * (1 + 0.02 * np.sin(5 * petals * angle / 2 + wobble))
        body = canvas.inside(distance - rim, 2)
        depth = np.clip(distance / rim, 0, 1)
        shadow = np.clip((distance - rim) / np.float32(0.14 * radius), 0, 1)
        if layer:
            shade(part, -0.3 * (1 - shadow) * (1 - body) * canvas.inside(distance - 1.05 * size, 9))
        tint = blended(colour, light, 0.16 * layer)
        paint(part, tint, body)
        paint(part, light, body * 0.4 * depth**4 * wave)
        paint(part, deep, body * 0.8 * (1 - depth) ** 1.2)
        creases = np.clip(1 - 7 * wave, 0, 1) + 0.35 * np.clip(1 - 9 * np.abs(np.sin(turn)), 0, 1)
        veins = 0.12 * np.clip(np.sin(13 * turn), 0, 1) * (1 - depth)
        paint(part, deep, body * np.clip(0.6 * creases + veins, 0, 1))
    core = 0.2 * radius if layers > 1 else 0.32 * radius
    paint(part, blended(deeper(heart, 0.45), dark, 0.3), canvas.inside(distance - 1.15 * core, 3))
    paint(part, heart, canvas.inside(distance - core, 2))
    rings = np.abs(np.sin(np.float32(14 / core) * distance / 2)) * np.abs(np.sin(7 * angle))
    paint(part, light, canvas.inside(distance - core) * np.clip(2.4 * rings - 1.2, 0, 1))
    image[(slice(None), *where)] = part


def ditsy(canvas, rng, colours):
    """A close scatter of small flowers of many kinds, each outlined, with leaves and buds."""
    light, dark, *accents = colours
    is_dark = rng.random() < 0.5
    ground, line = (dark, light) if is_dark else (light, dark)
    tiers = ((int(rng.integers(9, 13)), 0.075), (int(rng.integers(26, 36)), 0.043), (80, 0.019))
    radii = np.concatenate([size * rng.uniform(0.85, 1.15, number) for number, size in tiers])
    radii = radii.astype(np.float32)
    places = pack(rng, 1.05 * radii, 40)
    leaf = accents.pop(_greenest(accents)) if len(accents) > 2 else line
    image = canvas.flat(ground)
    sprigs = pack(rng, np.full(90, 0.02))
    for place, angle in zip(sprigs, rng.uniform(0, 7, len(sprigs)), strict=True):
        tint = blended(ground, leaf, 0.55)
        _leaf(canvas, image, place, angle, 0.075, tint, tint)
    for place, radius in zip(places[: -tiers[2][0]], radii, strict=False):
        start = rng.uniform(0, 7)
        for turn in (0, 2.2, 4.1):
            tint = blended(leaf, ground, 0.1 * turn / 2)
            _leaf(canvas, image, place, start + turn, 1.75 * radius, tint, blended(tint, line, 0.4))
    _small_flowers(canvas, rng, image, places, radii, np.array([*accents, light]).T, dark, line)
    return image, {"flowers": len(radii), "ground": "dark" if is_dark else "light"}


def _small_flowers(canvas, rng, image, places, radii, table, dark, line):
    """All flowers in one pass: every pixel belongs to the flower whose share of it is greatest."""
    owner = np.full((canvas.n, canvas.n), -1, np.intp)
    depth = np.ones(owner.shape, np.float32)
    for k, (place, radius) in enumerate(zip(places, radii, strict=True)):
        where, right, down = patch(canvas, place, 1.2 * radius)
        distance = length(right, down) / radius
        closer = distance < depth[where] * 1.18
        owner[where] = np.where(closer, k, owner[where])
        depth[where] = np.where(closer, distance / 1.18, depth[where])
    rows, columns = np.nonzero(owner >= 0)
    own = owner[rows, columns]
    right = canvas.x[0, columns] - places[own, 0]
    down = canvas.y[rows, 0] - places[own, 1]
    right, down = right - np.round(right), down - np.round(down)
    radius, large = radii[own], radii[own] > 0.03
    distance, angle = length(right, down), np.arctan2(down, right)
    petals, turn, pointed = (
        rng.choice(values, len(radii)).astype(np.float32)[own]
        for values in ((5, 6, 7), np.linspace(0, 6, 100), np.linspace(0.35, 0.95, 7))
    )
    wave = np.abs(np.cos(petals / 2 * angle + turn))
    rim = radius * (0.55 + 0.45 * wave**pointed)
    outer = rng.integers(table.shape[1], size=len(radii))
    inner, heart = ((outer + step) % table.shape[1] for step in (2, 1))
    part = image[:, rows, columns]
    paint(part, line, canvas.inside(distance - rim - 0.003, 2))
    paint(part, table[:, outer[own]], canvas.inside(distance - rim + 0.001, 2))
    paint(part, table[:, inner[own]], 0.85 * canvas.inside(distance - rim * 0.62, 3) * large)
    crease = np.clip(1 - 6 * wave, 0, 1) * (distance < 0.95 * rim) * large
    paint(part, dark, 0.4 * crease)
    paint(part, table[:, heart[own]], canvas.inside(distance - 0.3 * radius, 2))
    paint(part, dark, canvas.line(distance - 0.3 * radius, 0.0024))
    image[:, rows, columns] = part
