"""What ends a garment at the neck: ribs, collars, lapels and hoods.

Where a collar stands open, its inside comes first: the layers to be drawn before the front.
"""

import numpy as np

from fashionlab.data.garments.bodies import neck_line
from fashionlab.data.garments.layers import Fold, Layer, Line
from fashionlab.data.garments.outlines import (
    along,
    both,
    join,
    mirror,
    moved,
    rows,
    shift,
    smooth,
    stroke,
    tucked,
    whole,
)
from fashionlab.data.garments.sewing import IVORY, STEEL, crease, label, seam, stitches


def neck_band(p, deep: float, ribbed: bool = True) -> Layer:
    """A band along the neckline, of this width."""
    inner = neck_line(p, p["neck_drop"])
    outer = _beside(inner, deep)
    lines = [seam(whole(outer))]
    if ribbed:
        shares = np.linspace(0.02, 0.98, 40)
        grooves = rows(along(whole(inner), shares), along(whole(outer), shares), 0.0018)
        lines.append(Line([grooves], 0.16))
    return Layer(
        "collar",
        [join(whole(inner), whole(outer)[::-1])],
        lines=lines,
        puff=0.003,
        round=0.014,
        shadow=0.15,
        reach=0.006,
    )


def _beside(half, distance):
    """The curve beside a half curve that starts on the axis, brought back to start there."""
    moved = shift(half, -distance)
    step = moved[1] - moved[0]
    start = (0, moved[0, 1] - moved[0, 0] * step[1] / step[0])
    return join(start, moved[moved[:, 0] > 0])


def roll_neck(p) -> list[Layer]:
    """A high knitted collar."""
    neck, low, top = p["neck"], p["neck_drop"], -0.075
    base = smooth((0, low), (0.5 * neck, 0.86 * low), (neck + 0.004, -0.002))
    right = smooth((neck + 0.004, -0.002), (neck - 0.008, 0.45 * top), (neck - 0.016, top))
    back = smooth((neck - 0.016, top), (0.5 * neck, top - 0.013), (0, top - 0.016))
    front = smooth((neck - 0.016, top), (0.5 * neck, top + 0.012), (0, top + 0.016))
    feet = along(whole(base), np.linspace(0.02, 0.98, 26))
    grooves = Line([rows(feet, feet * (0.82, 0) + (0, top + 0.012), 0.002)], 0.2)
    return [
        Layer("lining", [both(join(back[::-1], tucked(front, 0, 0.01)))], tone=0.6),
        Layer(
            "collar",
            [both(join(base, right, front))],
            folds=[Fold((-neck, 0.35 * top), (neck, 0.35 * top), 0.012, 0.004, -0.12)],
            lines=[grooves],
            puff=0.012,
            round=0.04,
            shadow=0.3,
            reach=0.012,
        ),
    ]


def shirt_collar(p) -> tuple[list[Layer], list[Layer]]:
    """The inside of a shirt's collar, and its two leaves."""
    neck, top = p["neck"], np.array([p["neck"] - 0.004, -0.030])
    centre = np.array([0.004, p["neck_drop"] - 0.008])
    point = moved(centre, p["collar_spread"], p["collar_tip"])
    inner = smooth(top, (0.72 * neck, 0.016), (0.36 * neck, 0.6 * centre[1]), centre)
    front = smooth(centre, (centre + point) / 2 + (-0.002, 0.002), point)
    outer = smooth(
        point,
        (0.62 * point[0] + 0.38 * neck + 0.011, 0.55 * point[1] + 0.006),
        (neck + 0.022, 0.012),
        (neck + 0.012, -0.016),
        top,
    )
    edge = join(front, outer)
    leaf = Layer(
        "collar",
        [join(inner, edge)],
        lines=[stitches(edge, beside=0.006)],
        puff=0.004,
        round=0.02,
        shadow=0.4,
        reach=0.010,
    )
    return [*_inside(top, inner, 0.62), label(0, 0.026, 0.014)], [leaf.mirrored(), leaf]


def lapels(p) -> tuple[list[Layer], list[Layer]]:
    """The inside of an open coat, and its collar with lapels."""
    neck, deep, gorge_at = p["neck"], p["neck_drop"], p["gorge"]
    top = np.array([neck - 0.006, -0.03])
    roll = smooth(top, (neck - 0.012, 0.02), (0.55 * neck + 0.006, 0.5 * deep), (0.012, deep))
    tip = np.array([neck + p["lapel"] - 0.02, gorge_at + 0.012])
    notch, ear = tip - (0.03, 0.0), tip - (0.008, 0.034)
    gorge = smooth(notch, (0.75 * neck, gorge_at - 0.028))
    swell = ((tip[0] + 0.012) / 2 + 0.010, (tip[1] + deep) / 2 + 0.01)
    outer = smooth((0.012, deep), swell, moved(tip, -0.003, 0.012), tip)
    leaf = smooth(ear, ear - (0.004, 0.03), (neck + 0.022, 0.008), (neck + 0.011, -0.018), top)
    lapel = Layer(
        "collar",
        [join(roll[14:], outer[1:], gorge)],
        lines=[stitches(outer[2:], beside=0.006)],
        puff=0.004,
        round=0.03,
        shadow=0.4,
        reach=0.012,
    )
    collar = Layer(
        "collar",
        [join(gorge[::-1], leaf, roll[1:14])],
        lines=[seam(gorge)],
        puff=0.004,
        round=0.022,
        shadow=0.3,
        reach=0.008,
    )
    pleat = Fold((0, 0.02), (0, deep), 0.008, -0.003)
    inside = [*_inside(top, roll, 0.52, pleat), label(0, 0.036, 0.02)]
    return inside, [lapel.mirrored(), collar.mirrored(), lapel, collar]


