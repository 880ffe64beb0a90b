"""Figures about generated images and points."""

from fashionlab.metrics.classes import class_agreement, class_histogram, entropy
from fashionlab.metrics.distances import frechet_distance, kid, patch_distance
from fashionlab.metrics.embedding import Embedding, embed
from fashionlab.metrics.evaluation import evaluate, fashion_fid
from fashionlab.metrics.inputs import read_folder
from fashionlab.metrics.neighbours import (
    copied_share,
    density_coverage,
    near_duplicates,
    nearest,
    precision_recall,
)
from fashionlab.metrics.points import grid_js, modes_covered, sliced_wasserstein
from fashionlab.metrics.report import Figure, Report
from fashionlab.metrics.sharpness import sharpness

__all__ = [
    "Embedding",
    "Figure",
    "Report",
    "class_agreement",
    "class_histogram",
    "copied_share",
    "density_coverage",
    "embed",
    "entropy",
    "evaluate",
    "fashion_fid",
    "frechet_distance",
    "grid_js",
    "kid",
    "modes_covered",
    "near_duplicates",
    "nearest",
    "patch_distance",
    "precision_recall",
    "read_folder",
    "sharpness",
    "sliced_wasserstein",
]
