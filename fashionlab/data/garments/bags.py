"""Bag: tote, satchel, bowling bag or hobo."""

from functools import partial

import numpy as np

from fashionlab.data.garments import sewing
from fashionlab.data.garments.layers import Fold, Layer, Line
from fashionlab.data.garments.outlines import (
    both,
    from_axis,
    join,
    mirror,
    moved,
    oval,
    shift,
    smooth,
    stroke,
    tucked,
    whole,
)
from fashionlab.data.garments.sewing import BRASS, LEATHER, buckle, closed, pick

FINE = 0.52  # the scale of a bag's seams
seam = partial(sewing.seam, width=FINE * sewing.SEAM)
stitches = partial(sewing.stitches, scale=FINE)

LINING = (0.62, 0.57, 0.5)
METAL = {"colour": BRASS, "puff": 0.002, "round": 0.005, "shadow": 0.35, "reach": 0.004}


def bag(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a bag: tote, satchel, bowling bag or hobo."""
    p = {
        "style": pick(rng, {"tote": 0.25, "satchel": 0.25, "bowling": 0.25, "hobo": 0.25}),
        "width": rng.uniform(0.13, 0.17),
        "height": rng.uniform(0.18, 0.28),
        "leather": bool(rng.random() < 0.4),  # handles and straps, whatever the bag is made of
    }
    draw = {"tote": _tote, "satchel": _satchel, "bowling": _bowling, "hobo": _hobo}[p["style"]]
    return draw(p, rng, {"colour": LEATHER if p["leather"] else None}), p


def _handle(x, low, high, own, behind=False):
    """An arch from -x to x; the one behind is a little higher and to the side, and darker."""
    lean = 0.006 if behind else 0.0
    bow, knee = 0.9 * high + 0.1 * low, (low + high) / 2
    curve = smooth(
        (-x, low),
        (lean - 0.98 * x, knee),
        (lean - 0.62 * x, bow),
        (lean, high),
        (lean + 0.62 * x, bow),
        (lean + 0.98 * x, knee),
        (x, low),
    )
    lines = [stitches(shift(curve, 0.0046), shift(curve, -0.0046))]
    shade = {"tone": 0.72} if behind else {"shadow": 0.35, "reach": 0.006}
    return Layer(
        "handle", [stroke(curve, 0.0135)], lines=lines, puff=0.003, round=0.009, **shade, **own
    )


def _dents(rng, half, top, low, number, height=0.003):
    """Folds from both sides inwards."""
    folds = []
    for side in np.repeat((1, -1), number):
        y, bend, skew = rng.uniform(top, low), rng.uniform(-0.15, 0.15), rng.uniform(-0.5, 0.5)
        end = (side * half * rng.uniform(0.35, 0.7), y + rng.uniform(-0.02, 0.035))
        height_here = height * rng.uniform(0.4, 1.0)
        folds.append(Fold((side * half * 0.97, y), end, 0.009, height_here, bend, skew))
    return folds


def _tote(p, rng, own):
    w, h = p["width"], p["height"]
    p |= {"flare": rng.uniform(0.9, 1.12), "handle": rng.uniform(0.09, 0.16)}
    p["base"] = bool(rng.random() < 0.5)
    top, x = w * p["flare"], rng.uniform(0.4, 0.55) * w
    rim = from_axis((0, 0.004), (0.5 * top, 0.003), (top, 0))
    side = smooth((top, 0), ((top + w) / 2 + 0.002, 0.5 * h), (w + 0.003, h - 0.02), (w - 0.012, h))
    half = join(rim, side, smooth((w - 0.012, h), (0.5 * w, h + 0.003), (0, h + 0.004)))
    back = whole(from_axis((0, -0.009), (0.93 * top, -0.006), (top, 0)))
    layers = [
        _handle(x, 0.0, -p["handle"] - 0.008, own, behind=True),
        Layer("lining", [join(tucked(whole(rim), 0, 0.01), back[::-1])], colour=LINING, tone=0.6),
        Layer(
            "body",
            [both(half)],
            folds=_dents(rng, w, 0.02, h - 0.03, 5),
            puff=0.012,
            round=0.05,
            rumple=0.0005,
            lines=[stitches(moved(whole(rim), 0, 0.022))],
        ),
    ]
    if p["base"]:
        edge = smooth((-w - 0.01, h - 0.05), (0, h - 0.046), (w + 0.01, h - 0.05))
        shape = join(edge, (w + 0.02, h + 0.02), (-w - 0.02, h + 0.02))
        lines = [seam(edge), stitches(edge, beside=0.003)]
        layers.append(
            Layer("", [shape], lines=lines, within="body", shadow=0.25, reach=0.004, **own)
        )
    rivets = [oval((side * x, 0.05), (0.004, 0.004), points=16) for side in (1, -1)]
    return [*layers, _handle(x, 0.055, -p["handle"], own), Layer("", rivets, **METAL)]


def _satchel(p, rng, own):
    w, h = p["width"], 0.82 * p["height"]
    p |= {
        "flap": rng.uniform(0.5, 0.72),
        "point": rng.uniform(0.0, 0.03),
        "handle": rng.uniform(0.05, 0.08),
        "shoulder_strap": bool(rng.random() < 0.4),
        "closure": pick(rng, {"lock": 0.5, "buckles": 0.5}),
    }
    deep, low = p["flap"] * h, p["flap"] * h + p["point"]
    box = both(
        join(
            smooth((0, 0.0), (w - 0.03, 0.001)),
            smooth((w - 0.03, 0.001), (w - 0.009, 0.009), (w, 0.03)),
            smooth((w, 0.03), (w + 0.004, 0.5 * h), (w + 0.002, h - 0.03)),
            smooth((w + 0.002, h - 0.03), (w - 0.009, h - 0.009), (w - 0.03, h)),
            smooth((w - 0.03, h), (0, h + 0.002)),
        )
    )
    flap = both(
        join(
            smooth((0, -0.004), (0.6 * w, -0.003), (w - 0.008, 0.0), (w + 0.004, 0.012)),
            smooth(
                (w + 0.004, 0.012),
                (w + 0.004, 0.6 * deep),
                (w - 0.02, deep - 0.012),
                (w - 0.05, deep),
            ),
            smooth((w - 0.05, deep), (0.4 * w, deep + 0.6 * p["point"]), (0, low)),
        )
    )
    layers = []
    if p["shoulder_strap"]:
        curve = smooth(
            (0.004 - w, 0.02),
            (-0.88 * w, -0.09),
            (-0.5 * w, -0.175),
            (0, -0.2),
            (0.5 * w, -0.175),
            (0.88 * w, -0.09),
            (w - 0.004, 0.02),
        )
        lines = [stitches(shift(curve, 0.004), shift(curve, -0.004))]
        layers.append(
            Layer("strap", [stroke(curve, 0.011)], lines=lines, puff=0.002, round=0.006, **own)
        )
    edge = closed(box)
    layers += [
        _handle(0.05, 0.006, -p["handle"], own),
        Layer(
            "body",
            [box],
            folds=_dents(rng, w, 0.3 * h, h - 0.03, 3, 0.002),
            puff=0.010,
            round=0.04,
            rumple=0.0004,
            lines=[stitches(shift(edge, 0.006), shift(edge, -0.006))],
        ),
        Layer(
            "flap",
            [flap],
            lines=[stitches(closed(flap), beside=-0.005)],
            puff=0.006,
            round=0.03,
            rumple=0.0004,
            shadow=0.5,
            reach=0.008,
        ),
    ]
    if p["closure"] == "lock":
        at = (0, low - 0.016)
        lock = oval(at, (0.016, 0.011), corners=5)
        return [*layers, Layer("", [lock], lines=[Line([oval(at, (0.004, 0.004))], 0.5)], **METAL)]
    for x in (-0.5 * w, 0.5 * w):
        line = np.array([(x, 0.3 * deep), (x, deep + 0.05)])
        stitched = stitches(shift(line, 0.006), shift(line, -0.006))
        layers.append(
            Layer(
                "strap",
                [stroke(line, 0.018)],
                lines=[stitched],
                puff=0.002,
                round=0.008,
                shadow=0.4,
                reach=0.005,
                **own,
            )
        )
        at = (x, deep + 0.012)
        hole = Layer("strap", [oval(at, (0.009, 0.0075), corners=6)], tone=0.88, **own)
        layers += buckle(at, (0.014, 0.012), hole)
    return layers


def _bowling(p, rng, own):
    w, h = p["width"] + 0.01, 0.62 * p["height"] + 0.02
    p["handle"] = rng.uniform(0.07, 0.1)
    x = rng.uniform(0.38, 0.5) * w
    dome = from_axis(
        (0, 0.0),
        (0.45 * w, 0.006),
        (0.8 * w, 0.045),
        (w, 0.6 * h),
        (w - 0.004, h - 0.018),
        (w - 0.022, h),
    )
    shape = both(join(dome, smooth((w - 0.022, h), (0, h + 0.003))))
    line = whole(from_axis((0, 0.018), (0.6 * w, 0.034), (0.86 * w, 0.075)))
    base = smooth((-w - 0.01, h - 0.03), (0, h - 0.028), (w + 0.01, h - 0.03))
    teeth = Line(sewing.stitches(line, scale=0.45).contours, 0.5)
    band = smooth((x, 0.02), (1.02 * x, 0.5 * h), (1.03 * x, h + 0.01))
    stitched = [shift(curve, d) for curve in (band, mirror(band)) for d in (0.006, -0.006)]
    rings = [oval((side * x, 0.06), (0.010, 0.012), corners=4) for side in (1, -1)]
    return [
        _handle(x, 0.03, -p["handle"] - 0.008, own, behind=True),
        Layer(
            "body",
            [shape],
            folds=_dents(rng, w, 0.07, h - 0.03, 4),
            puff=0.016,
            round=0.06,
            rumple=0.0005,
            lines=[seam(base, darkness=0.4), stitches(base, beside=0.003)],
        ),
        Layer("", [stroke(line, 0.006)], lines=[teeth], tone=0.85, **METAL),
        Layer(
            "",
            [stroke(band, 0.018), stroke(mirror(band), 0.018)],
            lines=[stitches(*stitched)],
            within="body",
            puff=0.001,
            round=0.006,
            shadow=0.3,
            reach=0.004,
            **own,
        ),
        _handle(x, 0.055, -p["handle"], own),
        Layer("", rings, **METAL),
    ]


def _hobo(p, rng, own):
    w, h = p["width"], 0.8 * p["height"]
    dip = p["dip"] = rng.uniform(0.025, 0.05)
    mouth = from_axis((0, dip), (0.45 * w, 0.7 * dip), (0.82 * w, -0.02), (0.9 * w, -0.05))
    side = smooth(
        (0.9 * w, -0.05),
        (0.99 * w, -0.02),
        (1.06 * w, 0.45 * h),
        (0.98 * w, 0.85 * h),
        (0.7 * w, h),
        (0, h + 0.006),
    )
    back = whole(from_axis((0, dip - 0.022), (0.5 * w, 0.6 * dip - 0.03), (0.9 * w, -0.05)))
    line = whole(from_axis((0, -0.205), (0.44 * w, -0.186), (0.78 * w, -0.124), (0.93 * w, -0.045)))
    folds = []
    for side_of in (1, -1):
        for k in range(5):
            end = (side_of * w * (0.2 + 0.19 * k), h * rng.uniform(0.35, 0.85))
            bend = side_of * rng.uniform(-0.12, 0.02)
            folds.append(
                Fold(
                    (side_of * 0.9 * w, -0.03),
                    end,
                    0.010,
                    rng.uniform(0.002, 0.005),
                    bend,
                    rng.uniform(-0.5, 0.5),
                )
            )
    rings = [oval((side_of * 0.925 * w, -0.045), (0.012, 0.012)) for side_of in (1, -1)]
    lines = [stitches(shift(line, 0.006), shift(line, -0.006))]
    return [
        Layer(
            "lining", [join(tucked(whole(mouth), 0, 0.01), back[::-1])], colour=LINING, tone=0.55
        ),
        Layer(
            "body",
            [both(join(mouth, side))],
            folds=folds,
            puff=0.018,
            round=0.07,
            rumple=0.0008,
            lines=[stitches(whole(mouth), beside=-0.005)],
        ),
        Layer(
            "strap",
            [stroke(line, 0.017)],
            lines=lines,
            puff=0.003,
            round=0.009,
            shadow=0.3,
            reach=0.005,
            **own,
        ),
        Layer("", rings, **METAL),
    ]
