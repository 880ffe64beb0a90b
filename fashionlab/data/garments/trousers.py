"""Trousers: skinny, straight or wide ones, joggers and shorts."""

import math
from dataclasses import replace

import numpy as np

from fashionlab.data.garments.dresses import waist_inside, waistband
from fashionlab.data.garments.layers import Fold, Layer, turned
from fashionlab.data.garments.outlines import join, mirror, moved, smooth, stroke
from fashionlab.data.garments.sewing import (
    HORN,
    IVORY,
    SEAM,
    STEEL,
    buttons,
    crease,
    pick,
    ribs,
    seam,
    stitches,
    wave,
)

# Half the width of a leg at the knee and at the hem.
CUTS = {
    "skinny": (0.078, 0.056),
    "straight": (0.1, 0.09),
    "wide": (0.128, 0.15),
    "jogger": (0.1, 0.06),
    "shorts": (0.13, 0.13),
}
THIGH = 0.118  # from the middle of a leg to the middle of the body


def trouser(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of trousers."""
    odds = {"skinny": 0.25, "straight": 0.3, "wide": 0.2, "jogger": 0.13, "shorts": 0.12}
    p = {"cut": pick(rng, odds), "waist": rng.uniform(0.178, 0.205), "waistband": 0.042}
    knee, hem = CUTS[p["cut"]]
    shorts, jogger = p["cut"] == "shorts", p["cut"] == "jogger"
    p |= {
        "hip": p["waist"] + rng.uniform(0.035, 0.055),
        "rise": rng.uniform(0.255, 0.3),
        "length": rng.uniform(0.42, 0.52) if shorts else rng.uniform(0.9, 1.04),
        "knee": knee * rng.uniform(0.93, 1.07),
        "hem": hem * rng.uniform(0.92, 1.12),
        "stiffness": rng.uniform(0, 0.6),
        "crease": bool(p["cut"] in ("straight", "wide") and rng.random() < 0.5),
        "pocket": pick(rng, {"curved": 0.5, "slanted": 0.5}),
        "cuff": "rib" if jogger else pick(rng, {"hem": 0.75, "turn-up": 0.25}),
        "button_colour": HORN if rng.random() < 0.5 else STEEL,
    }
    if shorts:
        p |= {"knee": p["hem"] - 0.004, "knee_at": 0.4 * p["rise"] + 0.6 * p["length"]}
    else:
        p["knee_at"] = 0.56 * p["length"] + 0.02
    apart = 0.0 if shorts else rng.uniform(0.0, 0.03)
    p["hem_centre"] = max(0.115 * (not shorts) + apart, p["hem"] + 0.012)
    left, right = ([*_leg(p, rng)] for _ in range(2))
    left = [layer.mirrored() for layer in left]
    middle = np.array([(0.0, 0), (0.0, p["rise"])])
    fly = smooth((0.034, 0), (0.034, 0.12), (0.024, 0.16), (0.0, 0.178))
    front = [seam(middle, darkness=0.6)] if jogger else [seam(middle, darkness=0.6), stitches(fly)]
    right[0] = replace(right[0], lines=[*right[0].lines, *front], shadow=0.3, reach=0.008)
    layers = [*waist_inside(p), *left, *right]
    return [*layers, *(_drawstring(p) if jogger else _belt_loops(p))], p


def _leg(p, rng):
    """The right leg and what is sewn to its end."""
    waist, hip, rise, low, at = p["waist"], p["hip"], p["rise"], p["length"], p["knee_at"]
    centre, half = p["hem_centre"], p["hem"]
    middle = 0.5 * centre + 0.5 * THIGH
    out, inn = middle + p["knee"], middle - p["knee"]
    shin = 0.45 * at + 0.55 * low
    outer = smooth(
        (waist, 0),
        (0.45 * waist + 0.55 * hip, 0.09),
        (hip, 0.2),
        (0.6 * hip + 0.4 * out, 0.09 + 0.55 * min(at, 0.49)),
        (out, at),
        (0.4 * out + 0.6 * (centre + half), shin),
        (centre + half, low),
    )
    inner = smooth(
        (centre - half, low + 0.006),
        (0.4 * inn + 0.6 * (centre - half), shin),
        (inn, at),
        (min(0.022, inn), 0.55 * rise + 0.45 * at),
        (0.004, rise + 0.012),
        (-0.004, rise - 0.02),
    )
    hem = smooth((centre + half, low), (centre, low + 0.008), (centre - half, low + 0.006))
    if p["pocket"] == "curved":
        slit = smooth((0.55 * waist, 0), (0.62 * waist, 0.055), (0.8 * waist, 0.082), (hip, 0.088))
    else:
        slit = smooth((0.7 * waist, 0), (0.86 * waist, 0.08), (hip - 0.001, 0.165))
    lines = [seam(slit), stitches(slit, beside=0.006)]
    if p["cuff"] == "hem":
        lines.append(stitches(hem - (0, 0.024)))
    yield Layer(
        "right leg",
        [join((-0.004, 0), outer, hem[1:], inner[1:])],
        folds=_folds(p, rng, middle),
        lines=lines,
        cloth=turned((THIGH, 0.0), math.atan2(centre - THIGH, low - 0.3)),
        puff=0.012,
        round=0.05,
        rumple=0.0008,
    )
    if p["cuff"] != "hem":
        yield _cuff(p, hem)


def _cuff(p, hem):
    ribbed = p["cuff"] == "rib"
    deep = 0.05 if ribbed else 0.04
    lines = [seam(hem - (0, deep))] + ([ribs(hem, (0, -deep), 0.008)] if ribbed else [])
    middle = hem.mean(axis=0)
    wide = (hem - middle) * (1.3, 1) + middle
    band = join(moved(wide, 0, 0.004), (wide - (0, deep))[::-1])
    sewn = {"puff": 0.004, "round": 0.02, "shadow": 0.2, "reach": 0.008}
    return Layer("", [band], lines=lines, within="right leg", **sewn)


def _folds(p, rng, middle):
    """Whiskers from the crotch, drags at the hip, bends at the knee, rings above the hem."""
    hip, knee, at, low = p["hip"], p["knee"], p["knee_at"], p["length"]
    soft, folds = 1 - 0.5 * p["stiffness"], []
    tight = float(np.clip((0.11 - knee) / 0.04, 0.35, 1.2)) * soft
    for k in range(4):
        angle, reach = rng.uniform(-0.75, -0.5) + 0.42 * k, rng.uniform(0.08, 0.15)
        start = (0.012, p["rise"] - 0.02 + 0.012 * k)
        end = (start[0] + reach * math.cos(angle), start[1] + reach * math.sin(angle))
        folds.append(crease(rng, start, end, 0.011, 0.0045 * soft))
    for _ in range(2):
        y = rng.uniform(0.2, 0.34)
        end = (hip - rng.uniform(0.07, 0.13), y + rng.uniform(-0.03, 0.05))
        folds.append(crease(rng, (hip - 0.003, y), end, 0.012, 0.003 * soft))
    for k in range(5):
        side, y = 1 if k % 2 else -1, at + (k - 2.2) * rng.uniform(0.026, 0.04)
        start = (middle + side * (knee + 0.006), y)
        end = (start[0] - side * knee * rng.uniform(1.0, 1.7), y + rng.uniform(-0.05, 0.05))
        folds.append(crease(rng, start, end, 0.012, 0.0048 * tight))
    centre, half = p["hem_centre"], p["hem"]
    for k in range(3 if low > 0.8 else 0):
        side, y = 1 if k % 2 else -1, low - 0.05 - 0.045 * k
        start = (centre + side * (half + 0.006), y)
        end = (start[0] - side * half * rng.uniform(1.0, 1.7), y + rng.uniform(-0.03, 0.02))
        folds.append(crease(rng, start, end, 0.011, 0.0045 * tight))
    if p["crease"]:
        folds.append(Fold((THIGH, 0.16), (centre, low + 0.02), 0.018, 0.006, 0, 0.3, flowing=True))
    elif knee > 0.11:
        for share in (-0.45, 0.1, 0.6):
            start, end = (THIGH + 0.1 * share, p["rise"]), (centre + share * half, low + 0.02)
            folds.append(wave(rng, start, end, 0.3 * half, 0.007))
    return folds


def _belt_loops(p):
    loop = np.array([(-0.006, -0.04), (0.006, -0.04), (0.006, 0.01), (-0.006, 0.01)])
    loops = [moved(loop, share * p["waist"], 0) for share in (-0.72, -0.36, 0.36, 0.72)]
    return [
        waistband(p),
        Layer("", loops, puff=0.001, round=0.006, shadow=0.35, reach=0.005),
        buttons([(0.004, -0.012)], 0.0085, p["button_colour"]),
    ]


def _drawstring(p):
    band = waistband(p)
    edge = np.array([(-p["waist"], 0), (p["waist"], 0)])
    string = stroke(smooth((0.012, -0.015), (0.026, 0.05), (0.018, 0.13)), 2.9 * SEAM)
    cord = {"puff": 0.002, "round": 0.004, "shadow": 0.3, "reach": 0.006}
    return [
        replace(band, lines=[ribs(edge, (0, -0.04), 0.009)]),
        Layer("", [string, mirror(string)], colour=IVORY, **cord),
    ]
