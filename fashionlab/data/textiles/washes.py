"""Water and pigment on paper: watercolour washes, and ink."""

import numpy as np

from fashionlab.data.textiles.canvas import length, paint, shade
from fashionlab.data.textiles.palettes import blended, deeper
from fashionlab.data.textiles.scatter import pack, patch, turned


def watercolour(canvas, rng, colours):
    """Thin washes, one over the other: dark where their edges dried, grainy where pigment sank."""
    washes = int(rng.integers(6, 10))
    cells = int(rng.integers(2, 4))
    paper, _, *pigments = colours
    image = canvas.flat(paper)
    tooth = canvas.noise(rng, 110, octaves=2)
    ragged = canvas.noise(rng, 24, octaves=3)
    for wash in range(washes):
        field = canvas.noise(rng, cells, octaves=2) + np.float32(0.05) * ragged
        level = np.quantile(field[::8, ::8], 1 - rng.uniform(0.2, 0.42))
        slope = length(*canvas.gradient(field)) + np.float32(4)
        depth = (field - level) / slope  # about how far from the edge, inside above 0
        wet = canvas.inside(-depth, 2.5)
        rim = np.exp(-np.clip(depth, 0, 1) / 0.006) + 0.5 * np.exp(-np.clip(depth, 0, 1) / 0.03)
        flow = canvas.noise(rng, cells + 1, octaves=3)
        # Where a wetter drop ran in, it pushed the pigment to a new, frayed edge.
        bloom = np.exp(-np.square((flow - 0.9 + 0.05 * ragged) / 0.10)) - 0.6 * (flow > 0.95)
        load = rng.uniform(0.28, 0.5) * (1 + 0.3 * flow - 0.10 * tooth) + 0.22 * rim
        load = wet * np.clip(load + 0.10 * bloom, 0, 1)
        first, second = (pigments[(wash + k) % len(pigments)] for k in (0, 1))
        mixed = np.clip(0.5 + 0.6 * canvas.noise(rng, cells), 0, 1)
        # Light passes through the pigment to the paper and back: washes multiply.
        for channel in range(3):
            pigment = first[channel] + mixed * (second[channel] - first[channel])
            image[channel] *= 1 - load * (1 - pigment)
    shade(image, 0.02 * canvas.light(tooth / np.float32(400), 1))
    return image, {"washes": washes, "cells": cells}


def ink(canvas, rng, colours):
    """Bamboo, or a branch of plum blossom, in a few strokes of darker and paler ink."""
    paper, black, colour = colours
    image = canvas.flat(paper)
    fibres = canvas.noise(rng, 30, 110)
    shade(image, 0.008 * fibres + 0.012 * canvas.noise(rng, 4, octaves=3))
    subject = ("bamboo", "plum")[rng.integers(2)]
    streaks = canvas.noise(rng, 110, 110)
    mist = np.clip(0.5 * canvas.noise(rng, 2, octaves=2) - 0.15, 0, 1)
    paint(image, blended(paper, black, 0.35), 0.35 * mist)
    draw = {"bamboo": _bamboo, "plum": _plum}[subject]
    details = draw(canvas, rng, image, black, colour, streaks)
    return image, {"subject": subject, **details}


