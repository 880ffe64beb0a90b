"""Ankle boot, seen from its outer side with the toe to the left; the ground is y = 0."""

import numpy as np

from fashionlab.data.garments import sewing
from fashionlab.data.garments.layers import Fold, Layer, Line
from fashionlab.data.garments.outlines import (
    along,
    join,
    moved,
    oval,
    rows,
    shift,
    smooth,
    stroke,
    tucked,
)
from fashionlab.data.garments.sewing import BRASS, LEATHER, STEEL, buckle, pick
from fashionlab.data.garments.shoe_parts import (
    INSOLE,
    OVERLAY,
    floor_line,
    heeled_sole,
    laces,
    seam,
    stitches,
)


def ankle_boot(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of an ankle boot: elastic at the side, laced, or with a zip."""
    heel = (0.018, 0.03, 0.055, 0.075)[rng.choice(4, p=[0.25, 0.35, 0.22, 0.18])]
    p = {
        "closure": pick(rng, {"elastic": 0.34, "laces": 0.33, "zip": 0.33}),
        "heel": heel * rng.uniform(0.9, 1.1),
        "sole_height": rng.uniform(0.007, 0.014) if heel > 0.04 else rng.uniform(0.01, 0.02),
        "sole_colour": pick(rng, {"black": 0.34, "leather": 0.33, "gum": 0.33}),
        "shaft": rng.uniform(0.105, 0.17),
        "shaft_width": rng.uniform(0.094, 0.112),
        "toe": rng.uniform(0.8, 1.1),
        "buckle": bool(rng.random() < 0.5),
    }
    s, shaft, t = p["sole_height"], p["shaft"], p["toe"]
    base, back = -p["heel"] - s, 0.118  # y of the foot's heel; x of the back of the shaft
    top, front_x = base - shaft, back - p["shaft_width"]
    floor = floor_line(p)
    rim = smooth((back - 0.002, top), ((back + front_x) / 2, top + 0.007), (front_x, top + 0.001))
    behind = smooth((back - 0.002, top), ((back + front_x) / 2, top - 0.007), rim[-1])
    front = smooth(
        rim[-1],
        (front_x - 0.004, top + 0.4 * shaft),
        (front_x - 0.02, top + 0.63 * shaft + 0.002),
        (-0.055, -s - 0.3 * p["heel"] - 0.066),
        (-0.1, -s - 0.053 * t),
        (-0.134, -s - 0.034 * t),
        (-0.1435, -s - 0.007),
    )
    calf = smooth(
        (0.116, base + 0.004), (0.122, base - 0.03), (0.114, base - 0.07), (back - 0.002, top)
    )
    upper = Layer(
        "body",
        [join(rim, front[1:], moved(floor[::-1], 0, 0.003), calf)],
        folds=_boot_folds(p, rng, front_x, top + 0.66 * shaft),
        lines=[stitches(rim, beside=0.004)],
        puff=0.014,
        round=0.05,
        rumple=0.0002,
    )
    lining = Layer("lining", [join(behind, tucked(rim, 0, 0.006)[::-1])], colour=INSOLE, tone=0.5)
    closure = {"elastic": _elastic, "laces": _laced, "zip": _zipped}[p["closure"]]
    beneath, above = closure(p, front, front_x, back, top)
    if t > 1:
        cap = smooth((-0.098, -s - 0.053 * t), (-0.09, -s - 0.03), (-0.1, -s))
        shape = join(cap, (-0.15, -s), (-0.15, -s - 0.06))
        above.append(Layer("", [shape], lines=[seam(cap), stitches(cap, beside=-0.002)], **OVERLAY))
    return [*beneath, lining, upper, *above, *heeled_sole(p, floor)], p


def _boot_folds(p, rng, front_x, ankle):
    folds = [Fold((0.118, ankle + 0.004), (0.068, ankle + 0.01), 0.006, 0.0015, 0.1, 0.3)]
    for k in range(4):
        y, bend, skew = ankle + 0.014 * (k - 1.5), rng.uniform(-0.15, 0.15), rng.uniform(-0.4, 0.4)
        start = (front_x - 0.012 + 0.01 * (k % 2), y - 0.004)
        end = (front_x + 0.055, y + rng.uniform(-0.008, 0.014))
        folds.append(Fold(start, end, 0.005, rng.uniform(0.0008, 0.002), bend, skew))
        x, y = -0.07 - 0.012 * k, -p["sole_height"]
        depth = rng.uniform(0.0004, 0.0012)
        folds.append(Fold((x, y - 0.055), (x + 0.015, y - 0.02), 0.004, -depth, 0.1))
    return folds


def _elastic(p, front, front_x, back, top):
    a, b = 0.42 * back + 0.58 * front_x, 0.86 * back + 0.14 * front_x
    deep = 0.78 * p["shaft"]
    gore = join(
        smooth((a, top - 0.01), (a + 0.004, top + 0.5 * deep), (a + 0.02, top + deep)),
        smooth((b - 0.012, top + deep), (b - 0.002, top + 0.5 * deep), (b, top - 0.01)),
    )
    x = np.arange(a, b, 0.0028)
    heads = np.stack([x, np.full_like(x, top)], axis=1)
    feet = np.stack([0.7 * x + 0.15 * (a + b), np.full_like(x, top + deep)], axis=1)
    stripes = Line([rows(heads, feet, 0.0008)], 0.5)
    loop = smooth(
        (back - 0.006, top + 0.025),
        (back - 0.002, top - 0.012),
        (back - 0.012, top - 0.014),
        (back - 0.014, top + 0.02),
    )
    elastic = Layer(
        "",
        [gore],
        lines=[stripes],
        colour=(0.16, 0.16, 0.17),
        within="body",
        shadow=0.3,
        reach=0.003,
    )
    return [Layer("strap", [stroke(loop, 0.006)], puff=0.001, round=0.004, tone=0.9)], [elastic]


def _laced(p, front, front_x, back, top):
    edge = along(front, np.linspace(0.0, 0.5, 30))
    inner = moved(edge, 0.017, 0.006)
    stay = Layer(
        "",
        [join(edge, inner[::-1])],
        lines=[seam(inner), stitches(inner, beside=-0.002)],
        **OVERLAY,
    )
    tip = smooth(
        (front_x + 0.03, top + 0.004),
        (front_x + 0.018, top - 0.016),
        (front_x + 0.002, top - 0.019),
        (front_x - 0.007, top - 0.006),
        edge[3] - (0.005, 0.0),
    )
    tongue = join(tip, edge[6:] - (0.0045, 0.002), moved(edge[:1:-1], 0.008, 0.002))
    laced = laces(edge, 7, (0.0095, 0.0095), 0.0042, BRASS, LEATHER)
    return [Layer("tongue", [tongue], puff=0.003, round=0.01)], [stay, *laced]


def _zipped(p, front, front_x, back, top):
    x, ankle = 0.62 * back + 0.38 * front_x, top + 0.66 * p["shaft"]
    line = smooth((x, top), (x + 0.002, ankle), (x + 0.006, -p["heel"] - p["sole_height"] - 0.028))
    tape = seam(shift(line, 0.0035), shift(line, -0.0035))
    teeth = Line(sewing.stitches(line, scale=0.4).contours, 0.4)
    pull = stroke(np.array([(x, top + 0.006), (x + 0.0005, top + 0.022)]), 0.004)
    layers = [
        Layer("", [stroke(line, 0.007)], lines=[tape], **OVERLAY),
        Layer("", [stroke(line, 0.0026)], lines=[teeth], colour=STEEL, within="body"),
        Layer("", [pull], colour=STEEL, shadow=0.3, reach=0.003),
    ]
    if p["buckle"]:
        at = ((back + front_x) / 2, ankle + 0.016)
        band = smooth((front_x - 0.024, ankle + 0.006), at, (back + 0.004, ankle + 0.010))
        lines = [stitches(shift(band, 0.005), shift(band, -0.005))]
        leather = {"puff": 0.0015, "round": 0.006, "shadow": 0.4, "reach": 0.004}
        layers.append(Layer("strap", [stroke(band, 0.013)], lines=lines, within="body", **leather))
        hole = Layer("strap", [oval(at, (0.0065, 0.0065), corners=6)], tone=0.9)
        layers += buckle(at, (0.01, 0.01), hole)
    return [], layers
