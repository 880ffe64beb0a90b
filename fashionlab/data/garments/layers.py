"""What a garment is drawn of: layers of cloth, from the lowest to the topmost.

Everything here is in metres of the real garment, x to the right from its middle and y downwards, so
that proportions are those of size charts.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from fashionlab.data.garments.outlines import mirror


@dataclass(frozen=True)
class Fold:
    """A ridge of cloth, steeper on one side than on the other.

    Attributes:
        start: Where it begins, `(x, y)`.
        end: Where it ends.
        width: Of the ridge, about half of what one sees of it.
        height: Above the cloth around it; below 0 for a groove.
        bend: How far its middle is off the straight line, in lengths of it.
        skew: From -0.8 to 0.8, how unequal its sides are.
        flowing: Whether it widens and rises up to its end, as in a gathered skirt, instead of
            fading out.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    height: float
    bend: float = 0.0
    skew: float = 0.0
    flowing: bool = False

    def mirrored(self) -> "Fold":
        """The fold on the other side."""
        start, end = ((-x, y) for x, y in (self.start, self.end))
        return replace(self, start=start, end=end, bend=-self.bend, skew=-self.skew)


@dataclass(frozen=True)
class Line:
    """Something thin that is drawn, such as a seam: its contours, and its darkness from 0 to 1."""

    contours: list
    darkness: float

    def mirrored(self) -> "Line":
        """The line on the other side."""
        return replace(self, contours=[mirror(contour) for contour in self.contours])


def straight(x, y):
    """Cloth that hangs as the picture does."""
    return x, y


@dataclass(frozen=True)
class Layer:
    """A piece of cloth, leather or metal.

    Attributes:
        part: Name of the part of the garment, or "" for a detail of whatever lies beneath it.
        contours: What it covers.
        folds: Its folds.
        lines: Seams and details drawn upon it.
        cloth: Maps x and y in the picture to where they lie on the cloth.
        puff: Height of its middle above its edge.
        round: How far from the edge it reaches that height, about.
        tone: Factor of its brightness.
        shadow: Darkness of the shadow that it casts on what lies beneath, from 0 to 1.
        reach: Width of that shadow.
        rumple: Height of the slight unevenness that cloth has all over.
        colour: Its own colour, `(r, g, b)` in [0, 1], or None where the textile covers it.
        within: The name of a part beneath, outside of which the layer is cut off.
    """

    part: str
    contours: list
    folds: list[Fold] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    cloth: Callable = straight
    puff: float = 0.0
    round: float = 0.03
    tone: float = 1.0
    shadow: float = 0.0
    reach: float = 0.02
    rumple: float = 0.0
    colour: tuple[float, float, float] | None = None
    within: str = ""

    def mirrored(self) -> "Layer":
        """The layer on the other side, where "right" is "left"; what is printed is not mirrored."""

        def cloth(x, y):
            u, v = self.cloth(-x, y)
            return -u, v

        return replace(
            self,
            part=self.part.replace("right", "left"),
            within=self.within.replace("right", "left"),
            contours=[mirror(contour) for contour in self.contours],
            folds=[fold.mirrored() for fold in self.folds],
            lines=[line.mirrored() for line in self.lines],
            cloth=cloth,
        )


def turned(origin, angle: float) -> Callable:
    """Cloth turned about a point, such as that of a sleeve.

    Args:
        origin: The point that stays in place.
        angle: From straight down towards the right, in radians.
    """
    cos, sin = math.cos(angle), math.sin(angle)

    def cloth(x, y):
        dx, dy = x - origin[0], y - origin[1]
        return origin[0] + cos * dx - sin * dy, origin[1] + sin * dx + cos * dy

    return cloth


def fanned(top: float, low: float, narrow: float, wide: float) -> Callable:
    """Cloth as wide as its hem all over, gathered towards its top.

    Args:
        top: The y of its upper edge.
        low: The y of its hem.
        narrow: Width of the upper edge as it is worn.
        wide: Width of the hem.
    """

    def cloth(x, y):
        return x * (wide / np.interp(y, (top, low), (narrow, wide))), y

    return cloth
