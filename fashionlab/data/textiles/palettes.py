"""Colours that go together: OKLab and OKLCH, and palettes from a seed.

In OKLCH a colour is a lightness from 0 to 1, a chroma from 0 (grey) to about 0.3, and a hue in
degrees: 30 is red, 90 yellow, 145 green, 260 blue, 330 magenta.

Reference:
    Ottosson, "A perceptual color space for image processing", 2020.
"""

import numpy as np

from fashionlab.errors import ConfigurationError

FEWEST, MOST = 2, 8
STRONGEST = 0.165  # chroma of an accent: more looks like a signal, not like dye
CANDIDATES = 12

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Hues beside the base hue, in the order in which accents take them.
SCHEMES = {
    "analogous": (0, 32, -34, 64, 180, -62),
    "complementary": (0, 180, 28, 208, -28, 152),
    "split": (0, 150, 210, 28, 178, -28),
    "triadic": (0, 122, 238, 24, 146, 262),
}
# A dark orange is brown and a dark yellow mud: hues, and the lightness from which they are clean.
CLEAN = (0, 30, 55, 80, 105, 130, 160, 200, 360), (0.5, 0.56, 0.69, 0.78, 0.84, 0.74, 0.6, 0.5, 0.5)
LIGHTNESSES = (0.64, 0.80, 0.52, 0.72, 0.86, 0.44)


def oklab(colours) -> np.ndarray:
    """OKLab of sRGB colours.

    Args:
        colours: `(..., 3)` in [0, 1].

    Returns:
        float64 `(..., 3)`: lightness, green to red, blue to yellow. Euclidean distances in it are
        close to what the eye sees; 0.02 is just visible.

    Example:
        >>> oklab([1.0, 1.0, 1.0]).round(3) + 0
        array([1., 0., 0.])
    """
    colours = np.asarray(colours, float)
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T


def srgb(lab) -> np.ndarray:
    """sRGB of OKLab colours, float32 `(..., 3)`; what a screen cannot show is clipped to [0, 1]."""
    linear = np.clip(_linear(np.asarray(lab, float)), 0, 1)
    curved = 1.055 * linear ** (1 / 2.4) - 0.055
    return np.where(linear <= 0.0031308, 12.92 * linear, curved).astype(np.float32)


def from_oklch(lightness, chroma, hue) -> np.ndarray:
    """sRGB of OKLCH colours; chroma gives way where a screen cannot show it.

    Args:
        lightness: From 0 to 1, any shape.
        chroma: From 0 up, of a fitting shape.
        hue: Degrees, of a fitting shape.

    Returns:
        float32 `(..., 3)` in [0, 1].
    """
    lightness, chroma, hue = np.broadcast_arrays(lightness, chroma, hue)
    return srgb(_lab(lightness, np.minimum(chroma, most_chroma(lightness, hue)), hue))


def most_chroma(lightness, hue) -> np.ndarray:
    """The greatest chroma that sRGB shows at a lightness and hue, found by halving."""
    low = np.zeros(np.broadcast(lightness, hue).shape)
    high = np.full_like(low, 0.4)
    for _ in range(12):
        middle = (low + high) / 2
        linear = _linear(_lab(lightness, middle, hue))
        shown = ((linear > -1e-4) & (linear < 1.0001)).all(axis=-1)
        low, high = np.where(shown, middle, low), np.where(shown, high, middle)
    return low


def blended(first, second, share: float) -> np.ndarray:
    """The colour `share` of the way from the first to the second in OKLab, float32 `(3,)`."""
    return srgb((1 - share) * oklab(first) + share * oklab(second))


def deeper(colour, share: float = 0.5) -> np.ndarray:
    """A darker shade of a colour's own hue, float32 `(3,)`; `share` 0 changes nothing, 1 is black.

    Mixed with a dark of another hue it would turn brown or grey.
    """
    lightness, green_red, blue_yellow = oklab(colour)
    hue = np.rad2deg(np.arctan2(blue_yellow, green_red))
    chroma = (1 - 0.4 * share) * np.hypot(green_red, blue_yellow)
    return from_oklch((1 - share) * lightness, chroma, hue)


def palette(seed: int, colours: int = 5) -> np.ndarray:
    """Colours that go together: a light ground, a dark, then accents of related hues.

    Args:
        seed: Seeds the base hue, the scheme (analogous, complementary, split or triadic), and the
            shades.
        colours: How many, from 2 to 8.

    Returns:
        float32 `(colours, 3)`, sRGB in [0, 1].

    Raises:
        ConfigurationError: The number is not from 2 to 8.

    Example:
        >>> light, dark, *accents = palette(seed=4)
        >>> len(accents), bool(light.mean() > 0.8), bool(dark.mean() < 0.35)
        (3, True, True)
    """
    if not FEWEST <= colours <= MOST:
        raise ConfigurationError(f"colours={colours}: use a number from {FEWEST} to {MOST}.")
    return harmony(np.random.default_rng([seed, *b"palette"]), colours)


def harmony(rng, colours: int) -> np.ndarray:
    """What `palette` returns, drawn from a generator of random numbers."""
    hue = rng.uniform(0, 360)
    offsets = SCHEMES[list(SCHEMES)[rng.integers(len(SCHEMES))]]
    lights = (rng.uniform(0.935, 0.975), rng.uniform(0.22, 0.31))
    chromas = (rng.uniform(0.008, 0.03), rng.uniform(0.03, 0.08))
    hues = (hue + rng.uniform(-20, 20), hue + offsets[1] + rng.uniform(-20, 20))
    chosen = list(from_oklch(lights, chromas, hues))
    accents = colours - len(chosen)
    for candidates in _accents(rng, hue + np.array(offsets)[:accents]):
        nearest = _distances(candidates, chosen).min(axis=1)
        chosen.append(candidates[nearest.argmax()])
    return np.array(chosen, np.float32)


def _accents(rng, hues):
    """Some candidates for each accent, `(accents, CANDIDATES, 3)`."""
    shape = (len(hues), CANDIDATES)
    hues = (hues[:, None] + rng.uniform(-9, 9, shape)) % 360
    wanted = np.array(LIGHTNESSES)[: len(hues), None] + rng.uniform(-0.07, 0.07, shape)
    floor = np.interp(hues, *CLEAN)
    lightness = np.clip(wanted, floor, 0.88)
    share = rng.uniform(0.7, 0.95, shape)
    chroma = np.minimum(share * most_chroma(lightness, hues), STRONGEST)
    return srgb(_lab(lightness, chroma, hues))


def _distances(first, second):
    return np.linalg.norm(oklab(first)[:, None] - oklab(second)[None], axis=-1)


def _lab(lightness, chroma, hue):
    angle = np.deg2rad(hue)
    return np.stack(
        np.broadcast_arrays(lightness, chroma * np.cos(angle), chroma * np.sin(angle)), axis=-1
    )


_FROM_LAB, _FROM_CONES = np.linalg.inv(_TO_LAB), np.linalg.inv(_TO_CONES)


def _linear(lab):
    return (lab @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T
