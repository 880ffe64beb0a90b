"""Sneaker, seen from its outer side with the toe to the left; the ground is y = 0."""

import numpy as np

from fashionlab.data.garments.layers import Fold, Layer, Line
from fashionlab.data.garments.outlines import join, moved, rows, smooth, stroke, tucked
from fashionlab.data.garments.sewing import pick
from fashionlab.data.garments.shoe_parts import (
    COLOURS,
    INSOLE,
    OVERLAY,
    RUBBER,
    WHITE,
    laces,
    seam,
    stitches,
)


def sneaker(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a sneaker, low or high."""
    p = {
        "high": bool(rng.random() < 0.25),
        "sole_height": rng.uniform(0.024, 0.036),
        "sole_colour": pick(rng, {"white": 0.5, "gum": 0.25, "black": 0.25}),
        "toe": rng.uniform(0.9, 1.12),
        "toe_cap": pick(rng, {"cap": 0.45, "none": 0.3, "rubber": 0.25}),
        "stripe": pick(rng, {"none": 0.55, "white": 0.23, "black": 0.22}),
    }
    up = p["rise"] = 0.045 if p["high"] else rng.uniform(0.0, 0.012)
    s, t = p["sole_height"], p["toe"]
    lip = smooth(
        (-0.146, -s - 0.004),
        (-0.10, 0.001 - s),
        (-0.02, 0.002 - s),
        (0.06, -s - 0.002),
        (0.143, -s - 0.006),
    )
    collar = smooth(
        (0.140, -0.113 - up),
        (0.132, -0.108 - up),
        (0.116, -0.09 - up),
        (0.086, -0.081 - up),
        (0.054, -0.090 - up),
        (0.03, -0.112 - up),
    )
    throat = smooth((0.03, -0.112 - up), (-0.005, -0.096 - 0.35 * up), (-0.045, -0.074))
    vamp = smooth(
        (-0.045, -0.074),
        (-0.08, -0.065 * t),
        (-0.115, -0.059 * t),
        (-0.139, -0.047 * t),
        (-0.148, -s - 0.001),
    )
    heel = smooth(
        (0.1425, -s),
        (0.147, -0.055),
        (0.140, -0.085 - 0.5 * up),
        (0.145, -0.106 - up),
        (0.140, -0.113 - up),
    )
    inside = smooth(
        (0.140, -0.113 - up), (0.11, -0.104 - up), (0.07, -0.108 - up), (0.03, -0.112 - up)
    )
    bends = [
        Fold((-0.058 - 0.014 * k, -0.068), (-0.03 - 0.016 * k, -0.042), 0.004, -0.0012, 0.1)
        for k in range(3)
    ]
    upper = Layer(
        "body",
        [join(collar, throat[1:], vamp[1:], moved(lip, 0, 0.006), heel)],
        folds=bends,
        lines=[stitches(collar, beside=0.0035)],
        puff=0.012,
        round=0.05,
        rumple=0.0002,
        shadow=0.3,
        reach=0.004,
    )
    layers = [
        _tongue(up),
        Layer("lining", [join(inside, tucked(collar, 0, 0.006)[::-1])], colour=INSOLE, tone=0.55),
        upper,
        *_overlays(p, throat),
        *laces(throat, 7 if p["high"] else 5, (0.0075, 0.014), 0.0062, RUBBER, WHITE),
        *_rubber_sole(lip, s, COLOURS[p["sole_colour"]]),
    ]
    return layers, p


def _tongue(up):
    edge = smooth(
        (0.048, -0.11 - up),
        (0.03, -0.136 - up),
        (0.012, -0.133 - up),
        (-0.01, -0.106 - 0.35 * up),
        (-0.05, -0.078),
    )
    shape = join(edge, (-0.045, -0.068), (0.03, -0.1 - up))
    return Layer("tongue", [shape], lines=[stitches(edge, beside=0.003)], puff=0.004, round=0.015)


def _overlays(p, throat):
    """Toe cap, heel counter, eyelet stay and stripe."""
    s, t, up = p["sole_height"], p["toe"], p["rise"]
    cap = smooth((-0.096, -0.06 * t), (-0.088, -0.044), (-0.098, 0.002 - s))
    counter = smooth((0.118, -0.093 - up), (0.104, -0.066), (0.098, -s))
    stay = join(
        smooth((-0.045, -0.074), (-0.05, -0.062), (-0.036, -0.052)),
        smooth(
            (-0.036, -0.052),
            (0.0, -0.068 - 0.2 * up),
            (0.034, -0.086 - 0.8 * up),
            (0.052, -0.094 - up),
        ),
    )
    if p["toe_cap"] != "none":
        colour = WHITE if p["toe_cap"] == "rubber" else None
        shape = join(cap, (-0.15, 0.002 - s), (-0.15, -0.06 * t))
        lines = [seam(cap), stitches(cap, beside=-0.002)]
        yield Layer("", [shape], lines=lines, colour=colour, **OVERLAY)
    shape = join(counter, (0.15, -s), (0.15, -0.12 - up))
    yield Layer("", [shape], lines=[seam(counter), stitches(counter, beside=0.002)], **OVERLAY)
    lines = [seam(stay), stitches(stay, beside=-0.002)]
    yield Layer("", [join(throat, stay)], lines=lines, **OVERLAY)
    if p["stripe"] != "none":
        line = smooth(
            (0.085, -0.085 - 0.6 * up), (0.05, -0.055), (0.0, -s - 0.004), (-0.02, 0.004 - s)
        )
        shape = stroke(line, np.linspace(0.006, 0.02, len(line)))
        yield Layer("", [shape], colour=COLOURS[p["stripe"]], **OVERLAY)


def _rubber_sole(lip, s, colour):
    bottom = smooth(
        (0.147, -0.6 * s),
        (0.14, -0.004),
        (0.118, 0.0),
        (0.0, 0.0),
        (-0.09, -0.0005),
        (-0.13, -0.008),
        (-0.149, -0.6 * s),
    )
    tread = smooth((-0.14, -0.007), (-0.09, -0.005), (0.0, -0.006), (0.12, -0.006), (0.145, -0.009))
    feet = np.arange(-0.13, 0.14, 0.006)[:, None] * (1, 0)
    profile = Line([rows(feet - (0, 0.006), feet, 0.0012)], 0.3)
    lines = [seam(moved(lip, 0, 0.42 * s), darkness=0.25), stitches(moved(lip, 0, 0.004))]
    outsole = tuple(0.72 * channel for channel in colour)
    return [
        Layer(
            "sole",
            [join(lip, bottom)],
            lines=lines,
            colour=colour,
            puff=0.004,
            round=0.014,
            shadow=0.4,
            reach=0.004,
        ),
        Layer(
            "", [join(tread, bottom)], lines=[seam(tread), profile], colour=outsole, within="sole"
        ),
    ]
