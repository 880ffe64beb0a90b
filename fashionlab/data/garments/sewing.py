"""What drawings share: seams and stitches, buttons and pockets, creases, and the dice."""

import numpy as np

from fashionlab.data.garments.layers import Fold, Layer, Line
from fashionlab.data.garments.outlines import along, dashes, join, moved, oval, rows, shift, stroke

SEAM = 0.0024  # metres: what one sees of a seam
THREAD, STITCH = 0.0013, 0.0065  # width of a thread, and from one stitch to the next

HORN = (0.28, 0.22, 0.18)
IVORY = (0.93, 0.91, 0.86)
STEEL = (0.64, 0.65, 0.68)
BRASS = (0.80, 0.66, 0.38)
LEATHER = (0.43, 0.28, 0.175)


def pick(rng, odds: dict) -> str:
    """One of the names, with these probabilities."""
    return str(rng.choice(list(odds), p=list(odds.values())))


def crease(rng, start, end, width: float, height: float) -> Fold:
    """A fold that fades out at both ends, of about this width and height."""
    width, height = width * rng.uniform(0.75, 1.25), height * rng.uniform(0.6, 1.3)
    bend, skew = rng.uniform(-0.12, 0.12), rng.uniform(-0.5, 0.5)
    return Fold(tuple(start), tuple(end), width, height, bend, skew)


def wave(rng, start, end, width: float, height: float) -> Fold:
    """A fold that widens down to its end."""
    return Fold(start, end, width, height, 0, rng.uniform(-0.4, 0.4), flowing=True)


def seam(*curves, darkness: float = 0.5, width: float = SEAM) -> Line:
    """Seams along the curves."""
    return Line([stroke(curve, width) for curve in curves], darkness)


def stitches(*curves, beside: float = 0.0, scale: float = 1.0) -> Line:
    """Stitches along the curves, or this far beside them; the scale is that of the thread."""
    paths = [shift(curve, beside) for curve in curves]
    return Line([dashes(path, scale * THREAD, scale * STITCH) for path in paths], 0.38)


def closed(contour) -> np.ndarray:
    """The contour as a curve that ends where it begins."""
    return join(contour, contour[:1])


def ribs(edge, across, period: float, darkness: float = 0.22) -> Line:
    """Grooves of a knitted rib, from each place on an edge as far as `across`."""
    number = max(int(np.hypot(*np.diff(edge, axis=0).T).sum() / period), 2)
    feet = along(edge, (np.arange(number) + 0.5) / number)
    return Line([rows(feet, feet + across, 0.3 * period)], darkness)


def label(x: float, y: float, half: float = 0.017) -> Layer:
    """The maker's label at the back of the neck or waist."""
    return Layer("", [oval((x, y), (half, 0.6 * half), corners=6)], colour=IVORY, tone=0.78)


def buttons(places, radius: float, colour, within: str = "") -> Layer:
    """Round buttons with two holes each."""
    places = np.asarray(places, float)
    holes = [
        oval(moved(place, side * 0.3 * radius, 0), (0.16 * radius,) * 2, points=8)
        for place in places
        for side in (-1, 1)
    ]
    return Layer(
        "",
        [oval(place, (radius, radius), points=24) for place in places],
        lines=[Line(holes, 0.6)],
        puff=0.35 * radius,
        round=0.7 * radius,
        shadow=0.35,
        reach=0.6 * radius,
        colour=colour,
        within=within,
    )


def buckle(centre, radii, hole: Layer, colour=BRASS) -> list[Layer]:
    """A frame of metal around a hole through which its strap is seen."""
    frame = oval(centre, radii, corners=6)
    depth = 0.14 * radii[0]
    metal = Layer(
        "", [frame], colour=colour, puff=depth, round=3 * depth, shadow=0.35, reach=3 * depth
    )
    return [metal, hole]


def patch_pocket(x: float, y: float, half: float, deep: float) -> Layer:
    """A pocket sewn upon the front, around a centre."""
    shape = moved(
        np.array(
            [(-half, -deep), (half, -deep), (half, 0.7 * deep), (0, deep), (-half, 0.7 * deep)]
        ),
        x,
        y,
    )
    lines = [seam(closed(shape), darkness=0.4), stitches(moved(shape[:2], 0, 0.014))]
    return Layer("", [shape], lines=lines, puff=0.0012, round=0.014, shadow=0.18, reach=0.006)


def flap_pocket(x: float, y: float, half: float, deep: float) -> Layer:
    """The flap of a pocket that is set into the front."""
    shape = moved(
        np.array(
            [
                (-half, -deep),
                (half, -deep),
                (half, 0.55 * deep),
                (half - 0.006, deep),
                (0.006 - half, deep),
                (-half, 0.55 * deep),
            ]
        ),
        x,
        y,
    )
    lines = [seam(closed(shape), darkness=0.4), seam(shape[:2], width=1.5 * SEAM)]
    return Layer("", [shape], lines=lines, puff=0.002, round=0.012, shadow=0.4, reach=0.007)


def welt_pocket(x: float, y: float, half: float, angle: float) -> Layer:
    """A narrow slanting pocket."""
    way = half * np.array([np.cos(angle), np.sin(angle)])
    line = np.stack([(x, y) - way, np.add((x, y), way)])
    edges = seam(shift(line, 0.008), shift(line, -0.008))
    return Layer(
        "", [stroke(line, 0.016)], lines=[edges], puff=0.002, round=0.008, shadow=0.35, reach=0.006
    )


def zip_fastener(top: float, low: float) -> list[Layer]:
    """A zip down the middle: tape, teeth and pull."""
    middle = np.array([(0, top), (0, low)])
    heights = np.arange(top, low, 0.005)[:, None] * (0, 1)
    teeth = Line([rows(heights - (0.004, 0), moved(heights, 0.004, 0), 0.0014)], 0.5)
    tape = seam(shift(middle, 0.011), shift(middle, -0.011))
    pull = [
        oval((0, top + 0.012), (0.006, 0.008), corners=4),
        stroke(np.array([(0, top + 0.016), (0, top + 0.042)]), 0.006),
    ]
    metal = {"colour": STEEL, "puff": 0.001, "round": 0.004}
    return [
        Layer("", [stroke(middle, 0.022)], tone=0.9, lines=[tape]),
        Layer("", [stroke(middle, 0.008)], lines=[teeth], **metal),
        Layer("", pull, shadow=0.35, reach=0.005, **metal),
    ]
