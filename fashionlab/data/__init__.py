"""Where images come from."""

from fashionlab.data import damage, textiles, toys
from fashionlab.data.batches import Batches
from fashionlab.data.fashion_mnist import CLASS_NAMES, LabelledImages, load_fashion_mnist
from fashionlab.data.images import load_image, to_fashion_mnist

__all__ = [
    "CLASS_NAMES",
    "Batches",
    "LabelledImages",
    "damage",
    "load_fashion_mnist",
    "load_image",
    "textiles",
    "to_fashion_mnist",
    "toys",
]
