"""Things to move with the mouse or the keyboard, in JupyterLab and Colab."""

from fashionlab.widgets.epoch_scrubber import epoch_scrubber
from fashionlab.widgets.latent_explorer import latent_explorer

__all__ = ["epoch_scrubber", "latent_explorer"]
