"""Latents: where they come from, ways between them, directions with a meaning, and the way back.

`generate` turns latents into images and `project` finds the latents of given images. In between lie
`walk` and `plane` to move along, and `directions`, `pca_directions` and `supervised_direction` to
move in.
"""

from fashionlab.latent import attributes
from fashionlab.latent.axes import Direction, directions, pca_directions, supervised_direction
from fashionlab.latent.compiled import compiled
from fashionlab.latent.paths import lerp, perceptual_path_length, plane, slerp, walk
from fashionlab.latent.projection import Projection, project
from fashionlab.latent.sampling import generate, guided, latent_dim, noise, sample

__all__ = [
    "Direction",
    "Projection",
    "attributes",
    "compiled",
    "directions",
    "generate",
    "guided",
    "latent_dim",
    "lerp",
    "noise",
    "pca_directions",
    "perceptual_path_length",
    "plane",
    "project",
    "sample",
    "slerp",
    "supervised_direction",
    "walk",
]
