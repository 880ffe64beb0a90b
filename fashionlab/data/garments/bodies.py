"""The body of everything that hangs from the shoulders."""

import math

import numpy as np

from fashionlab.data.garments.layers import Layer
from fashionlab.data.garments.outlines import (
    both,
    from_axis,
    join,
    mirror,
    moved,
    shift,
    smooth,
    whole,
)
from fashionlab.data.garments.sewing import crease, label, ribs, seam, stitches, wave


def fit(rng, chest: float, length) -> dict:
    """Parameters of a body of about this half chest, its length within these bounds."""
    tight = rng.uniform(-1, 1)
    p = {
        "chest": chest + 0.026 * tight,
        "shoulder": chest - 0.034 + 0.016 * tight + rng.uniform(-0.008, 0.008),
        "slope": rng.uniform(0.036, 0.052),
        "armpit": rng.uniform(0.235, 0.26) + 0.012 * tight,
        "length": rng.uniform(*length),
        "hem_drop": rng.uniform(0.004, 0.016),
        "stiffness": rng.uniform(0, 0.5),
    }
    p["waist"] = p["chest"] - rng.uniform(0.004, 0.05)
    p["hem"] = p["waist"] + rng.uniform(0.1, 0.8) * (p["chest"] - p["waist"]) + 0.004
    share = rng.uniform(0.4, 0.48)
    p["waist_at"] = p["armpit"] + share * (min(p["length"], 0.8) - p["armpit"])
    return p


def shoulder_line(p):
    """From the neck to the end of the right shoulder."""
    middle = ((p["neck"] + p["shoulder"]) / 2, 0.44 * p["slope"])
    return smooth((p["neck"], 0), middle, (p["shoulder"], p["slope"]))


def armhole(p):
    """From the end of the right shoulder to the armpit."""
    depth, inset = p["armpit"] - p["slope"], min(p["shoulder"], p["chest"])
    return smooth(
        (p["shoulder"], p["slope"]),
        (inset - 0.010, p["slope"] + 0.42 * depth),
        (0.84 * inset + 0.16 * p["chest"] - 0.002, p["slope"] + 0.76 * depth),
        (p["chest"], p["armpit"]),
    )


def side_line(p):
    """From the right armpit over the waist to the hem."""
    armpit, waist_at, low = p["armpit"], p["waist_at"], p["length"]
    return smooth(
        (p["chest"], armpit),
        (0.55 * p["chest"] + 0.45 * p["waist"], 0.58 * armpit + 0.42 * waist_at),
        (p["waist"], waist_at),
        (0.45 * p["waist"] + 0.55 * p["hem"] + 0.003, (waist_at + low) / 2),
        (p["hem"], low),
    )


def hem_line(p):
    """From the middle of the hem to the right side."""
    low, drop = p["length"], p["hem_drop"]
    return from_axis(
        (0, low + drop),
        (0.4 * p["hem"], low + 0.93 * drop),
        (0.8 * p["hem"], low + 0.45 * drop),
        (p["hem"], low),
    )


def neck_line(p, drop: float):
    """From the middle of a neckline of this depth up to the right shoulder."""
    neck, deep = p["neck"], drop > 0.05
    if p["neckline"] == "V" and deep:
        return smooth((0, drop), (0.54 * neck, 0.47 * drop), (neck, 0))
    if p["neckline"] == "square" and deep:
        corner = (0.82 * neck, 0.96 * drop)
        return join(smooth((0, drop), (0.8 * neck, 0.98 * drop)), smooth(corner, (neck, 0)))
    return from_axis((0, drop), (0.4 * neck, 0.93 * drop), (0.8 * neck, 0.55 * drop), (neck, 0))


def lining(p) -> list[Layer]:
    """The inside of the back, seen through the neck."""
    back, front = whole(neck_line(p, 0.018)), whole(neck_line(p, p["neck_drop"] + 0.03))
    line = seam(shift(back, -0.02), darkness=0.35)
    return [
        Layer("lining", [join(back, front[::-1])], tone=0.7, lines=[line]),
        label(0, 0.054),
    ]


