"""Scarf, its ends crossed or coming out of a loop."""

import math

import numpy as np

from fashionlab.data.garments.layers import Fold, Layer, turned
from fashionlab.data.garments.outlines import (
    both,
    from_axis,
    join,
    mirror,
    moved,
    normals,
    rows,
    smooth,
    stroke,
    tucked,
)
from fashionlab.data.garments.sewing import pick, seam


def scarf(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a scarf, its ends crossed or coming out of a loop."""
    p = {
        "style": pick(rng, {"crossed": 0.5, "wrapped": 0.5}),
        "length": rng.uniform(0.5, 0.72),
        "width": rng.uniform(0.14, 0.19),
        "spread": rng.uniform(0.02, 0.09),
        "uneven": rng.uniform(-0.08, 0.08),
        "fringe": bool(rng.random() < 0.7),
    }
    low, apart = p["length"], p["spread"]
    other = low + p["uneven"]
    if p["style"] == "crossed":
        start = ((-0.014, -0.081), (0.04, -0.074), (0.08, -0.036), (0.088, 0.02), (0.066, 0.1))
        left = smooth(*start, (0.005, 0.2), (-0.04 - 0.5 * apart, 0.34), (-0.05 - apart, other))
        right = mirror(
            smooth(*start, (0.005, 0.2), (-0.04 - 0.5 * apart, 0.34), (-0.05 - apart, low))
        )[::-1]
        widths = ([0, 0.12, 0.25, 0.4, 0.65, 1], [0.05, 0.06, 0.075, 0.1, 0.9, 1.0])
        widths[1][4:] = [0.9 * p["width"], p["width"]]
        neck = smooth((-0.08, 0.04), (-0.07, -0.03), (0, -0.066), (0.07, -0.03), (0.08, 0.04))
        fold = Fold((-0.09, 0.03), (0.09, 0.03), 0.01, 0.005, -0.45)
        layers = [
            Layer(
                "lining",
                [stroke(moved(neck, 0, 0.012), 0.06)],
                folds=[fold],
                tone=0.66,
                puff=0.006,
                round=0.03,
            )
        ]
    else:
        right = smooth((0.02, 0.1), (0.04 + 0.3 * apart, 0.3), (0.045 + apart, low))
        left = smooth((-0.02, 0.1), (-0.045 - 0.3 * apart, 0.28), (-0.04 - apart, other - 0.02))
        widths = ([0, 0.3, 1], [0.08, 0.85 * p["width"], p["width"]])
        layers = []
    for name, curve in (("right end", right), ("left end", left)):
        layers += _end(curve, np.interp(np.linspace(0, 1, len(curve)), *widths), p, rng, name)
    return [*layers, *(_loop(rng) if p["style"] == "wrapped" else [])], p


def _end(curve, width, p, rng, part):
    """One end of a scarf, folded along its length."""
    across, folds = normals(curve), []
    last = len(curve) - 1
    for share in np.linspace(-0.66, 0.66, 4) + rng.uniform(-0.1, 0.1, 4):
        line = curve + across * (share * width / 2)[:, None]
        for first, end in ((0, int(0.62 * last)), (int(0.38 * last), last)):
            chord = line[end] - line[first]
            sagitta = line[(first + end) // 2] - (line[first] + line[end]) / 2
            bend = (chord[0] * sagitta[1] - chord[1] * sagitta[0]) / (chord @ chord)
            beyond = 0.04 * chord / np.hypot(*chord) if end == last else 0
            size = width.mean() / 4 * rng.uniform(0.34, 0.5), rng.uniform(0.005, 0.009)
            skew = rng.uniform(-0.5, 0.5)
            folds.append(Fold(tuple(line[first]), tuple(line[end] + beyond), *size, bend, skew))
    contour = stroke(curve, width)
    way = curve[-1] - curve[-3]
    way /= np.hypot(*way)
    hem = contour[[last, last + 1]]
    cloth = turned(tuple(curve[0]), math.atan2(*(curve[-1] - curve[last // 2])))
    layers = []
    if p["fringe"]:
        feet = hem[0] + np.linspace(0.03, 0.97, 22)[:, None] * (hem[1] - hem[0])
        sway = rng.uniform(-0.008, 0.008, 22)[:, None] * (1, 0)
        ends = feet + way * rng.uniform(0.056, 0.066, 22)[:, None] + sway
        threads = rows(feet - 0.004 * way, ends, 0.005)
        layers.append(Layer("fringe", [*threads], puff=0.002, round=0.005, cloth=cloth))
    layers.append(
        Layer(
            part,
            [contour],
            folds=folds,
            lines=[seam(hem - 0.01 * way, darkness=0.35)],
            cloth=cloth,
            puff=0.008,
            round=0.04,
            rumple=0.0008,
            shadow=0.45,
            reach=0.014,
        )
    )
    return layers


def _loop(rng):
    """The turn around the neck."""
    top = smooth((0.098, -0.068), (0.05, -0.083), (0, -0.088))
    rim = from_axis((0, 0.036), (0.09, 0.012), (0.118, -0.03), (0.098, -0.068))
    low = smooth((0.098, -0.068), (0.15, -0.045), (0.176, 0.03), (0.12, 0.13), (0.0, 0.168))
    behind = [
        Fold((-0.11, -0.01), (0.11, -0.01), 0.01, 0.005, -0.3),
        Fold((-0.11, -0.03), (0.11, -0.03), 0.008, 0.004, -0.25),
    ]
    folds = []
    for k in range(4):
        bend, end = (
            0.13 + 0.075 * k + rng.uniform(-0.02, 0.02),
            0.012 * k + rng.uniform(-0.02, 0.02),
        )
        folds.append(
            Fold(
                (-0.16, 0.012 * k),
                (0.16, end),
                0.011,
                rng.uniform(0.005, 0.009),
                bend,
                rng.uniform(-0.5, 0.5),
            )
        )
    return [
        Layer(
            "lining", [both(join(top[::-1], tucked(rim[::-1], 0, 0.01)))], folds=behind, tone=0.6
        ),
        Layer(
            "loop",
            [both(join(rim, low))],
            folds=folds,
            puff=0.014,
            round=0.05,
            rumple=0.0008,
            shadow=0.5,
            reach=0.016,
        ),
    ]
