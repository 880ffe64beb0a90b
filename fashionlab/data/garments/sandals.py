"""Sandal, seen from its outer side with the toe to the left; the ground is y = 0."""

import numpy as np

from fashionlab.data.garments.layers import Layer
from fashionlab.data.garments.outlines import join, moved, oval, shift, smooth, stroke
from fashionlab.data.garments.sewing import buckle, closed, pick
from fashionlab.data.garments.shoe_parts import (
    COLOURS,
    CORK,
    INSOLE,
    floor_line,
    heeled_sole,
    seam,
    stitches,
)


def sandal(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a sandal, flat or with a wedge or a heel."""
    style = pick(rng, {"flat": 0.45, "wedge": 0.25, "heel": 0.3})
    heel, sole = {
        "flat": ((0.004, 0.016), (0.010, 0.018)),
        "wedge": ((0.03, 0.06), (0.014, 0.024)),
        "heel": ((0.055, 0.085), (0.007, 0.012)),
    }[style]
    straps = int(rng.integers(1, 4))
    p = {
        "style": style,
        "heel": rng.uniform(*heel),
        "sole_height": rng.uniform(*sole),
        "sole_colour": pick(rng, {"leather": 0.25, "gum": 0.25, "black": 0.25, "cork": 0.25}),
        "straps": straps,
        "strap_width": rng.uniform(
            *{1: (0.05, 0.08), 2: (0.024, 0.036), 3: (0.018, 0.026)}[straps]
        ),
        "lean": rng.uniform(0.006, 0.022),
        "ankle_strap": bool(rng.random() < 0.7),
    }
    floor = floor_line(p)
    lift = np.sin(np.linspace(0, np.pi, len(floor)))[:, None] ** 0.5 * (0, 0.009)
    bed = Layer(
        "insole", [join(moved(floor, 0, 0.002), (floor - lift)[::-1])], colour=INSOLE, tone=0.8
    )
    places = {1: [-0.066], 2: [-0.092, -0.036], 3: [-0.105, -0.065, -0.022]}[straps]
    pairs = [_strap(p, floor, x) for x in places]
    layers = [bed, *(back for back, _ in pairs)]
    fronts = [front for _, front in pairs]
    if p["ankle_strap"]:
        back, *front = _ankle_strap(floor, rng.uniform(0.055, 0.08))
        layers.append(back)
        fronts += front
    if style == "heel":
        return [*layers, *fronts, *heeled_sole(p, floor)], p
    return [*layers, *fronts, _flat_sole(p, floor)], p


STRAP = {"puff": 0.004, "round": 0.02, "shadow": 0.35, "reach": 0.004}


def _strap(p, floor, x):
    """A strap over the toes: its inside on the far side, and its outside."""

    def bed(u):
        return float(np.interp(u, floor[::-1, 0], floor[::-1, 1]))

    def foot(u):
        heights = [0.016, 0.034, 0.048, 0.066, 0.09]
        return bed(u) - float(np.interp(u, [-0.13, -0.09, -0.05, -0.01, 0.03], heights))

    width, lean = p["strap_width"], p["lean"]
    left, right = x - width / 2, x + width / 2
    a, b = left + lean + 0.06 * width, right + lean - 0.06 * width
    top = [np.array((u, foot(u))) for u in np.linspace(a, b, 5)]
    front = smooth(
        (left, bed(left) + 0.008),
        (left - 0.001, 0.55 * bed(left) + 0.45 * foot(a)),
        top[0] + (0.0015, 0.0018),
    )
    middle = np.array((right + 0.3 * lean + 0.003, (bed(right) + foot(b)) / 2))
    back = smooth(top[-1] + (0.001, 0.003), middle, (right, bed(right) + 0.008))
    shape = smooth(front[0], front[10], front[-1], *top[1:4], back[0], back[10], back[-1])
    far = smooth(
        top[3], top[4] + (0.006, 0.004), moved(middle, 0.009, 0), (right + 0.01, bed(right))
    )
    inside = Layer("lining", [join(far, (right - 0.01, bed(right)), back[::-1])], tone=0.56)
    lines = [stitches(front, back, beside=-0.0028)]
    return inside, Layer("strap", [shape], lines=lines, **STRAP)


def _ankle_strap(floor, up):
    heel = floor[0, 1]
    y = heel - up
    front = smooth((0.06, heel + 0.004), (0.085, heel - 0.028), (0.098, y + 0.004))
    counter = join(front, smooth((0.120, y), (0.119, heel - 0.03), (0.1165, heel + 0.006)))
    loop = oval((0.075, y), (0.045, 0.014), 0.06, points=80)
    lower = np.roll(loop, 4, axis=0)[:49]
    thin = STRAP | {"puff": 0.0022, "round": 0.008}
    hole = Layer("strap", [oval(lower[24], (0.005, 0.0055), corners=5)], tone=0.92)
    lines = [stitches(shift(lower, 0.0045), shift(lower, -0.0045))]
    return [
        Layer("lining", [stroke(closed(loop)[38:], 0.010)], tone=0.6),
        Layer("strap", [counter], lines=[stitches(front, beside=-0.0025)], **thin),
        Layer("strap", [stroke(lower, 0.012)], lines=lines, **thin),
        *buckle(lower[24], (0.008, 0.0085), hole),
    ]


def _flat_sole(p, floor):
    h, s = p["heel"], p["sole_height"]
    toe = (floor[-1], (-0.1465, -0.6 * s - 0.004), (-0.138, -0.002))
    edge = stitches(moved(floor, 0, 0.002))
    if p["style"] == "wedge":
        under = smooth(*toe, (-0.1, 0.0), (0.0, 0.0), (0.110, 0.0))
        layered = [np.array([(-0.15, -y), (0.13, -y)]) for y in np.arange(0.005, h + s, 0.006)]
        lines, colour = [seam(*layered, darkness=0.3), edge], CORK
    else:
        under = smooth(
            *toe,
            (-0.11, 0.0),
            (-0.04, 0.0),
            (0.02, -0.25 * h),
            (0.05, -0.2 * h),
            (0.07, 0),
            (0.114, 0.0),
        )
        lines, colour = (
            [seam(moved(floor, 0, 0.004), darkness=0.35), edge],
            COLOURS[p["sole_colour"]],
        )
    shape = join(floor, under, (0.1175, -0.5 * h - 0.5 * s))
    return Layer("sole", [shape], lines=lines, colour=colour, puff=0.003, round=0.012)
