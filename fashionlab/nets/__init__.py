"""Architectures: functions that build a `keras.Model`, and what its layers make of sizes."""

from fashionlab.nets.dcgan import (
    classic_discriminator,
    classic_generator,
    dcgan_discriminator,
    dcgan_generator,
)
from fashionlab.nets.shapes import (
    conv_size,
    layer_table,
    reach_counts,
    transposed_size,
    windows,
)

__all__ = [
    "classic_discriminator",
    "classic_generator",
    "conv_size",
    "dcgan_discriminator",
    "dcgan_generator",
    "layer_table",
    "reach_counts",
    "transposed_size",
    "windows",
]
