"""Style transfer: the content of one image, the style of another."""

from fashionlab.style.adain import adain, adaptive_instance_norm, grain, restyled, statistics
from fashionlab.style.colour import keep_colours, match_colours
from fashionlab.style.features import perceptual
from fashionlab.style.gatys import neural_style, texture
from fashionlab.style.losses import content_loss, gram, style_loss, total_variation
from fashionlab.style.masks import garment_mask
from fashionlab.style.provenance import read_provenance
from fashionlab.style.stylize import Stylized, stylize

__all__ = [
    "Stylized",
    "adain",
    "adaptive_instance_norm",
    "content_loss",
    "garment_mask",
    "grain",
    "gram",
    "keep_colours",
    "match_colours",
    "neural_style",
    "perceptual",
    "read_provenance",
    "restyled",
    "statistics",
    "style_loss",
    "stylize",
    "texture",
    "total_variation",
]
