"""Which colours each kind of textile usually comes in."""

import numpy as np

from fashionlab.data.textiles.palettes import from_oklch, harmony

# Ranges of lightness, chroma and hue.
SHADES = {
    "white": ((0.95, 0.98), (0.003, 0.015), (60, 110)),
    "cream": ((0.91, 0.95), (0.02, 0.04), (75, 95)),
    "black": ((0.17, 0.22), (0.005, 0.02), (20, 300)),
    "ink": ((0.2, 0.26), (0.005, 0.02), (200, 290)),
    "navy": ((0.25, 0.32), (0.06, 0.09), (262, 275)),
    "indigo": ((0.3, 0.38), (0.07, 0.11), (262, 276)),
    "denim": ((0.36, 0.43), (0.07, 0.09), (255, 263)),
    "dark-denim": ((0.27, 0.33), (0.05, 0.07), (257, 266)),
    "washed-denim": ((0.52, 0.6), (0.06, 0.075), (246, 256)),
    "cobalt": ((0.4, 0.48), (0.14, 0.18), (258, 268)),
    "sky": ((0.72, 0.8), (0.07, 0.1), (235, 255)),
    "red": ((0.5, 0.58), (0.17, 0.2), (24, 30)),
    "wine": ((0.33, 0.4), (0.1, 0.13), (10, 24)),
    "rose": ((0.76, 0.83), (0.07, 0.1), (0, 16)),
    "rust": ((0.55, 0.61), (0.13, 0.15), (42, 52)),
    "ochre": ((0.76, 0.81), (0.12, 0.15), (76, 86)),
    "gold": ((0.8, 0.86), (0.12, 0.16), (84, 92)),
    "green": ((0.48, 0.56), (0.1, 0.13), (148, 162)),
    "pine": ((0.33, 0.4), (0.05, 0.08), (150, 170)),
    "sage": ((0.7, 0.77), (0.05, 0.07), (140, 160)),
    "teal": ((0.5, 0.57), (0.08, 0.1), (190, 215)),
    "lilac": ((0.72, 0.79), (0.07, 0.11), (300, 318)),
    "brown": ((0.36, 0.43), (0.06, 0.08), (48, 62)),
    "tan": ((0.62, 0.7), (0.08, 0.11), (58, 70)),
    "sand": ((0.83, 0.88), (0.045, 0.07), (75, 88)),
    "tawny": ((0.73, 0.79), (0.09, 0.12), (65, 76)),
    "chestnut": ((0.52, 0.58), (0.1, 0.12), (50, 60)),
    "khaki": ((0.66, 0.72), (0.045, 0.065), (95, 112)),
    "olive": ((0.43, 0.49), (0.045, 0.065), (112, 130)),
    "earth": ((0.36, 0.42), (0.04, 0.055), (55, 72)),
    "slate": ((0.52, 0.6), (0.01, 0.03), (240, 270)),
    "pearl": ((0.8, 0.86), (0.006, 0.015), (230, 270)),
}
# For each kind the colourways that it may come in, as shades in the order in which it takes them.
# Kinds that are not here come in any harmonious palette.
COLOURWAYS = {
    "gingham": (
        "white red",
        "white navy",
        "white green",
        "white sky",
        "white black",
        "white rose",
        "white lilac",
    ),
    "houndstooth": (
        "white black",
        "cream black",
        "cream navy",
        "white wine",
        "cream brown",
        "pearl ink",
    ),
    "tartan": (
        "red pine gold navy white",
        "navy pine white black red",
        "pine navy gold black red",
        "tan black red cream white",
        "slate ink rose white lilac",
        "cream navy red wine gold",
        "wine navy gold pine sky",
        "teal navy white pine rose",
    ),
    "leopard": (
        "sand black chestnut tawny",
        "sand black chestnut tawny",
        "cream black tawny sand",
        "pearl ink slate white",
    ),
    "camouflage": (
        "khaki olive earth black",
        "sand tan brown khaki",
        "pearl slate ink white",
        "sage pine brown sand",
    ),
    "ikat": (
        "cream indigo wine ochre teal",
        "white navy sky red gold",
        "wine cream indigo gold green",
        "cream brown rust indigo ochre",
        "indigo cream teal rose ochre",
    ),
    "batik": (
        "cream indigo sky",
        "cream brown ochre",
        "cream indigo chestnut",
        "cream wine tawny",
    ),
    "seigaiha": (
        "white indigo sky red",
        "cream navy teal gold",
        "white teal sage rose",
        "cream wine rose gold",
    ),
    "xiangyun": (
        "red gold wine cream",
        "navy gold cobalt white",
        "cream cobalt sky white",
        "pine gold green cream",
        "black gold wine red",
    ),
    "chinese_lattice": (
        "wine gold rust",
        "cream brown red",
        "navy gold teal",
        "pine gold sage",
        "white cobalt sky",
        "red black gold",
    ),
    "azulejo": (
        "white cobalt sky",
        "white cobalt gold",
        "white cobalt sky",
        "cream cobalt ochre",
    ),
    "strip_weave": (
        "gold black green red white",
        "gold navy red green cream",
        "cobalt black gold white red",
        "rust black gold green cream",
    ),
    "watercolour": (
        "white ink sky teal lilac cobalt",
        "white ink rose lilac rust rose",
        "white ink gold rose rust lilac",
        "white ink sage teal gold sky",
        "white ink lilac sky rose lilac",
    ),
    "ink": (
        "cream ink red",
        "white ink red",
        "cream ink rose",
        "cream ink wine",
    ),
    "woodcut": (
        "cream black red",
        "cream navy sky",
        "cream black ochre",
        "cream pine rust",
    ),
    "denim": (
        "white denim",
        "white denim",
        "cream dark-denim",
        "pearl ink",
        "white washed-denim",
    ),
    "silk": (
        "wine rose",
        "cobalt sky",
        "green sage",
        "rust gold",
        "navy lilac",
        "teal pearl",
        "rose white",
        "sand white",
        "wine ochre",
        "red rose",
    ),
    "leather": (
        "brown tan",
        "earth chestnut",
        "black slate",
        "wine rust",
        "navy slate",
        "tan sand",
    ),
}


def colourway(kind: str, rng, colours: int) -> np.ndarray:
    """Colours that suit a kind, sRGB float32 `(colours, 3)`."""
    if kind not in COLOURWAYS:
        return harmony(rng, colours)
    ways = COLOURWAYS[kind]
    ranges = np.array([SHADES[shade] for shade in ways[rng.integers(len(ways))].split()])
    return from_oklch(*rng.uniform(ranges[..., 0], ranges[..., 1]).T)
