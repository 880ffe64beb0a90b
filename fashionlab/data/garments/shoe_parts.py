"""What shoes share: colours, seams, laces and heeled soles."""

from functools import partial

import numpy as np

from fashionlab.data.garments import sewing
from fashionlab.data.garments.layers import Layer
from fashionlab.data.garments.outlines import along, join, moved, oval, smooth, stroke
from fashionlab.data.garments.sewing import LEATHER

FINE = 0.45  # the scale of a shoe's seams
seam = partial(sewing.seam, width=FINE * sewing.SEAM)
stitches = partial(sewing.stitches, scale=FINE)

WHITE = (0.94, 0.93, 0.91)
RUBBER = (0.22, 0.21, 0.21)
GUM = (0.66, 0.47, 0.30)
CORK = (0.80, 0.66, 0.46)
INSOLE = (0.80, 0.72, 0.62)
COLOURS = {"white": WHITE, "black": RUBBER, "gum": GUM, "leather": LEATHER, "cork": CORK}
# What is sewn upon the upper.
OVERLAY = {"within": "body", "shadow": 0.35, "reach": 0.003, "puff": 0.0012, "round": 0.006}
METAL = {"shadow": 0.3, "reach": 0.003, "puff": 0.001, "round": 0.004}


def laces(edge, number, hole, width, metal, colour):
    """Eyelets beside an edge, and laces from them over it."""
    places = along(edge, np.linspace(0.06, 0.93, number))
    eyelets = [oval(place + hole, (0.0025, 0.0025), points=12) for place in places]
    loops = []
    for place in places:
        way = smooth(place + 0.93 * np.array(hole), place, place - (0.012, 0.006))
        loops.append(stroke(way, width))
    raised = {"puff": 0.0015, "round": 0.004, "shadow": 0.4, "reach": 0.003}
    return [Layer("", eyelets, colour=metal), Layer("laces", loops, colour=colour, **raised)]


def floor_line(p) -> np.ndarray:
    """The line on which a foot stands, from heel to toe."""
    heel, s = p["heel"], p["sole_height"]
    return smooth(
        (0.1165, -heel - s),
        (0.07, -0.95 * heel - s),
        (0.02, -0.52 * heel - s),
        (-0.03, -0.1 * heel - s),
        (-0.07, -s),
        (-0.11, -s - 0.001),
        (-0.142, -s - 0.006),
    )


def heeled_sole(p, floor) -> list[Layer]:
    """A thin sole under the floor, and a heel of leather discs."""
    h, s, colour = p["heel"], p["sole_height"], COLOURS[p["sole_colour"]]
    under = smooth(
        floor[-1],
        (-0.1465, -0.6 * s - 0.004),
        (-0.139, -0.002),
        (-0.11, 0.0),
        (-0.06, 0.0),
        (-0.03, -0.12 * h),
        (0.02, -0.52 * h),
        (0.045, -0.78 * h),
    )
    slim = 0.03 if h > 0.05 else 0.012
    heel = join(
        (0.1165, -h - 0.5 * s),
        smooth((0.119, -h - 0.4 * s), (0.117, -0.5 * h), (0.115 - 0.2 * slim, 0)),
        smooth((0.05 + slim, 0), (0.046 + 0.8 * slim, -0.4 * h), (0.04, -0.82 * h)),
    )
    heights = np.linspace(-0.85 * h, -0.008, max(int(h / 0.007), 2))
    stack = [np.array([(0.03, y), (0.13, y)]) for y in heights]
    tip = seam(np.array([(0.02, -0.004), (0.13, -0.004)]), darkness=0.35, width=0.004)
    sole = join(floor, under, (0.1165, -h))
    return [
        Layer(
            "heel",
            [heel],
            lines=[seam(*stack, darkness=0.25), tip],
            colour=colour,
            tone=0.92,
            puff=0.003,
            round=0.012,
        ),
        Layer(
            "sole",
            [sole],
            lines=[stitches(moved(floor, 0, 0.003))],
            colour=colour,
            puff=0.002,
            round=0.008,
            shadow=0.4,
            reach=0.004,
        ),
    ]
