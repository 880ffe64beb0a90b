"""Things to move with the mouse or the keyboard, in JupyterLab and Colab."""

from fashionlab.widgets.damage_explorer import damage_explorer
from fashionlab.widgets.dirac_explorer import dirac_explorer
from fashionlab.widgets.divergence_explorer import divergence_explorer
from fashionlab.widgets.epoch_scrubber import epoch_scrubber
from fashionlab.widgets.gan_lab import gan_lab
from fashionlab.widgets.garment_explorer import garment_explorer
from fashionlab.widgets.latent_explorer import latent_explorer
from fashionlab.widgets.shape_calculator import shape_calculator
from fashionlab.widgets.style_studio import style_studio
from fashionlab.widgets.symptom_board import symptom_board

__all__ = [
    "damage_explorer",
    "dirac_explorer",
    "divergence_explorer",
    "epoch_scrubber",
    "gan_lab",
    "garment_explorer",
    "latent_explorer",
    "shape_calculator",
    "style_studio",
    "symptom_board",
]
