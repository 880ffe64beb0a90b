"""Distributions in one and two dimensions, small enough to see what a GAN makes of them.

The 2-D ones fit into the square from -1.5 to 1.5 on both axes, the 1-D ones into -4 to 4.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from fashionlab.errors import ConfigurationError, DataError


@dataclass(frozen=True, eq=False)
class Toy:
    """A distribution to draw from.

    Attributes:
        name: What it is called.
        dimension: 1 or 2.
        modes: Centres of its peaks, float32 `(number, dimension)`; no rows where it has none.
        spread: Standard deviation around a mode, or of the noise around a curve.
    """

    name: str
    dimension: int
    draw: Callable = field(repr=False)
    exact_density: Callable | None = field(default=None, repr=False)
    modes: np.ndarray = field(default_factory=lambda: np.empty((0, 2), np.float32), repr=False)
    spread: float = 0.0

    def sample(self, number: int, seed: int) -> np.ndarray:
        """Independent points, float32 `(number, dimension)`."""
        return self.draw(np.random.default_rng(seed), number).astype(np.float32)

    def density(self, points) -> np.ndarray:
        """Probability density at each point.

        Args:
            points: `(number, dimension)`; in one dimension `(number,)` will do.

        Returns:
            float64 `(number,)`, per unit of length or area.

        Raises:
            DataError: The points have another shape, or the density has no closed form.
        """
        points = np.asarray(points, float)
        if self.dimension == 1 and points.ndim == 1:
            points = points[:, None]
        if points.ndim != 2 or points.shape[1] != self.dimension:
            raise DataError(
                f"Points have shape {points.shape}; {self.name} wants (number, {self.dimension})."
            )
        if self.exact_density is None:
            raise DataError(
                f"The density of {self.name} has no closed form. Draw with .sample(number, seed)."
            )
        return self.exact_density(points)


def gaussians(name, centres, spread, weights=None) -> Toy:
    """A mixture of equally wide round bells.

    Args:
        name: What to call it.
        centres: `(number, dimension)`, with dimension 1 or 2.
        spread: Standard deviation of each bell along each axis, above 0.
        weights: `(number,)`, the share of each bell, adding up to 1; by default equal.

    Raises:
        DataError: The centres have another shape, or are not finite.
        ConfigurationError: The spread is not above 0, or the weights are no shares.
    """
    centres = np.asarray(centres, np.float32)
    if centres.ndim != 2 or centres.shape[1] not in (1, 2) or not len(centres):
        raise DataError(f"Centres have shape {centres.shape}; wanted (number, 1 or 2).")
    if not np.isfinite(centres).all():
        raise DataError("Some centres are NaN or infinite. Leave those points out.")
    if not spread > 0:
        raise ConfigurationError(f"spread={spread}: a bell needs a width above 0.")
    number, dimension = centres.shape
    shares = np.full(number, 1 / number) if weights is None else np.asarray(weights, float)
    if shares.shape != (number,) or shares.min() < 0 or not math.isclose(shares.sum(), 1):
        raise ConfigurationError(
            f"weights={weights}: wanted {number} shares of 0 or more that add up to 1."
        )

    def draw(rng, count):
        bells = rng.choice(number, count, p=shares)
        return centres[bells] + spread * rng.standard_normal((count, dimension))

    def density(points):
        height = (2 * math.pi * spread**2) ** (-dimension / 2)
        total = np.zeros(len(points))
        for centre, share in zip(centres, shares, strict=True):
            squared = np.square(points - centre).sum(axis=1) / spread**2
            total += share * height * np.exp(-squared / 2)
        return total

    return Toy(name, dimension, draw, density, centres, spread)


def gaussian(mean: float = 0.0, spread: float = 1.0) -> Toy:
    """One bell on the line.

    Example:
        >>> gaussian().density([0.0]).round(4)
        array([0.3989])
    """
    return gaussians("gaussian", [[mean]], spread)


def two_gaussians() -> Toy:
    """Two bells of equal weight on the line, at -1.5 and 1.5."""
    return gaussians("two_gaussians", [[-1.5], [1.5]], 0.5)


def mixture() -> Toy:
    """Three bells of unequal weight on the line: the smallest is easily overlooked."""
    return gaussians("mixture", [[-2.0], [0.5], [2.5]], 0.4, [0.3, 0.6, 0.1])


def ring(number: int = 8) -> Toy:
    """Bells on the unit circle, the usual test for mode collapse.

    Reference:
        Metz et al., "Unrolled Generative Adversarial Networks", 2016, section 3.1.
    """
    angles = 2 * np.pi * np.arange(number) / number
    name = "ring" if number == 8 else f"ring_of_{number}"
    return gaussians(name, np.stack([np.cos(angles), np.sin(angles)], axis=1), 0.05)


def grid(side: int = 5) -> Toy:
    """Bells on a square grid of `side` x `side`, 25 by default.

    Reference:
        Dumoulin et al., "Adversarially Learned Inference", 2016, section 4.4 (25 modes).
    """
    ticks = np.linspace(-1, 1, side)
    name = "grid" if side == 5 else f"grid_of_{side**2}"
    return gaussians(name, [(x, y) for y in ticks for x in ticks], 0.05)


def two_moons() -> Toy:
    """Two half circles that reach into each other."""

    def draw(rng, count):
        angle = np.pi * rng.uniform(size=count)
        upper = rng.integers(2, size=count, dtype=bool)
        x = np.where(upper, np.cos(angle) - 0.5, 0.5 - np.cos(angle))
        y = np.where(upper, np.sin(angle) - 0.25, 0.25 - np.sin(angle))
        return _noisy(rng, 0.75 * np.stack([x, y], axis=1), 0.05)

    return Toy("two_moons", 2, draw, spread=0.05)


def spiral() -> Toy:
    """Two turns of a spiral from the centre outwards, equally dense along its length."""

    def draw(rng, count):
        turn = np.sqrt(rng.uniform(0.02, 1, count))  # the length of a turn grows with its radius
        angle = 4 * np.pi * turn
        points = 1.2 * turn[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return _noisy(rng, points, 0.03)

    return Toy("spiral", 2, draw, spread=0.03)


def line() -> Toy:
    """A straight stroke from (-1, -0.5) to (1, 0.5), with soft edges."""
    spread, half = 0.05, math.hypot(1, 0.5)
    along = np.array([1, 0.5]) / half
    across = np.array([-along[1], along[0]])

    def draw(rng, count):
        return _noisy(rng, rng.uniform(-half, half, count)[:, None] * along, spread)

    def density(points):
        # Turned into its own axes: a box blurred by the bell along it, the bell itself across it.
        step = np.vectorize(lambda t: math.erf(t / (spread * math.sqrt(2))), otypes=[float])
        position = points @ along
        box = (step(position + half) - step(position - half)) / (4 * half)
        bell = np.exp(-np.square(points @ across / spread) / 2) / (spread * math.sqrt(2 * math.pi))
        return box * bell

    return Toy("line", 2, draw, density, spread=spread)


def disc() -> Toy:
    """The unit disc, equally dense everywhere on it."""

    def draw(rng, count):
        radius = np.sqrt(rng.uniform(size=count))  # area grows with the square of the radius
        angle = rng.uniform(0, 2 * np.pi, count)
        return radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)

    def density(points):
        return (np.square(points).sum(axis=1) <= 1) / np.pi

    return Toy("disc", 2, draw, density)


def drawn(points, spread: float = 0.05) -> Toy:
    """Your own distribution: a small bell on every point that you give, and no modes to cover.

    Args:
        points: `(number, 2)`, or `(number, 1)` for the line: a drawing, measurements, anything.
        spread: Standard deviation of the bells.

    Raises:
        DataError: The points have another shape, or are not finite.
        ConfigurationError: The spread is not above 0.

    Example:
        >>> face = drawn([[-0.5, 0.5], [0.5, 0.5], [-0.4, -0.4], [0, -0.5], [0.4, -0.4]])
        >>> face.sample(100, seed=0).shape
        (100, 2)
    """
    toy = gaussians("drawn", points, spread)
    return replace(toy, modes=toy.modes[:0])


def _noisy(rng, points, spread):
    return points + spread * rng.standard_normal(points.shape)


BY_NAME = {
    toy.__name__: toy
    for toy in (gaussian, two_gaussians, mixture, ring, grid, two_moons, spiral, line, disc)
}


def get(toy: str | Toy) -> Toy:
    """A distribution from its name, or the object itself.

    Raises:
        ConfigurationError: The name is unknown.
    """
    if isinstance(toy, Toy):
        return toy
    if not isinstance(toy, str) or toy not in BY_NAME:
        raise ConfigurationError(f"{toy!r} is no distribution. Use one of {', '.join(BY_NAME)}.")
    return BY_NAME[toy]()