def _inside(top, edge, tone, *folds):
    """The inside of a garment down to its open edge, and of the band at the back of its collar."""
    left, edge = top * (-1, 1), tucked(edge, 0.012, 0)
    back = smooth(left, (0.5 * left[0], -0.041), (0.5 * top[0], -0.041), top)
    band = smooth(moved(left, 0.003, 0.028), (0, 0.011), moved(top, -0.003, 0.028))
    return [
        Layer("lining", [join(back, edge, mirror(edge))], folds=list(folds), tone=tone),
        Layer("", [join(back, band[::-1])], lines=[seam(band)], tone=1.25),
    ]


def stand_collar(p, high: float) -> tuple[list[Layer], list[Layer]]:
    """The inside of a collar that stands up, and its two halves."""
    neck, drop = p["neck"], p["neck_drop"]
    base = moved(neck_line(p | {"neckline": "crew"}, drop), 0.0015, 0.006)
    top = (neck - 0.006, -high)
    rim = smooth(top, (0.55 * neck, drop - high - 0.02), (0.004, drop - high + 0.012))
    back = smooth((-top[0], -high), (0, -high - 0.012), top)
    half = Layer(
        "collar",
        [join(base, rim)],
        lines=[seam(base)],
        puff=0.004,
        round=0.02,
        shadow=0.3,
        reach=0.008,
    )
    line = seam(moved(back, 0, 0.035), darkness=0.4)
    inside = Layer(
        "lining",
        [join(back, tucked(rim, 0, 0.015), (0, drop + 0.05), mirror(tucked(rim, 0, 0.015)))],
        tone=0.6,
        lines=[line],
    )
    return [inside], [half.mirrored(), half]


def hood(p, rng) -> tuple[list[Layer], list[Layer]]:
    """The back of a hood that lies open, and the edge around the face."""
    high, low = -p["hood"], p["neck_drop"]
    outer = smooth(
        (0, high), (0.09, high + 0.012), (0.15, 0.62 * high), (0.158, 0.25 * high), (0.14, 0.03)
    )
    mouth = smooth(
        (0, high + 0.045),
        (0.058, high + 0.055),
        (0.097, 0.58 * high),
        (0.1, 0.15 * high),
        (0.07, 0.045),
        (-0.012, low + 0.008),
    )
    hem = smooth(
        (0, high + 0.012),
        (0.078, high + 0.022),
        (0.131, 0.62 * high),
        (0.139, 0.2 * high),
        (0.116, 0.035),
        (0.045, low + 0.028),
        (-0.012, low + 0.038),
    )
    ends = [0.6 * high, 0.02]
    folds = [
        crease(rng, (side * 0.128, ends[0]), (side * 0.112, ends[1]), 0.014, 0.004)
        for side in (1, -1)
    ]
    middle = smooth((0, high + 0.05), (0.006, 0.5 * high), (0, 0.05))
    crossing = np.array([mouth[-1], hem[-1]])
    back = [
        Layer("hood", [both(join(outer, (0, 0.1)))], folds=folds, puff=0.014, round=0.05),
        Layer("lining", [both(mouth)], tone=0.62, lines=[seam(middle, darkness=0.4)]),
    ]
    edge = Layer(
        "hood",
        [join(mouth, hem[::-1]), mirror(join(mouth, hem[::-1]))],
        lines=[stitches(mouth, mirror(mouth)[::-1], beside=0.02), seam(crossing, darkness=0.6)],
        puff=0.008,
        round=0.04,
        shadow=0.35,
        reach=0.012,
    )
    return back, [edge]


def strings(p) -> list[Layer]:
    """The two strings of a hood, with metal tips."""
    low = p["neck_drop"]
    right = smooth((0.034, low + 0.012), (0.044, low + 0.06), (0.038, low + 0.15))
    tip = stroke(np.array([right[-1], right[-1] + (-0.001, 0.018)]), 0.0075)
    cord = {"puff": 0.002, "round": 0.004, "shadow": 0.35, "reach": 0.006}
    line = stroke(right, 0.006)
    return [
        Layer("", [line, mirror(line)], colour=IVORY, **cord),
        Layer("", [tip, mirror(tip)], colour=STEEL, tone=0.8),
    ]
