"""Swatches of textiles, drawn from a seed: prints, painted cloth and fabrics.

Every swatch goes on at its edges: laid side by side, no seam shows. A seed gives the same design
at every size.
"""

from fashionlab.data.textiles.drawing import (
    KINDS,
    Textile,
    TextileKind,
    draw_textile,
    draw_textiles,
)
from fashionlab.data.textiles.palettes import palette

__all__ = ["KINDS", "Textile", "TextileKind", "draw_textile", "draw_textiles", "palette"]
