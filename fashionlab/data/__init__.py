"""Where images come from."""

from fashionlab.data import damage, garments, textiles, toys
from fashionlab.data.augment import FolderBatches, PairedBatches, UnpairedBatches, augmented
from fashionlab.data.batches import Batches
from fashionlab.data.deepfashion import DeepFashion, read_deepfashion
from fashionlab.data.domains import Domains, plain_and_printed
from fashionlab.data.fashion_mnist import CLASS_NAMES, LabelledImages, load_fashion_mnist
from fashionlab.data.folders import ImageFolder, read_images, read_pairs
from fashionlab.data.images import load_image, to_fashion_mnist

__all__ = [
    "CLASS_NAMES",
    "Batches",
    "DeepFashion",
    "Domains",
    "FolderBatches",
    "ImageFolder",
    "LabelledImages",
    "PairedBatches",
    "UnpairedBatches",
    "augmented",
    "damage",
    "garments",
    "load_fashion_mnist",
    "load_image",
    "plain_and_printed",
    "read_deepfashion",
    "read_images",
    "read_pairs",
    "textiles",
    "to_fashion_mnist",
    "toys",
]