def _bamboo(canvas, rng, image, black, _, streaks):
    """Stems from bottom to top, pale ones behind, with leaves hanging from their joints."""
    stems = int(rng.integers(2, 4))
    places = (np.arange(stems) + rng.uniform(0.15, 0.85, stems)) / stems
    leaves = 0
    long = canvas.noise(rng, 120, 3)
    for stem, place in enumerate(rng.permutation(places)):
        near = stem == stems - 1
        tone = rng.uniform(0.75, 0.95) if near else rng.uniform(0.18, 0.4)
        width = rng.uniform(0.018, 0.03) * (1.15 if near else 0.9)
        joints = int(rng.integers(2, 4))
        first, sway = rng.random(), rng.uniform(0.006, 0.02)
        bend = sway * np.sin(np.float32(2 * np.pi) * (canvas.y + np.float32(first)))
        right = canvas.x - np.float32(place) - bend
        side = (right - np.round(right)) / np.float32(width)
        joint = (canvas.y - np.float32(first)) * joints
        joint = (joint - np.round(joint)) / joints
        swell = 1 + 0.22 * np.exp(-np.square(joint / 0.014))
        body = canvas.inside((np.abs(side) - swell) * np.float32(width), 2.5)
        gap = np.clip((np.abs(joint + 0.006 * side**2) - 0.0035) * canvas.n / 2, 0, 1)
        load = 0.5 + 0.38 * side**2 + 0.25 * side + 0.5 * np.exp(-np.abs(joint) / 0.02)
        dry = np.clip(1.1 + 0.55 * long - 0.25 * np.abs(side), 0.15, 1)
        paint(image, black, np.clip(tone * load * dry, 0, 0.96) * body * gap)
        mark = np.abs(joint - 0.009 + 0.006 * side**2) - 0.0028 * (1.3 - np.abs(side))
        paint(
            image, black, canvas.inside(np.maximum(mark, (np.abs(side) - 1.35) * width), 3) * tone
        )
        for k in range(joints):
            for way in (-1, 1):
                reach = rng.uniform(0.12, 0.2)
                start = np.array([place, first + (k + 0.01) / joints])
                angle = -np.pi / 2 + way * rng.uniform(0.5, 1.0)
                twig = start + reach * np.array([np.cos(angle), np.sin(angle)])
                _line(canvas, image, start, twig, 0.0028, black, 0.8 * tone)
                for _ in range(int(rng.integers(3, 6))):
                    hang = np.pi / 2 + way * rng.uniform(-0.9, 0.5)
                    size = rng.uniform(0.13, 0.22)
                    _blade(canvas, rng, image, twig, hang, size, black, tone, streaks)
                    leaves += 1
    return {"stems": stems, "leaves": leaves}


def _line(canvas, image, start, end, width, black, tone):
    """A thin straight stroke."""
    middle, half = (start + end) / 2, length(*(end - start)) / 2
    where, right, down = patch(canvas, middle % 1, float(half + width))
    along, across = turned(right, down, float(np.arctan2(*(end - start)[::-1])))
    distance = length(np.maximum(np.abs(along) - np.float32(half), 0), across)
    part = image[(slice(None), *where)]
    paint(part, black, tone * canvas.inside(distance - width / 2, 2))
    image[(slice(None), *where)] = part


def _blade(canvas, rng, image, foot, angle, reach, black, tone, streaks):
    """One leaf: the brush presses down, then leaves the paper in a point."""
    middle = (foot + 0.5 * reach * np.array([np.cos(angle), np.sin(angle)])) % 1
    where, right, down = patch(canvas, middle, 0.53 * reach)
    along, across = turned(right, down, angle)
    along = np.clip(along / np.float32(reach) + np.float32(0.5), 0, 1)
    bent = across + np.float32(rng.uniform(-0.08, 0.08) * reach) * np.sin(np.float32(3) * along)
    width = np.float32(0.135 * reach) * along**0.55 * (1 - along) ** 0.95 * 1.9
    load = rng.uniform(0.75, 1.0) * (1.05 - 0.35 * along)
    dry = np.clip(1.15 + 0.4 * streaks[where] - 0.5 * along, 0.3, 1)
    part = image[(slice(None), *where)]
    bleed = np.clip(1 - (np.abs(bent) - width) / np.float32(0.012), 0, 1) * (width > 0.002)
    paint(part, black, 0.10 * tone * bleed**2)
    body = canvas.inside(np.abs(bent) - width + 1 / canvas.n, 2)
    paint(part, black, np.clip(tone * load * dry, 0, 0.97) * body)
    image[(slice(None), *where)] = part


