"""Drawn garments whose silhouette, parts, shading and folds are known.

`draw_garment` draws one of the `KINDS`. `plain` shows it in one colour, and `dress` in a textile:
the picture that a perfect transfer of that textile onto the garment would give.
"""

from fashionlab.data.garments.drawing import KINDS, Garment, draw_garment, draw_garments
from fashionlab.data.garments.dressing import dress, plain

__all__ = ["KINDS", "Garment", "draw_garment", "draw_garments", "dress", "plain"]