def body(p, rng, *lines) -> Layer:
    """The front, with these lines upon it; the sleeves are set in at their seams."""
    hole = armhole(p)
    half = join(
        neck_line(p, p["neck_drop"]), shoulder_line(p), hole, side_line(p), hem_line(p)[::-1]
    )
    seams = [seam(hole, mirror(hole))] if p["sleeve"] in ("short", "long") else []
    return Layer(
        "body",
        [both(half)],
        folds=_folds(p, rng),
        lines=[*seams, *lines],
        puff=0.008,
        round=0.04,
        rumple=0.0009,
        shadow=0.3,
        reach=0.012,
    )


def hem_stitches(p, up: float = 0.022):
    """A line of stitches above the hem."""
    return stitches(whole(hem_line(p)) - (0, up))


def hem_band(p, deep: float, ribbed: bool) -> Layer:
    """A band sewn to the hem."""
    low = whole(hem_line(p))
    wide = low * (1.06, 1)
    lines = [seam(low - (0, deep), darkness=0.55)]
    if ribbed:
        lines.append(ribs(low, (0, -deep), 0.0085))
    else:
        lines.append(stitches(low - (0, deep - 0.006), low - (0, 0.006)))
    return Layer(
        "",
        [join(moved(wide, 0, 0.01), (wide - (0, deep))[::-1])],
        lines=lines,
        puff=0.004 if ribbed else 0.002,
        round=0.03,
        within="body",
        shadow=0.15,
        reach=0.008,
    )


def yoke(p):
    """The seam a little below each shoulder."""
    line = smooth((p["neck"] + 0.004, 0.03), (p["shoulder"] - 0.004, p["slope"] + 0.034))
    return seam(line, mirror(line), darkness=0.4)


def placket(p, half: float) -> Layer:
    """The strip down the front that the buttons are sewn to."""
    middle = np.array([(0, p["neck_drop"] - 0.008), (0, p["length"] + p["hem_drop"] + 0.01)])
    right, left = shift(middle, half), shift(middle, -half)
    return Layer(
        "",
        [join(right, left[::-1])],
        lines=[seam(left), stitches(right, beside=-0.005), stitches(left, beside=0.005)],
        puff=0.0014,
        round=0.009,
        shadow=0.3,
        reach=0.007,
        within="body",
    )


def overlap(p, x: float, top: float) -> Layer:
    """The upper one of two fronts, closed at x, which part at this height."""
    low = p["length"] + p["hem_drop"] + 0.05
    edge = smooth((0.012, top), (x, top + 0.05), (x, low))
    return Layer(
        "",
        [join((-0.6, -0.2), (-p["neck"] - 0.02, -0.1), edge, (-0.6, low))],
        lines=[seam(edge, darkness=0.6), stitches(edge - (0.007, 0))],
        shadow=0.4,
        reach=0.009,
        within="body",
    )


def _folds(p, rng):
    """Drags from the armpits, wrinkles at the waist, soft waves down to the hem."""
    soft, folds = 1 - 0.5 * p["stiffness"], []
    for side in (1, -1):
        for k in range(3):
            start = (side * (p["chest"] - 0.014), p["armpit"] + 0.014 * k)
            end = _aside(start, side, rng.uniform(0.11, 0.2), rng.uniform(-0.4, -0.15) + 0.5 * k)
            folds.append(crease(rng, start, end, 0.013, 0.0042 * soft))
        for _ in range(3):
            start = (side * (p["waist"] - 0.004), p["waist_at"] + rng.uniform(-0.07, 0.09))
            end = _aside(start, side, rng.uniform(0.09, 0.19), rng.uniform(-0.1, 0.5))
            folds.append(crease(rng, start, end, 0.012, 0.0036 * soft))
    for share in np.linspace(-0.78, 0.78, 5) + rng.uniform(-0.12, 0.12, 5):
        start = (share * p["waist"] * 0.92, p["waist_at"] + rng.uniform(-0.06, 0.08))
        end = (share * p["hem"], p["length"] + 0.03)
        size = rng.uniform(0.026, 0.042), rng.uniform(0.003, 0.0065) * soft
        folds.append(wave(rng, start, end, *size))
    return folds


def _aside(start, side, reach, angle):
    """A point this far from the side inwards, at an angle downwards."""
    return start[0] - side * reach * math.cos(angle), start[1] + reach * math.sin(angle)