def _plum(canvas, rng, image, black, colour, streaks):
    """Crooked branches, thick to thin, with five-petalled blossoms and buds."""
    branches = int(rng.integers(2, 4))
    rough = canvas.noise(rng, 40, octaves=2)
    stem = np.zeros((canvas.n, canvas.n), np.float32)
    spots = []
    starts = pack(rng, np.full(branches, 0.3))
    for start, heading in zip(starts, rng.uniform(0, 7, branches), strict=True):
        spots += _branch(canvas, rng, stem, start, heading, 0.016, 26)
    dry = np.clip(1.05 + 0.32 * streaks + 0.22 * rough, 0.25, 1)
    paint(image, black, 0.93 * stem * dry)
    order = rng.permutation(len(spots))[: 12 + 5 * branches]
    blossoms = 0
    for k, spot in enumerate(order):
        place = (spots[spot] + rng.normal(0, 0.012, 2)) % 1
        if k % 3 == 2:
            _blot(canvas, image, place, rng.uniform(0.009, 0.015), colour)
        else:
            _petals(canvas, rng, image, place, rng.uniform(0.032, 0.052), colour, black)
            blossoms += 1
    return {"branches": branches, "blossoms": blossoms}


def _branch(canvas, rng, stem, place, heading, thick, steps):
    """Presses a round brush along a crooked way; gives the places where blossoms may sit."""
    place, spots = np.array(place, float), []
    for step in range(steps):
        heading += rng.normal(0, 0.16) + rng.choice((-0.7, 0, 0.7), p=(0.07, 0.86, 0.07))
        radius = thick * (1 - 0.75 * step / steps) * rng.uniform(0.82, 1.18)
        for part in (0.25, 0.5, 0.75, 1):
            spot = (place + part * 0.026 * np.array([np.cos(heading), np.sin(heading)])) % 1
            where, right, down = patch(canvas, spot, radius + 2 / canvas.n)
            dot = canvas.inside(length(right, down) - radius, 2)
            stem[where] = np.maximum(stem[where], dot)
        place = spot
        spots.append(place)
        if thick > 0.008 and step > 3 and rng.random() < 0.24:
            turn = heading + rng.choice((-1, 1)) * rng.uniform(0.6, 1.1)
            spots += _branch(canvas, rng, stem, place, turn, 0.45 * thick, 9)
    return spots


def _blot(canvas, image, place, radius, colour):
    where, right, down = patch(canvas, place, 2 * radius)
    distance = length(right, down)
    part = image[(slice(None), *where)]
    paint(part, colour, 0.25 * np.clip(2 - distance / np.float32(radius), 0, 1) ** 2)
    paint(part, colour, 0.9 * canvas.inside(distance - radius, 3))
    image[(slice(None), *where)] = part


def _petals(canvas, rng, image, place, radius, colour, black):
    """Five round petals of wet colour, darker at their rims, and stamens in ink."""
    where, right, down = patch(canvas, place, 1.1 * radius)
    part = image[(slice(None), *where)]
    turn = rng.uniform(0, 7)
    size = 0.43 * radius
    for k in range(5):
        angle = turn + 2 * np.pi * k / 5
        x, y = 0.55 * radius * np.cos(angle), 0.55 * radius * np.sin(angle)
        distance = length(right - np.float32(x), down - np.float32(y)) / np.float32(size)
        body = canvas.inside((distance - 1) * size, 3)
        paint(part, colour, body * np.clip(0.30 + 0.55 * distance**3, 0, 0.9))
    distance, angle = length(right, down), np.arctan2(down, right)
    rays = np.abs(np.sin(6 * (angle + turn))) * distance
    hairs = canvas.inside(np.maximum(rays / 6 - 0.0006, distance - 0.42 * radius), 2)
    paint(part, black, 0.75 * hairs)
    tips = length((distance - 0.42 * radius), rays / 6) - 0.055 * radius
    paint(part, black, 0.85 * canvas.inside(tips, 2))
    paint(part, deeper(colour, 0.5), canvas.inside(distance - 0.09 * radius, 2))
    image[(slice(None), *where)] = part
