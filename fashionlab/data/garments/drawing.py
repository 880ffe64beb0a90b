"""Drawn garments: a picture's parts, with all that is true about them."""

from dataclasses import dataclass

import numpy as np

from fashionlab.data.fashion_mnist import CLASS_NAMES
from fashionlab.data.garments import (
    bags,
    boots,
    coats,
    dresses,
    hats,
    sandals,
    scarves,
    sneakers,
    tops,
    trousers,
)
from fashionlab.data.garments.rendering import render
from fashionlab.errors import ConfigurationError

# Each draws, from a generator of random numbers, layers and parameters.
DRAWINGS = {
    "T-shirt/top": tops.tshirt,
    "trouser": trousers.trouser,
    "pullover": tops.pullover,
    "dress": dresses.dress,
    "coat": coats.coat,
    "sandal": sandals.sandal,
    "shirt": tops.shirt,
    "sneaker": sneakers.sneaker,
    "bag": bags.bag,
    "ankle boot": boots.ankle_boot,
    "skirt": dresses.skirt,
    "jacket": coats.jacket,
    "scarf": scarves.scarf,
    "hat": hats.hat,
}
KINDS = (*CLASS_NAMES, "skirt", "jacket", "scarf", "hat")
SIZES = (32, 1024)


@dataclass(frozen=True, eq=False)
class Garment:
    """A drawn garment on a white ground, seen from the front, or a shoe from its outer side.

    What is left and right is so in the picture. Outside of the mask nothing but the mask means
    anything. `cloth` and `folds` are (x, y), x to the right and y downwards.

    Attributes:
        kind: One of `KINDS`.
        mask: float32 `(size, size)` in [0, 1]: the share of each pixel that the garment covers.
        parts: uint8 `(size, size)`: position in `part_names`, 0 where the mask is at most 0.5.
        part_names: Names of the parts, such as "body" or "left sleeve"; the first is "ground".
        shading: float32 `(size, size)` in [0.4, 1.15]: factor of the cloth's brightness.
        seams: float32 `(size, size)` in [0, 1]: darkness of seams, stitches and small details.
        cloth: float32 `(size, size, 2)`: where a pixel lies on the cloth, in widths of the picture.
            A sleeve's cloth is turned with the sleeve, a gathered skirt's is gathered.
        folds: float32 `(size, size, 2)`: the shift of `cloth` that folds cause, in the same unit.
        fixed: float32 `(size, size, 4)` in [0, 1]: red, green, blue and opacity of what keeps its
            own colour whatever the cloth is, such as soles, buttons, zips and labels.
        parameters: What was drawn from the seed, by name. Lengths are in metres of the garment,
            angles in radians.
    """

    kind: str
    mask: np.ndarray
    parts: np.ndarray
    part_names: tuple[str, ...]
    shading: np.ndarray
    seams: np.ndarray
    cloth: np.ndarray
    folds: np.ndarray
    fixed: np.ndarray
    parameters: dict


def draw_garment(kind: str, size: int = 128, seed: int | list[int] = 0) -> Garment:
    """Draw one garment.

    Args:
        kind: One of `KINDS`: the ten classes of Fashion-MNIST, skirt, jacket, scarf and hat.
        size: Pixels along each side, from 32 to 1024. It does not change what is drawn.
        seed: Decides cut, lengths, details and folds; an integer of 0 or more, or a list of them.

    Raises:
        ConfigurationError: The kind is unknown, or the size or seed is out of range.

    Example:
        >>> shirt = draw_garment("shirt", size=64, seed=2)
        >>> shirt.mask.shape, shirt.parameters["sleeve"]
        ((64, 64), 'short')
    """
    if kind not in DRAWINGS:
        raise ConfigurationError(f"kind={kind!r} is unknown. Use one of: {', '.join(KINDS)}.")
    if not isinstance(size, int | np.integer) or not SIZES[0] <= size <= SIZES[1]:
        raise ConfigurationError(
            f"size={size!r}: use a whole number of pixels from {SIZES[0]} to {SIZES[1]}."
        )
    seeds = [*_checked(seed), KINDS.index(kind)]
    layers, parameters = DRAWINGS[kind](np.random.default_rng([*seeds, 0]))
    fields = render(layers, int(size), np.random.default_rng([*seeds, 1]))
    parameters = {
        name: getattr(value, "item", lambda value=value: value)()
        for name, value in parameters.items()
    }
    return Garment(kind=kind, parameters=parameters, **fields)


def draw_garments(
    number: int, size: int = 128, seed: int | list[int] = 0, kinds=None
) -> list[Garment]:
    """Draw many garments, the kinds in turn.

    Args:
        number: How many. The first ones are the same for every number.
        size: Pixels along each side, from 32 to 1024.
        seed: Decides all of them; an integer of 0 or more, or a list of them.
        kinds: Names out of `KINDS`; by default all.

    Raises:
        ConfigurationError: A kind is unknown or none is given, the size or seed is out of range,
            or the number is below 0.

    Example:
        >>> [garment.kind for garment in draw_garments(3, size=32, kinds=["hat", "bag"])]
        ['hat', 'bag', 'hat']
    """
    if isinstance(kinds, str):
        raise ConfigurationError(f"kinds={kinds!r}: name some in a list, such as [{kinds!r}].")
    kinds = KINDS if kinds is None else tuple(kinds)
    if not kinds:
        raise ConfigurationError(f"kinds is empty. Leave it out, or name some: {', '.join(KINDS)}.")
    if number < 0:
        raise ConfigurationError(f"number={number}: use 0 or more.")
    seeds = _checked(seed)
    return [draw_garment(kinds[i % len(kinds)], size, [*seeds, i]) for i in range(number)]


def _checked(seed):
    seeds = seed if isinstance(seed, list | tuple) else [seed]
    for one in seeds:
        if isinstance(one, bool) or not isinstance(one, int | np.integer) or one < 0:
            raise ConfigurationError(
                f"seed={seed!r}: use a whole number of 0 or more, or a list of them."
            )
    return seeds
