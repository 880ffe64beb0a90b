"""Hat: beanie, fedora, cap or bucket hat."""

import math
from functools import partial

import numpy as np

from fashionlab.data.garments import sewing
from fashionlab.data.garments.layers import Fold, Layer, Line, turned
from fashionlab.data.garments.outlines import (
    along,
    both,
    from_axis,
    join,
    moved,
    oval,
    rows,
    smooth,
    stroke,
    whole,
)
from fashionlab.data.garments.sewing import LEATHER, closed, crease, pick

FINE = 0.5  # the scale of a hat's seams
seam = partial(sewing.seam, width=FINE * sewing.SEAM)
stitches = partial(sewing.stitches, scale=FINE)

RIBBONS = {"black": (0.16, 0.15, 0.16), "brown": (0.34, 0.2, 0.14), "blue": (0.13, 0.2, 0.34)}


def hat(rng) -> tuple[list[Layer], dict]:
    """Layers and parameters of a hat."""
    p = {"style": pick(rng, {"beanie": 0.25, "fedora": 0.25, "cap": 0.25, "bucket": 0.25})}
    draw = {"beanie": _beanie, "fedora": _fedora, "cap": _cap, "bucket": _bucket}[p["style"]]
    return draw(p, rng), p


def _beanie(p, rng):
    p |= {"height": rng.uniform(0.17, 0.22), "cuff": rng.uniform(0.05, 0.075)}
    p |= {"pompom": bool(rng.random() < 0.5), "label": bool(rng.random() < 0.4)}
    h, w, c = p["height"], 0.115, p["cuff"]
    dome = from_axis(
        (0, -h), (0.045, 0.006 - h), (0.088, 0.05 - h), (w - 0.004, -0.4 * h), (w, 0.01)
    )
    y = np.linspace(0.004 - h, 0.0, 24)
    reach = np.interp(y, dome[:, 1], dome[:, 0])
    grooves = [
        stroke(np.stack([share * reach, y], axis=1), 0.0022)
        for share in np.linspace(-0.94, 0.94, 23)
    ]
    folds = [
        crease(rng, (rng.uniform(-0.06, 0.06), 0.01 - h), (x, -0.02), 0.014, 0.002)
        for x in (-0.08, -0.03, 0.03, 0.08)
    ]
    low = whole(from_axis((0, 0.016), (w + 0.004, 0.0)))
    top = whole(from_axis((0, 0.014 - c), (w + 0.007, -c)))
    shares = np.linspace(0.02, 0.98, 34)
    knit = Line([rows(along(low, shares), along(top, shares), 0.0026)], 0.25)
    layers = [*(_pompom(rng, h) if p["pompom"] else [])]
    layers += [
        Layer(
            "body",
            [both(dome)],
            folds=folds,
            lines=[Line(grooves, 0.2)],
            puff=0.016,
            round=0.06,
            shadow=0.25,
            reach=0.01,
        ),
        Layer(
            "cuff",
            [join(low, top[::-1])],
            lines=[knit],
            puff=0.008,
            round=0.03,
            shadow=0.4,
            reach=0.008,
        ),
    ]
    if p["label"]:
        at = (0, 0.012 - 0.5 * c)
        edge = closed(oval(at, (0.015, 0.0095), corners=7))
        layers.append(
            Layer(
                "",
                [oval(at, (0.018, 0.012), corners=7)],
                lines=[stitches(edge)],
                colour=LEATHER,
                shadow=0.3,
                reach=0.004,
            )
        )
    return layers


