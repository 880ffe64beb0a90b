"""Two domains of drawn garments to translate between, with the truth of each translation."""

from dataclasses import dataclass

import numpy as np

from fashionlab.data.garments import draw_garments, dress, plain
from fashionlab.data.textiles import Textile, draw_textile
from fashionlab.errors import ConfigurationError

KINDS = ("T-shirt/top", "pullover", "dress", "shirt", "skirt")
DYES = (0.1, 0.9)  # darkest and lightest red, green and blue of a plain garment
WHITE, NAVY = (0.96, 0.96, 0.94), (0.10, 0.16, 0.40)
SCALE = 1.5  # of the print: at 64 pixels a stripe is 4 pixels wide


@dataclass(frozen=True, eq=False)
class Domains:
    """Plain garments and, unpaired, printed ones; of each plain garment what it is translated to.

    Attributes:
        x: Plain garments in colours of their own, float32 `(number, size, size, 3)` in [-1, 1].
        y: Other garments, all in one print; of the same shape.
        truth: The garments of `x` in the print of `y`; of the same shape. Not for training.
        masks: float32 `(number, size, size)` in [0, 1]: the share of each pixel of `x` that the
            garment covers.
        colours: float32 `(number, 3)` in [0, 1]: red, green and blue of the cloth of each of `x`.
    """

    x: np.ndarray
    y: np.ndarray
    truth: np.ndarray
    masks: np.ndarray
    colours: np.ndarray


def stripes() -> Textile:
    """The print of the second domain: upright navy and white stripes."""
    palette = np.float32([WHITE, NAVY, NAVY, NAVY, NAVY])
    return draw_textile("stripes", size=256, seed=48, palette=palette)


def plain_and_printed(number: int, size: int = 64, seed: int = 0) -> Domains:
    """Draw two domains: garments of one colour each, and other garments in one print.

    Args:
        number: Garments in each domain, 1 or more. The first ones are the same for every number.
        size: Pixels along each side, from 32 to 1024.
        seed: Decides garments and colours; another seed draws garments that were held out.

    Raises:
        ConfigurationError: The number, size or seed is out of range.

    Example:
        >>> domains = plain_and_printed(2, size=32)
        >>> domains.x.shape, domains.masks.shape, domains.colours.shape
        ((2, 32, 32, 3), (2, 32, 32), (2, 3))
    """
    if number < 1:
        raise ConfigurationError(f"number={number}: use 1 garment or more.")
    print_ = stripes()
    # The last number tells the domains apart: no garment is in both.
    worn_plain, worn_printed = (draw_garments(number, size, [seed, of], KINDS) for of in (0, 1))
    colours = np.random.default_rng([seed, 2]).uniform(*DYES, (number, 3)).astype(np.float32)
    return Domains(
        x=np.stack([plain(*pair) for pair in zip(worn_plain, colours, strict=True)]),
        y=np.stack([dress(garment, print_, SCALE) for garment in worn_printed]),
        truth=np.stack([dress(garment, print_, SCALE) for garment in worn_plain]),
        masks=np.stack([garment.mask for garment in worn_plain]),
        colours=colours,
    )
