"""Style transfer: the content of one image, the style of another."""

from fashionlab.style.features import perceptual
from fashionlab.style.losses import content_loss, gram, style_loss, total_variation

__all__ = ["content_loss", "gram", "perceptual", "style_loss", "total_variation"]
