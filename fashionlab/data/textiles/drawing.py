"""One swatch, or many: which kinds there are, and what each is drawn by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from fashionlab.data.textiles import (
    clouds,
    dyed,
    fabrics,
    flowers,
    ornaments,
    painterly,
    prints,
    washes,
    weaves,
)
from fashionlab.data.textiles.canvas import Canvas
from fashionlab.data.textiles.colourways import colourway
from fashionlab.errors import ConfigurationError, DataError

SMALLEST, LARGEST = 32, 1024


@dataclass(frozen=True, eq=False)
class Textile:
    """A drawn swatch, and what it was drawn with.

    Attributes:
        kind: A key of `KINDS`.
        family: `"print"`, `"painterly"` or `"fabric"`.
        seed: Draws the same design again, at any size.
        pixels: float32 `(size, size, 3)` in [-1, 1].
        palette: float32 `(colours, 3)`, sRGB in [0, 1].
        parameters: What was drawn from the seed: numbers of repeats, styles, widths as shares of
            the side.
    """

    kind: str
    family: str
    seed: int
    pixels: np.ndarray = field(repr=False)
    palette: np.ndarray = field(repr=False)
    parameters: dict


@dataclass(frozen=True)
class TextileKind:
    """What can be drawn.

    Attributes:
        family: `"print"`, `"painterly"` or `"fabric"`.
        colours: How many colours it takes: the ground first, then a contrast, then accents.
        draw: Called with a canvas, a generator of random numbers and colours.
        note: Where it comes from, and what it does not claim to be.
    """

    family: str
    colours: int
    draw: Callable = field(repr=False)
    note: str = ""


KINDS = {
    "stripes": TextileKind("print", 5, weaves.stripes),
    "gingham": TextileKind("print", 2, weaves.gingham),
    "houndstooth": TextileKind("print", 2, weaves.houndstooth),
    "tartan": TextileKind(
        "print",
        5,
        weaves.tartan,
        note="Scottish cloth whose sett, the order of its coloured threads, is the same in warp "
        "and weft. These setts are made up; those of clans and regiments are kept in the "
        "Scottish Register of Tartans.",
    ),
    "argyle": TextileKind("print", 5, weaves.argyle),
    "polka_dots": TextileKind("print", 5, prints.polka_dots),
    "floral": TextileKind("print", 6, flowers.floral),
    "ditsy": TextileKind(
        "print",
        6,
        flowers.ditsy,
        note="The trade's word for small flowers strewn closely. The London shop Liberty made "
        "such cottons famous.",
    ),
    "leopard": TextileKind("print", 4, prints.leopard),
    "camouflage": TextileKind("print", 4, prints.camouflage),
    "ikat": TextileKind(
        "print",
        5,
        dyed.ikat,
        note="From the Malay word for tying: threads are bound and dyed before they are woven, in "
        "Indonesia, Central Asia, India, Japan and elsewhere. These medallions are made up.",
    ),
    "batik": TextileKind(
        "print",
        3,
        dyed.batik,
        note="Cloth dyed around wax. Indonesian batik has been on UNESCO's list of intangible "
        "heritage since 2009; some patterns of Java were kept for its courts, and these flowers "
        "are none of them.",
    ),
    "seigaiha": TextileKind(
        "print",
        4,
        ornaments.seigaiha,
        note="Japanese, 'waves of the blue sea': arcs in rows that stand for the ocean.",
    ),
    "xiangyun": TextileKind(
        "print",
        4,
        clouds.xiangyun,
        note="Chinese, 'auspicious clouds': a wish for good fortune on robes, porcelain and "
        "buildings.",
    ),
    "chinese_lattice": TextileKind(
        "print",
        3,
        ornaments.chinese_lattice,
        note="After the wooden lattices of Chinese windows. Hexagons recall the tortoise, which "
        "stands for a long life, and circles with square holes old coins, which stand for wealth.",
    ),
    "azulejo": TextileKind(
        "print",
        3,
        ornaments.azulejo,
        note="Painted and glazed tiles of Portugal and Spain; the word comes from Arabic. These "
        "designs copy no wall.",
    ),
    "strip_weave": TextileKind(
        "print",
        5,
        weaves.strip_weave,
        note="Narrow strips sewn side by side, as West African weavers do; best known is kente of "
        "the Asante and Ewe. Kente patterns have names and meanings: these figures are made up "
        "and have none.",
    ),
    "impasto": TextileKind("painterly", 5, painterly.impasto),
    "palette_knife": TextileKind("painterly", 5, painterly.palette_knife),
    "pointillism": TextileKind("painterly", 6, painterly.pointillism),
    "watercolour": TextileKind("painterly", 6, washes.watercolour),
    "ink": TextileKind(
        "painterly",
        3,
        washes.ink,
        note="After East Asian ink painting, in which bamboo and plum blossom are two of the Four "
        "Gentlemen.",
    ),
    "woodcut": TextileKind("painterly", 3, painterly.woodcut),
    "denim": TextileKind("fabric", 2, fabrics.denim),
    "knit": TextileKind("fabric", 5, fabrics.knit),
    "silk": TextileKind("fabric", 2, fabrics.silk),
    "leather": TextileKind("fabric", 2, fabrics.leather),
}


def draw_textile(kind: str, size: int = 256, seed: int = 0, palette=None) -> Textile:
    """One swatch.

    Args:
        kind: A key of `KINDS`.
        size: Pixels a side, from 32 to 1024.
        seed: Seeds the design, and the colours where none are given; 0 or more.
        palette: sRGB `(colours, 3)` in [0, 1], at least as many as `KINDS[kind].colours`: the
            ground first, then a contrast, then accents. By default colours that suit the kind.

    Raises:
        ConfigurationError: There is no such kind, or the size or seed is no whole number in its
            range.
        DataError: The palette has another shape or range, or too few colours.

    Example:
        >>> swatch = draw_textile("gingham", size=64, seed=1)
        >>> swatch.pixels.shape, swatch.family
        ((64, 64, 3), 'print')
    """
    if not isinstance(kind, str) or kind not in KINDS:
        raise ConfigurationError(f"{kind!r} is no textile. Use one of {', '.join(KINDS)}.")
    if not _whole(size) or not SMALLEST <= size <= LARGEST:
        raise ConfigurationError(
            f"size={size!r}: use a whole number of pixels from {SMALLEST} to {LARGEST}."
        )
    _check_seed(seed)
    what = KINDS[kind]
    # Two streams: other colours do not change the design.
    design, own = np.random.default_rng([seed, *kind.encode()]).spawn(2)
    if palette is None:
        colours = colourway(kind, own, what.colours)
    else:
        colours = _checked(palette, kind, what.colours)
    canvas = Canvas(int(size))
    image, parameters = what.draw(canvas, design, colours)
    return Textile(kind, what.family, seed, canvas.shrunk(image), colours, parameters)


def draw_textiles(
    number: int, size: int = 256, seed: int = 0, kinds: Sequence[str] | None = None
) -> list[Textile]:
    """Swatches of many kinds, in turn; the first ones stay the same when more are drawn.

    Args:
        number: How many, from 1.
        size: Pixels a side, from 32 to 1024.
        seed: Seeds the designs and colours, 0 or more; each swatch gets a seed of its own.
        kinds: Keys of `KINDS`, by default all.

    Raises:
        ConfigurationError: A kind is unknown or none is named, the kinds are in no order, or the
            number, size or seed is no whole number in its range.

    Example:
        >>> [swatch.kind for swatch in draw_textiles(3, size=32, kinds=("knit", "silk"))]
        ['knit', 'silk', 'knit']
    """
    if isinstance(kinds, str | set | frozenset):  # a set has another order in every process
        raise ConfigurationError(f"kinds={kinds!r}: name some in a list, such as ['stripes'].")
    kinds = tuple(KINDS if kinds is None else kinds)
    if not kinds:
        raise ConfigurationError(f"kinds is empty. Leave it out, or name some: {', '.join(KINDS)}.")
    if not _whole(number) or number < 1:
        raise ConfigurationError(f"number={number!r}: use a whole number of textiles, 1 or more.")
    _check_seed(seed)
    return [draw_textile(kinds[i % len(kinds)], size, _own_seed(seed, i)) for i in range(number)]


def _whole(value):
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _check_seed(seed):
    if not _whole(seed) or seed < 0:
        raise ConfigurationError(f"seed={seed!r}: use a whole number, 0 or more.")


def _own_seed(seed, index):
    return int(np.random.SeedSequence([seed, index]).generate_state(1)[0])


def _checked(palette, kind, wanted):
    try:
        colours = np.asarray(palette, np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(f"The palette {palette!r} is no array of numbers (colours, 3).") from error
    if colours.ndim != 2 or colours.shape[1] != 3:
        raise DataError(f"The palette has shape {colours.shape}; wanted (colours, 3).")
    if len(colours) < wanted:
        raise DataError(f"The palette has {len(colours)} colours; {kind} takes {wanted}.")
    if not (colours.min() >= 0 and colours.max() <= 1):  # false for NaN, too
        raise DataError(
            f"The palette reaches from {colours.min()} to {colours.max()}; wanted sRGB in [0, 1]. "
            f"Divide values up to 255 by 255."
        )
    return colours[:wanted].copy()