def _pompom(rng, h):
    turn = np.linspace(0, 2 * math.pi, 180, endpoint=False)
    tufts = sum(0.047 * np.sin(k * turn + rng.uniform(0, 6)) for k in (23, 37))
    centre = np.array((0, -h - 0.028))
    ball = centre + 0.042 * (1 + tufts)[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    angles = rng.uniform(0, 2 * math.pi, 90)
    way = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    roots = centre + 0.036 * np.sqrt(rng.uniform(size=(90, 1))) * way
    threads = Line([rows(roots, roots + 0.008 * way, 0.0013)], 0.25)
    return [Layer("pompom", [ball], lines=[threads], puff=0.022, round=0.04, rumple=0.001)]


def _fedora(p, rng):
    p |= {
        "brim": rng.uniform(0.15, 0.21),
        "height": rng.uniform(0.10, 0.135),
        "dip": rng.uniform(0.006, 0.024),
        "curl": rng.uniform(0.0, 0.02),
        "band": rng.uniform(0.022, 0.034),
        "ribbon": pick(rng, {"black": 0.34, "brown": 0.33, "blue": 0.33}),
    }
    b, h, w, dip, curl, deep = (p["brim"], p["height"], 0.092, p["dip"], p["curl"], p["band"])
    far = from_axis((0, -0.03), (0.6 * b, -0.026 - curl), (0.93 * b, -0.012 - curl), (b, -curl))
    near = smooth((b, -curl), (0.9 * b, 0.016 - 0.4 * curl), (0.5 * b, 0.038), (0, 0.044))
    crown = smooth(
        (0, dip - h),
        (0.3 * w, 0.3 * dip - h),
        (0.58 * w, 0.001 - h),
        (0.8 * w, 0.018 - h),
        (0.93 * w, -0.5 * h),
        (w, -0.004),
    )
    pinch = [Fold((0, dip - h - 0.01), (0.0, -0.4 * h), 0.012, -0.004)]
    pinch += [
        Fold((side * 0.062, 0.008 - h), (side * 0.05, -0.45 * h), 0.012, -0.004, side * 0.15)
        for side in (1, -1)
    ]
    low = whole(from_axis((0, 0.016), (0.5 * w, 0.012), (w + 0.001, -0.004)))
    bow = [
        (0.066, 0.004),
        (0.086, -0.003),
        (0.084, -deep),
        (0.076, -0.5 * deep),
        (0.064, 0.006 - deep),
    ]
    ribbon = {"colour": RIBBONS[p["ribbon"]], "puff": 0.002, "round": 0.01, "reach": 0.003}
    return [
        Layer(
            "brim",
            [both(join(far, near))],
            lines=[stitches(whole(near[::-1]) - (0, 0.005))],
            folds=[Fold((-b, 0.0), (b, 0.0), 0.02, 0.004, 0.05)],
            puff=0.005,
            round=0.03,
            rumple=0.0004,
        ),
        Layer(
            "body",
            [both(join(crown, low[::-1][: len(low) // 2]))],
            folds=pinch,
            puff=0.016,
            round=0.06,
            rumple=0.0004,
            shadow=0.5,
            reach=0.012,
        ),
        Layer("band", [join(low, (low * (0.975, 1) - (0, deep))[::-1])], shadow=0.25, **ribbon),
        Layer("band", [np.array(bow)], shadow=0.4, **ribbon),
    ]


def _cap(p, rng):
    p |= {"height": rng.uniform(0.105, 0.13), "visor": rng.uniform(0.085, 0.115)}
    h, v = p["height"], p["visor"]
    dome = smooth(
        (-0.088, 0.004),
        (-0.09, -0.04),
        (-0.066, -0.8 * h),
        (0.0, -h),
        (0.066, -0.85 * h),
        (0.1, -0.4 * h),
        (0.104, 0.006),
    )
    hem = smooth((0.104, 0.006), (0.06, 0.014), (0.0, 0.018), (-0.05, 0.014), (-0.088, 0.004))
    tip = smooth(
        (-0.09, -0.012),
        (-0.09 - 0.5 * v, -0.008),
        (-0.09 - 0.96 * v, 0.014),
        (-0.09 - v, 0.024),
        (-0.085 - 0.92 * v, 0.029),
        (-0.12, 0.020),
        (-0.05, 0.021),
        (0.03, 0.018),
    )
    visor = join(tip, smooth((0.03, 0.018), (-0.04, 0.006), (-0.09, -0.012))[1:])
    top = np.array((0.004, -h))
    panels = [
        smooth(top, (-0.035, -0.62 * h), (-0.046, 0.012)),
        smooth(top, (0.042, -0.6 * h), (0.05, 0.014)),
    ]
    eyelets = [
        oval((x, y * h), (0.003, 0.003), points=12) for x, y in ((-0.018, -0.62), (0.078, -0.6))
    ]
    lines = [
        seam(*panels),
        stitches(*panels, beside=0.003),
        stitches(*panels, beside=-0.003),
        stitches(hem[::-1], beside=0.006),
        Line(eyelets, 0.7),
    ]
    arcs = [
        smooth(
            (-0.09 - k * v, 0.026 * k * k - 0.013),
            (-0.085 - 0.55 * k * v, 0.006 + 0.008 * k),
            (0.0, 0.017),
        )
        for k in (0.35, 0.6, 0.85)
    ]
    dents = [
        crease(rng, (-0.05, -0.2 * h), (0.04, -0.1 * h), 0.010, 0.002),
        crease(rng, (0.02, -0.3 * h), (0.09, -0.12 * h), 0.010, 0.002),
    ]
    return [
        Layer(
            "body",
            [join(dome, hem[1:])],
            folds=dents,
            lines=lines,
            puff=0.018,
            round=0.07,
            rumple=0.0005,
        ),
        Layer(
            "visor",
            [visor],
            lines=[stitches(*arcs)],
            cloth=turned((-0.09, 0.0), -0.25),
            puff=0.005,
            round=0.02,
            shadow=0.45,
            reach=0.008,
        ),
        Layer(
            "button",
            [oval(moved(top, 0, 0.001), (0.009, 0.005))],
            puff=0.003,
            round=0.006,
            shadow=0.3,
            reach=0.003,
        ),
    ]


def _bucket(p, rng):
    p |= {"height": rng.uniform(0.09, 0.12), "brim": rng.uniform(0.035, 0.06)}
    p["flare"] = rng.uniform(0.03, 0.055)
    h, b, f = p["height"], p["brim"], p["flare"]
    low = from_axis((0, 0.02), (0.05, 0.016), (0.094, 0))
    crown = join(
        smooth((0, -h), (0.05, 0.001 - h), (0.076, 0.008 - h)),
        smooth((0.076, 0.008 - h), (0.086, -0.5 * h), (0.094, 0.0)),
        low[::-1],
    )
    rim = smooth(
        (0.098 + f, b - 0.012),
        (0.095 + 0.9 * f, b + 0.004),
        (0.06 + 0.4 * f, b + 0.026),
        (0, b + 0.034),
    )
    rings = [
        whole(
            smooth(
                (0, 0.02 + k * (b + 0.014)),
                (0.05 + 0.4 * f * k, 0.016 + k * (b + 0.008)),
                (0.094 + k * (f + 0.004), k * (b - 0.012)),
            )
        )
        for k in np.linspace(0.15, 0.9, 6)
    ]
    top = whole(from_axis((0, 0.02 - h), (0.076, 0.008 - h)))
    dents = [
        crease(rng, (-0.06, -0.5 * h), (-0.02, -0.1 * h), 0.011, 0.0025),
        crease(rng, (0.07, -0.6 * h), (0.03, -0.15 * h), 0.011, 0.0025),
    ]
    waves = [
        Fold((x, 0.01), (1.35 * x, b + 0.03), 0.018, 0.003, 0, 0.2, flowing=True)
        for x in np.add((-0.07, -0.01, 0.06), rng.uniform(-0.02, 0.02, 3))
    ]
    return [
        Layer(
            "body",
            [both(crown)],
            folds=dents,
            puff=0.014,
            round=0.05,
            rumple=0.0006,
            lines=[seam(top), stitches(top, beside=0.003), stitches(top, beside=-0.003)],
        ),
        Layer(
            "brim",
            [both(join(low, rim))],
            folds=waves,
            lines=[seam(whole(low)), stitches(*rings)],
            puff=0.008,
            round=0.03,
            shadow=0.3,
            reach=0.006,
        ),
    ]
